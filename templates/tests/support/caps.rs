//! Caps: a window's total does not grow beyond, whoever writes, whatever has become of the cap, and whoever comes at once.

use super::database::{Database, Refusal, Session, Template};
use super::quotas::{self, set};
use super::race::{self, Race};
use super::spec::{Entity, Per, Quota, Type};
use super::totals;
use super::value::{Value, now, quote};
use super::world::Row;
use super::{Bench, Faults, Tests, settle};
use std::time::{Duration, Instant};

/// What must hold of a quota.
type Law = fn(&Used<'_>, &mut Faults);

/// How many of the contestants a window has room for.
const ROOM: usize = 20;

/// The last second of 2001.
const NEW_YEAR: i64 = 1_009_843_199;
/// The last second of a Sunday.
const SUNDAY: i64 = 1_010_361_599;

pub fn add(tests: &mut Tests) {
    let laws: [(&str, Law); 4] = [
        ("quota/kept", kept),
        ("quota/windows", windows),
        ("quota/lowered", lowered),
        ("race/quota", raced),
    ];
    for entity in tests.bench.spec.entities.clone() {
        for (at, quota) in entity.quotas.iter().enumerate() {
            for (law, run) in laws {
                let name = entity.name.clone();
                tests.add(format!("{law}/{name}/{}", quota.name), move |bench, faults| {
                    match Used::new(bench, bench.spec.entity(&name), at) {
                        Some(used) => run(&used, faults),
                        None => faults.check(false, || "no row of the world counts".to_owned()),
                    }
                });
            }
        }
    }
}

/// A child that counts, and the row that it counts on.
struct Used<'b> {
    bench: &'b Bench,
    entity: &'b Entity,
    quota: &'b Quota,
    child: &'b Entity,
    like: &'b Row,
    on: &'b Row,
    /// What the child uses.
    step: i64,
    cap: i64,
}

impl<'b> Used<'b> {
    fn new(bench: &'b Bench, entity: &'b Entity, at: usize) -> Option<Self> {
        let quota = &entity.quotas[at];
        let child = bench.spec.entity(&quota.child);
        bench.world.rows_of(&child.name).find_map(|like| {
            let on = bench.world.row(&entity.name, &like.column(&quota.by).sql()?)?;
            let (step, cap) = (quota.part(like), quota.cap(on)?);
            (step > 0).then_some(Self { bench, entity, quota, child, like, on, step, cap })
        })
    }

    /// A database in which nothing but what children add up to decides.
    fn database(&self) -> Database<'b> {
        let database = self.bench.cluster().database(Template::World);
        let mut admin = database.admin();
        let spec = &self.bench.spec;
        let fed = totals::fed(spec, &self.child.name).into_iter().map(|(entity, _)| entity);
        let held = quotas::used_by(spec, &self.child.name);
        let on = held.iter().map(|(entity, _)| *entity);
        let mut tables: Vec<&str> = fed.chain(on).map(|one| one.table.as_str()).collect();
        tables.push(&self.child.table);
        tables.sort_unstable();
        tables.dedup();
        for table in tables {
            bare(&mut admin, table, &self.quota.table).expect("an administrator may");
        }
        let others = held.iter().filter(|(entity, quota)| {
            entity.name != self.entity.name || quota.name != self.quota.name
        });
        for (entity, quota) in others {
            let id = self.like.column(&quota.by).sql();
            let on = id.and_then(|id| self.bench.world.row(&entity.name, &id));
            let room = on.into_iter().flat_map(|on| {
                moments().map(move |moment| set(entity, quota, on, moment, -1_000_000_000_000_000))
            });
            admin.run(&room.collect::<String>()).expect("an administrator may");
        }
        database
    }

    fn copy(&self, id: String, created: i64) -> Row {
        Row { id, version: 1, created, ..self.like.clone() }
    }

    fn insert(&self, number: usize, created: i64) -> String {
        self.bench.world.insert(self.child, &self.copy(race::id(0, number), created))
    }

    fn set(&self, moment: i64, used: i64) -> String {
        set(self.entity, self.quota, self.on, moment, used)
    }

    fn refused(&self) -> Option<(String, String)> {
        let code = if self.quota.paid { "BP402" } else { "BP409" };
        let path = format!("entities.{}.totals.{}", self.entity.name, self.quota.name);
        Some((code.to_owned(), path))
    }

    /// What lowers the cap, and what it is then.
    fn lower(&self) -> Option<(String, i64)> {
        let mut names = Vec::new();
        settle::columns(&self.quota.cap, &mut names);
        let fields = self.entity.fields.iter().filter(|field| names.contains(&field.name.as_str()));
        let number =
            |ty: &Type| matches!(ty, Type::Int { .. } | Type::Money { .. } | Type::Duration);
        fields.filter(|field| number(&field.ty)).find_map(|field| {
            let Value::Int(value) = self.on.column(&field.name) else { return None };
            [value - 1, value + 1, value - 1000, value + 1000].into_iter().find_map(|value| {
                let mut row = self.on.clone();
                row.values.insert(field.name.clone(), Value::Int(value));
                let cap = self.quota.cap(&row).filter(|cap| *cap < self.cap)?;
                let table = &self.entity.table;
                let update = format!(
                    "UPDATE {table} SET \"{}\" = {value} WHERE id = '{}'",
                    field.column, self.on.id
                );
                Some((update, cap))
            })
        })
    }
}

