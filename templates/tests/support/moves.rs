//! What a hook is given changes between its look and the door: the door refuses what was given for what stood before,
//! the service asks again, and what is written is what the hook gives for what stands then.

use super::Faults;
use super::calls::{self, Call, Drafter, Outcome};
use super::database::Session;
use super::hooks::{Scene, Test, hook, looking, take, value};
use super::http::Answer;
use super::locks::{tries, while_it_stands};
use super::race::{self, CONTESTANTS, ROUNDS};
use super::requests::entries;
use super::routes::{put_back, undo_steps};
use super::service::Service;
use super::spec::{Does, DoorKind, Entity, Expr, Field, Rows};
use super::value::quote;
use super::world::{Random, Row};
use crate::service::generated::kernel::hook::Hook;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::time::Duration;

/// The tests of the n-th rows that a hook reads; `by_route` where requests reach it.
pub fn tests(at: usize, name: &str, by_route: bool) -> Vec<(String, Test)> {
    let of = |tests: [Test; 3]| tests[at.min(2)];
    let mut all = vec![
        (format!("hooks/moved/{name}"), of([moved::<0>, moved::<1>, moved::<2>])),
        (format!("hooks/locked/{name}"), of([locked::<0>, locked::<1>, locked::<2>])),
    ];
    if by_route {
        all.push((format!("hooks/again/{name}"), of([again::<0>, again::<1>, again::<2>])));
        all.push((format!("race/hook/{name}"), of([raced::<0>, raced::<1>, raced::<2>])));
    }
    all
}

/// A column of a row that the hook is given, and what it becomes, by which the hook is given something else.
struct Change {
    table: String,
    id: String,
    column: String,
    to: Option<String>,
    what: String,
}

impl Change {
    /// Of a transaction: past all that would refuse.
    fn sql(&self) -> String {
        self.puts(self.to.as_deref())
    }

    fn puts(&self, value: Option<&str>) -> String {
        format!(
            "SET LOCAL session_replication_role = replica;
             UPDATE {} SET \"{}\" = {} WHERE id = '{}'",
            self.table,
            self.column,
            quote(value),
            self.id
        )
    }

    /// What stands there, as a text.
    fn stands(&self) -> String {
        format!("SELECT \"{}\"::text FROM {} WHERE id = '{}'", self.column, self.table, self.id)
    }
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
                for other in others.filter(|other| *other != is && !other.is_null()) {
                    changes.push(Change {
                        table: entity.table.clone(),
                        id: row["id"].as_str().unwrap_or_default().to_owned(),
                        column: field.column.clone(),
                        to: other.sql(),
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
                let taken = owner.undone(|owner| owner.run(&change.sql())).is_ok();
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

    /// What the hook gives for a call, after `change`.
    fn gives(&self, hook: &Hook, call: &Call<'_>, change: &str) -> Option<String> {
        let arguments = calls::arguments(self.entity, self.door, call);
        let look = format!("SELECT {}", looking(self.door, self.asks, &arguments));
        let role =
            format!("SET LOCAL ROLE \"{}_{}\"", self.bench.cluster().prefix, self.door.context);
        let said = self.database.admin().undone(|session| {
            session.run(change)?;
            session.run(&role)?;
            session.column(&look)
        });
        (hook.ask)(said.ok()?.first()?).ok()
    }

    /// A call that succeeds, and a change after which the hook gives something else for it.
    fn answered_otherwise<'s>(
        &'s self,
        at: usize,
        drafter: &mut Drafter<'s>,
        hook: &Hook,
    ) -> Option<(Call<'s>, Change)> {
        let other = |call: &Call<'_>, change: &Change| {
            let now = self.gives(hook, call, "SELECT 1");
            let then = self.gives(hook, call, &change.sql());
            now.is_some() && then.is_some() && now != then
        };
        self.call_and_change(&self.asks.reads[at], drafter, &other)
    }

    /// The call with what the hook gave for it, and with what comes of that.
    fn after<'s>(&self, drafter: &Drafter<'s>, call: &Call<'s>, gave: &str) -> Call<'s> {
        let mut call = call.clone();
        take(self.asks, gave, &mut call.inputs);
        drafter.with_steps(self.door, call)
    }

    /// Fields that hold what the hook gave, and the rows in which they are.
    fn written<'c>(&'c self, call: &'c Call<'_>) -> Vec<(&'c Entity, &'c Field, &'c Row)> {
        let own = (self.entity.name.as_str(), &call.result);
        let made = call.effects.iter().filter(|effect| effect.made);
        let made = made.map(|effect| (effect.row.entity.as_str(), &effect.row));
        let own = (self.door.kind != DoorKind::Command).then_some(own);
        made.chain(own)
            .flat_map(|(name, row)| {
                let entity = self.bench.spec.entity(name);
                let fields = entity.fields.iter();
                fields
                    .filter(|field| self.is_given(name, &field.name))
                    .map(move |field| (entity, field, row))
            })
            .collect()
    }

