//! The audit: a row for each change of each table, in the transaction of the change, never altered.

use super::cx::Cx;
use super::names::{joined, literal, quoted, table};
use super::pieces::Trigger;
use crate::model::{EntityId, EntityKind};

pub fn trigger(cx: &Cx<'_>, entity: EntityId) -> Trigger {
    let it = &cx.model[entity];
    let tenant = match (it.kind, it.scope.tenant()) {
        (EntityKind::Tenant(_), _) => Some("id".to_owned()),
        (_, Some((_, column))) => Some(it.fields[column.0].name.clone()),
        _ => None,
    };
    let arguments: Vec<String> =
        std::iter::once(&it.name).chain(&tenant).map(|one| literal(one)).collect();
    Trigger {
        name: joined(&[&table(&it.name), "audit"]),
        when: "AFTER INSERT OR UPDATE OR DELETE",
        each: "ROW",
        call: format!("audit.record({})", arguments.join(", ")),
    }
}

/// Table, writer, and what keeps it append-only.
pub fn sql(cx: &Cx<'_>) -> String {
    let (owner, audit) = (quoted(&cx.role("owner")), quoted(&cx.role("audit")));
    let append_only = if cx.guard("audit.append_only") { APPEND_ONLY } else { "" };
    format!(
        "{TABLE}{append_only}
ALTER TABLE audit.entry ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit.entry FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON audit.entry TO {owner} USING (true);
CREATE POLICY audit ON audit.entry FOR INSERT TO {audit} WITH CHECK (true);
GRANT INSERT ON audit.entry TO {audit};
{RECORD}"
    )
}

/// The writer is handed over last: triggers that name it are made before.
pub fn hand_over(cx: &Cx<'_>) -> String {
    let (owner, audit) = (quoted(&cx.role("owner")), quoted(&cx.role("audit")));
    format!(
        "GRANT EXECUTE ON FUNCTION audit.record() TO {owner};
ALTER FUNCTION audit.record() OWNER TO {audit};
"
    )
}

const TABLE: &str =
    "-- The audit: a row for each change of each table, in the transaction of the change.

CREATE TABLE audit.entry (
  id bigint GENERATED ALWAYS AS IDENTITY,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  actor uuid,
  context text,
  tenant uuid,
  path text,
  because text,
  entity text NOT NULL,
  row_id uuid NOT NULL,
  version int NOT NULL,
  operation text NOT NULL,
  CONSTRAINT entry_pkey PRIMARY KEY (id)
);

CREATE INDEX entry_row_idx ON audit.entry (entity, row_id, id);
";

const APPEND_ONLY: &str = "
CREATE FUNCTION audit.refuse() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'audit.append_only' USING ERRCODE = 'BP409';
END $$;

CREATE TRIGGER entry_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON audit.entry
FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse();
";

const RECORD: &str = "
-- Its arguments: the entity, and the column that holds the tenant, where there is one.
CREATE FUNCTION audit.record() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  line jsonb := to_jsonb(CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END);
BEGIN
  INSERT INTO audit.entry
    (actor, context, tenant, path, because, entity, row_id, version, operation)
  VALUES (
    rt.me(),
    nullif(split_part(current_setting('app.entered', true), '|', 1), ''),
    (line ->> TG_ARGV[1])::uuid,
    nullif(current_setting('app.path', true), ''),
    nullif(current_setting('app.because', true), ''),
    TG_ARGV[0],
    (line ->> 'id')::uuid,
    (line ->> 'version')::int,
    lower(TG_OP)
  );
  RETURN NULL;
END $$;
";
