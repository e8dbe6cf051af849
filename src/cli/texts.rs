//! Texts that people own, written anew.

use super::exit::Fault;
use crate::source::{FileId, Sources};
use crate::write::{self, Replacement};
use similar::TextDiff;
use std::path::Path;

/// What a file shall say.
pub(super) struct Changed {
    pub file: FileId,
    pub text: String,
}

/// Writes none where one of them cannot be written, as far as that is known beforehand; see [`write::replace`].
pub(super) fn write(sources: &Sources, changed: &[Changed]) -> Result<(), Fault> {
    let files: Vec<Replacement<'_>> = changed
        .iter()
        .map(|one| {
            let file = sources.file(one.file);
            // By the name that people see: a link is to be noticed, not followed.
            Replacement { path: Path::new(&file.name), before: &file.text, after: &one.text }
        })
        .collect();
    Ok(write::replace(&files)?)
}

/// What changes, as `diff -u` shows it.
pub(super) fn difference(sources: &Sources, changed: &Changed, coloured: bool) -> String {
    let file = sources.file(changed.file);
    between(&crate::diagnostics::escape::visible(&file.name), &file.text, &changed.text, coloured)
}

/// From one text to another; the name as it may be shown.
pub(super) fn between(name: &str, before: &str, after: &str, coloured: bool) -> String {
    let difference = TextDiff::from_lines(before, after);
    let text = difference.unified_diff().context_radius(1).header(name, name).to_string();
    if !coloured {
        return text;
    }
    let line = |line: &str| match line.as_bytes().first() {
        Some(b'-') => format!("\x1b[31m{line}\x1b[0m\n"),
        Some(b'+') => format!("\x1b[32m{line}\x1b[0m\n"),
        _ => format!("{line}\n"),
    };
    text.lines().map(line).collect()
}
