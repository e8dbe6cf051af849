//! `frozen:` fields that never change once a row has come to a state.

use schemars::JsonSchema;

use super::form::Word;
use super::grant::{self, Fields};
use super::reader::Reader;
use super::scalars::{self, Name};
use super::schema;
use super::words::{Shape, Words, place};
use crate::source::Span;
use crate::yaml::Node;

/// Fields that never change once a row is in a state, whoever writes.
#[derive(Debug, Clone, JsonSchema)]
#[schemars(deny_unknown_fields, transform = super::schema::words::<Frozen>)]
pub struct Frozen {
    /// `all`, or the fields.
    #[schemars(with = "schema::Names")]
    pub fields: Fields,
    /// The states, or groups of them, from which on they stay. They stay in all states to which a row can go from there.
    #[schemars(with = "schema::Names")]
    pub from: Vec<Name>,
    /// The reference to the row whose state it is, where that is another.
    #[schemars(with = "Option<schema::Scalar>")]
    pub of: Option<Name>,
    #[schemars(skip)]
    pub span: Span,
}

impl Shape for Frozen {
    const WHAT: &'static str = "`frozen`";
    const WORDS: &'static [(&'static str, &'static str)] =
        &[("fields", "[title]"), ("from", "done"), ("of", "project")];
    const PLANNED: &'static [Word] = &[];
    const EXAMPLE: &'static str = "`frozen: { fields: [title], from: done }`";
}

pub(super) fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Frozen> {
    let mut words = Words::of::<Frozen>(node, place(node), reader)?;
    let fields = words.required("fields", reader, grant::fields);
    let from = words.required("from", reader, scalars::names);
    let of = words.optional("of", reader, scalars::name);
    Some(Frozen { fields: fields?, from: from?, of, span: place(node) })
}
