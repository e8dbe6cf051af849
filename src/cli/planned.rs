//! Commands that will come, so that nobody takes them for a slip of the pen.

use clap::error::{ContextKind, ContextValue, ErrorKind};

const PLANNED: &[&str] =
    &["context", "dev", "diff", "drift", "eject", "import", "mcp", "migrate", "where"];

/// The planned command that a usage error is about.
pub(super) fn named_by(error: &clap::Error) -> Option<String> {
    match (error.kind(), error.get(ContextKind::InvalidSubcommand)) {
        (ErrorKind::InvalidSubcommand, Some(ContextValue::String(word))) => {
            PLANNED.contains(&word.as_str()).then(|| word.clone())
        }
        _ => None,
    }
}

pub(super) fn answer(word: &str) -> String {
    format!("`blueprint {word}` is planned, not supported yet")
}
