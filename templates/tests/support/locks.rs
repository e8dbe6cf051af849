//! What an action requires of other rows holds until it has ended: whoever changes them meanwhile is
//! waited for, and what he left is what is asked.

use super::calls::{self, Call, Drafter, Outcome};
use super::database::{Database, Session, Template};
use super::oracle::Principal;
use super::settle::{columns, inputs};
use super::spec::{Door, DoorKind, Entity, Type};
use super::steps;
use super::value::{Value, quote};
use super::world::{Random, Row};
use super::{Bench, Faults, Tests};
use std::collections::BTreeSet;
use std::time::Duration;

pub fn add(tests: &mut Tests) {
    let spec = tests.bench.spec.clone();
    for entity in &spec.entities {
        for (index, door) in entity.doors.iter().enumerate() {
            // Of a row that only decides whether a step is done, one column is enough.
            let asked = asked(door);
            let rows = deciding(door);
            let rows = rows.iter().filter_map(|name| Some(name.rsplit_once('.')?.0));
            let rows: BTreeSet<&str> = rows.collect();
            let all = asked.iter().copied().chain(rows.into_iter().filter(|row| {
                !asked.iter().any(|name| name.rsplit_once('.').is_some_and(|(of, _)| of == *row))
            }));
            for row in all {
                let title = format!("locks/{}/{}@{}/{row}", entity.name, door.action, door.context);
                let (entity, name) = (entity.name.clone(), row.to_owned());
                tests.add(title, move |bench, faults| {
                    let entity = bench.spec.entity(&entity);
                    let database = bench.cluster().database(Template::World);
                    changed_meanwhile(
                        bench,
                        &database,
                        entity,
                        &entity.doors[index],
                        &name,
                        faults,
                    );
                });
            }
        }
    }
}

/// Columns of other rows of which the door's requirements and steps speak.
pub fn far(door: &Door) -> BTreeSet<&str> {
    [false, true].into_iter().flat_map(|by_input| steps::far(door, by_input)).collect()
}

/// Columns of other rows of which the door's requirements speak.
fn asked(door: &Door) -> BTreeSet<&str> {
    let mut names = Vec::new();
    for rule in &door.require {
        columns(&rule.holds, &mut names);
        inputs(&rule.holds, &mut names);
    }
    let far = far(door);
    names.into_iter().filter(|name| far.contains(name)).collect()
}

/// Columns of other rows that decide whether something is done.
fn deciding(door: &Door) -> BTreeSet<&str> {
    let mut names = Vec::new();
    let asked = door.require.iter().map(|rule| &rule.holds);
    for expr in asked.chain(door.steps.iter().filter_map(|step| step.when.as_ref())) {
        columns(expr, &mut names);
        inputs(expr, &mut names);
    }
    let far = far(door);
    names.into_iter().filter(|name| far.contains(name)).collect()
}

/// Where a column of another row stands in the database.
pub struct Place<'b> {
    pub table: &'b str,
    pub id: String,
    pub column: String,
    /// What others of its kind hold, and it does not.
    pub others: Vec<Value>,
}

impl Place<'_> {
    /// Begins to change it, past all that would refuse.
    pub fn change(&self, value: &Value) -> String {
        format!(
            "BEGIN; SET LOCAL session_replication_role = replica;
             UPDATE {} SET \"{}\" = {} WHERE id = '{}'",
            self.table,
            self.column,
            quote(value.sql().as_deref()),
            self.id
        )
    }

    fn is(&self, other: &Place<'_>) -> bool {
        (self.table, &self.id, &self.column) == (other.table, &other.id, &other.column)
    }
}

/// How often all are drafted anew, with other values.
const ROUNDS: usize = 8;

fn changed_meanwhile(
    bench: &Bench,
    database: &Database<'_>,
    entity: &Entity,
    door: &Door,
    row: &str,
    faults: &mut Faults,
) {
    let mut owner = database.admin();
    let mut session = database.login(&door.context);
    let mut watcher = database.admin();
    let mut drafter = Drafter::new(&bench.spec, &bench.world);
    let deciding = deciding(door);
    let names: Vec<&str> = deciding
        .into_iter()
        .filter(|name| *name == row || name.rsplit_once('.').is_some_and(|(of, _)| of == row))
        .collect();
    for _ in 0..ROUNDS {
        for (principal, row) in tries(bench, entity, door) {
            let Some(call) = drafter.draft(entity, door, &principal, row) else { continue };
            if drafter.outcome(entity, door, &call).is_err() {
                continue;
            }
            for name in &names {
                let Some(place) = place(bench, door, &call, name) else { continue };
                for value in &place.others {
                    let (expected, effects) =
                        with(bench, &drafter, entity, door, &call, &place, value);
                    let unmet = calls::asks;
                    let refused =
                        matches!(&expected, Err((code, path)) if code == "BP409" && unmet(path));
                    if !refused && (expected.is_err() || effects == call.effects.len()) {
                        continue;
                    }
                    if owner.run(&place.change(value)).is_err() {
                        owner.run("ROLLBACK").expect("ROLLBACK");
                        continue;
                    }
                    let arguments = calls::arguments(entity, door, &call);
                    let before = entries(&mut watcher);
                    let call = format!("SELECT {}", calls::sql("api", door, &arguments));
                    let found = while_it_stands(&mut owner, &mut session, &mut watcher, &call);
                    faults.same(&found, &expected, || {
                        format!("{} while {name} became {value:?}", door.function)
                    });
                    let own = usize::from(door.kind != DoorKind::Command);
                    let written = if expected.is_ok() { own + effects } else { 0 };
                    faults.same(&(entries(&mut watcher) - before), &written, || {
                        format!("rows written by {} while {name} became {value:?}", door.function)
                    });
                    return;
                }
            }
        }
    }
    faults.check(false, || format!("nothing in the world makes {row} stand in the way"));
}

