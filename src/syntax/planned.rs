//! Words that the language has and this version does not carry out.

use super::reader::Reader;
use crate::diagnostics::{Diagnostic, codes};
use crate::source::Span;

/// A key.
pub(super) fn word(span: Span, word: &str, what: &str) -> Diagnostic {
    refusal(span, format!("`{word}` in {what} is planned, not supported yet"))
}

/// A value or a form, named in the message.
pub(super) fn value(span: Span, form: &str, reader: &mut Reader<'_>) {
    reader.push(refusal(span, format!("{form} is planned, not supported yet")));
}

/// Whether what stands under the word can be named elsewhere, so that it is missed.
pub(super) fn gives_names(word: &str) -> bool {
    const WORDS: &[&str] =
        &["totals", "number", "pick", "groups", "slot", "tenants", "tables", "effective"];
    WORDS.contains(&word)
}

fn refusal(span: Span, message: String) -> Diagnostic {
    Diagnostic::new(codes::NOT_SUPPORTED_YET, span, message)
        .reason("nothing compiles that is not carried out")
        .next("leave it out for now")
}
