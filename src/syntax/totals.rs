//! `totals.X:` what children add up to.

use schemars::JsonSchema;
use serde_json::{Value, json};

use super::form::Word;
use super::reader::Reader;
use super::rule::{self, Status};
use super::scalars::{self, ExprText, Name};
use super::schema;
use super::words::{Shape, Words};
use crate::diagnostics::{Diagnostic, codes};
use crate::source::Spanned;
use crate::yaml::Node;

/// What children add up to, kept as they change, so that a rule over it holds among writers.
#[derive(Debug, Clone, JsonSchema)]
#[schemars(deny_unknown_fields, transform = super::schema::words::<Total>, transform = one_of)]
pub struct Total {
    /// One sentence, for people.
    #[schemars(with = "Option<schema::Scalar>")]
    pub summary: Option<scalars::Text>,
    /// The field of the child that is added up.
    #[schemars(rename = "sum", with = "Option<schema::Scalar>")]
    pub of: Adds,
    /// The child that is counted.
    #[schemars(rename = "count", with = "Option<schema::Scalar>")]
    _count: (),
    /// The field of the child whose greatest value it is; absent where there is none.
    #[schemars(rename = "max", with = "Option<schema::Scalar>")]
    _max: (),
    /// The field of the child that refers to this row; may be left out where there is only one.
    #[schemars(with = "Option<schema::Scalar>")]
    pub by: Option<Name>,
    /// Only children of which this holds count; it speaks of their own columns.
    #[schemars(rename = "where", with = "Option<schema::Scalar>")]
    pub filter: Option<ExprText>,
    /// It begins anew with each: a child counts in the window in which it was made, in UTC.
    #[schemars(with = "Option<Per>")]
    pub per: Option<Spanned<Per>>,
    /// Beyond what a window's total never grows; it speaks of the row's own columns. Needed with `per`.
    #[schemars(with = "Option<schema::Scalar>")]
    pub cap: Option<ExprText>,
    /// What becomes of a cap that is lowered below what the window under way has used: it is taken, and what is used
    /// stays and does not grow; or it is refused.
    #[schemars(with = "Option<Lowered>")]
    pub when_lowered: Option<Spanned<Lowered>>,
    /// The status of the refusal beyond the cap: 402 where more is to be had for money.
    #[schemars(with = "Option<Status>")]
    pub status: Option<Spanned<u16>>,
    /// The name that it had at the last compile, so that what is stored under it is kept.
    #[schemars(with = "Option<String>")]
    pub was: Option<Name>,
}

/// How long a window is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, JsonSchema)]
#[schemars(rename_all = "snake_case")]
pub enum Per {
    Day,
    /// From Monday.
    Week,
    Month,
    Year,
}

/// What becomes of a cap that is lowered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, JsonSchema)]
#[schemars(rename_all = "snake_case")]
pub enum Lowered {
    KeepUsed,
    Refuse,
}

/// For editors: exactly one of these, and what a path looks like.
fn one_of(schema: &mut schemars::Schema) {
    let all = ["sum", "count", "max"].map(|word| json!({ "required": [word] }));
    schema.insert("oneOf".to_owned(), json!(all));
    for word in ["sum", "max"] {
        let word = schema.pointer_mut(&format!("/properties/{word}"));
        if let Some(Value::Object(word)) = word {
            word.insert("pattern".to_owned(), json!(r"^[A-Za-z0-9_]+\.[A-Za-z0-9_]+$"));
        }
    }
}

/// What is made of the children.
#[derive(Debug, Clone)]
pub enum Adds {
    Sum(Path),
    Count(Name),
    Max(Path),
}

impl Adds {
    /// The entity of the children.
    pub fn child(&self) -> &Name {
        match self {
            Adds::Sum(path) | Adds::Max(path) => &path.entity,
            Adds::Count(entity) => entity,
        }
    }

    /// The field that is read of each.
    pub fn field(&self) -> Option<&Name> {
        match self {
            Adds::Sum(path) | Adds::Max(path) => Some(&path.field),
            Adds::Count(_) => None,
        }
    }
}

/// `Refund.amount`.
#[derive(Debug, Clone)]
pub struct Path {
    pub entity: Name,
    pub field: Name,
}

impl Shape for Total {
    const WHAT: &'static str = "a total";
    const WORDS: &'static [(&'static str, &'static str)] = &[
        ("summary", "What went back already"),
        ("sum", "Refund.amount"),
        ("count", "Refund"),
        ("max", "Refund.amount"),
        ("by", "payment"),
        ("where", "state is succeeded"),
        ("per", "day"),
        ("cap", "daily_limit"),
        ("when_lowered", "keep_used"),
        ("status", "402"),
        ("was", "sent_back"),
    ];
    const PLANNED: &'static [Word] = &[];
    const EXAMPLE: &'static str =
        "`refunded: { sum: Refund.amount, by: payment, where: state is succeeded }`";
}