    /// Whether a step gives a field what the hook gave.
    fn is_given(&self, entity: &str, field: &str) -> bool {
        let gives = |expr: &Expr| matches!(expr, Expr::Input(name) if self.asks.gives.iter().any(|one| one.name == *name));
        self.door.steps.iter().any(|step| {
            let given = match &step.does {
                Does::Create { entity: made, with } if made == entity => with,
                Does::Set { set } if self.entity.name == entity => set,
                _ => return false,
            };
            given.iter().any(|one| one.name == field && gives(&one.value))
        })
    }
}

/// What the hook was given has changed before the door is called.
fn moved<const AT: usize>(scene: &Scene<'_>, faults: &mut Faults) {
    let mut drafter = Drafter::new(&scene.bench.spec, &scene.bench.world);
    let found = scene.call_and_change(&scene.asks.reads[AT], &mut drafter, &|_, _| true);
    let Some((call, change)) = found else {
        return faults.check(false, || "nothing that the hook is given can change".to_owned());
    };
    let mut session = scene.database.login(&scene.door.context);
    let arguments = calls::arguments(scene.entity, scene.door, &call);
    let good = scene.signed_before(&mut session, arguments);
    faults.same(&scene.called(&mut session, &good), &Ok(()), || scene.door.function.clone());
    let mut owner = scene.database.admin();
    owner.run(&format!("BEGIN; {}; COMMIT", change.sql())).expect("it was taken before");
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
        return faults.check(false, || "nothing that the hook is given can change".to_owned());
    };
    let (mut owner, mut watcher) = (scene.database.admin(), scene.database.admin());
    let mut session = scene.database.login(&scene.door.context);
    let arguments = calls::arguments(scene.entity, scene.door, &call);
    let good = scene.signed_before(&mut session, arguments);
    owner.run(&format!("BEGIN; {}", change.sql())).expect("it was taken before");
    let call = format!("SELECT {}", calls::sql("api", scene.door, &good));
    let found = while_it_stands(&mut owner, &mut session, &mut watcher, &call);
    faults.same(&found, &scene.moved_path(), || {
        format!("{} while {}", scene.door.function, change.what)
    });
}

