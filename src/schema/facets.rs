//! Facets: columns that only some of a context's readers are given, each set behind a view that
//! repeats the whole gate of those who are given it. The view's owner is nobody's login.

use std::collections::BTreeSet;

use super::cx::{Cx, Slot, anchor};
use super::names::{joined, table};
use super::pieces::{Access, Facet, Grant};
use super::policies::{entered, policy};
use super::seal;
use super::who::{Place, Row, readers};
use crate::model::{ContextId, EntityId, FieldId, access};

/// Name of the view, without schema, unquoted. `number` counts from 1.
pub fn view(cx: &Cx<'_>, entity: EntityId, context: ContextId, number: usize) -> String {
    joined(&[&table(&cx.model[entity].name), &cx.model[context].name, &number.to_string()])
}

pub fn lower(cx: &Cx<'_>, entity: EntityId) -> Vec<Facet> {
    each(cx, entity).into_iter().map(|(facet, _)| facet).collect()
}

/// Columns of facets: what the planner knows of all rows, `EXPLAIN` would tell whoever is given a view
/// of some, or of none.
pub fn unmeasured(cx: &Cx<'_>, entity: EntityId) -> Vec<String> {
    let fields: BTreeSet<FieldId> = cx
        .model
        .context_ids()
        .filter_map(|context| cx.model.access(entity, context))
        .flat_map(|access| access.facets)
        .flat_map(|facet| facet.fields)
        .collect();
    let path = format!("entities.{}.facet.statistics", cx.model[entity].name);
    if fields.is_empty() || !cx.guard(path) {
        return Vec::new();
    }
    fields.into_iter().map(|field| cx.column(entity, Slot::Field(field))).collect()
}

/// What the views' owner may read: the facets, and what their gates speak of.
pub fn access(cx: &Cx<'_>, entity: EntityId) -> Option<Access> {
    let used: BTreeSet<Slot> = each(cx, entity).into_iter().flat_map(|(_, used)| used).collect();
    if used.is_empty() {
        return None;
    }
    let slots = cx.slots(entity).into_iter().filter(|slot| used.contains(slot));
    let columns = slots.map(|slot| cx.column(entity, slot)).collect();
    let role = cx.role("facet");
    Some(Access {
        policies: vec![policy("facet", Some("SELECT"), role.clone(), Vec::new())],
        grant: Some(Grant { privileges: vec![("SELECT", columns)], role }),
    })
}

fn each(cx: &Cx<'_>, entity: EntityId) -> Vec<(Facet, BTreeSet<Slot>)> {
    let mut out = Vec::new();
    for context in cx.model.context_ids() {
        let Some(access) = cx.model.access(entity, context) else { continue };
        for (index, facet) in access.facets.iter().enumerate() {
            out.push(one(cx, entity, &access, facet, index + 1));
        }
    }
    out
}

fn one(
    cx: &Cx<'_>,
    entity: EntityId,
    access: &access::Access<'_>,
    facet: &access::Facet,
    number: usize,
) -> (Facet, BTreeSet<Slot>) {
    let it = &cx.model[entity];
    let context = access.context;
    let path = format!("entities.{}.facet.{}.{number}", it.name, cx.model[context].name);
    let row = Row::new(cx, entity, "t.", Place::Policy);

    let mut conjuncts = Vec::new();
    if let Some(slot) = anchor(cx.model, it, context)
        && cx.guard(format!("{path}.tenant"))
    {
        conjuncts.push(format!("{} = (SELECT {})", row.slot(slot), seal::TENANT));
    }
    let grants = facet.grants.iter().map(|index| access.grants[*index]);
    let gate = readers(cx, entity, context, grants.clone());
    conjuncts.extend(entered(cx, entity, context, &gate, &path));
    conjuncts.extend(gate.conjuncts(&row, &path));

    let mut slots = vec![Slot::Id];
    slots.extend(it.scope.tenant().map(|(_, column)| Slot::Field(column)));
    slots.extend(facet.fields.iter().map(|field| Slot::Field(*field)));
    let columns = slots.iter().map(|slot| cx.column(entity, *slot)).collect();
    let mut used = row.used.into_inner();
    used.extend(slots);

    let fields: Vec<&str> =
        facet.fields.iter().map(|field| it.fields[field.0].name.as_str()).collect();
    let mut whom: Vec<&str> = grants.map(|grant| cx.model.name_of(it, grant.who)).collect();
    whom.dedup();
    let facet = Facet {
        view: view(cx, entity, context, number),
        note: format!("{path}: {}, for {}", fields.join(", "), whom.join(", ")),
        columns,
        conjuncts: seal::at_once(conjuncts),
        barrier: cx.guard(format!("{path}.barrier")),
        reader: cx.login(context),
        owner: cx.role("facet"),
    };
    (facet, used)
}
