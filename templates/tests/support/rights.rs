//! What the roles themselves may do, whatever the functions in between do: nothing but what was
//! granted by name.

use super::database::{Session, Template};
use super::oracle::NO_TENANT;
use super::reads::columns;
use super::spec::{Context, ContextKind, Door, DoorKind, Entity, Spec, Who};
use super::world::Row;
use super::{Bench, Faults, Tests};
use std::collections::BTreeSet;

pub fn add(tests: &mut Tests) {
    for context in tests.bench.spec.contexts.clone() {
        let name = context.name.clone();
        tests.add(format!("rights/writes/{name}"), {
            let context = context.clone();
            move |bench, faults| writes(bench, &context, faults)
        });
        tests.add(format!("rights/roles/{name}"), {
            let context = context.clone();
            move |bench, faults| roles(bench, &context, faults)
        });
        tests.add(format!("rights/functions/{name}"), {
            let context = context.clone();
            move |bench, faults| functions(bench, &context, faults)
        });
        if doors_in(&tests.bench.spec, &name) {
            tests.add(format!("rights/door/{name}"), move |bench, faults| match context.kind {
                ContextKind::Person => person_door(bench, &context, faults),
                _ => door_role(bench, &context, faults),
            });
        }
    }
    tests.add("rights/catalog".to_owned(), catalog);
}

fn doors_in(spec: &Spec, context: &str) -> bool {
    spec.entities.iter().flat_map(|entity| &entity.doors).any(|door| door.context == context)
}

fn refused(session: &mut Session, sql: &str, faults: &mut Faults) {
    let code = session.undone(|session| session.run(sql).err().map(|refusal| refusal.code));
    faults.same(&code.as_deref(), &Some("42501"), || sql.to_owned());
}

/// A context's role writes no table, reads no audit and nobody's subject.
fn writes(bench: &Bench, context: &Context, faults: &mut Faults) {
    let database = bench.cluster().database(Template::World);
    let mut session = database.login(&context.name);
    for entity in &bench.spec.entities {
        let table = &entity.table;
        refused(&mut session, &format!("DELETE FROM {table}"), faults);
        refused(&mut session, &format!("TRUNCATE {table}"), faults);
        refused(&mut session, &format!("LOCK TABLE {table} IN EXCLUSIVE MODE"), faults);
        for column in columns(entity) {
            let update = format!("UPDATE {table} SET \"{column}\" = \"{column}\"");
            refused(&mut session, &update, faults);
            refused(
                &mut session,
                &format!("INSERT INTO {table} (\"{column}\") VALUES (NULL)"),
                faults,
            );
        }
    }
    for number in bench.spec.entities.iter().filter_map(|entity| entity.number.as_ref()) {
        let counter = format!("rt.\"{}\"", number.counter);
        for sql in [
            format!("SELECT number FROM {counter}"),
            format!("INSERT INTO {counter} (number) VALUES (1)"),
            format!("UPDATE {counter} SET number = 1"),
            format!("DELETE FROM {counter}"),
        ] {
            refused(&mut session, &sql, faults);
        }
    }
    for quota in bench.spec.entities.iter().flat_map(|entity| &entity.quotas) {
        let windows = &quota.table;
        for sql in [
            format!("SELECT used FROM {windows}"),
            format!("INSERT INTO {windows} (used) VALUES (1)"),
            format!("UPDATE {windows} SET used = 0"),
            format!("DELETE FROM {windows}"),
        ] {
            refused(&mut session, &sql, faults);
        }
    }
    for sql in ["SELECT id FROM audit.entry", "INSERT INTO audit.entry (entity) VALUES ('x')"] {
        refused(&mut session, sql, faults);
    }
    refused(&mut session, "DELETE FROM audit.entry", faults);
    if bench.spec.knows_repeats() {
        for sql in [
            "SELECT answer FROM rt.answer",
            "INSERT INTO rt.answer (principal) VALUES ('x')",
            "UPDATE rt.answer SET answer = NULL",
            "DELETE FROM rt.answer",
        ] {
            refused(&mut session, sql, faults);
        }
    }
}

