//! What the clock does: for each timer a door that finds a row which is due and leads it on, and what
//! keeps everybody else from acting on such a row before.
//!
//! A login that can do nothing but call these doors runs them. Rows that are due are found by an index,
//! and locked so that whoever works beside takes another one.

use std::collections::BTreeSet;

use super::approval;
use super::cx::{Cx, Slot};
use super::doors::DoorCx;
use super::due::is_due;
use super::gates::set;
use super::keys::tenant_column;
use super::layout::{comment, indent};
use super::names::{ident, joined, literal, quoted, table};
use super::pieces::{Access, Function, Grant, Returns, Step, refuse};
use super::policies::policy;
use super::steps;
use super::way;
use super::who::{Place, Row};
use crate::expr::sql;
use crate::model::{Action, EntityId, Model};

/// Whether the clock does something, and so has roles of its own.
pub fn is_there(model: &Model) -> bool {
    model.entities.iter().any(|entity| entity.timers().next().is_some())
}

/// The login that runs the doors, unquoted.
pub fn worker(cx: &Cx<'_>) -> String {
    cx.role("worker")
}

/// Who owns them, unquoted.
pub fn role(cx: &Cx<'_>) -> String {
    cx.role("clock")
}

/// What the service calls, timer by timer: `clock.booking_expire_v1`.
pub fn calls(model: &Model) -> Vec<(EntityId, &Action, String)> {
    let all = model.entity_ids().flat_map(|entity| {
        let timers = model[entity].timers();
        timers.map(move |action| (entity, action, name(model, entity, action)))
    });
    all.collect()
}

fn name(model: &Model, entity: EntityId, action: &Action) -> String {
    let own = joined(&[&table(&model[entity].name), &action.name, "v1"]);
    format!("clock.{}", ident(&own))
}

/// In a door: refuses to act on a row that the clock leads on first.
pub fn first(it: &DoorCx<'_>, row: &Row<'_>) -> Vec<Step> {
    let entity = it.it();
    let others = entity.timers_before(it.action());
    let kept = others.filter(|one| it.guard(&format!("deadline.{}", one.name)));
    kept.filter_map(|one| {
        let due = sql::print(&one.is_due_in_state(entity)?, row);
        Some(refuse(due, one.timer_path(entity)?, "BP409"))
    })
    .collect()
}

/// For the table's own trigger: the condition under which a row waits for the clock and somebody leads
/// it elsewhere, and the path that refuses it.
pub fn waits(cx: &Cx<'_>, entity: EntityId) -> Vec<(String, String)> {
    let it = &cx.model[entity];
    let row = Row::new(cx, entity, "OLD.", Place::Door);
    let waiting = it.timers().filter_map(|action| {
        let path = action.timer_path(it)?;
        let due = sql::conjunct(&action.is_due_in_state(it)?, &row);
        let elsewhere = format!("NEW.state IS DISTINCT FROM {}", to(cx, entity, action));
        cx.guard(&path).then(|| (format!("{}\n  AND {elsewhere}", unbracketed(&due)), path))
    });
    waiting.collect()
}

fn unbracketed(condition: &str) -> &str {
    condition.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')).unwrap_or(condition)
}

/// The state to which it leads, as a literal.
fn to(cx: &Cx<'_>, entity: EntityId, action: &Action) -> String {
    let states = cx.model[entity].states.iter().flat_map(|states| &states.list);
    let names: Vec<&str> = states.map(|state| state.name.as_str()).collect();
    action.to.map_or(String::new(), |to| literal(names[to.0]))
}

/// What the clock's role may do with a table.
pub fn access(cx: &Cx<'_>, entity: EntityId) -> Option<Access> {
    let it = &cx.model[entity];
    it.timers().next()?;
    let row = Row::new(cx, entity, "x.", Place::Policy);
    let mut written = BTreeSet::from([Slot::State]);
    for action in it.timers() {
        row.slot(Slot::Id);
        row.slot(Slot::State);
        it.scope.tenant().map(|(_, column)| row.slot(Slot::Field(column)));
        is_due(cx, entity, action, &row);
        for slot in way::columns(cx, entity) {
            row.slot(slot);
        }
        for (slot, _) in sets(cx, entity, action, &row) {
            row.slot(slot);
            written.insert(slot);
        }
    }
    let columns = |of: &BTreeSet<Slot>| -> Vec<String> {
        let all = cx.slots(entity).into_iter().filter(|slot| of.contains(slot));
        all.map(|slot| cx.column(entity, slot)).collect()
    };
    let privileges = vec![("SELECT", columns(&row.used.borrow())), ("UPDATE", columns(&written))];
    Some(Access {
        policies: vec![policy("clock", None, role(cx), Vec::new())],
        grant: Some(Grant { privileges, role: role(cx) }),
    })
}

fn sets(cx: &Cx<'_>, entity: EntityId, action: &Action, row: &Row<'_>) -> Vec<(Slot, String)> {
    steps::set_by(action, row, |field| format!("x.{}", cx.column(entity, Slot::Field(field))))
}

const FAILURES: &str = "\
-- What the clock does, and what it could not do: a row whose action is refused is tried again later, each
-- time after twice as long, so that it keeps nobody waiting.

CREATE TABLE clock.failure (
  timer text NOT NULL,
  row_id uuid NOT NULL,
  tries int NOT NULL,
  at timestamptz NOT NULL,
  again_at timestamptz NOT NULL,
  why text NOT NULL,
  CONSTRAINT failure_pkey PRIMARY KEY (timer, row_id)
);

COMMENT ON TABLE clock.failure IS 'Rows whose timer was refused, and when each is tried again.';

