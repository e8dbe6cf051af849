//! What the clock does: once, in time, and before anybody else acts on the row.

use super::calls::{self, Call, Drafter, Outcome};
use super::database::{Database, Session, Template};
use super::eval::{self, Scope};
use super::oracle::Principal;
use super::race::{CONTESTANTS, ROUNDS, together};
use super::service::{command, environment};
use super::spec::{Does, Door, Entity, Spec, Timer, Type};
use super::tables::Laws;
use super::value::{Value, now, quote};
use super::world::{Random, Row, World};
use super::{Bench, Faults, Tests};
use std::collections::BTreeMap;
use std::process::Stdio;
use std::sync::Mutex;
use std::time::Duration;

type Run = fn(&Case<'_>, &mut Faults);

pub fn add(tests: &mut Tests) {
    let spec = tests.bench.spec.clone();
    let runs: [(&str, Run); 5] =
        [("due", due), ("refused", refused), ("alone", alone), ("late", late), ("race", race)];
    for entity in &spec.entities {
        for (index, timer) in entity.timers.iter().enumerate() {
            for (what, run) in runs {
                let applies = !matches!(what, "late" | "race") || timer.has_rival(entity);
                if !applies {
                    continue;
                }
                let (entity, title) =
                    (entity.name.clone(), format!("timer/{what}/{}/{}", entity.name, timer.action));
                tests.add(title, move |bench, faults| {
                    let database = bench.cluster().database(Template::World);
                    let entity = bench.spec.entity(&entity);
                    let timer = &entity.timers[index];
                    run(&Case { bench, database: &database, entity, timer }, faults);
                });
            }
        }
        for (index, door) in entity.doors.iter().enumerate() {
            if !entity.timers.iter().any(|timer| timer.precedes(door)) {
                continue;
            }
            let title = format!("timer/first/{}/{}@{}", entity.name, door.action, door.context);
            let entity = entity.name.clone();
            tests.add(title, move |bench, faults| {
                let entity = bench.spec.entity(&entity);
                let database = bench.cluster().database(Template::World);
                first(bench, &database, entity, &entity.doors[index], faults);
            });
        }
    }
    if spec.entities.iter().any(|entity| !entity.timers.is_empty()) {
        tests.add("timer/worker".to_owned(), worker);
        tests.add("timer/service".to_owned(), service);
    }
}

impl Timer {
    /// What a refusal names.
    pub fn path(&self, entity: &Entity) -> String {
        format!("entities.{}.actions.{}.{}", entity.name, self.action, self.word)
    }

    /// Whether the row is due at that instant.
    pub fn waits(&self, row: &Row, at: i64) -> bool {
        let state = row.state.as_ref();
        let scope = Scope {
            column: &|name| row.column(name),
            input: &|_| Value::Null,
            actor: None,
            now: at,
        };
        state.is_some_and(|state| self.from.contains(state)) && eval::holds(&self.due, &scope)
    }

    /// Whether a row can be due when the door is called.
    pub fn precedes(&self, door: &Door) -> bool {
        let legal = |state: &String| door.from.is_empty() || door.from.contains(state);
        !door.kind.makes()
            && door.action != self.action
            && self.from.iter().any(legal)
    }

    /// The first of the entity's timers for which the row waits, whoever acts by `action`.
    pub fn before<'e>(entity: &'e Entity, action: &str, row: &Row, at: i64) -> Option<&'e Timer> {
        entity.timers.iter().find(|timer| timer.action != action && timer.waits(row, at))
    }

    fn has_rival(&self, entity: &Entity) -> bool {
        entity.doors.iter().any(|door| self.precedes(door) && door.to.as_ref() != Some(&self.to))
    }
}

struct Case<'b> {
    bench: &'b Bench,
    database: &'b Database<'b>,
    entity: &'b Entity,
    timer: &'b Timer,
}

/// Seconds for which what a test expects must stay so.
const MOMENT: i64 = 60;
/// Who work beside each other.
const WORKERS: usize = 8;

