//! `rules.X:` what always holds.

use schemars::JsonSchema;

use super::form::Word;
use super::planned;
use super::reader::Reader;
use super::scalars::{self, ExprText, Name};
use super::schema;
use super::words::{Shape, Words};
use crate::yaml::{Content, Node};

/// A condition that always holds of a row; its name is the code of the refusal.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, transform = schema::words::<Rule>, transform = schema::or_text)]
pub(super) struct Rule {
    /// The condition.
    #[schemars(rename = "holds", with = "schema::Scalar")]
    _holds: (),
}

impl Shape for Rule {
    const WHAT: &'static str = "a rule";
    const WORDS: &'static [(&'static str, &'static str)] = &[("holds", "paid <= total")];
    const PLANNED: &'static [Word] = planned::RULE;
    const EXAMPLE: &'static str = "`paid_in_full: paid <= total`";
}

pub(super) fn read(name: &Name, node: &Node, reader: &mut Reader<'_>) -> Option<ExprText> {
    if let Content::Mapping(_) = node.content {
        let mut words = Words::of::<Rule>(node, name.span, reader)?;
        return words.required("holds", reader, scalars::expression);
    }
    scalars::expression(node, reader)
}
