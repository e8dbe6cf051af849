//! Which entities there are, and what each of them is put together from.

use super::draft::{Draft, Drafts, World};
use super::{
    accepts, actions, append_only, conditions, deletion, effective, exclusions, fields, implied,
    names_in_code, names_unique, parties, plurals, reads, references_linked, scopes, states,
    totals, uniques, unknown,
};
use crate::diagnostics::{Diagnostic, Diagnostics, codes, is_slip};
use crate::model::{ContextId, Entity, EntityId, EntityKind};
use crate::source::{Span, Spanned};
use crate::syntax::{Context, Document};

/// All entities: those that `identity` implies first, then those declared.
pub fn drafts<'d>(document: &'d Document, out: &mut Diagnostics) -> Drafts<'d> {
    let mut special: Vec<(&str, Span, EntityKind)> = Vec::new();
    let user = document.identity.user.entity.as_ref();
    special.push((
        document.identity.user.name(),
        user.map_or(document.span, |name| name.span),
        EntityKind::User,
    ));
    let contexts = super::contexts::declared(document).enumerate();
    let contexts: Vec<(usize, &Context)> =
        contexts.map(|(at, (_, context))| (at, context)).collect();
    for (tenants, kind) in [(true, "a tenant"), (false, "the grants of a context")] {
        for (at, context) in &contexts {
            let id = ContextId(at + super::contexts::BUILT_IN);
            let (name, entity_kind) = if tenants {
                (context.tenant.as_ref(), EntityKind::Tenant(id))
            } else {
                (context.grants.as_ref(), EntityKind::Grants(id))
            };
            let Some(name) = name else { continue };
            if let Some((_, first, is)) = special.iter().find(|(other, _, _)| *other == name.value)
            {
                out.push(taken(name, kind, *first, *is));
                continue;
            }
            special.push((name.as_str(), name.span, entity_kind));
        }
    }
    let mut drafts: Vec<Draft<'d>> = Vec::new();
    // Of a name that is nearly a declared one, only that is told: it is taken for that.
    let mut slips: Vec<Slip<'_>> = Vec::new();
    for (name, span, kind) in &special {
        if document.entities.get(name).is_none() {
            let meant = document.entities.iter().map(|(name, _)| name).find(|other| {
                is_slip(name, &other.value)
                    && !special.iter().any(|(special, _, _)| *special == other.value)
                    && !slips.iter().any(|slip| slip.declared == other.value)
            });
            if let Some(meant) = meant {
                let spoken_of = is_named_elsewhere(document, name);
                out.push(match spoken_of {
                    true => nearly(name, *span, meant),
                    false => slip(name, *span, meant),
                });
                slips.push(Slip {
                    implied: name,
                    declared: meant.as_str(),
                    spoken_of,
                    kind: *kind,
                });
                continue;
            }
            drafts.push(Draft { name, span: *span, kind: *kind, declared: None });
        }
    }
    for (name, entity) in document.entities.iter() {
        let kind = special.iter().find(|(named, _, _)| *named == name.value).map(|one| one.2);
        let slip = slips.iter().find(|slip| slip.declared == name.value);
        drafts.push(Draft {
            name: slip.map_or(name.as_str(), Slip::name),
            span: name.span,
            kind: kind.or(slip.map(|slip| slip.kind)).unwrap_or(EntityKind::Plain),
            declared: Some(entity),
        });
    }
    Drafts::new(drafts, slips.iter().map(|slip| (slip.alias(), slip.name())))
}

/// One entity under two names that are nearly the same.
struct Slip<'d> {
    implied: &'d str,
    declared: &'d str,
    /// Whether more than `identity` speaks of the implied one: then all that follows from a name is as they expect.
    spoken_of: bool,
    kind: EntityKind,
}

impl<'d> Slip<'d> {
    fn name(&self) -> &'d str {
        if self.spoken_of { self.implied } else { self.declared }
    }

    fn alias(&self) -> &'d str {
        if self.spoken_of { self.declared } else { self.implied }
    }
}

/// Whether more speaks of an entity than the one place in `identity`.
fn is_named_elsewhere(document: &Document, name: &str) -> bool {
    let index = super::index::index(document);
    index.symbol(&format!("entities.{name}")).is_some_and(|symbol| symbol.references.len() > 1)
}

/// An entity that is declared, beside one that `identity` implies under nearly the same name: its
/// fields, rules and actions would be another's.
fn nearly(implied: &str, named: Span, declared: &Spanned<String>) -> Diagnostic {
    let message = format!("`{declared}` is nearly `{implied}`, which nothing declares");
    Diagnostic::new(codes::UNKNOWN_NAME, declared.span, message)
        .also(named, format!("implies an entity `{implied}`"))
        .reason("they would be two entities, and what stands here would not hold of the other")
        .next(format!("write one name in both places, or declare both: `{implied}: {{}}`"))
}

