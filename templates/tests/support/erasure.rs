//! People who are erased: what is personal of them is nowhere any more, everything else is as it was, and
//! nothing personal of them comes back.

use super::calls::{self, Call, Drafter};
use super::database::{Database, Refusal, Session, Template};
use super::erasure_kept::{kept, rights, snapshot};
use super::oracle::Principal;
use super::requests::right;
use super::spec::{Door, DoorKind, Entity, Erasure, Field, Spec, Type};
use super::value::{Value, quote};
use super::world::{Random, Row};
use super::{Bench, Faults, Tests};
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};

type Run = fn(&Scene<'_>, &mut Faults);

pub fn add(tests: &mut Tests) {
    let spec = tests.bench.spec.clone();
    let Some(user) = spec.entities.iter().find(|entity| entity.erased_at.is_some()) else { return };
    for (index, door) in user.doors.iter().enumerate() {
        if door.kind != DoorKind::Erase {
            continue;
        }
        let runs: [(&str, Run); 3] = [("whole", whole), ("kept", kept), ("snapshot", snapshot)];
        for (what, run) in runs {
            tests.add(format!("erase/{what}@{}", door.context), move |bench, faults| {
                let database = bench.cluster().database(Template::World);
                match Scene::new(bench, &database, index) {
                    Some(scene) => run(&scene, faults),
                    None => faults.check(false, || "nobody can be erased".to_owned()),
                }
            });
        }
    }
    tests.add("erase/rights".to_owned(), rights);
}

/// Somebody who can be erased, of whom the most is personal.
pub struct Scene<'b> {
    pub bench: &'b Bench,
    pub database: &'b Database<'b>,
    pub user: &'b Entity,
    pub door: &'b Door,
    pub call: Call<'b>,
}

impl<'b> Scene<'b> {
    fn new(bench: &'b Bench, database: &'b Database<'b>, door: usize) -> Option<Self> {
        let user = bench.spec.entities.iter().find(|entity| entity.erased_at.is_some())?;
        let door = &user.doors[door];
        let call = most(bench, user, door)?;
        Some(Self { bench, database, user, door, call })
    }

    pub fn spec(&self) -> &'b Spec {
        &self.bench.spec
    }

    pub fn person(&self) -> &str {
        &self.call.id
    }

    /// His rows, with what goes of each.
    pub fn his(&self) -> Vec<(&'b Entity, &'b Erasure, &'b Row)> {
        let mut all = Vec::new();
        for entity in &self.spec().entities {
            let Some(erasure) = &entity.erasure else { continue };
            let rows = self.bench.world.rows_of(&entity.name);
            let his = rows.filter(|row| erasure.is_of(row, self.person()));
            all.extend(his.map(|row| (entity, erasure, row)));
        }
        all
    }

    pub fn erase(&self) -> Result<(), Refusal> {
        let arguments = calls::arguments(self.user, self.door, &self.call);
        let call = calls::sql("api", self.door, &arguments);
        self.database.login(&self.door.context).run(&format!("SELECT {call}"))
    }
}

fn most<'b>(bench: &'b Bench, user: &'b Entity, door: &'b Door) -> Option<Call<'b>> {
    let mut drafter = Drafter::new(&bench.spec, &bench.world);
    let mut best: Option<Call<'b>> = None;
    for principal in Principal::all(&bench.world, bench.spec.context(&door.context)) {
        for row in bench.world.rows_of(&user.name) {
            let named = calls::names_row(user, door, principal.context.kind);
            if !named && principal.id() != Some(row.id.as_str()) {
                continue;
            }
            let Some(call) = drafter.draft(user, door, &principal, Some(row)) else { continue };
            let more = best.as_ref().is_none_or(|best| best.effects.len() < call.effects.len());
            if more && drafter.outcome(user, door, &call).is_ok() {
                best = Some(call);
            }
        }
    }
    best.or_else(|| right(bench, user, door))
}

/// Every row of every table that holds anything, as JSON.
fn everything(owner: &mut Session) -> BTreeMap<(String, String), Json> {
    let tables = owner.column(
        "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables
         WHERE schemaname IN ('app', 'rt', 'audit', 'clock') ORDER BY 1",
    );
    let mut all = BTreeMap::new();
    for table in tables.expect("tables can be listed") {
        let sql = format!("SELECT to_jsonb(t)::text FROM {table} t ORDER BY 1");
        let rows = owner.column(&sql).expect("the superuser reads all");
        for (at, row) in rows.into_iter().enumerate() {
            let row: Json = serde_json::from_str(&row).expect("JSON");
            let id = row["id"].as_str().map_or_else(|| at.to_string(), str::to_owned);
            all.insert((table.clone(), id), row);
        }
    }
    all
}

/// Gives each of his rows something in every field that is to go.
fn fill(scene: &Scene<'_>, owner: &mut Session) {
    let (mut random, mut serial) = (Random::new(), 900_000);
    for (entity, erasure, row) in scene.his() {
        for (name, _) in erasure.fields.iter().filter(|(name, _)| row.column(name).is_null()) {
            serial += 1;
            let field = entity.field(name);
            let value = random.scalar(&field.ty, serial);
            let sql = format!(
                "BEGIN; SET LOCAL session_replication_role = replica;
                 UPDATE {} SET \"{}\" = {} WHERE id = '{}'; COMMIT",
                entity.table,
                field.column,
                quote(value.sql().as_deref()),
                row.id
            );
            owner.run(&sql).expect("a field can be filled");
        }
    }
}

