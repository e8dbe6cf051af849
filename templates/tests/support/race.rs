//! Many who act at the same moment: each on a connection of his own, all let go together.
//!
//! A test brings the calls, one for each of them, and afterwards asks the database what must hold
//! whoever came first. Nobody may ever be answered that two transactions stood in each other's way.

use super::Bench;
use super::calls::{Call, Drafter};
use super::database::{Database, Refusal, Session};
use super::oracle::Principal;
use super::spec::{Door, DoorKind, Entity, Type};
use super::value::Value;
use super::world::Random;
use std::sync::Barrier;

/// Calls at once.
const CONTESTANTS: usize = 64;
/// Requests at once; the service has few connections, so more would only wait in line.
pub const REQUESTS: usize = 16;
pub const ROUNDS: usize = 20;

/// Connections of one context.
pub struct Race(Vec<Session>);

impl Race {
    pub fn new(database: &Database<'_>, context: &str) -> Self {
        let sessions = (0..CONTESTANTS).map(|_| database.login(context));
        Self(sessions.collect())
    }

    pub fn contestants(&self) -> usize {
        self.0.len()
    }

    /// What each was answered, in their order.
    pub fn run(&mut self, calls: &[String]) -> Vec<Result<(), Refusal>> {
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
                        session.run(call)
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

/// A door through which somebody makes a row as it is wanted.
pub fn creator<'b>(
    bench: &'b Bench,
    entity: &'b Entity,
    wanted: &dyn Fn(&Call<'_>) -> bool,
) -> Option<(&'b Door, Drafter<'b>, Principal<'b>)> {
    let mut drafter = Drafter::new(&bench.spec, &bench.world);
    for door in entity.doors.iter().filter(|door| door.kind == DoorKind::Create) {
        let context = bench.spec.context(&door.context);
        for principal in Principal::all(&bench.spec, &bench.world, context) {
            if draft(&mut drafter, entity, door, &principal, wanted).is_some() {
                return Some((door, drafter, principal));
            }
        }
    }
    None
}

/// A call that succeeds and makes a row as it is wanted.
pub fn draft<'w>(
    drafter: &mut Drafter<'w>,
    entity: &Entity,
    door: &Door,
    principal: &Principal<'w>,
    wanted: &dyn Fn(&Call<'_>) -> bool,
) -> Option<Call<'w>> {
    if principal.refused().is_some() {
        return None;
    }
    (0..20).find_map(|_| {
        let call = drafter.draft(entity, door, principal, None)?;
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
        if reference || but.contains(name) || !call.values.contains_key(name) {
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
        call.values.insert(name.clone(), value.clone());
        call.result.values.insert(name.clone(), value);
    }
}