pub(super) fn read(name: &Name, node: &Node, reader: &mut Reader<'_>) -> Option<Total> {
    let mut words = Words::of::<Total>(node, name.span, reader)?;
    let summary = words.optional("summary", reader, scalars::text);
    let sum = words.optional("sum", reader, path).map(Adds::Sum);
    let count = words.optional("count", reader, child).map(Adds::Count);
    let max = words.optional("max", reader, path).map(Adds::Max);
    let by = words.optional("by", reader, scalars::name);
    let filter = words.optional("where", reader, scalars::expression);
    let per = words.optional("per", reader, self::per);
    let cap = words.optional("cap", reader, scalars::expression);
    let when_lowered = words.optional("when_lowered", reader, lowered);
    let status = words.optional("status", reader, rule::status);
    let was = words.optional("was", reader, scalars::was_snake);
    let lost = words.lost(&["sum", "count", "max"]);
    windowed(name, &words, reader)?;
    if words.entry("per").is_some() && (per.is_none() || cap.is_none()) {
        return None;
    }
    let mut all = [sum, count, max].into_iter().flatten();
    match (all.next(), all.next()) {
        (Some(of), None) => Some(Total {
            summary,
            of,
            _count: (),
            _max: (),
            by,
            filter,
            per,
            cap,
            when_lowered,
            status,
            was,
        }),
        (Some(_), Some(second)) => {
            let message = format!("`{name}` is more than one of `sum`, `count`, `max`");
            reader.push(
                Diagnostic::new(codes::WRONG_SHAPE, second.child().span, message)
                    .next("make a total of each"),
            );
            None
        }
        (None, _) => {
            if !lost {
                let message = format!("`{name}` says neither `sum`, nor `count`, nor `max`");
                let told = Diagnostic::new(codes::MISSING_WORD, name.span, message);
                reader.push(told.next(format!("write one, as in {}", Total::EXAMPLE)));
            }
            None
        }
    }
}

fn per(node: &Node, reader: &mut Reader<'_>) -> Option<Spanned<Per>> {
    let all = [("day", Per::Day), ("week", Per::Week), ("month", Per::Month), ("year", Per::Year)];
    scalars::choice(node, reader, &all)
}

fn lowered(node: &Node, reader: &mut Reader<'_>) -> Option<Spanned<Lowered>> {
    let all = [("keep_used", Lowered::KeepUsed), ("refuse", Lowered::Refuse)];
    scalars::choice(node, reader, &all)
}

/// A window has a cap, and nothing else has one.
fn windowed(name: &Name, words: &Words<'_>, reader: &mut Reader<'_>) -> Option<()> {
    if words.entry("per").is_none() {
        let mut of_windows = ["cap", "when_lowered", "status"].into_iter();
        let Some(entry) = of_windows.find_map(|word| words.entry(word)) else { return Some(()) };
        let word = &entry.key;
        let message = format!("`{name}` has no windows, so `{word}` says nothing");
        let told = Diagnostic::new(codes::MISSING_WORD, word.span, message);
        reader.push(told.next(
            "add `per:` with `day`, `week`, `month` or `year`; over all time write a rule: `used <= cap`",
        ));
        return None;
    }
    if words.entry("cap").is_none() {
        let message = format!("`{name}` begins anew with each window, and has no `cap`");
        let told = Diagnostic::new(codes::MISSING_WORD, name.span, message);
        reader.push(
            told.reason("it is kept beside the row, for its cap alone")
                .next("add `cap:` with what a window may reach: `cap: daily_limit`"),
        );
        return None;
    }
    Some(())
}

/// `Refund`.
fn child(node: &Node, reader: &mut Reader<'_>) -> Option<Name> {
    let text = scalars::text(node, reader)?;
    if let Some((entity, field)) = text.value.split_once('.') {
        let message = format!("`count` counts rows, and `{field}` is a field of one");
        reader.push(
            Diagnostic::new(codes::NOT_A_NAME, text.span, message)
                .next(format!("write `count: {entity}`; with `where:` only those that count")),
        );
        return None;
    }
    scalars::name(node, reader)
}

/// `Refund.amount`.
fn path(node: &Node, reader: &mut Reader<'_>) -> Option<Path> {
    let text = scalars::text(node, reader)?;
    let parts: Vec<&str> = text.value.split('.').collect();
    let legal = |part: &&str| {
        !part.is_empty() && part.chars().all(|one| one.is_ascii_alphanumeric() || one == '_')
    };
    let [entity, field] = parts.as_slice() else {
        reader.push(no_path(&text, reader.word));
        return None;
    };
    if ![entity, field].into_iter().all(legal) {
        reader.push(no_path(&text, reader.word));
        return None;
    }
    let name =
        |part: &str, at: usize| Spanned::new(part.to_owned(), text.part(at..at + part.len()));
    Some(Path { entity: name(entity, 0), field: name(field, entity.len() + 1) })
}

fn no_path(text: &Name, word: &str) -> Diagnostic {
    let message = format!("`{}` is no entity and its field", scalars::shown(&text.value));
    Diagnostic::new(codes::NOT_A_NAME, text.span, message)
        .next(format!("write both, with a point between them: `{word}: Refund.amount`"))
}
