//! Words of an entity.

use super::super::form::{Form, Word};
use super::super::names::Alphabet;
use super::effective::EFFECTIVE;
use super::never::NEVER;
use super::pick::PICK;
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
        "pick",
        "Rows of another entity that hold for this one, found once.",
        Form::Map(SNAKE, &Form::Words(&PICK)),
        "{ rule: { from: CommissionRule, at: creation, by: [organization, platform] } }",
    ),
    Word::new(
        "effective",
        "Rows hold for a time each: no two at once, and none is rewritten.",
        Form::Words(&EFFECTIVE),
        "{ by: [scope], during: valid, change: future }",
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
