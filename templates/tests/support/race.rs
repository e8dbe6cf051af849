//! Many who act at the same moment: each on a connection of his own, all let go together.
//!
//! A test brings the calls, one for each of them, and afterwards asks the database what must hold
//! whoever came first. Nobody may ever be answered that two transactions stood in each other's way.

use super::calls::{Call, Drafter};
use super::database::{Database, Line, Refusal, Session};
use super::http::Request;
use super::oracle::Principal;
use super::routes::signed;
use super::spec::{Door, DoorKind, Entity, Field, Spec, Type};
use super::value::Value;
use super::world::{Random, Row, World};
use super::{Bench, paths};
use std::sync::Barrier;

/// Calls at once.
pub const CONTESTANTS: usize = 64;
/// Requests at once; the service has few connections, so more would only wait in line.
pub const REQUESTS: usize = 16;
pub const ROUNDS: usize = 20;

/// Connections of one context.
pub struct Race(Vec<Session>);

impl Race {
    pub fn new(database: &Database<'_>, context: &str) -> Self {
        Self::of(database, &[context])
    }

    /// In several contexts, by turns.
    pub fn of(database: &Database<'_>, contexts: &[&str]) -> Self {
        let contexts = contexts.iter().cycle().take(CONTESTANTS);
        Self(contexts.map(|context| database.login(context)).collect())
    }

    pub fn contestants(&self) -> usize {
        self.0.len()
    }

    /// What each was answered, in their order.
    pub fn run(&mut self, calls: &[String]) -> Vec<Result<(), Refusal>> {
        self.answers(calls).into_iter().map(|answer| answer.map(drop)).collect()
    }

    /// The same, with the rows.
    pub fn answers(&mut self, calls: &[String]) -> Vec<Result<Vec<Line>, Refusal>> {
        assert_eq!(calls.len(), self.0.len());
        let start = Barrier::new(calls.len());
        std::thread::scope(|scope| {
            let running: Vec<_> = self
                .0
                .iter_mut()
                .zip(calls)
                .map(|(session, call)| {
                    let start = &start;
                    scope.spawn(move || {
                        start.wait();
                        session.rows(call)
                    })
                })
                .collect();
            running.into_iter().map(|one| one.join().expect("a call is answered")).collect()
        })
    }
}

/// Does the same with each, all at once.
pub fn together<T: Sync, A: Send>(all: &[T], one: impl Fn(&T) -> A + Sync) -> Vec<A> {
    let start = Barrier::new(all.len());
    std::thread::scope(|scope| {
        let (start, one) = (&start, &one);
        let running: Vec<_> = all
            .iter()
            .map(|item| {
                scope.spawn(move || {
                    start.wait();
                    one(item)
                })
            })
            .collect();
        running.into_iter().map(|one| one.join().expect("a request is answered")).collect()
    })
}

/// Ids that nothing else in the world has.
pub fn id(round: usize, number: usize) -> String {
    format!("01900000-0000-7000-9000-{:012x}", (round << 16) + number)
}

/// Takes rows away again, and those that steps have made of them, as the owner, with the tables' own triggers off
/// meanwhile. `ids` as SQL lists them.
pub fn take_away(
    owner: &mut Session,
    spec: &Spec,
    entity: &Entity,
    ids: &str,
) -> Result<(), Refusal> {
    let mut sql = "BEGIN;".to_owned();
    let refers =
        |field: &&Field| matches!(&field.ty, Type::Ref { entity: of } if *of == entity.name);
    let others = spec.entities.iter().filter(|other| other.name != entity.name);
    let children = others.flat_map(|other| {
        other.fields.iter().filter(refers).map(move |by| (other, by.column.as_str()))
    });
    for (other, column) in children.chain([(entity, "id")]) {
        let table = &other.table;
        sql += &format!(
            "ALTER TABLE {table} DISABLE TRIGGER USER;
             DELETE FROM {table} WHERE \"{column}\" IN ({ids});
             ALTER TABLE {table} ENABLE TRIGGER USER;"
        );
    }
    owner.run(&format!("{sql} {} COMMIT", super::quotas::recounted(spec, &entity.name)))
}

/// By which door, by whom, and on which row, if it is about one.
pub type Start<'b> = (&'b Door, Drafter<'b>, Principal<'b>, Option<&'b Row>);

