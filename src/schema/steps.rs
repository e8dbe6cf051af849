//! What an action does besides, as SQL behind its locks: rows that it makes, and actions of other rows
//! that it runs. Each is checked as if somebody had run it, but for who: that is asked of the whole.

use std::collections::BTreeMap;

use super::approval;
use super::create::insert;
use super::cx::{Slot, copies};
use super::doors::DoorCx;
use super::each::Each;
use super::far::FarRow;
use super::layout::indent;
use super::names;
use super::pieces;
use super::run::Run;
use super::tables::first_state;
use super::who::Row;
use crate::expr::sql;
use crate::expr::typed::{Column, Expr, Node};
use crate::model::{
    Action, ContextId, Default, Does, Door, Entity, EntityId, FieldId, Model, Origin, Scope, Step,
    Type, Who,
};

/// Whether some step or door makes a row, whose id the database makes then.
pub fn make_rows(model: &Model) -> bool {
    let steps = model.entities.iter().flat_map(|entity| &entity.actions).flat_map(|one| &one.steps);
    model.has_approvals() || steps.into_iter().any(|step| matches!(step.does, Does::Create { .. }))
}

/// Ids in the order in which they are made (RFC 9562, version 7), as those which the service makes.
pub const NEW_ID: &str = "
CREATE FUNCTION rt.new_id() RETURNS uuid
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN encode(
    set_byte(
      overlay(
        uuid_send(gen_random_uuid())
        PLACING substring(int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3)
        FROM 1 FOR 6
      ),
      6, 112 + (get_byte(uuid_send(gen_random_uuid()), 6) & 15)
    ), 'hex'
  )::uuid;
END $$;
";

/// The variable that holds the id of the row which a step makes.
pub fn made(action: &Action, step: usize) -> String {
    match action.returns == Some(step) {
        true => "_id".to_owned(),
        false => format!("made_{}", step + 1),
    }
}

/// What the steps give to fields of the door's own row, over `row` as it was.
pub fn sets(
    it: &DoorCx<'_>,
    row: &Row<'_>,
    old: impl Fn(FieldId) -> String,
) -> Vec<(Slot, String)> {
    set_by(it.action(), row, old)
}

/// The same of an action, whoever does it.
pub fn set_by(
    action: &Action,
    row: &Row<'_>,
    old: impl Fn(FieldId) -> String,
) -> Vec<(Slot, String)> {
    let set = action.sets().map(|(step, field, value)| {
        let value = sql::print(value, row);
        let value = match &step.when {
            None => value,
            Some(when) => {
                format!("CASE WHEN {} THEN {value} ELSE {} END", sql::print(when, row), old(field))
            }
        };
        (Slot::Field(field), value)
    });
    set.collect()
}

/// What else is to be declared, what is checked before anything is written, and what is written then.
#[derive(Default)]
pub struct Lowered {
    pub declare: Vec<String>,
    pub check: Vec<pieces::Step>,
    pub write: Vec<pieces::Step>,
}

/// The steps but those that `set`. `row` is told of all other rows of which they speak.
pub fn lower(it: &DoorCx<'_>, row: &Row<'_>) -> Lowered {
    let mut out = Lowered::default();
    // Who looks writes nothing.
    if it.looks {
        return out;
    }
    for (at, step) in it.action().steps.iter().enumerate() {
        let (check, write) = match &step.does {
            Does::Set(_) | Does::Call { .. } => continue,
            Does::Create { entity, with } => {
                let made = made(it.action(), at);
                if made != "_id" {
                    out.declare.push(format!("{made} uuid := rt.new_id()"));
                }
                (Vec::new(), create(it, row, at, *entity, with))
            }
            Does::Run { entity, action, of, accept, input } => {
                let when = step.when.as_ref();
                let action = *action;
                let run = Run { it, row, entity: *entity, action, of, accept, input, when };
                (run.checks(), run.write())
            }
            Does::Each(each) => {
                let each = Each { it, row, step: at, each };
                each.find();
                out.declare.push(each.declared());
                (each.checks(), each.write())
            }
            Does::Agree { entity, action, of } => {
                row.changes(of);
                (Vec::new(), approval::agree(it, row, *entity, *action))
            }
        };
        let only_when = |steps: Vec<pieces::Step>| only_when(step, row, steps);
        out.check.extend(only_when(check));
        out.write.extend(only_when(write));
    }
    out
}

