//! Words of an entity.

use super::super::form::{Form, Word};
use super::super::names::Alphabet;
use super::never::NEVER;
use super::slot::SLOT;

const SNAKE: Option<Alphabet> = Some(Alphabet::Snake);

pub(in super::super) static ENTITY: &[Word] = &[
    Word::new(
        "groups",
        "Names for several fields, for grants.",
        Form::Map(SNAKE, &Form::Names),
        "{ contact: [email, phone] }",
    ),
    Word::new(
        "slot",
        "How many rows somebody has at one time.",
        Form::Words(&SLOT),
        "{ per: courier, max: courier.max_parallel, while: state is active }",
    ),
    Word::new(
        "entitlements",
        "What the tenant's plan must allow; refused with 402.",
        Form::Map(SNAKE, &Form::Expression),
        "{ seats_left: seats_used < organization.seats }",
    ),
    Word::new(
        "never",
        "What somebody never gets, whatever grants add up to; proved.",
        Form::Map(SNAKE, &Form::Words(&NEVER)),
        "{ support: { read: [phone], because: privacy } }",
    ),
];
