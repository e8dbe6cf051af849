//! Words of a command.

use super::super::form::{Form, Word};
use super::action::APPROVAL;

pub(in super::super) static COMMAND: &[Word] = &[
    Word::new(
        "approval",
        "A second person agrees first.",
        Form::Words(&APPROVAL),
        "{ by: finance, expires: 72h }",
    ),
    Word::new("rate", "How often it may be run.", Form::Rate, "10/min per user"),
];
