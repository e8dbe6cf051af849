//! `identity.contexts.X:` in what a request acts.

use schemars::JsonSchema;

use super::form::Word;
use super::names::Alphabet;
use super::planned;
use super::reader::Reader;
use super::scalars::{self, Name, Text};
use super::schema;
use super::words::{Shape, Words};
use crate::yaml::Node;

/// With `tenant` and `grants`: within a tenant. With `grants` alone: over all, as staff. With
/// neither: `self`, as the person alone.
#[derive(Debug, Clone, Default, JsonSchema)]
#[schemars(deny_unknown_fields, transform = super::schema::words::<Context>)]
pub struct Context {
    /// One sentence, for people.
    #[schemars(with = "Option<schema::Scalar>")]
    pub summary: Option<Text>,
    /// The entity whose rows are the tenants.
    pub tenant: Option<Name>,
    /// The entity whose rows say who holds which role.
    pub grants: Option<Name>,
    /// The role of whoever founds a tenant; without it only staff make tenants.
    pub founder: Option<Name>,
    /// First segment of its routes; the plural of the tenant where it is missing.
    #[schemars(with = "Option<schema::Scalar>")]
    pub path: Option<Name>,
    /// How long ago, at most, the person must have signed in for whatever changes something in it.
    #[schemars(with = "Option<schema::Scalar>")]
    pub step_up: Option<Text>,
    /// The name that it had at the last compile, so that what is recorded under it is kept.
    #[schemars(with = "Option<String>")]
    pub was: Option<Name>,
    /// Who acts in it could not be read.
    #[schemars(skip)]
    pub incomplete: bool,
}

impl Shape for Context {
    const WHAT: &'static str = "a context";
    const WORDS: &'static [(&'static str, &'static str)] = &[
        ("summary", "Within one team"),
        ("tenant", "Team"),
        ("grants", "Member"),
        ("founder", "lead"),
        ("path", "teams"),
        ("step_up", "15m"),
        ("was", "group"),
    ];
    const PLANNED: &'static [Word] = planned::CONTEXT;
    const EXAMPLE: &'static str = "`team: { tenant: Team, grants: Member }`";
}

pub(super) fn read(name: &Name, node: &Node, reader: &mut Reader<'_>) -> Option<Context> {
    let Some(mut words) = Words::of::<Context>(node, name.span, reader) else {
        return Some(Context::default());
    };
    let context = Context {
        summary: words.optional("summary", reader, scalars::text),
        tenant: words.optional("tenant", reader, scalars::name),
        grants: words.optional("grants", reader, scalars::name),
        founder: words.optional("founder", reader, scalars::name),
        path: words.optional("path", reader, |node, reader| {
            let path = scalars::text(node, reader)?;
            let snake = path.clone().map(|text| text.replace('-', "_"));
            Alphabet::Snake.check(&snake, reader).then_some(path)
        }),
        step_up: words.optional("step_up", reader, scalars::text),
        was: words.optional("was", reader, scalars::was_snake),
        incomplete: words.lost(&["tenant", "grants"]),
    };
    Some(context)
}
