//! What every row keeps to whoever writes it: tried as the owner of the tables, past every door.

use super::bounds;
use super::calls::Drafter;
use super::database::{Refusal, Session, Template};
use super::oracle::NO_TENANT;
use super::settle::{Wanted, settle};
use super::spec::{Asked, Entity, EntityKind, Field, Type};
use super::value::{Value, quote};
use super::world::{Row, World};
use super::{Bench, Faults, Tests};

type Law = fn(&Laws<'_>, &mut Session, &mut Faults);

pub fn add(tests: &mut Tests) {
    let laws: [(&str, Law); 10] = [
        ("states", states),
        ("frozen", frozen),
        ("settled", settled),
        ("append-only", append_only),
        ("stamps", stamps),
        ("bounds", out_of_bounds),
        ("required", required),
        ("uniques", uniques),
        ("rules", rules),
        ("references", references),
    ];
    for entity in tests.bench.spec.entities.clone() {
        for (law, run) in laws {
            let applies = match law {
                "states" => !entity.states.is_empty(),
                "uniques" => !entity.uniques.is_empty() || entity.kind == EntityKind::User,
                "frozen" => !entity.append_only,
                "settled" => entity.settled.is_some(),
                "append-only" => entity.append_only,
                "rules" => entity.rules.iter().any(|rule| rule.asked == Asked::Always),
                "bounds" => {
                    !entity.states.is_empty()
                        || entity.fields.iter().any(|field| !bounds::outside(&field.ty).is_empty())
                }
                "references" => references_of(&entity).next().is_some(),
                _ => true,
            };
            let name = entity.name.clone();
            if applies {
                tests.add(format!("table/{law}/{name}"), move |bench, faults| {
                    let database = bench.cluster().database(Template::World);
                    let laws = Laws { bench, entity: bench.spec.entity(&name) };
                    let mut owner = database.login("owner");
                    // What windows may reach is tried by itself.
                    owner.run(&super::quotas::aside(&bench.spec, &name)).expect("it is set");
                    run(&laws, &mut owner, faults);
                });
            }
        }
    }
}

pub struct Laws<'b> {
    pub bench: &'b Bench,
    pub entity: &'b Entity,
}

impl<'b> Laws<'b> {
    /// Those on which somebody may act: none waits for the clock.
    pub fn rows(&self) -> impl Iterator<Item = &'b Row> + use<'b> {
        let entity = self.entity;
        let rows = self.bench.world.rows_of(&entity.name);
        rows.filter(move |row| !World::is_due(entity, row))
    }

    pub fn place(row: &Row, entity: &Entity) -> String {
        match (&entity.tenant, &row.tenant) {
            (Some(column), Some(tenant)) => {
                format!("id = '{}' AND \"{}\" = '{tenant}'", row.id, column.column)
            }
            _ => format!("id = '{}'", row.id),
        }
    }

    /// What changing one row is answered.
    fn update(&self, session: &mut Session, row: &Row, set: &str) -> Option<(String, String)> {
        let place = Self::place(row, self.entity);
        let update = format!("UPDATE {} SET {set} WHERE {place} RETURNING id", self.entity.table);
        match session.undone(|session| session.rows(&update)) {
            Ok(rows) if rows.len() == 1 => None,
            Ok(rows) => Some(("none".to_owned(), format!("{} rows", rows.len()))),
            Err(refusal) => Some((refusal.code, refusal.constraint.unwrap_or(refusal.message))),
        }
    }

    fn path(&self, rest: &str) -> String {
        format!("entities.{}.{rest}", self.entity.name)
    }

    /// A value that differs from the row's and is valid.
    pub fn other(&self, row: &Row, field: &str) -> Option<String> {
        let field = self.entity.field(field);
        let now = row.column(&field.name);
        if matches!(field.ty, Type::Ref { .. } | Type::UserIn { .. }) {
            let others =
                self.bench.world.referable(&self.bench.spec, &field.ty, row.tenant.as_deref());
            return others.into_iter().find(|id| Value::text(id) != now);
        }
        let mut random = super::world::Random::new();
        (0..50)
            .map(|serial| random.scalar(&field.ty, 2_000_000 + serial))
            .find(|value| *value != now)?
            .sql()
    }
}