/// Makes a look wait, once it has looked, while somebody holds the lock of this number.
fn holding(look: &str, number: u32) -> String {
    format!(
        "DO $do$
         DECLARE f record;
         BEGIN
           SELECT pg_get_function_arguments(p.oid) AS takes,
                  pg_get_function_identity_arguments(p.oid) AS is,
                  (SELECT string_agg(quote_ident(name), ', ') FROM unnest(p.proargnames) name) AS given
           INTO f FROM pg_proc p
           WHERE p.pronamespace = 'act'::regnamespace AND p.proname = '{look}';
           EXECUTE format('ALTER FUNCTION act.%I(%s) RENAME TO looked', '{look}', f.is);
           EXECUTE format('CREATE FUNCTION act.%I(%s) RETURNS text LANGUAGE plpgsql AS $f$
             DECLARE said text := act.looked(%s);
             BEGIN
               PERFORM pg_advisory_xact_lock_shared({number});
               RETURN said;
             END $f$', '{look}', f.takes, f.given);
           EXECUTE format('GRANT EXECUTE ON FUNCTION act.%I(%s) TO PUBLIC', '{look}', f.is);
         END $do$"
    )
}

/// The service asks the hook again where what it was given has changed meanwhile, and does with its new answer
/// what it would have done with the first.
fn again<const AT: usize>(scene: &Scene<'_>, faults: &mut Faults) {
    const NUMBER: u32 = 7;
    let (bench, door) = (scene.bench, scene.door);
    let Some(hook) = hook(scene.asks) else { return };
    let mut drafter = Drafter::new(&bench.spec, &bench.world);
    let Some((call, change)) = scene.answered_otherwise(AT, &mut drafter, hook) else {
        return faults.check(false, || "the hook says the same whatever it is given".to_owned());
    };
    let gives = scene.gives(hook, &call, &change.sql()).unwrap_or_default();
    let call = scene.after(&drafter, &call, &gives);
    let request = race::request(bench, scene.entity, door, &call);
    let (mut owner, mut watcher) = (scene.database.admin(), scene.database.admin());
    owner.run(&holding(&scene.asks.look, NUMBER)).expect("a look is a function");
    owner.run(&format!("SELECT pg_advisory_lock({NUMBER})")).expect("nobody has it");
    let service = Service::start(bench, scene.database);
    let waits = "SELECT 1::text FROM pg_stat_activity
                 WHERE datname = current_database() AND wait_event = 'advisory'";
    let (answer, looked) = std::thread::scope(|scope| {
        let sending = scope.spawn(|| service.send(&request));
        let mut looked = false;
        while !looked && !sending.is_finished() {
            looked = watcher.column(waits).is_ok_and(|lines| !lines.is_empty());
            std::thread::sleep(Duration::from_millis(5));
        }
        owner.run(&format!("BEGIN; {}; COMMIT", change.sql())).expect("it was taken before");
        owner.run(&format!("SELECT pg_advisory_unlock({NUMBER})")).expect("it is held");
        (sending.join().expect("a request is answered"), looked)
    });
    let what =
        || format!("{} while {}: {} {}", door.function, change.what, answer.status, answer.body);
    faults.check(looked && (200..300).contains(&answer.status), what);
    // The newest rows are what the call made or changed.
    for (of, field, row) in scene.written(&call) {
        let sql = format!(
            "SELECT \"{}\"::text FROM {} ORDER BY updated_at DESC LIMIT 1",
            field.column, of.table
        );
        let found = watcher.column(&sql).ok().and_then(|mut lines| lines.pop());
        let expected = row.column(&field.name).sql();
        faults.same(&found, &expected, || format!("{} after {}", field.name, what()));
    }
}

/// What the hook gives for what stands where the change is made.
struct Side<'s> {
    stands: Option<String>,
    call: Call<'s>,
}

/// Many at once, each in a request of its own, while what their hook is given changes: one of them is let through
/// where there is room for one, and all that is written is what the hook gives for what stood as it was written.
fn raced<const AT: usize>(scene: &Scene<'_>, faults: &mut Faults) {
    let Some(hook) = hook(scene.asks) else { return };
    let mut drafter = Drafter::new(&scene.bench.spec, &scene.bench.world);
    let Some((call, change)) = scene.answered_otherwise(AT, &mut drafter, hook) else {
        return faults.check(false, || "the hook says the same whatever it is given".to_owned());
    };
    let mut owner = scene.database.admin();
    let sides = ["SELECT 1", &change.sql()].map(|sql| {
        let stands = owner.undone(|owner| {
            owner.run(sql)?;
            owner.column(&change.stands())
        });
        let gives = scene.gives(hook, &call, sql).unwrap_or_default();
        let stands = stands.ok().and_then(|mut lines| lines.pop());
        Side { stands, call: scene.after(&drafter, &call, &gives) }
    });
    let Some((of, ..)) = scene.written(&call).first().copied() else {
        return faults.check(false, || "nothing holds what the hook gave".to_owned());
    };
    owner.run(&witness(of, &change)).expect("a trigger of the tests");
    let service = Service::start(scene.bench, scene.database);
    let send = || service.send(&race::request(scene.bench, scene.entity, scene.door, &call));
    let before = count(&mut owner);
    let (first, second) = (send(), send());
    faults.check(good(&first), || format!("the first: {} {}", first.status, first.body));
    let room = if good(&second) { CONTESTANTS } else { 1 };
    undo(scene, &mut owner, &call, before, &[first, second]);

    let mut random = Random::new();
    for round in 0..ROUNDS {
        let before = count(&mut owner);
        let flip = change.puts(sides[(round + 1) % 2].stands.as_deref());
        let pause = u64::try_from(random.below(30)).unwrap_or(0);
        let answers = while_it_changes(scene, &flip, Duration::from_millis(pause), &send);
        let won = answers.iter().filter(|answer| good(answer)).count();
        faults.same(&won, &room, || format!("winners of round {round}"));
        let strange = answers.iter().find(|one| !good(one) && !matches!(one.status, 409 | 412));
        faults.check(strange.is_none(), || format!("round {round}: {strange:?}"));
        let stale = stale(scene, &mut owner, of, &sides);
        faults.check(stale.is_none(), || format!("round {round}: {stale:?}"));
        undo(scene, &mut owner, &call, before, &answers);
        if faults.any() {
            return;
        }
    }
}

