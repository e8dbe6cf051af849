//! `fields.X:` what a row holds.

use std::collections::BTreeMap;

use schemars::JsonSchema;

use super::Map;
use super::form::Word;
use super::names::Alphabet;
use super::planned;
use super::reader::Reader;
use super::scalars::{self, ExprText, Name, Text};
use super::schema;
use super::type_text;
use super::types::FieldType;
use super::words::{Shape, Words};
use crate::source::{Span, Spanned};
use crate::yaml::{Content, Node};

/// What a row holds: a type, or a type and more.
#[derive(Debug, Clone, Default, JsonSchema)]
#[schemars(deny_unknown_fields, transform = super::schema::words::<Field>, transform = schema::or_type)]
pub struct Field {
    /// Such as `text(1..80)`, `optional date`, `ref User in team`.
    #[schemars(rename = "type", schema_with = "type_schema", required)]
    pub ty: Option<Spanned<FieldType>>,
    /// Whether it may be absent; the same as `optional` before the type.
    #[schemars(with = "Option<bool>")]
    pub optional: bool,
    /// What it holds where nothing is given. `actor` is the person who acts, `now` the time.
    #[schemars(with = "Option<schema::Scalar>")]
    pub default: Option<Text>,
    /// Written when the row is made, and never again.
    #[schemars(with = "Option<bool>")]
    pub frozen: Option<Span>,
    /// What it is taken from, once, where nobody gives it: columns of its own row and of rows that references
    /// name, `now()`.
    #[schemars(with = "Option<schema::Scalar>")]
    pub copy: Option<ExprText>,
    /// The action at which the copy is taken; without, when the row is made. Before that the field is absent.
    #[schemars(with = "Option<schema::Scalar>")]
    pub at: Option<Name>,
    /// Whether it says something of a person, so that the audit masks it: `email` and `phone` do unless it is said otherwise.
    #[schemars(with = "Option<bool>")]
    pub pii: Option<bool>,
    /// One sentence, for people.
    #[schemars(with = "Option<schema::Scalar>")]
    pub summary: Option<Text>,
    /// The name that it had at the last compile, so that what is stored under it is kept.
    #[schemars(with = "Option<String>")]
    pub was: Option<Name>,
    /// Values of its enumeration that had another name at the last compile: the new one, and the one that it had.
    #[schemars(with = "Option<BTreeMap<String, String>>")]
    pub values_were: Map<Name>,
    /// What happens when the row that it refers to is deleted: `restrict` refuses, `keep` goes on referring to a
    /// row that nobody sees.
    #[schemars(with = "Option<Deleted>")]
    pub deleted: Option<Spanned<Deleted>>,
}

/// What happens when the row that a field refers to is deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, JsonSchema)]
#[schemars(rename_all = "snake_case")]
pub enum Deleted {
    Restrict,
    Keep,
}

impl Shape for Field {
    const WHAT: &'static str = "a field";
    const WORDS: &'static [(&'static str, &'static str)] = &[
        ("type", "text(1..80)"),
        ("optional", "true"),
        ("default", "0"),
        ("frozen", "true"),
        ("copy", "booking.guests"),
        ("at", "confirm"),
        ("pii", "true"),
        ("summary", "Shown to nobody else"),
        ("was", "heading"),
        ("values_were", "{ card: credit_card }"),
        ("deleted", "restrict"),
    ];
    const PLANNED: &'static [Word] = planned::FIELD;
    const EXAMPLE: &'static str = "`title: text(1..80)`, or `title: { type: text(1..80) }`";
}

pub(super) fn type_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    schema::type_text()
}

/// The type of a field or an input, and whether it is optional.
pub(super) type Typed = (Option<Spanned<FieldType>>, bool);

/// The short form: a type alone.
pub(super) fn typed(node: &Node, reader: &mut Reader<'_>) -> Option<Typed> {
    let text = scalars::text(node, reader)?;
    let read = type_text::read(&text, reader)?;
    Some((Some(Spanned::new(read.ty, text.span)), read.optional))
}

pub(super) fn read(name: &Name, node: &Node, reader: &mut Reader<'_>) -> Option<Field> {
    if let Content::Scalar(_) = node.content {
        let (ty, optional) = typed(node, reader).unwrap_or_default();
        return Some(Field { ty, optional, ..Field::default() });
    }
    let Some(mut words) = Words::of::<Field>(node, name.span, reader) else {
        return Some(Field::default());
    };
    let (ty, optional) = words.required("type", reader, typed).unwrap_or_default();
    let said = words.optional("optional", reader, scalars::boolean);
    let frozen = words.optional("frozen", reader, scalars::boolean);
    Some(Field {
        ty,
        optional: optional || said.is_some_and(|said| said.value),
        default: words.optional("default", reader, scalars::text),
        frozen: frozen.filter(|frozen| frozen.value).map(|frozen| frozen.span),
        copy: words.optional("copy", reader, scalars::expression),
        at: words.optional("at", reader, scalars::name),
        pii: words.optional("pii", reader, scalars::boolean).map(|pii| pii.value),
        summary: words.optional("summary", reader, scalars::text),
        was: words.optional("was", reader, scalars::was_snake),
        values_were: words.or_default("values_were", reader, values_were),
        deleted: words.optional("deleted", reader, deleted),
    })
}

fn values_were(node: &Node, reader: &mut Reader<'_>) -> Option<Map<Name>> {
    let example = "`values_were: { card: credit_card }`";
    reader.map(node, "`values_were`", example, Alphabet::Snake, |_, node, reader| {
        scalars::was_snake(node, reader)
    })
}

fn deleted(node: &Node, reader: &mut Reader<'_>) -> Option<Spanned<Deleted>> {
    for other in ["cascade", "clear"] {
        if scalars::is_word(node, other) {
            planned::value(node.span, &format!("`deleted: {other}`"), reader);
            return None;
        }
    }
    let all = [("restrict", Deleted::Restrict), ("keep", Deleted::Keep)];
    scalars::choice(node, reader, &all)
}