fn only_when(step: &Step, row: &Row<'_>, steps: Vec<pieces::Step>) -> Vec<pieces::Step> {
    match &step.when {
        Some(when) if !steps.is_empty() => {
            let body: Vec<String> = steps.iter().map(|step| indent(&step.sql(), "  ")).collect();
            let when = sql::print(when, row);
            vec![pieces::Step::Run(format!("IF {when} THEN\n{}\nEND IF;", body.join("\n")))]
        }
        _ => steps,
    }
}

fn create(
    it: &DoorCx<'_>,
    row: &Row<'_>,
    at: usize,
    entity: EntityId,
    with: &[(FieldId, Expr)],
) -> Vec<pieces::Step> {
    let cx = it.cx;
    let made = &cx.model[entity];
    let mut values = BTreeMap::from([(Slot::Id, self::made(it.action(), at))]);
    if let Some((_, column)) = made.scope.tenant() {
        values.insert(Slot::Field(column), tenant(it, row, entity, with));
    }
    for (through, from, own) in copies(made) {
        if let Some((_, parent)) = with.iter().find(|(field, _)| *field == through) {
            values.insert(Slot::Field(own), row.of(parent, Slot::Field(from)));
        }
    }
    for (at, field) in made.fields.iter().enumerate() {
        let id = FieldId(at);
        if values.contains_key(&Slot::Field(id)) {
            continue;
        }
        let default = match &field.default {
            Some(Default::Actor) => Some("rt.me()".to_owned()),
            Some(Default::Now) => Some("clock_timestamp()".to_owned()),
            Some(Default::Value(value)) => Some(names::value(value)),
            None => None,
        };
        let given = with.iter().find(|(field, _)| *field == id).map(|(_, value)| value);
        let value = match (given, default) {
            (Some(given), Some(default)) if given.nullable => {
                format!("coalesce({}, {default})", sql::print(given, row))
            }
            (Some(given), _) => sql::print(given, row),
            (None, Some(default)) => default,
            (None, None) => continue,
        };
        values.insert(Slot::Field(id), value);
    }
    let (mut columns, mut given) = (Vec::new(), Vec::new());
    for slot in cx.slots(entity).into_iter().filter(|slot| values.contains_key(slot)) {
        cx.inserts(entity, it.door.context, slot);
        columns.push(cx.column(entity, slot));
        given.push(values[&slot].clone());
    }
    let ends = made.effective.is_some();
    if ends || !is_mine(cx.model, it.it(), it.action(), &it.door, at) {
        cx.makes_others(entity, it.door.context);
    }
    if ends {
        cx.changes_others(entity, it.door.context);
    }
    let mut known = values;
    for slot in cx.slots(entity) {
        let absent = || match slot {
            Slot::State => first_state(cx, entity).unwrap_or_default(),
            Slot::Version => "1".to_owned(),
            Slot::Field(field) => {
                format!("NULL::{}", super::types::stored(&made.fields[field.0].ty))
            }
            _ => "clock_timestamp()".to_owned(),
        };
        known.entry(slot).or_insert_with(absent);
    }
    let mut out = super::effective::end_before(it, entity, &|slot| known[&slot].clone());
    row.made.borrow_mut().insert(at, known);
    out.push(pieces::Step::Run(insert(&cx.table(entity), &columns, &given, ";")));
    out
}

