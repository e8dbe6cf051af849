//! Doors that ask a hook: what the hook is given is shown to whoever may go through the door alone; what it
//! gave is believed by the service's code alone, and only while what it was given is still so.

use super::assertion::{KEY, assertion, blocks};
use super::bounds;
use super::calls::{self, Call, Drafter, Outcome};
use super::database::{Database, Session, Template};
use super::doors::{alike, null};
use super::http::Request;
use super::locks::{tries, while_it_stands};
use super::routes::signed;
use super::service::Service;
use super::settle::{renamed, settle};
use super::spec::{Asks, Does, Door, Entity, Expr, Field, Gives, Rows, Type};
use super::value::{Value, days_of, now, quote};
use super::world::{Random, Row};
use super::{Bench, Faults, Tests, oracle::Principal, paths, steps};
use crate::service::SERVICE;
use crate::service::generated::kernel::hook::Hook;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::time::Duration;

type Test = fn(&Scene<'_>, &mut Faults);

pub fn add(tests: &mut Tests) {
    let spec = tests.bench.spec.clone();
    for entity in &spec.entities {
        for (index, door) in entity.doors.iter().enumerate() {
            let Some(asks) = &door.asks else { continue };
            let mut all: Vec<(String, Test)> =
                vec![("look".to_owned(), look), ("code".to_owned(), code)];
            for (at, reads) in asks.reads.iter().enumerate() {
                let name = &reads.name;
                all.push((
                    format!("moved/{name}"),
                    [moved::<0>, moved::<1>, moved::<2>][at.min(2)],
                ));
                all.push((
                    format!("locked/{name}"),
                    [locked::<0>, locked::<1>, locked::<2>][at.min(2)],
                ));
                if hook(asks).is_some_and(|hook| hook.written) && spec.standard_routes {
                    all.push((
                        format!("again/{name}"),
                        [again::<0>, again::<1>, again::<2>][at.min(2)],
                    ));
                }
            }
            for (what, test) in all {
                let title =
                    format!("hooks/{what}/{}/{}@{}", entity.name, door.action, door.context);
                let name = entity.name.clone();
                tests.add(title, move |bench, faults| {
                    let entity = bench.spec.entity(&name);
                    let database = bench.cluster().database(Template::World);
                    let door = &entity.doors[index];
                    let asks = door.asks.as_ref().expect("it asks one");
                    test(&Scene { bench, database: &database, entity, door, asks }, faults);
                });
            }
        }
    }
}

struct Scene<'b> {
    bench: &'b Bench,
    database: &'b Database<'b>,
    entity: &'b Entity,
    door: &'b Door,
    asks: &'b Asks,
}

/// The hook as the service has it.
fn hook(asks: &Asks) -> Option<&'static Hook> {
    SERVICE.hooks.iter().copied().find(|hook| hook.path == asks.hook)
}

/// Whether the door asks no hook, or one that is written.
pub fn written(door: &Door) -> bool {
    door.asks.as_ref().is_none_or(|asks| hook(asks).is_some_and(|hook| hook.written))
}

/// What the tests' databases have besides: to sign what a hook gave, in the statement that calls the door.
pub fn functions() -> String {
    let [inner, outer] = blocks(KEY);
    format!(
        "CREATE SCHEMA tests;
         CREATE FUNCTION tests.said(_look text) RETURNS text LANGUAGE plpgsql AS $$
         DECLARE said text;
         BEGIN
           EXECUTE 'SELECT ' || _look INTO said;
           RETURN said;
         EXCEPTION WHEN OTHERS THEN
           RETURN '';
         END $$;
         CREATE FUNCTION tests.signed(_path text, _assertion bytea, _said text, _gave text)
         RETURNS bytea LANGUAGE plpgsql AS $$
         DECLARE rest bytea := sha256(convert_to(_said, 'UTF8')) || convert_to(_gave, 'UTF8');
         BEGIN
           RETURN sha256({outer}::bytea || sha256({inner}::bytea
             || convert_to('a hook ' || _path || '|', 'UTF8') || sha256(_assertion) || rest)) || rest;
         END $$;
         GRANT USAGE ON SCHEMA tests TO PUBLIC;"
    )
}

