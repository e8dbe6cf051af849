//! Numbers without gaps: given by the database in the order in which rows get there, and by nobody else.

use super::database::{Database, Session, Template};
use super::race::{CONTESTANTS, ROUNDS, id, together};
use super::spec::{Entity, Number};
use super::value::{Value, quote};
use super::world::{Random, Row, World};
use super::{Bench, Faults, Tests};
use std::collections::BTreeMap;
use std::sync::Mutex;

/// What must hold of an entity's numbers.
type Law = fn(&Bench, &str, &mut Faults);

pub fn add(tests: &mut Tests) {
    for entity in tests.bench.spec.entities.clone() {
        if entity.number.is_none() {
            continue;
        }
        let laws: [(&str, Law); 3] =
            [("number/kept", kept), ("number/unique", unique), ("race/number", raced)];
        for (law, run) in laws {
            let name = entity.name.clone();
            tests.add(format!("{law}/{name}"), move |bench, faults| run(bench, &name, faults));
        }
    }
}

impl Number {
    fn series(&self, row: &Row) -> Vec<Value> {
        self.per.iter().map(|field| row.column(field)).collect()
    }

    /// Whether a row that is there has one.
    fn is_given(&self, row: &Row) -> bool {
        row.state.as_ref().is_none_or(|state| self.given.is_empty() || self.given.contains(state))
    }
}

impl World {
    /// Gives a row of the world the next number of its series, where rows of its state have one.
    pub fn numbered(&self, entity: &Entity, row: &mut Row) {
        let Some(number) = &entity.number else { return };
        let value = match number.is_given(row) {
            true => Value::Int(self.last(entity, number, row) + 1),
            false => Value::Null,
        };
        row.values.insert(number.field.clone(), value);
    }

    /// Gives a row that is written the next number of its series, where it gets one by that; whether it did. Which
    /// it is depends on what was written before.
    pub fn number(&self, entity: &Entity, row: &mut Row) -> bool {
        let Some(number) = &entity.number else { return false };
        let gets = number.given.is_empty() || row.state.as_deref() == Some(number.to.as_str());
        let given = gets && row.column(&number.field).is_null();
        if given {
            let next = Value::Int(self.last(entity, number, row) + 1);
            row.values.insert(number.field.clone(), next);
        }
        given
    }

    fn last(&self, entity: &Entity, number: &Number, row: &Row) -> i64 {
        let series = number.series(row);
        let same = self.rows_of(&entity.name).filter(|other| number.series(other) == series);
        let numbers = same.filter_map(|other| match other.column(&number.field) {
            Value::Int(given) => Some(given),
            _ => None,
        });
        numbers.max().unwrap_or(0)
    }

    /// Where the counters stand once all rows are in.
    pub fn counters(entity: &Entity) -> String {
        let Some(number) = &entity.number else { return String::new() };
        let columns: Vec<String> = number
            .per
            .iter()
            .map(|field| format!("\"{}\"", entity.field(field).column))
            .collect();
        let (columns, field) = (columns.join(", "), &number.field);
        format!(
            "INSERT INTO rt.\"{}\" ({columns}, number)
             SELECT {columns}, max(\"{field}\") FROM {} WHERE \"{field}\" IS NOT NULL GROUP BY {columns};\n",
            number.counter, entity.table
        )
    }
}

/// A row of the entity's before it gets its number, as one that gets it.
struct Getting<'b> {
    bench: &'b Bench,
    entity: &'b Entity,
    number: &'b Number,
    row: &'b Row,
}

impl<'b> Getting<'b> {
    fn new(bench: &'b Bench, entity: &str) -> Self {
        let entity = bench.spec.entity(entity);
        let number = entity.number.as_ref().expect("it has one");
        let row = bench.world.rows_of(&entity.name).next().expect("the world has rows of each");
        Self { bench, entity, number, row }
    }

