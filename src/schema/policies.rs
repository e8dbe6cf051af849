//! What each role may do with a table: policies say which rows, grants which columns.

use super::cx::{Cx, Needs, Slot, anchor, implied};
use super::names::ident;
use super::pieces::{Access, Grant, Policy};
use super::who::{Gate, Place, Row, column_of, readers};
use super::{clock, erasure, facets, gates, seal, totals};
use crate::model::{
    ActionKind, ContextId, ContextKind, Default, EntityId, EntityKind, Model, Origin, Party,
    PartyId, Who,
};

pub fn lower(cx: &Cx<'_>, entity: EntityId) -> Vec<Access> {
    let mut out = vec![owner(cx)];
    out.extend(gate(cx, entity));
    for context in cx.model.context_ids() {
        out.extend(reader(cx, entity, context));
        out.extend(door(cx, entity, context));
    }
    out.extend(facets::access(cx, entity));
    out.extend(totals::access(cx, entity));
    out.extend(clock::access(cx, entity));
    out.extend(erasure::access(cx, entity));
    out
}

/// Migrations see all rows through it, although row security is forced.
fn owner(cx: &Cx<'_>) -> Access {
    Access { policies: vec![policy("owner", None, cx.role("owner"), Vec::new())], grant: None }
}

fn gate(cx: &Cx<'_>, entity: EntityId) -> Option<Access> {
    let it = &cx.model[entity];
    let column = |slot: Slot| cx.column(entity, slot);
    let privileges = match it.kind {
        EntityKind::User => {
            let mut all = vec![("SELECT", vec![column(Slot::Id), column(Slot::Subject)])];
            if let Some(made) = gates::provisioned(cx) {
                let made: Vec<String> = made.into_iter().map(Slot::Field).map(column).collect();
                let ids = [column(Slot::Id), column(Slot::Subject)];
                all.push(("INSERT", ids.into_iter().chain(made).collect()));
            }
            all
        }
        EntityKind::Grants(context) => {
            let tenant = it.scope.tenant().map(|(_, column)| column);
            let rest = ["user", "role", "revoked_at"].map(|name| implied(it, name));
            let read = tenant.into_iter().chain(rest).map(Slot::Field).map(column).collect();
            let mut all = vec![("SELECT", read)];
            if !cx.asking_who_holds(context).is_empty() {
                // FOR SHARE asks for it; no function of the gate writes it.
                all.push(("UPDATE", vec![column(Slot::Version)]));
            }
            all
        }
        _ => return None,
    };
    let role = cx.role("gate");
    Some(Access {
        policies: vec![policy("gate", None, role.clone(), Vec::new())],
        grant: Some(Grant { privileges, role }),
    })
}

fn reader(cx: &Cx<'_>, entity: EntityId, context: ContextId) -> Option<Access> {
    let it = &cx.model[entity];
    let access = cx.model.access(entity, context)?;
    let name = &cx.model[context].name;
    let path = format!("entities.{}.read.{name}", it.name);

    let mut conjuncts = Vec::new();
    if let Some(slot) = anchor(cx.model, it, context)
        && cx.guard(format!("{path}.tenant"))
    {
        conjuncts.push(format!("{} = (SELECT {})", cx.column(entity, slot), seal::TENANT));
    }
    let row = Row::new(cx, entity, "", Place::Policy);
    let gate = readers(cx, entity, context, access.grants.iter().copied());
    conjuncts.extend(entered(cx, entity, context, &gate, &path));
    conjuncts.extend(gate.conjuncts(&row, &path));

    let slots = cx.slots(entity);
    let granted: Vec<String> = slots
        .iter()
        .filter(|slot| match slot {
            Slot::Field(field) => access.base.contains(field),
            Slot::Subject => false,
            _ => true,
        })
        .map(|slot| cx.column(entity, *slot))
        .collect();
    let hides = granted.len() < slots.len();
    let columns = match hides && !cx.guard(format!("entities.{}.columns.{name}", it.name)) {
        true => Vec::new(),
        false => granted,
    };
    let role = cx.login(context);
    Some(Access {
        policies: vec![policy(name, Some("SELECT"), role.clone(), seal::at_once(conjuncts))],
        grant: Some(Grant { privileges: vec![("SELECT", columns)], role }),
    })
}

