//! `entities.X:` what the service keeps rows of.

use schemars::JsonSchema;

use super::form::Word;
use super::names::Alphabet;
use super::planned;
use super::reader::Reader;
use super::scalars::{self, Name, Text};
use super::schema;
use super::words::{Shape, Words};
use super::{
    Action, Delete, Effective, Exclude, Field, Frozen, Map, Number, Party, Pick, Read, Rule, Scope,
    States, Total, Unique,
};
use super::{
    action, deletion, effective, exclude, field, frozen, grant, number, party, pick, rule, scope,
    states, totals, unique,
};
use crate::source::{Span, Spanned};
use crate::yaml::Node;

/// What the service keeps rows of. Every row also has `id`, `version`, `created_at`, `updated_at`
/// and, where there are states, `state`.
#[derive(Debug, Clone, Default, JsonSchema)]
#[schemars(deny_unknown_fields, transform = super::schema::words::<Entity>)]
pub struct Entity {
    /// One sentence, for people.
    #[schemars(with = "Option<schema::Scalar>")]
    pub summary: Option<Text>,
    /// The name that it had at the last compile, so that what is stored under it is kept.
    #[schemars(with = "Option<String>")]
    pub was: Option<Name>,
    /// `snake_case` name of its rows together, where adding an `s` is wrong.
    pub plural: Option<Name>,
    /// Whose rows they are: an entity of tenants, `platform`, or `{ through: FIELD }`.
    #[schemars(with = "Option<scope::Through>")]
    pub scope: Option<Spanned<Scope>>,
    /// What a row holds.
    #[schemars(with = "Option<Map<Field>>")]
    pub fields: Map<Field>,
    /// Roles that come from the row.
    #[schemars(with = "Option<Map<Party>>")]
    pub parties: Map<Party>,
    /// Through what a row goes.
    pub states: Option<States>,
    /// Whether rows are made and never changed or taken away, whoever writes.
    #[schemars(with = "Option<bool>")]
    pub append_only: Option<Span>,
    /// Fields that never change once a row is in a state, whoever writes.
    pub frozen: Option<Frozen>,
    /// A field `number` that counts rows without gaps.
    pub number: Option<Number>,
    /// Rows hold for a time each: no two of the same at once, and none is rewritten.
    pub effective: Option<Effective>,
    /// Fields that refer to the row which was in force, found once by the database.
    #[schemars(with = "Option<Map<Pick>>")]
    pub pick: Map<Pick>,
    /// What deleting a row means; without it, none is ever deleted.
    #[schemars(with = "Option<Delete>")]
    pub delete: Option<Spanned<Delete>>,
    /// What no two rows share.
    #[schemars(with = "Option<Map<Unique>>")]
    pub unique: Map<Unique>,
    /// What no two rows do at one time; the names are the codes of the refusals.
    #[schemars(with = "Option<Map<Exclude>>")]
    pub exclude: Map<Exclude>,
    /// What children add up to: columns of the row that nobody writes, kept as children change.
    #[schemars(with = "Option<Map<Total>>")]
    pub totals: Map<Total>,
    /// What always holds of a row; the names are the codes of the refusals.
    #[schemars(with = "Option<Map<Rule>>")]
    pub rules: Map<Rule>,
    /// Who sees what: roles, parties, `user`, `anyone`. Nobody else sees anything.
    #[schemars(with = "Option<Map<grant::Forms>>")]
    pub read: Option<Map<Vec<Read>>>,
    /// The only ways in which rows come to be and change.
    #[schemars(with = "Option<Map<Action>>")]
    pub actions: Map<Action>,
    /// A section of it could not be read, so that names may be missing.
    #[schemars(skip)]
    pub incomplete: bool,
}

