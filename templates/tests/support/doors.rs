//! Every door, called by everybody on every row, and with every argument wrong.

use super::assertion::REQUEST;
use super::calls::{self, Call, Drafter, Outcome};
use super::database::{Database, Session, Template};
use super::oracle::{NO_TENANT, Principal};
use super::reads::columns;
use super::routes::enough;
use super::spec::{
    Asked, ContextKind, Door, DoorKind, Entity, EntityKind, Idempotency, Spec, Type,
};
use super::steps::Effect;
use super::value::{Value, quote};
use super::world::{Row, World};
use super::{Bench, Faults, Tests, bounds};
use std::collections::BTreeMap;

type Run = fn(Attack<'_>, &mut Faults);

pub fn add(tests: &mut Tests) {
    let spec = tests.bench.spec.clone();
    let families = [("door", Template::World), ("door-alone", Template::Unsecured)];
    let attacks: [(&str, Run); 2] = [("everybody", everybody), ("arguments", wrong_arguments)];
    for entity in &spec.entities {
        for (index, door) in entity.doors.iter().enumerate() {
            for (family, template) in families {
                for (attack, run) in attacks {
                    let (name, action) = (entity.name.clone(), &door.action);
                    let title = format!("{family}/{attack}/{name}/{action}@{}", door.context);
                    tests.add(title, move |bench, faults| {
                        let database = bench.cluster().database(template);
                        run(Attack::new(bench, &database, &name, index), faults);
                    });
                }
            }
        }
    }
}

struct Attack<'b> {
    bench: &'b Bench,
    entity: &'b Entity,
    door: &'b Door,
    drafter: Drafter<'b>,
    actor: Actor,
}

/// One connection that takes on the roles of the others, so that a change can be looked at by the
/// owner before it is undone.
struct Actor {
    session: Session,
    prefix: String,
}

impl Actor {
    fn new(database: &Database<'_>) -> Self {
        Self { session: database.admin(), prefix: database.cluster.prefix.clone() }
    }

    fn become_role(&mut self, role: &str) {
        let role = format!("SET LOCAL ROLE \"{}_{role}\"", self.prefix);
        self.session.run(&role).expect("may take on every role of the service");
    }
}

impl<'b> Attack<'b> {
    fn new(bench: &'b Bench, database: &Database<'_>, entity: &str, door: usize) -> Self {
        let entity = bench.spec.entity(entity);
        Self {
            bench,
            entity,
            door: &entity.doors[door],
            drafter: Drafter::new(&bench.spec, &bench.world),
            actor: Actor::new(database),
        }
    }

    /// The rows that the door could be about.
    fn rows(&self) -> Vec<Option<&'b Row>> {
        let world: &'b World = &self.bench.world;
        match self.door.kind {
            kind if kind.makes() => vec![None],
            _ => world.rows_of(&self.entity.name).map(Some).collect(),
        }
    }

    /// Every principal with every row; where the row is not named, his own.
    fn cells(&self) -> Vec<(Principal<'b>, Option<&'b Row>)> {
        let spec: &'b Spec = &self.bench.spec;
        let context = spec.context(&self.door.context);
        let principals = Principal::all(&self.bench.world, context);
        let named = calls::names_row(self.entity, self.door, context.kind);
        let mut cells = Vec::new();
        for principal in principals {
            let own = |row: &Option<&Row>| match (self.entity.kind, row) {
                (EntityKind::Tenant, Some(row)) => principal.tenant.as_ref() == Some(&row.id),
                (EntityKind::User, Some(row)) => principal.id() == Some(row.id.as_str()),
                _ => true,
            };
            let rows = self.rows().into_iter().filter(|row| named || own(row));
            cells.extend(rows.take(enough(&principal)).map(|row| (principal.clone(), row)));
        }
        cells
    }

    /// Calls the door in a transaction that is undone. `then` looks at what it did.
    fn call(
        &mut self,
        arguments: &BTreeMap<String, String>,
        forge: &str,
        then: impl FnOnce(&mut Actor, &Left),
    ) -> Outcome {
        self.call_after("", arguments, forge, then).expect("nothing has no refusal")
    }

    /// The same, after the owner has changed something; none where a constraint refuses him that.
    fn call_after(
        &mut self,
        change: &str,
        arguments: &BTreeMap<String, String>,
        forge: &str,
        then: impl FnOnce(&mut Actor, &Left),
    ) -> Option<Outcome> {
        let context = &self.door.context;
        let call = calls::sql("api", self.door, arguments);
        let read_back = !self.door.kind.takes_away();
        let sql = match self.entity.access(context).filter(|_| read_back) {
            Some(_) => format!("SELECT row_to_json(\"Row\")::text FROM {call} \"Row\""),
            None => format!("SELECT {call}::text"),
        };
        let actor = &mut self.actor;
        actor.session.run("BEGIN").expect("BEGIN");
        actor.become_role("owner");
        if !change.is_empty() && actor.session.run(change).is_err() {
            actor.session.run("ROLLBACK").expect("ROLLBACK");
            return None;
        }
        let before = last_entry(&mut actor.session);
        actor.become_role(context);
        if !forge.is_empty() {
            actor.session.run(forge).expect("settings can be forged");
        }
        let answer = actor.session.column(&sql);
        let outcome = match answer {
            Ok(lines) => {
                let answer = lines.first().and_then(|line| serde_json::from_str(line).ok());
                // Of a row that he cannot read, a door that knows repeats answers nulls.
                let answer = answer.filter(|row: &serde_json::Value| !row["id"].is_null());
                actor.become_role("owner");
                then(actor, &Left { before, answer });
                Ok(())
            }
            Err(refusal) => Err((refusal.code, refusal.constraint.unwrap_or(refusal.message))),
        };
        actor.session.run("ROLLBACK").expect("ROLLBACK");
        Some(outcome)
    }
}

