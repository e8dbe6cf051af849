//! What a tree is not made of, in words.

use crate::diagnostics::{Diagnostic, codes};
use crate::source::{Span, Spanned};

pub fn no_value(span: Span, what: &str) -> Diagnostic {
    Diagnostic::new(codes::NO_VALUE, span, format!("{what} has no value"))
        .next("write it; nothing in it is `{}` for a mapping and `[]` for a list")
}

pub fn no_key(span: Span, message: &str) -> Diagnostic {
    Diagnostic::new(codes::COMPLEX_KEY, span, message)
        .next("write a word or a name before the colon")
}

pub fn merge_key(span: Span) -> Diagnostic {
    anchors(span, "`<<` is a merge key of YAML")
        .next("write out what it would bring, in each place")
}

pub fn anchors(span: Span, message: &str) -> Diagnostic {
    Diagnostic::new(codes::ANCHOR, span, message)
        .reason("whoever reads one place would have to look in another, and nested they grow without bound")
        .next("write out what is meant, in each place; a text that begins with `*` or `&` stands in quotes")
}

fn duplicate(key: &Spanned<String>, first: Span) -> Diagnostic {
    Diagnostic::new(codes::DUPLICATE_KEY, key.span, format!("`{}` stands here twice", key.value))
        .label("the second")
        .also(first, "the first")
        .reason("only one of them could count")
        .next("remove one of them, or give it its own name")
}

/// Labels of one diagnostic, at most.
const LABELS: usize = 6;

/// Keys of one mapping that stand there again, each with the place where it stood first. Several have one cause
/// more often than not: the line above the second ones is lost, or they are indented wrongly.
pub fn duplicates(again: &[(Spanned<String>, Span)]) -> Option<Diagnostic> {
    let ((key, first), rest) = again.split_first()?;
    if rest.is_empty() {
        return Some(duplicate(key, *first));
    }
    let mut others: Vec<String> = Vec::new();
    for (other, _) in rest.iter().take(LABELS) {
        let other = format!("`{}`", other.value);
        if *other != format!("`{}`", key.value) && !others.contains(&other) {
            others.push(other);
        }
    }
    let more = rest.len().saturating_sub(LABELS);
    let message = match (others.split_last(), more) {
        (None, _) => format!("`{}` stands here {} times", key.value, again.len() + 1),
        (_, 1..) => format!("`{}` stands here twice, and so do {} others", key.value, rest.len()),
        (Some((last, [])), _) => format!("`{}` stands here twice, and so does {last}", key.value),
        (Some((last, before)), _) => {
            format!("`{}` stands here twice, and so do {} and {last}", key.value, before.join(", "))
        }
    };
    let mut told = Diagnostic::new(codes::DUPLICATE_KEY, key.span, message)
        .label("the second")
        .also(*first, "the first");
    for (other, _) in rest.iter().take(LABELS) {
        told = told.also(other.span, "again");
    }
    Some(told.reason("only one of each could count").next(
        "if they belong to something else, write its name in a line above them; else remove one of each",
    ))
}