impl<'b> Case<'b> {
    fn rows(&self) -> impl Iterator<Item = &'b Row> + use<'b> {
        self.bench.world.rows_of(&self.entity.name)
    }

    fn path(&self) -> String {
        format!("entities.{}.actions.{}", self.entity.name, self.timer.action)
    }

    fn call(&self) -> String {
        format!("SELECT done::text, refused FROM {}()", self.timer.function)
    }

    /// Rows that are due now, and will be as the table takes them.
    fn due(&self) -> Vec<&'b Row> {
        let due = self.rows().filter(|row| self.timer.waits(row, now() - MOMENT));
        due.filter(|row| self.timer.waits(row, now() + MOMENT) && self.is_taken(row)).collect()
    }

    /// Whether rules and keys let the row be where it leads.
    fn is_taken(&self, row: &Row) -> bool {
        let after = self.after(row);
        self.entity.rules.iter().all(|rule| after.holds(&rule.holds, None))
            && self.bench.world.free(self.entity, &after, Some(&row.id))
            && self.bench.world.counted_on_hold(&self.bench.spec, &after)
    }

    fn after(&self, row: &Row) -> Row {
        let mut after = Row { state: Some(self.timer.to.clone()), ..row.clone() };
        for step in &self.timer.steps {
            let Does::Set { set } = &step.does else { continue };
            let scope = Scope {
                column: &|name| row.column(name),
                input: &|_| Value::Null,
                actor: None,
                now: now(),
            };
            let done = step.when.as_ref().is_none_or(|when| eval::holds(when, &scope));
            for given in set.iter().filter(|_| done) {
                after.values.insert(given.name.clone(), eval::eval(&given.value, &scope));
            }
        }
        after
    }

    /// State, version, and how often the clock did it; the audit names nobody.
    fn found(&self, owner: &mut Session, row: &Row) -> (Option<String>, String, String) {
        let place = Laws::place(row, self.entity);
        let found = owner.rows(&format!(
            "SELECT state, version::text,
                    (SELECT count(*)::text FROM audit.entry e
                     WHERE e.row_id = '{}' AND e.actor IS NULL AND e.context = 'timer' AND e.path = '{}')
             FROM {} WHERE {place}",
            row.id,
            self.path(),
            self.entity.table
        ));
        let mut line = found.expect("rows can be read").remove(0).into_iter();
        let mut next = || line.next().flatten();
        (next(), next().unwrap_or_default(), next().unwrap_or_default())
    }
}

/// All that this worker finds to do: the rows, and why they were refused.
fn work(session: &mut Session, call: &str) -> Vec<(String, Option<String>)> {
    let mut done = Vec::new();
    loop {
        let line = session.rows(call).expect("the worker is answered").pop();
        let Some(mut line) = line else { return done };
        done.push((line[0].clone().unwrap_or_default(), line.remove(1)));
    }
}

fn workers(database: &Database<'_>, count: usize) -> Vec<Mutex<Session>> {
    (0..count).map(|_| Mutex::new(database.login("worker"))).collect()
}

/// What is due is done once, whoever works beside, and nothing else is.
fn due(case: &Case<'_>, faults: &mut Faults) {
    let due = case.due();
    faults.check(!due.is_empty(), || "the world has no row that is due".to_owned());
    let all = workers(case.database, WORKERS);
    let done: Vec<(String, Option<String>)> = together(&all, |session| {
        work(&mut session.lock().expect("nobody else has it"), &case.call())
    })
    .into_iter()
    .flatten()
    .collect();
    let mut owner = case.database.admin();
    for row in case.rows() {
        let times = done.iter().filter(|(id, refused)| *id == row.id && refused.is_none()).count();
        let (state, version, told) = case.found(&mut owner, row);
        let stays = [now() - MOMENT, now() + MOMENT].map(|at| case.timer.waits(row, at));
        if stays[0] != stays[1] {
            continue;
        }
        let moved = stays[0] && due.iter().any(|other| other.id == row.id);
        let expected = match moved {
            true => (Some(case.timer.to.clone()), (row.version + 1).to_string(), "1".to_owned()),
            // Refused, or not due.
            false => (row.state.clone(), row.version.to_string(), "0".to_owned()),
        };
        faults.same(&(state, version, told), &expected, || row.id.clone());
        faults.same(&times, &usize::from(moved), || format!("how often {} was done", row.id));
        faults.check(stays[0] || done.iter().all(|(id, _)| *id != row.id), || {
            format!("{} was tried before its time", row.id)
        });
    }
}