/// What a successful call left to look at.
struct Left {
    /// The last entry of the audit before.
    before: i64,
    /// The row as it was answered.
    answer: Option<serde_json::Value>,
}

fn last_entry(session: &mut Session) -> i64 {
    let last = session.column("SELECT coalesce(max(id), 0)::text FROM audit.entry");
    last.ok().and_then(|last| last.first()?.parse().ok()).unwrap_or(0)
}

/// Settings as a caller could forge them: everything that would help him.
fn forged(bench: &Bench, door: &Door, row: Option<&Row>) -> String {
    let context = bench.spec.context(&door.context);
    let person = bench.world.people.iter().find(|person| person.name.ends_with("_both"));
    let person = person.map_or(NO_TENANT, |person| person.id.as_str());
    let tenant = row.and_then(|row| row.tenant.as_deref()).unwrap_or(NO_TENANT);
    let entered = super::seal::entered(context, person, tenant);
    let settings = [
        ("app.entered", entered.as_str()),
        ("app.seal", "forged"),
        ("app.founded", tenant),
        ("app.path", "forged"),
        ("app.because", "forged"),
        ("app.request", "forged"),
        ("app.approver", person),
    ];
    let settings =
        settings.map(|(name, value)| format!("set_config('{name}', {}, true)", quote(Some(value))));
    format!("SELECT {}", settings.join(", "))
}

/// Reference and unique refusals may come from the door or from the constraint behind it.
pub fn alike(found: &Outcome, expected: &Outcome) -> bool {
    match (found, expected) {
        (Err((code, _)), Err((expected, _))) if code == "23514" => expected == code,
        // Of a rule that no constraint holds.
        (Err((_, path)), Err((expected, _))) if path.contains(".rules.") => expected == "23514",
        // Of several references to a row any may be the one that keeps it.
        (Err((code, path)), Err((expected, other)))
            if code == "BP409" && [path, other].iter().all(|path| path.contains(".fields.")) =>
        {
            code == expected
        }
        (Err((code, constraint)), Err((_, path))) if code == "23503" => {
            let field = path.rsplit('.').next().unwrap_or_default();
            path.contains(".fields.") && constraint.contains(field)
        }
        _ => found == expected,
    }
}

fn everybody(mut attack: Attack<'_>, faults: &mut Faults) {
    let (bench, entity, door) = (attack.bench, attack.entity, attack.door);
    let mut done = 0;
    for (principal, row) in attack.cells() {
        let Some(call) = attack.drafter.draft(entity, door, &principal, row) else { continue };
        let expected = attack.drafter.outcome(entity, door, &call);
        let what = || {
            let row = row.map(|row| format!(" on {} {:?}", &row.id[30..], row.state));
            format!("{} by {principal}{}", door.function, row.unwrap_or_default())
        };
        let arguments = calls::arguments(entity, door, &call);
        for forge in [String::new(), forged(attack.bench, door, row)] {
            let mut looked = Vec::new();
            let found = attack.call(&arguments, &forge, |actor, left| {
                looked = differences(bench, entity, door, &call, actor, left);
            });
            faults.check(alike(&found, &expected), || {
                format!("{}\n    expected {expected:?}\n    found    {found:?}", what())
            });
            faults.check(looked.is_empty(), || format!("{}: {}", what(), looked.join("; ")));
            done += usize::from(found.is_ok());
        }
    }
    faults.check(done > 0, || format!("nobody could {} any row of the world", door.action));
}

