//! Doors that ask a hook: what the hook is given is shown to whoever may go through the door alone; what it
//! gave is believed by the service's code alone, and only while what it was given is still so.

use super::assertion::{KEY, assertion, blocks};
use super::bounds;
use super::calls::{self, Call, Drafter, Outcome};
use super::database::{Database, Session, Template};
use super::doors::{alike, null};
use super::locks::tries;
use super::moves;
use super::spec::{Asks, Door, Entity, Type};
use super::value::{Value, days_of, quote};
use super::world::Row;
use super::{Bench, Faults, Tests, oracle::Principal};
use crate::service::SERVICE;
use crate::service::generated::kernel::hook::Hook;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

pub type Test = fn(&Scene<'_>, &mut Faults);

pub fn add(tests: &mut Tests) {
    let spec = tests.bench.spec.clone();
    for entity in &spec.entities {
        for (index, door) in entity.doors.iter().enumerate() {
            let Some(asks) = &door.asks else { continue };
            let mut all: Vec<(String, Test)> =
                vec![("hooks/look".to_owned(), look), ("hooks/code".to_owned(), code)];
            let by_route = spec.standard_routes && written(door);
            for (at, reads) in asks.reads.iter().enumerate() {
                all.extend(moves::tests(at, &reads.name, by_route));
            }
            for (what, test) in all {
                let title = format!("{what}/{}/{}@{}", entity.name, door.action, door.context);
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

pub struct Scene<'b> {
    pub bench: &'b Bench,
    pub database: &'b Database<'b>,
    pub entity: &'b Entity,
    pub door: &'b Door,
    pub asks: &'b Asks,
}

/// The hook as the service has it.
pub fn hook(asks: &Asks) -> Option<&'static Hook> {
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
pub fn looking(door: &Door, asks: &Asks, arguments: &BTreeMap<String, String>) -> String {
    let shown = |name: &&String| {
        !matches!(name.as_str(), "_because" | "_key_")
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

/// Where the call of the look comes, in what is signed.
const LOOK: &str = "$look$";

/// What a hook gave in a draft, signed, as an expression of SQL that `looked` completes.
pub fn gave(asks: &Asks, call: &Call<'_>, arguments: &BTreeMap<String, String>) -> String {
    sign(asks, &arguments["_assertion"], &format!("tests.said({LOOK})"), &answer(asks, call))
}

/// An argument of a door as it is sent: what a hook gave is signed for what the others are.
pub fn looked(door: &Door, arguments: &BTreeMap<String, String>, value: &str) -> String {
    match &door.asks {
        Some(asks) if value.contains(LOOK) => {
            value.replace(LOOK, &quote(Some(&looking(door, asks, arguments))))
        }
        _ => value.to_owned(),
    }
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
pub fn take(asks: &Asks, gave: &str, inputs: &mut BTreeMap<String, Value>) {
    let gave: Json = serde_json::from_str(gave).expect("a hook's answer is JSON");
    for one in &asks.gives {
        inputs.insert(one.name.clone(), value(&gave[&one.member], &one.ty));
    }
}

/// A value as the service writes it.
pub fn value(json: &Json, ty: &Type) -> Value {
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
        let hidden = matches!(argument.as_str(), "_because" | "_key_");
        if hidden || *argument == scene.asks.argument || door.kind.makes() && argument == "_id" {
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
    pub fn called(&self, session: &mut Session, arguments: &BTreeMap<String, String>) -> Outcome {
        let sql = format!("SELECT {}::text", calls::sql("api", self.door, arguments));
        let answer = session.undone(|session| session.run(&sql));
        answer.map_err(|refusal| (refusal.code, refusal.message))
    }

    /// The same arguments, with what the hook gave signed already.
    pub fn signed_before(
        &self,
        session: &mut Session,
        mut arguments: BTreeMap<String, String>,
    ) -> BTreeMap<String, String> {
        let signed = looked(self.door, &arguments, &arguments[&self.asks.argument]);
        let signed = format!("SELECT {signed}::text");
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