/// The call of the look, of the door's arguments.
fn looking(door: &Door, asks: &Asks, arguments: &BTreeMap<String, String>) -> String {
    let shown = |name: &&String| {
        !matches!(name.as_str(), "_because")
            && **name != asks.argument
            && !(door.kind.makes() && *name == "_id")
    };
    let list: Vec<String> = arguments
        .keys()
        .filter(shown)
        .map(|name| format!("\"{name}\" => {}", arguments[name]))
        .collect();
    format!("act.{}({})", asks.look, list.join(", "))
}

/// What a hook gave in a draft, signed, as an expression of SQL.
pub fn gave(
    door: &Door,
    asks: &Asks,
    call: &Call<'_>,
    arguments: &BTreeMap<String, String>,
) -> String {
    let look = quote(Some(&looking(door, asks, arguments)));
    sign(asks, &arguments["_assertion"], &format!("tests.said({look})"), &answer(asks, call))
}

fn sign(asks: &Asks, assertion: &str, said: &str, gave: &Json) -> String {
    let (path, gave) = (quote(Some(&asks.path)), quote(Some(&gave.to_string())));
    format!("tests.signed({path}, {assertion}, {said}, {gave})")
}

fn answer(asks: &Asks, call: &Call<'_>) -> Json {
    let mut answer = json!({});
    for one in &asks.gives {
        let value = call.inputs.get(&one.name).cloned().unwrap_or(Value::Null);
        answer[&one.member] = value.json(&one.ty);
    }
    answer
}

/// What the tests expect of a door once its hook has answered.
pub enum Answered<'w> {
    /// It was not asked: there is none, or the look refused.
    NotAsked,
    NotWritten,
    /// The same call with what the hook gave.
    Gave(Box<Call<'w>>),
}

/// Asks the service's own hook for a call.
pub fn answered<'w>(
    database: &Database<'_>,
    drafter: &Drafter<'w>,
    entity: &Entity,
    door: &Door,
    call: &Call<'w>,
) -> Answered<'w> {
    let Some(asks) = &door.asks else { return Answered::NotAsked };
    let arguments = calls::arguments(entity, door, call);
    let look = format!("SELECT {}", looking(door, asks, &arguments));
    let said = database.login(&door.context).undone(|session| session.column(&look));
    let Some(said) = said.ok().and_then(|mut said| said.pop()) else { return Answered::NotAsked };
    let hook = hook(asks).expect("the service knows its hooks");
    if !hook.written {
        return Answered::NotWritten;
    }
    let gave = (hook.ask)(&said).expect("a hook answers what it is asked");
    let mut call = call.clone();
    take(asks, &gave, &mut call.inputs);
    Answered::Gave(Box::new(drafter.with_steps(door, call)))
}

/// Puts a hook's answer among what is given.
fn take(asks: &Asks, gave: &str, inputs: &mut BTreeMap<String, Value>) {
    let gave: Json = serde_json::from_str(gave).expect("a hook's answer is JSON");
    for one in &asks.gives {
        inputs.insert(one.name.clone(), value(&gave[&one.member], &one.ty));
    }
}