/// How the table, the audit and the answer differ from what the call should have made of them.
fn differences(
    bench: &Bench,
    entity: &Entity,
    door: &Door,
    call: &Call<'_>,
    actor: &mut Actor,
    left: &Left,
) -> Vec<String> {
    if door.kind == DoorKind::Delete {
        return deleted(bench, entity, door, call, actor, left);
    }
    let mut differences = Vec::new();
    let result = &call.result;
    let granted_again = door.kind == DoorKind::Grant;
    let mut names: Vec<&str> = entity.fields.iter().map(|field| field.name.as_str()).collect();
    names.extend((!entity.states.is_empty()).then_some("state"));
    let list: Vec<String> = names
        .iter()
        .map(|name| match *name {
            "state" => "state".to_owned(),
            name => format!("\"{}\"::text", entity.field(name).column),
        })
        .collect();
    let key = match granted_again {
        true => format!("\"user\" = {}", quote(result.column("user").sql().as_deref())),
        false => format!("id = '{}'", call.id),
    };
    let tenant = match (&entity.tenant, &result.tenant) {
        (Some(column), Some(tenant)) => format!(" AND \"{}\" = '{tenant}'", column.column),
        _ => String::new(),
    };
    let table = &entity.table;
    let sql = format!(
        "SELECT {}, version::text, id::text FROM {table} WHERE {key}{tenant}",
        list.join(", ")
    );
    let line = match actor.session.rows(&sql) {
        Ok(mut lines) if lines.len() == 1 => lines.remove(0),
        other => return vec![format!("the row afterwards: {other:?}")],
    };
    for (name, found) in names.iter().zip(&line) {
        let expected = match result.column(name) {
            Value::Bool(truth) => Some(truth.to_string()),
            value => value.sql(),
        };
        let moment = *name == "revoked_at" && door.kind == DoorKind::Revoke
            || call.loose.contains(*name)
            || call.row.is_none()
                && matches!(result.column(name), Value::Time(_))
                && !call.values.contains_key(*name);
        if *found != expected && !(moment && found.is_some()) {
            differences.push(format!("{name} is {found:?}, not {expected:?}"));
        }
    }
    let version = line[names.len()].clone().unwrap_or_default();
    if !granted_again && version != result.version.to_string() {
        differences.push(format!("version is {version}, not {}", result.version));
    }
    let id = line[names.len() + 1].clone().unwrap_or_default();
    differences.extend(super::totals::wrong(&bench.spec, &entity.name, &mut actor.session));
    differences.extend(super::quotas::wrong(&bench.spec, &entity.name, &mut actor.session));
    differences.extend(audited(bench, entity, door, call, actor, left.before, &id, &version));
    differences.extend(answered(entity, door, call, left.answer.as_ref()));
    differences
}

/// Nothing is left of the row but what the audit says that it was.
fn deleted(
    bench: &Bench,
    entity: &Entity,
    door: &Door,
    call: &Call<'_>,
    actor: &mut Actor,
    left: &Left,
) -> Vec<String> {
    let mut differences = Vec::new();
    let there = format!("SELECT id::text FROM {} WHERE id = '{}'", entity.table, call.id);
    let there = actor.session.column(&there);
    if there != Ok(Vec::new()) {
        differences.push(format!("the row afterwards: {there:?}"));
    }
    differences.extend(super::totals::wrong(&bench.spec, &entity.name, &mut actor.session));
    differences.extend(super::quotas::wrong(&bench.spec, &entity.name, &mut actor.session));
    let (id, version) = (&call.id, call.result.version.to_string());
    differences.extend(audited(bench, entity, door, call, actor, left.before, id, &version));
    differences
}

