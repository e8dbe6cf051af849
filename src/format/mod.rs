//! A blueprint's text in its canonical layout: `docs/decisions/layout.md`.
//!
//! It works on the text as it was written, so that comments stay. What is written anew is read again and
//! compared before anybody gets it.

mod block;
mod comments;
mod enums;
mod expression;
mod layout;
mod places;
mod same;
mod scalar;

use crate::diagnostics::Diagnostics;
use crate::source::{FileId, Sources};
use crate::yaml;

/// Why a text is not formatted.
#[derive(Debug)]
pub enum Refusal {
    /// It is not YAML as the language has it; what is wrong is told.
    Text(Diagnostics),
    /// Written anew it would not say the same: a mistake of ours.
    Unsure,
}

/// The text of a file in the canonical layout, with the line ends that it has.
///
/// # Errors
///
/// Where the text cannot be read, or not be written anew without doubt.
pub fn format(sources: &Sources, file: FileId) -> Result<String, Refusal> {
    let mut diagnostics = Diagnostics::new();
    let tree = yaml::parse(sources, file, &mut diagnostics);
    let Some(tree) = tree.filter(|_| !diagnostics.has_errors()) else {
        return Err(Refusal::Text(diagnostics));
    };
    let whole = &sources.file(file).text;
    let (mark, text) = match whole.strip_prefix('\u{feff}') {
        Some(rest) => ("\u{feff}", rest),
        None => ("", whole.as_str()),
    };
    let windows = text.contains("\r\n");
    let text = text.replace("\r\n", "\n");
    let formatted = yaml::written::written(&text)
        .and_then(|written| {
            let mut formatted = layout::lines(&text, &written)?.join("\n");
            formatted.push('\n');
            same::comments(&written, &text, &formatted).then_some(formatted)
        })
        .filter(|formatted| same::values(&tree, formatted))
        .ok_or(Refusal::Unsure)?;
    let formatted = if windows { formatted.replace('\n', "\r\n") } else { formatted };
    Ok(format!("{mark}{formatted}"))
}

#[cfg(test)]
mod tests;
