//! `files.X:` a kind of file.

use super::super::form::{Form, Section, Word};
use super::super::names::Alphabet;

pub(super) static FILE: Section = Section {
    name: "File",
    what: "a kind of file",
    doc: "What a file may be, and what is made of it.",
    words: &[
        Word::new("summary", "One sentence, for people.", Form::Text, "A picture of a listing"),
        Word::needed(
            "types",
            "Media types that it may have, told from its content.",
            Form::List(&Form::Text),
            "[image/jpeg, image/png]",
        ),
        Word::needed("max", "How large it may be.", Form::Text, "10MB"),
        Word::new(
            "scan",
            "The hook that must find it clean before anybody sees it.",
            Form::Name,
            "scan_photo",
        ),
        Word::new(
            "variants",
            "Sizes that are made of it.",
            Form::Map(Some(Alphabet::Snake), &Form::Text),
            "{ thumb: 320x320 }",
        ),
    ],
    one_of: &[],
};