/// All at which these tests make children.
fn moments() -> impl Iterator<Item = i64> {
    (0..race::ROUNDS).map(round).chain([NEW_YEAR + 1, SUNDAY, SUNDAY + 1])
}

/// A moment in a window of its own, however long that is.
fn round(number: usize) -> i64 {
    NEW_YEAR + i64::try_from(number).unwrap_or(0) * 400 * 86_400
}

/// Takes away what else could refuse a row, or move the moment at which it was made; triggers that speak of `kept` stay.
fn bare(session: &mut Session, table: &str, kept: &str) -> Result<(), Refusal> {
    super::tables::unreferenced(session, table)?;
    let triggers = format!(
        "SELECT format('ALTER TABLE {table} DISABLE TRIGGER %I', t.tgname) FROM pg_trigger t
         JOIN pg_proc p ON p.oid = t.tgfoid
         WHERE t.tgrelid = '{table}'::regclass AND NOT t.tgisinternal AND strpos(p.prosrc, {}) = 0",
        quote(Some(kept))
    );
    let constraints = format!(
        "SELECT format('ALTER TABLE {table} DROP CONSTRAINT %I CASCADE', conname) FROM pg_constraint
         WHERE conrelid = '{table}'::regclass AND contype IN ('c', 'x', 'u')"
    );
    let indexes = format!(
        "SELECT 'DROP INDEX ' || indexrelid::regclass FROM pg_index
         WHERE indrelid = '{table}'::regclass AND indisunique AND NOT indisprimary"
    );
    for all in [triggers, constraints, indexes] {
        for one in session.column(&all)? {
            session.run(&one)?;
        }
    }
    Ok(())
}

fn refusal(answer: Result<(), Refusal>) -> Option<(String, String)> {
    answer.err().map(|refusal| (refusal.code, refusal.message))
}

/// Up to the cap and not beyond; what has gone beyond may shrink; and whatever is written, a recount finds the same.
fn kept(it: &Used<'_>, faults: &mut Faults) {
    let database = it.database();
    let mut owner = database.admin();
    let room = it.cap.saturating_sub(it.step.saturating_mul(2));
    owner.run(&it.set(NEW_YEAR, room)).expect("it is set");
    for (number, expected) in [(0, None), (1, None), (2, it.refused())] {
        let found = refusal(owner.run(&it.insert(number, NEW_YEAR)));
        faults.same(&found, &expected, || format!("child {number} of two that fit"));
    }
    let over = it.cap.saturating_add(it.step.saturating_mul(5));
    owner.run(&it.set(NEW_YEAR, over)).expect("it is set");
    let id = race::id(0, 0);
    let less = refusal(owner.run(&format!("DELETE FROM {} WHERE id = '{id}'", it.child.table)));
    faults.same(&less, &None, || "less of what is too much".to_owned());
    let more = refusal(owner.run(&it.insert(0, NEW_YEAR)));
    faults.same(&more, &it.refused(), || "more of what is too much".to_owned());
    let spec = &it.bench.spec;
    owner.run(&quotas::recounted(spec, &it.child.name)).expect("it is set");
    let mut moved = 0;
    for row in it.bench.world.rows_of(&it.child.name).take(24) {
        let total = it.quota.as_total();
        let changes = totals::changes_of(it.bench, it.child, &total, row).into_iter();
        let changes = changes.map(|set| format!("UPDATE {} SET {set} WHERE", it.child.table));
        let gone = [format!("DELETE FROM {} WHERE", it.child.table)];
        for change in changes.chain(gone) {
            let change = format!("{change} id = '{}'", row.id);
            let found = owner.undone(|owner| {
                let before = used(owner, it.quota);
                owner.run(&change).ok()?;
                let moved = before != used(owner, it.quota);
                Some((quotas::wrong(spec, &it.child.name, owner), moved))
            });
            let Some((wrong, differs)) = found else { continue };
            moved += usize::from(differs);
            faults.check(wrong.is_empty(), || format!("{change}\n    {}", wrong.join("\n    ")));
        }
    }
    faults.check(moved > 0, || format!("nothing was found that changes {}", it.quota.name));
}

fn used(session: &mut Session, quota: &Quota) -> Vec<super::database::Line> {
    session.rows(&format!("SELECT w::text FROM {} w ORDER BY 1", quota.table)).unwrap_or_default()
}

