//! Words of an action: keys of repeats, approval.

use super::super::form::{Form, Section, Word};

pub(in super::super) static ACTION: &[Word] = &[
    Word::new("via", "The only command that may run it.", Form::Name, "book"),
    Word::new(
        "approval",
        "A second person agrees first.",
        Form::Words(&APPROVAL),
        "{ by: finance, expires: 72h }",
    ),
    Word::new("returns", "What the caller gets besides the row.", Form::Name, "refund"),
    Word::new("rate", "How often it may be run.", Form::Rate, "10/min per user"),
];

pub(super) static APPROVAL: Section = Section {
    name: "Approval",
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