fn entries(watcher: &mut Session) -> usize {
    let count = watcher.column("SELECT count(*)::text FROM audit.entry").expect("it is read");
    count.first().and_then(|count| count.parse().ok()).unwrap_or(0)
}

/// Calls while a change is under way, which ends once the call waits for it or is answered.
pub fn while_it_stands(
    owner: &mut Session,
    session: &mut Session,
    watcher: &mut Session,
    call: &str,
) -> Outcome {
    let pid = session.column("SELECT pg_backend_pid()::text").expect("a pid").remove(0);
    let waits =
        format!("SELECT 1 FROM pg_stat_activity WHERE pid = {pid} AND wait_event_type = 'Lock'");
    std::thread::scope(|scope| {
        let calling = scope.spawn(move || session.run(call));
        while !calling.is_finished() {
            if watcher.column(&waits).is_ok_and(|lines| !lines.is_empty()) {
                break;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        owner.run("COMMIT").expect("COMMIT");
        let answer = calling.join().expect("a call is answered");
        answer.map_err(|refusal| (refusal.code, refusal.message))
    })
}

/// Everybody with every row that the door could be about.
pub fn tries<'b>(
    bench: &'b Bench,
    entity: &'b Entity,
    door: &'b Door,
) -> Vec<(Principal<'b>, Option<&'b Row>)> {
    let context = bench.spec.context(&door.context);
    let rows: Vec<Option<&Row>> = match door.kind {
        kind if kind.makes() => vec![None],
        _ => bench.world.rows_of(&entity.name).map(Some).collect(),
    };
    let people = Principal::all(&bench.world, context).into_iter();
    let people = people.filter(|principal| principal.refused().is_none());
    people.flat_map(|one| rows.iter().map(move |row| (one.clone(), *row))).collect()
}

pub fn place<'b>(bench: &'b Bench, door: &Door, call: &Call<'_>, name: &str) -> Option<Place<'b>> {
    let (own, path) = name.split_once('.')?;
    let input = door.input.iter().find(|input| input.name == own);
    let row = call.row.unwrap_or(&call.result);
    let (mut ty, mut value) = match input {
        Some(input) => (&input.ty, call.inputs.get(own).cloned().unwrap_or(Value::Null)),
        None => (&bench.spec.entity(&row.entity).field(own).ty, row.column(own)),
    };
    let mut parts = path.split('.').peekable();
    while let Some(part) = parts.next() {
        let (of, there) = bench.world.named(&bench.spec, ty, &value)?;
        if parts.peek().is_some() {
            ty = &of.field(part).ty;
            value = there.column(part);
            continue;
        }
        let mut others: Vec<Value> =
            of.states.iter().filter(|_| part == "state").map(Value::text).collect();
        if part == "version" {
            others.extend([there.version + 1, there.version + 7].map(Value::Int));
        }
        if let Some(field) = of.fields.iter().find(|field| field.name == part) {
            let mut random = Random::new();
            others.extend((0..20).map(|serial| random.scalar(&field.ty, 7_000_000 + serial)));
            let most = match field.ty {
                Type::Int { max, .. } => max,
                Type::Money { .. } | Type::Duration => i64::MAX,
                Type::Bps => 10_000,
                _ => 0,
            };
            let powers = (0..40).map(|power| 1_i64 << power);
            others.extend(powers.filter(|one| *one <= most).map(Value::Int));
        }
        others.retain(|other| *other != there.column(part) && !other.is_null());
        let column = match part {
            "state" | "version" | "created_at" | "updated_at" => part.to_owned(),
            field => of.field(field).column.clone(),
        };
        return Some(Place { table: &of.table, id: there.id.clone(), column, others });
    }
    None
}

/// What the call would come to if that place held this, and how many rows its steps would write.
fn with(
    bench: &Bench,
    drafter: &Drafter<'_>,
    entity: &Entity,
    door: &Door,
    call: &Call<'_>,
    at: &Place<'_>,
    value: &Value,
) -> (Outcome, usize) {
    let (altered, row) = altered(bench, door, call, at, value);
    let altered = Call { row: row.as_ref(), ..altered };
    let effects = drafter.effects(door, &altered).map_or(0, |effects| effects.len());
    (drafter.outcome(entity, door, &altered), effects)
}

/// The call, and the row that it is about, if that place held this, under every name by which it is
/// spoken of.
pub fn altered<'w>(
    bench: &Bench,
    door: &Door,
    call: &Call<'w>,
    at: &Place<'_>,
    value: &Value,
) -> (Call<'w>, Option<Row>) {
    let mut altered = call.clone();
    let mut row = call.row.cloned();
    for name in far(door) {
        if !place(bench, door, call, name).is_some_and(|place| place.is(at)) {
            continue;
        }
        if let Some(given) = altered.inputs.get_mut(name) {
            given.clone_from(value);
        }
        for row in row.iter_mut().chain([&mut altered.result]) {
            row.values.insert(name.to_owned(), value.clone());
        }
    }
    (altered, row)
}
