//! Whose rows each entity's are.

use super::draft::{Draft, Drafts, ScopeDraft, World};
use super::entities;
use crate::diagnostics::{Diagnostic, Diagnostics, codes};
use crate::model::{Context, EntityId, EntityKind};
use crate::source::Span;
use crate::syntax::{Document, FieldType, Name, Scope};

/// So many entities lie between a row and one that names its tenant; no blueprint comes near.
const MOST_THROUGH: usize = 32;

pub fn scopes(
    document: &Document,
    drafts: &Drafts<'_>,
    contexts: &[Context],
    out: &mut Diagnostics,
) -> Vec<ScopeDraft> {
    let mut tenants: Vec<EntityId> = contexts.iter().filter_map(Context::tenant).collect();
    tenants.dedup();
    let mut scopes: Vec<Option<ScopeDraft>> = drafts
        .iter()
        .map(|draft| first(document, drafts, contexts, &tenants, draft, out))
        .collect();
    let ids = || (0..drafts.len()).map(EntityId);
    let parents: Vec<Option<EntityId>> =
        ids().map(|id| parent(drafts, id).and_then(|(_, target)| drafts.find(target?))).collect();
    let circles = in_circles(&parents);
    let mut deep = vec![0; drafts.len()];
    for id in ids() {
        // From a row to its parent's, as far as nothing is known: nobody says how far that is.
        let mut chain = Vec::new();
        let mut next = Some(id);
        while let Some(id) = next.filter(|id| scopes[id.0].is_none()) {
            chain.push(id);
            next = parents[id.0].filter(|_| !circles[id.0]);
        }
        for id in chain.into_iter().rev() {
            let parent = parents[id.0].filter(|_| !circles[id.0]);
            let parent = parent.and_then(|parent| Some((parent, scopes[parent.0]?)));
            deep[id.0] = parent.map_or(0, |(parent, _)| deep[parent.0] + 1);
            if deep[id.0] > MOST_THROUGH {
                deep[id.0] = 0;
                out.push(too_far(drafts[id.0].span));
                scopes[id.0] = Some(likely(&tenants));
                continue;
            }
            scopes[id.0] = Some(through(document, drafts, &tenants, id, parent, out));
        }
    }
    scopes.into_iter().map(|scope| scope.unwrap_or(ScopeDraft::Platform)).collect()
}

fn too_far(place: Span) -> Diagnostic {
    let message = format!("its tenant is found through more than {MOST_THROUGH} other entities");
    Diagnostic::new(codes::TOO_MANY, place, message)
        .reason("each of them is asked whose its rows are")
        .next("name the tenant itself, as in `scope: Team`")
}

/// The scope where it does not depend on another's; None where it is `through`.
fn first(
    document: &Document,
    drafts: &Drafts<'_>,
    contexts: &[Context],
    tenants: &[EntityId],
    draft: &Draft<'_>,
    out: &mut Diagnostics,
) -> Option<ScopeDraft> {
    let written = draft.declared.and_then(|declared| declared.scope.as_ref());
    let implied = match draft.kind {
        EntityKind::Plain => None,
        EntityKind::User | EntityKind::Tenant(_) => Some(ScopeDraft::Platform),
        EntityKind::Grants(context) => Some(match contexts[context.0].tenant() {
            Some(tenant) => ScopeDraft::Tenant(tenant),
            None => ScopeDraft::Platform,
        }),
    };
    if let (Some(written), Some(_)) = (written, implied) {
        let message = format!("the scope of `{}` follows from `identity`", draft.name);
        out.push(Diagnostic::new(codes::WRONG_SCOPE, written.span, message).next("remove this"));
    }
    if implied.is_some() {
        return implied;
    }
    match written.map(|written| &written.value) {
        Some(Scope::Platform) => Some(ScopeDraft::Platform),
        Some(Scope::Tenant(name)) => {
            let tenant = entities::named(document, drafts, name, out);
            Some(match tenant {
                Some(tenant) if tenants.contains(&tenant) => ScopeDraft::Tenant(tenant),
                Some(_) => {
                    out.push(not_a_tenant(name, drafts, tenants));
                    likely(tenants)
                }
                None => likely(tenants),
            })
        }
        Some(Scope::Through(_)) => None,
        None => Some(match tenants {
            [] => ScopeDraft::Platform,
            [tenant] => ScopeDraft::Tenant(*tenant),
            _ => {
                let names: Vec<&str> = tenants.iter().map(|tenant| drafts[tenant.0].name).collect();
                out.push(
                    Diagnostic::new(
                        codes::WRONG_SCOPE,
                        draft.span,
                        format!("`{}` does not say whose rows its are", draft.name),
                    )
                    .reason("there is more than one kind of tenant")
                    .next(format!("add `scope:` with {} or platform", names.join(", "))),
                );
                ScopeDraft::Platform
            }
        }),
    }
}

