//! `identity:` who people are and in what they act.

use schemars::JsonSchema;

use super::form::Word;
use super::names::Alphabet;
use super::reader::Reader;
use super::words::{Shape, Words, place};
use super::{Context, Map, Tokens, User};
use crate::yaml::Node;

/// Who people are and in what they act.
#[derive(Debug, Clone, Default, JsonSchema)]
#[schemars(deny_unknown_fields, transform = super::schema::words::<Identity>)]
pub struct Identity {
    /// The entity of people, and how a person's row comes to be.
    #[schemars(with = "Option<User>")]
    pub user: User,
    /// What a token must be.
    #[schemars(with = "Option<Tokens>")]
    pub tokens: Tokens,
    /// In what a request acts, exactly one each. `anyone` and `self` are always there.
    #[schemars(with = "Option<Map<Context>>")]
    pub contexts: Map<Context>,
    /// A context could not be read.
    #[schemars(skip)]
    pub incomplete: bool,
}

impl Shape for Identity {
    const WHAT: &'static str = "`identity`";
    const WORDS: &'static [(&'static str, &'static str)] = &[
        ("user", "User"),
        ("tokens", "{ issuer: $OIDC_ISSUER, audience: projects }"),
        ("contexts", "{ team: { tenant: Team, grants: Member, founder: lead } }"),
    ];
    const PLANNED: &'static [Word] = &[];
    const EXAMPLE: &'static str = "`identity: { user: User }`";
}

pub(super) fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Identity> {
    let mut words = Words::of::<Identity>(node, place(node), reader)?;
    let user = words.or_default("user", reader, super::user::read);
    let tokens = words.or_default("tokens", reader, super::tokens::read);
    let contexts = words.or_default("contexts", reader, |node, reader| {
        let example = "`team: { tenant: Team, grants: Member }`";
        reader.map(node, "contexts", example, Alphabet::Snake, super::context::read)
    });
    Some(Identity { user, tokens, contexts, incomplete: words.lost(&["contexts"]) })
}