fn refusal(code: &str, what: String) -> Option<(String, String)> {
    Some((code.to_owned(), what))
}

/// Every pair of states, also those that no door tries, and every first state.
fn states(laws: &Laws<'_>, session: &mut Session, faults: &mut Faults) {
    let entity = laws.entity;
    let illegal = refusal("BP409", laws.path("states"));
    for from in &entity.states {
        let Some(row) = laws.rows().find(|row| row.state.as_ref() == Some(from)) else {
            faults.check(false, || format!("the world has no {from} row"));
            continue;
        };
        for to in &entity.states {
            let legal = from == to || entity.moves.contains(&(from.clone(), to.clone()));
            let found = laws.update(session, row, &format!("state = '{to}'"));
            let by_states = found.filter(|(code, _)| code == "BP409");
            let expected = if legal { None } else { illegal.clone() };
            faults.same(&by_states, &expected, || format!("{from} → {to}"));
        }
        let mut again = row.clone();
        again.id = NO_TENANT.to_owned();
        let insert = laws.bench.world.insert(entity, &again);
        let found = session.undone(|session| session.run(&insert)).err();
        let found = found
            .map(|refusal| (refusal.code, refusal.message))
            .filter(|(code, _)| code == "BP409");
        let expected = if *from == entity.states[0] { None } else { illegal.clone() };
        faults.same(&found, &expected, || format!("a first row in {from}"));
    }
    let Some(row) = laws.rows().next() else { return };
    let found = laws.update(session, row, "state = 'no_such_state'");
    faults.same(&found, &illegal, || "a move to a state that there is not".to_owned());
}

fn frozen(laws: &Laws<'_>, session: &mut Session, faults: &mut Faults) {
    let entity = laws.entity;
    let tenant = entity.tenant.as_ref().map(|tenant| tenant.column.as_str());
    let Some(row) = laws.rows().next() else { return };
    let own = refusal("BP422", laws.path("frozen"));
    let found = laws.update(session, row, &format!("id = '{NO_TENANT}'"));
    faults.same(&found, &own, || "id".to_owned());
    let found = laws.update(session, row, "created_at = created_at - interval '1 day'");
    faults.same(&found, &own, || "created_at".to_owned());
    if entity.kind == EntityKind::User {
        let found = laws.update(session, row, "subject = 'sub|other'");
        faults.same(&found, &own, || "subject".to_owned());
    }
    if let Some(tenant) = &entity.tenant {
        let others = laws.bench.world.tenants(&tenant.entity);
        let other = others.iter().find(|id| row.tenant.as_deref() != Some(id));
        let other = quote(other.copied());
        let found = laws.update(session, row, &format!("\"{}\" = {other}", tenant.column));
        faults.same(&found, &own, || tenant.column.clone());
    }
    for field in
        entity.fields.iter().filter(|field| field.frozen && Some(field.column.as_str()) != tenant)
    {
        let path = laws.path(&format!("fields.{}.frozen", field.name));
        let mut tried = false;
        for row in laws.rows() {
            if field.later && row.column(&field.name).is_null() {
                continue;
            }
            let Some(other) = laws.other(row, &field.name) else { continue };
            let found = laws.update(
                session,
                row,
                &format!("\"{}\" = {}", field.column, quote(Some(&other))),
            );
            faults.same(&found, &refusal("BP422", path.clone()), || field.name.clone());
            tried = true;
            break;
        }
        faults.check(tried, || format!("{} has no other value", field.name));
    }
}