/// What stands where nothing else asks who it is: somebody has entered.
pub fn entered(
    cx: &Cx<'_>,
    entity: EntityId,
    context: ContextId,
    gate: &Gate,
    path: &str,
) -> Option<String> {
    let open = gate.is_for_whoever_entered()
        && cx.model[context].kind != ContextKind::Anyone
        && anchor(cx.model, &cx.model[entity], context).is_none();
    (open && cx.guard(format!("{path}.entered")))
        .then(|| format!("(SELECT {}) IS NOT NULL", seal::ME))
}

/// The doors of a context may touch what lies in it, and of that only what they name.
fn door(cx: &Cx<'_>, entity: EntityId, context: ContextId) -> Option<Access> {
    let needs = cx.needs(entity, context)?;
    let role = cx.door(context);
    let slots = cx.slots(entity);
    let columns = |ranks: &std::collections::BTreeSet<usize>| -> Vec<String> {
        ranks.iter().map(|rank| cx.column(entity, slots[*rank])).collect()
    };
    let mut update = columns(&needs.update);
    if (needs.locks || needs.deletes) && update.is_empty() {
        // A lock asks for the right to some column.
        update.push(cx.column(entity, Slot::Version));
    }
    let privileges = [
        ("SELECT", columns(&needs.select)),
        ("INSERT", columns(&needs.insert)),
        ("UPDATE", update),
    ];
    let privileges = privileges.into_iter().filter(|(_, columns)| !columns.is_empty());
    let privileges = privileges.chain(needs.deletes.then(|| ("DELETE", Vec::new()))).collect();
    Some(Access {
        policies: door_policies(cx, entity, context, &needs),
        grant: Some(Grant { privileges, role }),
    })
}

fn door_policies(cx: &Cx<'_>, entity: EntityId, context: ContextId, needs: &Needs) -> Vec<Policy> {
    let it = &cx.model[entity];
    let role = cx.door(context);
    let name = format!("{}_door", cx.model[context].name);
    let guard = |what: &str, conjunct: Option<String>| -> Vec<String> {
        let path = format!("doors.{}.{}.{what}", it.name, cx.model[context].name);
        conjunct.filter(|_| cx.guard(path)).into_iter().collect()
    };
    let (inserts, updates) = (!needs.insert.is_empty(), needs.deletes || !needs.update.is_empty());
    if cx.model[context].kind != ContextKind::Person {
        let tenant = anchor(cx.model, it, context)
            .map(|slot| format!("{} = (SELECT rt.tenant())", cx.column(entity, slot)));
        let command = if inserts || updates || needs.locks { None } else { Some("SELECT") };
        return vec![policy(&name, command, role, guard("anchor", tenant))];
    }

    let mut out = Vec::new();
    // Whose the rows of others are that steps write, the steps alone say.
    let of = changed_in_person(cx, entity, context).filter(|_| !needs.changes_others);
    let made = made_in_person(cx, entity, context).filter(|_| !needs.makes_others);
    if updates && inserts && of == made {
        out.push(policy(&name, None, role.clone(), guard("anchor", of)));
    } else {
        if updates {
            // What lets rows of others be changed must not let them be made.
            let apart = inserts && made.is_some() && needs.changes_others;
            let command = apart.then_some("UPDATE");
            out.push(policy(&name, command, role.clone(), guard("anchor", of)));
            if apart && needs.deletes {
                let name = format!("{name}_delete");
                out.push(policy(&name, Some("DELETE"), role.clone(), Vec::new()));
            }
        }
        if inserts {
            let name = if updates { format!("{name}_insert") } else { name.clone() };
            out.push(policy(&name, Some("INSERT"), role.clone(), guard("made", made)));
        }
    }
    if needs.refers {
        let name = if inserts || updates { format!("{name}_reference") } else { name };
        out.push(policy(&name, Some("SELECT"), role.clone(), Vec::new()));
    }
    if needs.locks {
        let name = format!("{}_door_lock", cx.model[context].name);
        out.push(Policy { writes: false, ..policy(&name, Some("UPDATE"), role, Vec::new()) });
    }
    out
}

