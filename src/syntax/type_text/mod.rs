//! The text of a type: `text(1..80)`, `optional ref User in team`, `one of a|b|c`.

mod cursor;
mod known;
mod unknown;

use std::collections::BTreeMap;

use super::limits;
use super::names::Alphabet;
use super::planned;
use super::reader::{Reader, twice};
use super::scalars::{Name, Text, shown};
use super::types::FieldType;
use crate::diagnostics::{Diagnostic, Edit, Fix, codes};
use crate::source::Spanned;
use cursor::{Cursor, Is};
pub use known::TYPES;
use unknown::unknown;

/// A type, and whether `optional` stands before it.
pub(super) struct Read {
    pub optional: bool,
    pub ty: FieldType,
}

/// None: reported.
pub(super) fn read(text: &Text, reader: &mut Reader<'_>) -> Option<Read> {
    let mut cursor = Cursor { text, at: 0 };
    let mut head = cursor.word();
    let optional = head.is("optional");
    if optional {
        head = cursor.word();
    }
    let ty = base(&head, &mut cursor, reader)?;
    let rest = cursor.rest();
    if !rest.value.is_empty() {
        reader.push(left_over(text, &rest, optional));
        return None;
    }
    Some(Read { optional, ty })
}

/// What stands after a type.
fn left_over(text: &Text, rest: &Text, optional: bool) -> Diagnostic {
    let message = format!("`{}` does not belong to a type", shown(&rest.value));
    let told = Diagnostic::new(codes::NOT_A_TYPE, rest.span, message);
    if optional {
        return told.next("remove it");
    }
    let told = told.next("remove it; `optional` stands before a type");
    if !rest.is("optional") || text.span.len() != text.value.len() {
        return told;
    }
    let ty = text.value.trim_end().trim_end_matches("optional").trim_end().len();
    let start = text.value.len() - text.value.trim_start().len();
    told.fixed_by(Fix::new(
        "write `optional` before the type",
        vec![
            Edit::new(text.part(start..start), "optional "),
            Edit::new(text.part(ty..text.value.trim_end().len()), ""),
        ],
    ))
}

fn base(head: &Text, cursor: &mut Cursor<'_>, reader: &mut Reader<'_>) -> Option<FieldType> {
    let simple = |ty| Some(ty);
    match head.value.as_str() {
        "bool" => simple(FieldType::Bool),
        "bps" => simple(FieldType::Bps),
        "email" => simple(FieldType::Email),
        "phone" => simple(FieldType::Phone),
        "url" => simple(FieldType::Url),
        "slug" => simple(FieldType::Slug),
        "date" => simple(FieldType::Date),
        "timestamp" => simple(FieldType::Timestamp),
        "duration" => simple(FieldType::Duration),
        "int" => {
            let (min, max) = bounds(cursor, reader)?;
            Some(FieldType::Int { min, max })
        }
        "text" => text(cursor, reader),
        "decimal" => decimal(head, cursor, reader),
        "money" => money(cursor, reader),
        "range" => range(head, cursor, reader),
        "one" => one_of(head, cursor, reader),
        "ref" => reference(head, cursor, reader),
        "list" | "json" => of_another(head, cursor, reader),
        _ => unknown(head, cursor, reader),
    }
}

/// `list of T`, `json of T`: planned, but its shape is told.
fn of_another(head: &Text, cursor: &mut Cursor<'_>, reader: &mut Reader<'_>) -> Option<FieldType> {
    let of = cursor.word();
    let inner = cursor.word();
    if !of.is("of") || inner.value.is_empty() {
        reader.report(
            codes::NOT_A_TYPE,
            head.span.to(inner.span),
            format!("`{head}` says of what"),
            &format!("write `{head} of text(1..80)`"),
        );
        return None;
    }
    // A shape of JSON may have a name of its own.
    if !(head.is("json") && Alphabet::Pascal.fits(&inner.value)) {
        base(&inner, cursor, reader)?;
    }
    planned::value(head.span, &format!("the type `{head} of`"), reader);
    None
}

fn text(cursor: &mut Cursor<'_>, reader: &mut Reader<'_>) -> Option<FieldType> {
    let place = cursor.text.span;
    let (min, max) = bounds(cursor, reader)?;
    let legal = 0..=i64::from(FieldType::LONGEST_TEXT);
    if [min, max].into_iter().flatten().any(|bound| !legal.contains(&bound)) || max == Some(0) {
        reader.report(
            codes::WRONG_BOUNDS,
            place,
            "text has 0 to 100,000 characters",
            "write bounds within these, such as `text(1..80)`",
        );
        return None;
    }
    let narrow = |bound: i64| u32::try_from(bound).ok();
    Some(FieldType::Text { min: min.and_then(narrow), max: max.and_then(narrow) })
}

