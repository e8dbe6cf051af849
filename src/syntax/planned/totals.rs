//! Words of a total.

use super::super::form::{Form, Word};

pub(in super::super) static TOTAL: &[Word] = &[
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
];
