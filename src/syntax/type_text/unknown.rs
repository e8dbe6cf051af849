//! What is no type, and what may have been meant.

use super::super::names::Alphabet;
use super::super::planned;
use super::super::reader::Reader;
use super::super::scalars::{Text, shown};
use super::super::types::FieldType;
use super::cursor::Cursor;
use crate::diagnostics::{Diagnostic, codes, nearest};

/// Every first word of a type.
const HEADS: &[&str] = &[
    "bool",
    "int",
    "decimal",
    "money",
    "bps",
    "text",
    "email",
    "phone",
    "url",
    "slug",
    "date",
    "timestamp",
    "duration",
    "range",
    "one",
    "ref",
];
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
        if HEADS.contains(ours) { diagnostic.instead(&head.value, ours) } else { diagnostic }
    } else if nearest(&head.value, HEADS.iter().copied()).is_some() {
        diagnostic.meant(&head.value, HEADS.iter().copied())
    } else if Alphabet::Pascal.fits(&head.value) {
        diagnostic.next(format!("a reference is written `ref {head}`"))
    } else {
        diagnostic.next(
            "types are bool, int, decimal(2), money, bps, text(1..80), email, phone, url, slug, \
             date, timestamp, duration, range of date, range of timestamp, one of a|b, ref Entity",
        )
    });
    None
}
