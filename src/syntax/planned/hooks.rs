//! `hooks.X:` code written by hand.

use super::super::form::{Form, Section, Word};
use super::super::names::Alphabet;

const SNAKE: Option<Alphabet> = Some(Alphabet::Snake);
const PASCAL: Option<Alphabet> = Some(Alphabet::Pascal);

pub(super) static HOOK: Section = Section {
    name: "Hook",
    what: "a hook",
    doc: "Code written by hand. It gets what is declared here and nothing else, and no connection.",
    words: &[
        Word::new("summary", "One sentence, for people.", Form::Text, "What a booking costs"),
        Word::needed(
            "kind",
            "`compute` within the transaction; `query` as the caller; `call` the outside world, in jobs only; `render` and `parse` text and files.",
            Form::Choice(&["compute", "query", "call", "render", "parse"]),
            "compute",
        ),
        Word::new(
            "input",
            "What it is given.",
            Form::Map(SNAKE, &Form::Input),
            "{ listing: ref Listing }",
        ),
        Word::new(
            "reads",
            "Rows that it is given, by name: an entity and which of its rows.",
            Form::Map(SNAKE, &Form::Map(PASCAL, &Form::Expression)),
            "{ overrides: { PriceOverride: listing == input.listing } }",
        ),
        Word::new(
            "output",
            "What it gives.",
            Form::Either(&[Form::Type, Form::Map(SNAKE, &Form::Type)]),
            "money",
        ),
        Word::new(
            "unknown_outcome",
            "Of a `call` without an answer: asked for first, or made again under the same key.",
            Form::Choice(&["query_first", "repeat"]),
            "query_first",
        ),
        Word::new("time_out", "How long it may take.", Form::Duration, "20s"),
    ],
    one_of: &[],
};
