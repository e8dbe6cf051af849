//! Why the text is not YAML, in words that name the place to mend.

use std::ops::Range;

use granit_parser::{ErrorKind, ScanError};

use super::{limits, words};
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
    let at = words::place(error.kind(), text, at);
    let here = Span::new(file, at..text[at..].chars().next().map_or(at, |one| at + one.len_utf8()));
    if let (None, Some(place)) = (opener, stray(error.kind(), text, at)) {
        return closes_nothing(Span::new(file, place.clone()), &text[place], here);
    }
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
                let opener = bracket(text, opener);
                unclosed(opener, &text[opener.range()]).also(here, "noticed only here")
            }
            Some(opener) => words::of(kind, text, here).also(opener, "in what is opened here"),
            None => match (text_meant(kind, file, text, at), deeper(kind, text, at)) {
                (Some(fix), _) => words::of(kind, text, here).fixed_by(fix),
                (None, Some((indent, first))) => words::of(kind, text, here).also(
                    Span::new(file, first),
                    format!("the block begins here, {indent} spaces in"),
                ),
                (None, None) => words::of(kind, text, here),
            },
        },
    }
}

/// The last bracket before it that the text above leaves open, where the parser names what is none.
fn bracket(text: &str, named: Span) -> Span {
    if text[named.range()].starts_with(['[', '{', '"', '\'']) {
        return named;
    }
    let mut closed = 0;
    for (at, one) in text[..named.start as usize].char_indices().rev() {
        match one {
            ']' | '}' => closed += 1,
            '[' | '{' if closed == 0 => return Span::new(named.file, at..at + 1),
            '[' | '{' => closed -= 1,
            _ => {}
        }
    }
    named
}

/// A bracket that nobody opened at the end of the line above, whose text then goes on to where a colon is one too many.
fn stray(kind: &ErrorKind, text: &str, at: usize) -> Option<Range<usize>> {
    if !matches!(kind, ErrorKind::MappingValueNotAllowed) {
        return None;
    }
    let end = text[..text[..at].rfind('\n')?].trim_end().len();
    let line = text[..end].rfind('\n').map_or(0, |end| end + 1);
    let (open, close) = match text[..end].chars().next_back()? {
        ']' => ('[', ']'),
        '}' => ('{', '}'),
        _ => return None,
    };
    let written = &text[line..end];
    let is_stray = !written.contains(['"', '\'', '#'])
        && written.matches(open).count() < written.matches(close).count();
    is_stray.then_some(end - 1..end)
}

fn closes_nothing(span: Span, bracket: &str, noticed: Span) -> Diagnostic {
    Diagnostic::new(codes::NOT_YAML, span, format!("`{bracket}` closes nothing"))
        .also(noticed, "noticed only here")
        .next("open it where the list or the mapping begins, or remove it")
}

/// Quotes for a sentence that YAML takes for more than text: only where nothing but a sentence stands.
fn text_meant(kind: &ErrorKind, file: FileId, text: &str, at: usize) -> Option<Fix> {
    if !matches!(kind, ErrorKind::MappingValueNotAllowed) && !words::begins_otherwise(kind) {
        return None;
    }
    let start = text[..at].rfind('\n').map_or(0, |at| at + 1);
    let line = text[start..].lines().next()?;
    let (key, value) = line.split_once(": ")?;
    let value = value.trim();
    let quoted = value.starts_with(['"', '\'', '[', '{', '#']) || value.contains(" #");
    if !matches!(key.trim(), "summary" | "global") || value.is_empty() || quoted {
        return None;
    }
    let from = start + line.rfind(value)?;
    let place = Span::new(file, from..from + value.len());
    let ours = format!("'{}'", value.replace('\'', "''"));
    Some(Fix::new("put the text in quotes", vec![Edit::new(place, ours)]))
}

/// The first of the lines above that stand deeper than the one at `at`, as far as they go, where that
/// one fits nowhere: its indentation and its first word.
fn deeper(kind: &ErrorKind, text: &str, at: usize) -> Option<(usize, Range<usize>)> {
    let fits =
        !matches!(kind, ErrorKind::ExpectedBlockMappingKey | ErrorKind::ExpectedDocumentStart);
    if fits {
        return None;
    }
    let from = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let own = text[from..].len() - text[from..].trim_start_matches(' ').len();
    let mut end = from;
    let mut first = None;
    for line in text[..from].lines().rev() {
        let start = text[..end.saturating_sub(1)].rfind('\n').map_or(0, |end| end + 1);
        let indent = line.len() - line.trim_start().len();
        let word = line.trim_start();
        end = start;
        if word.is_empty() || word.starts_with('#') {
            continue;
        }
        if indent <= own {
            break;
        }
        let word = word.split([':', ' ']).next().unwrap_or(word);
        first = Some((indent, start + indent..start + indent + word.len()));
    }
    first
}

pub fn too_deep(span: Span) -> Diagnostic {
    Diagnostic::new(codes::TOO_DEEP, span, format!("nested more than {} deep", limits::DEPTH))
        .reason("the language nests about eight deep")
        .next("look for a bracket too many, or for lines that are indented too far")
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