/// Once a row has come to where some of its fields stay, nobody changes these; before, they change.
fn settled(laws: &Laws<'_>, session: &mut Session, faults: &mut Faults) {
    let entity = laws.entity;
    let Some(settled) = &entity.settled else { return };
    let state = |row: &Row| match &settled.of {
        None => row.state.clone(),
        Some(of) => {
            let ty = &entity.field(of).ty;
            laws.bench.world.far(&laws.bench.spec, ty, &row.column(of), "state").sql()
        }
    };
    for name in &settled.fields {
        let field = entity.field(name);
        let path = laws.path(&format!("frozen.{name}"));
        let mut tried = [false, false];
        for row in laws.rows() {
            let late = state(row).is_some_and(|state| settled.from.contains(&state));
            let side = usize::from(late);
            if tried[side] || field.later && (!late || !row.column(name).is_null()) {
                continue;
            }
            let Some(other) = laws.other(row, name) else { continue };
            let change = format!("\"{}\" = {}", field.column, quote(Some(&other)));
            let found = laws.update(session, row, &change);
            let by_it = found.filter(|(_, what)| *what == path);
            let expected = if late { refusal("BP422", path.clone()) } else { None };
            faults.same(&by_it, &expected, || format!("{name} of a row in {:?}", state(row)));
            tried[side] = true;
        }
        faults.check(tried[1] || field.later, || format!("no row in which {name} is to stay"));
    }
}

/// Nothing that is there is changed or taken away, by a statement about any rows or none.
fn append_only(laws: &Laws<'_>, session: &mut Session, faults: &mut Faults) {
    let (entity, table) = (laws.entity, &laws.entity.table);
    let Some(row) = laws.rows().next() else { return };
    let place = Laws::place(row, entity);
    let mut tried = vec![
        format!("DELETE FROM {table} WHERE {place}"),
        format!("TRUNCATE {table} CASCADE"),
        format!("UPDATE {table} SET version = 2 WHERE {place}"),
        format!("UPDATE {table} SET updated_at = now() WHERE {place}"),
        format!("UPDATE {table} SET id = id WHERE id = '{NO_TENANT}'"),
        format!("DELETE FROM {table} WHERE id = '{NO_TENANT}'"),
    ];
    for field in &entity.fields {
        let column = &field.column;
        tried.push(format!("UPDATE {table} SET \"{column}\" = \"{column}\" WHERE {place}"));
    }
    for change in tried {
        let found = session.undone(|session| session.run(&change)).err();
        let found = found.map(|refusal| (refusal.code, refusal.message));
        faults.same(&found, &refusal("BP409", laws.path("append_only")), || change.clone());
    }
}

/// Version and instants are the database's, whatever is written.
fn stamps(laws: &Laws<'_>, session: &mut Session, faults: &mut Faults) {
    let entity = laws.entity;
    let Some(row) = laws.rows().next() else { return };
    let (table, place) = (&entity.table, Laws::place(row, entity));
    let updates = ["version = 77", "version = version", "updated_at = '2001-01-01'"];
    for forged in updates.into_iter().filter(|_| !entity.only_made()) {
        let stamps = session.undone(|session| {
            session.rows(&format!(
                "UPDATE {table} SET {forged} WHERE {place}
                 RETURNING version::text, (updated_at > now() - interval '1 hour')::text"
            ))
        });
        let expected = vec![Some((row.version + 1).to_string()), Some("true".to_owned())];
        faults.same(&stamps, &Ok(vec![expected]), || forged.to_owned());
    }
    if !entity.only_made() {
        let audited = session.undone(|session| {
            session.run(&format!("UPDATE {table} SET version = version WHERE {place}"))?;
            session.rows("SELECT entity, row_id::text, operation FROM audit.entry")
        });
        let entry = [entity.name.as_str(), &row.id, "update"].map(|text| Some(text.to_owned()));
        faults.same(&audited, &Ok(vec![entry.into()]), || "the audit of an update".to_owned());
    }
    let mut again = row.clone();
    again.id = NO_TENANT.to_owned();
    again.version = 9;
    again.values.extend(entity.number.iter().map(|number| (number.field.clone(), Value::Null)));
    again.state = entity.states.first().cloned();
    for unique in &entity.uniques {
        for field in unique
            .fields
            .iter()
            .filter(|field| entity.tenant.as_ref().is_none_or(|t| t.column != **field))
        {
            if let Some(other) = laws.other(row, field) {
                again.values.insert(field.clone(), Value::Text(other));
            }
        }
    }
    laws.bench.world.move_apart(entity, &mut again);
    super::in_force::ahead(entity, &mut again);
    let insert = laws.bench.world.insert(entity, &again);
    let stamps = session.undone(|session| {
        session.run(&insert)?;
        session.rows(&format!(
            "SELECT version::text, (created_at > now() - interval '1 hour')::text FROM {table}
             WHERE id = '{NO_TENANT}'"
        ))
    });
    if entity.only_made() {
        let audited = session.undone(|session| {
            session.run(&insert)?;
            session.rows("SELECT entity, row_id::text, operation FROM audit.entry")
        });
        let entry = [entity.name.as_str(), NO_TENANT, "insert"].map(|text| Some(text.to_owned()));
        faults.same(&audited, &Ok(vec![entry.into()]), || "the audit of an insert".to_owned());
    }
    if let Ok(stamps) = stamps {
        let expected = vec![vec![Some("1".to_owned()), Some("true".to_owned())]];
        faults.same(&stamps, &expected, || "a forged first version".to_owned());
    }
}

