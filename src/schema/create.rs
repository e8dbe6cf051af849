//! Doors that make a row: `create`, `found`, `grant`.

use std::collections::BTreeMap;

use super::arguments::{accepted, range_is_wrong};
use super::cx::{Slot, copies, implied, is_range};
use super::doors::DoorCx;
use super::keys::is_within_tenant;
use super::layout::{WIDTH, block};
use super::names::{self, ident, literal};
use super::pieces::{Step, refuse};
use super::steps;
use super::tables::first_state;
use super::who::{Place, Row};
use super::{far, hooks};
use crate::model::{
    ActionKind, ContextKind, Default, EntityId, EntityKind, FieldId, Scope, Type, Who,
};

/// Declarations and steps.
pub fn body(it: &DoorCx<'_>) -> (Vec<String>, Vec<Step>) {
    let mut declare = Vec::new();
    let mut body = vec![it.enter()];
    body.extend(shape(it));
    body.extend(it.shape_of_inputs());

    let parent = Parent::of(it);
    let row = new_row(it, &parent);
    let mut permission = it.by(&row);
    if !it.door.by.iter().any(|who| matches!(who, Who::Party(_))) {
        body.extend(permission.take());
    }
    if let Some(field) = parent.field {
        declare.push("parent record".to_owned());
        body.extend(find_parent(it, field));
    }
    body.extend(permission);
    let tenant = parent.tenant.clone().unwrap_or_else(|| "_tenant".to_owned());
    if !it.looks {
        body.extend(super::holds::hold_for_new(it, &row, &tenant));
    }
    for field in accepted(it.action()) {
        let granted_user =
            it.action().kind == ActionKind::Grant && field == implied(it.it(), "user");
        if parent.field != Some(field) && !granted_user {
            let given =
                has_default(it, field).then(|| format!("{} IS NOT NULL", it.argument(field)));
            body.extend(it.readable(field, &tenant, given));
        }
    }
    body.extend(it.readable_inputs());
    let require = it.require(&row);
    let asked = hooks::asked(it, &row);
    let steps = steps::lower(it, &row);
    let set = steps::sets(it, &row, |field| row.values[&Slot::Field(field)].clone());
    let far = far::prologue(it, &row, None);
    declare.extend(far.declare);
    declare.extend(row.declared());
    body.extend(far.before);
    body.extend(far.after);
    body.extend(row.moment());
    body.extend(require);
    if let Some(asked) = asked
        && asked.ends(&mut declare, &mut body)
    {
        return (declare, body);
    }
    declare.extend(steps.declare);
    body.extend(steps.check);

    body.extend(write(it, &row, set, &tenant));
    body.extend(steps.write);
    (declare, body)
}

/// The row from which a new one takes its tenant or its copied parties.
struct Parent {
    field: Option<FieldId>,
    /// SQL of the new row's tenant.
    tenant: Option<String>,
}

impl Parent {
    fn of(it: &DoorCx<'_>) -> Parent {
        let entity = it.it();
        let tenant = if it.in_tenant() { Some("_tenant".to_owned()) } else { None };
        let Some((_, column)) = entity.scope.tenant() else {
            return Parent { field: None, tenant };
        };
        let through = match entity.scope {
            Scope::Through { through, .. } => Some(through),
            _ => accepted(it.action()).into_iter().find(|field| {
                matches!(entity.fields[field.0].ty, Type::Ref(_))
                    && is_within_tenant(it.cx, it.entity, *field)
            }),
        };
        let copied = !copies(entity).is_empty();
        match (through, it.in_tenant()) {
            (Some(field), true) if copied => Parent { field: Some(field), tenant },
            (Some(field), false) => {
                let Type::Ref(target) = entity.fields[field.0].ty else {
                    unreachable!("a reference")
                };
                let column = match it.cx.model[target].scope.tenant() {
                    Some((_, theirs)) => it.cx.column(target, Slot::Field(theirs)),
                    None => it.column(column),
                };
                Parent { field: Some(field), tenant: Some(format!("parent.{column}")) }
            }
            _ => Parent { field: None, tenant },
        }
    }
}

/// Finds the parent, which the caller must be able to read.
fn find_parent(it: &DoorCx<'_>, field: FieldId) -> Vec<Step> {
    let Type::Ref(target) = it.it().fields[field.0].ty else { return Vec::new() };
    let row = Row::new(it.cx, target, "r.", Place::Door);
    let mut taken: Vec<String> = Vec::new();
    let theirs = it.cx.model[target].scope.tenant().map(|(_, column)| Slot::Field(column));
    if !it.in_tenant() {
        taken.extend(theirs.map(|slot| row.slot(slot)));
    }
    for (through, from, _) in copies(it.it()) {
        if through == field {
            taken.push(row.slot(Slot::Field(from)));
        }
    }
    let mut all = Vec::new();
    if it.in_tenant() {
        all.extend(theirs.map(|slot| format!("{} = _tenant", row.slot(slot))));
    }
    all.push(format!("{} = {}", row.slot(Slot::Id), it.argument(field)));
    let name = &it.it().fields[field.0].name;
    let gate = it.may_refer(target);
    if !gate.is_everybody() && it.guard(&format!("readable.{name}")) {
        all.extend(gate.whole(&row));
    }
    it.note(target, &row);
    vec![
        Step::Run(format!(
            "SELECT {} INTO parent\nFROM {} r\nWHERE {};",
            taken.join(", "),
            it.cx.table(target),
            all.join("\n  AND ")
        )),
        refuse("NOT FOUND", it.field_path(field), "BP404"),
    ]
}

