//! Repeats: what was asked for under a key is done once and answered with the same again; another request
//! under it is refused, and a key is its principal's own.

use super::calls::{self, Call, Drafter};
use super::database::{Database, Line, Refusal, Session, Template};
use super::http::{Answer, Request};
use super::race::{self, CONTESTANTS, ROUNDS, Race, together};
use super::requests::{entries, right};
use super::routes::{put_back, undo_steps};
use super::service::Service;
use super::spec::{Door, Entity, Idempotency};
use super::value::quote;
use super::{Bench, Faults, Tests};
use std::collections::{BTreeMap, BTreeSet};

const HEADER: &str = "idempotency-key";
const REPLAYED: &str = "idempotency-replayed";

pub fn add(tests: &mut Tests) {
    let spec = tests.bench.spec.clone();
    let mut raced = BTreeSet::new();
    tests.add("repeat/forget".to_owned(), forget);
    for entity in &spec.entities {
        for (index, door) in entity.doors.iter().enumerate() {
            if door.idempotency.is_none() {
                continue;
            }
            let title = format!("{}/{}@{}", entity.name, door.action, door.context);
            let mut add = |family: &str, run: fn(&Scene<'_>, &mut Faults)| {
                let name = entity.name.clone();
                tests.add(format!("{family}/{title}"), move |bench, faults| {
                    let database = bench.cluster().database(Template::World);
                    match Scene::new(bench, &database, &name, index) {
                        Some(scene) => run(&scene, faults),
                        None => faults.check(false, || "no call of it is right".to_owned()),
                    }
                });
            };
            add("repeat/door", by_sql);
            let by_route = spec.standard_routes && super::hooks::written(door);
            if by_route {
                add("repeat/route", by_http);
            }
            // What is raced is the same of every door; each way of writing is tried once.
            if raced.insert((door.kind.makes(), door.asks.is_some())) {
                add("race/repeat", race);
                if by_route {
                    add("race/repeat-route", race_by_http);
                }
            }
        }
    }
}

struct Scene<'b> {
    bench: &'b Bench,
    database: &'b Database<'b>,
    entity: &'b Entity,
    door: &'b Door,
    call: Call<'b>,
}

impl<'b> Scene<'b> {
    fn new(
        bench: &'b Bench,
        database: &'b Database<'b>,
        entity: &str,
        door: usize,
    ) -> Option<Self> {
        let entity = bench.spec.entity(entity);
        let door = &entity.doors[door];
        let call = right(bench, entity, door)?;
        Some(Self { bench, database, entity, door, call })
    }

    fn login(&self) -> Session {
        self.database.login(&self.door.context)
    }

    fn owner(&self) -> Session {
        self.database.login("owner")
    }

    fn arguments(&self, call: &Call<'_>, key: &str) -> BTreeMap<String, String> {
        let mut arguments = calls::arguments(self.entity, self.door, call);
        arguments.insert("_key_".to_owned(), quote(Some(key)));
        arguments
    }

    /// The same without what its hook gave, where it asks one.
    fn unasked(&self, arguments: &BTreeMap<String, String>) -> Option<BTreeMap<String, String>> {
        let asks = self.door.asks.as_ref()?;
        let mut unasked = arguments.clone();
        unasked.insert(asks.argument.clone(), "NULL".to_owned());
        Some(unasked)
    }

    /// The statement whose only column is the answer as JSON.
    fn sql(&self, arguments: &BTreeMap<String, String>) -> String {
        let call = calls::sql("api", self.door, arguments);
        format!("SELECT row_to_json(a)::text FROM {call} a")
    }

    /// The request without a key.
    fn request(&self, call: &Call<'_>) -> Request {
        race::request(self.bench, self.entity, self.door, call).without(HEADER)
    }

    /// Takes back what the call did.
    fn undo(&self, owner: &mut Session, call: &Call<'_>, written: i64, answer: &Kept) {
        undo_steps(self.bench, owner, call, written);
        let id = answer.id.as_deref().unwrap_or(&call.id);
        put_back(self.bench, owner, self.entity, id);
    }
}

/// What a door answered, and whether it was answered before.
#[derive(Debug, Clone, PartialEq)]
struct Kept {
    row: serde_json::Value,
    id: Option<String>,
    replayed: bool,
}

impl Kept {
    fn of(lines: &[Line]) -> Option<Self> {
        let [line] = lines else { return None };
        let mut row: serde_json::Value = serde_json::from_str(line.first()?.as_deref()?).ok()?;
        let replayed = row.as_object_mut()?.remove("replayed_")?.as_bool()?;
        let id = [&row["id"], &row["made_"]].into_iter().find_map(|id| id.as_str());
        Some(Self { id: id.map(str::to_owned), replayed, row })
    }
}

