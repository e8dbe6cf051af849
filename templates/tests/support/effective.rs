//! Rows that hold for a time: kept apart, begun in the future, never rewritten, and each ended by the next.

use super::calls;
use super::database::{Session, Template};
use super::in_force::{DAY, ahead};
use super::race::{self, Race};
use super::reviser::{Reviser, unkeyed};
use super::spec::Entity;
use super::value::{now, quote};
use super::world::Row;
use super::{Bench, Faults, Tests};

/// What must hold of an entity's rows.
type Law = fn(&Bench, &str, &mut Faults);

pub fn add(tests: &mut Tests) {
    for entity in tests.bench.spec.entities.clone() {
        if entity.effective.is_none() {
            continue;
        }
        let laws: [(&str, Law); 3] = [
            ("effective/kept", kept),
            ("effective/apart", apart),
            ("race/revise", raced),
        ];
        for (law, run) in laws {
            let name = entity.name.clone();
            tests.add(format!("{law}/{name}"), move |bench, faults| run(bench, &name, faults));
        }
    }
}

/// A row that begins tomorrow, of which nothing is there yet, as direct SQL puts it in.
fn fresh(bench: &Bench, entity: &Entity, id: &str) -> Option<Row> {
    let mut row = bench.world.rows_of(&entity.name).next()?.clone();
    row.id = id.to_owned();
    row.version = 1;
    ahead(entity, &mut row);
    Some(row)
}

/// Direct SQL as an administrator: what is there is neither rewritten nor taken away, and what comes begins ahead.
fn kept(bench: &Bench, entity: &str, faults: &mut Faults) {
    let entity = bench.spec.entity(entity);
    let Some(effective) = &entity.effective else { return };
    let (table, column) = (&entity.table, &entity.field(&effective.during).column);
    let database = bench.cluster().database(Template::World);
    let mut session = database.admin();
    let Some(row) = fresh(bench, entity, &race::id(0, 1)) else { return };
    unkeyed(&mut session, table);
    let put = bench.world.insert(entity, &row);
    // Whoever writes has his turn, not doors alone.
    let turns = session.undone(|session| {
        session.run(&put)?;
        session.column(
            "SELECT count(*)::text FROM pg_locks
             WHERE locktype = 'advisory' AND mode = 'ExclusiveLock' AND pid = pg_backend_pid()",
        )
    });
    faults.same(&turns, &Ok(vec!["1".to_owned()]), || "turns of who writes".to_owned());
    let place = format!("WHERE id = '{}'", row.id);
    let set = |range: &str| format!("UPDATE {table} SET \"{column}\" = {range} {place}");
    let path = |part: &str| Some(("BP409".to_owned(), format!("entities.{}.effective.{part}", entity.name)));
    let (from, until) = (format!("lower(\"{column}\")"), format!("upper(\"{column}\")"));
    let range = |from: &str, until: &str| set(&format!("tstzrange({from}, {until})"));
    let hour = "interval '1 hour'";
    let tried = [
        (range(&from, &format!("{until} - {hour}")), None),
        (range(&from, &format!("{until} + {hour}")), path("past")),
        (range(&format!("{from} - {hour}"), &until), path("past")),
        (range(&format!("{from} + {hour}"), &until), path("past")),
        (range(&from, &until), path("past")),
        (set("NULL"), path("past")),
        (format!("UPDATE {table} SET version = version {place}"), path("past")),
        (format!("DELETE FROM {table} {place}"), path("kept")),
        (format!("TRUNCATE {table} CASCADE"), path("kept")),
    ];
    for (change, expected) in tried {
        let found = session.undone(|session| {
            session.run(&put)?;
            session.run(&change)
        });
        let found = found.err().map(|refusal| (refusal.code, refusal.message));
        faults.same(&found, &expected, || change);
    }
    // One that is in force ends in the future alone.
    let holds = |row: &&Row| effective.ends(row).0 < now() - DAY && effective.ends(row).1 > now();
    if let Some(row) = bench.world.rows_of(&entity.name).find(holds) {
        let ends = |when: &str| {
            format!(
                "UPDATE {table} SET \"{column}\" = tstzrange({from}, {when}) WHERE id = '{}'",
                row.id
            )
        };
        for (when, expected) in [
            ("clock_timestamp() - interval '1 minute'", path("past")),
            ("clock_timestamp()", path("past")),
            ("clock_timestamp() + interval '1 minute'", None),
        ] {
            let found = session.undone(|session| session.run(&ends(when))).err();
            let found = found.map(|refusal| (refusal.code, refusal.message));
            faults.same(&found, &expected, || ends(when));
        }
    }
    for begins in ["clock_timestamp()", "clock_timestamp() - interval '1 day'", "NULL"] {
        let begun = put.replace(
            &quote(row.column(&effective.during).sql().as_deref()),
            &format!("tstzrange({begins}, '2150-01-01')"),
        );
        let found = session.undone(|session| session.run(&begun)).err();
        let found = found.map(|refusal| (refusal.code, refusal.message));
        let expected = match (effective.future, begins) {
            (true, _) => path("future"),
            // Bounds say that it has a beginning; what held then is another's.
            (false, _) => continue,
        };
        faults.same(&found, &expected, || begun);
    }
}

