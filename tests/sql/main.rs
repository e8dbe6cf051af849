//! What a database administrator asks of the SQL of every blueprint here, of a real PostgreSQL.

#[path = "../../templates/tests/support/postgres.rs"]
#[expect(dead_code, reason = "a server of somebody else's will not do")]
mod server;

mod loaded;

use loaded::Loaded;

/// The schemas of a service.
const OURS: &str = "('app', 'rt', 'act', 'api', 'facet', 'audit', 'clock')";

/// The columns that a wrapper answers have their fields' names, quoted, whatever PostgreSQL reserves.
const RESERVED: &str = "name of parameter \"%\" is reserved keyword";

/// Asks the same of all, and says all that was found.
fn none(what: &str, first: &str, sql: &str) {
    let mut found = Vec::new();
    for mut loaded in Loaded::all() {
        loaded.run(first);
        let rows = loaded.rows(sql);
        found.extend(rows.into_iter().map(|row| format!("{}: {row}", loaded.name)));
    }
    assert!(found.is_empty(), "{what}:\n{}", found.join("\n"));
}

#[test]
fn plpgsql_check_finds_nothing() {
    let sql = format!(
        "SELECT concat_ws(' ', p.oid::regprocedure, found.level, found.lineno, found.message, found.detail)
         FROM pg_proc p
         JOIN pg_language l ON l.oid = p.prolang AND l.lanname = 'plpgsql'
         LEFT JOIN pg_trigger t ON t.tgfoid = p.oid
         CROSS JOIN LATERAL plpgsql_check_function_tb(
           p.oid, coalesce(t.tgrelid, 0), fatal_errors => false, other_warnings => true,
           extra_warnings => true, security_warnings => true
         ) found
         WHERE p.pronamespace::regnamespace::text IN {OURS}
           AND (t.tgrelid IS NOT NULL OR p.prorettype <> 'trigger'::regtype)
           AND found.message NOT LIKE '{RESERVED}'"
    );
    // By scripts/setup, or from the package `postgresql-…-plpgsql-check`.
    none("plpgsql_check finds", "CREATE EXTENSION IF NOT EXISTS plpgsql_check", &sql);
}

/// A body of standard SQL is read once, when the function is made; `rt.sealed` names the schema of every operator,
/// since setting a path would cost as much as the rest of it.
#[test]
fn every_function_fixes_its_search_path() {
    let sql = format!(
        "SELECT p.oid::regprocedure::text FROM pg_proc p
         WHERE p.pronamespace::regnamespace::text IN {OURS}
           AND p.prosqlbody IS NULL AND p.oid <> 'rt.sealed(text)'::regprocedure
           AND coalesce(p.proconfig, '{{}}') @> '{{\"search_path=pg_catalog, pg_temp\"}}' IS NOT TRUE"
    );
    none("functions without a fixed search_path", "", &sql);
}

#[test]
fn nobody_runs_a_function_who_was_not_granted_it() {
    let sql = format!(
        "SELECT p.oid::regprocedure::text
         FROM pg_proc p, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) entry
         WHERE p.pronamespace::regnamespace::text IN {OURS}
           AND p.prosecdef AND entry.grantee = 0 AND entry.privilege_type = 'EXECUTE'"
    );
    none("functions with their owner's rights that everybody may run", "", &sql);
}

/// Led by itself, or by the tenant and then by itself.
#[test]
fn every_reference_has_an_index() {
    let sql = "SELECT concat_ws(' ', c.conrelid::regclass, c.conname) FROM pg_constraint c
         WHERE c.contype = 'f' AND NOT EXISTS (
           SELECT FROM pg_index i WHERE i.indrelid = c.conrelid AND i.indpred IS NULL
             AND c.conkey[array_upper(c.conkey, 1)] = ANY ((i.indkey::int2[])[0:1])
         )";
    none("references without an index", "", sql);
}

#[test]
fn every_relation_and_door_says_what_it_is() {
    let sql = format!(
        "SELECT c.oid::regclass::text FROM pg_class c
         WHERE c.relnamespace::regnamespace::text IN {OURS} AND c.relkind IN ('r', 'v')
           -- What a table of the blueprint is says its summary, where there is one.
           AND c.relnamespace <> 'app'::regnamespace
           AND obj_description(c.oid, 'pg_class') IS NULL
         UNION ALL
         SELECT p.oid::regprocedure::text FROM pg_proc p
         WHERE p.pronamespace::regnamespace::text IN ('act', 'api')
           AND obj_description(p.oid, 'pg_proc') IS NULL"
    );
    none("without a comment", "", &sql);
}