fn count(owner: &mut Session) -> i64 {
    entries(owner).and_then(|count| count.parse().ok()).unwrap_or(0)
}

fn is(refusal: &Refusal, code: &str, path: &str) -> bool {
    refusal.code == code && refusal.message == path
}

/// What is no key.
fn no_keys() -> Vec<String> {
    let long = "k".repeat(256);
    ["", " ", "a b", "a\tb", "\u{e9}", &long].map(str::to_owned).into()
}

/// Statements in the context's own role.
fn by_sql(scene: &Scene<'_>, faults: &mut Faults) {
    let (mut session, mut owner) = (scene.login(), scene.owner());
    let call = &scene.call;
    for wrong in no_keys() {
        let found = session.rows(&scene.sql(&scene.arguments(call, &wrong)));
        let refused = found.as_ref().is_err_and(|it| is(it, "BP400", "idempotency.key"));
        faults.check(refused, || format!("the key {wrong:?}: {found:?}"));
    }
    kept_once(scene, &mut session, faults);
    under_way(scene, &mut session, faults);

    let good = scene.arguments(call, "a-key");
    let before = count(&mut owner);
    let unasked = scene.unasked(&good);
    if let (Some(unasked), Some(asks)) = (&unasked, &scene.door.asks) {
        let found = session.rows(&scene.sql(unasked));
        let wants = found.as_ref().is_err_and(|it| is(it, "BP500", &asks.path));
        faults.check(wants, || format!("before its hook is asked: {found:?}"));
    }
    let first = session.rows(&scene.sql(&good)).map(|lines| Kept::of(&lines));
    let written = count(&mut owner) - before;
    let Ok(Some(first)) = first else {
        return faults.check(false, || format!("the first is answered {first:?}"));
    };
    faults.check(!first.replayed && written > 0, || format!("the first: {first:?}"));
    let expected = Kept { replayed: true, ..first.clone() };
    let mut again = good.clone();
    if scene.door.kind.makes() {
        again.insert("_id".to_owned(), quote(Some(&race::id(7, 7))));
    }
    for arguments in [&good, &again].into_iter().chain(&unasked) {
        let found = session.rows(&scene.sql(arguments)).map(|lines| Kept::of(&lines));
        faults.same(&found, &Ok(Some(expected.clone())), || "the same again".to_owned());
    }
    for (name, given) in &good {
        let who = matches!(name.as_str(), "_assertion" | "_tenant" | "_key_");
        let gave = scene.door.asks.as_ref().is_some_and(|asks| asks.argument == *name);
        if who || gave || name == "_id" && scene.door.kind.makes() || given == "NULL" {
            continue;
        }
        let mut other = good.clone();
        other.insert(name.clone(), "NULL".to_owned());
        let found = session.rows(&scene.sql(&other));
        let refused = found.as_ref().is_err_and(|it| is(it, "BP422", "idempotency.key_reused"));
        faults.check(refused, || format!("{name} NULL under the key: {found:?}"));
    }
    let found = count(&mut owner) - before;
    faults.same(&found, &written, || "nothing else was done".to_owned());
    over(scene, &mut session, &mut owner, &good, faults);
}

/// An answer is kept in the transaction of its door, and once.
fn kept_once(scene: &Scene<'_>, session: &mut Session, faults: &mut Faults) {
    let arguments = scene.arguments(&scene.call, "kept-once");
    let door = format!("SELECT {}", calls::sql("act", scene.door, &arguments));
    let keep = "SELECT rt.keep_answer('kept-once', '{}')";
    let refused = |found: &Result<(), Refusal>| {
        found.as_ref().is_err_and(|it| is(it, "BP409", "idempotency.answer"))
    };
    session.run("BEGIN").expect("BEGIN");
    let done = session.run(&door).and_then(|()| session.run(keep));
    faults.same(&done, &Ok(()), || "a door, and its answer".to_owned());
    let twice = session.run(keep);
    faults.check(refused(&twice), || format!("an answer over another: {twice:?}"));
    session.run("ROLLBACK").expect("ROLLBACK");
    let alone = session.run(keep);
    faults.check(refused(&alone), || format!("an answer to nothing: {alone:?}"));

    // A door by itself leaves the answer open, for its own transaction alone.
    session.run("BEGIN").expect("BEGIN");
    let gate = super::database::enter(
        scene.call.principal.context,
        scene.call.principal.subject.as_deref(),
        scene.call.principal.tenant.as_deref(),
    );
    let mut owner = scene.owner();
    owner.run(
        "INSERT INTO rt.answer (principal, key, request, xact, until)
         SELECT '', 'none', '', pg_current_xact_id(), clock_timestamp()",
    )
    .expect("the owner may write");
    session.run(&gate).expect("he enters");
    let who = session.column(
        "SELECT substring(current_setting('app.entered') FROM '^[^|]*[|][^|]*[|][^|]*')",
    );
    let who = who.ok().and_then(|mut who| who.pop()).unwrap_or_default();
    owner
        .run(&format!("UPDATE rt.answer SET principal = {}, key = 'kept-once'", quote(Some(&who))))
        .expect("the owner may write");
    let late = session.run(keep);
    faults.check(refused(&late), || format!("an answer in another transaction: {late:?}"));
    session.run("ROLLBACK").expect("ROLLBACK");
    owner.run("DELETE FROM rt.answer").expect("the owner may write");
}