/// A value as the service writes it.
fn value(json: &Json, ty: &Type) -> Value {
    let text = || json.as_str().unwrap_or_default().to_owned();
    match ty {
        _ if json.is_null() => Value::Null,
        Type::Bool => Value::Bool(json.as_bool().unwrap_or_default()),
        Type::Money { .. } => Value::Int(json["amount_minor"].as_i64().unwrap_or_default()),
        Type::Int { .. } | Type::Bps | Type::Duration => {
            Value::Int(json.as_i64().unwrap_or_default())
        }
        Type::Decimal { scale } => decimal(&text(), *scale),
        Type::Date => Value::Date(day(&text())),
        Type::Timestamp => Value::Time(instant(&text())),
        Type::RangeOfDate => Value::Dates(day(&end(json, "from")), day(&end(json, "until"))),
        Type::RangeOfTimestamp => {
            Value::Times(instant(&end(json, "from")), instant(&end(json, "until")))
        }
        _ => Value::Text(text()),
    }
}

fn end(range: &Json, which: &str) -> String {
    range[which].as_str().unwrap_or_default().to_owned()
}

fn decimal(text: &str, scale: u32) -> Value {
    let digits = text.trim_start_matches('-');
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let units: i128 = format!("{whole}{fraction:0<12}").parse().unwrap_or_default();
    Value::Decimal(if text.starts_with('-') { -units } else { units }, scale)
}

fn day(text: &str) -> i64 {
    let parts: Vec<i64> = text.splitn(3, '-').filter_map(|part| part.parse().ok()).collect();
    match parts.as_slice() {
        [year, month, day] => days_of(*year, *month) + day - 1,
        _ => 0,
    }
}

fn instant(text: &str) -> i64 {
    let (date, time) = text.split_once('T').unwrap_or((text, ""));
    let parts: Vec<i64> =
        time[..time.len().min(8)].split(':').filter_map(|part| part.parse().ok()).collect();
    let seconds = parts.iter().fold(0, |all, part| all * 60 + part);
    day(date) * 86_400 + seconds
}

impl Drafter<'_> {
    /// Changes what the caller of a command gives until the requirements are as they are wanted.
    pub fn suit_inputs(
        &mut self,
        entity: &Entity,
        door: &Door,
        principal: &Principal<'_>,
        inputs: &mut BTreeMap<String, Value>,
        unmet: Option<&str>,
    ) {
        if door.asks.is_none() {
            return;
        }
        let fields = door.input.iter().map(|input| field(&input.name, &input.ty, input.optional));
        let given = Entity { fields: fields.collect(), ..entity.clone() };
        let mut row = self.fresh(entity, principal, "", None);
        row.values = inputs.clone();
        let same = |name: &str| name.to_owned();
        let wanted: Vec<(Expr, bool)> = door
            .require
            .iter()
            .map(|one| (renamed(&one.holds, &same), unmet != Some(one.name.as_str())))
            .collect();
        let wanted: Vec<(&Expr, bool)> =
            wanted.iter().map(|(holds, side)| (holds, *side)).collect();
        settle(&given, &mut row, &wanted, &|_| true, &mut self.random, &mut self.serial);
        for input in &door.input {
            self.move_start(&input.name, &mut row, &wanted);
            inputs.insert(input.name.clone(), row.column(&input.name));
        }
    }

    /// Gives every other range a start anywhere from a minute to a year from now, where the conditions allow that.
    fn move_start(&mut self, name: &str, row: &mut Row, wanted: &[(&Expr, bool)]) {
        let Value::Times(from, until) = row.column(name) else { return };
        let start = now() + (1 << (6 + self.random.below(19)));
        let mut moved = row.clone();
        moved.values.insert(name.to_owned(), Value::Times(start, start + until - from));
        let as_before = |(condition, side): &(&Expr, bool)| {
            row.holds(condition, None) != *side || moved.holds(condition, None) == *side
        };
        if self.random.below(2) == 0 && wanted.iter().all(as_before) {
            *row = moved;
        }
    }

    /// Chooses what the hook gives such that the rows which are made of it keep their rules.
    pub fn suit_hook(&mut self, entity: &Entity, door: &Door, call: &mut Call<'_>) {
        let Some(asks) = &door.asks else { return };
        for (at, step) in door.steps.iter().enumerate() {
            let given = match &step.does {
                Does::Set { set } => set,
                Does::Create { with, .. } => with,
                Does::Run { accept, .. } => accept,
                Does::Call { .. } => continue,
            };
            let gives = |expr: &Expr| match expr {
                Expr::Input(name) => asks.gives.iter().find(|one| one.name == *name),
                _ => None,
            };
            let from: Vec<(&str, &Gives)> = given
                .iter()
                .filter_map(|one| Some((one.name.as_str(), gives(&one.value)?)))
                .collect();
            if from.is_empty() {
                continue;
            }
            let Some(mut row) = self.written_by(door, call, at) else { continue };
            let of = self
                .spec
                .entity(if matches!(step.does, Does::Set { .. }) {
                    &entity.name
                } else {
                    &row.entity
                })
                .clone();
            let wanted: Vec<(&Expr, bool)> =
                of.rules.iter().map(|rule| (&rule.holds, true)).collect();
            let free = |field: &Field| from.iter().any(|(name, _)| *name == field.name);
            settle(&of, &mut row, &wanted, &free, &mut self.random, &mut self.serial);
            for (name, one) in from {
                call.inputs.insert(one.name.clone(), row.column(name));
            }
        }
    }

    /// The row that a step writes, as things stand.
    fn written_by(&self, door: &Door, call: &Call<'_>, at: usize) -> Option<Row> {
        let before = call.row.unwrap_or(&call.result);
        if let Does::Set { .. } = door.steps[at].does {
            let (set, _) = self.set(door, call, before);
            let mut row = call.result.clone();
            row.values.extend(set);
            return Some(row);
        }
        let effects = self.effects(door, call).ok()?;
        let id = steps::made(door, at, &call.id);
        let made = effects.iter().find(|effect| effect.row.id == id);
        made.or(effects.get(at)).map(|effect| effect.row.clone())
    }
}