/// A row that cannot be led on keeps no other waiting, is tried again later, and can be seen.
fn refused(case: &Case<'_>, faults: &mut Faults) {
    let due = case.due();
    let Some(row) = due.first() else {
        faults.check(false, || "the world has no row that is due".to_owned());
        return;
    };
    let (mut owner, mut worker) = (case.database.admin(), case.database.login("worker"));
    let table = &case.entity.table;
    let add = format!(
        "ALTER TABLE {table} ADD CONSTRAINT tests_refuse CHECK (id <> '{}') NOT VALID",
        row.id
    );
    owner.run(&add).expect("a constraint can be added");
    let done = work(&mut worker, &case.call());
    let why = done.iter().find(|(id, _)| *id == row.id).and_then(|(_, why)| why.clone());
    faults.same(&why.as_deref(), &Some("23514 tests_refuse"), || "why".to_owned());
    let others = due.len() - 1;
    let moved = done.iter().filter(|(_, why)| why.is_none()).count();
    faults.check(moved >= others, || format!("{moved} others were done, not {others}"));
    let failure = format!(
        "SELECT tries::text, (again_at > clock_timestamp())::text, why FROM clock.failure
         WHERE timer = '{}' AND row_id = '{}'",
        case.path(),
        row.id
    );
    let expected = ["1", "true", "23514 tests_refuse"].map(|text| Some(text.to_owned()));
    faults.same(&owner.rows(&failure), &Ok(vec![expected.into()]), || "the failure".to_owned());
    let found = case.found(&mut owner, row);
    let untouched = (row.state.clone(), row.version.to_string(), "0".to_owned());
    faults.same(&found, &untouched, || "a row that was refused".to_owned());

    let mend = format!(
        "ALTER TABLE {table} DROP CONSTRAINT tests_refuse;
         UPDATE clock.failure SET again_at = clock_timestamp() WHERE row_id = '{}'",
        row.id
    );
    owner.run(&mend).expect("what stood in the way can be mended");
    work(&mut worker, &case.call());
    let (state, ..) = case.found(&mut owner, row);
    faults.same(&state.as_ref(), &Some(&case.timer.to), || "once it is mended".to_owned());
    faults.same(&owner.rows(&failure), &Ok(Vec::new()), || "a failure that is over".to_owned());
}

/// Nobody but the worker runs it, and nobody but the clock leads on a row that is due.
fn alone(case: &Case<'_>, faults: &mut Faults) {
    for context in &case.bench.spec.contexts {
        let mut session = case.database.login(&context.name);
        let code = session.undone(|session| session.run(&case.call()).err());
        let code = code.map(|refusal| refusal.code);
        faults.same(&code.as_deref(), &Some("42501"), || format!("the clock in {}", context.name));
    }
    let path = case.timer.path(case.entity);
    let mut owner = case.database.login("owner");
    let (table, entity) = (&case.entity.table, case.entity);
    let due = case.due();
    faults.check(!due.is_empty(), || "the world has no row that is due".to_owned());
    for row in due {
        let place = Laws::place(row, entity);
        let own = |(from, _): &&(String, String)| Some(from) == row.state.as_ref();
        let moves = entity.moves.iter().filter(own).map(|(_, to)| to);
        let elsewhere = moves.filter(|to| **to != case.timer.to);
        let mut changes = vec!["updated_at = updated_at".to_owned()];
        changes.extend(elsewhere.map(|to| format!("state = {}", quote(Some(to)))));
        for change in changes {
            let update = format!("UPDATE {table} SET {change} WHERE {place}");
            let found = owner.undone(|owner| owner.run(&update).err());
            let found = found.map(|refusal| (refusal.code, refusal.message));
            let expected = Some(("BP409".to_owned(), path.clone()));
            faults.same(&found, &expected, || format!("{change} of {}", row.id));
        }
    }
}

