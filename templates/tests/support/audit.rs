//! The audit: it tells of every change, keeps what is personal to itself, takes nothing back, and shows whoever
//! alters it all the same.

use super::database::{Refusal, Session, Template};
use super::oracle::NO_TENANT;
use super::spec::{Entity, EntityKind};
use super::tables::Laws;
use super::value::quote;
use super::world::Random;
use super::{Bench, Faults, Tests};

const VERIFY: &str = "SELECT stream, position::text, fault FROM audit.verify() ORDER BY 1, 2, 3";

/// How many sessions write at once, and how often.
const WRITERS: usize = 16;
const ROUNDS: usize = 20;

pub fn add(tests: &mut Tests) {
    tests.add("audit/append-only".to_owned(), append_only);
    tests.add("audit/sealed".to_owned(), sealed);
    tests.add("audit/tampering".to_owned(), tampering);
    tests.add("audit/crossing".to_owned(), crossing);
    tests.add("audit/masked".to_owned(), masked);
    tests.add("audit/command".to_owned(), by_command);
}

/// Touches everybody's row, and so writes an entry for each.
fn touch(owner: &mut Session, bench: &Bench) {
    let table = &bench.spec.user().table;
    owner.run(&format!("UPDATE {table} SET version = version")).expect("the owner may write");
}

/// It takes entries and seals, and gives none back, to nobody.
fn append_only(bench: &Bench, faults: &mut Faults) {
    let database = bench.cluster().database(Template::World);
    touch(&mut database.login("owner"), bench);
    for (table, column) in [("entry", "path"), ("seal", "stream")] {
        for sql in [
            format!("UPDATE audit.{table} SET {column} = 'forged'"),
            format!("DELETE FROM audit.{table}"),
            format!("TRUNCATE audit.{table}"),
            format!("UPDATE audit.{table} SET {column} = 'forged' WHERE false"),
        ] {
            for mut session in [database.login("owner"), database.admin()] {
                let refusal = session.run(&sql).err();
                let refusal = refusal.map(|refusal| (refusal.code, refusal.message));
                let expected = Some(("BP409".to_owned(), "audit.append_only".to_owned()));
                faults.same(&refusal, &expected, || sql.clone());
            }
        }
    }
}

/// What a transaction wrote is sealed when it commits: once for each stream, also where it asks for that early.
fn sealed(bench: &Bench, faults: &mut Faults) {
    let database = bench.cluster().database(Template::World);
    let mut owner = database.login("owner");
    touch(&mut owner, bench);
    let people = bench.world.people.len();
    let counts = |owner: &mut Session| {
        owner.rows(
            "SELECT (SELECT count(*) FROM audit.entry)::text, (SELECT count(DISTINCT stream) FROM audit.entry)::text,
                    (SELECT count(*) FROM audit.seal)::text",
        )
    };
    let all = counts(&mut owner).expect("the owner reads").remove(0);
    faults.same(&all[0], &Some(people.to_string()), || "an entry for each row".to_owned());
    faults.same(&all[2], &all[1], || "a seal for each stream".to_owned());
    faults.same(&owner.rows(VERIFY), &Ok(Vec::new()), || "the chain".to_owned());

    owner.run("BEGIN").expect("BEGIN");
    touch(&mut owner, bench);
    owner.run("SET CONSTRAINTS ALL IMMEDIATE").expect("anybody may");
    touch(&mut owner, bench);
    owner.run("COMMIT").expect("COMMIT");
    faults.same(&owner.rows(VERIFY), &Ok(Vec::new()), || "the chain, sealed early".to_owned());
    let entries = owner.column("SELECT count(*)::text FROM audit.entry");
    faults.same(&entries, &Ok(vec![(3 * people).to_string()]), || "entries".to_owned());
}