/// A value that the column does not take, where no rule over several is left to refuse it.
fn out_of_bounds(laws: &Laws<'_>, session: &mut Session, faults: &mut Faults) {
    let entity = laws.entity;
    let Some(row) = laws.rows().next() else { return };
    let place = Laws::place(row, entity);
    let mut bad: Vec<(String, String)> = Vec::new();
    for field in entity.fields.iter().filter(|field| !entity.is_total(&field.name)) {
        bad.extend(
            bounds::outside(&field.ty).into_iter().map(|value| (field.column.clone(), value)),
        );
    }
    if !entity.states.is_empty() {
        bad.push(("state".to_owned(), "no_such_state".to_owned()));
    }
    for (column, value) in bad {
        let found = session.undone(|session| {
            without_rules(session, &entity.table)?;
            let value = quote(Some(&value));
            session
                .run(&format!("UPDATE {} SET \"{column}\" = {value} WHERE {place}", entity.table))
        });
        let code = found.err().map(|refusal| refusal.code);
        faults.same(&code.as_deref(), &Some("23514"), || format!("{column} = {value:?}"));
    }
    faults.check(true, String::new);
}

/// Leaves the table its columns' own bounds alone: neither its rules nor its trigger.
pub fn without_rules(session: &mut Session, table: &str) -> Result<(), Refusal> {
    session.run(&format!("ALTER TABLE {table} DISABLE TRIGGER USER"))?;
    let rules = session.column(&format!(
        "SELECT conname FROM pg_constraint
         WHERE conrelid = '{table}'::regclass AND contype = 'c' AND conname LIKE '%\\_rule'"
    ))?;
    rules.iter().try_for_each(|rule| {
        session.run(&format!("ALTER TABLE {table} DROP CONSTRAINT \"{rule}\""))
    })
}

fn required(laws: &Laws<'_>, session: &mut Session, faults: &mut Faults) {
    let entity = laws.entity;
    let Some(row) = laws.rows().next() else { return };
    for field in
        entity.fields.iter().filter(|field| !field.optional && !entity.is_total(&field.name))
    {
        let mut again = row.clone();
        again.id = NO_TENANT.to_owned();
        again.state = entity.states.first().cloned();
        again.values.insert(field.name.clone(), Value::Null);
        let insert = laws.bench.world.insert(entity, &again);
        let found = session.undone(|session| {
            session.run(&format!("ALTER TABLE {} DISABLE TRIGGER USER", entity.table))?;
            session.run(&insert)
        });
        let code = found.err().map(|refusal| refusal.code);
        faults.same(&code.as_deref(), &Some("23502"), || format!("{} absent", field.name));
    }
    faults.check(true, String::new);
}

