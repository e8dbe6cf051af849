//! References to the row that was in force: found by the database for whoever writes, once, and by the row's own instant.

use super::calls;
use super::database::{Database, Session, Template};
use super::numbers::alone;
use super::race::{self, CONTESTANTS, ROUNDS};
use super::reviser::Reviser;
use super::spec::{Entity, Pick};
use super::value::{Value, now};
use super::world::Row;
use super::{Bench, Faults, Tests};
use std::sync::Mutex;

/// What must hold of an entity's pick.
type Law = fn(&Bench, &str, usize, &mut Faults);

pub fn add(tests: &mut Tests) {
    for entity in tests.bench.spec.entities.clone() {
        for (at, pick) in entity.picks.iter().enumerate() {
            let laws: [(&str, Law); 4] = [
                ("pick/missing", missing),
                ("pick/snapshot", snapshot),
                ("pick/waits", waits),
                ("race/pick", raced),
            ];
            for (law, run) in laws {
                let name = entity.name.clone();
                let title = format!("{law}/{name}/{}", pick.field);
                tests.add(title, move |bench, faults| run(bench, &name, at, faults));
            }
        }
    }
}

/// Copies of a row of the world, and what makes the database look for what is in force.
struct Looking<'b> {
    bench: &'b Bench,
    entity: &'b Entity,
    pick: &'b Pick,
    row: &'b Row,
}

impl<'b> Looking<'b> {
    /// Of a row of this tenant, for which the world has one in force.
    fn new(bench: &'b Bench, entity: &str, at: usize, tenant: Option<&str>) -> Option<Self> {
        let entity = bench.spec.entity(entity);
        let pick = &entity.picks[at];
        let mut rows = bench.world.rows_of(&entity.name);
        let row = rows.find(|row| {
            let mut again = (*row).clone();
            again.state.clone_from(&pick.to);
            again.values.insert(pick.field.clone(), Value::Null);
            let before = Row { state: None, ..again.clone() };
            let before = pick.to.as_ref().map(|_| &before);
            let own = tenant.is_none() || row.tenant.as_deref() == tenant;
            own && bench.world.pick(&bench.spec, entity, &mut again, before).is_ok()
                && !again.column(&pick.field).is_null()
        })?;
        Some(Self { bench, entity, pick, row })
    }

    /// The row in force for it.
    fn in_force(&self) -> &'b Row {
        let mut again = self.copy("");
        again.state.clone_from(&self.pick.to);
        let before = Row { state: None, ..again.clone() };
        let before = self.pick.to.as_ref().map(|_| &before);
        let found = self.bench.world.pick(&self.bench.spec, self.entity, &mut again, before);
        found.expect("it was found before");
        let id = again.column(&self.pick.field).sql().unwrap_or_default();
        self.bench.world.row(&self.pick.from, &id).expect("it is there")
    }

    fn copy(&self, id: &str) -> Row {
        let mut row = self.row.clone();
        row.id = id.to_owned();
        row.version = 1;
        row.state = self.entity.states.first().cloned();
        row.values.extend(self.entity.number.iter().map(|one| (one.field.clone(), Value::Null)));
        row.values.insert(self.pick.field.clone(), Value::Null);
        row
    }

    /// Puts in, past every trigger, what is there before it is looked for.
    fn before(&self, id: &str) -> String {
        let Some(to) = &self.pick.to else { return String::new() };
        let from = self.entity.moves.iter().find(|(_, other)| other == to).map(|(from, _)| from);
        let row = Row { state: from.cloned(), ..self.copy(id) };
        format!(
            "BEGIN; SET LOCAL session_replication_role = replica; {} COMMIT;",
            self.bench.world.insert(self.entity, &row)
        )
    }

    fn looks(&self, id: &str) -> String {
        match &self.pick.to {
            None => self.bench.world.insert(self.entity, &self.copy(id)),
            Some(to) => {
                format!("UPDATE {} SET state = '{to}' WHERE id = '{id}'", self.entity.table)
            }
        }
    }

    /// Rows whose own instant does not lie within what they refer to.
    fn wrong(&self, session: &mut Session) -> Vec<String> {
        let from = self.bench.spec.entity(&self.pick.from);
        let effective = from.effective.as_ref().expect("it holds for a time");
        let during = &from.field(&effective.during).column;
        let instant = if self.pick.to.is_some() { "updated_at" } else { "created_at" };
        let sql = format!(
            "SELECT x.id::text FROM {} x JOIN {} r ON r.id = x.\"{}\"
             WHERE x.id::text LIKE '01900000-0000-7000-9000-%' AND NOT r.\"{during}\" @> x.{instant}",
            self.entity.table, from.table, self.pick.field
        );
        session.column(&sql).expect("they are read")
    }
}

