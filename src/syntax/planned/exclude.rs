//! `exclude.X:` what no two rows do at one time.

use super::super::form::{Form, Section, Word};

pub(super) static EXCLUDE: Section = Section {
    name: "Exclude",
    what: "an exclusion",
    doc: "No two rows that share these fields overlap.",
    words: &[
        Word::new("same", "The fields that they share.", Form::Names, "[listing]"),
        Word::needed("overlapping", "The range that may not overlap.", Form::Name, "during"),
        Word::new(
            "where",
            "Only rows of which this holds count.",
            Form::Expression,
            "state is blocking",
        ),
    ],
    one_of: &[],
};
