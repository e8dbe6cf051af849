//! Words of a field and of an input.

use super::super::form::{Form, Word};

pub(in super::super) static FIELD: &[Word] = &[
    Word::new(
        "encrypted",
        "Whether it is stored under a key, which erasing a person destroys.",
        Form::Boolean,
        "true",
    ),
    Word::new("search", "How an encrypted one is found.", Form::Choice(&["exact"]), "exact"),
];

pub(in super::super) static INPUT: &[Word] = &[
    Word::new("default", "What it is where nothing is given.", Form::Text, "1"),
    Word::new(
        "pii",
        "Whether it says something of a person, so that logs and audits mask it.",
        Form::Boolean,
        "true",
    ),
];