/// Of a row that is due a door says so before anything else that depends on its state: even to a
/// version that is not the row's.
fn first(
    bench: &Bench,
    database: &Database<'_>,
    entity: &Entity,
    door: &Door,
    faults: &mut Faults,
) {
    let mut session = database.login(&door.context);
    for timer in entity.timers.iter().filter(|timer| timer.precedes(door)) {
        let Some((call, expected)) = preceded(bench, entity, door, timer) else {
            faults.check(false, || format!("no call of {} is too late", door.function));
            continue;
        };
        let mut arguments = calls::arguments(entity, door, &call);
        arguments.insert("_version".to_owned(), "'0'".to_owned());
        let found = outcome(&mut session, door, &arguments);
        faults.same(&found, &expected, || format!("{} while {} is due", door.function, timer.action));
    }
}

fn preceded<'b>(
    bench: &'b Bench,
    entity: &'b Entity,
    door: &Door,
    timer: &Timer,
) -> Option<(Call<'b>, Outcome)> {
    let expected = Err(("BP409".to_owned(), timer.path(entity)));
    let mut drafter = Drafter::new(&bench.spec, &bench.world);
    for principal in Principal::all(&bench.world, bench.spec.context(&door.context)) {
        let due = bench.world.rows_of(&entity.name).filter(|row| timer.waits(row, now() - MOMENT));
        for row in due {
            let Some(call) = drafter.draft(entity, door, &principal, Some(row)) else { continue };
            if drafter.outcome(entity, door, &call) == expected {
                return Some((call, expected));
            }
        }
    }
    None
}

fn outcome(session: &mut Session, door: &Door, arguments: &BTreeMap<String, String>) -> Outcome {
    let call = format!("SELECT {}", calls::sql("api", door, arguments));
    session.run(&call).map_err(|refusal| {
        (refusal.code, refusal.constraint.unwrap_or(refusal.message))
    })
}

/// A call that leads a row elsewhere and would be right a moment before it is due, and the instant, in
/// seconds, at which the row as the world has it comes due.
struct Rival<'b> {
    door: &'b Door,
    call: Call<'b>,
    row: &'b Row,
    comes_due: i64,
}

fn rival<'b>(case: &Case<'b>) -> Option<Rival<'b>> {
    let (bench, entity, timer) = (case.bench, case.entity, case.timer);
    let mut drafter = Drafter::new(&bench.spec, &bench.world);
    let leads = |door: &&Door| timer.precedes(door) && door.to.as_ref() != Some(&timer.to);
    // What moves the row on is the harder rival.
    let (on, stay): (Vec<&Door>, Vec<&Door>) =
        entity.doors.iter().filter(leads).partition(|door| door.to.is_some());
    for door in on.into_iter().chain(stay) {
        for principal in Principal::all(&bench.world, bench.spec.context(&door.context)) {
            if principal.refused().is_some() {
                continue;
            }
            for row in case.rows().filter(|row| case.is_taken(row)) {
                let Some(comes_due) = comes_due(timer, row) else { continue };
                let Some(call) = drafter.draft(entity, door, &principal, Some(row)) else { continue };
                // As it will be then: all its times moved by as much.
                let by = now() + 2 - comes_due;
                let moved = moved(entity, row, by);
                let result = moved_with(entity, &call, by);
                let then = Call { row: Some(&moved), result, ..call.clone() };
                let right = drafter.outcome(entity, door, &then).is_ok()
                    && entity.rules.iter().all(|rule| then.result.holds(&rule.holds, None))
                    && call.effects.is_empty()
                    && bench.world.free(entity, &moved, Some(&row.id))
                    && bench.world.free(entity, &then.result, Some(&row.id));
                if right {
                    return Some(Rival { door, call, row, comes_due });
                }
            }
        }
    }
    None
}

