//! Words of a step.

use super::super::form::{Form, Word};
use super::super::names::Alphabet;

const SNAKE: Option<Alphabet> = Some(Alphabet::Snake);

pub(in super::super) static STEP: &[Word] = &[
    Word::new("post", "Posts to the ledger.", Form::Name, "capture"),
    Word::new("reverse", "Takes a posting back by its opposite.", Form::Name, "capture"),
    Word::new("enqueue", "Leaves work for a job.", Form::Name, "capture_payment"),
    Word::new("emit", "Tells an event to others.", Form::Path, "booking.held"),
    Word::new("notify", "Tells people.", Form::Name, "booking_confirmed"),
    Word::new(
        "else",
        "What is done otherwise.",
        Form::List(&Form::Map(SNAKE, &Form::Either(&[Form::Text, Form::Map(SNAKE, &Form::Text)]))),
        "[{ emit: booking.free }]",
    ),
    Word::new("to", "Whom `notify` tells.", Form::Names, "customer"),
];