fn field(name: &str, ty: &Type, optional: bool) -> Field {
    Field {
        name: name.to_owned(),
        column: name.to_owned(),
        ty: ty.clone(),
        optional,
        frozen: false,
        personal: false,
        default: None,
        copied: None,
    }
}

/// Everybody with every row: who may go through the door is told what its hook is given, and nobody else.
fn look(scene: &Scene<'_>, faults: &mut Faults) {
    let (bench, entity, door) = (scene.bench, scene.entity, scene.door);
    let mut drafter = Drafter::new(&bench.spec, &bench.world);
    let mut session = scene.database.login(&door.context);
    let context = bench.spec.context(&door.context);
    let (mut told, mut right) = (0, None);
    for principal in Principal::all(&bench.world, context) {
        for row in scene.rows() {
            let Some(call) = drafter.draft(entity, door, &principal, row) else { continue };
            let mut expected = drafter.outcome(entity, door, &call);
            if matches!(&expected, Err((_, path)) if !path.starts_with(&door.path(entity)) && path.contains(".actions."))
            {
                // What steps refuse, the door does.
                expected = Ok(());
            }
            let arguments = calls::arguments(entity, door, &call);
            let found = scene.looked(&mut session, &arguments);
            faults.check(alike(&found, &expected), || {
                format!(
                    "{} by {principal}\n    expected {expected:?}\n    found    {found:?}",
                    scene.asks.look
                )
            });
            if found.is_ok() {
                told += 1;
                right = Some(arguments);
            }
            scene.names_of_others(&drafter, &call, &mut session, faults);
        }
    }
    faults.check(told > 0, || format!("{} told nobody", scene.asks.look));
    for argument in right.iter().flat_map(BTreeMap::keys) {
        let hidden = matches!(argument.as_str(), "_because") || *argument == scene.asks.argument;
        if hidden || door.kind.makes() && argument == "_id" {
            continue;
        }
        let mut arguments = right.clone().unwrap_or_default();
        arguments.insert(argument.clone(), "NULL".to_owned());
        let (found, expected) =
            (scene.looked(&mut session, &arguments), null(entity, door, argument));
        faults.check(found.is_err() || expected.is_ok(), || {
            format!(
                "{} with {argument} = NULL\n    expected {expected:?}\n    found    {found:?}",
                scene.asks.look
            )
        });
    }
}