/// Whoever can do anything in the database alters the audit, each time in another way.
fn tampering(bench: &Bench, faults: &mut Faults) {
    let database = bench.cluster().database(Template::World);
    let mut owner = database.login("owner");
    for _ in 0..3 {
        touch(&mut owner, bench);
    }
    let mut admin = database.admin();
    let stream = admin.column("SELECT max(stream) FROM audit.seal").expect("it is there").remove(0);
    let of_stream = format!("stream = '{stream}'");
    let newest = format!("{of_stream} AND position = 3");
    let entries = |position: usize| {
        format!(
            "id IN (SELECT e.id FROM audit.entry e JOIN audit.seal s ON e.xact = s.xact AND e.stream = s.stream
                    WHERE s.{of_stream} AND s.position = {position})"
        )
    };
    let again = "SET hash = sha256('forged') WHERE";
    for (what, sql) in [
        (
            "an entry altered",
            format!("UPDATE audit.entry SET path = 'forged' WHERE {}", entries(2)),
        ),
        (
            "its time altered",
            format!("UPDATE audit.entry SET at = at - interval '1 day' WHERE {}", entries(1)),
        ),
        (
            "its request altered",
            format!("UPDATE audit.entry SET request = 'forged' WHERE {}", entries(3)),
        ),
        ("an entry removed", format!("DELETE FROM audit.entry WHERE {}", entries(2))),
        ("a seal removed", format!("DELETE FROM audit.seal WHERE {of_stream} AND position = 2")),
        (
            "the first seal removed",
            format!("DELETE FROM audit.seal WHERE {of_stream} AND position = 1"),
        ),
        ("a seal altered", format!("UPDATE audit.seal {again} {of_stream} AND position = 1")),
        (
            "the end removed",
            format!(
                "DELETE FROM audit.entry WHERE {}; DELETE FROM audit.seal WHERE {newest}",
                entries(3)
            ),
        ),
        ("a head altered", format!("UPDATE audit.head SET position = 2 WHERE {of_stream}")),
        ("a head removed", format!("DELETE FROM audit.head WHERE {of_stream}")),
        (
            "an entry slipped in",
            format!(
                "INSERT INTO audit.entry (stream, entity, row_id, version, operation)
                 VALUES ('{stream}', 'forged', '{NO_TENANT}', 1, 'insert')"
            ),
        ),
    ] {
        let found = admin.undone(|admin| {
            for table in ["entry", "seal"] {
                admin.run(&format!("ALTER TABLE audit.{table} DISABLE TRIGGER USER"))?;
            }
            admin.run(&sql)?;
            admin.column(VERIFY)
        });
        let shown = found.as_ref().is_ok_and(|streams| streams.contains(&stream));
        faults.check(shown, || format!("{what}: {found:?}"));
    }
    faults.same(&admin.rows(VERIFY), &Ok(Vec::new()), || "nothing was left of it".to_owned());
}

/// Transactions that write in several streams, each in an order of its own, do not wait for each other for ever.
fn crossing(bench: &Bench, faults: &mut Faults) {
    let database = bench.cluster().database(Template::World);
    let refusals: Vec<Refusal> = std::thread::scope(|scope| {
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let mut session = database.login("owner");
                let mut random = Random::new();
                for _ in 0..writer {
                    random.below(2);
                }
                scope.spawn(move || {
                    let mut refused = Vec::new();
                    for _ in 0..ROUNDS {
                        let (one, other) = (random.below(3), random.below(3));
                        let entry = |stream: usize| {
                            format!(
                                "INSERT INTO audit.entry (stream, entity, row_id, version, operation)
                                 VALUES ('crossing {stream}', 'Crossing', '{NO_TENANT}', 1, 'insert');"
                            )
                        };
                        let sql = format!("BEGIN; {} {} COMMIT", entry(one), entry(other));
                        if let Err(refusal) = session.run(&sql) {
                            refused.push(refusal);
                            session.run("ROLLBACK").expect("ROLLBACK");
                        }
                    }
                    refused
                })
            })
            .collect();
        writers.into_iter().flat_map(|writer| writer.join().expect("it ends")).collect()
    });
    faults.same(&refusals, &Vec::new(), || "crossing transactions".to_owned());
    let mut owner = database.login("owner");
    let entries = owner.column("SELECT count(*)::text FROM audit.entry");
    faults.same(&entries, &Ok(vec![(2 * WRITERS * ROUNDS).to_string()]), || "entries".to_owned());
    faults.same(&owner.rows(VERIFY), &Ok(Vec::new()), || "the chain".to_owned());
}