/// Without anything in force, for whoever writes: refused, or left without.
fn missing(bench: &Bench, entity: &str, at: usize, faults: &mut Faults) {
    let Some(it) = Looking::new(bench, entity, at, None) else {
        faults.check(false, || "the world has nothing in force".to_owned());
        return;
    };
    let database = bench.cluster().database(Template::World);
    let mut session = database.admin();
    alone(&it.entity.table, &mut session);
    session.run(&it.before(&race::id(0, 1))).expect("it is put in");
    let from = &bench.spec.entity(&it.pick.from).table;
    let mut tried = |gone: bool| {
        let found = session.undone(|session| {
            if gone {
                session.run("SET LOCAL session_replication_role = replica")?;
                session.run(&format!("DELETE FROM {from}"))?;
                session.run("SET LOCAL session_replication_role = origin")?;
            }
            session.run(&it.looks(&race::id(0, 1)))
        });
        found.err().map(|refusal| (refusal.code, refusal.message))
    };
    faults.same(&tried(false), &None, || "with something in force".to_owned());
    let path = format!("entities.{entity}.pick.{}", it.pick.field);
    let expected = (!it.pick.clear).then(|| ("BP409".to_owned(), path.clone()));
    faults.same(&tried(true), &expected, || "with nothing in force".to_owned());
    if it.pick.to.is_some() {
        let field = &it.pick.field;
        let forged = format!(
            "UPDATE {} SET \"{field}\" = gen_random_uuid() WHERE id = '{}'",
            it.entity.table,
            race::id(0, 1)
        );
        let found = session.undone(|session| session.run(&forged)).err();
        let found = found.map(|refusal| (refusal.code, refusal.message));
        let expected = Some(("BP422".to_owned(), format!("{path}.kept")));
        faults.same(&found, &expected, || forged);
    }
}

/// Under an older snapshot nothing is found, whoever writes: it would not be what is in force.
fn snapshot(bench: &Bench, entity: &str, at: usize, faults: &mut Faults) {
    let Some(it) = Looking::new(bench, entity, at, None) else {
        faults.check(false, || "the world has nothing in force".to_owned());
        return;
    };
    let database = bench.cluster().database(Template::World);
    let mut session = database.admin();
    alone(&it.entity.table, &mut session);
    session.run(&it.before(&race::id(0, 1))).expect("it is put in");
    let path = format!("entities.{entity}.pick.{}.snapshot", it.pick.field);
    for (level, expected) in [
        ("READ COMMITTED", None),
        ("REPEATABLE READ", Some(("BP409".to_owned(), path.clone()))),
        ("SERIALIZABLE", Some(("BP409".to_owned(), path))),
    ] {
        let found = session.undone(|session| {
            session.run(&format!("SET TRANSACTION ISOLATION LEVEL {level}"))?;
            session.run(&it.looks(&race::id(0, 1)))
        });
        let found = found.err().map(|refusal| (refusal.code, refusal.message));
        faults.same(&found, &expected, || level.to_owned());
    }
}

/// A call that revises what is in force for these rows, from an instant that SQL says.
fn revises(it: &Looking<'_>, reviser: &Reviser<'_>, id: &str, from: &str) -> String {
    let entity = it.bench.spec.entity(&it.pick.from);
    let call = reviser.call(entity, it.in_force(), id, now());
    let mut arguments = calls::arguments(reviser.owner, reviser.door, &call);
    arguments.insert(format!("_input_{}_from", reviser.during), from.to_owned());
    format!("SELECT FROM {}", calls::sql("api", reviser.door, &arguments))
}