/// What is under way is not waited for, and what was undone was never asked for.
fn under_way(scene: &Scene<'_>, session: &mut Session, faults: &mut Faults) {
    let sql = scene.sql(&scene.arguments(&scene.call, "under-way"));
    let mut other = scene.login();
    other.run("BEGIN").expect("BEGIN");
    let first = other.rows(&sql);
    faults.check(first.is_ok(), || format!("the first: {first:?}"));
    let found = session.rows(&format!("SET statement_timeout = 2000; {sql}"));
    let refused = found.as_ref().is_err_and(|it| is(it, "BP409", "idempotency.in_flight"));
    faults.check(refused, || format!("under way: {found:?}"));
    other.run("ROLLBACK").expect("ROLLBACK");
    session.run("RESET statement_timeout").expect("RESET");
    let left = scene.owner().column("SELECT key FROM rt.answer");
    faults.same(&left, &Ok(Vec::new()), || "what was undone left nothing".to_owned());
}

/// When its time is over, a key is new again, and what was kept is forgotten.
fn over(
    scene: &Scene<'_>,
    session: &mut Session,
    owner: &mut Session,
    good: &BTreeMap<String, String>,
    faults: &mut Faults,
) {
    let kept = owner.column(
        "SELECT (until - clock_timestamp() BETWEEN '23 hours' AND '24 hours')::text FROM rt.answer",
    );
    faults.same(&kept, &Ok(vec!["true".to_owned()]), || "how long it is kept".to_owned());
    let early = owner.column("SELECT rt.forget_answers()::text");
    faults.same(&early, &Ok(vec!["0".to_owned()]), || "nothing is over".to_owned());
    let end = "UPDATE rt.answer SET until = clock_timestamp()";
    owner.run(end).expect("the owner may write");
    let found = session.rows(&scene.sql(good));
    let replayed = match &found {
        Ok(lines) => Kept::of(lines).is_none_or(|kept| kept.replayed),
        Err(refusal) => refusal.message.starts_with("idempotency."),
    };
    faults.check(!replayed, || format!("after its time: {found:?}"));
    owner.run(end).expect("the owner may write");
    let forgotten = owner.column("SELECT rt.forget_answers()::text");
    faults.same(&forgotten, &Ok(vec!["1".to_owned()]), || "forgotten".to_owned());
}

/// The service's own command takes away what is over, and nothing else.
fn forget(bench: &Bench, faults: &mut Faults) {
    let database = bench.cluster().database(Template::World);
    let mut owner = database.login("owner");
    let kept = bench.spec.knows_repeats();
    if kept {
        let sql = "INSERT INTO rt.answer (principal, key, request, xact, until)
                   SELECT 'x', k::text, '', pg_current_xact_id(), clock_timestamp() + k * interval '1 hour'
                   FROM generate_series(-2, 1) k";
        owner.run(sql).expect("the owner may write");
    }
    let environment = [("DATABASE_OWNER_URL".to_owned(), database.url("owner"))];
    let output = super::service::command(bench.binary, &environment).arg("forget").output();
    let output = output.expect("it starts");
    let said = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    let expected = format!("{} kept answers forgotten", if kept { 3 } else { 0 });
    faults.same(&(output.status.code(), said), &(Some(0), expected), || "forget".to_owned());
    if kept {
        let left = owner.column("SELECT key FROM rt.answer");
        faults.same(&left, &Ok(vec!["1".to_owned()]), || "what is not over".to_owned());
    }
}

