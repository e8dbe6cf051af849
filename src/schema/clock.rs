//! What the clock does: for each timer a door that finds a row which is due and leads it on, and what
//! keeps everybody else from acting on such a row before.
//!
//! A login that can do nothing but call these doors runs them. Rows that are due are found by an index,
//! and locked so that whoever works beside takes another one.

use std::collections::BTreeSet;

use super::cx::{Cx, Slot};
use super::doors::DoorCx;
use super::gates::set;
use super::layout::comment;
use super::names::{ident, joined, literal, quoted, table};
use super::pieces::{Access, Function, Grant, Index, Returns, Step, refuse};
use super::policies::policy;
use super::steps;
use super::way;
use super::who::{Place, Row};
use crate::expr::sql;
use crate::expr::typed::{Expr, Function as Call, Literal, Node, Op, Ty};
use crate::model::{Action, Due, EntityId, FieldId, Model, is_in};

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
pub fn to(cx: &Cx<'_>, entity: EntityId, action: &Action) -> String {
    let states = cx.model[entity].states.iter().flat_map(|states| &states.list);
    let names: Vec<&str> = states.map(|state| state.name.as_str()).collect();
    action.to.map_or(String::new(), |to| literal(names[to.0]))
}

/// A column, or an end of one, and so many seconds: what an index can be asked for.
struct Moved {
    column: Expr,
    seconds: i64,
}

/// The instant as the least of such; none where it is nothing of the kind.
fn least(instant: &Expr) -> Option<Vec<Moved>> {
    let plain = || Some(vec![Moved { column: instant.clone(), seconds: 0 }]);
    match &instant.node {
        Node::Column(_) => plain(),
        Node::Call(Call::RangeStart | Call::RangeEnd, of)
            if matches!(of[0].node, Node::Column(_)) =>
        {
            plain()
        }
        Node::Binary(op @ (Op::Add | Op::Sub), of, by) => {
            let Node::Literal(Literal::Int(by)) = by.node else { return None };
            let by = if *op == Op::Add { by } else { -by };
            let mut all = least(of)?;
            all.iter_mut().for_each(|one| one.seconds += by);
            Some(all)
        }
        Node::Call(Call::Min, all) => {
            let all: Option<Vec<Vec<Moved>>> = all.iter().map(least).collect();
            Some(all?.into_iter().flatten().collect())
        }
        _ => None,
    }
}

/// `x.created_at <= now() - interval '900 seconds'`.
fn passed(moved: &Moved, row: &Row<'_>) -> String {
    let column = sql::print(&moved.column, row);
    match moved.seconds {
        0 => format!("{column} <= now()"),
        by if by > 0 => format!("{column} <= now() - interval '{by} seconds'"),
        by => format!("{column} <= now() + interval '{} seconds'", -by),
    }
}

/// What makes a row due, so that an index finds it: conjuncts, and by what they are in order.
pub fn is_due(
    cx: &Cx<'_>,
    entity: EntityId,
    action: &Action,
    row: &Row<'_>,
) -> (Vec<String>, String) {
    let it = &cx.model[entity];
    let mut all = vec![sql::conjunct(&is_in(it, &action.from), row)];
    let mut order = String::new();
    let Some(timer) = action.timer.as_ref() else { return (all, order) };
    if !cx.guard(format!("{}.due", action.path(it))) {
        return (all, order);
    }
    let deleted_at = it.deleted_at();
    let hides = |_: &FieldId| cx.guard(format!("{}.deleted", action.path(it)));
    all.extend(deleted_at.filter(hides).map(|at| format!("{} IS NULL", row.slot(Slot::Field(at)))));
    let when = it.besides_there(timer.when.as_ref());
    all.extend(when.map(|when| sql::conjunct(when, row)));
    let columns = timer.due.instant().and_then(least);
    match (&timer.due, columns) {
        (_, Some(columns)) => {
            let each: Vec<String> = columns.iter().map(|one| passed(one, row)).collect();
            match each.as_slice() {
                [one] => {
                    order = format!("\nORDER BY {}", sql::print(&columns[0].column, row));
                    all.push(one.clone());
                }
                _ => all.push(format!("({})", each.join(" OR "))),
            }
        }
        (Due::AsSoon(holds), _) => all.push(sql::conjunct(holds, row)),
        (Due::At(instant) | Due::After(instant), None) => {
            all.push(format!("{} <= now()", sql::print(instant, row)));
        }
    }
    all.extend(action.require.iter().map(|one| sql::conjunct(&one.holds, row)));
    (all, order)
}

