//! What goes wrong when statements leave together, tried on the service's own pool: after each
//! accident the next user of the connection finds nothing of the last one's.

use super::assertion;
use super::database::{Database, Template};
use super::oracle::Principal;
use super::spec::{Context, ContextKind};
use super::world::{self, Random};
use super::{Bench, Faults, Tests};
use crate::service::generated::kernel::db::{
    Asking, Error, FromRow, Gate, Kind, Pool, Session, Settings,
};
use crate::service::generated::kernel::hook::{Hook, Unanswered};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::time::timeout;
use tokio_postgres::Row;
use uuid::Uuid;

/// One accident: it gets a pool of one connection and two people of different tenants.
type Accident = fn(&Scene<'_>, &mut Faults);

pub fn add(tests: &mut Tests) {
    if tests.bench.spec.contexts.iter().all(|context| context.kind != ContextKind::Tenant) {
        return;
    }
    let accidents: [(&str, Accident); 10] = [
        ("encoding", encoding),
        ("aborted", aborted),
        ("dropped", dropped),
        ("refused", refused),
        ("read-only", read_only),
        ("stale", stale),
        ("collided", collided),
        ("asked", asked),
        ("reused", reused),
        ("stormy", stormy),
    ];
    for (name, accident) in accidents {
        tests.add(format!("flight/{name}"), move |bench, faults| {
            let database = bench.cluster().database(Template::World);
            accident(&Scene::new(bench, &database, 1), faults);
        });
    }
}

struct Scene<'b> {
    bench: &'b Bench,
    database: &'b Database<'b>,
    context: &'b Context,
    pool: Pool,
    enter: &'static str,
    runtime: tokio::runtime::Runtime,
}

/// A text that a query gives.
struct Text(Option<String>);

impl FromRow for Text {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        row.try_get(0).map(Self)
    }
}

/// What a connection remembers, and what its user sees.
const TRACE: &str = "SELECT concat_ws(',', nullif(current_setting('app.entered', true), ''),
                            nullif(current_setting('app.seal', true), ''), pg_is_in_recovery())";
const TENANT: &str = "SELECT rt.sealed_tenant()::text";

impl<'b> Scene<'b> {
    fn new(bench: &'b Bench, database: &'b Database<'b>, size: usize) -> Self {
        let tenant = |context: &&Context| context.kind == ContextKind::Tenant;
        let context = bench.spec.contexts.iter().find(tenant).expect("there is a tenant's context");
        let cluster = database.cluster;
        let settings = Settings {
            url: format!("postgres://{}/{}", cluster.address(), database.name),
            password: cluster.password.clone().into(),
            subject_key: assertion::KEY.into(),
            role_prefix: cluster.prefix.clone(),
            pool_size: size,
        };
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        Self {
            bench,
            database,
            context,
            pool: Pool::new(&settings, &context.name, &[]).expect("a pool needs no connection"),
            enter: String::leak(format!("SELECT rt.enter_{}($1, $2)", context.name)),
            runtime: runtime.expect("a runtime"),
        }
    }

    /// Two people, each in a tenant of his own.
    fn two(&self) -> [(Uuid, Session); 2] {
        let all = Principal::all(&self.bench.world, self.context);
        let admitted: Vec<_> = all.into_iter().filter(|one| one.refused().is_none()).collect();
        let first = admitted.first().expect("somebody acts in the first tenant");
        let second =
            admitted.iter().find(|one| one.tenant != first.tenant).expect("and in the second");
        [first, second].map(|one| {
            let tenant = one.tenant.as_deref().and_then(|id| id.parse().ok()).unwrap_or_default();
            let subject = one.subject.clone().unwrap_or_default();
            (tenant, Session::new(self.pool.clone(), Gate::Tenant(self.enter, tenant), subject))
        })
    }

    fn read(&self, session: &Session, sql: &'static str) -> Result<Option<String>, Error> {
        let row = self.runtime.block_on(session.row::<Text>(sql, &[]));
        row.map(|row| row.and_then(|text| text.0))
    }

    /// The next user finds no trace, and sees what is his.
    fn clean(&self, what: &str, faults: &mut Faults) {
        let open = Session::new(self.pool.clone(), Gate::Open, String::new());
        let trace = self.read(&open, TRACE).map_err(|error| format!("{error:?}"));
        faults.same(&trace, &Ok(Some("f".to_owned())), || format!("a trace of {what}"));
        for (tenant, session) in self.two() {
            let found = self.read(&session, TENANT).map_err(|error| format!("{error:?}"));
            faults.same(&found, &Ok(Some(tenant.to_string())), || format!("after {what}"));
        }
    }
}