    /// A copy that is there and has no number yet, where that is given later.
    fn before(&self, id: &str) -> String {
        if self.number.given.is_empty() {
            return String::new();
        }
        let mut row = self.copy(id);
        row.state = Some(self.number.from.clone());
        format!(
            "BEGIN; SET LOCAL session_replication_role = replica; {} COMMIT;",
            self.bench.world.insert(self.entity, &row)
        )
    }

    /// What gives it its number.
    fn gets(&self, id: &str) -> String {
        match self.number.given.is_empty() {
            true => self.bench.world.insert(self.entity, &self.copy(id)),
            false => format!(
                "UPDATE {} SET state = {} WHERE id = '{id}'",
                self.entity.table,
                quote(Some(&self.number.to))
            ),
        }
    }

    fn copy(&self, id: &str) -> Row {
        let mut row = self.row.clone();
        row.id = id.to_owned();
        row.version = 1;
        row.state = self.entity.states.first().cloned();
        row.values.insert(self.number.field.clone(), Value::Null);
        row
    }

    /// The numbers of these rows.
    fn of(&self, session: &mut Session, ids: &[String]) -> BTreeMap<String, Option<String>> {
        let list: Vec<String> = ids.iter().map(|id| format!("'{id}'")).collect();
        let sql = format!(
            "SELECT id::text, \"{}\"::text FROM {} WHERE id IN ({})",
            self.number.field,
            self.entity.table,
            list.join(", ")
        );
        let rows = session.rows(&sql).expect("they are read");
        rows.into_iter().map(|row| (row[0].clone().unwrap_or_default(), row[1].clone())).collect()
    }
}

/// Nothing but the number keeps copies of one row apart.
pub fn alone(table: &str, owner: &mut Session) {
    let sql = format!(
        "SELECT 'ALTER TABLE {table} DROP CONSTRAINT \"' || conname || '\" CASCADE' FROM pg_constraint
         WHERE conrelid = '{table}'::regclass AND contype IN ('u', 'x', 'c')
           AND conname NOT LIKE '%number_key'
         UNION ALL
         SELECT 'DROP INDEX app.\"' || c.relname || '\"' FROM pg_index i
         JOIN pg_class c ON c.oid = i.indexrelid
         WHERE i.indrelid = '{table}'::regclass AND i.indisunique
           AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = c.oid)"
    );
    for drop in owner.column(&sql).expect("it is read") {
        owner.run(&drop).expect("it can be dropped");
    }
    let forget =
        format!("DROP TRIGGER IF EXISTS {}_totals ON {table}", &table[4..].trim_matches('"'));
    owner.run(&forget).expect("it can be dropped");
}

/// Who writes one is refused; what is undone leaves no gap.
fn kept(bench: &Bench, entity: &str, faults: &mut Faults) {
    let it = Getting::new(bench, entity);
    let database = bench.cluster().database(Template::World);
    alone(&it.entity.table, &mut database.admin());
    let mut session = database.admin();
    let path = format!("entities.{entity}.number");
    let refused = Some(("BP422".to_owned(), path));
    let (table, field) = (&it.entity.table, &it.number.field);
    let there = bench.world.rows_of(entity).find(|row| !row.column(field).is_null());
    for (what, value) in [("another", "99999999"), ("none", "NULL")] {
        // What never changes at all is refused before.
        let Some(row) = there.filter(|_| !it.entity.append_only) else { break };
        let update = format!("UPDATE {table} SET \"{field}\" = {value} WHERE id = '{}'", row.id);
        faults.same(&refusal(&mut session, &update), &refused, || format!("{what} number"));
    }
    let mut given = it.copy(&id(0, 1));
    given.values.insert(field.clone(), Value::Int(99_999_999));
    let insert = bench.world.insert(it.entity, &given);
    faults.same(&refusal(&mut session, &insert), &refused, || "a new row with one".to_owned());

    let ids: Vec<String> = (0..3).map(|at| id(1, at)).collect();
    for id in &ids {
        session.run(&it.before(id)).expect("it is put in");
    }
    let first = bench.world.last(it.entity, it.number, it.row) + 1;
    session.run(&it.gets(&ids[0])).expect("it gets one");
    session.run(&format!("BEGIN; {}; ROLLBACK", it.gets(&ids[1]))).expect("it is undone");
    session.run(&it.gets(&ids[2])).expect("it gets one");
    let found = it.of(&mut session, &ids);
    let expected = |at: usize, number: i64| (ids[at].clone(), Some(number.to_string()));
    let mut all = BTreeMap::from([expected(0, first), expected(2, first + 1)]);
    if !it.number.given.is_empty() {
        all.insert(ids[1].clone(), None);
    }
    faults.same(&found, &all, || "one after the other".to_owned());
}

