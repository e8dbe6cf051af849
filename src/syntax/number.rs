//! `number:` a number that people can read, in order and without gaps.

use schemars::JsonSchema;

use super::form::Word;
use super::planned;
use super::reader::Reader;
use super::scalars::{self, Name, Text};
use super::schema;
use super::unique;
use super::words::{Shape, Words, place};
use crate::source::Span;
use crate::yaml::Node;

/// A field `number`, which counts rows in the order in which they got there, without gaps.
#[derive(Debug, Clone, JsonSchema)]
#[schemars(deny_unknown_fields, transform = super::schema::words::<Number>)]
pub struct Number {
    /// `tenant`, or the fields within which it counts; the tenant leads them, unless it is `global`.
    #[schemars(with = "schema::Names")]
    pub per: Vec<Name>,
    /// None is missing: who gets one waits for the one before to end. The only kind that there is yet.
    #[schemars(with = "Option<bool>")]
    pub gapless: Option<Span>,
    /// The transition that gives it; without, it is given when the row is made.
    #[schemars(with = "Option<schema::Scalar>")]
    pub at: Option<Name>,
    /// Why it counts across tenants, though a number then tells how many others have.
    #[schemars(with = "Option<schema::Scalar>")]
    pub global: Option<Text>,
    /// One sentence, for people.
    #[schemars(with = "Option<schema::Scalar>")]
    pub summary: Option<Text>,
    #[schemars(skip)]
    pub span: Span,
}

impl Shape for Number {
    const WHAT: &'static str = "`number`";
    const WORDS: &'static [(&'static str, &'static str)] = &[
        ("per", "tenant"),
        ("gapless", "true"),
        ("at", "confirm"),
        ("global", "the law counts the invoices of an issuer"),
        ("summary", "What the customer calls it by"),
    ];
    const PLANNED: &'static [Word] = &[];
    const EXAMPLE: &'static str = "`number: { per: tenant, gapless: true, at: confirm }`";
}

pub(super) fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Number> {
    let mut words = Words::of::<Number>(node, place(node), reader)?;
    let gapless = words.optional("gapless", reader, scalars::boolean);
    if let Some(gapless) = gapless.as_ref().filter(|gapless| !gapless.value) {
        planned::value(gapless.span, "`gapless: false`", reader);
    }
    let gapless = gapless.map(|gapless| gapless.span);
    let at = words.optional("at", reader, scalars::name);
    let global = words.optional("global", reader, unique::reason);
    let summary = words.optional("summary", reader, scalars::text);
    let per = words.required("per", reader, scalars::names)?;
    Some(Number { per, gapless, at, global, summary, span: place(node) })
}