/// The audit has one entry for each row written, in that order, and no other.
#[expect(clippy::too_many_arguments, reason = "what was called, and what it left")]
fn audited(
    bench: &Bench,
    entity: &Entity,
    door: &Door,
    call: &Call<'_>,
    actor: &mut Actor,
    before: i64,
    id: &str,
    version: &str,
) -> Vec<String> {
    let approver = if bench.spec.has_approvals() { "approver::text" } else { "NULL" };
    let sql = format!(
        "SELECT entity, row_id::text, version::text, actor::text, context, path, request,
                coalesce(because, ''), coalesce(tenant::text, ''), before::text, after::text, {approver}
         FROM audit.entry WHERE id > {before} ORDER BY id"
    );
    let lines = actor.session.rows(&sql).unwrap_or_default();
    let told = |entity: &Entity, id: &str, version: &str, tenant: Option<String>| {
        [
            Some(entity.name.clone()),
            Some(id.to_owned()),
            Some(version.to_owned()),
            call.principal.id().map(str::to_owned),
            Some(door.context.clone()),
            Some(door.path(entity)),
            Some(REQUEST.to_owned()),
            Some(call.because.clone().unwrap_or_default()),
            Some(tenant.unwrap_or_default()),
        ]
    };
    let tenant = match entity.kind {
        EntityKind::Tenant => Some(call.id.clone()),
        _ => call.result.tenant.clone(),
    };
    let mut expected = Vec::new();
    if door.kind != DoorKind::Command && !call.waits {
        expected.push(told(entity, id, version, tenant));
    }
    let founded = usize::from(door.kind == DoorKind::Found);
    let own = expected.len() + founded;
    if lines.len() != own + call.effects.len() {
        let expected = own + call.effects.len();
        return vec![format!("the audit has {} entries, not {expected}: {lines:?}", lines.len())];
    }
    let mut wrong = Vec::new();
    let mut known = vec![(call.id.clone(), call.id.clone())];
    let mut besides = lines[own..].to_vec();
    if door.kind == DoorKind::Erase {
        // One statement finds them in any order.
        besides.sort_by_key(|line| line[1].clone());
    }
    for (effect, line) in call.effects.iter().zip(&besides) {
        let of = bench.spec.entity(&effect.row.entity);
        let id = line[1].clone().unwrap_or_default();
        known.push((effect.row.id.clone(), id.clone()));
        let version = effect.row.version.to_string();
        let tenant = match of.kind {
            EntityKind::Tenant => Some(id.clone()),
            _ => effect.row.tenant.clone(),
        };
        let mut said = told(of, &id, &version, tenant);
        said[5] = Some(door.path(entity));
        if let Some(told) = &effect.told {
            said[3].clone_from(&told.actor);
            said[5] = Some(told.path.clone());
            said[7] = Some(told.because.clone());
        }
        let second = effect.told.as_ref().and_then(|told| told.approver.clone());
        if line[11] != second {
            wrong.push(format!("the audit has {:?} agree, not {second:?}", line[11]));
        }
        if !line.starts_with(&said) {
            wrong.push(format!("the audit has {line:?}, not {said:?}"));
        }
        wrong.extend(left_by_step(of, effect, &id, &known, actor));
    }
    if let (Some(expected), Some(line)) = (expected.first(), lines.first()) {
        if line[11].is_some() {
            wrong.push(format!("the audit has {:?} agree, where nobody did", line[11]));
        }
        if !line.starts_with(expected) {
            wrong.push(format!("the audit has {line:?}, not {expected:?}"));
            return wrong;
        }
        let told =
            [9, 10].map(|at| line[at].as_deref().and_then(|told| serde_json::from_str(told).ok()));
        wrong.extend(recorded(entity, door, call, told));
    }
    wrong
}

/// How a row differs from what a step should have made of it; `known` are the ids that drafts could
/// not know, with those that the database chose.
fn left_by_step(
    entity: &Entity,
    effect: &Effect,
    id: &str,
    known: &[(String, String)],
    actor: &mut Actor,
) -> Vec<String> {
    let mut names: Vec<&str> = entity.fields.iter().map(|field| field.name.as_str()).collect();
    names.extend((!entity.states.is_empty()).then_some("state"));
    let list: Vec<String> = names
        .iter()
        .map(|name| match *name {
            "state" => "state".to_owned(),
            name => format!("\"{}\"::text", entity.field(name).column),
        })
        .collect();
    let tenant = match (&entity.tenant, &effect.row.tenant) {
        (Some(column), Some(tenant)) => format!(" AND \"{}\" = '{tenant}'", column.column),
        _ => String::new(),
    };
    let sql = format!("SELECT {} FROM {} WHERE id = '{id}'{tenant}", list.join(", "), entity.table);
    let line = match actor.session.rows(&sql) {
        Ok(mut lines) if lines.len() == 1 => lines.remove(0),
        other => return vec![format!("{} of a step afterwards: {other:?}", entity.name)],
    };
    let mut wrong = Vec::new();
    for (name, found) in names.iter().zip(&line) {
        let expected = match effect.row.column(name) {
            Value::Bool(truth) => Some(truth.to_string()),
            value => value.sql(),
        };
        let chosen = expected.as_ref().and_then(|id| known.iter().find(|(draft, _)| draft == id));
        let expected = chosen.map_or(expected.clone(), |(_, id)| Some(id.clone()));
        let loose = effect.loose.contains(*name) && found.is_some();
        if *found != expected && !loose {
            wrong.push(format!("{name} of {} is {found:?}, not {expected:?}", entity.name));
        }
    }
    wrong
}

