//! Who sees which rows and which columns, by direct SQL in the context's own role and without any
//! WHERE: what row security and column grants alone keep back.

use super::database::{Session, Template, enter};
use super::oracle::Principal;
use super::spec::{Access, Context, ContextKind, Entity, EntityKind};
use super::world::Row;
use super::{Bench, Faults, Tests};
use std::collections::BTreeMap;

pub fn add(tests: &mut Tests) {
    let spec = tests.bench.spec.clone();
    for entity in &spec.entities {
        for context in &spec.contexts {
            let (entity, context) = (entity.name.clone(), context.name.clone());
            tests.add(format!("read/{entity}/{context}"), move |bench, faults| {
                let (entity, context) = (bench.spec.entity(&entity), bench.spec.context(&context));
                let database = bench.cluster().database(Template::World);
                let mut session = database.login(&context.name);
                match entity.access(&context.name) {
                    Some(access) => visible(bench, &mut session, entity, context, access, faults),
                    None => hidden(&mut session, entity, faults),
                }
            });
        }
    }
}

/// A context that reads nothing of an entity cannot even name a column of its.
fn hidden(session: &mut Session, entity: &Entity, faults: &mut Faults) {
    for column in columns(entity) {
        let read = session.rows(&format!("SELECT \"{column}\" FROM {}", entity.table));
        let code = read.err().map(|refusal| refusal.code);
        faults.same(&code.as_deref(), &Some("42501"), || format!("{}.{column}", entity.name));
    }
}

fn visible(
    bench: &Bench,
    session: &mut Session,
    entity: &Entity,
    context: &Context,
    access: &Access,
    faults: &mut Faults,
) {
    for principal in Principal::all(&bench.world, context) {
        session.undone(|session| {
            let subject = principal.subject.as_deref();
            let entered = session.attempt(&enter(context, subject, principal.tenant.as_deref()));
            let refused = entered.err().map(|refusal| (refusal.code, refusal.message));
            let expected = principal.refused().map(|(code, path)| (code.to_owned(), path));
            faults.same(&refused, &expected, || format!("{principal} enters"));
            if refused.is_none() {
                let _ = session.run(&enter(context, subject, principal.tenant.as_deref()));
                rows(bench, session, entity, access, &principal, faults);
            }
        });
    }
    if context.kind != ContextKind::Anyone {
        let count = session.column(&format!("SELECT count(*)::text FROM {}", entity.table));
        let open = Ok(vec!["0".to_owned()]);
        faults
            .same(&count, &open, || format!("{} without a gate in {}", entity.name, context.name));
    }
    unmeasured(bench, entity, access, faults);
    let base: Vec<&str> = access.base().into_iter().map(|field| column(entity, field)).collect();
    for name in columns(entity).into_iter().filter(|name| !implied(name) && !base.contains(name)) {
        let read = session.rows(&format!("SELECT \"{name}\" FROM {}", entity.table));
        let code = read.err().map(|refusal| refusal.code);
        faults.same(&code.as_deref(), &Some("42501"), || format!("{}.{name}", entity.name));
        let filtered = format!("SELECT id FROM {} WHERE \"{name}\" IS NOT NULL", entity.table);
        let code = session.rows(&filtered).err().map(|refusal| refusal.code);
        faults
            .same(&code.as_deref(), &Some("42501"), || format!("filter by {}.{name}", entity.name));
    }
}

/// What a facet holds stands in no statistics, by which `EXPLAIN` would tell of everybody's rows.
fn unmeasured(bench: &Bench, entity: &Entity, access: &Access, faults: &mut Faults) {
    if access.facets.is_empty() {
        return;
    }
    let database = bench.cluster().database(Template::World);
    let mut admin = database.admin();
    admin.run(&format!("ANALYZE {}", entity.table)).expect("an administrator may");
    let known = format!(
        "SELECT a.attname FROM pg_statistic s
         JOIN pg_attribute a ON a.attrelid = s.starelid AND a.attnum = s.staattnum
         WHERE s.starelid = '{}'::regclass",
        entity.table
    );
    let known = admin.column(&known).expect("statistics can be listed");
    faults.check(known.iter().any(|name| name == "id"), || "nothing was measured".to_owned());
    for field in access.facets.iter().flat_map(|facet| &facet.fields) {
        let told = known.iter().any(|name| name == column(entity, field));
        faults.check(!told, || format!("the planner tells of {}.{field}", entity.name));
    }
}

/// Compares the table, and each facet, with what the principal should see.
fn rows(
    bench: &Bench,
    session: &mut Session,
    entity: &Entity,
    access: &Access,
    principal: &Principal<'_>,
    faults: &mut Faults,
) {
    let seen = |row: &&Row| !principal.grants(entity, access, row).is_empty();
    let rows: Vec<&Row> = bench.world.rows_of(&entity.name).filter(seen).collect();
    let compare = |session: &mut Session, from: &str, fields: &[&str], rows: &[&Row]| {
        let mut names = vec!["id"];
        names.extend(fields.iter().map(|field| column(entity, field)));
        let list: Vec<String> = names.iter().map(|name| format!("t.\"{name}\"::text")).collect();
        let found = session.attempt(&format!("SELECT {} FROM {from} t", list.join(", ")));
        let found = found.map(|lines| {
            let keyed = lines.into_iter().map(|line| (line[0].clone().unwrap_or_default(), line));
            keyed.collect::<BTreeMap<_, _>>()
        });
        let expected = rows.iter().map(|row| {
            let mut line = vec![Some(row.id.clone())];
            line.extend(fields.iter().map(|field| match row.column(field) {
                super::value::Value::Bool(truth) => Some(truth.to_string()),
                value => value.sql(),
            }));
            (row.id.clone(), line)
        });
        (found, expected.collect::<BTreeMap<_, _>>())
    };
    let base = access.base();
    let state = if entity.states.is_empty() { None } else { Some("state") };
    let fields: Vec<&str> = base.iter().copied().chain(state).collect();
    let (found, expected) = compare(session, &entity.table, &fields, &rows);
    faults.same(&found, &Ok(expected), || format!("{principal} reads {}", entity.name));
    for facet in &access.facets {
        let first = &facet.fields[0];
        let given = |row: &&&Row| {
            principal.grants(entity, access, row).iter().any(|grant| grant.fields.contains(first))
        };
        let rows: Vec<&Row> = rows.iter().filter(given).copied().collect();
        let fields: Vec<&str> = facet.fields.iter().map(String::as_str).collect();
        let (found, expected) = compare(session, &facet.view, &fields, &rows);
        faults.same(&found, &Ok(expected), || format!("{principal} reads {}", facet.view));
    }
}

fn column<'e>(entity: &'e Entity, field: &'e str) -> &'e str {
    match field {
        "state" => "state",
        field => &entity.field(field).column,
    }
}

/// Every column that the table has.
pub fn columns(entity: &Entity) -> Vec<&str> {
    let mut columns: Vec<&str> = vec!["id", "version", "created_at", "updated_at"];
    columns.extend(entity.fields.iter().map(|field| field.column.as_str()));
    columns.extend((!entity.states.is_empty()).then_some("state"));
    columns.extend((entity.kind == EntityKind::User).then_some("subject"));
    columns
}

fn implied(column: &str) -> bool {
    matches!(column, "id" | "state" | "version" | "created_at" | "updated_at")
}
