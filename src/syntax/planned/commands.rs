//! Words of a command.

use super::super::form::{Form, Section, Word};

pub(in super::super) static COMMAND: &[Word] = &[
    Word::new(
        "approval",
        "A second person agrees first.",
        Form::Words(&APPROVAL),
        "{ by: finance, expires: 72h }",
    ),
    Word::new("rate", "How often it may be run.", Form::Rate, "10/min per user"),
];

static APPROVAL: Section = Section {
    name: "ApprovalOfCommand",
    what: "`approval`",
    doc: "A second person agrees to exactly this before it is done; nobody agrees to what they asked for themselves.",
    words: &[
        Word::needed("by", "Who may agree.", Form::Names, "finance"),
        Word::new(
            "when",
            "Only then it is needed.",
            Form::Expression,
            "price over approval_limits",
        ),
        Word::new("expires", "How long one may wait for it.", Form::Duration, "72h"),
    ],
    one_of: &[],
};