/// The columns that an entry tells of, before and after, are those that the call changed.
fn recorded(
    entity: &Entity,
    door: &Door,
    call: &Call<'_>,
    [before, after]: [Option<serde_json::Value>; 2],
) -> Vec<String> {
    if door.kind == DoorKind::Delete {
        return before_it_was_deleted(entity, call, before.as_ref(), after.as_ref());
    }
    let mut wrong = Vec::new();
    let mut names: Vec<(&str, &str)> =
        entity.fields.iter().map(|field| (field.name.as_str(), field.column.as_str())).collect();
    names.extend((!entity.states.is_empty()).then_some(("state", "state")));
    // Totals are told with the children.
    names.retain(|(name, _)| before.is_none() || !entity.is_total(name));
    for (name, column) in names {
        let told = after.as_ref().and_then(|after| after.get(column));
        let expected = match (&before, call.row) {
            (None, _) => true,
            (Some(_), Some(row)) => row.column(name) != call.result.column(name),
            // A grant that was revoked before.
            (Some(_), None) => continue,
        };
        let moment = name == "revoked_at" && door.kind == DoorKind::Revoke;
        if told.is_some() != (expected || moment) {
            wrong.push(format!("the audit tells {told:?} of {name}"));
        }
        let personal = entity.fields.iter().any(|field| field.name == name && field.personal);
        if let (Value::Text(text), Some(told), false) = (call.result.column(name), told, personal)
            && told.as_str() != Some(&text)
        {
            wrong.push(format!("the audit tells {told} of {name}, not {text}"));
        }
    }
    wrong
}

/// The entry of a row that is gone has all that it held, but what is personal.
fn before_it_was_deleted(
    entity: &Entity,
    call: &Call<'_>,
    before: Option<&serde_json::Value>,
    after: Option<&serde_json::Value>,
) -> Vec<String> {
    let mut wrong = Vec::new();
    if let Some(after) = after {
        wrong.push(format!("the audit has {after} after it was deleted"));
    }
    for field in &entity.fields {
        let told = before.and_then(|before| before.get(&field.column));
        let held = told.is_some_and(|told| !told.is_null());
        let value = call.result.column(&field.name);
        let shown = told.and_then(|told| told.as_str()).map(str::to_owned);
        let clear = !value.is_null() && shown == value.sql();
        if held == value.is_null() || field.personal && clear {
            wrong.push(format!("the audit tells {told:?} of {}, which was {value:?}", field.name));
        }
    }
    wrong
}

/// What is read back is what the caller may see of the row, and nothing else.
fn answered(
    entity: &Entity,
    door: &Door,
    call: &Call<'_>,
    answer: Option<&serde_json::Value>,
) -> Vec<String> {
    let Some(access) = entity.access(&door.context) else { return Vec::new() };
    if door.kind == DoorKind::Erase {
        return answer.iter().map(|answer| format!("answered {answer}")).collect();
    }
    let mut principal = call.principal.clone();
    if door.kind == DoorKind::Revoke
        && call.result.column("user").sql().as_deref() == principal.id()
    {
        principal.role = call.principal.role.clone();
    }
    let seen = principal.sees(entity, access, &call.result);
    let (Some(seen), Some(answer)) = (&seen, answer) else {
        return match seen.is_some() == answer.is_some() {
            true => Vec::new(),
            false => vec![format!("answered {answer:?} where he sees {seen:?}")],
        };
    };
    let mut differences = Vec::new();
    for field in &entity.fields {
        let found = answer.get(&field.column);
        let shown = found.is_some_and(|value| !value.is_null());
        let moment =
            matches!(field.ty, Type::Timestamp | Type::RangeOfDate | Type::RangeOfTimestamp);
        let value = call.result.column(&field.name);
        if !seen.contains(&field.name.as_str()) {
            if shown {
                differences.push(format!("shows {}", field.name));
            }
        } else if !moment && shown == value.is_null() {
            differences.push(format!("{} is answered as {found:?}, not {value:?}", field.name));
        }
    }
    differences
}

/// From a call that is right: every argument NULL, then every argument wrong in its own way.
fn wrong_arguments(mut attack: Attack<'_>, faults: &mut Faults) {
    let (entity, door) = (attack.entity, attack.door);
    let mut right = None;
    for (principal, row) in attack.cells() {
        let Some(call) = attack.drafter.draft(entity, door, &principal, row) else { continue };
        if attack.drafter.outcome(entity, door, &call).is_ok() {
            right = Some(call);
            break;
        }
    }
    let Some(call) = right else {
        faults.check(false, || format!("no call of {} is right", door.function));
        return;
    };
    let good = calls::arguments(entity, door, &call);
    let mut wrong: Vec<(String, String, Outcome)> = Vec::new();
    // What is absent already is right so.
    for (argument, _) in good.iter().filter(|(_, given)| *given != "NULL") {
        let expected = null(entity, door, argument);
        let broken = expected.is_ok() && breaks_a_rule(entity, &call, argument);
        let expected = if broken { refusal("23514", String::new()) } else { expected };
        wrong.push((argument.clone(), "NULL".to_owned(), expected));
    }
    wrong.extend(wrong_ids(entity, door, &call));
    wrong.extend(wrong_sets(entity, door));
    wrong.extend(wrong_reasons(entity, door));
    for (argument, value, expected) in &wrong {
        let mut arguments = good.clone();
        arguments.insert(argument.clone(), value.clone());
        let found = attack.call(&arguments, "", |_, _| {});
        faults.check(alike(&found, expected), || {
            let call = format!("{} with {argument} = {value}", door.function);
            format!("{call}\n    expected {expected:?}\n    found    {found:?}")
        });
    }
    unmet_requirements(&mut attack, &call, faults);
    wrong_states(&mut attack, &call, faults);
    wrong_references(&mut attack, &call, &good, faults);
    out_of_bounds(&mut attack, &good, faults);
    if good.contains_key("_set") {
        nothing_set(&mut attack, &call, &good, faults);
    }
    wrong_contexts(&mut attack, &good, faults);
}