/// A second row with the same key is refused, and one of another tenant is not, unless it is global.
fn uniques(laws: &Laws<'_>, session: &mut Session, faults: &mut Faults) {
    let (entity, world) = (laws.entity, &laws.bench.world);
    if entity.kind == EntityKind::User {
        let mut rows = laws.rows();
        let (Some(first), Some(second)) = (rows.next(), rows.next()) else { return };
        let mut again = second.clone();
        again.id.clone_from(&first.id);
        let insert = world.insert(entity, &again).replace(&first.id, NO_TENANT);
        let found = session.undone(|session| session.run(&insert)).err();
        let code = found.map(|refusal| refusal.code);
        faults.same(&code.as_deref(), &Some("23505"), || "a second row of one subject".to_owned());
    }
    for unique in &entity.uniques {
        let counted = |row: &&Row| {
            unique.filter.as_ref().is_none_or(|filter| row.holds(filter, None))
                && unique.fields.iter().all(|field| !row.column(field).is_null())
        };
        let Some(row) = laws.rows().find(counted) else {
            faults.check(false, || format!("the world has no row that {} counts", unique.name));
            continue;
        };
        let mut again = row.clone();
        again.id = NO_TENANT.to_owned();
        // Everything else differs, so that no other key is in the way.
        for field in &entity.fields {
            let scalar = !matches!(
                field.ty,
                Type::Ref { .. } | Type::UserIn { .. } | Type::OneOf { .. } | Type::Bool
            );
            let keyed = unique.fields.contains(&field.name)
                || unique
                    .filter
                    .as_ref()
                    .is_some_and(|filter| format!("{filter:?}").contains(&field.name));
            let in_rule =
                entity.rules.iter().any(|rule| format!("{:?}", rule.holds).contains(&field.name));
            let in_other = entity.uniques.iter().any(|other| other.fields.contains(&field.name));
            let in_the_way = scalar && in_other && !keyed && !in_rule;
            if let Some(other) = laws.other(row, &field.name).filter(|_| in_the_way) {
                again.values.insert(field.name.clone(), Value::Text(other));
            }
        }
        world.move_apart(entity, &mut again);
        let insert = world.insert(entity, &again);
        let table = &entity.table;
        let found = session.undone(|session| {
            session.run(&format!("ALTER TABLE {table} DISABLE TRIGGER USER"))?;
            without_other_keys(session, entity, &unique.fields)?;
            session.run(&insert)
        });
        let code = found.err().map(|refusal| refusal.code);
        faults.same(&code.as_deref(), &Some("23505"), || format!("unique {}", unique.name));
    }
}

/// Leaves the table those keys alone that are of these fields, within a tenant or over all.
fn without_other_keys(
    session: &mut Session,
    entity: &Entity,
    fields: &[String],
) -> Result<(), Refusal> {
    let table = &entity.table;
    let tenant = entity.tenant.as_ref().map_or("", |tenant| tenant.column.as_str());
    let mut columns: Vec<&str> =
        fields.iter().map(|field| entity.field(field).column.as_str()).collect();
    columns.retain(|column| *column != tenant);
    columns.sort_unstable();
    let keys = session.rows(&format!(
        "SELECT i.indexrelid::regclass::text, c.conname,
                (SELECT string_agg(a.attname, ',' ORDER BY a.attname COLLATE \"C\") FROM pg_attribute a
                 WHERE a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey::int2[])
                   AND a.attname <> '{tenant}')
         FROM pg_index i LEFT JOIN pg_constraint c ON c.conindid = i.indexrelid AND c.contype IN ('p', 'u')
         WHERE i.indrelid = '{table}'::regclass AND i.indisunique"
    ))?;
    for key in keys {
        let [Some(index), constraint, of] = key.as_slice() else { continue };
        if of.as_deref() == Some(columns.join(",").as_str()) {
            continue;
        }
        session.run(&match constraint {
            Some(constraint) => {
                format!("ALTER TABLE {table} DROP CONSTRAINT \"{constraint}\" CASCADE")
            }
            None => format!("DROP INDEX {index}"),
        })?;
    }
    Ok(())
}