/// A door by which somebody makes a row as it is wanted, or makes one so.
pub fn starter<'b>(
    bench: &'b Bench,
    entity: &'b Entity,
    wanted: &dyn Fn(&Call<'_>) -> bool,
) -> Option<Start<'b>> {
    let mut drafter = Drafter::new(&bench.spec, &bench.world);
    for kind in [DoorKind::Create, DoorKind::Command, DoorKind::Change] {
        for door in entity.doors.iter().filter(|door| door.kind == kind) {
            let context = bench.spec.context(&door.context);
            let rows: Vec<Option<&Row>> = match kind {
                kind if kind.makes() => vec![None],
                _ => bench.world.rows_of(&entity.name).map(Some).collect(),
            };
            for principal in Principal::all(&bench.world, context) {
                for row in &rows {
                    if draft(&mut drafter, entity, door, &principal, *row, wanted).is_some() {
                        return Some((door, drafter, principal, *row));
                    }
                }
            }
        }
    }
    None
}

/// Puts in, as the owner, the rows that the rivals are about: each his own, a copy of the one for
/// which their call was drafted, with his keys and his values of `taken`.
pub fn set_up(
    owner: &mut Session,
    world: &World,
    entity: &Entity,
    rivals: &[Call<'_>],
    taken: &[&String],
) -> Result<(), Refusal> {
    let table = &entity.table;
    let mut sql = format!("BEGIN; ALTER TABLE {table} DISABLE TRIGGER USER;\n");
    for rival in rivals {
        let Some(row) = rival.row else { return Ok(()) };
        let mut before = Row { id: rival.id.clone(), ..row.clone() };
        let keys = entity.uniques.iter().flat_map(|unique| &unique.fields);
        for name in keys.chain(taken.iter().copied()) {
            before.values.insert(name.clone(), rival.result.column(name));
        }
        sql += &world.insert(entity, &before);
    }
    owner.run(&format!("{sql}ALTER TABLE {table} ENABLE TRIGGER USER; COMMIT"))
}

/// A rival's call over HTTP.
pub fn request(bench: &Bench, entity: &Entity, door: &Door, call: &Call<'_>) -> Request {
    let (method, path) = paths::action(&call.principal, entity, door, &call.id);
    let request = signed(bench, &call.principal, Request::new(method, path));
    let request = match call.row {
        Some(row) => request.header("if-match", format!("\"{}\"", row.version)),
        None => request,
    };
    let body = paths::body(entity, door, call);
    match body.as_object().is_some_and(|body| !body.is_empty()) {
        true => request.json(&body),
        false => request,
    }
}

/// A call that succeeds and leaves a row as it is wanted.
pub fn draft<'w>(
    drafter: &mut Drafter<'w>,
    entity: &Entity,
    door: &Door,
    principal: &Principal<'w>,
    row: Option<&'w Row>,
    wanted: &dyn Fn(&Call<'_>) -> bool,
) -> Option<Call<'w>> {
    if principal.refused().is_some() {
        return None;
    }
    (0..20).find_map(|_| {
        let call = drafter.draft(entity, door, principal, row)?;
        let good = drafter.outcome(entity, door, &call).is_ok() && wanted(&call);
        good.then_some(call)
    })
}

/// Gives a rival keys of his own, so that nothing else is in the way; `but` these stay.
pub fn unlike(entity: &Entity, call: &mut Call<'_>, but: &[String], round: usize, number: usize) {
    let mut random = Random::new();
    let serial = 1000 + (round * CONTESTANTS + number) as u64;
    for name in entity.uniques.iter().flat_map(|unique| &unique.fields) {
        let field = entity.field(name);
        let reference = matches!(field.ty, Type::Ref { .. } | Type::UserIn { .. });
        let given = call.values.contains_key(name) || call.row.is_some();
        if reference || but.contains(name) || !given {
            continue;
        }
        let value = match &field.ty {
            Type::Int { min, max } => {
                let serial = i64::try_from(serial).unwrap_or(0);
                let room = max.saturating_sub(*min).saturating_add(1).max(1);
                Value::Int(min.saturating_add(serial % room))
            }
            other => random.scalar(other, 6_000_000 + serial),
        };
        if let Some(given) = call.values.get_mut(name) {
            given.clone_from(&value);
        }
        call.result.values.insert(name.clone(), value);
    }
}
