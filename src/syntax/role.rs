//! `roles.X:` what people can be in a context.

use schemars::JsonSchema;

use super::form::Word;
use super::planned;
use super::reader::Reader;
use super::scalars::{self, Name, Text};
use super::schema;
use super::words::{Shape, Words};
use crate::yaml::Node;

/// What a person can be in a context, by a row of its grants.
#[derive(Debug, Clone, Default, JsonSchema)]
#[schemars(deny_unknown_fields, transform = super::schema::words::<Role>)]
pub struct Role {
    /// One sentence, for people.
    #[schemars(with = "Option<schema::Scalar>")]
    pub summary: Option<Text>,
    /// The context in which it holds.
    #[schemars(rename = "in", required)]
    pub context: Option<Name>,
    /// The name that it had at the last compile, so that what is stored under it is kept.
    #[schemars(with = "Option<String>")]
    pub was: Option<Name>,
    /// Roles whose grants it has too.
    #[schemars(with = "Option<schema::Names>")]
    pub includes: Vec<Name>,
}

impl Shape for Role {
    const WHAT: &'static str = "a role";
    const WORDS: &'static [(&'static str, &'static str)] = &[
        ("summary", "Decides who belongs to the team"),
        ("in", "team"),
        ("was", "owner"),
        ("includes", "[member]"),
    ];
    const PLANNED: &'static [Word] = planned::ROLE;
    const EXAMPLE: &'static str = "`member: { in: team }`";
}

pub(super) fn read(name: &Name, node: &Node, reader: &mut Reader<'_>) -> Option<Role> {
    let Some(mut words) = Words::of::<Role>(node, name.span, reader) else {
        return Some(Role::default());
    };
    Some(Role {
        summary: words.optional("summary", reader, scalars::text),
        context: words.required("in", reader, scalars::name),
        was: words.optional("was", reader, scalars::was_snake),
        includes: words.or_default("includes", reader, scalars::names),
    })
}