/// The second at which a row comes due by waiting.
fn comes_due(timer: &Timer, row: &Row) -> Option<i64> {
    let (mut before, mut then) = (now() - 2_000_000_000, now() + 2_000_000_000);
    if timer.waits(row, before) || !timer.waits(row, then) {
        return None;
    }
    while then - before > 1 {
        let middle = before + (then - before) / 2;
        match timer.waits(row, middle) {
            true => then = middle,
            false => before = middle,
        }
    }
    Some(then)
}

/// Columns that hold times, and whether they hold a range.
fn times(entity: &Entity) -> Vec<(&str, &str, bool)> {
    let own = entity.fields.iter().filter_map(|field| match field.ty {
        Type::Timestamp => Some((field.name.as_str(), field.column.as_str(), false)),
        Type::RangeOfTimestamp => Some((field.name.as_str(), field.column.as_str(), true)),
        _ => None,
    });
    own.collect()
}

fn moved(entity: &Entity, row: &Row, by: i64) -> Row {
    let mut moved = Row { created: row.created + by, ..row.clone() };
    for (name, ..) in times(entity) {
        let value = match row.column(name) {
            Value::Time(at) => Value::Time(at + by),
            Value::Times(from, until) => Value::Times(from + by, until + by),
            other => other,
        };
        moved.values.insert(name.to_owned(), value);
    }
    moved
}

/// The row after the call, of which only what it does not write is moved.
fn moved_with(entity: &Entity, call: &Call<'_>, by: i64) -> Row {
    let mut result = moved(entity, &call.result, by);
    let written = call.values.keys().chain(&call.loose);
    for name in written {
        result.values.insert(name.clone(), call.result.column(name));
    }
    result
}

impl Rival<'_> {
    /// Puts the row in place so that it comes due so many milliseconds from now.
    fn put(&self, entity: &Entity, owner: &mut Session, milliseconds: u64) {
        let by = format!(
            "(clock_timestamp() + interval '{milliseconds} milliseconds' - to_timestamp({}))",
            self.comes_due
        );
        let mut set = vec![
            format!("state = {}", quote(self.row.state.as_deref())),
            format!("version = {}", self.row.version),
        ];
        let time = |value: &Value| format!("{}::timestamptz + by.by", quote(value.sql().as_deref()));
        set.push(format!("created_at = {}", time(&Value::Time(self.row.created))));
        for field in &entity.fields {
            let value = self.row.column(&field.name);
            let moved = match &value {
                Value::Time(_) => time(&value),
                Value::Times(..) => {
                    let (from, until) = value.ends();
                    format!("tstzrange({}, {})", time(&from), time(&until))
                }
                other => quote(other.sql().as_deref()),
            };
            set.push(format!("\"{}\" = {moved}", field.column));
        }
        let place = Laws::place(self.row, entity);
        owner
            .run(&format!(
                "BEGIN; SET LOCAL session_replication_role = replica;
                 UPDATE {} SET {} FROM (SELECT {by} AS by) by WHERE {place}; COMMIT",
                entity.table,
                set.join(", ")
            ))
            .expect("the row can be put in place");
    }
}

