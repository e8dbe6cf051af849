//! `service:` what the service is called.

use schemars::JsonSchema;

use super::form::Word;
use super::names::Alphabet;
use super::planned;
use super::reader::Reader;
use super::scalars::{self, Name, Text};
use super::schema;
use super::words::{Shape, Words, place};
use crate::yaml::Node;

/// What the service is called.
#[derive(Debug, Clone, Default, JsonSchema)]
#[schemars(deny_unknown_fields, transform = super::schema::words::<Service>)]
pub struct Service {
    /// `snake_case`; the name of the crate and the beginning of every database role.
    #[schemars(required)]
    pub name: Option<Name>,
    /// One sentence, for people.
    #[schemars(with = "Option<schema::Scalar>")]
    pub summary: Option<Text>,
    /// The currency of every `money` that names none: a code of ISO 4217.
    pub currency: Option<Name>,
}

impl Shape for Service {
    const WHAT: &'static str = "`service`";
    const WORDS: &'static [(&'static str, &'static str)] = &[
        ("name", "projects"),
        ("summary", "Teams keep projects and finish tasks"),
        ("currency", "EUR"),
    ];
    const PLANNED: &'static [Word] = planned::SERVICE;
    const EXAMPLE: &'static str = "`service: { name: projects }`";
}

pub(super) fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Service> {
    let mut words = Words::of::<Service>(node, place(node), reader)?;
    Some(Service {
        name: words.required("name", reader, |node, reader| {
            let name = scalars::text(node, reader)?;
            Alphabet::Snake.check(&name, reader).then_some(name)
        }),
        summary: words.optional("summary", reader, scalars::text),
        currency: words.optional("currency", reader, scalars::name),
    })
}