/// Each requirement that arguments can fail to meet, alone.
fn unmet_requirements<'b>(attack: &mut Attack<'b>, right: &Call<'b>, faults: &mut Faults) {
    let (entity, door) = (attack.entity, attack.door);
    for requirement in &door.require {
        let name = &requirement.name;
        let unmet = attack.drafter.unmet(entity, door, &right.principal, right.row, name);
        let Some(call) = unmet else { continue };
        let expected = attack.drafter.outcome(entity, door, &call);
        let arguments = calls::arguments(entity, door, &call);
        let found = attack.call(&arguments, "", |_, _| {});
        faults.check(alike(&found, &expected), || {
            let call = format!("{} without {name}", door.function);
            format!("{call}\n    expected {expected:?}\n    found    {found:?}")
        });
    }
}

/// A row that no argument names stands in each state from which the door does not lead: the world has
/// it in one alone.
fn wrong_states(attack: &mut Attack<'_>, right: &Call<'_>, faults: &mut Faults) {
    let (entity, door) = (attack.entity, attack.door);
    let context = attack.bench.spec.context(&door.context);
    let Some(row) = right.row.filter(|_| !calls::names_row(entity, door, context.kind)) else {
        return;
    };
    for state in entity.states.iter().filter(|state| !door.from.contains(state)) {
        let altered = Row { state: Some(state.clone()), ..row.clone() };
        let call = Call { row: Some(&altered), ..right.clone() };
        let expected = attack.drafter.outcome(entity, door, &call);
        let table = &entity.table;
        let change = format!(
            "ALTER TABLE {table} DISABLE TRIGGER USER;
             UPDATE {table} SET state = {} WHERE id = '{}';
             ALTER TABLE {table} ENABLE TRIGGER USER",
            quote(Some(state)),
            row.id
        );
        let arguments = calls::arguments(entity, door, &call);
        let Some(found) = attack.call_after(&change, &arguments, "", |_, _| {}) else { continue };
        faults.check(alike(&found, &expected), || {
            let call = format!("{} in state {state}", door.function);
            format!("{call}\n    expected {expected:?}\n    found    {found:?}")
        });
    }
}

fn refusal(code: &str, path: String) -> Outcome {
    Err((code.to_owned(), path))
}

/// Whether some rule wants the value that is left out.
fn breaks_a_rule(entity: &Entity, call: &Call<'_>, argument: &str) -> bool {
    let mut result = call.result.clone();
    let field = entity.fields.iter().find(|field| argument[1..] == field.column);
    let Some(field) = field.filter(|field| field.optional) else { return false };
    result.values.insert(field.name.clone(), Value::Null);
    broken(entity, &result)
}

/// Whether a row breaks a rule that is asked as it is written.
fn broken(entity: &Entity, row: &Row) -> bool {
    let mut asked = entity.rules.iter().filter(|rule| rule.asked != Asked::AtCommit);
    asked.any(|rule| !row.holds(&rule.holds, None))
}

pub fn null(entity: &Entity, door: &Door, argument: &str) -> Outcome {
    let name = &entity.name;
    let action = door.path(entity);
    let making = door.kind.makes();
    match argument {
        // An assertion names the tenant too.
        "_assertion" | "_tenant" => refusal("BP401", "identity.subject".to_owned()),
        "_id" if making => refusal("BP422", format!("{action}.accept")),
        "_id" => refusal("BP404", format!("entities.{name}")),
        "_version" => refusal("BP412", format!("entities.{name}.version")),
        "_because" => refusal("BP422", format!("{action}.because")),
        "_set" => refusal("BP422", format!("{action}.accept")),
        "_key_" if door.idempotency == Some(Idempotency::Optional) => Ok(()),
        "_key_" => refusal("BP400", "idempotency.key".to_owned()),
        _ => {
            if let Some(asks) = door.asks.as_ref().filter(|asks| asks.argument == argument) {
                return refusal("BP500", asks.path.clone());
            }
            let input = argument.strip_prefix("_input_");
            let input = input.and_then(|name| {
                door.input.iter().find(|input| {
                    name.trim_end_matches("_from").trim_end_matches("_until") == input.name
                        || name == calls::stored(&input.name, &input.ty)
                })
            });
            if let Some(input) = input {
                return match input.optional {
                    true => Ok(()),
                    false => refusal("BP422", format!("{action}.input.{}", input.name)),
                };
            }
            let field = door.accept.iter().map(|name| entity.field(name)).find(|field| {
                let argument = &argument[1..];
                argument == field.column
                    || argument
                        .strip_prefix(&field.name)
                        .is_some_and(|end| end == "_from" || end == "_until")
            });
            let field = field.expect("an argument is a field's");
            let ranges = matches!(field.ty, Type::RangeOfDate | Type::RangeOfTimestamp);
            let left_out = field.optional && !ranges || making && field.default.is_some();
            if left_out { Ok(()) } else { refusal("BP422", format!("{action}.accept")) }
        }
    }
}

