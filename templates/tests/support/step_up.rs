//! How lately somebody signed in: doors that ask it refuse whoever did so too long ago, nobody knows when, or in the
//! future; by direct SQL and over HTTP, also where it is a repeat.

use super::assertion::{self, Said, literal};
use super::calls::{self, Call};
use super::database::{Refusal, Session, Template};
use super::http::{Answer, Request};
use super::race;
use super::requests::{entries, right};
use super::service::Service;
use super::spec::{Door, Entity, StepUp};
use super::value::now;
use super::{Bench, Faults, Tests};
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;

const CODE: &str = "insufficient_user_authentication";
const CHALLENGE: &str = "www-authenticate";

pub fn add(tests: &mut Tests) {
    let spec = tests.bench.spec.clone();
    for context in spec.contexts.iter().map(|context| context.name.clone()) {
        let asked = |door: &Door| door.context == context && door.step_up.is_some();
        if !spec.entities.iter().any(|entity| entity.doors.iter().any(asked)) {
            continue;
        }
        let name = context.clone();
        tests.add(format!("step-up/doors/{context}"), move |bench, faults| {
            doors(bench, &name, faults);
        });
        if spec.standard_routes {
            tests.add(format!("step-up/service/{context}"), move |bench, faults| {
                service(bench, &context, faults);
            });
        }
    }
}

/// Each door of the context that asks, with a call that is right but for when the person signed in.
fn asking<'b>(
    bench: &'b Bench,
    context: &str,
    faults: &mut Faults,
) -> Vec<(&'b Entity, &'b Door, &'b StepUp, Call<'b>)> {
    let mut all = Vec::new();
    for entity in &bench.spec.entities {
        for door in entity.doors.iter().filter(|door| door.context == context) {
            let Some(asked) = &door.step_up else { continue };
            match right(bench, entity, door) {
                Some(call) => all.push((entity, door, asked, call)),
                None => faults.check(false, || format!("no call of {} is right", door.function)),
            }
        }
    }
    all
}

/// Statements in the context's own role, which say of themselves what the service would.
fn doors(bench: &Bench, context: &str, faults: &mut Faults) {
    let database = bench.cluster().database(Template::World);
    let mut session = database.login(context);
    for (entity, door, asked, call) in asking(bench, context, faults) {
        let told = Some(("BP401".to_owned(), asked.path.clone()));
        for (what, at) in [
            ("long ago", now() - asked.seconds - 60),
            ("nobody knows when", 0),
            ("in the future", now() + 3600),
            ("at the end of time", i64::MAX),
            ("before there were seconds", -1),
        ] {
            let found = answer(&mut session, entity, door, &call, at);
            faults.same(&found, &told, || format!("{} by who signed in {what}", door.function));
        }
        let nothing = with_nothing(&mut session, entity, door, &call);
        faults.same(&nothing, &told, || format!("{} long ago, with nothing", door.function));
        for (age, told) in [(asked.seconds, None), (asked.seconds + 1, told)] {
            let found = of_age(&mut session, entity, door, &call, age);
            faults.same(&found, &told, || {
                format!("{} by who signed in exactly {age} seconds ago", door.function)
            });
        }
    }
}

/// The arguments of the call by somebody who signed in then.
fn arguments(
    entity: &Entity,
    door: &Door,
    call: &Call<'_>,
    signed_in: i64,
) -> std::collections::BTreeMap<String, String> {
    let mut arguments = calls::arguments(entity, door, call);
    let principal = &call.principal;
    let said = Said {
        signed_in,
        end: now() + 3600,
        subject: principal.subject.as_deref().unwrap_or_default(),
    };
    let tenant = principal.tenant.as_deref();
    let said = assertion::said(assertion::KEY, &principal.context.name, tenant, &said);
    arguments.insert("_assertion".to_owned(), literal(&said));
    // A hook's answer is believed for one request alone.
    if let Some(asks) = &door.asks {
        arguments.remove(&asks.argument);
        let gave = super::hooks::gave(asks, call, &arguments);
        arguments.insert(asks.argument.clone(), gave);
    }
    arguments
}

/// Code and path with which the door refuses; none where it is done. Nothing is left of it.
fn answer(
    session: &mut Session,
    entity: &Entity,
    door: &Door,
    call: &Call<'_>,
    signed_in: i64,
) -> Option<(String, String)> {
    let sql =
        format!("SELECT {}", calls::sql("act", door, &arguments(entity, door, call, signed_in)));
    refused(session.undone(|session| session.run(&sql)))
}

/// It is asked before anything else that the caller gives.
fn with_nothing(
    session: &mut Session,
    entity: &Entity,
    door: &Door,
    call: &Call<'_>,
) -> Option<(String, String)> {
    let mut all = arguments(entity, door, call, 0);
    for (name, value) in &mut all {
        if !matches!(name.as_str(), "_assertion" | "_tenant") {
            "NULL".clone_into(value);
        }
    }
    let sql = format!("SELECT {}", calls::sql("act", door, &all));
    refused(session.undone(|session| session.run(&sql)))
}