/// Who waits for the row until it is due comes too late.
fn late(case: &Case<'_>, faults: &mut Faults) {
    let Some(rival) = rival(case) else {
        faults.check(case.timer.word == "as_soon", || "no call is right before".to_owned());
        return;
    };
    let entity = case.entity;
    let (mut owner, mut watcher) = (case.database.admin(), case.database.admin());
    let mut session = case.database.login(&rival.door.context);
    rival.put(entity, &mut owner, 600);
    let place = Laws::place(rival.row, entity);
    owner
        .run(&format!("BEGIN; SELECT FROM {} WHERE {place} FOR UPDATE", entity.table))
        .expect("the row can be held");
    let arguments = calls::arguments(entity, rival.door, &rival.call);
    let pid = session.column("SELECT pg_backend_pid()::text").expect("a pid").remove(0);
    let waits =
        format!("SELECT 1 FROM pg_stat_activity WHERE pid = {pid} AND wait_event_type = 'Lock'");
    let found = std::thread::scope(|scope| {
        let session = &mut session;
        let calling = scope.spawn(move || outcome(session, rival.door, &arguments));
        let mut waited = false;
        while !waited && !calling.is_finished() {
            waited = watcher.column(&waits).is_ok_and(|lines| !lines.is_empty());
            std::thread::sleep(Duration::from_millis(5));
        }
        std::thread::sleep(Duration::from_millis(700));
        owner.run("COMMIT").expect("COMMIT");
        calling.join().expect("a call is answered")
    });
    let expected = Err(("BP409".to_owned(), case.timer.path(entity)));
    faults.same(&found, &expected, || format!("{} that waited too long", rival.door.function));
}

/// Many who lead the row elsewhere, and as many workers, about the instant at which it is due: one does.
fn race(case: &Case<'_>, faults: &mut Faults) {
    let Some(rival) = rival(case) else {
        faults.check(case.timer.word == "as_soon", || "no call is right before".to_owned());
        return;
    };
    let (entity, half) = (case.entity, CONTESTANTS / 2);
    let mut owner = case.database.admin();
    let people = (0..half).map(|_| Mutex::new(case.database.login(&rival.door.context)));
    let all: Vec<(usize, Mutex<Session>)> =
        people.chain(workers(case.database, half)).enumerate().collect();
    let mut random = Random::new();
    let arguments = calls::arguments(entity, rival.door, &rival.call);
    for round in 0..ROUNDS {
        rival.put(entity, &mut owner, 20 + random.below(40) as u64);
        let answers = together(&all, |(number, session)| {
            let mut session = session.lock().expect("nobody else has it");
            std::thread::sleep(Duration::from_millis((number % half) as u64 * 2));
            match *number < half {
                true => outcome(&mut session, rival.door, &arguments),
                false => {
                    let own = |(id, why): &(String, Option<String>)| {
                        *id == rival.row.id && why.is_none()
                    };
                    match work(&mut session, &case.call()).iter().any(own) {
                        true => Ok(()),
                        false => Err(("none".to_owned(), String::new())),
                    }
                }
            }
        });
        let last = work(&mut case.database.login("worker"), &case.call());
        let last = last.iter().filter(|(id, _)| *id == rival.row.id).count();
        let won = answers.iter().filter(|answer| answer.is_ok()).count() + last;
        // Whoever leaves the row where it waits is followed by the clock.
        let stays = rival.door.to.is_none();
        faults.check(won == 1 || stays && won == 2, || format!("{won} won in round {round}"));
        let path = case.timer.path(entity);
        for (code, what) in answers.into_iter().filter_map(Result::err) {
            let told = matches!(code.as_str(), "none" | "BP412")
                || code == "BP409" && (what == path || what.ends_with(".from"));
            faults.check(told, || format!("{code} {what} in round {round}"));
        }
    }
}

