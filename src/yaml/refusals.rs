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

pub fn anchors(span: Span, message: &str) -> Diagnostic {
    Diagnostic::new(codes::ANCHOR, span, message)
        .reason("whoever reads one place would have to look in another, and nested they grow without bound")
        .next("write out what is meant, in each place; a text that begins with `*` or `&` stands in quotes")
}

pub fn duplicate(key: &Spanned<String>, first: Span) -> Diagnostic {
    Diagnostic::new(codes::DUPLICATE_KEY, key.span, format!("`{}` stands here twice", key.value))
        .label("the second")
        .also(first, "the first")
        .reason("only one of them could count")
        .next("remove one of them, or give it its own name")
}
