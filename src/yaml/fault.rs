//! Why the text is not YAML, in words that name the place to mend.

use granit_parser::{ErrorKind, ScanError};

use super::limits;
use crate::diagnostics::{Diagnostic, Edit, Fix, codes};
use crate::source::{FileId, Span};

/// `opener` is the innermost bracket that is open.
pub fn explain(
    file: FileId,
    text: &str,
    error: &ScanError,
    at: usize,
    opener: Option<Span>,
) -> Diagnostic {
    let at = text.floor_char_boundary(at);
    let here = Span::new(file, at..text[at..].chars().next().map_or(at, |one| at + one.len_utf8()));
    match error.kind() {
        ErrorKind::RecursionLimitExceeded => too_deep(here),
        ErrorKind::UnclosedQuotedScalar => unclosed(here, &text[here.range()]),
        ErrorKind::MismatchedFlowCollectionEnd { open, close } => {
            let place = opener.unwrap_or(here);
            unclosed(place, &open.to_string()).also(
                closing(file, text, place, *close),
                format!("`{close}` does not close `{open}`"),
            )
        }
        ErrorKind::UnclosedFlowCollection { open } => unclosed(here, &open.to_string()),
        kind => match opener {
            // What follows an unclosed bracket is wrong only from the next line on.
            Some(opener) if text[opener.start as usize..at].contains('\n') => {
                unclosed(opener, &text[opener.range()]).also(here, "noticed only here")
            }
            Some(opener) => words(kind, error, here).also(opener, "in what is opened here"),
            None => match text_meant(kind, file, text, at) {
                Some(fix) => words(kind, error, here).fixed_by(fix),
                None => words(kind, error, here),
            },
        },
    }
}

/// Quotes for a sentence that YAML takes for more than text: only where nothing but a sentence stands.
fn text_meant(kind: &ErrorKind, file: FileId, text: &str, at: usize) -> Option<Fix> {
    if !matches!(kind, ErrorKind::MappingValueNotAllowed) {
        return None;
    }
    let start = text[..at].rfind('\n').map_or(0, |at| at + 1);
    let line = text[start..].lines().next()?;
    let (key, value) = line.split_once(": ")?;
    let value = value.trim();
    let quoted = value.starts_with(['"', '\'', '|', '>', '[', '{', '#']) || value.contains(" #");
    if !matches!(key.trim(), "summary" | "global") || value.is_empty() || quoted {
        return None;
    }
    let from = start + line.rfind(value)?;
    let place = Span::new(file, from..from + value.len());
    let ours = format!("'{}'", value.replace('\'', "''"));
    Some(Fix::new("put the text in quotes", vec![Edit::new(place, ours)]))
}

pub fn too_deep(span: Span) -> Diagnostic {
    Diagnostic::new(codes::TOO_DEEP, span, format!("nested more than {} deep", limits::DEPTH))
        .reason("the language nests about eight deep")
}

fn unclosed(span: Span, opener: &str) -> Diagnostic {
    Diagnostic::new(codes::UNCLOSED, span, format!("`{opener}` is never closed"))
        .label("opened here")
        .next(match opener {
            "{" => "add `}` where the mapping ends",
            "[" => "add `]` where the list ends",
            _ => "add the same quote where the text ends",
        })
}

/// Where the wrong bracket is; the parser tells only where the right one was opened.
fn closing(file: FileId, text: &str, opener: Span, close: char) -> Span {
    let from = opener.end as usize;
    let at = text[from..].find(close).map_or(from, |at| from + at);
    Span::new(file, at..(at + 1).min(text.len()))
}

fn words(kind: &ErrorKind, error: &ScanError, here: Span) -> Diagnostic {
    let (message, next) = match kind {
        ErrorKind::TabInBlockIndentation
        | ErrorKind::TabInIndentation
        | ErrorKind::TabNotAllowed
        | ErrorKind::TabAtBlockScalarStart => ("a tab in the indentation", "indent with spaces"),
        ErrorKind::MappingValueNotAllowed => (
            "a second colon in one entry",
            "begin a new line, or put the text in quotes if the colon belongs to it",
        ),
        ErrorKind::ExpectedBlockMappingKey => (
            "this does not fit the lines above",
            "indent it like its neighbours, or put the value above in quotes",
        ),
        ErrorKind::ExpectedBlockSequenceEntry => {
            ("a list ends without its next `-`", "indent it like its neighbours")
        }
        ErrorKind::UnexpectedCharacter { character } => {
            return Diagnostic::new(
                codes::NOT_YAML,
                here,
                format!("a value cannot begin with `{character}`"),
            )
            .next("put it in quotes if it belongs to the text");
        }
        ErrorKind::SimpleKeyExpected => (
            "a line without a colon among entries",
            "write `name: value`, or indent it if it belongs to the value above",
        ),
        ErrorKind::DirectiveDisallowed => ("a directive of YAML", "remove the line"),
        _ => {
            return Diagnostic::new(codes::NOT_YAML, here, error.info().to_owned());
        }
    };
    Diagnostic::new(codes::NOT_YAML, here, message).next(next)
}
