//! Characters that make text look other than it is.

use crate::diagnostics::escape::is_invisible;
use crate::diagnostics::{Diagnostic, Diagnostics, Edit, Fix, codes};
use crate::source::{FileId, Span};

/// After so many the file is not text.
const REPORTED: usize = 20;

/// Reports what a file may not hold; a byte order mark at its start and CRLF it may.
pub fn check(file: FileId, text: &str, diagnostics: &mut Diagnostics) -> bool {
    let found = text
        .char_indices()
        .filter(|(_, character)| is_invisible(*character))
        .filter(|(at, character)| !(*character == '\u{feff}' && *at == 0))
        .filter(|(at, character)| !(*character == '\r' && text[at + 1..].starts_with('\n')))
        .take(REPORTED);
    let mut clean = true;
    for (at, character) in found {
        let span = Span::new(file, at..at + character.len_utf8());
        let told = refusal(span, character);
        diagnostics.push(match character {
            // Somebody's line end: without it two lines would be one.
            '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => told,
            _ => told.fixed_by(Fix::new("delete it", vec![Edit::new(span, "")])),
        });
        clean = false;
    }
    clean
}

/// The diagnostic for a character at a place, also for one that an escape makes.
pub fn refusal(span: Span, character: char) -> Diagnostic {
    Diagnostic::new(
        codes::FORBIDDEN_CHARACTER,
        span,
        format!("the character U+{:04X} may not stand in a blueprint", u32::from(character)),
    )
    .reason("it cannot be seen, or makes the text around it look other than it is")
    .next("delete it")
}
