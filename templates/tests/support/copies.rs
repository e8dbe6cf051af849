//! What a row takes of another is what that holds when the action has ended: whoever changes the other
//! meanwhile is waited for, and what he left is taken.

use super::calls::{self, Call, Drafter};
use super::database::{Database, Session, Template};
use super::locks::{altered, far, place, tries, while_it_stands};
use super::oracle::Principal;
use super::settle::{columns, inputs};
use super::spec::{Does, Door, DoorKind, Entity, Expr, Field, Type};
use super::value::Value;
use super::world::Row;
use super::{Bench, Faults, Tests};
use std::collections::BTreeMap;

pub fn add(tests: &mut Tests) {
    let spec = tests.bench.spec.clone();
    for entity in &spec.entities {
        for (index, door) in entity.doors.iter().enumerate() {
            // Of each other row one column is enough: its lock is one.
            let mut rows: BTreeMap<String, Taken> = BTreeMap::new();
            for taken in taken(entity, door) {
                if is_reference(spec.entity(&taken.entity).field(&taken.field)) {
                    // What it names decides more than what is taken.
                    continue;
                }
                let (row, _) = taken.column.rsplit_once('.').expect("of another row");
                rows.entry(row.to_owned()).or_insert(taken);
            }
            for (_, taken) in rows {
                let column = &taken.column;
                let title =
                    format!("taken/{}/{}@{}/{column}", entity.name, door.action, door.context);
                let name = entity.name.clone();
                tests.add(title, move |bench, faults| {
                    let database = bench.cluster().database(Template::World);
                    let entity = bench.spec.entity(&name);
                    as_it_was_left(bench, &database, entity, &entity.doors[index], &taken, faults);
                });
            }
        }
    }
}

/// A field that a door fills from a column of another row.
#[derive(Clone)]
struct Taken {
    /// Of a row that a step makes: the place of the step.
    step: Option<usize>,
    entity: String,
    field: String,
    /// `listing.title`
    column: String,
}

/// Fields of the door's own row, and of rows that it makes, that hold exactly such a column.
fn taken(entity: &Entity, door: &Door) -> Vec<Taken> {
    let far = far(door);
    let mut all = Vec::new();
    for (at, step) in door.steps.iter().enumerate() {
        let (step, of, given) = match &step.does {
            _ if step.when.is_some() => continue,
            Does::Set { set } => (None, &entity.name, set),
            Does::Create { entity, with } => (Some(at), entity, with),
            Does::Run { .. } | Does::Each { .. } | Does::Call { .. } | Does::Agree { .. } => continue,
        };
        for one in given {
            let mut names = Vec::new();
            columns(source(&one.value), &mut names);
            inputs(source(&one.value), &mut names);
            let [column] = names.as_slice() else { continue };
            if far.contains(column) {
                let (entity, field) = (of.clone(), one.name.clone());
                all.push(Taken { step, entity, field, column: (*column).to_owned() });
            }
        }
    }
    all
}

/// What is taken where nothing was taken before.
fn source(value: &Expr) -> &Expr {
    match value {
        Expr::Or(_, taken) => taken,
        other => other,
    }
}

fn is_reference(field: &Field) -> bool {
    matches!(field.ty, Type::Ref { .. } | Type::UserIn { .. })
}

