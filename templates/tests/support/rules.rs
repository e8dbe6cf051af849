//! Rules that no CHECK holds: those that are asked when the transaction ends, and those that only growth
//! breaks.

use super::database::{Refusal, Session, Template};
use super::eval::{self, Scope};
use super::settle::{self, Wanted, settle};
use super::spec::{Asked, Entity, Expr, Field, Rule, Type};
use super::tables::Laws;
use super::value::{Value, now, quote};
use super::world::{Random, Row};
use super::{Bench, Faults, Tests};

pub fn add(tests: &mut Tests) {
    let spec = tests.bench.spec.clone();
    for entity in &spec.entities {
        for (at, rule) in entity.rules.iter().enumerate() {
            let name = entity.name.clone();
            match rule.asked {
                Asked::Always => {}
                Asked::AtCommit => {
                    let title = format!("rule/commit/{name}/{}", rule.name);
                    tests.add(title, move |bench, faults| {
                        at_commit(bench, bench.spec.entity(&name), at, faults);
                    });
                }
                Asked::Growth(_) => {
                    let title = format!("rule/growth/{name}/{}", rule.name);
                    tests.add(title, move |bench, faults| {
                        growth(bench, bench.spec.entity(&name), at, faults);
                    });
                }
            }
        }
    }
}

fn path(entity: &Entity, rule: &Rule) -> (String, String) {
    let code = if rule.paid { "BP402" } else { "BP409" };
    (code.to_owned(), format!("entities.{}.rules.{}", entity.name, rule.name))
}

/// Broken and mended within a transaction it says nothing; broken at its end it refuses all of it.
fn at_commit(bench: &Bench, entity: &Entity, at: usize, faults: &mut Faults) {
    let rule = &entity.rules[at];
    let (mut random, mut serial) = (Random::new(), 9_000_000);
    let wanted: Vec<Wanted<'_>> =
        entity.rules.iter().map(|other| (&other.holds, other.name != rule.name)).collect();
    let tenant = entity.tenant.as_ref().map(|tenant| tenant.column.as_str());
    let free = |field: &Field| Some(field.column.as_str()) != tenant && field.copied.is_none();
    let broken = bench.world.rows_of(&entity.name).find_map(|row| {
        let mut again = row.clone();
        let found = row.holds(&rule.holds, None)
            && settle(entity, &mut again, &wanted, &free, &mut random, &mut serial);
        found.then_some((row, again))
    });
    let Some((row, again)) = broken else {
        faults.check(false, || format!("nothing was found that breaks {}", rule.name));
        return;
    };
    let database = bench.cluster().database(Template::World);
    let mut owner = database.login("owner");
    let (breaks, mends) = (change(entity, row, &again), change(entity, &again, row));
    for (changes, expected) in
        [(vec![&breaks, &mends], None), (vec![&breaks], Some(path(entity, rule)))]
    {
        let found = owner.undone(|owner| {
            unguarded(owner, entity)?;
            changes.iter().try_for_each(|change| owner.run(change))?;
            owner.run("SET CONSTRAINTS ALL IMMEDIATE")
        });
        let found = found.err().map(|refusal| (refusal.code, refusal.message));
        faults.same(&found, &expected, || format!("{changes:?}"));
    }
}

/// Without the table's own trigger.
fn unguarded(owner: &mut Session, entity: &Entity) -> Result<(), Refusal> {
    let bare = entity.table.trim_start_matches("app.").trim_matches('"');
    owner.run(&format!("ALTER TABLE {} DISABLE TRIGGER \"{bare}_guard\"", entity.table))
}

/// While no trigger of the table fires.
fn silently(owner: &mut Session, entity: &Entity, sql: &str) -> Result<(), Refusal> {
    let table = &entity.table;
    owner.run(&format!(
        "ALTER TABLE {table} DISABLE TRIGGER USER; {sql}; ALTER TABLE {table} ENABLE TRIGGER USER"
    ))
}