fn wrong_ids(entity: &Entity, door: &Door, call: &Call<'_>) -> Vec<(String, String, Outcome)> {
    let mut wrong = Vec::new();
    let Some(row) = call.row else { return wrong };
    let stale = refusal("BP412", format!("entities.{}.version", entity.name));
    for version in [row.version - 1, row.version + 1, i64::from(i32::MAX)] {
        wrong.push(("_version".to_owned(), format!("'{version}'"), stale.clone()));
    }
    if calls::names_row(entity, door, call.principal.context.kind) {
        let missing = refusal("BP404", format!("entities.{}", entity.name));
        wrong.push(("_id".to_owned(), format!("'{NO_TENANT}'"), missing));
    }
    wrong
}

fn wrong_sets(entity: &Entity, door: &Door) -> Vec<(String, String, Outcome)> {
    if door.kind != DoorKind::Change || door.accept.is_empty() {
        return Vec::new();
    }
    let path = format!("{}.accept", door.path(entity));
    let names =
        columns(entity).into_iter().chain(entity.fields.iter().map(|field| field.name.as_str()));
    let not_accepted = names.filter(|name| !door.accept.iter().any(|field| field == name));
    not_accepted
        .chain(["nothing", "NULL"])
        .map(|name| {
            (
                "_set".to_owned(),
                format!("'{{{},{name}}}'", door.accept[0]),
                refusal("BP422", path.clone()),
            )
        })
        .collect()
}

fn wrong_reasons(entity: &Entity, door: &Door) -> Vec<(String, String, Outcome)> {
    if !door.because {
        return Vec::new();
    }
    let path = format!("{}.because", door.path(entity));
    let reasons = [String::new(), "   ".to_owned(), "x".repeat(501)];
    let wrong = |reason: String| {
        ("_because".to_owned(), quote(Some(&reason)), refusal("BP422", path.clone()))
    };
    reasons.into_iter().map(wrong).collect()
}

/// References to rows that do not exist for the caller, each kind of them.
fn wrong_references(
    attack: &mut Attack<'_>,
    call: &Call<'_>,
    good: &BTreeMap<String, String>,
    faults: &mut Faults,
) {
    let (entity, door, bench) = (attack.entity, attack.door, attack.bench);
    let context = bench.spec.context(&door.context).kind;
    let mut tenant_led = entity.tenant.is_none();
    for name in &door.accept {
        let field = entity.field(name);
        let mut ids: Vec<String> = match &field.ty {
            Type::Ref { entity } => bench.world.rows_of(entity).map(|row| row.id.clone()).collect(),
            Type::UserIn { .. } => {
                bench.world.people.iter().map(|person| person.id.clone()).collect()
            }
            _ => continue,
        };
        ids.push(NO_TENANT.to_owned());
        // Where no tenant is entered, the row's is that of the first reference: any will do.
        let leads = context == ContextKind::Tenant || tenant_led;
        let tenant = call.result.tenant.as_deref().filter(|_| leads);
        tenant_led |= tenant_of(bench, &field.ty);
        ids.retain(|id| !attack.drafter.may_name(&call.principal, &field.ty, id, tenant));
        for id in ids {
            let mut arguments = good.clone();
            arguments.insert(format!("_{}", field.column), quote(Some(&id)));
            let found = attack.call(&arguments, "", |_, _| {});
            let path = format!("entities.{}.fields.{name}", entity.name);
            let expected = refusal("BP404", path);
            faults.check(alike(&found, &expected), || {
                let call = format!("{} with {name} = {id}", door.function);
                format!("{call}\n    expected {expected:?}\n    found    {found:?}")
            });
        }
    }
    for input in &door.input {
        let Type::Ref { entity: target } = &input.ty else { continue };
        let tenant = call.principal.tenant.as_deref();
        let rows = bench.world.rows_of(target).map(|row| row.id.clone());
        for id in rows.chain([NO_TENANT.to_owned()]) {
            if attack.drafter.may_name(&call.principal, &input.ty, &id, tenant) {
                continue;
            }
            let mut arguments = good.clone();
            arguments.insert(format!("_input_{}", input.name), quote(Some(&id)));
            let found = attack.call(&arguments, "", |_, _| {});
            let expected = refusal("BP404", format!("{}.input.{}", door.path(entity), input.name));
            faults.check(alike(&found, &expected), || {
                let call = format!("{} with {} = {id}", door.function, input.name);
                format!("{call}\n    expected {expected:?}\n    found    {found:?}")
            });
        }
    }
}

