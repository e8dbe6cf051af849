//! Commands that are not there: those that will come, and those that people look for by another name.

use crate::diagnostics::codes;
use clap::error::{ContextKind, ContextValue, ErrorKind};

const PLANNED: &[(&str, &str)] = &[
    ("context", ""),
    ("dev", ""),
    (
        "diff",
        "`blueprint compile --dry-run` says which files would change, and with `--diff` which lines",
    ),
    ("drift", ""),
    ("eject", ""),
    ("import", ""),
    ("mcp", ""),
    ("migrate", "the compiled service has a `migrate` of its own"),
    ("where", "`blueprint explain PATH` says where something stands"),
];

/// What others call it, and what it is here.
const ELSEWHERE: &[(&[&str], &str)] = &[
    (&["validate", "verify", "lint", "test"], "`blueprint check` says what is wrong"),
    (&["build", "generate", "gen", "run"], "`blueprint compile` writes the service"),
    (&["init", "create", "start"], "`blueprint new DIR` starts a service"),
    (&["format"], "`blueprint fmt` formats a blueprint"),
    (&["draw", "diagram", "erd"], "`blueprint graph` draws a blueprint"),
    (&["plan", "preview"], "`blueprint compile --dry-run` says which files would change"),
    (
        &["why", "who", "show", "describe", "docs", "doc"],
        "`blueprint explain` answers; without more it says what can be asked",
    ),
];

/// What to say of a usage error about a command that is not there.
pub(super) fn of(error: &clap::Error) -> Option<String> {
    match (error.kind(), error.get(ContextKind::InvalidSubcommand)) {
        (ErrorKind::InvalidSubcommand, Some(ContextValue::String(word))) => answer(word),
        _ => None,
    }
}

fn answer(word: &str) -> Option<String> {
    if let Some((_, today)) = PLANNED.iter().find(|(planned, _)| *planned == word) {
        let today = if today.is_empty() { String::new() } else { format!("; {today}") };
        return Some(format!("`blueprint {word}` is planned, not supported yet{today}"));
    }
    if codes::find(word).is_some() {
        return Some(format!("`blueprint explain {word}` prints the page of this code"));
    }
    let known = ELSEWHERE.iter().find(|(words, _)| words.contains(&word));
    known.map(|(_, ours)| format!("there is no `blueprint {word}`: {ours}"))
}
