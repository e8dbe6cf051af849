//! `queues.X:` rows that wait for somebody.

use super::super::form::{Form, Section, Word};

pub(super) static QUEUE: Section = Section {
    name: "Queue",
    what: "a queue",
    doc: "Rows that wait for somebody to take them on, the most urgent first.",
    words: &[
        Word::new("summary", "One sentence, for people.", Form::Text, "Disputes to decide"),
        Word::needed("of", "The entity.", Form::Name, "Dispute"),
        Word::new("where", "Which rows.", Form::Expression, "state == open"),
        Word::new("by", "Who takes them on.", Form::Names, "support"),
        Word::new("claim", "For how long one is taken.", Form::Duration, "30m"),
        Word::new("due", "How soon one shall be done.", Form::Duration, "72h"),
    ],
    one_of: &[],
};
