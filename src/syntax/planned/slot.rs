//! `slot:` how many rows somebody has at one time.

use super::super::form::{Form, Section, Word};

pub(super) static SLOT: Section = Section {
    name: "Slot",
    what: "`slot`",
    doc: "How many rows somebody has at one time.",
    words: &[
        Word::needed("per", "Who: the field that names him.", Form::Name, "courier"),
        Word::needed("max", "How many.", Form::Expression, "courier.max_parallel"),
        Word::new(
            "while",
            "Only rows of which this holds count.",
            Form::Expression,
            "state is active",
        ),
    ],
    one_of: &[],
};
