//! `number:` a number that people can read.

use super::super::form::{Form, Section, Word};

pub(super) static NUMBER: Section = Section {
    name: "Number",
    what: "`number`",
    doc: "A number that people can read, in order.",
    words: &[
        Word::new("per", "`tenant`, or the field within which it counts.", Form::Name, "tenant"),
        Word::new(
            "gapless",
            "Whether none may be missing, which makes writers wait for each other.",
            Form::Boolean,
            "true",
        ),
        Word::new(
            "at",
            "The action that gives it; without, when the row is made.",
            Form::Name,
            "confirm",
        ),
    ],
    one_of: &[],
};