/// A parameter that cannot be encoded, and a number of them that is wrong: nothing was sent.
fn encoding(scene: &Scene<'_>, faults: &mut Faults) {
    let [(_, session), _] = scene.two();
    let wrong = scene.runtime.block_on(session.rows::<Text>("SELECT $1::uuid::text", &[&"text"]));
    faults.check(matches!(wrong, Err(Error::Fault(_))), || "a text for a uuid".to_owned());
    scene.clean("a parameter of another type", faults);
    let few = scene.runtime.block_on(session.rows::<Text>("SELECT $1::text", &[]));
    faults.check(matches!(few, Err(Error::Fault(_))), || "too few parameters".to_owned());
    scene.clean("too few parameters", faults);
    let wrong = scene.read(&session, "SELECT no_such_column");
    faults.check(matches!(wrong, Err(Error::Fault(_))), || "SQL that is wrong".to_owned());
    scene.clean("a statement that cannot be prepared", faults);
}

/// An error in the middle: COMMIT says ok, the answer does not.
fn aborted(scene: &Scene<'_>, faults: &mut Faults) {
    let [(_, session), _] = scene.two();
    let answer = scene.read(&session, "SELECT (1 / (length(rt.sealed_tenant()::text) - 36))::text");
    faults.check(answer.is_err(), || "a division by zero was answered".to_owned());
    scene.clean("an aborted transaction", faults);
}

/// A request that is dropped on its way takes its connection along.
fn dropped(scene: &Scene<'_>, faults: &mut Faults) {
    for patience in [0, 1, 5, 50, 150] {
        let [(_, session), _] = scene.two();
        scene.runtime.block_on(async {
            let read = session.row::<Text>("SELECT pg_sleep(0.3)::text", &[]);
            let cut = timeout(Duration::from_millis(patience), read).await;
            faults.check(cut.is_err(), || format!("it slept no {patience} ms"));
        });
        if patience >= 50 {
            faults.same(&scene.pool.size(), &0, || "connections after a dropped flight".to_owned());
        }
        scene.clean("a dropped flight", faults);
    }
}

/// The gate says no: the query's answer is never looked at.
fn refused(scene: &Scene<'_>, faults: &mut Faults) {
    let [(_, first), (second, _)] = scene.two();
    let stranger = Session::new(
        scene.pool.clone(),
        Gate::Tenant(scene.enter, second),
        first.subject().to_owned(),
    );
    let answer = scene.read(&stranger, "SELECT 'seen'");
    let kind = match &answer {
        Err(Error::Refused(refusal)) => Some(refusal.kind),
        _ => None,
    };
    let both = scene
        .bench
        .world
        .people
        .iter()
        .any(|person| person.subject == first.subject() && person.name.ends_with("_both"));
    if !both {
        faults.same(&kind, &Some(Kind::NotPermitted), || format!("{answer:?}"));
    }
    let nobody =
        Session::new(scene.pool.clone(), Gate::Tenant(scene.enter, second), "nobody".to_owned());
    let answer = scene.read(&nobody, "SELECT 'seen'");
    let unknown = matches!(&answer, Err(Error::Refused(refusal)) if refusal.kind == Kind::Unknown);
    faults.check(unknown, || format!("{answer:?}"));
    scene.clean("a refusal", faults);
}

/// What reads cannot write, even through a door.
fn read_only(scene: &Scene<'_>, faults: &mut Faults) {
    let [(_, session), _] = scene.two();
    let doors = scene.bench.spec.entities.iter().flat_map(|entity| &entity.doors);
    let Some(door) = doors.into_iter().find(|door| door.context == scene.context.name) else {
        return;
    };
    let arguments = scene.database.admin().column(&format!(
        "SELECT string_agg('NULL', ', ') FROM pg_proc p, generate_series(1, p.pronargs)
         WHERE p.oid = (SELECT oid FROM pg_proc WHERE proname = '{}' AND pronamespace = 'act'::regnamespace)",
        door.function
    ));
    let arguments = arguments.unwrap_or_default().pop().unwrap_or_default();
    let sql = format!("SELECT act.{}({arguments})::text", door.function);
    let answer = scene.read(&session, String::leak(sql));
    faults.check(answer.is_err(), || format!("{} was run by a read", door.function));
    let begun = scene.read(&session, "SELECT current_setting('transaction_read_only')");
    let begun = begun.map_err(|error| format!("{error:?}"));
    faults.same(&begun, &Ok(Some("on".to_owned())), || "the transaction of a read".to_owned());
    scene.clean("a read that tried to write", faults);
}

/// A migration changes what a prepared statement gives: the read is sent once more.
fn stale(scene: &Scene<'_>, faults: &mut Faults) {
    let [(_, session), _] = scene.two();
    let role = format!("{}_{}", scene.database.cluster.prefix, scene.context.name);
    let mut owner = scene.database.login("owner");
    owner
        .run(&format!(
            "CREATE TABLE app.probe (n text); INSERT INTO app.probe VALUES ('7');
             GRANT SELECT ON app.probe TO \"{role}\""
        ))
        .expect("the owner makes a table");
    for change in
        ["", "ALTER TABLE app.probe ALTER n TYPE varchar(9)", "ALTER TABLE app.probe ADD m int"]
    {
        if !change.is_empty() {
            owner.run(change).expect("the owner changes a table");
        }
        let answer = scene.read(&session, "SELECT * FROM app.probe");
        let answer = answer.map_err(|error| format!("{error:?}"));
        faults.same(&answer, &Ok(Some("7".to_owned())), || format!("after {change:?}"));
    }
    scene.clean("a stale plan", faults);
}

