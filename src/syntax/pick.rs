//! `pick.X:` the row of another entity that holds for this one.

use schemars::JsonSchema;

use super::form::Word;
use super::reader::Reader;
use super::scalars::{self, ExprText, Name, Text};
use super::schema;
use super::words::{Shape, Words};
use crate::source::Spanned;
use crate::yaml::Node;

/// A field that refers to the row which was in force, found once by the database and kept.
#[derive(Debug, Clone, JsonSchema)]
#[schemars(deny_unknown_fields, transform = super::schema::words::<Pick>)]
pub struct Pick {
    /// An entity with `effective`.
    #[schemars(with = "schema::Scalar")]
    pub from: Name,
    /// When it is found: at `creation`, or at a transition. Without, when the row is made.
    #[schemars(with = "Option<schema::Scalar>")]
    pub at: Option<Name>,
    /// By what, the most particular first: fields of the row or of those that its references name, each of the type
    /// of one of the `by` of the other, and `platform`, where none of those is there.
    #[schemars(with = "schema::Names")]
    pub by: Vec<ExprText>,
    /// What happens where none is in force: the row is refused with 409, or stays without.
    #[schemars(with = "Option<Without>")]
    pub missing: Option<Spanned<Without>>,
    /// One sentence, for people.
    #[schemars(with = "Option<schema::Scalar>")]
    pub summary: Option<Text>,
}

/// What happens where no row is in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq, JsonSchema)]
#[schemars(rename_all = "snake_case")]
pub enum Without {
    Refuse,
    Clear,
}

impl Shape for Pick {
    const WHAT: &'static str = "a pick";
    const WORDS: &'static [(&'static str, &'static str)] = &[
        ("from", "CommissionRule"),
        ("at", "creation"),
        ("by", "[listing.organization, platform]"),
        ("missing", "refuse"),
        ("summary", "By which the platform takes its share"),
    ];
    const PLANNED: &'static [Word] = &[];
    const EXAMPLE: &'static str =
        "`rule: { from: CommissionRule, by: [listing.category, platform] }`";
}

pub(super) fn read(name: &Name, node: &Node, reader: &mut Reader<'_>) -> Option<Pick> {
    let mut words = Words::of::<Pick>(node, name.span, reader)?;
    let at = words.optional("at", reader, scalars::name);
    let missing = words.optional("missing", reader, |node, reader| {
        scalars::choice(node, reader, &[("refuse", Without::Refuse), ("clear", Without::Clear)])
    });
    let summary = words.optional("summary", reader, scalars::text);
    let from = words.required("from", reader, scalars::name);
    let by =
        words.required("by", reader, |node, reader| reader.one_or_list(node, scalars::expression));
    Some(Pick { from: from?, at, by: by?, missing, summary })
}