ALTER TABLE clock.failure ENABLE ROW LEVEL SECURITY;
ALTER TABLE clock.failure FORCE ROW LEVEL SECURITY;
";

const PUT_OFF: &str = "
CREATE FUNCTION clock.put_off(_timer text, _row uuid, _why text) RETURNS void
LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
  INSERT INTO clock.failure AS f (timer, row_id, tries, at, again_at, why)
  VALUES (_timer, _row, 1, now(), now() + interval '1 minute', _why)
  ON CONFLICT (timer, row_id) DO UPDATE
  SET tries = f.tries + 1,
      at = now(),
      again_at = now() + least(interval '1 hour', interval '1 minute' * power(2, least(f.tries, 10))),
      why = excluded.why;
$$;
";

/// The table of failures, and a door for each timer.
pub fn sql(cx: &Cx<'_>) -> String {
    if !is_there(cx.model) {
        return String::new();
    }
    let (owner, clock) = (quoted(&cx.role("owner")), quoted(&role(cx)));
    let mut out = format!(
        "{FAILURES}CREATE POLICY owner ON clock.failure TO {owner} USING (true);
CREATE POLICY clock ON clock.failure TO {clock} USING (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON clock.failure TO {clock};
{PUT_OFF}
GRANT EXECUTE ON FUNCTION clock.put_off(text, uuid, text) TO {clock};
ALTER FUNCTION clock.put_off(text, uuid, text) OWNER TO {clock};
"
    );
    for (entity, action, name) in calls(cx.model) {
        let path = action.path(&cx.model[entity]);
        out.push_str(&format!("\n{}", comment(&format!("{path}: the clock."))));
        out.push_str(&door(cx, entity, action, name).commented(Some(&path)));
    }
    out.push_str(&way::sql(cx));
    out
}

/// For the audit: nobody acts, and without a seal no login believes it.
pub fn said(cx: &Cx<'_>, entity: EntityId, action: &Action) -> Step {
    let path = literal(&action.path(&cx.model[entity]));
    let mut said = vec![
        ("app.entered", "'timer|||'"),
        ("app.seal", "''"),
        ("app.request", "''"),
        ("app.path", &path),
        ("app.because", "''"),
    ];
    said.extend(approval::nobody_agreed(cx, "clock"));
    set(&said)
}

/// What names a row `x`: the tenant first, where there is one.
pub fn key(cx: &Cx<'_>, entity: EntityId) -> String {
    let tenant = tenant_column(cx, entity).map(|column| format!("x.{column}"));
    tenant.into_iter().chain(["x.id".to_owned()]).collect::<Vec<_>>().join(", ")
}

/// Leads the row `t`, of which its key was taken, to where the timer does.
pub fn lead_on(cx: &Cx<'_>, entity: EntityId, action: &Action) -> String {
    let own = tenant_column(cx, entity).map(|column| format!("x.{column} = t.{column} AND "));
    let row = Row::new(cx, entity, "x.", Place::Door);
    let written = sets(cx, entity, action, &row).into_iter();
    let written = written.map(|(slot, value)| format!("{} = {value}", cx.column(entity, slot)));
    let state = format!("state = {}", to(cx, entity, action));
    let written: Vec<String> = std::iter::once(state).chain(written).collect();
    format!(
        "UPDATE {} x\nSET {}\nWHERE {}x.id = t.id;",
        cx.table(entity),
        written.join(",\n    "),
        own.unwrap_or_default()
    )
}

fn door(cx: &Cx<'_>, entity: EntityId, action: &Action, name: String) -> Function {
    let it = &cx.model[entity];
    let path = literal(&action.path(it));
    let row = Row::new(cx, entity, "x.", Place::Policy);
    let (due, order) = is_due(cx, entity, action, &row);
    let find = format!(
        "SELECT {} INTO t
FROM {} x
WHERE {}
  AND NOT EXISTS (
    SELECT FROM clock.failure f
    WHERE f.timer = {path} AND f.row_id = x.id AND f.again_at > now()
  ){order}
LIMIT 1
FOR NO KEY UPDATE SKIP LOCKED;",
        key(cx, entity),
        cx.table(entity),
        due.join("\n  AND ")
    );
    let act = format!(
        "BEGIN
{}
  -- What is asked when a transaction ends is asked now, while its refusal is this row's.
  SET CONSTRAINTS ALL IMMEDIATE;
EXCEPTION
  WHEN serialization_failure OR deadlock_detected THEN
    RAISE;
  WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS said = MESSAGE_TEXT, named = CONSTRAINT_NAME;
    said := SQLSTATE || ' ' || coalesce(nullif(named, ''), said);
    PERFORM clock.put_off({path}, t.id, said);
    RETURN QUERY SELECT t.id, said;
    RETURN;
END;",
        indent(&lead_on(cx, entity, action), "  ")
    );
    let done = format!(
        "DELETE FROM clock.failure f WHERE f.timer = {path} AND f.row_id = t.id;
RETURN QUERY SELECT t.id, NULL::text;"
    );
    Function {
        name,
        arguments: Vec::new(),
        returns: Returns::Table(vec!["done uuid".to_owned(), "refused text".to_owned()]),
        definer: true,
        declare: vec!["t record".to_owned(), "said text".to_owned(), "named text".to_owned()],
        body: vec![
            Step::Run(find),
            Step::Run("IF NOT FOUND THEN\n  RETURN;\nEND IF;".to_owned()),
            said(cx, entity, action),
            Step::Run(act),
            Step::Run(done),
        ],
        execute: vec![worker(cx)],
        owner: Some(role(cx)),
    }
}