impl<'b> Scene<'b> {
    fn rows(&self) -> Vec<Option<&'b Row>> {
        match self.door.kind {
            kind if kind.makes() => vec![None],
            _ => self.bench.world.rows_of(&self.entity.name).map(Some).collect(),
        }
    }

    fn looked(&self, session: &mut Session, arguments: &BTreeMap<String, String>) -> Outcome {
        let look = format!("SELECT {}", looking(self.door, self.asks, arguments));
        let answer = session.undone(|session| session.column(&look));
        answer.map(drop).map_err(|refusal| (refusal.code, refusal.message))
    }

    /// Who names what he may not read is told nothing of it.
    fn names_of_others(
        &self,
        drafter: &Drafter<'_>,
        call: &Call<'_>,
        session: &mut Session,
        faults: &mut Faults,
    ) {
        let (entity, door) = (self.entity, self.door);
        if drafter.outcome(entity, door, call).is_err() {
            return;
        }
        let inputs =
            door.input.iter().map(|one| (&one.name, &one.ty, format!("_input_{}", one.name)));
        for (name, ty, argument) in inputs {
            let Type::Ref { entity: target } = ty else { continue };
            for row in self.bench.world.rows_of(target) {
                let tenant = call.principal.tenant.as_deref();
                if drafter.may_name(&call.principal, ty, &row.id, tenant) {
                    continue;
                }
                let mut arguments = calls::arguments(entity, door, call);
                arguments.insert(argument.clone(), quote(Some(&row.id)));
                let found = self.looked(session, &arguments);
                let path = format!("{}.input.{name}", door.path(entity));
                faults.same(&found, &Err(("BP404".to_owned(), path)), || {
                    format!("{} with {name} = {}", self.asks.look, row.id)
                });
            }
        }
    }

    /// A call that succeeds.
    fn right(&self, drafter: &mut Drafter<'b>) -> Option<Call<'b>> {
        tries(self.bench, self.entity, self.door).into_iter().find_map(|(principal, row)| {
            let call = drafter.draft(self.entity, self.door, &principal, row)?;
            drafter.outcome(self.entity, self.door, &call).is_ok().then_some(call)
        })
    }

    /// Calls the door in a transaction that is undone.
    fn called(&self, session: &mut Session, arguments: &BTreeMap<String, String>) -> Outcome {
        let sql = format!("SELECT {}::text", calls::sql("api", self.door, arguments));
        let answer = session.undone(|session| session.run(&sql));
        answer.map_err(|refusal| (refusal.code, refusal.message))
    }

    /// The same arguments, with what the hook gave signed already.
    fn signed_before(
        &self,
        session: &mut Session,
        mut arguments: BTreeMap<String, String>,
    ) -> BTreeMap<String, String> {
        let signed = format!("SELECT {}::text", arguments[&self.asks.argument]);
        let signed =
            session.undone(|session| session.column(&signed)).expect("it is signed").remove(0);
        arguments.insert(self.asks.argument.clone(), quote(Some(&signed)));
        arguments
    }
}

