//! One blueprint.

use schemars::JsonSchema;

use super::form::Word;
use super::include::Included;
use super::names::Alphabet;
use super::parts::Parts;
use super::planned;
use super::reader::Reader;
use super::words::{Shape, Words, place};
use super::{
    Command, Entity, Hook, Identity, Map, Role, Routes, Service, Setting, scalars, schema,
};
use crate::diagnostics::codes;
use crate::source::{Include, Span, Spanned};
use crate::yaml::Node;

/// What a service is: what it keeps, who may do what, and what must never happen.
#[derive(Debug, Clone, JsonSchema)]
#[schemars(deny_unknown_fields, transform = super::schema::words::<Document>, title = "Blueprint")]
pub struct Document {
    /// The whole of it.
    #[schemars(skip)]
    pub span: Span,
    /// The version of the language: 1.
    #[schemars(with = "Version")]
    pub blueprint: (),
    /// What the service is called.
    #[schemars(required)]
    pub service: Service,
    /// Who people are and in what they act.
    #[schemars(with = "Option<Identity>")]
    pub identity: Identity,
    /// Values that the service reads from its environment, by the name of the variable.
    #[schemars(with = "Option<Map<Setting>>")]
    pub settings: Map<Setting>,
    /// What people can be in a context.
    #[schemars(with = "Option<Map<Role>>")]
    pub roles: Map<Role>,
    /// What the service keeps rows of, by `PascalCase` name.
    #[schemars(with = "Option<Map<Entity>>")]
    pub entities: Map<Entity>,
    /// Actions over several entities, each one transaction.
    #[schemars(with = "Option<Map<Command>>")]
    pub commands: Map<Command>,
    /// Code written by hand, with declared powers.
    #[schemars(with = "Option<Map<Hook>>")]
    pub hooks: Map<Hook>,
    /// Other files of the blueprint, relative to its folder; `*` in a file's name stands for anything. They hold
    /// any section but `blueprint`, `service` and `include`.
    #[schemars(with = "Option<schema::Names>")]
    pub include: (),
    /// `standard`: a route for everything that somebody may do.
    pub routes: Option<Spanned<Routes>>,
    /// A section, or something named in one, could not be read.
    #[schemars(skip)]
    pub incomplete: bool,
}

impl Shape for Document {
    const WHAT: &'static str = "a blueprint";
    const WORDS: &'static [(&'static str, &'static str)] = &[
        ("blueprint", "1"),
        ("service", "{ name: projects }"),
        ("include", "[identity.yaml, entities/*.yaml]"),
        ("identity", "{ contexts: { team: { tenant: Team, grants: Member, founder: lead } } }"),
        ("settings", "{ SUPPORT_URL: { type: url } }"),
        ("roles", "{ lead: { in: team } }"),
        ("entities", "{ Task: { fields: { title: text(1..80) } } }"),
        (
            "commands",
            "{ open: { by: lead, input: { title: text(1..80) }, do: [{ create: Task, with: { title: input.title }, as: task }], returns: task } }",
        ),
        ("hooks", "{ quote: { kind: compute, input: { nights: int(1..365) }, output: money } }"),
        ("routes", "standard"),
    ];
    const PLANNED: &'static [Word] = planned::DOCUMENT;
    const EXAMPLE: &'static str = "`blueprint: 1` and, below it, `service: { name: projects }`";
}

/// The one version there is.
struct Version;

impl JsonSchema for Version {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Version".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "const": 1 })
    }
}

pub(super) fn read(parts: &Parts, includes: &[Include], reader: &mut Reader<'_>) -> Document {
    let root = &parts.root;
    let mut document = Document {
        span: place(root),
        blueprint: (),
        service: Service::default(),
        identity: Identity::default(),
        settings: Map::default(),
        roles: Map::default(),
        entities: Map::default(),
        commands: Map::default(),
        hooks: Map::default(),
        include: (),
        routes: None,
        incomplete: true,
    };
    let Some(mut words) = Words::of::<Document>(root, place(root), reader) else {
        return document;
    };
    let w = &mut words;
    if w.required("blueprint", reader, version).is_some_and(|version| version != 1) {
        return document;
    }
    if let Some(service) = w.required("service", reader, super::service::read) {
        document.service = service;
    }
    let included =
        w.optional("include", reader, |node, reader| super::include::read(node, includes, reader));
    document.identity = w.or_default("identity", reader, super::identity::read);
    document.settings = w.or_default("settings", reader, |node, reader| {
        let example = "`PORT: { type: int, default: 8080 }`";
        reader.map(node, "settings", example, Alphabet::Upper, super::setting::read)
    });
    document.roles = w.or_default("roles", reader, |node, reader| {
        let example = "`member: { in: team }`";
        reader.map(node, "roles", example, Alphabet::Snake, super::role::read)
    });
    document.entities = w.or_default("entities", reader, |node, reader| {
        let example = "`Task: { fields: { title: text(1..80) } }`";
        reader.map(node, "entities", example, Alphabet::Pascal, |name, node, reader| {
            Some(reader.entity(name, |reader| super::entity::read(name, node, reader)))
        })
    });
    document.commands = w.or_default("commands", reader, |node, reader| {
        let example = "`open: { by: lead, do: [{ create: Task, as: task }], returns: task }`";
        reader.map(node, "commands", example, Alphabet::Snake, super::command::read)
    });
    document.hooks = w.or_default("hooks", reader, |node, reader| {
        reader.map(node, "hooks", Hook::EXAMPLE, Alphabet::Snake, super::hook::read)
    });
    document.routes = w.optional("routes", reader, super::routes::read);
    document.incomplete = parts.lost
        || included == Some(Included::InPart)
        || words
            .lost(&["include", "settings", "roles", "entities", "commands", "hooks", "identity"])
        || document.identity.incomplete;
    document
}

fn version(node: &Node, reader: &mut Reader<'_>) -> Option<u32> {
    let version = scalars::text(node, reader)?;
    let number = version.value.parse().ok();
    if number != Some(1) {
        reader.report(
            codes::WRONG_VERSION,
            version.span,
            format!("this compiler does not read version `{}`", scalars::shown(&version.value)),
            "write `blueprint: 1`",
        );
    }
    number
}