fn decimal(head: &Text, cursor: &mut Cursor<'_>, reader: &mut Reader<'_>) -> Option<FieldType> {
    let scale = cursor.group(reader)?;
    let digits = scale.as_ref().and_then(|scale| scale.value.parse().ok());
    match digits.filter(|digits| *digits <= FieldType::MOST_DIGITS) {
        Some(scale) => Some(FieldType::Decimal { scale }),
        None => {
            let place = scale.map_or(head.span, |scale| scale.span);
            reader.report(
                codes::WRONG_BOUNDS,
                place,
                "a decimal names its digits after the point, 0 to 12",
                "write `decimal(2)`",
            );
            None
        }
    }
}

fn money(cursor: &mut Cursor<'_>, reader: &mut Reader<'_>) -> Option<FieldType> {
    let currency = cursor.group(reader)?;
    if cursor.peek("by") {
        let by = cursor.word();
        let field = cursor.word();
        if field.value.is_empty() {
            let next = "name the field that has the currency, as in `money by currency`";
            reader.report(codes::NOT_A_TYPE, by.span, "`by` says by what", next);
        } else {
            planned::value(by.span.to(field.span), "`money by`", reader);
        }
        return None;
    }
    if let Some(currency) = &currency
        && !(currency.value.len() == 3
            && currency.value.bytes().all(|one| one.is_ascii_uppercase()))
    {
        reader.report(
            codes::NOT_A_TYPE,
            currency.span,
            format!("`{}` is not a currency", shown(&currency.value)),
            "write its code of ISO 4217, such as `money(EUR)`",
        );
        return None;
    }
    Some(FieldType::Money { currency })
}

fn range(head: &Text, cursor: &mut Cursor<'_>, reader: &mut Reader<'_>) -> Option<FieldType> {
    let of = cursor.word();
    let what = cursor.word();
    match (of.value.as_str(), what.value.as_str()) {
        ("of", "date") => Some(FieldType::RangeOfDate),
        ("of", "timestamp") => Some(FieldType::RangeOfTimestamp),
        _ => {
            reader.report(
                codes::NOT_A_TYPE,
                head.span.to(what.span),
                "a range is of dates or of timestamps",
                "write `range of date` or `range of timestamp`",
            );
            None
        }
    }
}

fn one_of(head: &Text, cursor: &mut Cursor<'_>, reader: &mut Reader<'_>) -> Option<FieldType> {
    let of = cursor.word();
    let rest = cursor.rest();
    if !of.is("of") || rest.value.is_empty() {
        reader.report(
            codes::NOT_A_TYPE,
            head.span.to(rest.span),
            "an enumeration lists its values",
            "write `one of a|b|c`",
        );
        return None;
    }
    if rest.value.split('|').nth(limits::IN_ONE).is_some() {
        reader.too_many(rest.span, &format!("{} names in this list", limits::IN_ONE));
        return None;
    }
    let mut values: Vec<Name> = Vec::new();
    let mut places = BTreeMap::new();
    let mut start = 0;
    for part in rest.value.split('|') {
        let from = start + (part.len() - part.trim_start().len());
        let value = part.trim();
        start += part.len() + 1;
        let value = Spanned::new(value.to_owned(), rest.part(from..from + value.len()));
        if value.value.contains([',', ' ']) {
            let message = format!("`{}` is not one value", shown(&value.value));
            let told = Diagnostic::new(codes::NOT_A_TYPE, value.span, message)
                .next("separate values by `|`: `one of a|b|c`");
            let parts: Vec<&str> = value.value.split(',').map(str::trim).collect();
            reader.push(match parts.iter().all(|part| Alphabet::Snake.fits(part)) {
                true => told.instead(&value.value, &parts.join("|")),
                false => told,
            });
            return None;
        }
        if !Alphabet::Snake.check(&value, reader) {
            return None;
        }
        if let Some(first) = places.get(&value.value) {
            reader.push(twice(&value, *first));
        } else {
            places.insert(value.value.clone(), value.span);
            values.push(value);
        }
    }
    Some(FieldType::OneOf(values))
}

fn reference(head: &Text, cursor: &mut Cursor<'_>, reader: &mut Reader<'_>) -> Option<FieldType> {
    let entity = cursor.word();
    let joined = cursor.peek("in");
    let within = joined.then(|| {
        cursor.word();
        cursor.word()
    });
    if cursor.peek("across") {
        let across = cursor.word();
        let ancestor = cursor.word();
        if ancestor.value.is_empty() {
            let next = "name the common ancestor, as in `ref Listing across Organization`";
            reader.report(codes::NOT_A_TYPE, across.span, "`across` says across what", next);
        } else {
            planned::value(across.span.to(ancestor.span), "`across`", reader);
        }
        return None;
    }
    let nothing = |name: &Name| name.value.is_empty();
    if nothing(&entity) || within.as_ref().is_some_and(nothing) {
        reader.report(
            codes::NOT_A_TYPE,
            head.span,
            "a reference names an entity",
            "write `ref Task`, or `ref User in team` for a person with a grant there",
        );
        return None;
    }
    Some(FieldType::Ref { entity, within })
}