fn has_default(it: &DoorCx<'_>, field: FieldId) -> bool {
    it.it().fields[field.0].default.is_some()
}

/// What is required is there, and the ends of ranges make ranges.
fn shape(it: &DoorCx<'_>) -> Option<Step> {
    let mut needed: Vec<String> = if it.looks { vec![] } else { vec!["_id".to_owned()] };
    let mut wrong = Vec::new();
    for id in accepted(it.action()) {
        let field = &it.it().fields[id.0];
        let optional = field.optional || field.default.is_some();
        if is_range(field) {
            wrong.push(range_is_wrong(&field.name, optional));
        } else if !optional {
            needed.push(it.argument(id));
        }
    }
    match needed.as_slice() {
        [] => {}
        [one] => wrong.insert(0, format!("{one} IS NULL")),
        several => wrong.insert(0, block("num_nulls(", several, ") > 0", WIDTH - 11)),
    }
    (!wrong.is_empty() && it.guard("accept")).then(|| Step::Refuse {
        when: wrong,
        path: format!("{}.accept", it.path()),
        code: "BP422",
    })
}

/// The row to be made, for conditions.
fn new_row<'a>(it: &'a DoorCx<'a>, parent: &Parent) -> Row<'a> {
    let entity = it.it();
    let mut row = Row::new(it.cx, it.entity, "", Place::Door);
    row.moment = true.into();
    row.made_by = Some(it.action());
    row.inputs = it.inputs();
    row.values = values(it, parent);
    for slot in it.cx.slots(it.entity) {
        row.values.entry(slot).or_insert_with(|| match slot {
            Slot::Id => "_id".to_owned(),
            Slot::Version => "1".to_owned(),
            Slot::CreatedAt | Slot::UpdatedAt => "clock_timestamp()".to_owned(),
            Slot::State => first_state(it.cx, it.entity).unwrap_or_else(|| "NULL".to_owned()),
            Slot::Field(field) => match &entity.fields[field.0].default {
                Some(Default::Value(value)) => names::value(value),
                _ => format!("NULL::{}", super::types::stored(&entity.fields[field.0].ty)),
            },
            Slot::Subject => "NULL::text".to_owned(),
        });
    }
    row
}

/// What is inserted: the tenant, what is copied, what is given, and defaults that no column can hold.
fn values(it: &DoorCx<'_>, parent: &Parent) -> BTreeMap<Slot, String> {
    let entity = it.it();
    let mut out = BTreeMap::from([(Slot::Id, "_id".to_owned())]);
    if let Some((_, column)) = entity.scope.tenant() {
        let tenant = parent.tenant.clone().unwrap_or_else(|| "_tenant".to_owned());
        out.insert(Slot::Field(column), tenant);
    }
    for (through, from, own) in copies(entity) {
        if let Type::Ref(target) = entity.fields[through.0].ty {
            let theirs = it.cx.column(target, Slot::Field(from));
            out.insert(Slot::Field(own), format!("parent.{theirs}"));
        }
    }
    let given = accepted(it.action());
    for (index, field) in entity.fields.iter().enumerate() {
        let id = FieldId(index);
        if out.contains_key(&Slot::Field(id)) {
            continue;
        }
        let default = match &field.default {
            Some(Default::Actor) => Some("rt.me()".to_owned()),
            Some(Default::Now) => Some("clock_timestamp()".to_owned()),
            Some(Default::Value(value)) if given.contains(&id) => Some(names::value(value)),
            _ => None,
        };
        let value = match (given.contains(&id), default) {
            (true, Some(default)) => format!("coalesce({}, {default})", it.given(id)),
            (true, None) => it.given(id),
            (false, Some(default)) => default,
            (false, None) => continue,
        };
        out.insert(Slot::Field(id), value);
    }
    out
}

