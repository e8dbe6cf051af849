//! What is no type, and what may have been meant.

use super::super::names::Alphabet;
use super::super::planned;
use super::super::reader::Reader;
use super::super::scalars::{Text, shown};
use super::super::types::FieldType;
use super::cursor::Cursor;
use super::known::{TYPES, heads};
use crate::diagnostics::{Diagnostic, codes, nearest};

const PLANNED: &[&str] = &["month", "point", "file"];
/// What other languages call them.
const ELSEWHERE: &[(&str, &str)] = &[
    ("string", "text(1..80)"),
    ("str", "text(1..80)"),
    ("varchar", "text(1..80)"),
    ("char", "text(1..80)"),
    ("integer", "int"),
    ("bigint", "int"),
    ("number", "int` or `decimal(2)"),
    ("float", "decimal(2)"),
    ("double", "decimal(2)"),
    ("numeric", "decimal(2)"),
    ("boolean", "bool"),
    ("datetime", "timestamp"),
    ("time", "timestamp"),
    ("enum", "one of a|b|c"),
    ("uuid", "ref Entity"),
    ("reference", "ref Entity"),
    ("uri", "url"),
    ("percent", "bps"),
];

/// Says so; nothing is read.
pub fn unknown(head: &Text, cursor: &Cursor<'_>, reader: &mut Reader<'_>) -> Option<FieldType> {
    if PLANNED.contains(&head.value.as_str()) {
        planned::value(head.span, &format!("the type `{head}`"), reader);
        return None;
    }
    let whole = &cursor.text;
    if head.value.is_empty() {
        reader.report(
            codes::NOT_A_TYPE,
            whole.span,
            "there is no type",
            "write one, such as `text(1..80)`",
        );
        return None;
    }
    let diagnostic = Diagnostic::new(
        codes::NOT_A_TYPE,
        head.span,
        format!("`{}` is not a type", shown(&head.value)),
    );
    let elsewhere = ELSEWHERE.iter().find(|(word, _)| *word == head.value.to_lowercase());
    reader.push(if let Some((_, ours)) = elsewhere {
        let diagnostic = diagnostic.next(format!("write `{ours}`"));
        if heads().any(|head| head == *ours) {
            diagnostic.instead(&head.value, ours)
        } else {
            diagnostic
        }
    } else if nearest(&head.value, heads()).is_some() {
        diagnostic.meant_word(&head.value, heads())
    } else if matches!(head.value.to_lowercase().as_str(), "user" | "person" | "member") {
        diagnostic
            .next("a person is written `ref User`, one who belongs to a team `ref User in team`")
    } else if Alphabet::Pascal.fits(&head.value) {
        diagnostic.next(format!("a reference is written `ref {head}`"))
    } else {
        let types: Vec<&str> = TYPES.iter().map(|(example, _)| *example).collect();
        diagnostic.next(format!("types are {}", types.join(", ")))
    });
    None
}
