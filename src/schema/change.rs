//! Doors that change a row that is there: edits, transitions, and `revoke`.

use super::arguments::{accepted, range_is_wrong};
use super::cx::{Slot, implied, is_range};
use super::delete;
use super::doors::{DoorCx, not_true};
use super::erasure;
use super::layout::fill;
use super::names::{literal, literals};
use super::pieces::{Step, refuse};
use super::steps;
use super::who::{Gate, Place, Row, readers_of_mine};
use super::{approval, far, hooks};
use crate::model::{ActionKind, FieldId};

/// How a row that is about to change is locked: its key stays, so that rows that refer to it can be made.
pub const LOCK: &str = "FOR NO KEY UPDATE";

/// Declarations and steps.
pub fn body(it: &DoorCx<'_>) -> (Vec<String>, Vec<Step>) {
    let row = Row {
        inputs: it.inputs(),
        made_by: Some(it.action()),
        ..Row::new(it.cx, it.entity, "t.", Place::Door)
    };
    let mut checks = Vec::new();
    let found = found(it, &row);
    // Where it is for those who may read the row, who it is for has been asked.
    let readable = readable(it).and_then(|gate| gate.besides_there().whole(&row));
    if readable != it.by_condition(&row) {
        checks.extend(it.by(&row));
    }
    checks.extend(from(it, &row));
    checks.extend(super::clock::first(it, &row));
    checks.extend(version(it, &row));
    let named_by_caller = references(it, &row).into_iter().chain(it.readable_inputs());
    let named_by_caller: Vec<Step> = named_by_caller.collect();
    // Whether the row is there is asked before the moment is taken.
    row.moment.set(true);
    let require = it.require(&row);
    let asked = hooks::asked(it, &row);
    let steps = steps::lower(it, &row);
    let set = steps::sets(it, &row, |field| format!("x.{}", it.column(field)));
    let (request, ask) = approval::ask(it, &row);

    let named = it.named();
    if across_tenants(it).is_some() {
        it.tenant_of(&row);
    }
    let mut body = vec![it.enter()];
    body.extend(shape(it));
    body.extend(it.shape_of_inputs());
    if !it.looks {
        body.extend(super::holds::hold_for_old(it, &named));
    }
    let far = far::prologue(it, &row, Some(&named));
    body.extend(far.before);
    body.push(lock(it, &row, &named));
    body.extend(found);
    body.extend(checks);
    body.extend(named_by_caller);
    body.extend(far.after);
    body.extend(row.moment());
    body.extend(require);
    let declare = std::iter::once("t record".to_owned()).chain(far.declare).chain(row.declared());
    let mut declare: Vec<String> = declare.collect();
    if let Some(asked) = asked
        && asked.ends(&mut declare, &mut body)
    {
        return (declare, body);
    }
    body.extend(steps.check);
    body.extend(ask);
    body.push(it.tell(&[]));
    body.push(match delete::goes(it) {
        true => delete::write(it, &locked(it, &named)),
        false if erasure::is_by(it) => erasure::write(it),
        false => write(it, set, &locked(it, &named)),
    });
    body.extend(steps.write);
    declare.extend(steps.declare);
    declare.extend(request);
    declare.extend(delete::declared(it));
    (declare, body)
}

/// `_set` names accepted fields alone, and what is required is not taken away.
fn shape(it: &DoorCx<'_>) -> Option<Step> {
    let fields = accepted(it.action());
    if fields.is_empty() {
        return None;
    }
    let names = fields.iter().map(|id| it.it().fields[id.0].name.as_str());
    let mut wrong = vec![format!("(_set <@ ARRAY[{}]) IS NOT TRUE", literals(names))];
    for id in fields {
        let field = &it.it().fields[id.0];
        if is_range(field) {
            let bad = range_is_wrong(&field.name, field.optional);
            wrong.push(format!("{} AND {bad}", is_set(it, id)));
        } else if !field.optional {
            wrong.push(format!("{} AND {} IS NULL", is_set(it, id), it.argument(id)));
        }
    }
    it.guard("accept").then(|| Step::Refuse {
        when: wrong,
        path: format!("{}.accept", it.path()),
        code: "BP422",
    })
}

fn is_set(it: &DoorCx<'_>, field: FieldId) -> String {
    format!("{} = ANY (_set)", literal(&it.it().fields[field.0].name))
}

/// Reads what the checks speak of and keeps others from changing it.
fn lock(it: &DoorCx<'_>, row: &Row<'_>, named: &str) -> Step {
    let used = row.used.borrow();
    let slots: Vec<Slot> =
        it.cx.slots(it.entity).into_iter().filter(|slot| used.contains(slot)).collect();
    for slot in &slots {
        it.cx.selects(it.entity, it.door.context, *slot);
    }
    let columns: Vec<String> =
        slots.iter().map(|slot| format!("x.{}", it.cx.column(it.entity, *slot))).collect();
    let columns = if columns.is_empty() { vec!["x.id".to_owned()] } else { columns };
    let goes = delete::goes(it) || erasure::is_by(it);
    let lock = if goes { delete::LOCK } else { LOCK };
    Step::Run(format!(
        "{}\nFROM {} x WHERE {named}{};",
        fill("SELECT ", "       ", &columns, " INTO t"),
        it.cx.table(it.entity),
        if it.looks { String::new() } else { format!(" {lock}") }
    ))
}