/// What a hook gave is believed by the service's code alone: for this call, this assertion and these values.
fn code(scene: &Scene<'_>, faults: &mut Faults) {
    let (entity, door, asks) = (scene.entity, scene.door, scene.asks);
    let mut drafter = Drafter::new(&scene.bench.spec, &scene.bench.world);
    let mut session = scene.database.login(&door.context);
    let Some(call) = scene.right(&mut drafter) else {
        faults.check(false, || format!("no call of {} is right", door.function));
        return;
    };
    let arguments = calls::arguments(entity, door, &call);
    let good = scene.signed_before(&mut session, arguments.clone());
    faults.same(&scene.called(&mut session, &good), &Ok(()), || door.function.clone());
    let mut tried = |gave: String, expected: &str, what: &str, faults: &mut Faults| {
        let mut arguments = good.clone();
        arguments.insert(asks.argument.clone(), gave);
        let found = scene.called(&mut session, &arguments);
        faults.same(&found, &Err(("BP500".to_owned(), expected.to_owned())), || {
            format!("{} with {what}", door.function)
        });
    };
    let signed = &good[&asks.argument];
    for (what, forged) in [
        ("nothing", "NULL".to_owned()),
        ("no bytes", "''".to_owned()),
        (
            "another code",
            format!("set_byte({signed}::bytea, 0, 255 - get_byte({signed}::bytea, 0))"),
        ),
        (
            "another question",
            format!("set_byte({signed}::bytea, 40, 255 - get_byte({signed}::bytea, 40))"),
        ),
        ("no code", format!("substr({signed}::bytea, 33)")),
        ("another answer", format!("{signed}::bytea || ' '::bytea")),
    ] {
        tried(forged, &asks.path, what, faults);
    }
    let said = format!("tests.said({})", quote(Some(&looking(door, asks, &arguments))));
    let gave = answer(asks, &call);
    let principal = &call.principal;
    let other =
        assertion(&principal.context.name, principal.tenant.as_deref(), Some("somebody else"));
    tried(sign(asks, &other, &said, &gave), &asks.path, "another's request", faults);
    let elsewhere = Asks { path: format!("{}x", asks.path), ..asks.clone() };
    let mine = &arguments["_assertion"];
    tried(sign(&elsewhere, mine, &said, &gave), &asks.path, "another call", faults);
    for one in &asks.gives {
        let path = format!("{}.output.{}", asks.path, one.member);
        let ranges = matches!(one.ty, Type::RangeOfDate | Type::RangeOfTimestamp);
        let mut wrong = if ranges { Vec::new() } else { bounds::outside(&one.ty) };
        wrong.retain(|text| text != "NaN");
        let number = matches!(one.ty, Type::Int { .. } | Type::Bps | Type::Duration);
        let mut wrong: Vec<Json> =
            wrong
                .into_iter()
                .map(|text| {
                    if number {
                        serde_json::from_str(&text).unwrap_or_default()
                    } else {
                        json!(text)
                    }
                })
                .collect();
        wrong.extend((!one.optional).then_some(Json::Null));
        for wrong in wrong {
            let mut gave = gave.clone();
            gave[&one.member] = wrong.clone();
            let what = format!("{} = {wrong}", one.member);
            tried(sign(asks, mine, &said, &gave), &path, &what, faults);
        }
    }
}

/// A change of a row that the hook is given, which changes what it is given.
struct Change {
    sql: String,
    what: String,
}

