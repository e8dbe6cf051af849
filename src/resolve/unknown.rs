//! Names that are not declared.

use crate::diagnostics::{Diagnostic, Diagnostics, codes, did_you_mean};
use crate::source::Spanned;

/// Reports that there is no `what` of this name, with the nearest that there is.
pub fn unknown<'a>(
    out: &mut Diagnostics,
    name: &Spanned<String>,
    what: &str,
    known: impl IntoIterator<Item = &'a str>,
) {
    out.push(
        Diagnostic::new(codes::UNKNOWN_NAME, name.span, format!("there is no {what} `{name}`"))
            .maybe_next(did_you_mean(&name.value, known)),
    );
}

/// As `unknown`, of what stands within something that has a name.
pub fn unknown_in<'a>(
    out: &mut Diagnostics,
    name: &Spanned<String>,
    what: &str,
    within: &str,
    known: impl IntoIterator<Item = &'a str>,
) {
    let message = format!("`{within}` has no {what} `{name}`");
    out.push(
        Diagnostic::new(codes::UNKNOWN_NAME, name.span, message)
            .maybe_next(did_you_mean(&name.value, known)),
    );
}

/// Words for people, on one line.
pub fn words(text: &Spanned<String>) -> String {
    text.value.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `words` of a summary that may be missing.
pub fn summary(text: Option<&Spanned<String>>) -> String {
    text.map(words).unwrap_or_default()
}
