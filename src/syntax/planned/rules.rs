//! Words of a rule.

use super::super::form::{Form, Word};

pub(in super::super) static RULE: &[Word] = &[
    Word::new(
        "checked",
        "`at_commit`: it holds when the transaction ends.",
        Form::Choice(&["at_commit"]),
        "at_commit",
    ),
    Word::new(
        "only",
        "`growth`: what breaks it already may stay, but not grow.",
        Form::Choice(&["growth"]),
        "growth",
    ),
    Word::new(
        "status",
        "The status that the refusal answers with.",
        Form::Choice(&["402", "409"]),
        "402",
    ),
];