fn refusal(session: &mut Session, sql: &str) -> Option<(String, String)> {
    let found = session.undone(|session| session.run(sql)).err();
    found.map(|refusal| (refusal.code, refusal.message))
}

/// The same number twice in a series, past every trigger.
fn unique(bench: &Bench, entity: &str, faults: &mut Faults) {
    let it = Getting::new(bench, entity);
    let database = bench.cluster().database(Template::World);
    let mut session = database.admin();
    alone(&it.entity.table, &mut session);
    let found: Vec<Option<String>> = session.undone(|session| {
        session.run("SET LOCAL session_replication_role = replica").expect("an administrator may");
        let both = (0..2).map(|at| {
            let mut row = it.copy(&id(3, at));
            row.values.insert(it.number.field.clone(), Value::Int(99_999_999));
            session.run(&bench.world.insert(it.entity, &row)).err().map(|refusal| refusal.code)
        });
        both.collect()
    });
    faults.same(&found, &vec![None, Some("23505".to_owned())], || "the same number".to_owned());
}

/// Many at once, some of which are undone: each of the others has a number, and none is missing.
fn raced(bench: &Bench, entity: &str, faults: &mut Faults) {
    let it = Getting::new(bench, entity);
    let database = bench.cluster().database(Template::World);
    let mut owner = database.admin();
    alone(&it.entity.table, &mut owner);
    let mut random = Random::new();
    let all: Vec<Vec<(String, bool)>> = (0..CONTESTANTS)
        .map(|place| (0..ROUNDS).map(|at| (id(4 + at, place), random.below(5) == 0)).collect())
        .collect();
    let before: Vec<String> = all.iter().flatten().map(|(id, _)| it.before(id)).collect();
    owner.run(&before.concat()).expect("they are put in");
    let refused = run(&it, &database, &all);
    faults.check(refused.is_empty(), || format!("{refused:?}"));
    let ids: Vec<String> = all.iter().flatten().map(|(id, _)| id.clone()).collect();
    let numbers = it.of(&mut owner, &ids);
    let mut found: Vec<i64> =
        numbers.values().flatten().filter_map(|number| number.parse().ok()).collect();
    found.sort_unstable();
    let done = all.iter().flatten().filter(|(_, undone)| !undone).count();
    let first = bench.world.last(it.entity, it.number, it.row) + 1;
    let expected: Vec<i64> = (first..).take(done).collect();
    faults.same(&found, &expected, || format!("seed {}", super::world::seed()));
}

/// What each was refused by, all at once and each his own in turn.
fn run(
    it: &Getting<'_>,
    database: &Database<'_>,
    all: &[Vec<(String, bool)>],
) -> Vec<(String, String)> {
    let sessions: Vec<Mutex<Session>> = all.iter().map(|_| Mutex::new(database.admin())).collect();
    let places: Vec<usize> = (0..all.len()).collect();
    let refused = together(&places, |place| {
        let mut session = sessions[*place].lock().expect("nobody else has it");
        let own = all[*place].iter().map(|(id, undone)| {
            let end = if *undone { "ROLLBACK" } else { "COMMIT" };
            let ran = session.run(&format!("BEGIN; {}; {end}", it.gets(id)));
            ran.err().map(|refusal| (refusal.code, refusal.message))
        });
        own.flatten().collect::<Vec<_>>()
    });
    refused.into_iter().flatten().collect()
}