fn as_it_was_left(
    bench: &Bench,
    database: &Database<'_>,
    entity: &Entity,
    door: &Door,
    taken: &Taken,
    faults: &mut Faults,
) {
    let target = bench.spec.entity(&taken.entity);
    let (mut owner, mut watcher) = (database.admin(), database.admin());
    let mut session = database.login(&door.context);
    let tried: Vec<(Principal<'_>, Option<Row>)> = match taken.step {
        None if entity.field(&taken.field).later => not_yet(bench, entity, door, taken, &mut owner),
        _ => tries(bench, entity, door).into_iter().map(|(one, row)| (one, row.cloned())).collect(),
    };
    let mut drafter = Drafter::new(&bench.spec, &bench.world);
    for (principal, row) in &tried {
        let (principal, row) = (principal.clone(), row.as_ref());
        let Some(call) = drafter.draft(entity, door, &principal, row) else { continue };
        if drafter.outcome(entity, door, &call).is_err() {
            continue;
        }
        let Some(place) = place(bench, door, &call, &taken.column) else { continue };
        for value in &place.others {
            let (changed, row) = altered(bench, door, &call, &place, value);
            let changed = Call { row: row.as_ref(), ..changed };
            if drafter.outcome(entity, door, &changed).is_err() {
                continue;
            }
            let Some(expected) = expected(&drafter, door, &changed, taken) else { continue };
            if Some(&expected) == self::expected(&drafter, door, &call, taken).as_ref() {
                continue;
            }
            if owner.run(&place.change(value)).is_err() {
                owner.run("ROLLBACK").expect("ROLLBACK");
                continue;
            }
            let arguments = calls::arguments(entity, door, &call);
            let sql = format!("SELECT {}", calls::sql("api", door, &arguments));
            let found = while_it_stands(&mut owner, &mut session, &mut watcher, &sql);
            let left = found.map(|()| left(target, taken, door, &call, &mut watcher));
            faults.same(&left, &Ok(expected.sql()), || {
                format!("{} while {} became {value:?}", door.function, taken.column)
            });
            return;
        }
    }
    faults.check(false, || format!("nobody could take {} anew", taken.column));
}

/// All rows in which the field can be taken, and as yet is not.
fn not_yet<'b>(
    bench: &'b Bench,
    entity: &'b Entity,
    door: &'b Door,
    taken: &Taken,
    owner: &mut Session,
) -> Vec<(Principal<'b>, Option<Row>)> {
    let mut rows = tries(bench, entity, door);
    rows.retain(|(_, row)| {
        let state = row.and_then(|row| row.state.as_ref());
        door.from.is_empty() || state.is_some_and(|state| door.from.contains(state))
    });
    let column = &entity.field(&taken.field).column;
    let mut emptied: BTreeMap<String, bool> = BTreeMap::new();
    let mut all = Vec::new();
    for (principal, row) in rows {
        let Some(row) = row else { continue };
        let empty = emptied.entry(row.id.clone()).or_insert_with(|| {
            let change = format!(
                "BEGIN; SET LOCAL session_replication_role = replica;
                 UPDATE {} SET \"{column}\" = NULL WHERE id = '{}'; COMMIT",
                entity.table, row.id
            );
            let done = owner.run(&change).is_ok();
            if !done {
                owner.run("ROLLBACK").expect("ROLLBACK");
            }
            done
        });
        if *empty {
            let mut row = row.clone();
            row.values.insert(taken.field.clone(), Value::Null);
            all.push((principal, Some(row)));
        }
    }
    all
}

/// What the field holds afterwards.
fn expected(drafter: &Drafter<'_>, door: &Door, call: &Call<'_>, taken: &Taken) -> Option<Value> {
    let Some(step) = taken.step else {
        let before = call.row.unwrap_or(&call.result);
        let (set, _) = drafter.set(door, call, before);
        return set.into_iter().find(|(name, _)| *name == taken.field).map(|(_, value)| value);
    };
    let id = super::steps::made(door, step, &call.id);
    let effects = drafter.effects(door, call).ok()?;
    let made = effects.into_iter().find(|effect| effect.made && effect.row.id == id)?;
    Some(made.row.column(&taken.field))
}

/// What the row holds: the one that was called for, or the last that was made.
fn left(
    target: &Entity,
    taken: &Taken,
    door: &Door,
    call: &Call<'_>,
    watcher: &mut Session,
) -> Option<String> {
    let own = taken.step.is_none() || door.kind == DoorKind::Command && door.returns == taken.step;
    let which = match own {
        true => format!("id = '{}'", call.id),
        false => "true ORDER BY created_at DESC LIMIT 1".to_owned(),
    };
    let column = &target.field(&taken.field).column;
    let sql = format!("SELECT \"{column}\"::text FROM {} WHERE {which}", target.table);
    watcher.rows(&sql).expect("it is read").remove(0).remove(0)
}