/// It becomes nobody else and makes nothing.
fn roles(bench: &Bench, context: &Context, faults: &mut Faults) {
    let database = bench.cluster().database(Template::Empty);
    let prefix = &bench.cluster().prefix;
    let others = database.admin().column(&format!(
        "SELECT rolname FROM pg_roles WHERE starts_with(rolname, '{prefix}_')
         AND rolname <> '{prefix}_{}'",
        context.name
    ));
    let mut session = database.login(&context.name);
    for role in others.expect("roles can be listed") {
        refused(&mut session, &format!("SET ROLE \"{role}\""), faults);
        refused(&mut session, &format!("SELECT set_config('role', '{role}', true)"), faults);
        refused(&mut session, &format!("SET SESSION AUTHORIZATION \"{role}\""), faults);
    }
    refused(&mut session, "CREATE TEMP TABLE stolen (id int)", faults);
    refused(&mut session, "CREATE SCHEMA stolen", faults);
    for schema in ["app", "rt", "act", "api", "facet", "audit", "public"] {
        refused(&mut session, &format!("CREATE TABLE {schema}.stolen (id int)"), faults);
    }
    let sees = "SELECT rolname FROM pg_roles WHERE rolname = current_user
                AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication)";
    let powers = session.column(sees);
    faults.same(&powers, &Ok(Vec::new()), || format!("powers of {}", context.name));
}

/// It runs its own gate and its own doors, and no other function of the service's.
fn functions(bench: &Bench, context: &Context, faults: &mut Faults) {
    let database = bench.cluster().database(Template::Empty);
    let found = database.login(&context.name).column(
        "SELECT n.nspname || '.' || p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
         WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'tests')
           AND has_schema_privilege(n.oid, 'USAGE') AND has_function_privilege(p.oid, 'EXECUTE')",
    );
    let found: BTreeSet<String> = found.expect("functions can be listed").into_iter().collect();
    let mut expected = BTreeSet::new();
    for door in bench.spec.entities.iter().flat_map(|entity| &entity.doors) {
        if door.context == context.name {
            expected.insert(format!("api.{}", door.function));
            expected.insert(format!("act.{}", door.function));
            expected.extend(door.idempotency.map(|_| "rt.keep_answer".to_owned()));
            expected.extend(door.asks.iter().map(|asks| format!("act.{}", asks.look)));
        }
    }
    if context.kind != ContextKind::Anyone {
        expected.insert(format!("rt.enter_{}", context.name));
        let sealed = ["rt.sealed", "rt.sealed_me", "rt.sealed_tenant", "rt.sealed_has"];
        expected.extend(sealed.map(str::to_owned));
    }
    if context.kind == ContextKind::Person && bench.spec.provision.is_some() {
        expected.insert("rt.provision".to_owned());
    }
    let found: BTreeSet<String> = match context.kind {
        // What policies for visitors need is not said here.
        ContextKind::Anyone => found.into_iter().filter(|name| !name.starts_with("rt.")).collect(),
        _ => found,
    };
    faults.same(&found, &expected, || format!("functions of {}", context.name));
}

/// The role that owns a tenant context's doors is itself held to the tenant that was entered.
fn door_role(bench: &Bench, context: &Context, faults: &mut Faults) {
    let database = bench.cluster().database(Template::World);
    let role = format!("{}_{}_door", bench.cluster().prefix, context.name);
    let mut session = database.admin();
    let can = |session: &mut Session, privilege: &str, table: &str, column: &str| {
        let sql = format!(
            "SELECT has_column_privilege('{role}', '{table}', '{column}', '{privilege}')::text"
        );
        session.column(&sql).is_ok_and(|answer| answer == ["true"])
    };
    for entity in &bench.spec.entities {
        let table = &entity.table;
        let deletes = |door: &Door| door.kind == DoorKind::Delete && door.context == context.name;
        let deletes = entity.doors.iter().any(deletes);
        for (privilege, has) in [("DELETE", deletes), ("TRUNCATE", false)] {
            let asked =
                format!("SELECT has_table_privilege('{role}', '{table}', '{privilege}')::text");
            faults.same(&session.column(&asked), &Ok(vec![has.to_string()]), || {
                format!("{privilege} on {table} of {role}")
            });
        }
        let Some(tenants) = context.tenant.as_ref().map(|tenant| bench.world.tenants(tenant))
        else {
            continue;
        };
        let mine = match (&entity.tenant, &context.tenant) {
            (Some(column), _) => format!("\"{}\"", column.column),
            (None, Some(tenant)) if *tenant == entity.name => "id".to_owned(),
            _ => continue,
        };
        let own = tenants[0];
        let become_role = format!(
            "SELECT set_config('app.entered', '{}|{}|{own}|', true);
             SET LOCAL ROLE \"{role}\"",
            context.name, bench.world.people[0].id
        );
        if can(&mut session, "SELECT", table, "id") {
            let rows = session.undone(|session| {
                session.run(&become_role).expect("may take on the role");
                session.column(&format!("SELECT id::text FROM {table} ORDER BY id"))
            });
            let is_own = |row: &&Row| match mine.as_str() {
                "id" => row.id == own,
                _ => row.tenant.as_deref() == Some(own),
            };
            let mut expected: Vec<String> = bench
                .world
                .rows_of(&entity.name)
                .filter(is_own)
                .map(|row| row.id.clone())
                .collect();
            expected.sort();
            faults.same(&rows, &Ok(expected), || format!("{role} sees {table}"));
        }
        for column in columns(entity) {
            if can(&mut session, "UPDATE", table, column) {
                let touched = session.undone(|session| {
                    session.run(&become_role).expect("may take on the role");
                    let update = format!("UPDATE {table} SET \"{column}\" = \"{column}\"");
                    session
                        .rows(&format!("{update} RETURNING 1"))
                        .map(|rows| rows.len())
                        .or_else(|_| session.run(&update).map(|()| 0))
                });
                let limit = bench.world.rows_of(&entity.name).count();
                faults.check(
                    touched.as_ref().is_ok_and(|touched| *touched < limit) || touched.is_err(),
                    || format!("{role} updates every row of {table}: {touched:?}"),
                );
            }
        }
        let foreign = |row: &&Row| row.tenant.as_deref().unwrap_or(&row.id) != own;
        let row = bench.world.rows_of(&entity.name).find(foreign);
        foreign_insert(&mut session, &role, entity, &become_role, row, faults);
    }
}

