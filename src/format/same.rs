//! Whether a text written anew says what it said before.

use super::expression::{self, Enums};
use super::places::{self, Kind};
use crate::diagnostics::Diagnostics;
use crate::source::Sources;
use crate::yaml::written::{Written, written};
use crate::yaml::{self, Content, Node};

/// The same comments, in the same order.
pub fn comments(before: &Written, text: &str, formatted: &str) -> bool {
    let Some(after) = written(formatted) else { return false };
    let all = |written: &Written, text: &str| -> Vec<String> {
        let mut all: Vec<String> = written
            .comments
            .iter()
            .map(|range| text[range.clone()].trim_end().to_owned())
            .collect();
        all.sort();
        all
    };
    all(before, text) == all(&after, formatted)
}

/// The same values under the same keys, spaces and spellings of expressions and types aside.
pub fn values(before: &Node, formatted: &str) -> bool {
    let sources = Sources::from_text("", formatted);
    let mut diagnostics = Diagnostics::new();
    let after = yaml::parse(&sources, sources.main(), &mut diagnostics);
    after.is_some_and(|after| !diagnostics.has_errors() && same(before, &after, &mut Vec::new()))
}

/// `path`: the keys that lead there.
fn same<'n>(one: &'n Node, other: &Node, path: &mut Vec<&'n str>) -> bool {
    match (&one.content, &other.content) {
        (Content::Scalar(one), Content::Scalar(other)) => match places::kind(path) {
            _ if one == other => true,
            Kind::Expression => bare(one) == bare(other),
            Kind::Type => places::of_type(one) == places::of_type(other),
            Kind::Other => false,
        },
        (Content::List(one), Content::List(other)) => {
            one.len() == other.len()
                && one.iter().zip(other).all(|(one, other)| same(one, other, path))
        }
        (Content::Mapping(one), Content::Mapping(other)) => {
            one.len() == other.len()
                && one.iter().zip(other).all(|(one, other)| {
                    path.push(&one.key.value);
                    let same =
                        one.key.value == other.key.value && same(&one.value, &other.value, path);
                    path.pop();
                    same
                })
        }
        _ => false,
    }
}

/// An expression but for spaces, and for what was chosen of two spellings.
fn bare(text: &str) -> String {
    let text = expression::write(text, &Enums::new());
    let text = text.replace("==", "is").replace(" in [", " is ");
    text.replace(", ", "|").replace([']', ' '], "")
}
