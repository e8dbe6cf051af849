//! `never.X:` what somebody never gets.

use super::super::form::{Form, Section, Word};

pub(super) static NEVER: Section = Section {
    name: "Never",
    what: "what somebody never gets",
    doc: "What somebody never gets, whatever grants add up to. The one word that takes away; that it holds is proved.",
    words: &[
        Word::new("read", "Fields that they never see.", Form::Names, "[phone]"),
        Word::new("run", "Actions that they never run.", Form::Names, "[erase]"),
        Word::new("because", "Why.", Form::Text, "privacy"),
    ],
    one_of: &[],
};