/// `(a..b)`, `(a..)`, `(..b)`, or nothing.
fn bounds(cursor: &mut Cursor<'_>, reader: &mut Reader<'_>) -> Option<(Option<i64>, Option<i64>)> {
    let Some(group) = cursor.group(reader)? else {
        return Some((None, None));
    };
    let swapped = |low: i64, high: i64| {
        let ours = format!("{high}..{low}");
        Diagnostic::new(codes::WRONG_BOUNDS, group.span, "the lower bound is above the upper")
            .next(format!("write `{ours}`"))
            .instead(&group.value, &ours)
    };
    let mut wrong = |message: &str, next: &str| {
        reader.report(codes::WRONG_BOUNDS, group.span, message, next);
        None
    };
    let Some((low, high)) = group.value.split_once("..") else {
        return wrong(
            &format!("`{}` does not say from where to where", shown(&group.value)),
            "write both bounds as `1..80`, one as `1..` or `..80`",
        );
    };
    let bound = |text: &str| match text.trim() {
        "" => Some(None),
        text => text.replace('_', "").parse::<i64>().ok().map(Some),
    };
    match (bound(low), bound(high)) {
        (Some(None), Some(None)) => wrong("there are no bounds", "write `1..80`, `1..` or `..80`"),
        (Some(Some(low)), Some(Some(high))) if low > high => {
            reader.push(swapped(low, high));
            None
        }
        (Some(low), Some(high)) => Some((low, high)),
        _ => wrong("a bound is a whole number of 64 bits", "write `1..80`, `1..` or `..80`"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::Diagnostics;
    use crate::source::{FileId, Span};

    fn check(text: &str) -> Result<(bool, FieldType), String> {
        let mut diagnostics = Diagnostics::new();
        let span = Span::new(FileId(0), 0..text.len());
        let read = read(&Spanned::new(text.to_owned(), span), &mut Reader::new(&mut diagnostics));
        match diagnostics.iter().next() {
            Some(first) => Err(format!("{} {}", first.code, &text[first.primary.span.range()])),
            None => read.map(|read| (read.optional, read.ty)).ok_or_else(String::new),
        }
    }

    fn name(text: &str) -> Name {
        Spanned::new(text.to_owned(), Span::new(FileId(0), 0..0))
    }

    #[test]
    fn types_are_read() {
        for (text, optional, ty) in [
            ("bool", false, FieldType::Bool),
            ("optional date", true, FieldType::Date),
            ("text(1..80)", false, FieldType::Text { min: Some(1), max: Some(80) }),
            ("text(..2000)", false, FieldType::Text { min: None, max: Some(2000) }),
            ("int(1..)", false, FieldType::Int { min: Some(1), max: None }),
            ("int(-5..1_000)", false, FieldType::Int { min: Some(-5), max: Some(1000) }),
            ("decimal(3)", false, FieldType::Decimal { scale: 3 }),
            ("money", false, FieldType::Money { currency: None }),
            ("money(USD)", false, FieldType::Money { currency: Some(name("USD")) }),
            ("range of timestamp", false, FieldType::RangeOfTimestamp),
            ("one of a|b | c", false, FieldType::OneOf(vec![name("a"), name("b"), name("c")])),
            ("ref Task", false, FieldType::Ref { entity: name("Task"), within: None }),
            (
                "optional ref User in team",
                true,
                FieldType::Ref { entity: name("User"), within: Some(name("team")) },
            ),
        ] {
            assert_eq!(check(text), Ok((optional, ty)), "{text}");
        }
    }

    #[test]
    fn what_is_no_type_is_refused_at_its_place() {
        for (text, expected) in [
            ("string", "E109 string"),
            ("", "E109 "),
            ("text(80..1)", "E110 80..1"),
            ("text(80)", "E110 80"),
            ("text(1..200000)", "E110 text(1..200000)"),
            ("text(1..80", "E109 ("),
            ("text(1..80) optional", "E109 optional"),
            ("int(a..b)", "E110 a..b"),
            ("int(1..99999999999999999999)", "E110 1..99999999999999999999"),
            ("decimal", "E110 decimal"),
            ("money(euro)", "E109 euro"),
            ("money by currency", "E102 by currency"),
            ("range of int", "E109 range of int"),
            ("one of", "E109 one of"),
            ("one of a, b", "E109 a, b"),
            ("one of a|B", "E108 B"),
            ("one of a|a", "E111 a"),
            ("ref", "E109 ref"),
            ("list of text", "E102 list"),
            ("list of txt", "E109 txt"),
            ("json", "E109 json"),
            ("point", "E102 point"),
            ("Task", "E109 Task"),
        ] {
            assert_eq!(check(text), Err(expected.to_owned()), "{text}");
        }
    }
}