/// Whatever an answer says but which request it is of.
fn said(answer: &Answer) -> (u16, String, Vec<(String, String)>) {
    let of_request = ["x-request-id", "date", REPLAYED];
    let headers = answer.headers.iter().filter(|(name, _)| !of_request.contains(&name.as_str()));
    (answer.status, answer.body.clone(), headers.cloned().collect())
}

fn refused(
    service: &Service,
    request: &Request,
    expected: (u16, &str),
    what: &str,
    faults: &mut Faults,
) {
    let answer = service.send(request);
    let code = answer.json()["code"].as_str().unwrap_or_default().to_owned();
    faults.same(&(answer.status, code.as_str()), &expected, || format!("{what}: {}", answer.body));
    faults.same(&answer.malformed(), &None, || what.to_owned());
}

/// Requests, as a client sends them.
fn by_http(scene: &Scene<'_>, faults: &mut Faults) {
    let service = Service::start(scene.bench, scene.database);
    let mut owner = scene.owner();
    let call = &scene.call;
    let request = scene.request(call);
    let keyed = |key: &str| request.clone().header(HEADER, key);
    let before = count(&mut owner);
    if scene.door.idempotency == Some(Idempotency::Required) {
        refused(&service, &request, (400, "key_required"), "without a key", faults);
    }
    let long = "k".repeat(256);
    for wrong in ["", "a b", "\"\"", "\"a", "\"a\"b\"", "\"a\"; b", "\u{e9}", &long] {
        refused(&service, &keyed(wrong), (400, "malformed"), wrong, faults);
    }
    let twice = keyed("k-1").header(HEADER, "k-1");
    refused(&service, &twice, (400, "malformed"), "two keys", faults);
    if let Some(row) = call.row {
        let stale = keyed("k-1").without("if-match").header("if-match", tag(row.version + 1));
        refused(&service, &stale, (412, "version_mismatch"), "refused", faults);
    }
    let mut other = scene.login();
    other.run("BEGIN").expect("BEGIN");
    let first = other.rows(&scene.sql(&scene.arguments(call, "k-1")));
    faults.check(first.is_ok(), || format!("under way: {first:?}"));
    refused(&service, &keyed("k-1"), (409, "in_flight"), "under way", faults);
    other.run("ROLLBACK").expect("ROLLBACK");
    let none = count(&mut owner);
    faults.same(&none, &before, || "nothing was done so far".to_owned());

    let first = service.send(&keyed("k-1"));
    let good = (200..300).contains(&first.status) && first.header(REPLAYED).is_none();
    faults.check(good, || format!("the first: {} {}", first.status, first.body));
    let written = count(&mut owner);
    for again in ["k-1", "\"k-1\"", "k-1"] {
        let answer = service.send(&keyed(again));
        faults.same(&said(&answer), &said(&first), || format!("the same under {again}"));
        faults.same(&answer.header(REPLAYED), &Some("true"), || again.to_owned());
    }
    if let Some(reused) = another_request(scene, &request) {
        let reused = reused.header(HEADER, "k-1");
        refused(&service, &reused, (422, "key_reused"), "something else", faults);
    }
    faults.same(&count(&mut owner), &written, || "nothing was done again".to_owned());
    of_others(scene, &service, faults);
}

fn tag(version: i64) -> String {
    format!("\"{version}\"")
}

/// A request of the same form that asks for something else.
fn another_request(scene: &Scene<'_>, request: &Request) -> Option<Request> {
    if let Some(row) = scene.call.row {
        let version = tag(row.version + 1);
        return Some(request.clone().without("if-match").header("if-match", version));
    }
    let mut drafter = Drafter::new(&scene.bench.spec, &scene.bench.world);
    let others = (0..20).filter_map(|_| {
        drafter.draft(scene.entity, scene.door, &scene.call.principal, scene.call.row)
    });
    let other = others.map(|call| scene.request(&call));
    other.into_iter().find(|other| other.body != request.body)
}

/// Whoever else has the same key is answered for himself.
fn of_others(scene: &Scene<'_>, service: &Service, faults: &mut Faults) {
    let all = super::oracle::Principal::all(&scene.bench.world, scene.call.principal.context);
    let mine = &scene.call.principal;
    let others = all.into_iter().filter(|one| {
        one.refused().is_none() && (&one.subject, &one.tenant) != (&mine.subject, &mine.tenant)
    });
    for other in others.take(4) {
        let call = Call { principal: other, ..scene.call.clone() };
        let answer = service.send(&scene.request(&call).header(HEADER, "k-1"));
        let rule = answer.json()["rule"].as_str().unwrap_or_default().to_owned();
        let his_own = answer.header(REPLAYED).is_none() && !rule.starts_with("idempotency.");
        faults.check(his_own, || format!("{}: {} {}", call.principal, answer.status, answer.body));
    }
}