/// For each rule: a row that breaks it, and as few others as can be.
fn rules(laws: &Laws<'_>, session: &mut Session, faults: &mut Faults) {
    let entity = laws.entity;
    let checked = || entity.rules.iter().filter(|rule| rule.asked == Asked::Always);
    for rule in checked() {
        let mut random = super::world::Random::new();
        let mut serial = 3_000_000;
        let wanted: Vec<Wanted<'_>> =
            checked().map(|other| (&other.holds, other.name != rule.name)).collect();
        let tenant = entity.tenant.as_ref().map(|tenant| tenant.column.as_str());
        let free = |field: &Field| Some(field.column.as_str()) != tenant && field.copied.is_none();
        let broken = laws.rows().find_map(|row| {
            let mut again = row.clone();
            let found = settle(entity, &mut again, &wanted, &free, &mut random, &mut serial);
            found.then_some((row, again))
        });
        let broken = broken.or_else(|| by_reference(laws, &rule.holds, &wanted));
        let Some((row, again)) = broken else {
            faults.check(false, || format!("nothing was found that breaks {}", rule.name));
            continue;
        };
        let set: Vec<String> = entity
            .fields
            .iter()
            .filter(|field| again.column(&field.name) != row.column(&field.name))
            .map(|field| {
                format!(
                    "\"{}\" = {}",
                    field.column,
                    quote(again.column(&field.name).sql().as_deref())
                )
            })
            .collect();
        let found = session.undone(|session| {
            session.run(&format!("ALTER TABLE {} DISABLE TRIGGER USER", entity.table))?;
            let place = Laws::place(row, entity);
            session.run(&format!("UPDATE {} SET {} WHERE {place}", entity.table, set.join(", ")))
        });
        let code = found.err().map(|refusal| refusal.code);
        faults.same(&code.as_deref(), &Some("23514"), || {
            format!("rule {} with {}", rule.name, set.join(", "))
        });
    }
}

/// As the conditions are wanted, where that depends on whether the row refers to others.
fn by_reference<'l>(
    laws: &Laws<'l>,
    broken: &super::spec::Expr,
    wanted: &[Wanted<'_>],
) -> Option<(&'l Row, Row)> {
    let (entity, bench) = (laws.entity, laws.bench);
    let mut names = Vec::new();
    super::settle::columns(broken, &mut names);
    let named = |field: &&Field| field.optional && names.contains(&field.name.as_str());
    laws.rows().find_map(|row| {
        [true, false].into_iter().find_map(|there| {
            let mut again = row.clone();
            for field in references_of(entity).filter(named) {
                let all = bench.world.referable(&bench.spec, &field.ty, row.tenant.as_deref());
                let value = all.first().filter(|_| there).map_or(Value::Null, Value::text);
                if there != again.column(&field.name).is_null() {
                    continue;
                }
                again.values.insert(field.name.clone(), value);
            }
            let found = wanted.iter().all(|(holds, side)| again.holds(holds, None) == *side);
            found.then_some((row, again))
        })
    })
}

/// Takes away what the table refers to others by, its keys, and what others refer to it by.
pub fn unconstrained(session: &mut Session, table: &str) -> Result<(), Refusal> {
    unreferenced(session, table)?;
    let names = session.column(&format!(
        "SELECT conname FROM pg_constraint
         WHERE conrelid = '{table}'::regclass AND contype IN ('f', 'u', 'x')
         ORDER BY contype"
    ))?;
    for name in names {
        session.run(&format!("ALTER TABLE {table} DROP CONSTRAINT \"{name}\" CASCADE"))?;
    }
    let partial = session.column(&format!(
        "SELECT indexrelid::regclass::text FROM pg_index
         WHERE indrelid = '{table}'::regclass AND indisunique AND NOT indisprimary"
    ))?;
    partial.iter().try_for_each(|index| session.run(&format!("DROP INDEX {index}")))
}

/// Takes away what others refer to the table by.
pub fn unreferenced(session: &mut Session, table: &str) -> Result<(), Refusal> {
    let referring = session.rows(&format!(
        "SELECT conrelid::regclass::text, conname FROM pg_constraint
         WHERE confrelid = '{table}'::regclass AND contype = 'f' AND conrelid <> confrelid"
    ))?;
    referring.iter().try_for_each(|line| {
        let [Some(other), Some(name)] = line.as_slice() else { return Ok(()) };
        session.run(&format!("ALTER TABLE {other} DROP CONSTRAINT \"{name}\""))
    })
}

fn references_of(entity: &Entity) -> impl Iterator<Item = &Field> {
    entity.fields.iter().filter(|field| matches!(field.ty, Type::Ref { .. } | Type::UserIn { .. }))
}