/// A window ends with its last second in UTC, wherever the session says that it is.
fn windows(it: &Used<'_>, faults: &mut Faults) {
    let (last, starts) = match it.quota.per {
        Per::Day => (NEW_YEAR, ["2001-12-31", "2002-01-01"]),
        Per::Week => (SUNDAY, ["2001-12-31", "2002-01-07"]),
        Per::Month => (NEW_YEAR, ["2001-12-01", "2002-01-01"]),
        Per::Year => (NEW_YEAR, ["2001-01-01", "2002-01-01"]),
    };
    let database = it.database();
    let mut owner = database.admin();
    for (number, zone) in ["Pacific/Kiritimati", "Pacific/Pago_Pago"].into_iter().enumerate() {
        let left = it.cap.saturating_sub(it.step);
        owner.run(&(it.set(last, left) + &it.set(last + 1, left))).expect("they are set");
        owner.run(&format!("SET timezone = '{zone}'")).expect("it is there");
        for (at, moment) in [last, last + 1].into_iter().enumerate() {
            let first = refusal(owner.run(&it.insert(4 * number + at, moment)));
            faults.same(&first, &None, || format!("the last that fits, {at} in {zone}"));
            let next = refusal(owner.run(&it.insert(4 * number + at + 2, moment)));
            faults.same(&next, &it.refused(), || format!("one more, {at} in {zone}"));
        }
        let found = owner.rows(&format!(
            "SELECT starts::text, used::text FROM {} WHERE \"{}\" = '{}'
             AND starts IN ('{}', '{}') ORDER BY starts",
            it.quota.table, it.quota.column, it.on.id, starts[0], starts[1]
        ));
        let cap = it.cap.to_string();
        let expected: Vec<super::database::Line> =
            starts.iter().map(|day| vec![Some((*day).to_owned()), Some(cap.clone())]).collect();
        faults.same(&found, &Ok(expected), || format!("both windows in {zone}"));
        owner.run("SET timezone = 'UTC'").expect("it is there");
    }
}

/// A lower cap is taken or refused as it was said, and whoever waits for it is bound by it.
fn lowered(it: &Used<'_>, faults: &mut Faults) {
    let Some((lower, less)) = it.lower() else {
        // A cap that nobody can lower.
        faults.check(true, String::new);
        return;
    };
    let database = it.database();
    let mut owner = database.admin();
    let under_way = |used: i64| it.set(now(), used) + &it.set(now() + 86_400, used);
    owner.run(&under_way(it.cap)).expect("it is set");
    let found = owner.undone(|owner| refusal(owner.run(&lower)));
    let expected = if it.quota.refuse { it.refused() } else { None };
    faults.same(&found, &expected, || format!("{lower} below what is used"));
    owner.run(&under_way(less)).expect("it is set");
    let found = owner.undone(|owner| refusal(owner.run(&lower)));
    faults.same(&found, &None, || format!("{lower} to what is used"));

    let left = it.cap.saturating_sub(it.step);
    owner.run(&it.set(NEW_YEAR, left)).expect("it is set");
    let mut writer = database.admin();
    let number = writer.column("SELECT pg_backend_pid()::text").expect("it has one").remove(0);
    owner.run("BEGIN").expect("BEGIN");
    owner.run(&lower).expect("it is taken");
    let insert = it.insert(0, NEW_YEAR);
    let writing = std::thread::spawn(move || writer.run(&insert));
    let mut looking = database.admin();
    let until = Instant::now() + Duration::from_secs(20);
    let waits = format!("SELECT 1::text FROM pg_locks WHERE pid = {number} AND NOT granted");
    while !writing.is_finished() && Instant::now() < until {
        if looking.column(&waits).is_ok_and(|found| !found.is_empty()) {
            break;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    owner.run("COMMIT").expect("COMMIT");
    let found = refusal(writing.join().expect("it is answered"));
    faults.same(&found, &it.refused(), || "who waited for a lower cap".to_owned());
}

/// As many succeed as the window has room for, in every window.
fn raced(it: &Used<'_>, faults: &mut Faults) {
    let database = it.database();
    let mut admin = database.admin();
    let mut race = Race::new(&database, "owner");
    for number in 0..race::ROUNDS {
        let moment = round(number);
        let room = i64::try_from(ROOM).unwrap_or(0);
        let left = it.cap.saturating_sub(it.step.saturating_mul(room));
        admin.run(&it.set(moment, left)).expect("it is set");
        let rivals: Vec<String> = (0..race.contestants())
            .map(|rival| {
                let copy = it.copy(race::id(1 + number, rival), moment);
                it.bench.world.insert(it.child, &copy)
            })
            .collect();
        let answers = race.run(&rivals);
        let won = answers.iter().filter(|answer| answer.is_ok()).count();
        let seed = super::world::seed();
        faults.same(&won, &ROOM, || format!("how many in round {number}, seed {seed}"));
        for answer in answers {
            let found = refusal(answer);
            faults.check(found.is_none() || found == it.refused(), || format!("{found:?}"));
        }
        let found = admin.column(&format!(
            "SELECT used::text FROM {} WHERE \"{}\" = '{}' AND used <> {left}
             AND starts <= to_timestamp({moment})::date ORDER BY starts DESC LIMIT 1",
            it.quota.table, it.quota.column, it.on.id
        ));
        faults.same(&found, &Ok(vec![it.cap.to_string()]), || format!("used in round {number}"));
        if faults.any() {
            return;
        }
    }
}
