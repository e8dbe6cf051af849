//! `pick.X:` a row of another entity that holds for this one.

use super::super::form::{Form, Section, Word};

pub(super) static PICK: Section = Section {
    name: "Pick",
    what: "a pick",
    doc: "The row of another entity that holds for this one, found once and kept.",
    words: &[
        Word::needed("from", "The entity.", Form::Name, "CommissionRule"),
        Word::new("at", "When it is found: `creation`, or an action.", Form::Name, "creation"),
        Word::needed(
            "by",
            "By what, the most particular first.",
            Form::Paths,
            "[listing.organization, platform]",
        ),
        Word::new(
            "missing",
            "What happens where there is none.",
            Form::Choice(&["refuse", "clear"]),
            "refuse",
        ),
    ],
    one_of: &[],
};