/// What makes a row the person's, where none but his parties change it.
fn changed_in_person(cx: &Cx<'_>, entity: EntityId, context: ContextId) -> Option<String> {
    let parties = parties_that_change(cx, entity, context)?;
    let mine: Vec<String> = parties
        .into_iter()
        .map(|party| is_me(cx, entity, &cx.model[entity].parties[party.0]))
        .collect();
    match mine.len() {
        0 => None,
        1 => mine.into_iter().next(),
        _ => Some(format!("({})", mine.join(" OR "))),
    }
}

/// None where somebody else changes rows of the entity too.
fn parties_that_change(cx: &Cx<'_>, entity: EntityId, context: ContextId) -> Option<Vec<PartyId>> {
    let it = &cx.model[entity];
    let mut parties: Vec<PartyId> = Vec::new();
    for action in it.actions.iter().filter(|action| action.kind.on_existing_row()) {
        for door in action.doors(cx.model, it).iter().filter(|door| door.context == context) {
            for who in &door.by {
                match who {
                    Who::Party(party) if parties.contains(party) => {}
                    Who::Party(party) => parties.push(*party),
                    _ => return None,
                }
            }
        }
    }
    Some(parties)
}

/// The column that holds the person in every row that the context's doors may change.
pub fn mine(cx: &Cx<'_>, entity: EntityId, context: ContextId) -> Option<Slot> {
    if cx.model[context].kind != ContextKind::Person {
        return None;
    }
    match parties_that_change(cx, entity, context)?.as_slice() {
        [one] => Some(column_of(cx, entity, *one)),
        _ => None,
    }
}

/// What makes a new row the person's.
fn made_in_person(cx: &Cx<'_>, entity: EntityId, context: ContextId) -> Option<String> {
    let it = &cx.model[entity];
    match it.kind {
        EntityKind::Tenant(_) => return Some("id = (SELECT rt.founded())".to_owned()),
        EntityKind::Grants(_) => return Some(format!("{} = (SELECT rt.me())", ident("user"))),
        _ => {}
    }
    let always = |party: &(PartyId, &Party)| {
        it.actions.iter().filter(|action| action.kind == ActionKind::Create).all(|action| {
            action.doors(cx.model, it).iter().filter(|door| door.context == context).all(|door| {
                by_default(cx.model, entity, party.1) || door.by == [Who::Party(party.0)]
            })
        })
    };
    it.parties
        .iter()
        .enumerate()
        .map(|(index, party)| (PartyId(index), party))
        .filter(|(_, party)| party.context == context && party.column.is_some())
        .find(always)
        .map(|(_, party)| is_me(cx, entity, party))
}

fn by_default(model: &Model, entity: EntityId, party: &Party) -> bool {
    party.column.is_some_and(|column| {
        let it = &model[entity];
        let field = &it.fields[column.0];
        let accepted = it.actions.iter().any(|action| action.accept.contains(&column));
        field.default == Some(Default::Actor)
            && !accepted
            && !matches!(field.origin, Origin::Copied { .. })
    })
}

fn is_me(cx: &Cx<'_>, entity: EntityId, party: &Party) -> String {
    let slot = party.column.map_or(Slot::Id, Slot::Field);
    format!("{} = (SELECT rt.me())", cx.column(entity, slot))
}

pub fn policy(
    name: &str,
    command: Option<&'static str>,
    role: String,
    conjuncts: Vec<String>,
) -> Policy {
    Policy { name: name.to_owned(), command, role, conjuncts, writes: true }
}