impl Scene<'_> {
    /// Changes of rows that the hook is given for a call, by which others are given.
    fn changes(
        &self,
        reads: &Rows,
        session: &mut Session,
        arguments: &BTreeMap<String, String>,
    ) -> Vec<Change> {
        let look = format!("SELECT {}", looking(self.door, self.asks, arguments));
        let said = session.undone(|session| session.column(&look));
        let said = said.ok().and_then(|mut said| said.pop()).unwrap_or_default();
        let said: Json = serde_json::from_str(&said).unwrap_or_default();
        let entity = self.bench.spec.entity(&reads.entity);
        let (mut random, mut changes) = (Random::new(), Vec::new());
        for row in said["reads"][&reads.name].as_array().into_iter().flatten() {
            for field in reads.fields.iter().map(|name| entity.field(name)) {
                let is = value(&row[&field.name], &field.ty);
                let others = (0..12).map(|serial| random.scalar(&field.ty, 7_000_000 + serial));
                let others: Vec<Value> =
                    others.filter(|other| *other != is && !other.is_null()).collect();
                for other in others {
                    let (id, to) = (row["id"].as_str().unwrap_or_default(), other.sql());
                    changes.push(Change {
                        sql: format!(
                            "SET LOCAL session_replication_role = replica;
                             UPDATE {} SET \"{}\" = {} WHERE id = '{id}'",
                            entity.table,
                            field.column,
                            quote(to.as_deref())
                        ),
                        what: format!("{} of {} became {other:?}", field.name, reads.name),
                    });
                }
            }
        }
        changes
    }

    /// A call that succeeds, and a change that the database takes.
    fn call_and_change<'s>(
        &'s self,
        reads: &Rows,
        drafter: &mut Drafter<'s>,
        good: &dyn Fn(&Call<'s>, &Change) -> bool,
    ) -> Option<(Call<'s>, Change)> {
        let mut session = self.database.login(&self.door.context);
        let mut owner = self.database.admin();
        for (principal, row) in tries(self.bench, self.entity, self.door) {
            let Some(call) = drafter.draft(self.entity, self.door, &principal, row) else {
                continue;
            };
            if drafter.outcome(self.entity, self.door, &call).is_err() {
                continue;
            }
            let arguments = calls::arguments(self.entity, self.door, &call);
            for change in self.changes(reads, &mut session, &arguments) {
                let taken = owner.undone(|owner| owner.run(&change.sql)).is_ok();
                if taken && good(&call, &change) {
                    return Some((call, change));
                }
            }
        }
        None
    }

    fn moved_path(&self) -> Outcome {
        Err(("40001".to_owned(), format!("{}.moved", self.asks.path)))
    }
}

/// What the hook was given has changed before the door is called.
fn moved<const AT: usize>(scene: &Scene<'_>, faults: &mut Faults) {
    let mut drafter = Drafter::new(&scene.bench.spec, &scene.bench.world);
    let found = scene.call_and_change(&scene.asks.reads[AT], &mut drafter, &|_, _| true);
    let Some((call, change)) = found else {
        faults.check(false, || "nothing that the hook is given can change".to_owned());
        return;
    };
    let mut session = scene.database.login(&scene.door.context);
    let arguments = calls::arguments(scene.entity, scene.door, &call);
    let good = scene.signed_before(&mut session, arguments);
    faults.same(&scene.called(&mut session, &good), &Ok(()), || scene.door.function.clone());
    let mut owner = scene.database.admin();
    owner.run(&format!("BEGIN; {}; COMMIT", change.sql)).expect("it was taken before");
    let found = scene.called(&mut session, &good);
    faults.same(&found, &scene.moved_path(), || {
        format!("{} after {}", scene.door.function, change.what)
    });
}

/// What the hook was given changes while the door is gone through.
fn locked<const AT: usize>(scene: &Scene<'_>, faults: &mut Faults) {
    let mut drafter = Drafter::new(&scene.bench.spec, &scene.bench.world);
    let found = scene.call_and_change(&scene.asks.reads[AT], &mut drafter, &|_, _| true);
    let Some((call, change)) = found else {
        faults.check(false, || "nothing that the hook is given can change".to_owned());
        return;
    };
    let (mut owner, mut watcher) = (scene.database.admin(), scene.database.admin());
    let mut session = scene.database.login(&scene.door.context);
    let arguments = calls::arguments(scene.entity, scene.door, &call);
    let good = scene.signed_before(&mut session, arguments);
    owner.run(&format!("BEGIN; {}", change.sql)).expect("it was taken before");
    let call = format!("SELECT {}", calls::sql("api", scene.door, &good));
    let found = while_it_stands(&mut owner, &mut session, &mut watcher, &call);
    faults.same(&found, &scene.moved_path(), || {
        format!("{} while {}", scene.door.function, change.what)
    });
}

