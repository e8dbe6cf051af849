//! `totals.X:` a total of children.

use super::super::form::{Form, Section, Word};

pub(super) static TOTAL: Section = Section {
    name: "Total",
    what: "a total",
    doc: "What children add up to, kept as they change, so that a rule over it holds among writers.",
    words: &[
        Word::new("sum", "The field of the child that is added up.", Form::Path, "Refund.amount"),
        Word::new("count", "The child that is counted.", Form::Path, "Refund"),
        Word::new(
            "max",
            "The field of the child whose greatest value it is.",
            Form::Path,
            "Refund.amount",
        ),
        Word::needed(
            "by",
            "The field of the child that refers to this row.",
            Form::Name,
            "payment",
        ),
        Word::new(
            "where",
            "Only children of which this holds count.",
            Form::Expression,
            "state == succeeded",
        ),
        Word::new(
            "per",
            "A window of its own for each.",
            Form::Choice(&["day", "week", "month", "year"]),
            "day",
        ),
        Word::new("cap", "What a window may reach.", Form::Expression, "daily_limit"),
        Word::new(
            "when_lowered",
            "What a lower cap does to what is used already.",
            Form::Choice(&["keep_used", "refuse"]),
            "keep_used",
        ),
    ],
    one_of: &["sum", "count", "max"],
};
