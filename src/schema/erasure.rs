//! Erasure of a person: one function overwrites what is personal in all rows that are his. Its role may write
//! nothing else; what holds afterwards says [`erased`].

use super::calls::SqlType;
use super::cx::{Cx, Slot, is_range};
use super::doors::DoorCx;
use super::erased;
use super::idempotency;
use super::layout::{WIDTH, block, indent};
use super::names::{literal, quoted};
use super::pieces::{Access, Function, Grant, Returns, Step, refuse};
use super::policies::policy;
use crate::model::{ActionKind, Deletion, EntityId, EntityKind, Erasure, Model, Replacement};

/// Whether people are erased, which a role of its own does.
pub fn is_there(model: &Model) -> bool {
    model.erased_at().is_some()
}

/// Who owns the function, unquoted.
pub fn role(cx: &Cx<'_>) -> String {
    cx.role("eraser")
}

/// Whether it is that role that writes.
pub fn erases(cx: &Cx<'_>) -> String {
    let role = quoted(&role(cx));
    format!("to_regrole(quote_ident(current_user)) = to_regrole('{role}')")
}

/// Whether it writes rows of the entity at all.
pub fn reaches(cx: &Cx<'_>, entity: EntityId) -> bool {
    cx.model.erasure(entity).is_some()
}

/// What a person's row says of him once he is erased.
pub fn path(cx: &Cx<'_>) -> String {
    format!("entities.{}.erased", cx.model[cx.model.identity.user].name)
}

pub fn guard(cx: &Cx<'_>, entity: EntityId, what: &str) -> bool {
    cx.guard(format!("entities.{}.{what}", cx.model[entity].name))
}

/// Whether the door erases a person.
pub fn is_by(it: &DoorCx<'_>) -> bool {
    let erases = matches!(it.it().deletion, Deletion::Anonymise(_));
    it.action().kind == ActionKind::Delete && erases
}

/// What such a door does: its row is locked against all who make something personal of him.
pub fn write(it: &DoorCx<'_>) -> Step {
    it.cx.locks(it.entity, it.door.context);
    Step::Run(format!("PERFORM rt.erase({});", it.row_of_the_gate().unwrap_or("_id")))
}

/// Overwrites what is personal in a person's rows.
fn erase(cx: &Cx<'_>) -> Function {
    let user = cx.model.identity.user;
    let mut body: Vec<Step> = Vec::new();
    if guard(cx, user, "erased.snapshot") {
        let other = "current_setting('transaction_isolation') IS DISTINCT FROM 'read committed'";
        body.push(Step::Run(
            "-- An older snapshot would not see what he has made since.".to_owned(),
        ));
        body.push(refuse(other, format!("{}.snapshot", path(cx)), "BP409"));
    }
    let erasures = cx.model.erasures();
    body.extend(erasures.iter().filter_map(|erasure| overwrite(cx, erasure)));
    if !idempotency::contexts(cx.model).is_empty() {
        if cx.guard("idempotency.erased") {
            body.push(Step::Run(FORGOTTEN.to_owned()));
        }
        body.extend(erasures.iter().filter_map(|erasure| answers(cx, erasure)));
    }
    let execute = match guard(cx, user, "erase.execute") {
        true => doors(cx),
        false => vec!["PUBLIC".to_owned()],
    };
    Function {
        name: "rt.erase".to_owned(),
        arguments: vec![("_person".to_owned(), SqlType::Uuid)],
        returns: Returns::Void,
        definer: true,
        declare: Vec::new(),
        body,
        execute,
        owner: Some(role(cx)),
    }
}

/// Roles of the doors that erase, unquoted.
fn doors(cx: &Cx<'_>) -> Vec<String> {
    let user = &cx.model[cx.model.identity.user];
    let all = user.actions.iter().filter(|action| action.kind == ActionKind::Delete);
    let doors = all.flat_map(|action| action.doors(cx.model, user));
    doors.map(|door| cx.door(door.context)).collect()
}

const FORGOTTEN: &str = "\
-- What he was answered.
DELETE FROM rt.answer a WHERE split_part(a.principal, '|', 2) = _person::text;";

/// `x` is a row of the person.
fn his(cx: &Cx<'_>, erasure: &Erasure) -> String {
    let of = erasure.of.map_or(Slot::Id, Slot::Field);
    format!("x.{} = _person", cx.column(erasure.entity, of))
}