/// A door that two transactions wanted is gone through again, a few times.
fn collided(scene: &Scene<'_>, faults: &mut Faults) {
    let [(_, session), _] = scene.two();
    let role = format!("{}_{}", scene.database.cluster.prefix, scene.context.name);
    let mut owner = scene.database.login("owner");
    owner
        .run(&format!(
            "CREATE SEQUENCE app.tried;
             CREATE FUNCTION api.collides() RETURNS text LANGUAGE plpgsql SECURITY DEFINER AS $$
             BEGIN
               IF nextval('app.tried') % 7 <> 3 THEN
                 RAISE EXCEPTION 'another was faster' USING ERRCODE = '40001';
               END IF;
               RETURN 'done';
             END $$;
             GRANT EXECUTE ON FUNCTION api.collides() TO \"{role}\""
        ))
        .expect("the owner makes a function");
    let door = || scene.runtime.block_on(session.act::<Text>("SELECT api.collides()", &[]));
    let done =
        door().map(|text| text.and_then(|text| text.0)).map_err(|error| format!("{error:?}"));
    faults.same(&done, &Ok(Some("done".to_owned())), || "the third time".to_owned());
    let given_up = matches!(door(), Err(Error::Collided(_)));
    faults.check(given_up, || "after four times it is given up".to_owned());
    scene.clean("collisions", faults);
}

/// A door that asks a hook asks it anew each time that another transaction stands in the way.
fn asked(scene: &Scene<'_>, faults: &mut Faults) {
    static ASKED: AtomicUsize = AtomicUsize::new(0);
    fn ask(_: &str) -> Result<String, Unanswered> {
        ASKED.fetch_add(1, Ordering::Relaxed);
        Ok("{}".to_owned())
    }
    static HOOK: Hook = Hook { path: "hooks.tried", file: "", written: true, ask };
    let [(_, session), _] = scene.two();
    let role = format!("{}_{}", scene.database.cluster.prefix, scene.context.name);
    let mut owner = scene.database.login("owner");
    owner
        .run(&format!(
            "CREATE SEQUENCE app.asked;
             CREATE FUNCTION api.asked(_assertion bytea, _gave bytea) RETURNS text
             LANGUAGE plpgsql SECURITY DEFINER AS $$
             BEGIN
               IF nextval('app.asked') % 7 <> 3 THEN
                 RAISE EXCEPTION 'it would be given something else' USING ERRCODE = '40001';
               END IF;
               RETURN octet_length(_gave)::text;
             END $$;
             GRANT EXECUTE ON FUNCTION api.asked(bytea, bytea) TO \"{role}\""
        ))
        .expect("the owner makes a function");
    let look = "SELECT 'what it is given'::text WHERE $1::bytea IS NOT NULL";
    let asking = Asking { path: "tried", look, shown: &[], named: false, hook: &HOOK };
    let sql = "SELECT api.asked($1, $2)";
    let door = || scene.runtime.block_on(session.act_asking::<Text>(sql, &[], &asking));
    let done =
        door().map(|text| text.and_then(|text| text.0)).map_err(|error| format!("{error:?}"));
    faults.same(&done, &Ok(Some("66".to_owned())), || "the third time".to_owned());
    faults.same(&ASKED.load(Ordering::Relaxed), &3, || "times that the hook was asked".to_owned());
    let given_up = matches!(door(), Err(Error::Collided(_)));
    faults.check(given_up, || "after four times it is given up".to_owned());
    faults.same(&ASKED.load(Ordering::Relaxed), &7, || "times that it was asked".to_owned());
    scene.clean("what a hook was asked", faults);
}

/// One connection, two tenants in turn.
fn reused(scene: &Scene<'_>, faults: &mut Faults) {
    for _ in 0..40 {
        scene.clean("the other tenant", faults);
    }
    faults.same(&scene.pool.size(), &1, || "connections".to_owned());
}

/// Many at once on few connections, some of them cut off: nobody ever stands in another's tenant.
fn stormy(scene: &Scene<'_>, faults: &mut Faults) {
    let scene = Scene::new(scene.bench, scene.database, 3);
    let mut random = Random::new();
    let wrong: Vec<String> = scene.runtime.block_on(async {
        let mut flights = tokio::task::JoinSet::new();
        for turn in 0..300 {
            let [first, second] = scene.two();
            let (tenant, session) = if turn % 2 == 0 { first } else { second };
            let patience = match random.below(3) {
                0 => Duration::from_micros(random.below(3000) as u64),
                _ => Duration::from_secs(20),
            };
            flights.spawn(async move {
                match timeout(patience, session.row::<Text>(TENANT, &[])).await {
                    Ok(Ok(Some(Text(Some(found))))) if found != tenant.to_string() => Some(found),
                    Ok(Err(error)) => Some(format!("{error:?}")),
                    _ => None,
                }
            });
        }
        flights.join_all().await.into_iter().flatten().collect()
    });
    faults.same(&wrong, &Vec::new(), || format!("seed {}", world::seed()));
    scene.clean("a storm", faults);
}