/// The role that owns a person's doors makes and changes rows of that person alone, and the tenant that
/// he founds.
fn person_door(bench: &Bench, context: &Context, faults: &mut Faults) {
    let database = bench.cluster().database(Template::World);
    let role = format!("{}_{}_door", bench.cluster().prefix, context.name);
    let mut session = database.admin();
    let entered = |me: &str| {
        format!(
            "SELECT set_config('app.entered', '{}|{me}||', true),
                    set_config('app.founded', '{NO_TENANT}', true);
             SET LOCAL ROLE \"{role}\"",
            context.name
        )
    };
    let alone = |entity: &&Entity| !entity.open.contains(&context.name);
    for entity in bench.spec.entities.iter().filter(alone) {
        for person in &bench.world.people {
            changes(&mut session, context, entity, &person.id, bench, &entered(&person.id), faults);
        }
    }
    let me = &bench.world.people[0].id;
    let become_role = entered(me);
    let made_alone = |entity: &&Entity| !entity.made_for_others.contains(&context.name);
    for entity in bench.spec.entities.iter().filter(made_alone) {
        let own = entity.parties.iter().filter(|party| party.context == context.name);
        let fields: Vec<&String> = own.filter_map(|party| party.field.as_ref()).collect();
        let founded = entity.doors.iter().any(|door| door.kind == DoorKind::Found);
        if fields.is_empty() && !founded {
            continue;
        }
        let is_others = |row: &&Row| {
            fields.iter().all(|field| row.column(field).sql().as_ref().is_some_and(|id| id != me))
        };
        let row = bench.world.rows_of(&entity.name).find(is_others);
        foreign_insert(&mut session, &role, entity, &become_role, row, faults);
    }
    faults.check(true, String::new);
}

/// Where none but parties change rows in a context, its doors' role can change those of the person alone.
fn changes(
    session: &mut Session,
    context: &Context,
    entity: &Entity,
    me: &str,
    bench: &Bench,
    become_role: &str,
    faults: &mut Faults,
) {
    let changing =
        entity.doors.iter().filter(|door| door.context == context.name && !door.kind.makes());
    let by: Option<Vec<&str>> = changing
        .flat_map(|door| &door.by)
        .map(|who| if let Who::Party(party) = who { Some(party.as_str()) } else { None })
        .collect();
    let Some(parties) = by.filter(|by| !by.is_empty()) else { return };
    let is_mine = |row: &&Row| {
        parties.iter().any(|party| match &entity.party(party).field {
            Some(field) => row.column(field).sql().as_deref() == Some(me),
            None => row.id == me,
        })
    };
    let table = &entity.table;
    let rows = session.undone(|session| {
        session.run(become_role).expect("may take on the role");
        // It shows the rows that an UPDATE would reach.
        session.column(&format!("SELECT id::text FROM {table} ORDER BY id FOR NO KEY UPDATE"))
    });
    let mine = bench.world.rows_of(&entity.name).filter(is_mine);
    let mut mine: Vec<String> = mine.map(|row| row.id.clone()).collect();
    mine.sort();
    faults.same(&rows, &Ok(mine), || format!("what {me} may change of {table}"));
}