/// Whether the row that a step makes is that of who acts, as a party of it, whoever acts.
pub fn is_mine(model: &Model, own: &Entity, action: &Action, door: &Door, step: usize) -> bool {
    let Does::Create { entity, with } = &action.steps[step].does else { return false };
    let made = &model[*entity];
    let party = made.parties.iter().find(|party| party.context == door.context);
    let Some(column) = party.and_then(|party| party.column) else { return false };
    let given =
        |field: FieldId| with.iter().find(|(other, _)| *other == field).map(|(_, value)| value);
    match (&made.fields[column.0].origin, given(column)) {
        (Origin::Copied { through, field }, _) => match given(*through).map(|value| &value.node) {
            Some(Node::Made(earlier)) => is_mine(model, own, action, door, *earlier),
            // The row of which who acts is that party.
            Some(Node::Column(Column::Id)) => {
                let is_it = |who: &Who| match who {
                    Who::Party(party) => own.parties[party.0].column == Some(*field),
                    _ => false,
                };
                !door.by.is_empty() && door.by.iter().all(is_it)
            }
            _ => false,
        },
        (_, Some(value)) => value.node == Node::Actor,
        (_, None) => made.fields[column.0].default == Some(Default::Actor),
    }
}

/// What steps in a context do with rows of an entity that may be another's than who acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Others {
    pub makes: bool,
    pub changes: bool,
}

pub fn others(model: &Model, entity: EntityId, context: ContextId) -> Others {
    let ends = model[entity].effective.is_some();
    let mut out = Others { makes: false, changes: false };
    for own in &model.entities {
        for action in &own.actions {
            let doors = action.doors(model, own);
            for door in doors.iter().filter(|door| door.context == context) {
                for (at, step) in action.steps.iter().enumerate() {
                    match &step.does {
                        Does::Create { entity: made, .. } if *made == entity => {
                            out.makes |= ends || !is_mine(model, own, action, door, at);
                            out.changes |= ends;
                        }
                        Does::Run { entity: changed, .. } => out.changes |= *changed == entity,
                        Does::Each(each) => out.changes |= each.entity == entity,
                        _ => {}
                    }
                }
            }
        }
    }
    out
}

/// The tenant of a row that a step makes: that which was entered, or that of a row to which it refers.
fn tenant(it: &DoorCx<'_>, row: &Row<'_>, entity: EntityId, with: &[(FieldId, Expr)]) -> String {
    let made = &it.cx.model[entity];
    let of = made.scope.tenant().map(|(tenant, _)| tenant);
    if it.cx.model[it.door.context].tenant() == of {
        return "_tenant".to_owned();
    }
    let leads = leads(it.cx.model, made, with.iter().map(|(field, _)| *field));
    let parent = leads.and_then(|field| with.iter().find(|(other, _)| *other == field));
    let (_, parent) = parent.expect("resolved: a reference leads to the tenant");
    let Type::Ref(target) = made.fields[leads.map_or(0, |field| field.0)].ty else {
        unreachable!("a reference")
    };
    match it.cx.model[target].scope.tenant() {
        Some((_, column)) => row.of(parent, Slot::Field(column)),
        None => row.of(parent, Slot::Id),
    }
}

/// The reference, of those that are given, by which a row gets its tenant.
pub fn leads(
    model: &Model,
    made: &Entity,
    given: impl Iterator<Item = FieldId>,
) -> Option<FieldId> {
    let tenant = made.scope.tenant()?.0;
    let within = |field: &FieldId| match made.fields[field.0].ty {
        Type::Ref(target) => {
            target == tenant || model[target].scope.tenant().is_some_and(|(of, _)| of == tenant)
        }
        _ => false,
    };
    let through = match made.scope {
        Scope::Through { through, .. } => Some(through),
        _ => None,
    };
    let given: Vec<FieldId> =
        given.filter(|field| within(field) && !made.fields[field.0].optional).collect();
    given.iter().copied().find(|field| Some(*field) == through).or(given.first().copied())
}

impl Row<'_> {
    /// A column of the row that a reference names: the door's own, one that a step made, or another.
    pub fn of(&self, reference: &Expr, slot: Slot) -> String {
        match &reference.node {
            Node::Column(Column::Id) => self.slot(slot),
            Node::Made(step) => self.made.borrow()[step][&slot].clone(),
            _ => {
                let at = self.far_row(reference);
                let row = &mut self.far.borrow_mut()[at];
                row.used.insert(slot);
                format!("{}.{}", FarRow::record(at), self.cx.column(row.entity, slot))
            }
        }
    }

    /// The row that a reference names is about to change.
    pub fn changes(&self, reference: &Expr) {
        let at = self.far_row(reference);
        self.far.borrow_mut()[at].changes = true;
    }
}