fn change(entity: &Entity, from: &Row, to: &Row) -> String {
    let differs = |field: &&Field| from.column(&field.name) != to.column(&field.name);
    let set: Vec<String> = entity
        .fields
        .iter()
        .filter(differs)
        .map(|field| {
            let value = quote(to.column(&field.name).sql().as_deref());
            format!("\"{}\" = {value}", field.column)
        })
        .collect();
    format!("UPDATE {} SET {} WHERE {}", entity.table, set.join(", "), Laws::place(from, entity))
}

/// From a row that keeps the rule, and from one that broke it before: what grows further is refused, and
/// nothing else is.
fn growth(bench: &Bench, entity: &Entity, at: usize, faults: &mut Faults) {
    let rule = &entity.rules[at];
    let Asked::Growth(grows) = &rule.asked else { return };
    let mut names = Vec::new();
    settle::columns(&rule.holds, &mut names);
    let fields: Vec<&Field> = entity
        .fields
        .iter()
        .filter(|field| names.contains(&field.name.as_str()))
        .filter(|field| matches!(field.ty, Type::Int { .. } | Type::Money { .. } | Type::Duration))
        .collect();
    let database = bench.cluster().database(Template::World);
    let mut admin = database.admin();
    let prefix = &database.cluster.prefix;
    let (mut refused, mut stayed) = (0, 0);
    for row in bench.world.rows_of(&entity.name).take(8) {
        let mut starts = vec![row.clone()];
        for field in &fields {
            for step in [-2, 2, -1000, 1000, -1_000_000, 1_000_000] {
                starts.extend(stepped(row, field, step));
            }
        }
        starts.retain(|start| start.values == row.values || !start.holds(&rule.holds, None));
        for start in starts.iter().take(6) {
            for field in &fields {
                for step in [-1, 1, -1000, 1000, -1_000_000, 1_000_000] {
                    let Some(next) = stepped(start, field, step) else { continue };
                    let grown = number(grows, &next) > number(grows, start);
                    let expected = grown && !next.holds(&rule.holds, None);
                    let role = if entity.is_total(&field.name) { "totals" } else { "owner" };
                    let found = admin.undone(|admin| {
                        if start.values != row.values {
                            silently(admin, entity, &change(entity, row, start))?;
                        }
                        admin.run(&format!("SET LOCAL ROLE \"{prefix}_{role}\""))?;
                        admin.run(&change(entity, start, &next))
                    });
                    let found = found.err().map(|refusal| (refusal.code, refusal.message));
                    // Bounds and other rules have a say of their own.
                    if found.as_ref().is_some_and(|(code, _)| code == "23514") {
                        continue;
                    }
                    let expected = expected.then(|| path(entity, rule));
                    refused += usize::from(expected.is_some());
                    stayed += usize::from(expected.is_none() && !next.holds(&rule.holds, None));
                    faults.same(&found, &expected, || {
                        format!(
                            "{} after {}",
                            change(entity, start, &next),
                            change(entity, row, start)
                        )
                    });
                }
            }
        }
    }
    faults.check(refused > 0, || format!("nothing was found that {} refuses", rule.name));
    faults
        .check(stayed > 0, || format!("nothing was found that breaks {} and may stay", rule.name));
}

fn stepped(row: &Row, field: &Field, step: i64) -> Option<Row> {
    let Value::Int(value) = row.column(&field.name) else { return None };
    let mut next = row.clone();
    next.values.insert(field.name.clone(), Value::Int(value.checked_add(step)?));
    Some(next)
}

fn number(expr: &Expr, row: &Row) -> i64 {
    let scope = Scope {
        column: &|name| row.column(name),
        input: &|_| Value::Null,
        actor: None,
        now: now(),
    };
    match eval::eval(expr, &scope) {
        Value::Int(value) => value,
        _ => 0,
    }
}