fn write(it: &DoorCx<'_>, row: &Row<'_>, set: Vec<(Slot, String)>, tenant: &str) -> Vec<Step> {
    let set: BTreeMap<Slot, String> = set.into_iter().collect();
    let slots: Vec<Slot> = it.cx.slots(it.entity);
    let inserted = values(it, &Parent { field: None, tenant: Some(tenant.to_owned()) });
    let written = |slot: &Slot| inserted.contains_key(slot) || set.contains_key(slot);
    let of: Vec<Slot> = slots.into_iter().filter(written).collect();
    let columns: Vec<String> = of.iter().map(|slot| it.cx.column(it.entity, *slot)).collect();
    let value = |slot: &Slot| set.get(slot).unwrap_or_else(|| &row.values[slot]).clone();
    let values: Vec<String> = of.iter().map(value).collect();
    for slot in of {
        it.cx.inserts(it.entity, it.door.context, slot);
    }
    let table = it.cx.table(it.entity);
    match it.action().kind {
        ActionKind::Found => {
            let mut out = vec![it.tell(&[("app.founded", "_id::text")])];
            out.push(Step::Run(insert(&table, &columns, &values, ";")));
            out.extend(first_grant(it));
            out
        }
        ActionKind::Grant => {
            vec![it.tell(&[]), grant(it, &table, &columns, &values), granted(it)]
        }
        _ => vec![it.tell(&[]), Step::Run(insert(&table, &columns, &values, ";"))],
    }
}

pub fn insert(table: &str, columns: &[String], values: &[String], end: &str) -> String {
    let line =
        format!("INSERT INTO {table} ({}) VALUES ({}){end}", columns.join(", "), values.join(", "));
    if line.len() + 2 <= WIDTH {
        return line;
    }
    let head = format!("INSERT INTO {table} (");
    format!(
        "{}\n{}",
        block(&head, columns, ")", WIDTH - 2),
        block("VALUES (", values, &format!("){end}"), WIDTH - 2)
    )
}

/// The founder's own grant.
fn first_grant(it: &DoorCx<'_>) -> Option<Step> {
    let EntityKind::Tenant(context) = it.it().kind else { return None };
    let ContextKind::Tenant { grants, founder, .. } = it.cx.model[context].kind else {
        return None;
    };
    let role = it.cx.model[founder?].name.clone();
    let grant = &it.cx.model[grants];
    let mut pairs = BTreeMap::from([(Slot::Id, "gen_random_uuid()".to_owned())]);
    if let Some((_, column)) = grant.scope.tenant() {
        pairs.insert(Slot::Field(column), "_id".to_owned());
    }
    pairs.insert(Slot::Field(implied(grant, "user")), "rt.me()".to_owned());
    pairs.insert(Slot::Field(implied(grant, "role")), literal(&role));
    for (index, field) in grant.fields.iter().enumerate() {
        let value = match field.default {
            Some(Default::Actor) => "rt.me()",
            Some(Default::Now) => "clock_timestamp()",
            _ => continue,
        };
        pairs.entry(Slot::Field(FieldId(index))).or_insert_with(|| value.to_owned());
    }
    Some(Step::Run(insert_slots(it, grants, &pairs)))
}

fn insert_slots(it: &DoorCx<'_>, entity: EntityId, pairs: &BTreeMap<Slot, String>) -> String {
    let mut columns = Vec::new();
    let mut values = Vec::new();
    for slot in it.cx.slots(entity).into_iter().filter(|slot| pairs.contains_key(slot)) {
        it.cx.inserts(entity, it.door.context, slot);
        columns.push(it.cx.column(entity, slot));
        values.push(pairs[&slot].clone());
    }
    insert(&it.cx.table(entity), &columns, &values, ";")
}

/// Makes the row of a person's grant, or revives it.
fn grant(it: &DoorCx<'_>, table: &str, columns: &[String], values: &[String]) -> Step {
    let entity = it.it();
    let (user, revoked) = (implied(entity, "user"), implied(entity, "revoked_at"));
    let mut key = vec![ident("user")];
    let mut read = vec![Slot::Field(user), Slot::Field(revoked)];
    if let Some((_, column)) = entity.scope.tenant() {
        key.insert(0, it.column(column));
        read.push(Slot::Field(column));
    }
    let mut written = Vec::new();
    for field in accepted(it.action()).into_iter().filter(|id| *id != user) {
        if !entity.fields[field.0].frozen {
            written.push(format!("{0} = excluded.{0}", it.column(field)));
            read.push(Slot::Field(field));
            it.cx.updates(it.entity, it.door.context, Slot::Field(field));
        }
    }
    written.push("revoked_at = NULL".to_owned());
    it.cx.updates(it.entity, it.door.context, Slot::Field(revoked));
    for slot in read {
        it.cx.selects(it.entity, it.door.context, slot);
    }
    Step::Run(format!(
        "{}\nON CONFLICT ({}) DO UPDATE SET {}\nWHERE t.revoked_at IS NOT NULL;",
        insert(&format!("{table} AS t"), columns, values, ""),
        key.join(", "),
        written.join(", ")
    ))
}

fn granted(it: &DoorCx<'_>) -> Step {
    refuse("NOT FOUND", format!("{}.granted", it.path()), "BP409")
}
