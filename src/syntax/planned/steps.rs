//! `do:` what an action or a command does, step by step.

use super::super::form::{Form, Section, Word};
use super::super::names::Alphabet;

const SNAKE: Option<Alphabet> = Some(Alphabet::Snake);

pub(super) static STEP: Section = Section {
    name: "Step",
    what: "a step",
    doc: "One thing that is done within the transaction.",
    words: &[
        Word::new(
            "set",
            "Gives fields of the row new values.",
            Form::Map(SNAKE, &Form::Expression),
            "{ approved_by: actor }",
        ),
        Word::new("create", "Makes a row of an entity.", Form::Name, "Payment"),
        Word::new("run", "Runs an action of another row.", Form::Path, "Booking.expire"),
        Word::new(
            "revise",
            "Makes the next version of a row that holds for a time.",
            Form::Name,
            "CommissionRule",
        ),
        Word::new("post", "Posts to the ledger.", Form::Name, "capture"),
        Word::new("reverse", "Takes a posting back by its opposite.", Form::Name, "capture"),
        Word::new("call", "Asks a compute hook.", Form::Name, "quote"),
        Word::new("enqueue", "Leaves work for a job.", Form::Name, "capture_payment"),
        Word::new("emit", "Tells an event to others.", Form::Path, "booking.held"),
        Word::new("notify", "Tells people.", Form::Name, "booking_confirmed"),
        Word::new("each", "The entity of whose rows each is taken.", Form::Name, "Booking"),
        Word::new("where", "Which rows those are.", Form::Expression, "listing == input.listing"),
        Word::new(
            "with",
            "What is given along.",
            Form::Map(SNAKE, &Form::Expression),
            "{ amount: price }",
        ),
        Word::new("when", "Only then it is done.", Form::Expression, "price is set"),
        Word::new(
            "else",
            "What is done otherwise.",
            Form::List(&Form::Words(&STEP)),
            "[{ emit: booking.free }]",
        ),
        Word::new("as", "A name for what comes of it, for later steps.", Form::Name, "booking"),
        Word::new("to", "Whom `notify` tells.", Form::Names, "customer"),
    ],
    one_of: &[
        "set", "create", "run", "revise", "post", "reverse", "call", "enqueue", "emit", "notify",
    ],
};
