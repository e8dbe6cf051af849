//! `input.X:` what the caller gives that is not a field.

use schemars::JsonSchema;

use super::field::{type_schema, typed};
use super::form::Word;
use super::planned;
use super::reader::Reader;
use super::scalars::{self, Name, Text};
use super::schema;
use super::types::FieldType;
use super::words::{Shape, Words};
use crate::source::Spanned;
use crate::yaml::{Content, Node};

/// What the caller of an action gives that is not a field.
#[derive(Debug, Clone, Default, JsonSchema)]
#[schemars(deny_unknown_fields, transform = super::schema::words::<Input>, transform = schema::or_type)]
pub struct Input {
    /// Such as `text(1..80)`, `optional date`.
    #[schemars(rename = "type", schema_with = "type_schema", required)]
    pub ty: Option<Spanned<FieldType>>,
    /// Whether it may be absent; the same as `optional` before the type.
    #[schemars(with = "Option<bool>")]
    pub optional: bool,
    /// One sentence, for people.
    #[schemars(with = "Option<schema::Scalar>")]
    pub summary: Option<Text>,
}

impl Shape for Input {
    const WHAT: &'static str = "an input";
    const WORDS: &'static [(&'static str, &'static str)] =
        &[("type", "text(10..500)"), ("optional", "true"), ("summary", "Why")];
    const PLANNED: &'static [Word] = planned::INPUT;
    const EXAMPLE: &'static str = "`reason: text(10..500)`";
}

pub(super) fn read(name: &Name, node: &Node, reader: &mut Reader<'_>) -> Option<Input> {
    if let Content::Scalar(_) = node.content {
        let (ty, optional) = typed(node, reader).unwrap_or_default();
        return Some(Input { ty, optional, ..Input::default() });
    }
    let Some(mut words) = Words::of::<Input>(node, name.span, reader) else {
        return Some(Input::default());
    };
    let (ty, optional) = words.required("type", reader, typed).unwrap_or_default();
    let said = words.optional("optional", reader, scalars::boolean);
    Some(Input {
        ty,
        optional: optional || said.is_some_and(|said| said.value),
        summary: words.optional("summary", reader, scalars::text),
    })
}