/// The same by somebody who signed in exactly so long ago: within one second of the database's clock.
fn of_age(
    session: &mut Session,
    entity: &Entity,
    door: &Door,
    call: &Call<'_>,
    age: i64,
) -> Option<(String, String)> {
    loop {
        let before = second(session);
        let found = answer(session, entity, door, call, before - age);
        if second(session) == before {
            return found;
        }
    }
}

fn second(session: &mut Session) -> i64 {
    let sql = "SELECT floor(extract(epoch FROM clock_timestamp()))::bigint::text";
    let said = session.column(sql).expect("there is a clock").remove(0);
    said.parse().expect("seconds")
}

fn refused<T>(answer: Result<T, Refusal>) -> Option<(String, String)> {
    answer.err().map(|refusal| (refusal.code, refusal.message))
}

/// Values of `auth_time` by which nobody signed in lately enough.
fn stale(asked: &StepUp) -> Vec<(&'static str, Option<Json>)> {
    vec![
        ("long ago", Some(json!(now() - asked.seconds - 60))),
        ("nobody knows when", None),
        ("null", Some(Json::Null)),
        ("in the future", Some(json!(now() + 3600))),
        ("after all time", Some(json!(1e300))),
        ("before there were seconds", Some(json!(-1))),
        ("as text", Some(json!(now().to_string()))),
        ("as several", Some(json!([now()]))),
    ]
}

/// One door of each word that asks: the service says how to ask again, and does nothing.
fn service(bench: &Bench, context: &str, faults: &mut Faults) {
    let database = bench.cluster().database(Template::World);
    let service = Service::start(bench, &database);
    // Before anybody's grant is revoked below.
    reads(bench, context, &service, faults);
    let mut owner = database.login("owner");
    let (mut told, mut changed) = (BTreeSet::new(), BTreeSet::new());
    let mut all = asking(bench, context, faults);
    // Where there is one that knows a repeat, that.
    all.sort_by_key(|(_, door, ..)| door.idempotency.is_none());
    for (entity, door, asked, call) in all {
        if !super::hooks::written(door) || !told.insert(asked.path.clone()) {
            continue;
        }
        let subject = call.principal.subject.clone().unwrap_or_default();
        let request = race::request(bench, entity, door, &call);
        let by = |at: Option<Json>| {
            let token = bench.issuer().signed_in(&subject, at);
            request.clone().without("authorization").token(&token)
        };
        let before = entries(&mut owner);
        for (what, at) in stale(asked) {
            let answer = service.send(&by(at));
            challenged(&answer, asked, &|| format!("{} {what}", request.path), faults);
        }
        faults.same(&entries(&mut owner), &before, || format!("entries after {}", request.path));
        // Of a row that was changed before this one is not right any more.
        if !changed.insert(call.row.map_or(call.id.clone(), |row| row.id.clone())) {
            continue;
        }
        let fresh = by(Some(json!(now() as f64 - 0.5)));
        done(&service.send(&fresh), false, faults);
        if door.idempotency.is_some() {
            let late = service.send(&by(Some(json!(now() - asked.seconds - 60))));
            challenged(&late, asked, &|| format!("{} again", request.path), faults);
            done(&service.send(&fresh), true, faults);
        }
    }
}

/// RFC 9470, section 3.
fn challenged(answer: &Answer, asked: &StepUp, what: &dyn Fn() -> String, faults: &mut Faults) {
    faults.same(&answer.status, &401, || format!("{}: {}", what(), answer.body));
    faults.same(&answer.malformed(), &None, what);
    let (problem, header) = (answer.json(), answer.header(CHALLENGE).unwrap_or_default());
    faults.same(&problem["code"].as_str(), &Some(CODE), what);
    faults.same(&problem["rule"].as_str(), &Some(asked.path.as_str()), what);
    let parts = [format!("error=\"{CODE}\""), format!("max_age=\"{}\"", asked.seconds)];
    let says = header.starts_with("Bearer ") && parts.iter().all(|part| header.contains(part));
    faults.check(says, || format!("{}: {header}", what()));
}

fn done(answer: &Answer, again: bool, faults: &mut Faults) {
    let is_done = (200..300).contains(&answer.status);
    faults.check(is_done, || format!("by who has just signed in: {}", answer.body));
    let replayed = answer.header("idempotency-replayed").is_some();
    faults.same(&replayed, &again, || "a repeat".to_owned());
}

/// Whoever only reads is not asked.
fn reads(bench: &Bench, context: &str, service: &Service, faults: &mut Faults) {
    let context = bench.spec.context(context);
    let all = super::oracle::Principal::all(&bench.world, context);
    let Some(principal) = all.into_iter().find(|one| one.refused().is_none()) else { return };
    let readable = bench.spec.entities.iter().find(|entity| {
        entity.access(&context.name).is_some() && !super::paths::is_own(context, entity)
    });
    let Some(entity) = readable else { return };
    let path = super::paths::collection(&principal, entity);
    let subject = principal.subject.clone().unwrap_or_default();
    let request = Request::get(path).token(&bench.issuer().signed_in(&subject, None));
    let answer = service.send(&request);
    faults.same(&answer.status, &200, || format!("{}: {}", request.path, answer.body));
}
