//! `approval:` a second person agrees before an action is done.

use schemars::JsonSchema;

use super::form::Word;
use super::reader::Reader;
use super::scalars::{self, ExprText, Name, Text};
use super::schema;
use super::words::{Shape, Words, place};
use crate::source::Span;
use crate::yaml::Node;

/// A second person agrees to exactly this before it is done; nobody agrees to what they asked for themselves.
#[derive(Debug, Clone, JsonSchema)]
#[schemars(deny_unknown_fields, transform = super::schema::words::<Approval>)]
pub struct Approval {
    /// The roles that may agree, in the context of the action.
    #[schemars(with = "schema::Names")]
    pub by: Vec<Name>,
    /// Only then it is needed: asked of the row as it is before, and of what the caller gives as `input`.
    #[schemars(with = "Option<schema::Scalar>")]
    pub when: Option<ExprText>,
    /// How long a request waits for somebody who agrees; 72h where nothing is said.
    #[schemars(with = "Option<schema::Scalar>")]
    pub expires: Option<Text>,
    #[schemars(skip)]
    pub span: Span,
}

impl Shape for Approval {
    const WHAT: &'static str = "`approval`";
    const WORDS: &'static [(&'static str, &'static str)] =
        &[("by", "finance"), ("when", "price > 500.00 EUR"), ("expires", "72h")];
    const PLANNED: &'static [Word] = &[];
    const EXAMPLE: &'static str = "`approval: { by: finance, expires: 72h }`";
}

pub(super) fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Approval> {
    let mut words = Words::of::<Approval>(node, place(node), reader)?;
    let when = words.optional("when", reader, scalars::expression);
    let expires = words.optional("expires", reader, scalars::text);
    let by = words.required("by", reader, super::action::who)?;
    Some(Approval { by, when, expires, span: place(node) })
}