/// Whether rows that such a field names lie in a tenant.
fn tenant_of(bench: &Bench, ty: &Type) -> bool {
    match ty {
        Type::Ref { entity } => bench.spec.entity(entity).tenant.is_some(),
        _ => false,
    }
}

fn out_of_bounds(attack: &mut Attack<'_>, good: &BTreeMap<String, String>, faults: &mut Faults) {
    let (entity, door) = (attack.entity, attack.door);
    for input in &door.input {
        let range = matches!(input.ty, Type::RangeOfDate | Type::RangeOfTimestamp);
        // What an input is checked for, and not where it ends up.
        let outside = if range { Vec::new() } else { bounds::outside(&input.ty) };
        for value in outside {
            let mut arguments = good.clone();
            let argument = format!("_input_{}", calls::stored(&input.name, &input.ty));
            arguments.insert(argument.clone(), quote(Some(&value)));
            if !good.contains_key(&argument) {
                continue;
            }
            let found = attack.call(&arguments, "", |_, _| {});
            let expected = refusal("BP422", format!("{}.input.{}", door.path(entity), input.name));
            faults.same(&found, &expected, || {
                format!("{} with input {} = {value:?}", door.function, input.name)
            });
        }
    }
    for name in &door.accept {
        let field = entity.field(name);
        // A range comes as its two ends, and what is no range is tried with what is missing.
        let range = matches!(field.ty, Type::RangeOfDate | Type::RangeOfTimestamp);
        if range || door.kind == DoorKind::Grant {
            continue;
        }
        for value in bounds::outside(&field.ty) {
            let mut arguments = good.clone();
            arguments.insert(format!("_{}", field.column), quote(Some(&value)));
            let found = attack.call(&arguments, "", |_, _| {});
            let mut asked = Vec::new();
            door.require.iter().for_each(|one| super::settle::columns(&one.holds, &mut asked));
            let refused = match &found {
                Err((code, path)) => {
                    code == "23514"
                        || code == "BP422"
                        || asked.contains(&name.as_str()) && calls::asks(path)
                }
                Ok(()) => false,
            };
            faults.check(refused, || {
                format!("{} with {name} = {value:?} came to {found:?}", door.function)
            });
        }
    }
}

/// A field that is not named in `_set` keeps its value, whatever its argument says.
fn nothing_set<'b>(
    attack: &mut Attack<'b>,
    call: &Call<'b>,
    good: &BTreeMap<String, String>,
    faults: &mut Faults,
) {
    let (bench, entity, door) = (attack.bench, attack.entity, attack.door);
    let Some(row) = call.row else { return };
    let mut unchanged = call.clone();
    for name in &door.accept {
        unchanged.result.values.insert(name.clone(), row.column(name));
        unchanged.values.insert(name.clone(), row.column(name));
    }
    if call.waits {
        unchanged.effects = attack.drafter.effects(door, &unchanged).unwrap_or_default();
    }
    for total in &entity.totals {
        unchanged.result.values.insert(total.name.clone(), row.column(&total.name));
    }
    let mut arguments = good.clone();
    arguments.insert("_set".to_owned(), "'{}'".to_owned());
    let mut looked = Vec::new();
    let found = attack.call(&arguments, "", |actor, left| {
        looked = differences(bench, entity, door, &unchanged, actor, left);
    });
    let broken = broken(entity, &unchanged.result);
    let expected = if broken { refusal("23514", String::new()) } else { Ok(()) };
    faults.check(alike(&found, &expected), || {
        format!("{} with nothing set: {found:?}", door.function)
    });
    faults.check(looked.is_empty(), || {
        format!("{} with nothing set: {}", door.function, looked.join("; "))
    });
}

/// Another context's role may call neither the wrapper nor the door.
fn wrong_contexts(attack: &mut Attack<'_>, good: &BTreeMap<String, String>, faults: &mut Faults) {
    let door = attack.door;
    for context in attack.bench.spec.contexts.iter().filter(|context| context.name != door.context)
    {
        for schema in ["api", "act"] {
            let sql = format!("SELECT {}", calls::sql(schema, door, good));
            let actor = &mut attack.actor;
            actor.session.run("BEGIN").expect("BEGIN");
            actor.become_role(&context.name);
            let code = actor.session.run(&sql).err().map(|refusal| refusal.code);
            actor.session.run("ROLLBACK").expect("ROLLBACK");
            faults.same(&code.as_deref(), &Some("42501"), || {
                format!("{schema}.{} in {}", door.function, context.name)
            });
        }
    }
}