/// No reference to a row that is not there or is another tenant's, and no removal of one in use.
fn references(laws: &Laws<'_>, session: &mut Session, faults: &mut Faults) {
    let (entity, bench) = (laws.entity, laws.bench);
    let drafter = Drafter::new(&bench.spec, &bench.world);
    let table = &entity.table;
    let tenant = entity.tenant.as_ref().map(|tenant| tenant.column.as_str());
    for field in references_of(entity) {
        let Some(row) = laws.rows().find(|row| !row.column(&field.name).is_null()) else {
            continue;
        };
        if Some(field.column.as_str()) == tenant {
            let mut again = row.clone();
            again.id = "01900000-0000-7000-8000-fffffffffffe".to_owned();
            again.state = entity.states.first().cloned();
            again.values.insert(field.name.clone(), Value::text(NO_TENANT));
            // Nothing is in force for a tenant that is not there, so nobody looks.
            let looks = !entity.picks.is_empty();
            let number = entity.number.iter().filter(|_| !looks);
            again.values.extend(number.map(|one| (one.field.clone(), Value::Null)));
            let insert = bench.world.insert(entity, &again);
            let found = session.undone(|session| {
                if looks {
                    session.run(&format!("ALTER TABLE {table} DISABLE TRIGGER USER"))?;
                }
                session.run(&insert)
            });
            let found = found.err();
            let code = found.map(|refusal| refusal.code).unwrap_or_default();
            // A key that spans the tenants may be in the way before.
            let refused = ["23503", "23505"].contains(&code.as_str());
            faults.check(refused, || format!("a row of a tenant that there is not: {code}"));
            continue;
        }
        let mut wrong = vec![NO_TENANT.to_owned()];
        wrong.extend(foreign(&bench.world, &drafter, field, row));
        for id in wrong {
            let place = Laws::place(row, entity);
            let found = session.undone(|session| {
                session.run(&format!("ALTER TABLE {table} DISABLE TRIGGER USER"))?;
                unreferenced(session, table)?;
                session
                    .run(&format!("UPDATE {table} SET \"{}\" = '{id}' WHERE {place}", field.column))
            });
            let code = found.err().map(|refusal| refusal.code);
            faults.same(&code.as_deref(), &Some("23503"), || format!("{} = {id}", field.name));
        }
        if let Type::Ref { entity: parent } = &field.ty {
            let id = row.column(&field.name).sql().unwrap_or_default();
            let parent = bench.spec.entity(parent);
            let found = session.undone(|session| {
                session.run(&format!("DELETE FROM {} WHERE id = '{id}'", parent.table))
            });
            let code = found.err().map(|refusal| refusal.code);
            let expected = if parent.only_made() { "BP409" } else { "23503" };
            faults.same(&code.as_deref(), &Some(expected), || {
                format!("removing what {} names", field.name)
            });
        }
    }
    for field in entity.fields.iter().filter(|field| field.copied.is_some()) {
        let people = &bench.world.people;
        let Some(row) = laws.rows().find(|row| !row.column(&field.name).is_null()) else {
            continue;
        };
        let other = people.iter().find(|person| Value::text(&person.id) != row.column(&field.name));
        let place = Laws::place(row, entity);
        let found = session.undone(|session| {
            session.run(&format!("ALTER TABLE {table} DISABLE TRIGGER USER"))?;
            let other = quote(other.map(|person| person.id.as_str()));
            session.run(&format!("UPDATE {table} SET \"{}\" = {other} WHERE {place}", field.column))
        });
        let code = found.err().map(|refusal| refusal.code);
        faults.same(&code.as_deref(), &Some("23503"), || {
            format!("{} unlike its parent's", field.name)
        });
    }
}

/// Rows of another tenant that the field must not name.
fn foreign(world: &World, drafter: &Drafter<'_>, field: &Field, row: &Row) -> Vec<String> {
    let named = world.referable(drafter.spec, &field.ty, row.tenant.as_deref());
    let all = match &field.ty {
        Type::Ref { entity } => world
            .rows_of(entity)
            .filter(|other| other.tenant.is_some())
            .map(|row| row.id.clone())
            .collect(),
        Type::UserIn { .. } => world.people.iter().map(|person| person.id.clone()).collect(),
        _ => Vec::new(),
    };
    if row.tenant.is_none() {
        return Vec::new();
    }
    all.into_iter().filter(|id| !named.contains(id)).take(3).collect()
}
