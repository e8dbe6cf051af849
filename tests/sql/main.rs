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

/// What a policy holds rows to: a column that is the tenant or the person who acts, and its number. Where a role shows all
/// rows, those of a person are found among these.
const ANCHORS: &str = "SELECT pol.polrelid, pol.polname, a.attname, a.attnum
    FROM pg_policy pol
    CROSS JOIN LATERAL regexp_matches(
      pg_get_expr(pol.polqual, pol.polrelid), '\"?(\\w+)\"? = \\( SELECT rt\\.\\w*' || CASE
        WHEN pg_get_expr(pol.polqual, pol.polrelid) ~ 'sealed_has' THEN '(?:tenant)' ELSE '(?:me|tenant)'
      END || '\\(', 'g'
    ) anchor
    JOIN pg_attribute a ON a.attrelid = pol.polrelid AND a.attname = anchor[1]";

#[test]
fn every_policy_has_an_anchor_that_is_found() {
    for mut loaded in Loaded::all() {
        let found = loaded.rows(&format!("SELECT DISTINCT attname::text FROM ({ANCHORS}) anchor"));
        assert!(found.len() > 1, "{}: {found:?}", loaded.name);
    }
}

/// Led by what the policy holds rows to, then in the order in which lists are shown.
#[test]
fn every_policy_has_an_index() {
    let sql = format!(
        "SELECT concat_ws(' ', anchor.polrelid::regclass, anchor.polname, anchor.attname)
         FROM ({ANCHORS}) anchor WHERE NOT EXISTS (
           SELECT FROM pg_index i
           LEFT JOIN pg_attribute second ON second.attrelid = i.indrelid AND second.attnum = i.indkey[1]
           WHERE i.indrelid = anchor.polrelid AND i.indpred IS NULL AND i.indkey[0] = anchor.attnum
             AND (second.attname = 'id' OR anchor.attname = 'id')
         )"
    );
    none("policies without an index", "", &sql);
}

/// Of those rows alone for which the timer runs.
#[test]
fn every_timer_has_an_index() {
    let sql = "SELECT p.proname::text FROM pg_proc p
         WHERE p.pronamespace::regnamespace::text = 'clock' AND obj_description(p.oid, 'pg_proc') ~ '^entities.*actions'
           AND NOT EXISTS (
             SELECT FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
             WHERE c.relname = regexp_replace(p.proname, '_v[0-9]+$', '_due_idx') AND i.indpred IS NOT NULL
           )";
    none("timers without an index", "", sql);
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