/// The tenant's column, where the door names the row by its id alone.
fn across_tenants(it: &DoorCx<'_>) -> Option<String> {
    let (_, column) = it.it().scope.tenant()?;
    (!it.in_tenant()).then(|| it.column(column))
}

/// The row that was locked and checked, as a condition on `x`: ids are unique within a tenant.
fn locked(it: &DoorCx<'_>, named: &str) -> String {
    match across_tenants(it) {
        Some(column) => format!("x.{column} = t.{column} AND {named}"),
        None => named.to_owned(),
    }
}

/// Refuses what is not there, or not for the caller, which he is not to tell apart.
fn found(it: &DoorCx<'_>, row: &Row<'_>) -> Option<Step> {
    let named = it.row_of_the_gate().is_none();
    let mut when: Vec<String> = named.then(|| "NOT FOUND".to_owned()).into_iter().collect();
    let asked = not_readable(it, row);
    if !asked.is_empty() && it.guard("readable") {
        when.extend(asked);
    }
    let path = format!("entities.{}", it.it().name);
    let asked = !when.is_empty() && (!named || it.guard("found"));
    asked.then_some(Step::Refuse { when, path, code: "BP404" })
}

/// What hides a row that is there; none: it is for everybody whom the door lets so far, or nobody reads
/// it here.
fn not_readable(it: &DoorCx<'_>, row: &Row<'_>) -> Vec<String> {
    let deleted =
        it.it().deleted_at().map(|at| format!("{} IS NOT NULL", row.slot(Slot::Field(at))));
    let whose = readable(it).and_then(|gate| gate.besides_there().whole(row));
    deleted.into_iter().chain(whose.map(|whose| not_true(&whose))).collect()
}

/// For whom its rows are; none where nobody reads them here.
fn readable(it: &DoorCx<'_>) -> Option<Gate> {
    let access = it.cx.model.access(it.entity, it.door.context)?;
    let grants = access.grants.iter().copied();
    Some(readers_of_mine(it.cx, it.entity, it.door.context, it.mine(), grants))
}

fn from(it: &DoorCx<'_>, row: &Row<'_>) -> Option<Step> {
    let path = format!("{}.from", it.path());
    if it.action().kind == ActionKind::Revoke {
        let revoked = row.slot(Slot::Field(implied(it.it(), "revoked_at")));
        return it.guard("from").then(|| refuse(format!("{revoked} IS NOT NULL"), path, "BP409"));
    }
    let states = it.it().states.as_ref()?;
    let from: Vec<&str> =
        it.action().from.iter().map(|id| states.list[id.0].name.as_str()).collect();
    if from.is_empty() || from.len() == states.list.len() || !it.guard("from") {
        return None;
    }
    let state = row.slot(Slot::State);
    let wrong = match from.as_slice() {
        [one] => format!("{state} IS DISTINCT FROM {}", literal(one)),
        several => format!("({state} IN ({})) IS NOT TRUE", literals(several.iter().copied())),
    };
    Some(refuse(wrong, path, "BP409"))
}

fn version(it: &DoorCx<'_>, row: &Row<'_>) -> Option<Step> {
    let path = format!("entities.{}.version", it.it().name);
    it.guard("version").then(|| {
        let version = row.slot(Slot::Version);
        refuse(format!("{version} IS DISTINCT FROM _version"), path, "BP412")
    })
}

fn references(it: &DoorCx<'_>, row: &Row<'_>) -> Vec<Step> {
    let tenant = if it.in_tenant() { "_tenant".to_owned() } else { it.tenant_of(row) };
    accepted(it.action())
        .into_iter()
        .filter_map(|field| it.readable(field, &tenant, Some(is_set(it, field))))
        .collect()
}

fn write(it: &DoorCx<'_>, sets: Vec<(Slot, String)>, named: &str) -> Step {
    let mut set = Vec::new();
    let mut update = |slot: Slot, value: String| {
        it.cx.updates(it.entity, it.door.context, slot);
        set.push(format!("{} = {value}", it.cx.column(it.entity, slot)));
    };
    if let (Some(to), Some(states)) = (it.action().to, &it.it().states) {
        update(Slot::State, literal(&states.list[to.0].name));
    }
    for field in accepted(it.action()) {
        let old = it.column(field);
        it.cx.selects(it.entity, it.door.context, Slot::Field(field));
        let value =
            format!("CASE WHEN {} THEN {} ELSE x.{old} END", is_set(it, field), it.given(field));
        update(Slot::Field(field), value);
    }
    for (slot, value) in sets {
        it.cx.selects(it.entity, it.door.context, slot);
        update(slot, value);
    }
    if it.action().kind == ActionKind::Revoke {
        let revoked = implied(it.it(), "revoked_at");
        update(Slot::Field(revoked), "clock_timestamp()".to_owned());
    }
    if let (ActionKind::Delete, Some(deleted_at)) = (it.action().kind, it.it().deleted_at()) {
        update(Slot::Field(deleted_at), "clock_timestamp()".to_owned());
    }
    if set.is_empty() {
        it.cx.updates(it.entity, it.door.context, Slot::UpdatedAt);
        set.push("updated_at = clock_timestamp()".to_owned());
    }
    let table = it.cx.table(it.entity);
    Step::Run(match set.as_slice() {
        [one] => format!("UPDATE {table} x SET {one}\nWHERE {named};"),
        several => {
            format!("UPDATE {table} x\nSET {}\nWHERE {named};", several.join(",\n    "))
        }
    })
}