impl Shape for Entity {
    const WHAT: &'static str = "an entity";
    const WORDS: &'static [(&'static str, &'static str)] = &[
        ("summary", "Something to be done"),
        ("was", "Job"),
        ("plural", "tasks"),
        ("scope", "Team"),
        ("fields", "{ title: text(1..80), due: optional date }"),
        ("parties", "{ assignee: { in: team } }"),
        ("states", "[open, done]"),
        ("append_only", "true"),
        ("frozen", "{ fields: [title], from: done }"),
        ("number", "{ per: tenant, gapless: true, at: finish }"),
        ("effective", "{ by: [category], during: valid }"),
        ("pick", "{ rate: { from: Rate, by: [title] } }"),
        ("delete", "never"),
        ("unique", "{ title: [title] }"),
        ("exclude", "{ taken: { overlapping: during, where: during is set && state is open } }"),
        ("totals", "{ refunded: { sum: Refund.amount, by: payment, where: state is succeeded } }"),
        ("rules", "{ some_price: price >= 0 }"),
        ("read", "{ member: [title], lead: all }"),
        ("actions", "{ create: { by: lead, accept: [title] } }"),
    ];
    const PLANNED: &'static [Word] = planned::ENTITY;
    const EXAMPLE: &'static str = "`Task: { fields: { title: text(1..80) } }`";
}

pub(super) fn read(name: &Name, node: &Node, reader: &mut Reader<'_>) -> Entity {
    let Some(mut words) = Words::of::<Entity>(node, name.span, reader) else {
        return Entity { incomplete: true, ..Entity::default() };
    };
    let (mut totals_lost, mut picks_lost) = (false, false);
    let w = &mut words;
    let mut entity = Entity {
        summary: w.optional("summary", reader, scalars::text),
        was: w.optional("was", reader, |node, reader| scalars::was(node, Alphabet::Pascal, reader)),
        plural: w.optional("plural", reader, plural),
        scope: w.optional("scope", reader, scope::read),
        fields: w.or_default("fields", reader, |node, reader| {
            reader.map(node, "`fields`", Field::EXAMPLE, Alphabet::Snake, field::read)
        }),
        parties: w.or_default("parties", reader, |node, reader| {
            reader.map(node, "`parties`", Party::EXAMPLE, Alphabet::Snake, party::read)
        }),
        states: w.optional("states", reader, states::read),
        append_only: w
            .optional("append_only", reader, scalars::boolean)
            .filter(|one| one.value)
            .map(|one| one.span),
        frozen: w.optional("frozen", reader, frozen::read),
        number: w.optional("number", reader, number::read),
        effective: w.optional("effective", reader, effective::read),
        pick: w.or_default("pick", reader, |node, reader| {
            reader.map(node, "`pick`", Pick::EXAMPLE, Alphabet::Snake, |name, node, reader| {
                let pick = pick::read(name, node, reader);
                picks_lost |= pick.is_none();
                pick
            })
        }),
        delete: w.optional("delete", reader, deletion::read),
        unique: w.or_default("unique", reader, |node, reader| {
            reader.map(node, "`unique`", Unique::EXAMPLE, Alphabet::Snake, unique::read)
        }),
        exclude: w.or_default("exclude", reader, |node, reader| {
            reader.map(node, "`exclude`", Exclude::EXAMPLE, Alphabet::Snake, exclude::read)
        }),
        totals: w.or_default("totals", reader, |node, reader| {
            reader.map(node, "`totals`", Total::EXAMPLE, Alphabet::Snake, |name, node, reader| {
                let total = totals::read(name, node, reader);
                totals_lost |= total.is_none();
                total
            })
        }),
        rules: w.or_default("rules", reader, |node, reader| {
            let example = "`rules: { paid_in_full: paid <= total }`";
            reader.map(node, "`rules`", example, Alphabet::Snake, rule::read)
        }),
        read: w.optional("read", reader, |node, reader| {
            let example = "`read: { member: all }`";
            reader.map(node, "`read`", example, Alphabet::Snake, grant::read)
        }),
        actions: w.or_default("actions", reader, |node, reader| {
            reader.map(node, "`actions`", Action::EXAMPLE, Alphabet::Snake, action::read)
        }),
        incomplete: false,
    };
    entity.incomplete = totals_lost
        || picks_lost
        || words.lost(&[
            "effective",
            "pick",
            "number",
            "fields",
            "parties",
            "states",
            "delete",
            "unique",
            "exclude",
            "totals",
            "rules",
            "actions",
        ]);
    entity
}

fn plural(node: &Node, reader: &mut Reader<'_>) -> Option<Name> {
    let plural = scalars::text(node, reader)?;
    Alphabet::Snake.check(&plural, reader).then_some(plural)
}