/// What was probably meant, so that nothing follows from the mistake.
fn likely(tenants: &[EntityId]) -> ScopeDraft {
    tenants.first().map_or(ScopeDraft::Platform, |tenant| ScopeDraft::Tenant(*tenant))
}

fn not_a_tenant(name: &Name, drafts: &Drafts<'_>, tenants: &[EntityId]) -> Diagnostic {
    let names: Vec<&str> = tenants.iter().map(|tenant| drafts[tenant.0].name).collect();
    let next = match names.as_slice() {
        [] => "no context has a tenant: write `scope: platform`".to_owned(),
        names => format!(
            "name a tenant ({}), or go through a row: `scope: {{ through: field }}`",
            names.join(", ")
        ),
    };
    Diagnostic::new(codes::WRONG_SCOPE, name.span, format!("`{name}` is no tenant")).next(next)
}

/// The scope of the row that a field refers to; without a parent the entity is in a circle, or refers to nothing.
fn through(
    document: &Document,
    drafts: &Drafts<'_>,
    tenants: &[EntityId],
    id: EntityId,
    found: Option<(EntityId, ScopeDraft)>,
    out: &mut Diagnostics,
) -> ScopeDraft {
    let Some((name, target)) = parent(drafts, id) else {
        return likely(tenants);
    };
    let Some(target) = target else {
        report_no_parent(&drafts[id.0], name, out);
        return likely(tenants);
    };
    if drafts.find(target).is_none() {
        return likely(tenants);
    }
    let Some((parent, scope)) = found else {
        let message = format!("`{}` reaches itself through `{name}`", drafts[id.0].name);
        let told = Diagnostic::new(codes::GOES_IN_A_CIRCLE, name.span, message);
        out.push(told.next("let the scope of one of them be a tenant"));
        return likely(tenants);
    };
    match scope.tenant() {
        Some(tenant) => ScopeDraft::Through { tenant, parent },
        // Which tenants there are was lost to another mistake.
        None if tenants.is_empty() && document.incomplete => ScopeDraft::Platform,
        None => {
            let message =
                format!("`{}` is no tenant's, so nothing is through it", drafts[parent.0].name);
            out.push(
                Diagnostic::new(codes::WRONG_SCOPE, name.span, message)
                    .next("write `scope: platform`"),
            );
            ScopeDraft::Platform
        }
    }
}

/// The field named by `through`, and the entity that it refers to where it refers to one.
fn parent<'d>(drafts: &Drafts<'d>, id: EntityId) -> Option<(&'d Name, Option<&'d str>)> {
    let declared = drafts[id.0].declared?;
    let Scope::Through(name) = &declared.scope.as_ref()?.value else { return None };
    let field = declared.fields.get(&name.value);
    let target = field.and_then(|field| match &field.ty.as_ref()?.value {
        FieldType::Ref { entity, within: None } => Some(entity.as_str()),
        _ => None,
    });
    Some((name, target))
}

fn report_no_parent(draft: &Draft<'_>, name: &Name, out: &mut Diagnostics) {
    let Some(declared) = draft.declared else { return };
    match declared.fields.get(&name.value) {
        Some(field) if field.ty.is_none() => {}
        None => {
            let known = declared.fields.names();
            super::unknown::unknown_in(out, name, "field", draft.name, known, declared.incomplete);
        }
        Some(_) => out.push(
            Diagnostic::new(codes::WRONG_KIND, name.span, format!("`{name}` refers to no row"))
                .next("name a field of type `ref E`"),
        ),
    }
}

/// Which of them are reached from themselves.
fn in_circles(parents: &[Option<EntityId>]) -> Vec<bool> {
    let mut circles = vec![false; parents.len()];
    // By which walk each was met first.
    let mut met = vec![usize::MAX; parents.len()];
    for start in 0..parents.len() {
        let mut at = start;
        while met[at] == usize::MAX {
            met[at] = start;
            match parents[at] {
                Some(parent) => at = parent.0,
                None => break,
            }
        }
        // The walk came back to where it had been.
        if met[at] == start && parents[at].is_some() {
            while !circles[at] {
                circles[at] = true;
                at = parents[at].expect("a circle has no end").0;
            }
        }
    }
    circles
}

/// All entities, each after the one that its scope goes through.
pub fn parents_first(world: &World<'_>) -> Vec<EntityId> {
    let mut order: Vec<EntityId> = Vec::new();
    let mut listed = vec![false; world.drafts.len()];
    for id in (0..world.drafts.len()).map(EntityId) {
        let mut chain = Vec::new();
        let mut next = Some(id);
        while let Some(id) = next.filter(|id| !listed[id.0]) {
            listed[id.0] = true;
            chain.push(id);
            next = match world.scopes[id.0] {
                ScopeDraft::Through { parent, .. } => Some(parent),
                _ => None,
            };
        }
        order.extend(chain.into_iter().rev());
    }
    order
}