/// The same, where nothing else speaks of what is implied.
fn slip(implied: &str, named: Span, declared: &Spanned<String>) -> Diagnostic {
    let message = format!("nothing else speaks of an entity `{implied}`");
    Diagnostic::new(codes::UNKNOWN_NAME, named, message)
        .also(declared.span, "is declared here")
        .reason("it would be implied beside that one")
        .meant(implied, [declared.as_str()])
}

fn taken(name: &Spanned<String>, what: &str, first: Span, is: EntityKind) -> Diagnostic {
    let is = match is {
        EntityKind::User => "it is what people are",
        EntityKind::Tenant(_) => "it is a context's tenant",
        EntityKind::Grants(_) => "it holds a context's grants",
        EntityKind::Plain => "it is something else",
    };
    let message = format!("`{name}` cannot be {what}: {is} already");
    Diagnostic::new(codes::WRONG_KIND, name.span, message)
        .also(first, "named here first")
        .reason("people, tenants and grants are told apart by their entity")
        .next("name another entity")
}

/// Each entity without its grants and actions, which speak of other entities' fields.
pub fn entities(world: &World<'_>, out: &mut Diagnostics) -> Vec<Entity> {
    let mut done: Vec<Option<Entity>> = world.drafts.iter().map(|_| None).collect();
    for id in scopes::parents_first(world) {
        let entity = shell(world, id, &done, out);
        done[id.0] = Some(entity);
    }
    done.into_iter().map(|entity| entity.expect("each is visited once")).collect()
}

fn shell(
    world: &World<'_>,
    id: EntityId,
    done: &[Option<Entity>],
    out: &mut Diagnostics,
) -> Entity {
    let draft = &world.drafts[id.0];
    let columns = fields::fields(world, id, done, out);
    let deletion = deletion::deletion(draft, &columns.fields, out);
    let mut entity = Entity {
        name: draft.name.to_owned(),
        plural: plurals::plural(draft),
        summary: unknown::summary(draft.declared.and_then(|one| one.summary.as_ref())),
        kind: draft.kind,
        scope: columns.scope,
        fields: columns.fields,
        states: states::states(draft, out),
        append_only: draft.append_only(),
        settled: None,
        number: None,
        effective: None,
        picks: Vec::new(),
        deletion,
        parties: Vec::new(),
        uniques: Vec::new(),
        exclusions: Vec::new(),
        totals: Vec::new(),
        quotas: Vec::new(),
        copies: Vec::new(),
        rules: Vec::new(),
        reads: Vec::new(),
        actions: Vec::new(),
    };
    names_unique::within(world, draft, &entity, out);
    names_in_code::within(draft, out);
    references_linked::references(world, id, &entity, out);
    deletion::references(world, id, &entity, out);
    append_only::check(draft, out);
    effective::check(draft, out);
    parties::parties(world, id, &mut entity, done, out);
    entity
}

/// What speaks of fields, parties and roles.
pub fn grants_and_actions(world: &mut World<'_>, index: usize, out: &mut Diagnostics) {
    let id = EntityId(index);
    let uniques = uniques::uniques(world, id, out);
    let exclusions = exclusions::exclusions(world, id, out);
    let (totals, quotas) = totals::totals(world, id, out);
    let rules = conditions::rules(world, id, out);
    let reads = match world.drafts[index].declared.and_then(|declared| declared.read.as_ref()) {
        Some(declared) => reads::reads(world, id, declared, out),
        None => implied::reads(world, id),
    };
    let mut all = actions::actions(world, id, out);
    implied::actions(world, id, &mut all);
    accepts::people(world, id, &all, out);
    let entity = &mut world.entities[index];
    entity.uniques = uniques;
    entity.exclusions = exclusions;
    entity.totals = totals;
    entity.quotas = quotas;
    entity.rules = rules;
    entity.reads = reads;
    entity.actions = all;
    deletion::hide(entity);
}

/// Names of all entities, for `did you mean`.
pub fn names<'a>(drafts: &'a [Draft<'_>]) -> impl Iterator<Item = &'a str> {
    drafts.iter().map(|draft| draft.name)
}

/// The entity of this name; reported where there is none.
pub fn named(
    document: &Document,
    drafts: &Drafts<'_>,
    name: &Spanned<String>,
    out: &mut Diagnostics,
) -> Option<EntityId> {
    let found = drafts.find(&name.value);
    if found.is_none() {
        unknown::unknown(out, name, "entity", names(drafts), document.incomplete);
    }
    found
}
