//! Rows that hold for a time: kept apart by an exclusion, begun in the future, and never rewritten but for their
//! end, by the table's own trigger and so by whoever writes.
//!
//! Writers of one key take turns by a lock on it, which a step that revises takes before it looks for the row in
//! force, and whoever picks one shares: what begins is known to all who come behind it.

use super::cx::{Cx, Slot};
use super::doors::DoorCx;
use super::layout::{WIDTH, indent};
use super::names::{joined, literal, table};
use super::pieces::{Step, Trigger};
use crate::model::{Effective, EntityId, Exclusion, FieldId};

/// What stands for a reference that is absent, so that two that are absent are the same: no row has this id.
const NOBODY: &str = "'00000000-0000-0000-0000-000000000000'::uuid";

fn path(cx: &Cx<'_>, entity: EntityId) -> String {
    format!("entities.{}.effective", cx.model[entity].name)
}

/// A field of `by` where it is compared, as `of` names it.
pub fn compared(cx: &Cx<'_>, entity: EntityId, field: FieldId, of: &str) -> String {
    match cx.model[entity].fields[field.0].optional {
        true => format!("coalesce({of}, {NOBODY})"),
        false => of.to_owned(),
    }
}

/// That two are the same, on a line each where they are long.
pub fn equal(one: &str, other: &str) -> String {
    match one.len() + other.len() > WIDTH - 12 {
        true => format!("{one}\n  = {other}"),
        false => format!("{one} = {other}"),
    }
}

/// As `compared`, of a value that is there where anything is, or is not.
pub fn wanted(value: Option<&str>) -> String {
    value.unwrap_or(NOBODY).to_owned()
}

/// What an exclusion shares, as its index compares it.
pub fn operands(cx: &Cx<'_>, entity: EntityId, one: &Exclusion) -> Vec<String> {
    let effective = cx.model[entity].effective.is_some() && one.name == Effective::NAME;
    let same = one.same.iter().map(|field| {
        let column = cx.column(entity, Slot::Field(*field));
        if effective { compared(cx, entity, *field, &column) } else { column }
    });
    super::keys::tenant_column(cx, entity).into_iter().chain(same).collect()
}

/// The lock of a key, by what its columns hold.
pub fn turn(cx: &Cx<'_>, entity: EntityId, lock: &str, values: &[String]) -> String {
    let mut key = vec![format!("text {}", literal(&path(cx, entity)))];
    key.extend_from_slice(values);
    format!("PERFORM {lock}(hash_record_extended(\n  ROW({}), 0\n));", key.join(", "))
}

/// For the table's trigger, behind the turn: what begins begins in the future, and of what is there only an end
/// changes, to one that lies ahead.
pub fn kept(cx: &Cx<'_>, entity: EntityId) -> String {
    let Some(effective) = &cx.model[entity].effective else { return String::new() };
    let (path, during) = (path(cx, entity), cx.column(entity, Slot::Field(effective.during)));
    let mut out = String::new();
    let mut refuse = |part: &str, when: String| {
        let path = format!("{path}.{part}");
        if cx.guard(&path) {
            let path = literal(&path);
            out.push_str(&format!(
                "IF {when}\nTHEN\n  RAISE EXCEPTION {path} USING ERRCODE = 'BP409';\nEND IF;\n"
            ));
        }
    };
    if effective.future {
        let ahead = format!("(lower(NEW.{during}) > clock_timestamp()) IS NOT TRUE");
        refuse("future", format!("TG_OP = 'INSERT' AND {ahead}"));
    }
    refuse(
        "past",
        format!(
            "TG_OP = 'UPDATE' AND (
  lower(NEW.{during}) = lower(OLD.{during})
  AND upper(NEW.{during}) < upper(OLD.{during})
  AND upper(NEW.{during}) > clock_timestamp()
) IS NOT TRUE"
        ),
    );
    out
}

/// No row is taken away.
pub fn trigger(cx: &Cx<'_>, entity: EntityId) -> Option<Trigger> {
    let it = &cx.model[entity];
    let path = format!("{}.kept", path(cx, entity));
    (it.effective.is_some() && cx.guard(&path)).then(|| Trigger {
        name: joined(&[&table(&it.name), "effective"]),
        when: "BEFORE DELETE OR TRUNCATE",
        each: "STATEMENT",
        only: None,
        call: format!("rt.append_only({})", literal(&path)),
    })
}

/// For a step that makes the next row: the one in force at its beginning ends there. `value` says what the new one
/// holds.
pub fn end_before(it: &DoorCx<'_>, entity: EntityId, value: &dyn Fn(Slot) -> String) -> Vec<Step> {
    let cx = it.cx;
    let Some(effective) = &cx.model[entity].effective else { return Vec::new() };
    let context = it.door.context;
    let tenant = cx.model[entity].scope.tenant().map(|(_, column)| column);
    let slots = tenant.iter().chain(&effective.by).map(|field| Slot::Field(*field));
    let values: Vec<String> = slots.clone().map(value).collect();
    let mut all = Vec::new();
    for (field, value) in tenant.iter().chain(&effective.by).zip(&values) {
        cx.selects(entity, context, Slot::Field(*field));
        let column = format!("x.{}", cx.column(entity, Slot::Field(*field)));
        let compared = |of: &str| compared(cx, entity, *field, of);
        all.push(equal(&compared(&column), &compared(value)));
    }
    let during = Slot::Field(effective.during);
    cx.selects(entity, context, during);
    cx.updates(entity, context, during);
    let (column, start) = (cx.column(entity, during), format!("lower({})", value(during)));
    all.push(format!("x.{column} @> {start}"));
    all.push(format!("lower(x.{column}) < {start}"));
    all.push(format!("{start} > clock_timestamp()"));
    let mut out = Vec::new();
    if it.guard(&format!("revises.{}", cx.model[entity].name)) {
        let turn = turn(cx, entity, "pg_advisory_xact_lock", &values);
        out.push(Step::Run(turn));
    }
    out.push(Step::Run(format!(
        "-- What is in force then ends where this begins.\n\
         UPDATE {} x\nSET {column} = tstzrange(\n  lower(x.{column}),\n  {start}\n)\nWHERE {};",
        cx.table(entity),
        indent(&all.join("\nAND "), "  ").trim_start()
    )));
    out
}