/// Who revises what is picked, and who looks for what is in force.
fn both<'b>(
    bench: &'b Bench,
    entity: &str,
    at: usize,
    faults: &mut Faults,
) -> Option<(Reviser<'b>, Looking<'b>)> {
    let from = bench.spec.entity(&bench.spec.entity(entity).picks[at].from);
    let reviser = Reviser::of(bench, from);
    faults.check(reviser.is_some(), || format!("nobody revises {}", from.name));
    let reviser = reviser?;
    let tenant = from.tenant.as_ref().and(reviser.call.principal.tenant.as_deref());
    let it = Looking::new(bench, entity, at, tenant);
    faults.check(it.is_some(), || "the world has nothing in force".to_owned());
    Some((reviser, it?))
}

/// Who revises has begun before and ends later than what he makes begins: who looks waits for him.
fn waits(bench: &Bench, entity: &str, at: usize, faults: &mut Faults) {
    let Some((reviser, it)) = both(bench, entity, at, faults) else { return };
    let database = bench.cluster().database(Template::World);
    let (mut looking, mut revising) = (database.admin(), database.login(&reviser.door.context));
    alone(&it.entity.table, &mut looking);
    looking.run(&it.before(&race::id(1, 1))).expect("it is put in");
    let soon = "clock_timestamp() + interval '300 ms'";
    let revise = revises(&it, &reviser, &race::id(2, 1), soon);
    revising.run("BEGIN").expect("BEGIN");
    let done = revising.rows(&revise).map(drop);
    faults.check(done.is_ok(), || format!("{revise}: {done:?}"));
    std::thread::sleep(std::time::Duration::from_millis(400));
    let looked = std::thread::scope(|scope| {
        let looked = scope.spawn(|| looking.run(&it.looks(&race::id(1, 1))));
        std::thread::sleep(std::time::Duration::from_millis(200));
        revising.run("COMMIT").expect("COMMIT");
        looked.join().expect("it ends")
    });
    faults.check(looked.is_ok(), || format!("{looked:?}"));
    faults.same(&it.wrong(&mut database.admin()), &Vec::new(), || "what was found".to_owned());
}

/// Rows that are made while what is in force is revised, many at once: each refers to what was in force at its own
/// instant.
fn raced(bench: &Bench, entity: &str, at: usize, faults: &mut Faults) {
    let Some((reviser, it)) = both(bench, entity, at, faults) else { return };
    let database = bench.cluster().database(Template::World);
    let mut watcher = database.admin();
    alone(&it.entity.table, &mut watcher);
    let sessions = sessions(&database, &reviser.door.context);
    let places: Vec<usize> = (0..CONTESTANTS).collect();
    for round in 0..ROUNDS {
        let before: String =
            places.iter().step_by(2).map(|place| it.before(&race::id(round, *place))).collect();
        watcher.run(&before).expect("they are put in");
        let answers = race::together(&places, |place| {
            let mut session = sessions[*place].lock().expect("nobody else has it");
            let id = race::id(round, *place);
            if place % 2 == 0 {
                return session.run(&it.looks(&id)).err();
            }
            let from = format!("clock_timestamp() + interval '{} ms'", 1 + place / 4);
            let revise = revises(&it, &reviser, &id, &from);
            session.rows(&revise).err()
        });
        for (place, refusal) in answers.iter().enumerate() {
            let Some(refusal) = refusal else { continue };
            // Who revises may find that another begins later, or that his own moment has passed.
            let late = [".effective.future", ".effective.past"];
            let late = late.iter().any(|part| refusal.message.ends_with(part));
            let late = late || refusal.code == "23P01";
            faults.check(place % 2 == 1 && late, || format!("round {round}, {place}: {refusal}"));
        }
        faults.same(&it.wrong(&mut watcher), &Vec::new(), || {
            format!("round {round}, seed {}", super::world::seed())
        });
        if faults.any() {
            return;
        }
    }
}

/// By turns one who makes rows, and one who revises.
fn sessions(database: &Database<'_>, context: &str) -> Vec<Mutex<Session>> {
    let one = |place: usize| match place % 2 {
        0 => database.admin(),
        _ => database.login(context),
    };
    (0..CONTESTANTS).map(|place| Mutex::new(one(place))).collect()
}
