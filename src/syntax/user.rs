//! `identity.user:` the entity of people.

use schemars::JsonSchema;

use super::Map;
use super::form::Word;
use super::names::Alphabet;
use super::reader::Reader;
use super::scalars::{self, Name};
use super::schema;
use super::words::{Shape, Words, place};
use crate::source::Spanned;
use crate::yaml::{Content, Node};

/// The entity of people. All missing: `User`, made at the first token, its email from the claim.
#[derive(Debug, Clone, Default, JsonSchema)]
#[schemars(deny_unknown_fields, transform = super::schema::words::<User>, transform = schema::or_name)]
pub struct User {
    /// The name of the entity.
    #[schemars(required)]
    pub entity: Option<Name>,
    /// How a person's row comes to be.
    pub provision: Option<Spanned<Provision>>,
    /// With `first_token`: a field of the person, and the claim of the token that fills it.
    pub from: Option<Map<Name>>,
}

/// How a person's row comes to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, JsonSchema)]
#[schemars(rename_all = "snake_case")]
pub enum Provision {
    /// Made at the first valid token.
    FirstToken,
    /// Made by the operator; a token without a row is refused.
    Invited,
}

impl User {
    /// Its name where none is said.
    pub const NAME: &'static str = "User";

    /// The name of the entity of people.
    pub fn name(&self) -> &str {
        self.entity.as_ref().map_or(Self::NAME, |name| name.as_str())
    }
}

impl Shape for User {
    const WHAT: &'static str = "`user`";
    const WORDS: &'static [(&'static str, &'static str)] =
        &[("entity", "User"), ("provision", "first_token"), ("from", "{ email: email }")];
    const PLANNED: &'static [Word] = &[];
    const EXAMPLE: &'static str = "`user: { entity: User, provision: invited }`, or `user: User`";
}

pub(super) fn read(node: &Node, reader: &mut Reader<'_>) -> Option<User> {
    if let Content::Scalar(_) = node.content {
        let entity = scalars::name(node, reader)?;
        return Some(User { entity: Some(entity), ..User::default() });
    }
    let mut words = Words::of::<User>(node, place(node), reader)?;
    Some(User {
        entity: words.required("entity", reader, scalars::name),
        provision: words.optional("provision", reader, |node, reader| {
            let choices = [("first_token", Provision::FirstToken), ("invited", Provision::Invited)];
            scalars::choice(node, reader, &choices)
        }),
        from: words.optional("from", reader, |node, reader| {
            let example = "`from: { email: email }`";
            reader.map(node, "`from`", example, Alphabet::Snake, |_, node, reader| {
                claim(node, reader)
            })
        }),
    })
}

/// Claims are the issuer's names, which may be addresses.
fn claim(node: &Node, reader: &mut Reader<'_>) -> Option<Name> {
    let claim = scalars::text(node, reader)?;
    let legal = |one: char| one.is_ascii_alphanumeric() || "_-.:/".contains(one);
    if claim.value.is_empty() || claim.value.len() > 200 || !claim.value.chars().all(legal) {
        reader.report(
            crate::diagnostics::codes::NOT_A_NAME,
            claim.span,
            "this cannot be the name of a claim",
            "use letters, digits and `_-.:/`",
        );
        return None;
    }
    Some(claim)
}
