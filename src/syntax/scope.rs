//! `scope:` whose rows they are.

use schemars::JsonSchema;

use super::form::Word;
use super::planned;
use super::reader::Reader;
use super::scalars::{self, Name};
use super::words::{Shape, Words, place};
use crate::source::Spanned;
use crate::yaml::{Content, Node};

/// Whose rows they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    Platform,
    /// The entity of tenants.
    Tenant(Name),
    /// The field that refers to the parent.
    Through(Name),
}

/// Whose rows they are: an entity of tenants, `platform` for nobody's, or those of a parent's tenant.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, transform = super::schema::words::<Through>, rename = "Scope", transform = super::schema::or_name)]
pub(super) struct Through {
    /// The field that refers to the parent, whose tenant is the row's too.
    #[schemars(rename = "through")]
    _through: String,
}

impl Shape for Through {
    const WHAT: &'static str = "`scope`";
    const WORDS: &'static [(&'static str, &'static str)] = &[("through", "booking")];
    const PLANNED: &'static [Word] = planned::SCOPE;
    const EXAMPLE: &'static str =
        "`scope: platform`, `scope: Team` or `scope: { through: booking }`";
}

pub(super) fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Spanned<Scope>> {
    if let Content::Scalar(text) = &node.content {
        let scope = match text.as_str() {
            "platform" => Scope::Platform,
            _ => Scope::Tenant(scalars::name(node, reader)?),
        };
        return Some(Spanned::new(scope, node.span));
    }
    let mut words = Words::of::<Through>(node, place(node), reader)?;
    let field = words.required("through", reader, scalars::name)?;
    Some(Spanned::new(Scope::Through(field.clone()), field.span))
}