/// A call that is right in a world in which the ones before were taken back.
fn next<'b>(scene: &Scene<'b>, drafter: &mut Drafter<'b>) -> Option<Call<'b>> {
    let Call { principal, row, .. } = &scene.call;
    race::draft(drafter, scene.entity, scene.door, principal, *row, &|_| true)
}

/// One key in many hands at once, on connections of their own: one acts.
fn race(scene: &Scene<'_>, faults: &mut Faults) {
    let mut race = Race::new(scene.database, &scene.door.context);
    let mut owner = scene.owner();
    let mut drafter = Drafter::new(&scene.bench.spec, &scene.bench.world);
    for round in 0..ROUNDS {
        let Some(call) = next(scene, &mut drafter) else { continue };
        let sql = scene.sql(&scene.arguments(&call, &format!("round-{round}")));
        let before = count(&mut owner);
        let answers = race.answers(&vec![sql; CONTESTANTS]);
        let written = count(&mut owner) - before;
        let (mut kept, mut refusals) = (Vec::new(), Vec::new());
        for answer in answers {
            match answer {
                Ok(lines) => kept.extend(Kept::of(&lines)),
                Err(refusal) => refusals.push(refusal),
            }
        }
        let strange =
            refusals.iter().find(|refusal| !is(refusal, "BP409", "idempotency.in_flight"));
        faults.check(strange.is_none(), || format!("round {round}: {strange:?}"));
        let acted = kept.iter().filter(|kept| !kept.replayed).count();
        faults.same(&acted, &1, || format!("round {round}: how many acted"));
        let rows: BTreeSet<String> = kept.iter().map(|kept| kept.row.to_string()).collect();
        faults.same(&rows.len(), &1, || format!("round {round}: answers {rows:?}"));
        faults.same(&transactions(&mut owner, written), &1, || format!("round {round}: effects"));
        let Some(answer) = kept.first() else { continue };
        scene.undo(&mut owner, &call, written, answer);
    }
}

/// How many transactions wrote the newest entries of the audit.
fn transactions(owner: &mut Session, entries: i64) -> i64 {
    let newest = format!("SELECT xact FROM audit.entry ORDER BY id DESC LIMIT {entries}");
    let counted = owner.column(&format!("SELECT count(DISTINCT xact)::text FROM ({newest}) told"));
    counted.ok().and_then(|count| count.first()?.parse().ok()).unwrap_or(0)
}

/// The same over HTTP, as a client that does not wait for its answers.
fn race_by_http(scene: &Scene<'_>, faults: &mut Faults) {
    let service = Service::start(scene.bench, scene.database);
    let mut owner = scene.owner();
    let mut drafter = Drafter::new(&scene.bench.spec, &scene.bench.world);
    for round in 0..ROUNDS {
        let Some(call) = next(scene, &mut drafter) else { continue };
        let request = scene.request(&call).header(HEADER, format!("round-{round}"));
        let before = count(&mut owner);
        let answers = together(&vec![request; CONTESTANTS], |one| service.send(one));
        let written = count(&mut owner) - before;
        let (good, others): (Vec<&Answer>, Vec<&Answer>) =
            answers.iter().partition(|answer| (200..300).contains(&answer.status));
        let in_flight = |answer: &&&Answer| answer.json()["code"].as_str() == Some("in_flight");
        let strange = others.iter().find(|answer| !in_flight(answer));
        faults.check(strange.is_none(), || format!("round {round}: {strange:?}"));
        let acted = good.iter().filter(|answer| answer.header(REPLAYED).is_none()).count();
        faults.same(&acted, &1, || format!("round {round}: how many acted"));
        let differs = good.iter().find(|answer| said(answer) != said(good[0]));
        faults.check(differs.is_none(), || format!("round {round}: {differs:?}"));
        faults.same(&transactions(&mut owner, written), &1, || format!("round {round}: effects"));
        let Some(answer) = good.first() else { continue };
        let id = answer.json()["id"].as_str().map(str::to_owned);
        let kept = Kept { row: answer.json(), id, replayed: false };
        scene.undo(&mut owner, &call, written, &kept);
    }
}
