//! Words of a hook.

use super::super::form::{Form, Word};

pub(in super::super) static HOOK: &[Word] = &[
    Word::new(
        "unknown_outcome",
        "Of a `call` without an answer: asked for first, or made again under the same key.",
        Form::Choice(&["query_first", "repeat"]),
        "query_first",
    ),
    Word::new("time_out", "How long it may take.", Form::Duration, "20s"),
];