/// The worker's login does nothing but run timers.
fn worker(bench: &Bench, faults: &mut Faults) {
    let database = bench.cluster().database(Template::World);
    let mut session = database.login("worker");
    let mut refuse = |sql: String| {
        let code = session.undone(|session| session.run(&sql).err().map(|refusal| refusal.code));
        faults.same(&code.as_deref(), &Some("42501"), || sql.clone());
    };
    for entity in &bench.spec.entities {
        let table = &entity.table;
        refuse(format!("SELECT id FROM {table}"));
        refuse(format!("UPDATE {table} SET version = version"));
        refuse(format!("DELETE FROM {table}"));
    }
    for sql in ["SELECT * FROM clock.failure", "DELETE FROM clock.failure", "SELECT id FROM audit.entry"] {
        refuse(sql.to_owned());
    }
    refuse("CREATE TEMP TABLE stolen (id int)".to_owned());
    let prefix = &bench.cluster().prefix;
    let roles = format!(
        "SELECT rolname FROM pg_roles
         WHERE starts_with(rolname, '{prefix}_') AND rolname <> '{prefix}_worker'"
    );
    for role in database.admin().column(&roles).expect("roles can be listed") {
        refuse(format!("SET ROLE \"{role}\""));
    }
    let may = session.column(
        "SELECT n.nspname || '.' || quote_ident(p.proname)
         FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
         WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'tests')
           AND has_schema_privilege(n.oid, 'USAGE') AND has_function_privilege(p.oid, 'EXECUTE')
         ORDER BY 1",
    );
    let timers = bench.spec.entities.iter().flat_map(|entity| &entity.timers);
    let mut expected: Vec<String> = timers.map(|timer| timer.function.clone()).collect();
    expected.sort();
    faults.same(&may, &Ok(expected), || "functions of the worker".to_owned());
}

/// The service's own worker: killed at any moment it leaves nothing half done, and what it left is done
/// by the next.
fn service(bench: &Bench, faults: &mut Faults) {
    let database = bench.cluster().database(Template::World);
    let environment = environment(bench, &database, bench.issuer());
    let start = |arguments: &[&str]| {
        let mut command = command(bench.binary, &environment);
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().expect("the service's binary starts")
    };
    for milliseconds in [0, 20, 40] {
        let mut killed = start(&["work"]);
        std::thread::sleep(Duration::from_millis(milliseconds));
        killed.kill().expect("it can be killed");
        killed.wait().expect("it ends");
    }
    let done = start(&["work", "--once"]).wait_with_output().expect("it ends");
    let said = String::from_utf8_lossy(&done.stderr).into_owned();
    faults.check(done.status.success(), || format!("work --once: {said}"));
    let mut owner = database.admin();
    let twice = "SELECT row_id::text, path FROM audit.entry WHERE context = 'timer'
                 GROUP BY row_id, path HAVING count(*) > 1";
    faults.same(&owner.rows(twice), &Ok(Vec::new()), || "what was done twice".to_owned());
    let mut worker = database.login("worker");
    for (entity, timer) in timers(&bench.spec) {
        let call = format!("SELECT done::text, refused FROM {}()", timer.function);
        let left = work(&mut worker, &call);
        faults.same(&left, &Vec::new(), || format!("left of {}", timer.path(entity)));
    }
    stops(&mut start(&["work"]), faults);
}

fn timers(spec: &Spec) -> impl Iterator<Item = (&Entity, &Timer)> {
    spec.entities.iter().flat_map(|entity| entity.timers.iter().map(move |timer| (entity, timer)))
}

/// A worker that is told to stop ends by itself, and says that all is well.
fn stops(worker: &mut std::process::Child, faults: &mut Faults) {
    let mut said = std::io::BufReader::new(worker.stderr.take().expect("piped"));
    let mut line = String::new();
    // It listens for the signal before it says that it works.
    let began = std::io::BufRead::read_line(&mut said, &mut line).is_ok_and(|bytes| bytes > 0);
    faults.check(began, || "it says nothing".to_owned());
    if !began {
        let _ = worker.kill();
    }
    let told = std::process::Command::new("kill").arg(worker.id().to_string()).status();
    faults.check(told.is_ok_and(|status| status.success()), || "kill".to_owned());
    let ended = worker.wait().map(|status| status.code());
    faults.same(&ended.ok().flatten(), &Some(0), || "how it ended".to_owned());
}

impl World {
    /// Whether a row waits for the clock now, or soon.
    pub fn is_due(entity: &Entity, row: &Row) -> bool {
        entity.timers.iter().any(|timer| timer.waits(row, now() + MOMENT))
    }
}
