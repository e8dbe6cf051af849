//! `scopes.X:` what a key or a job may do.

use super::super::form::{Form, Section, Word};

pub(super) static SCOPE: Section = Section {
    name: "KeyScope",
    what: "a scope",
    doc: "What a key or a job may do: the role and the scope must both allow it.",
    words: &[
        Word::new("summary", "One sentence, for people.", Form::Text, "Reads invoices"),
        Word::needed("in", "The context in which it acts.", Form::Name, "till"),
        Word::needed("as", "The role whose grants it has at most.", Form::Name, "manager"),
        Word::new("read", "Entities that it reads.", Form::Names, "[Invoice]"),
        Word::new("run", "Actions and commands that it runs.", Form::Paths, "[Invoice.send]"),
    ],
    one_of: &[],
};