fn silently(session: &mut Session, sql: &str) -> Result<(), super::database::Refusal> {
    session.run("SET LOCAL session_replication_role = replica")?;
    session.run(sql)?;
    session.run("SET LOCAL session_replication_role = origin")
}

/// Past every trigger: two of one key at one time, also where parts of the key are absent.
fn apart(bench: &Bench, entity: &str, faults: &mut Faults) {
    let entity = bench.spec.entity(entity);
    let database = bench.cluster().database(Template::World);
    let mut session = database.admin();
    unkeyed(&mut session, &entity.table);
    let Some(row) = fresh(bench, entity, &race::id(0, 1)) else { return };
    let again = Row { id: race::id(0, 2), ..row.clone() };
    let found = session.undone(|session| {
        silently(session, &bench.world.insert(entity, &row))?;
        silently(session, &bench.world.insert(entity, &again))
    });
    let code = found.err().map(|refusal| refusal.code);
    faults.same(&code.as_deref(), &Some("23P01"), || "two at one time".to_owned());
}

/// Many revise at once, each for a time of his own: whoever came first, one chain is left, without a gap and
/// without an overlap, and he who begins last is never refused.
fn raced(bench: &Bench, entity: &str, faults: &mut Faults) {
    let entity = bench.spec.entity(entity);
    let Some(effective) = &entity.effective else { return };
    let Some(reviser) = Reviser::of(bench, entity) else {
        faults.check(false, || format!("nobody revises {}", entity.name));
        return;
    };
    let tenant = reviser.call.principal.tenant.as_deref().filter(|_| entity.tenant.is_some());
    let holds = |row: &&Row| {
        let (from, until) = effective.ends(row);
        row.tenant.as_deref() == tenant && from <= now() && until > now() + 60 * DAY
    };
    let Some(held) = bench.world.rows_of(&entity.name).find(holds) else {
        faults.check(false, || "the world has nothing in force".to_owned());
        return;
    };
    let database = bench.cluster().database(Template::World);
    let mut watcher = database.admin();
    unkeyed(&mut watcher, &entity.table);
    let mut race = Race::new(&database, &reviser.door.context);
    let key: Vec<String> = effective
        .by
        .iter()
        .map(|field| {
            let value = quote(held.column(field).sql().as_deref());
            format!("\"{}\" IS NOT DISTINCT FROM {value}", entity.field(field).column)
        })
        .collect();
    let until = effective.ends(held).1;
    let (key, during) = (key.join(" AND "), &entity.field(&effective.during).column);
    for round in 0..race::ROUNDS {
        let base = now() + (3 + i64::try_from(round).unwrap_or(0)) * DAY;
        let begins = |number: usize| base + i64::try_from((number * 37) % 64).unwrap_or(0) * 600;
        let calls: Vec<String> = (0..race.contestants())
            .map(|number| {
                let id = race::id(round, number);
                let rival = reviser.call(entity, held, &id, begins(number));
                let arguments = calls::arguments(reviser.owner, reviser.door, &rival);
                format!("SELECT FROM {}", calls::sql("api", reviser.door, &arguments))
            })
            .collect();
        let answers = race.run(&calls);
        let last = (0..answers.len()).max_by_key(|number| begins(*number)).unwrap_or(0);
        faults.check(answers[last].is_ok(), || {
            format!("round {round}: who begins last was answered {:?}", answers[last])
        });
        for refusal in answers.iter().filter_map(|answer| answer.as_ref().err()) {
            faults.same(&refusal.code.as_str(), &"23P01", || format!("round {round}: {refusal}"));
        }
        let done = answers.iter().filter(|answer| answer.is_ok()).count();
        let chain = watcher.rows(&format!(
            "SELECT count(*)::text,
                    (count(*) FILTER (WHERE begins IS DISTINCT FROM ended AND ended IS NOT NULL))::text
             FROM (
               SELECT lower(\"{during}\") AS begins,
                      lag(upper(\"{during}\")) OVER (ORDER BY lower(\"{during}\")) AS ended
               FROM {} WHERE {key} AND upper(\"{during}\") > to_timestamp({base})
                 AND lower(\"{during}\") < to_timestamp({until})
             ) AS chain WHERE begins >= to_timestamp({base})",
            entity.table
        ));
        let expected = vec![vec![Some(done.to_string()), Some("0".to_owned())]];
        faults.same(&chain, &Ok(expected), || format!("the chain of round {round}"));
        if faults.any() {
            return;
        }
    }
}
