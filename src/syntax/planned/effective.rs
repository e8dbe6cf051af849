//! `effective:` rows that hold for a time.

use super::super::form::{Form, Section, Word};

pub(super) static EFFECTIVE: Section = Section {
    name: "Effective",
    what: "`effective`",
    doc: "Rows hold for a time each: no two at once, no gap, and what was is never rewritten.",
    words: &[
        Word::needed("by", "The fields of which each has one at a time.", Form::Names, "[scope]"),
        Word::needed("during", "The range in which a row holds.", Form::Name, "valid"),
        Word::new(
            "change",
            "From when a revision may hold.",
            Form::Choice(&["future", "any"]),
            "future",
        ),
    ],
    one_of: &[],
};