fn good(answer: &Answer) -> bool {
    (200..300).contains(&answer.status)
}

/// What all are answered who send at once, while the change is made.
fn while_it_changes(
    scene: &Scene<'_>,
    change: &str,
    pause: Duration,
    send: &(impl Fn() -> Answer + Sync),
) -> Vec<Answer> {
    std::thread::scope(|scope| {
        let changing = scope.spawn(move || {
            std::thread::sleep(pause);
            scene.database.admin().run(&format!("BEGIN; {change}; COMMIT"))
        });
        let answers = race::together(&[(); CONTESTANTS], |()| send());
        changing.join().expect("it ends").expect("it was taken before");
        answers
    })
}

/// A row that holds what the hook gave for something else than what stood as it was written.
fn stale(
    scene: &Scene<'_>,
    owner: &mut Session,
    of: &Entity,
    sides: &[Side<'_>],
) -> Option<String> {
    let held = sides.iter().flat_map(|side| {
        let here = scene.written(&side.call).into_iter().filter(|(one, ..)| one.name == of.name);
        here.map(move |(_, field, row)| (side, field, row.column(&field.name).sql()))
    });
    held.into_iter().find_map(|(side, field, expected)| {
        let sql = format!(
            "SELECT t.\"{}\"::text FROM {} t JOIN tests.seen s USING (id)
             WHERE s.stood IS NOT DISTINCT FROM {}",
            field.column,
            of.table,
            quote(side.stands.as_deref())
        );
        let found = owner.rows(&sql).expect("the tests read it");
        let wrong = found.iter().find(|line| line[0] != expected)?;
        Some(format!("{} is {wrong:?}, and not {expected:?}", field.name))
    })
}

fn count(owner: &mut Session) -> i64 {
    entries(owner).and_then(|count| count.parse().ok()).unwrap_or(0)
}

/// Tells of each row of the entity that is written what stood then, behind the locks, where the change is made.
fn witness(of: &Entity, change: &Change) -> String {
    format!(
        "CREATE TABLE tests.seen (id uuid, stood text);
         CREATE FUNCTION tests.see() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
         BEGIN
           INSERT INTO tests.seen SELECT NEW.id, ({});
           RETURN NULL;
         END $$;
         CREATE TRIGGER see AFTER INSERT OR UPDATE ON {} FOR EACH ROW EXECUTE FUNCTION tests.see()",
        change.stands(),
        of.table
    )
}

/// Takes back what the answered calls did.
fn undo(scene: &Scene<'_>, owner: &mut Session, call: &Call<'_>, before: i64, answers: &[Answer]) {
    let written = count(owner) - before;
    undo_steps(scene.bench, owner, call, written);
    for answer in answers {
        if let Some(id) = answer.json()["id"].as_str() {
            put_back(scene.bench, owner, scene.entity, id);
        }
    }
    owner.run("DELETE FROM tests.seen").expect("the tests' own");
}