/// The service's own command says the same, and knows seals that were kept elsewhere.
fn by_command(bench: &Bench, faults: &mut Faults) {
    let database = bench.cluster().database(Template::World);
    let environment = [("DATABASE_OWNER_URL".to_owned(), database.url("owner"))];
    let kept = std::env::temp_dir().join(format!("{}-heads", database.name));
    let audit = |arguments: &[&str]| {
        let mut command = super::service::command(bench.binary, &environment);
        let output = command.arg("audit").args(arguments).output().expect("it starts");
        let said = |bytes| String::from_utf8_lossy(bytes).trim().to_owned();
        (output.status.code(), said(&output.stdout), said(&output.stderr))
    };
    let with_kept = ["verify", "--heads", kept.to_str().expect("a plain path")];
    touch(&mut database.login("owner"), bench);
    let (code, heads, _) = audit(&["heads"]);
    faults.same(&code, &Some(0), || "audit heads".to_owned());
    std::fs::write(&kept, &heads).expect("a temporary file");
    touch(&mut database.login("owner"), bench);
    let whole = format!(
        "{} entries in {} streams are as they were sealed",
        2 * bench.world.people.len(),
        heads.lines().count()
    );
    for arguments in [&["verify"][..], &with_kept] {
        let found = audit(arguments);
        faults.same(&found, &(Some(0), whole.clone(), String::new()), || arguments.join(" "));
    }

    // All of it is gone, and nothing in the database tells.
    let mut admin = database.admin();
    for table in ["entry", "seal"] {
        let disable = format!("ALTER TABLE audit.{table} DISABLE TRIGGER USER");
        admin.run(&disable).expect("an administrator may");
    }
    admin.run("TRUNCATE audit.entry, audit.seal, audit.head").expect("an administrator may");
    let (code, ..) = audit(&["verify"]);
    faults.same(&code, &Some(0), || "an empty audit".to_owned());
    let (code, _, said) = audit(&with_kept);
    let told = "the seal that was kept is not in the audit";
    faults.same(&code, &Some(1), || said.clone());
    faults.same(&said.matches(told).count(), &heads.lines().count(), || said.clone());

    std::fs::write(&kept, "no head").expect("a temporary file");
    let (code, _, said) = audit(&with_kept);
    faults.same(&code, &Some(2), || said.clone());
    let _ = std::fs::remove_file(kept);
}

/// What is personal is told to have changed, and not to what.
fn masked(bench: &Bench, faults: &mut Faults) {
    let database = bench.cluster().database(Template::World);
    let mut owner = database.login("owner");
    for entity in &bench.spec.entities {
        let laws = Laws { bench, entity };
        let Some(row) = laws.rows().next() else { continue };
        for field in &entity.fields {
            let Some(other) = laws.other(row, &field.name) else { continue };
            let (column, other) = (&field.column, quote(Some(&other)));
            let set = format!("SET \"{column}\" = {other} WHERE {}", Laws::place(row, entity));
            let told = told(&mut owner, entity, column, &set);
            let masked = || Some("masked".to_owned());
            match told {
                Err(refusal) => {
                    faults.check(false, || format!("{} {column}: {refusal}", entity.name))
                }
                Ok([before, after]) if field.personal => {
                    let was_there = before.is_some();
                    let told = [before.or_else(masked), after];
                    faults
                        .same(&told, &[masked(), masked()], || format!("{} {column}", entity.name));
                    faults.same(&was_there, &!row.column(&field.name).is_null(), || column.clone());
                }
                Ok(told) => {
                    let hidden = told.iter().any(|told| told.as_deref() == Some("masked"));
                    let changed = told[1].is_some() && told[0] != told[1];
                    faults.check(!hidden && changed, || {
                        format!("{} {column}: {told:?}", entity.name)
                    });
                }
            }
        }
        if entity.kind == EntityKind::User {
            let set = format!("SET subject = 'other' WHERE id = '{}'", row.id);
            let told = told(&mut owner, entity, "subject", &set);
            faults.same(&told, &Ok([Some("masked".to_owned()), Some("masked".to_owned())]), || {
                "subject".to_owned()
            });
        }
    }
}

/// What the audit says that a column was and is, after an update past everything else.
fn told(
    owner: &mut Session,
    entity: &Entity,
    column: &str,
    set: &str,
) -> Result<[Option<String>; 2], Refusal> {
    let table = &entity.table;
    owner.undone(|owner| {
        super::tables::without_rules(owner, table)?;
        let trigger = format!(
            "SELECT tgname FROM pg_trigger
             WHERE tgrelid = '{table}'::regclass AND tgfoid = 'audit.record()'::regprocedure"
        );
        for trigger in owner.column(&trigger)? {
            owner.run(&format!("ALTER TABLE {table} ENABLE TRIGGER \"{trigger}\""))?;
        }
        super::tables::unconstrained(owner, table)?;
        owner.run(&format!("UPDATE {table} {set}"))?;
        let told = format!(
            "SELECT before ->> '{column}', after ->> '{column}' FROM audit.entry ORDER BY id DESC LIMIT 1"
        );
        let mut lines = owner.rows(&told)?;
        Ok(match lines.pop().as_deref() {
            Some([before, after]) => [before.clone(), after.clone()],
            _ => [None, None],
        })
    })
}
