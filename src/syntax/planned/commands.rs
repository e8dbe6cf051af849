//! `commands.X:` an action over several entities.

use super::super::form::{Form, Section, Word};
use super::super::names::Alphabet;
use super::action::{APPROVAL, REQUIRED};
use super::steps::STEP;

const SNAKE: Option<Alphabet> = Some(Alphabet::Snake);

pub(super) static COMMAND: Section = Section {
    name: "Command",
    what: "a command",
    doc: "An action over several entities: one transaction, whose rows are locked in one order.",
    words: &[
        Word::new("summary", "One sentence, for people.", Form::Text, "Books a listing"),
        Word::needed("by", "Who may run it.", Form::Names, "user"),
        Word::new(
            "input",
            "What the caller gives.",
            Form::Map(SNAKE, &Form::Input),
            "{ guests: int(1..) }",
        ),
        Word::new(
            "require",
            "What must hold at that moment; the names are the codes of the refusals.",
            Form::Map(SNAKE, &Form::Expression),
            "{ listing_open: input.listing.state == published }",
        ),
        Word::needed(
            "do",
            "Its steps, in their order.",
            Form::List(&Form::Words(&STEP)),
            "[{ create: Booking }]",
        ),
        Word::new(
            "returns",
            "What the caller gets: a row that a step named.",
            Form::Name,
            "booking",
        ),
        Word::new(
            "idempotency",
            "Whether the caller must send a key, by which a repeat is known.",
            Form::Choice(&["required", "optional"]),
            "required",
        ),
        Word::new("because", "The caller says why, and the audit keeps it.", REQUIRED, "required"),
        Word::new(
            "approval",
            "A second person agrees first.",
            Form::Words(&APPROVAL),
            "{ by: finance, expires: 72h }",
        ),
        Word::new("rate", "How often it may be run.", Form::Rate, "10/min per user"),
    ],
    one_of: &[],
};