/// A row that is not the caller's to make cannot be inserted, even by the doors' role.
fn foreign_insert(
    session: &mut Session,
    role: &str,
    entity: &Entity,
    become_role: &str,
    row: Option<&Row>,
    faults: &mut Faults,
) {
    let table = &entity.table;
    let insertable = format!(
        "SELECT attname FROM pg_attribute WHERE attrelid = '{table}'::regclass AND attnum > 0
         AND has_column_privilege('{role}', attrelid, attnum, 'INSERT')"
    );
    let columns = session.column(&insertable).unwrap_or_default();
    let (Some(row), false) = (row, columns.is_empty()) else { return };
    let value = |column: &String| {
        let field = entity.fields.iter().find(|field| field.column == *column);
        match field {
            Some(field) => super::value::quote(row.column(&field.name).sql().as_deref()),
            None if column == "id" => "gen_random_uuid()".to_owned(),
            None => super::value::quote(row.column(column).sql().as_deref()),
        }
    };
    let values: Vec<String> = columns.iter().map(value).collect();
    let names: Vec<String> = columns.iter().map(|column| format!("\"{column}\"")).collect();
    let insert =
        format!("INSERT INTO {table} ({}) VALUES ({})", names.join(", "), values.join(", "));
    let refusal = session.undone(|session| {
        session.run(become_role).expect("may take on the role");
        session.run(&insert).err()
    });
    let code = refusal.map(|refusal| refusal.code);
    faults.same(&code.as_deref(), &Some("42501"), || format!("{role}: {insert}"));
}

/// Properties that hold of every table, view and function.
fn catalog(bench: &Bench, faults: &mut Faults) {
    let database = bench.cluster().database(Template::Empty);
    let mut session = database.admin();
    let none: Result<Vec<String>, _> = Ok(Vec::new());
    let mut nothing = |what: &str, sql: &str| {
        let found = session.column(sql);
        faults.same(&found, &none, || what.to_owned());
    };
    nothing(
        "tables without forced row security",
        "SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE n.nspname IN ('app', 'rt', 'audit') AND c.relkind IN ('r', 'p')
           AND NOT (c.relrowsecurity AND c.relforcerowsecurity) ORDER BY 1",
    );
    nothing(
        "definers without a search_path of their own, but for the one that names every schema",
        "SELECT p.oid::regprocedure::text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
         WHERE n.nspname IN ('rt', 'act', 'api', 'audit') AND p.prosecdef
           AND p.oid <> 'rt.sealed(text)'::regprocedure
           AND NOT coalesce(p.proconfig::text LIKE '%search_path=pg_catalog, pg_temp%', false) ORDER BY 1",
    );
    nothing(
        "definers and views of a superuser, or of one whom row security passes over",
        "SELECT p.oid::regprocedure::text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
         JOIN pg_roles r ON r.oid = p.proowner
         WHERE n.nspname IN ('rt', 'act', 'api', 'audit') AND (r.rolsuper OR r.rolbypassrls)
         UNION ALL
         SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         JOIN pg_roles r ON r.oid = c.relowner
         WHERE n.nspname IN ('app', 'facet', 'audit') AND (r.rolsuper OR r.rolbypassrls)",
    );
    nothing(
        "doors that are not definers, or wrappers that are",
        "SELECT p.oid::regprocedure::text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
         WHERE n.nspname = 'act' AND NOT p.prosecdef OR n.nspname = 'api' AND p.prosecdef",
    );
    nothing(
        "strict functions, which would skip in silence",
        "SELECT p.oid::regprocedure::text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
         WHERE n.nspname IN ('act', 'api') AND p.proisstrict",
    );
    nothing(
        "facet views without a security barrier",
        "SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE n.nspname = 'facet'
           AND NOT coalesce(c.reloptions::text LIKE '%security_barrier=true%', false)
           AND NOT coalesce(c.reloptions::text LIKE '%security_barrier}%', false)",
    );
    nothing(
        "functions that everybody may run",
        "SELECT p.oid::regprocedure::text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace,
         LATERAL aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
         WHERE n.nspname IN ('rt', 'act', 'api', 'audit') AND a.grantee = 0",
    );
    nothing(
        "indexes that are not valid, constraints that are not validated",
        "SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid
         UNION ALL SELECT conname FROM pg_constraint WHERE NOT convalidated",
    );
}