fn overwrite(cx: &Cx<'_>, erasure: &Erasure) -> Option<Step> {
    let it = &cx.model[erasure.entity];
    let mut set = Vec::new();
    if erasure.of.is_none() && guard(cx, erasure.entity, "subject.erased") {
        set.push("subject = NULL".to_owned());
    }
    for field in &erasure.fields {
        if !guard(cx, erasure.entity, &format!("fields.{}.erased", it.fields[field.0].name)) {
            continue;
        }
        let column = cx.column(erasure.entity, Slot::Field(*field));
        set.push(format!("{column} = {}", replacement(it.replacement(*field)?)));
    }
    if let Some(at) = it.erased_at() {
        let at = cx.column(erasure.entity, Slot::Field(at));
        set.push(format!("{at} = clock_timestamp()"));
    }
    (!set.is_empty()).then(|| {
        let (table, his) = (cx.table(erasure.entity), his(cx, erasure));
        Step::Run(format!("UPDATE {table} x\nSET {}\nWHERE {his};", set.join(",\n    ")))
    })
}

fn replacement(value: Replacement) -> String {
    match value {
        Replacement::Absent => "NULL".to_owned(),
        Replacement::Fixed(text) => literal(&text),
        Replacement::OfId { before, after, width } => {
            let mut id = "replace(x.id::text, '-', '')".to_owned();
            if width > 32 {
                id = format!("rpad({id}, {width}, '.')");
            }
            let before = (!before.is_empty()).then(|| literal(before));
            let after = (!after.is_empty()).then(|| literal(after));
            let all: Vec<String> = before.into_iter().chain([id]).chain(after).collect();
            all.join(" || ")
        }
    }
}

/// What others were answered of his rows says what the rows say now.
fn answers(cx: &Cx<'_>, erasure: &Erasure) -> Option<Step> {
    let it = &cx.model[erasure.entity];
    if erasure.fields.is_empty() || !cx.guard(format!("idempotency.erased.{}", it.name)) {
        return None;
    }
    let mut pairs = Vec::new();
    for id in &erasure.fields {
        let name = cx.bare_column(erasure.entity, Slot::Field(*id));
        if is_range(&it.fields[id.0]) {
            let ends = ["from", "until"].map(|end| literal(&format!("{name}_{end}")));
            pairs.extend(ends.map(|end| format!("{end}, NULL")));
        } else {
            let column = cx.column(erasure.entity, Slot::Field(*id));
            pairs.push(format!("{}, x.{column}", literal(&name)));
        }
    }
    let now = block("FROM jsonb_each(jsonb_build_object(", &pairs, ")) now", WIDTH - 4);
    Some(Step::Run(format!(
        "UPDATE rt.answer a
SET answer = jsonb_set(a.answer, '{{row}}', a.answer -> 'row' || (
  SELECT coalesce(jsonb_object_agg(now.key, now.value), '{{}}')
{}
  WHERE a.answer -> 'row' ? now.key
))
FROM {} x
WHERE {} AND a.answer -> 'row' ->> 'id' = x.id::text;",
        indent(&now, "  "),
        cx.table(erasure.entity),
        his(cx, erasure)
    )))
}

/// What the eraser may do with a table: find a person's rows, and write what is personal.
pub fn access(cx: &Cx<'_>, entity: EntityId) -> Option<Access> {
    let erasure = cx.model.erasure(entity)?;
    let it = &cx.model[entity];
    let mut written: Vec<Slot> = erasure.fields.iter().copied().map(Slot::Field).collect();
    if it.kind == EntityKind::User {
        written.push(Slot::Subject);
    }
    written.extend(it.erased_at().map(Slot::Field));
    let mut read = written.clone();
    read.retain(|slot| *slot != Slot::Subject);
    read.push(Slot::Id);
    read.extend(erasure.of.map(Slot::Field));
    let columns = |of: &[Slot]| -> Vec<String> {
        let all = cx.slots(entity).into_iter().filter(|slot| of.contains(slot));
        all.map(|slot| cx.column(entity, slot)).collect()
    };
    let privileges = vec![("SELECT", columns(&read)), ("UPDATE", columns(&written))];
    Some(Access {
        policies: vec![policy("eraser", None, role(cx), Vec::new())],
        grant: Some(Grant { privileges, role: role(cx) }),
    })
}

/// The function that erases, and those that keep what is erased from coming back.
pub fn sql(cx: &Cx<'_>) -> String {
    if !is_there(cx.model) {
        return String::new();
    }
    let mut out = "-- What is personal of somebody who is erased.\n".to_owned();
    if !idempotency::contexts(cx.model).is_empty() {
        let role = quoted(&role(cx));
        out.push_str(&format!(
            "
CREATE POLICY eraser ON rt.answer TO {role} USING (true);
GRANT SELECT (principal, answer), UPDATE (answer), DELETE ON rt.answer TO {role};
"
        ));
    }
    out.push_str(&format!("\n{}", erase(cx).sql()));
    out.extend(cx.model.entity_ids().filter_map(|entity| erased::keeps(cx, entity)));
    out
}
