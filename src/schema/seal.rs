//! How the database knows that it was the service that named a person, and that it was the gate that
//! let him in: two keys that nobody but the gate reads.
//!
//! Both proofs are HMAC-SHA256 (RFC 2104). PostgreSQL has only `sha256`, so of each key the two padded
//! blocks are kept, and a code is `sha256(outer || sha256(inner || text))`.

use super::approval;
use super::cx::Cx;
use super::names::{literal, quoted};
use crate::model::{Context, ContextKind, Model};

/// Names of the person, the tenant and the role as login roles ask for them: with the seal verified.
pub const ME: &str = "rt.sealed_me()";
pub const TENANT: &str = "rt.sealed_tenant()";

/// Whether who entered holds the role, the seal verified.
pub fn has(role: &str) -> String {
    format!("rt.sealed_has({})", literal(role))
}

/// Where both stand among conditions that all hold, they are asked at once: each question is a
/// verification of its own.
pub fn at_once(mut conjuncts: Vec<String>) -> Vec<String> {
    let tenant = format!("(SELECT {TENANT})");
    let asks = |one: &String| one.strip_suffix(&tenant).map(str::to_owned);
    let role = |one: &String| {
        let role = one.strip_prefix("(SELECT rt.sealed_has(")?.strip_suffix("))")?;
        (!role.contains(' ')).then(|| role.to_owned())
    };
    let at = conjuncts.iter().position(|one| asks(one).is_some());
    let by = conjuncts.iter().position(|one| role(one).is_some());
    if let (Some(at), Some(by)) = (at, by)
        && let (Some(head), Some(role)) = (asks(&conjuncts[at]), role(&conjuncts[by]))
    {
        conjuncts[at] = format!("{head}(SELECT rt.sealed_tenant({role}))");
        conjuncts.remove(by);
    }
    conjuncts
}

/// The keys, and who reads them.
pub fn keys(cx: &Cx<'_>) -> String {
    let (owner, gate) = (quoted(&cx.role("owner")), quoted(&cx.role("gate")));
    let mut out = KEYS.to_owned();
    for table in ["subject_key", "seal_key"] {
        if cx.guard(format!("security.{table}.enabled")) {
            out.push_str(&format!("ALTER TABLE rt.{table} ENABLE ROW LEVEL SECURITY;\n"));
        }
        if cx.guard(format!("security.{table}.forced")) {
            out.push_str(&format!("ALTER TABLE rt.{table} FORCE ROW LEVEL SECURITY;\n"));
        }
        let reader = match cx.guard(format!("security.{table}.select")) {
            true => gate.clone(),
            false => "PUBLIC".to_owned(),
        };
        out.push_str(&format!(
            "CREATE POLICY owner ON rt.{table} TO {owner} USING (true);\n\
             CREATE POLICY gate ON rt.{table} FOR SELECT TO {gate} USING (true);\n\
             GRANT SELECT ON rt.{table} TO {reader};\n\n"
        ));
    }
    out
}

/// Readers of what a gate established: those that believe it, for roles whose SQL only ever runs behind
/// `enter` (doors and the audit), and those that verify the seal, for logins. `believe` and `verify` say
/// who may run them: SQL that ends with the roles.
pub fn readers(cx: &Cx<'_>, believe: &str, verify: &str) -> String {
    let sealed = match cx.guard("identity.seal") {
        true => {
            let code = code(&format!("pg_catalog.convert_to(entered, 'UTF8'){}", bound(cx)));
            format!(
                "  PERFORM FROM rt.seal_key k
  WHERE pg_catalog.texteq(
    pg_catalog.current_setting('app.seal', true),
    pg_catalog.encode({}, 'hex')
  );
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;\n",
                qualified(&code).replace('\n', "\n    ")
            )
        }
        false => String::new(),
    };
    let founded = if founds(cx.model) { FOUNDED } else { "" };
    let gate = quoted(&cx.role("gate"));
    format!(
        "{BELIEVING}{founded}
{believe}
-- For logins, whose SQL could set anything: the same where the seal of this transaction holds, else
-- NULL; given a role, NULL also where it is not held. All that it calls is named with its schema, so
-- that no search_path, whose setting would cost as much as the rest, can put something else there.
CREATE FUNCTION rt.sealed(_role text) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SECURITY DEFINER AS $$
DECLARE
  entered pg_catalog.text := pg_catalog.current_setting('app.entered', true);
BEGIN
{sealed}  IF _role IS NOT NULL
    AND pg_catalog.int4eq(pg_catalog.strpos(entered, pg_catalog.concat(',', _role, ',')), 0)
  THEN
    RETURN NULL;
  END IF;
  RETURN entered;
END $$;
{VERIFYING}
{verify}
ALTER FUNCTION rt.sealed(text) OWNER TO {gate};
"
    )
}

/// Whether somebody can found a tenant.
pub fn founds(model: &Model) -> bool {
    let founder = |it: &Context| matches!(it.kind, ContextKind::Tenant { founder: Some(_), .. });
    model.contexts.iter().any(founder)
}

