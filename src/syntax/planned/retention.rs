//! `retention.X:` how long rows are kept.

use super::super::form::{Form, Section, Word};

pub(super) static RETENTION: Section = Section {
    name: "Retention",
    what: "a rule of retention",
    doc: "How long rows are kept, and what becomes of them.",
    words: &[
        Word::new("summary", "One sentence, for people.", Form::Text, "Messages of old bookings"),
        Word::needed("of", "The entity.", Form::Name, "Message"),
        Word::new("where", "Which rows.", Form::Expression, "state is closed"),
        Word::needed("keep", "How long, and from when.", Form::Text, "2y from booking.ended_at"),
        Word::needed(
            "then",
            "What becomes of them.",
            Form::Choice(&["anonymise", "delete", "erase_keys"]),
            "anonymise",
        ),
    ],
    one_of: &[],
};
