//! What is due and in the way of a row: the clock leads it on first, so that a worker that is late keeps nobody out.
//!
//! An exclusion refuses a row beside one that counts. Where that one only waits for the clock to take it out of those that
//! count, whoever comes does what the clock would have done, in the clock's name, and behind the turn that
//! writers of such rows take.

use super::clock::{self, is_due, sets, to};
use super::cx::{Cx, Slot};
use super::exclusions::{path, shared};
use super::gates::set;
use super::layout::comment;
use super::names::{ident, joined, literal, table};
use super::pieces::{Function, Returns, Step};
use super::types::{passed, stored};
use super::who::{Place, Row};
use crate::model::{Action, EntityId, Exclusion, Model};

/// Whether somebody may have to make way.
pub fn is_there(model: &Model) -> bool {
    let ways = |entity: EntityId| {
        let it = &model[entity];
        it.exclusions.iter().any(|one| it.timers_out_of(one).next().is_some())
    };
    model.entity_ids().any(ways)
}

/// For the table's trigger, behind the turn: what makes way for NEW.
pub fn made(cx: &Cx<'_>, entity: EntityId, one: &Exclusion) -> Option<String> {
    cx.model[entity].timers_out_of(one).next()?;
    cx.guard(format!("{}.way", path(cx, entity, one))).then(|| {
        let range = cx.column(entity, Slot::Field(one.overlapping));
        let mut arguments = vec!["NEW.id".to_owned()];
        arguments.extend(shared(cx, entity, one).map(|column| format!("NEW.{column}")));
        arguments.extend([format!("lower(NEW.{range})"), format!("upper(NEW.{range})")]);
        format!("PERFORM {}(\n  {}\n);", name(cx, entity, one), arguments.join(", "))
    })
}

/// The columns by which the clock finds what is in the way.
pub fn columns(cx: &Cx<'_>, entity: EntityId) -> Vec<Slot> {
    let it = &cx.model[entity];
    let all = it.exclusions.iter().filter(|one| it.timers_out_of(one).next().is_some());
    all.flat_map(|one| one.same.iter().chain([&one.overlapping]))
        .map(|field| Slot::Field(*field))
        .collect()
}

/// A function for each exclusion that something may be in the way of.
pub fn sql(cx: &Cx<'_>) -> String {
    let mut out = String::new();
    for entity in cx.model.entity_ids() {
        let it = &cx.model[entity];
        for one in &it.exclusions {
            if it.timers_out_of(one).next().is_some() {
                let note = format!("{}: what is due and in the way.", path(cx, entity, one));
                out.push_str(&format!("\n{}{}", comment(&note), function(cx, entity, one).sql()));
            }
        }
    }
    out
}

fn name(cx: &Cx<'_>, entity: EntityId, one: &Exclusion) -> String {
    let own = joined(&[&table(&cx.model[entity].name), &one.name, "way_v1"]);
    format!("clock.{}", ident(&own))
}

/// What the transaction says of itself, which an entry of the audit tells.
const SAID: [(&str, &str); 5] = [
    ("app.entered", "entered"),
    ("app.seal", "seal"),
    ("app.request", "request"),
    ("app.path", "path"),
    ("app.because", "because"),
];

fn function(cx: &Cx<'_>, entity: EntityId, one: &Exclusion) -> Function {
    let it = &cx.model[entity];
    let tenant = it.scope.tenant().map(|(_, column)| column);
    let same = tenant.iter().chain(&one.same).enumerate();
    let same =
        same.map(|(at, field)| (format!("_same_{}", at + 1), passed(&it.fields[field.0].ty)));
    let bound = passed(&it.fields[one.overlapping.0].ty);
    let mut arguments = vec![("_id".to_owned(), super::calls::SqlType::Uuid)];
    arguments.extend(same);
    arguments.extend([("_from".to_owned(), bound), ("_until".to_owned(), bound)]);

    let mut declare = vec!["t record".to_owned()];
    declare.extend(SAID.iter().map(|(setting, kept)| {
        format!("{kept}_ text := coalesce(current_setting({}, true), '')", literal(setting))
    }));
    let restored: Vec<String> = SAID.iter().map(|(_, kept)| format!("{kept}_")).collect();
    let restored: Vec<(&str, &str)> =
        SAID.iter().zip(&restored).map(|((setting, _), kept)| (*setting, kept.as_str())).collect();
    let mut body: Vec<Step> =
        it.timers_out_of(one).map(|timer| Step::Run(led_on(cx, entity, one, timer))).collect();
    body.push(set(&restored));
    let owner = cx.role("owner");
    let doors = cx.contexts_with_doors().into_iter().map(|context| cx.door(context));
    Function {
        name: name(cx, entity, one),
        arguments,
        returns: Returns::Void,
        definer: true,
        declare,
        body,
        execute: std::iter::once(owner).chain(doors).collect(),
        owner: Some(clock::role(cx)),
    }
}

/// Rows that wait for the timer, one by one. Who is acting on one of them is not waited for: it is still there.
fn led_on(cx: &Cx<'_>, entity: EntityId, one: &Exclusion, timer: &Action) -> String {
    let row = Row::new(cx, entity, "x.", Place::Policy);
    let tenant = cx.model[entity].scope.tenant();
    let tenant = tenant.map(|(_, column)| cx.column(entity, Slot::Field(column)));
    let shared = shared(cx, entity, one).enumerate();
    let mut all: Vec<String> =
        shared.map(|(at, column)| format!("x.{column} = _same_{}", at + 1)).collect();
    let range = cx.column(entity, Slot::Field(one.overlapping));
    let kind = stored(&cx.model[entity].fields[one.overlapping.0].ty);
    all.push(format!("x.{range} && {kind}(_from, _until)"));
    all.push("x.id <> _id".to_owned());
    all.extend(is_due(cx, entity, timer, &row).0);
    let columns = tenant.iter().map(|column| format!("x.{column}")).chain(["x.id".to_owned()]);
    let columns: Vec<String> = columns.collect();
    let own = tenant.iter().map(|column| format!("x.{column} = t.{column} AND "));
    let own: String = own.chain(["x.id = t.id".to_owned()]).collect();
    let set_row = Row::new(cx, entity, "x.", Place::Door);
    let written = sets(cx, entity, timer, &set_row).into_iter();
    let written = written.map(|(slot, value)| format!("{} = {value}", cx.column(entity, slot)));
    let state = format!("state = {}", to(cx, entity, timer));
    let written: Vec<String> = std::iter::once(state).chain(written).collect();
    let Step::Run(said) = clock::said(cx, entity, timer) else { unreachable!("it runs") };
    let table = cx.table(entity);
    format!(
        "FOR t IN
  SELECT {}
  FROM {table} x
  WHERE {}
  FOR NO KEY UPDATE SKIP LOCKED
LOOP
{}
  BEGIN
    UPDATE {table} x
    SET {}
    WHERE {own};
  EXCEPTION
    WHEN serialization_failure OR deadlock_detected THEN
      RAISE;
    -- The clock could not do it either, so the row stays and counts.
    WHEN OTHERS THEN
      NULL;
  END;
END LOOP;",
        columns.join(", "),
        all.join("\n    AND "),
        super::layout::indent(&said, "  "),
        written.join(",\n        "),
    )
}