/// What is personal of him, as texts that nothing else holds.
fn secrets(scene: &Scene<'_>, before: &BTreeMap<(String, String), Json>) -> Vec<String> {
    let his = scene.his();
    let mut texts = BTreeSet::new();
    for (entity, erasure, row) in &his {
        let held = before.iter().find(|((table, id), _)| is(entity, table) && *id == row.id);
        for (name, value) in &erasure.fields {
            let text = held.and_then(|(_, held)| held[entity.field(name).column.as_str()].as_str());
            let replaced = |text: &&str| Value::text(*text) != value.value(&row.id);
            texts.extend(text.filter(replaced).map(str::to_owned));
        }
    }
    let person = scene.bench.world.row(&scene.user.name, scene.person());
    texts.extend(person.map(|row| scene.bench.world.subject(row)));
    let own: Vec<&str> = his.iter().map(|(_, _, row)| row.id.as_str()).collect();
    let others: Vec<String> = before
        .iter()
        .filter(|((table, id), _)| table.starts_with("app.") && !own.contains(&id.as_str()))
        .map(|(_, row)| row.to_string())
        .collect();
    let alone = |text: &String| {
        let text = Json::from(text.as_str()).to_string();
        !others.iter().any(|other| other.contains(&text))
    };
    texts.into_iter().filter(alone).collect()
}

/// Of ranges a wrapper answers both ends.
fn ends(entity: &Entity) -> String {
    let range = |field: &&Field| matches!(field.ty, Type::RangeOfTimestamp | Type::RangeOfDate);
    let end = |field: &Field| {
        let (name, column) = (&field.name, &field.column);
        format!(
            " - '{column}' || jsonb_build_object(
               '{name}_from', lower(\"{column}\"), '{name}_until', upper(\"{column}\"))"
        )
    };
    entity.fields.iter().filter(range).map(end).collect()
}

/// Answers that were kept before: his own, and what others were told of his rows.
fn keep_answers(scene: &Scene<'_>, owner: &mut Session) {
    if !scene.spec().knows_repeats() {
        return;
    }
    let keep = |principal: &str, key: &str, answer: &str| {
        format!(
            "INSERT INTO rt.answer (principal, key, request, answer, xact, until)
             SELECT {}, {}, '', {answer}, pg_current_xact_id(), clock_timestamp() + interval '1 hour';",
            quote(Some(principal)),
            quote(Some(key))
        )
    };
    let mut sql = keep(&format!("self|{}|", scene.person()), "own", "'{}'");
    for (entity, _, row) in scene.his() {
        let answered = format!("to_jsonb(x) - 'subject'{}", ends(entity));
        let row = format!(
            "(SELECT jsonb_build_object('row', {answered}) FROM {} x WHERE id = '{}')",
            entity.table, row.id
        );
        sql += &keep("staff|other|", &row, &row);
    }
    owner.run(&sql).expect("the superuser may write");
}

/// Nothing personal is left anywhere, and all else is as it was.
fn whole(scene: &Scene<'_>, faults: &mut Faults) {
    let mut owner = scene.database.admin();
    fill(scene, &mut owner);
    keep_answers(scene, &mut owner);
    let before = everything(&mut owner);
    let secrets = secrets(scene, &before);
    faults.check(secrets.len() > 1, || "nothing personal can be told from the rest".to_owned());
    faults.same(&scene.erase(), &Ok(()), || "he is erased".to_owned());
    let after = everything(&mut owner);
    for ((table, id), row) in &after {
        let text = row.to_string();
        for secret in &secrets {
            let found = text.contains(&Json::from(secret.as_str()).to_string());
            faults.check(!found, || format!("{secret} is left in {table} {id}: {text}"));
        }
    }
    let his = scene.his();
    for ((table, id), was) in &before {
        if !table.starts_with("app.") {
            continue;
        }
        let Some(now) = after.get(&(table.clone(), id.clone())) else {
            faults.check(false, || format!("{table} {id} is gone"));
            continue;
        };
        let own = his.iter().find(|(entity, _, row)| is(entity, table) && row.id == *id);
        let mut expected = was.clone();
        if let Some((entity, erasure, row)) = own {
            expect(entity, erasure, row, now, &mut expected);
        }
        faults.same(now, &expected, || format!("{table} {id}"));
    }
    answers(&after, faults);
    faults.same(&owner.rows("SELECT * FROM audit.verify()"), &Ok(Vec::new()), || "audit".to_owned());
}

fn is(entity: &Entity, table: &str) -> bool {
    entity.table.replace('"', "") == table.replace('"', "")
}

/// What the row is expected to be, in `expected`, which holds what it was.
fn expect(entity: &Entity, erasure: &Erasure, row: &Row, now: &Json, expected: &mut Json) {
    let Some(expected) = expected.as_object_mut() else { return };
    for (name, value) in &erasure.fields {
        let value = value.value(&row.id).sql().map_or(Json::Null, Json::from);
        expected.insert(entity.field(name).column.clone(), value);
    }
    expected.insert("version".to_owned(), Json::from(row.version + 1));
    expected.insert("updated_at".to_owned(), now["updated_at"].clone());
    if let Some(at) = &entity.erased_at {
        // A moment that is there.
        let at_all = now[at.as_str()].is_string();
        let moment = if at_all { now[at.as_str()].clone() } else { Json::from("a moment") };
        expected.insert(at.clone(), moment);
        expected.insert("subject".to_owned(), Json::Null);
    }
}

/// Of his own answers none is left; what others were answered is there.
fn answers(after: &BTreeMap<(String, String), Json>, faults: &mut Faults) {
    let kept = after.iter().filter(|((table, _), _)| table == "rt.answer");
    for (_, row) in kept {
        faults.check(row["key"] != "own", || "an answer of his is left".to_owned());
        faults.check(row["answer"]["row"]["id"].is_string(), || format!("an answer: {row}"));
    }
}
