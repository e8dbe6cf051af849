//! `effective:` rows that hold for a time, and are never rewritten.

use schemars::JsonSchema;

use super::form::Word;
use super::reader::Reader;
use super::scalars::{self, Name};
use super::schema;
use super::words::{Shape, Words, place};
use crate::source::{Span, Spanned};
use crate::yaml::Node;

/// Rows hold for a time each: no two of the same at once, and none is rewritten. The step `revise` makes the next,
/// and ends the one before where it begins.
#[derive(Debug, Clone, JsonSchema)]
#[schemars(deny_unknown_fields, transform = super::schema::words::<Effective>)]
pub struct Effective {
    /// The fields of which each has one row at a time; one that is absent is a value of its own.
    #[schemars(with = "schema::Names")]
    pub by: Vec<Name>,
    /// The range in which a row holds.
    #[schemars(with = "schema::Scalar")]
    pub during: Name,
    /// From when a row may hold: `future`, which it is where nothing is said, or `any`, where nothing held before.
    #[schemars(with = "Option<Change>")]
    pub change: Option<Spanned<Change>>,
    #[schemars(skip)]
    pub span: Span,
}

/// From when a row may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, JsonSchema)]
#[schemars(rename_all = "snake_case")]
pub enum Change {
    Future,
    Any,
}

impl Shape for Effective {
    const WHAT: &'static str = "`effective`";
    const WORDS: &'static [(&'static str, &'static str)] =
        &[("by", "[category]"), ("during", "valid"), ("change", "future")];
    const PLANNED: &'static [Word] = &[];
    const EXAMPLE: &'static str = "`effective: { by: [category], during: valid }`";
}

pub(super) fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Effective> {
    let mut words = Words::of::<Effective>(node, place(node), reader)?;
    let change = words.optional("change", reader, |node, reader| {
        scalars::choice(node, reader, &[("future", Change::Future), ("any", Change::Any)])
    });
    let by = words.required("by", reader, scalars::names);
    let during = words.required("during", reader, scalars::name);
    Some(Effective { by: by?, during: during?, change, span: place(node) })
}
