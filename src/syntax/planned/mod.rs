//! Words that the language has and this version does not carry out: each with its shape, so that a slip within one
//! is told too. A word is refused once, at its place; nothing is said of planned words within it.

mod action;
mod commands;
mod document;
mod entitlements;
mod entity;
mod events;
mod field;
mod files;
mod hooks;
mod identity;
mod integrations;
mod jobs;
mod ledger;
mod never;
mod notifications;
mod queues;
mod retention;
mod routes;
mod schedules;
mod scopes;
mod slot;
mod steps;
mod tables;
mod tenants;
mod webhooks;

pub(super) use action::ACTION;
pub(super) use commands::COMMAND;
pub(super) use document::DOCUMENT;
pub(super) use entity::ENTITY;
pub(super) use field::{FIELD, INPUT};
pub(super) use hooks::HOOK;
pub(super) use identity::{CONTEXT, PARTY, READ, ROLE, SCOPE, SERVICE};
pub(super) use routes::ROUTES;
pub(super) use steps::STEP;

use super::form::Word;
use super::reader::Reader;
use crate::diagnostics::{Diagnostic, codes};
use crate::source::Span;
use crate::yaml::{Entry, Node};

/// Refuses a word, and checks the shape of what stands under it.
pub(super) fn refuse(word: &Word, entry: &Entry, what: &str, reader: &mut Reader<'_>) {
    let name = word.name;
    refusal(entry.key.span, format!("`{name}` in {what} is planned, not supported yet"), reader);
    let outer = std::mem::replace(&mut reader.in_planned, true);
    word.check(&entry.value, entry.key.span, reader);
    reader.in_planned = outer;
}

/// `routes:` as a table.
pub(super) fn table_of_routes(node: &Node, place: Span, reader: &mut Reader<'_>) {
    refusal(
        place,
        "a table of routes other than `standard` is planned, not supported yet".to_owned(),
        reader,
    );
    let outer = std::mem::replace(&mut reader.in_planned, true);
    ROUTES.check(node, place, reader);
    reader.in_planned = outer;
}

/// A value or a form, named in the message.
pub(super) fn value(span: Span, form: &str, reader: &mut Reader<'_>) {
    refusal(span, format!("{form} is planned, not supported yet"), reader);
}

/// Whether what stands under the word can be named elsewhere, so that it is missed.
pub(super) fn gives_names(word: &str) -> bool {
    const WORDS: &[&str] = &[
        "profile", "keys", "groups", "slot", "tenants", "tables",
        // A step that does what is planned.
        "post", "reverse", "enqueue", "emit", "notify", "else",
    ];
    WORDS.contains(&word)
}

fn refusal(span: Span, message: String, reader: &mut Reader<'_>) {
    if !reader.in_planned {
        reader.push(
            Diagnostic::new(codes::NOT_SUPPORTED_YET, span, message)
                .reason("a word that did nothing yet would promise what does not hold")
                .next("leave it out for now"),
        );
    }
}
