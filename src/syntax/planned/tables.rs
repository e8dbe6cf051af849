//! `tables.X:` a decision.

use super::super::form::{Form, Section, Word};
use super::super::names::Alphabet;

const SNAKE: Option<Alphabet> = Some(Alphabet::Snake);

pub(super) static TABLE: Section = Section {
    name: "DecisionTable",
    what: "a table",
    doc: "A decision: the first row whose condition holds gives the output. That one always does is proved.",
    words: &[
        Word::new("summary", "One sentence, for people.", Form::Text, "What is paid back"),
        Word::needed(
            "input",
            "What it is decided by.",
            Form::Map(SNAKE, &Form::Type),
            "{ notice: duration }",
        ),
        Word::needed("output", "What is decided.", Form::Map(SNAKE, &Form::Type), "{ share: bps }"),
        Word::new(
            "hit",
            "Which row counts where several hold; `only` wants that no two do.",
            Form::Choice(&["first", "only"]),
            "first",
        ),
        Word::needed(
            "rows",
            "Its rows.",
            Form::List(&Form::Words(&ROW)),
            "[{ when: notice >= 48h, then: { share: 10000 } }]",
        ),
    ],
    one_of: &[],
};

static ROW: Section = Section {
    name: "DecisionRow",
    what: "a row of a table",
    doc: "A condition, and what it gives. Without a condition it always holds.",
    words: &[
        Word::new("when", "Over the input.", Form::Expression, "notice >= 48h"),
        Word::needed(
            "then",
            "The output.",
            Form::Map(SNAKE, &Form::Expression),
            "{ share: 10000 }",
        ),
    ],
    one_of: &[],
};
