//! What is due and in the way of a row: the clock leads it on first, so that a worker that is late keeps nobody out.
//!
//! An exclusion refuses a row beside one that counts. Where that one only waits for the clock to take it out of those that
//! count, whoever comes does what the clock would have done, in the clock's name, and behind the turn that
//! writers of such rows take.

use super::approval::APPROVER;
use super::clock;
use super::cx::{Cx, Slot};
use super::due::is_due;
use super::exclusions::{path, shared};
use super::gates::set;
use super::layout::{comment, indent};
use super::names::{ident, joined, literal, quoted, table};
use super::pieces::{Function, Returns, Step};
use super::who::{Place, Row};
use crate::expr::sql;
use crate::model::{Action, EntityId, Exclusion, Model};

/// The columns by which the clock finds what is in the way.
pub fn columns(cx: &Cx<'_>, entity: EntityId) -> Vec<Slot> {
    let it = &cx.model[entity];
    let all = it.exclusions.iter().filter(|one| it.timers_out_of(one).next().is_some());
    all.flat_map(|one| one.same.iter().chain([&one.overlapping]))
        .map(|field| Slot::Field(*field))
        .collect()
}

/// A trigger for each exclusion that something may be in the way of. By its name it comes behind the table's guard, which
/// takes the turn; whoever writes needs no right to what it calls.
pub fn sql(cx: &Cx<'_>) -> String {
    let mut out = String::new();
    for entity in cx.model.entity_ids() {
        for one in &cx.model[entity].exclusions {
            let path = path(cx, entity, one);
            let due = cx.model[entity].timers_out_of(one).next().is_some();
            if due && cx.guard(format!("{path}.way")) {
                let note = format!("{path}: what is due and in the way.");
                out.push_str(&format!("\n{}{}", comment(&note), made(cx, entity, one)));
            }
        }
    }
    out
}

/// What the transaction says of itself, which an entry of the audit tells.
fn said(model: &Model) -> Vec<(&'static str, &'static str)> {
    let mut said = vec![
        ("app.entered", "entered"),
        ("app.seal", "seal"),
        ("app.request", "request"),
        ("app.path", "path"),
        ("app.because", "because"),
    ];
    said.extend(model.has_approvals().then_some((APPROVER, "approver")));
    said
}

fn made(cx: &Cx<'_>, entity: EntityId, one: &Exclusion) -> String {
    let it = &cx.model[entity];
    let own = table(&it.name);
    let name = format!("clock.{}", ident(&joined(&[&own, &one.name, "way"])));
    let row = Row::new(cx, entity, "NEW.", Place::Policy);
    let mut body = String::new();
    for timer in it.timers_out_of(one) {
        body.push_str(&led_on(cx, entity, one, timer));
        body.push('\n');
    }
    let said = said(cx.model);
    let restored: Vec<String> = said.iter().map(|(_, kept)| format!("{kept}_")).collect();
    let restored: Vec<(&str, &str)> =
        said.iter().zip(&restored).map(|((setting, _), kept)| (*setting, kept.as_str())).collect();
    let Step::Run(restored) = set(&restored) else { unreachable!("it runs") };
    body.push_str(&restored);
    if let Some(filter) = &one.filter {
        let counts = sql::print(filter, &row);
        body = format!("IF {counts} THEN\n{}\nEND IF;", indent(&body, "  "));
    }
    let mut declare = vec!["t record".to_owned()];
    declare.extend(said.iter().map(|(setting, kept)| {
        format!("{kept}_ text := coalesce(current_setting({}, true), '')", literal(setting))
    }));
    let function = Function {
        name: name.clone(),
        arguments: Vec::new(),
        returns: Returns::Trigger,
        definer: true,
        declare,
        body: vec![Step::Run(body), Step::Run("RETURN NEW;".to_owned())],
        execute: Vec::new(),
        owner: None,
    };
    // What makes a row count, or another one its neighbour.
    let mut slots = row.used.borrow().clone();
    let tenant = it.scope.tenant().map(|(_, column)| column);
    let operands = tenant.iter().chain(&one.same).chain([&one.overlapping]);
    slots.extend(operands.map(|field| Slot::Field(*field)));
    let written = cx.slots(entity).into_iter().filter(|slot| slots.contains(slot));
    let written: Vec<String> = written.map(|slot| cx.column(entity, slot)).collect();
    format!(
        "{}
CREATE TRIGGER {} BEFORE INSERT OR UPDATE OF {}
ON {} FOR EACH ROW EXECUTE FUNCTION {name}();

ALTER FUNCTION {name}() OWNER TO {};
",
        function.sql(),
        ident(&joined(&[&own, "way", &one.name])),
        written.join(", "),
        cx.table(entity),
        quoted(&clock::role(cx)),
    )
}

/// Rows that wait for the timer, one by one. Who is acting on one of them is not waited for: it is still there.
fn led_on(cx: &Cx<'_>, entity: EntityId, one: &Exclusion, timer: &Action) -> String {
    let row = Row::new(cx, entity, "x.", Place::Policy);
    let shared = shared(cx, entity, one);
    let mut all: Vec<String> = shared.map(|column| format!("x.{column} = NEW.{column}")).collect();
    let range = cx.column(entity, Slot::Field(one.overlapping));
    all.push(format!("x.{range} && NEW.{range}"));
    all.push("x.id <> NEW.id".to_owned());
    all.extend(is_due(cx, entity, timer, &row).0);
    let Step::Run(said) = clock::said(cx, entity, timer) else { unreachable!("it runs") };
    format!(
        "FOR t IN
  SELECT {}
  FROM {} x
  WHERE {}
  FOR NO KEY UPDATE SKIP LOCKED
LOOP
{}
  BEGIN
{}
  EXCEPTION
    WHEN serialization_failure OR deadlock_detected THEN
      RAISE;
    -- The clock could not do it either, so the row stays and counts.
    WHEN OTHERS THEN
      NULL;
  END;
END LOOP;",
        clock::key(cx, entity),
        cx.table(entity),
        all.join("\n    AND "),
        indent(&said, "  "),
        indent(&clock::lead_on(cx, entity, timer), "    "),
    )
}