/// Conditions on a row `k` of the keys, under which the service has spoken for the person in this
/// context and tenant and what it said is not too old. `path` leads the guards.
pub fn asserted(cx: &Cx<'_>, context: &Context, path: &str) -> Vec<String> {
    let tenant = if context.tenant().is_some() { " || uuid_send(_tenant)" } else { "" };
    let text = format!("{}::bytea{tenant} || substr(_assertion, 33)", literal(&place(context)));
    let mut out = Vec::new();
    if cx.guard(format!("{path}.subject")) {
        let code = code(&text).replace('\n', "\n  ");
        out.push(format!("substr(_assertion, 1, 32) = {code}"));
    }
    if cx.guard(format!("{path}.expiry")) {
        out.push(
            "substr(_assertion, 33, 8) > int8send(extract(epoch FROM clock_timestamp())::bigint)"
                .to_owned(),
        );
    }
    out
}

/// No context's name has a bar in it, so none is the beginning of another's.
fn place(context: &Context) -> String {
    format!("{}|", context.name)
}

/// What a gate says, sealed: for this transaction of this session, so that no other believes it. Beside it
/// stands the `request`, which only the audit asks for.
pub fn seal(cx: &Cx<'_>, request: &str) -> String {
    let code = code(&format!("convert_to(entered, 'UTF8'){}", bound(cx)));
    let agreed = approval::nobody_agreed(cx, "audit");
    let agreed = agreed.map_or(String::new(), |(name, nobody)| {
        format!("\n        set_config('{name}', {nobody}, true),")
    });
    format!(
        "PERFORM set_config('app.request', {request}, true),{agreed}
        set_config('app.entered', entered, true),
        set_config('app.seal', encode({}, 'hex'), true)
FROM rt.seal_key k;",
        code.replace('\n', "\n        ")
    )
}

fn bound(cx: &Cx<'_>) -> &'static str {
    match cx.guard("identity.seal.transaction") {
        true => "\n|| timestamptz_send(transaction_timestamp())\n|| int4send(pg_backend_pid())",
        false => "",
    }
}

/// HMAC-SHA256 of `text` under the key of a row `k`.
pub fn code(text: &str) -> String {
    format!(
        "sha256(k.outer_block || sha256(\n  k.inner_block || {}\n))",
        text.replace('\n', "\n  ")
    )
}

/// With the schema of every function and operator.
fn qualified(code: &str) -> String {
    let mut out = code.replace("||", "OPERATOR(pg_catalog.||)");
    let calls =
        ["sha256(", "timestamptz_send(", "transaction_timestamp(", "int4send(", "pg_backend_pid("];
    for call in calls {
        out = out.replace(call, &format!("pg_catalog.{call}"));
    }
    out
}

const KEYS: &str = "-- Keys that only the gate reads, each as the two padded blocks of HMAC-SHA256 (RFC 2104). With the
-- first the service proves that it speaks for a person: `migrate` writes it, and two of them while
-- it changes. With the second a gate seals what it established; nobody outside has ever seen it.

CREATE TABLE rt.subject_key (
  slot smallint NOT NULL,
  inner_block bytea NOT NULL,
  outer_block bytea NOT NULL,
  CONSTRAINT subject_key_pkey PRIMARY KEY (slot),
  CONSTRAINT subject_key_slot_check CHECK (slot BETWEEN 1 AND 2)
);

CREATE TABLE rt.seal_key (
  inner_block bytea NOT NULL,
  outer_block bytea NOT NULL
);

COMMENT ON TABLE rt.subject_key IS 'By which the service proves for whom it speaks.';
COMMENT ON TABLE rt.seal_key IS 'By which a gate seals what it established.';

-- Random blocks: what HMAC makes of its one key is to look like them.
INSERT INTO rt.seal_key (inner_block, outer_block)
SELECT string_agg(uuid_send(gen_random_uuid()), ''), string_agg(uuid_send(gen_random_uuid()), '')
FROM generate_series(1, 4);

";

const BELIEVING: &str = "-- What the gate established, `context|person|tenant|,roles,`, for doors and the audit, whose SQL only
-- ever runs behind `enter`: inlined, and evaluated once where it stands in a sub-select.

CREATE FUNCTION rt.me() RETURNS uuid
LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(split_part(current_setting('app.entered', true), '|', 2), '')::uuid;

CREATE FUNCTION rt.tenant() RETURNS uuid
LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(split_part(current_setting('app.entered', true), '|', 3), '')::uuid;

CREATE FUNCTION rt.has(_role text) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE
RETURN coalesce(strpos(current_setting('app.entered', true), ',' || _role || ','), 0) > 0;
";

const FOUNDED: &str = "
CREATE FUNCTION rt.founded() RETURNS uuid
LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(current_setting('app.founded', true), '')::uuid;
";

const VERIFYING: &str = "
CREATE FUNCTION rt.sealed_me() RETURNS uuid
LANGUAGE sql STABLE PARALLEL RESTRICTED
RETURN nullif(split_part(rt.sealed(NULL), '|', 2), '')::uuid;

CREATE FUNCTION rt.sealed_tenant(_role text DEFAULT NULL) RETURNS uuid
LANGUAGE sql STABLE PARALLEL RESTRICTED
RETURN nullif(split_part(rt.sealed(_role), '|', 3), '')::uuid;

CREATE FUNCTION rt.sealed_has(_role text) RETURNS boolean
LANGUAGE sql STABLE PARALLEL RESTRICTED
RETURN rt.sealed(_role) IS NOT NULL;
";
