//! `parties.X:` a role that comes from the row.

use schemars::JsonSchema;

use super::form::Word;
use super::planned;
use super::reader::Reader;
use super::scalars::{self, Name};
use super::words::{Shape, Words};
use crate::yaml::Node;

/// A role that a person has on a row because a field of it names him.
#[derive(Debug, Clone, Default, JsonSchema)]
#[schemars(deny_unknown_fields, transform = super::schema::words::<Party>)]
pub struct Party {
    /// The field that names the person; the field of the party's own name where it is missing.
    pub user: Option<Name>,
    /// The context in which the person acts as this.
    #[schemars(rename = "in", required)]
    pub context: Option<Name>,
}

impl Shape for Party {
    const WHAT: &'static str = "a party";
    const WORDS: &'static [(&'static str, &'static str)] = &[("user", "customer"), ("in", "self")];
    const PLANNED: &'static [Word] = planned::PARTY;
    const EXAMPLE: &'static str = "`customer: { user: customer, in: self }`";
}

pub(super) fn read(name: &Name, node: &Node, reader: &mut Reader<'_>) -> Option<Party> {
    let Some(mut words) = Words::of::<Party>(node, name.span, reader) else {
        return Some(Party::default());
    };
    Some(Party {
        user: words.optional("user", reader, scalars::name),
        context: words.required("in", reader, scalars::name),
    })
}