/// The service asks the hook again where what it was given has changed meanwhile, and does with its new answer
/// what it would have done with the first.
fn again<const AT: usize>(scene: &Scene<'_>, faults: &mut Faults) {
    let (bench, entity, door, asks) = (scene.bench, scene.entity, scene.door, scene.asks);
    let Some(hook) = hook(asks) else { return };
    let mut drafter = Drafter::new(&bench.spec, &bench.world);
    let ask = |call: &Call<'_>, change: &str| {
        let arguments = calls::arguments(entity, door, call);
        let look = format!("SELECT {}", looking(door, asks, &arguments));
        let role = format!("SET LOCAL ROLE \"{}_{}\"", bench.cluster().prefix, door.context);
        let said = scene.database.admin().undone(|session| {
            session.run(change)?;
            session.run(&role)?;
            session.column(&look)
        });
        (hook.ask)(said.ok()?.first()?).ok()
    };
    let other = |call: &Call<'_>, change: &Change| {
        let (now, then) = (ask(call, "SELECT 1"), ask(call, &change.sql));
        now.is_some() && then.is_some() && now != then
    };
    let found = scene.call_and_change(&asks.reads[AT], &mut drafter, &other);
    let Some((mut call, change)) = found else {
        faults.check(false, || "the hook says the same whatever it is given".to_owned());
        return;
    };
    take(asks, &ask(&call, &change.sql).unwrap_or_default(), &mut call.inputs);
    let call = drafter.with_steps(door, call);
    let service = Service::start(bench, scene.database);
    let (mut owner, mut watcher) = (scene.database.admin(), scene.database.admin());
    owner.run(&format!("BEGIN; {}", change.sql)).expect("it was taken before");
    let (method, path) = paths::action(&call.principal, entity, door, &call.id);
    let mut request = signed(bench, &call.principal, Request::new(method, path));
    let body = paths::body(entity, door, &call);
    if body.as_object().is_some_and(|body| !body.is_empty()) {
        request = request.json(&body);
    }
    if let Some(row) = call.row {
        request = request.header("if-match", format!("\"{}\"", row.version));
    }
    let waits = "SELECT 1::text FROM pg_stat_activity
                 WHERE datname = current_database() AND wait_event_type = 'Lock'";
    let answer = std::thread::scope(|scope| {
        let sending = scope.spawn(|| service.send(&request));
        while !sending.is_finished() {
            if watcher.column(waits).is_ok_and(|lines| !lines.is_empty()) {
                break;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        owner.run("COMMIT").expect("COMMIT");
        sending.join().expect("a request is answered")
    });
    let what =
        || format!("{} while {}: {} {}", door.function, change.what, answer.status, answer.body);
    faults.check((200..300).contains(&answer.status), what);
    // The newest rows are what the call made or changed.
    for effect in call.effects.iter().filter(|effect| effect.made) {
        let of = bench.spec.entity(&effect.row.entity);
        for field in
            of.fields.iter().filter(|field| from_hook(door, &effect.row.entity, &field.name, asks))
        {
            let sql = format!(
                "SELECT \"{}\"::text FROM {} ORDER BY created_at DESC LIMIT 1",
                field.column, of.table
            );
            let found = watcher.column(&sql).ok().and_then(|mut lines| lines.pop());
            let expected = effect.row.column(&field.name).sql();
            faults.same(&found, &expected, || format!("{} after {}", field.name, what()));
        }
    }
}

/// Whether a step gives a field what the hook gave.
fn from_hook(door: &Door, entity: &str, field: &str, asks: &Asks) -> bool {
    let gives = |expr: &Expr| matches!(expr, Expr::Input(name) if asks.gives.iter().any(|one| one.name == *name));
    door.steps.iter().any(|step| match &step.does {
        Does::Create { entity: made, with } => {
            made == entity && with.iter().any(|one| one.name == field && gives(&one.value))
        }
        _ => false,
    })
}
