//! `identity.tokens:` what a token must be.

use schemars::JsonSchema;

use super::form::Word;
use super::names::Alphabet;
use super::reader::Reader;
use super::scalars::{self, Name};
use super::schema;
use super::words::{Shape, Words, place};
use crate::diagnostics::codes;
use crate::source::Spanned;
use crate::yaml::Node;

/// What a token must be (RFC 8725).
#[derive(Debug, Clone, Default, JsonSchema)]
#[schemars(deny_unknown_fields, transform = super::schema::words::<Tokens>)]
pub struct Tokens {
    /// Who must have issued it: text, or `$NAME` of a setting.
    #[schemars(with = "Option<schema::Scalar>")]
    pub issuer: Option<Spanned<Source>>,
    /// For whom it must be: text, or `$NAME` of a setting.
    #[schemars(with = "Option<schema::Scalar>")]
    pub audience: Option<Spanned<Source>>,
    /// Signatures that are taken, by their names in RFC 7518; asymmetric ones only.
    #[schemars(with = "Option<schema::Algorithms>")]
    pub algorithms: Option<Vec<Name>>,
    /// The claim that names the person.
    pub subject: Option<Name>,
}

/// Text, or the value of a setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    Fixed(String),
    /// Written `$NAME`; the name without the sign.
    Setting(String),
}

impl Tokens {
    /// Asymmetric signatures of RFC 7518 and RFC 8037.
    pub const ALGORITHMS: [&str; 9] =
        ["ES256", "ES384", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "EdDSA"];
}

impl Shape for Tokens {
    const WHAT: &'static str = "`tokens`";
    const WORDS: &'static [(&'static str, &'static str)] = &[
        ("issuer", "$OIDC_ISSUER"),
        ("audience", "projects"),
        ("algorithms", "[ES256, RS256]"),
        ("subject", "sub"),
    ];
    const PLANNED: &'static [Word] = &[];
    const EXAMPLE: &'static str = "`tokens: { issuer: $OIDC_ISSUER, audience: projects }`";
}

pub(super) fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Tokens> {
    let mut words = Words::of::<Tokens>(node, place(node), reader)?;
    Some(Tokens {
        issuer: words.optional("issuer", reader, source),
        audience: words.optional("audience", reader, source),
        algorithms: words.optional("algorithms", reader, scalars::names),
        subject: words.optional("subject", reader, scalars::name),
    })
}

fn source(node: &Node, reader: &mut Reader<'_>) -> Option<Spanned<Source>> {
    let text = scalars::text(node, reader)?;
    if text.value.trim().is_empty() {
        reader.report(
            codes::NO_VALUE,
            text.span,
            "there is no text",
            "write it, or `$NAME` of a setting",
        );
        return None;
    }
    let Some(name) = text.value.strip_prefix('$') else {
        return Some(text.map(Source::Fixed));
    };
    let name = Spanned::new(name.to_owned(), text.part(1..text.value.len()));
    Alphabet::Upper.check(&name, reader).then(|| text.map(|_| Source::Setting(name.value)))
}
