//! Words of an action.

use super::super::form::{Form, Word};

pub(in super::super) static ACTION: &[Word] = &[
    Word::new("via", "The only command that may run it.", Form::Name, "book"),
    Word::new("returns", "What the caller gets besides the row.", Form::Name, "refund"),
    Word::new("rate", "How often it may be run.", Form::Rate, "10/min per user"),
];