/// Those by which rows that are due are found.
pub fn indexes(cx: &Cx<'_>, entity: EntityId) -> Vec<Index> {
    let it = &cx.model[entity];
    let row = Row::new(cx, entity, "", Place::Policy);
    let mut out = Vec::new();
    for action in it.timers() {
        let Some(timer) = &action.timer else { continue };
        let mut filter = sql::print(&is_in(it, &action.from), &row);
        // Deleted rows stay due for ever, before all others.
        let hidden =
            it.deleted_at().map(|at| format!(" AND {} IS NULL", row.slot(Slot::Field(at))));
        filter.extend(hidden);
        let columns: Vec<String> = match (timer.due.instant().and_then(least), &timer.due) {
            (Some(columns), _) => columns.iter().map(|one| sql::print(&one.column, &row)).collect(),
            (None, Due::AsSoon(holds)) if is_fixed(holds) => {
                filter = format!("{filter} AND {}", sql::conjunct(holds, &row));
                vec!["id".to_owned()]
            }
            _ => vec!["id".to_owned()],
        };
        let several = columns.len() > 1;
        for (at, column) in columns.into_iter().enumerate() {
            let number = if several { format!("due_{}", at + 1) } else { "due".to_owned() };
            out.push(Index {
                name: joined(&[&table(&it.name), &action.name, &number, "idx"]),
                columns: vec![column],
                filter: Some(filter.clone()),
                refusal: None,
            });
        }
    }
    out
}

/// Whether PostgreSQL knows that it comes out the same whenever it is asked.
fn is_fixed(expr: &Expr) -> bool {
    let moves = matches!(expr.node, Node::Binary(Op::Add | Op::Sub, ..))
        && matches!(expr.ty, Ty::Timestamp | Ty::Date | Ty::Duration);
    let calls = matches!(&expr.node, Node::Call(of, _)
        if !matches!(of, Call::Min | Call::Max | Call::RangeStart | Call::RangeEnd));
    !moves && !calls && expr.parts().into_iter().all(is_fixed)
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

pub fn sets(cx: &Cx<'_>, entity: EntityId, action: &Action, row: &Row<'_>) -> Vec<(Slot, String)> {
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
        out.push_str(&door(cx, entity, action, name).sql());
    }
    out.push_str(&way::sql(cx));
    out
}

/// For the audit: nobody acts, and without a seal no login believes it.
pub fn said(cx: &Cx<'_>, entity: EntityId, action: &Action) -> Step {
    set(&[
        ("app.entered", "'timer|||'"),
        ("app.seal", "''"),
        ("app.request", "''"),
        ("app.path", &literal(&action.path(&cx.model[entity]))),
        ("app.because", "''"),
    ])
}

fn door(cx: &Cx<'_>, entity: EntityId, action: &Action, name: String) -> Function {
    let it = &cx.model[entity];
    let path = literal(&action.path(it));
    let row = Row::new(cx, entity, "x.", Place::Policy);
    let (due, order) = is_due(cx, entity, action, &row);
    let tenant = it.scope.tenant().map(|(_, column)| cx.column(entity, Slot::Field(column)));
    let columns: Vec<String> =
        tenant.iter().map(|column| format!("x.{column}")).chain(["x.id".to_owned()]).collect();
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
        columns.join(", "),
        cx.table(entity),
        due.join("\n  AND ")
    );
    let own: Vec<String> = tenant
        .iter()
        .map(|column| format!("x.{column} = t.{column} AND "))
        .chain(["x.id = t.id".to_owned()])
        .collect();
    let set_row = Row::new(cx, entity, "x.", Place::Door);
    let written = sets(cx, entity, action, &set_row).into_iter();
    let written = written.map(|(slot, value)| format!("{} = {value}", cx.column(entity, slot)));
    let state = format!("state = {}", to(cx, entity, action));
    let written: Vec<String> = std::iter::once(state).chain(written).collect();
    let act = format!(
        "BEGIN
  UPDATE {} x
  SET {}
  WHERE {};
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
        cx.table(entity),
        written.join(",\n      "),
        own.concat()
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::typed::Column;

    #[test]
    fn an_index_is_asked_for_columns_alone() {
        let column =
            |at| Expr { node: Node::Column(Column::Field(at)), ty: Ty::Timestamp, nullable: false };
        let hour =
            Expr { node: Node::Literal(Literal::Int(3600)), ty: Ty::Duration, nullable: false };
        let minus = Node::Binary(Op::Sub, Box::new(column(1)), Box::new(hour));
        let minus = Expr { node: minus, ..column(1) };
        let both = Expr { node: Node::Call(Call::Min, vec![column(0), minus]), ..column(0) };
        let found = least(&both).expect("two columns");
        let seconds: Vec<i64> = found.iter().map(|one| one.seconds).collect();
        assert_eq!(seconds, [0, -3600]);
        let greatest = Expr { node: Node::Call(Call::Max, vec![column(0), both]), ..column(0) };
        assert!(least(&greatest).is_none());
    }
}
