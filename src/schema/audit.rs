//! The audit: an entry for each change of each table, in the transaction of the change, never altered; and
//! a chain of seals over the entries of each stream, so that whoever alters them all the same is found out.

use super::cx::{Cx, Slot};
use super::names::{joined, literal, quoted, table};
use super::pieces::Trigger;
use crate::model::{EntityId, EntityKind, FieldId};

pub fn trigger(cx: &Cx<'_>, entity: EntityId) -> Trigger {
    let it = &cx.model[entity];
    let tenant = match (it.kind, it.scope.tenant()) {
        (EntityKind::Tenant(_), _) => "id".to_owned(),
        (_, Some((_, column))) => it.fields[column.0].name.clone(),
        _ => String::new(),
    };
    let masked = masked(cx, entity);
    let mut arguments = vec![it.name.clone()];
    if !(tenant.is_empty() && masked.is_empty()) {
        arguments.push(tenant);
    }
    arguments.extend(masked);
    let arguments: Vec<String> = arguments.iter().map(|one| literal(one)).collect();
    Trigger {
        name: joined(&[&table(&it.name), "audit"]),
        when: "AFTER INSERT OR UPDATE OR DELETE",
        each: "ROW",
        // What children add up to is told with the children.
        only: (!it.totals.is_empty()).then(|| format!("NOT ({})", super::totals::is_kept(cx))),
        call: format!("audit.record({})", arguments.join(", ")),
    }
}

/// Columns that say something of a person: that they changed is told, and not to what.
fn masked(cx: &Cx<'_>, entity: EntityId) -> Vec<String> {
    let it = &cx.model[entity];
    let personal = (0..it.fields.len()).map(FieldId).filter(|id| it.fields[id.0].personal);
    let mut columns: Vec<String> = personal
        .filter(|id| {
            cx.guard(format!("entities.{}.fields.{}.masked", it.name, it.fields[id.0].name))
        })
        .map(|id| cx.bare_column(entity, Slot::Field(id)))
        .collect();
    if it.kind == EntityKind::User && cx.guard(format!("entities.{}.subject.masked", it.name)) {
        columns.push("subject".to_owned());
    }
    columns
}

/// Tables, writer, and what keeps them append-only.
pub fn sql(cx: &Cx<'_>) -> String {
    let (owner, audit) = (quoted(&cx.role("owner")), quoted(&cx.role("audit")));
    let append_only = |table: &str, path: &str| match cx.guard(path) {
        true => format!(
            "
CREATE TRIGGER {table}_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON audit.{table}
FOR EACH STATEMENT EXECUTE FUNCTION rt.append_only('audit.append_only');
"
        ),
        false => String::new(),
    };
    let entries = append_only("entry", "audit.append_only");
    let seals = append_only("seal", "audit.seals.append_only");
    let sealed = if cx.guard("audit.sealed") { SEALED } else { "" };
    let secured: String = ["entry", "head", "seal"]
        .map(|table| {
            format!(
                "
ALTER TABLE audit.{table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit.{table} FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON audit.{table} TO {owner} USING (true);
"
            )
        })
        .concat();
    let (tables, record) = match cx.model.has_approvals() {
        true => (naming_who_agreed(TABLES), naming_who_agreed(RECORD)),
        false => (TABLES.to_owned(), RECORD.to_owned()),
    };
    format!(
        "{tables}{entries}{seals}{secured}
-- The writer reads what its own transaction wrote, and no other entry.
CREATE POLICY audit ON audit.entry FOR INSERT TO {audit} WITH CHECK (true);
CREATE POLICY audit_own ON audit.entry FOR SELECT TO {audit}
  USING (xact = pg_current_xact_id());
CREATE POLICY audit ON audit.head TO {audit} USING (true);
CREATE POLICY audit ON audit.seal TO {audit} USING (true);
GRANT INSERT, SELECT ON audit.entry, audit.seal TO {audit};
GRANT INSERT, SELECT, UPDATE ON audit.head TO {audit};
{record}{SEAL}{sealed}{VERIFY}"
    )
}

/// The same, with a column for the second person, where some action waits for one.
fn naming_who_agreed(text: &str) -> String {
    text.replace("  actor uuid,\n", "  actor uuid,\n  approver uuid,\n")
        .replace("(stream, actor, context, tenant,", "(stream, actor, approver, context, tenant,")
        .replace(
            "    rt.me(),\n",
            "    rt.me(),\n    nullif(current_setting('app.approver', true), '')::uuid,\n",
        )
}

/// The writers are handed over last: triggers that name them are made before.
pub fn hand_over(cx: &Cx<'_>) -> String {
    let (owner, audit) = (quoted(&cx.role("owner")), quoted(&cx.role("audit")));
    format!(
        "GRANT EXECUTE ON FUNCTION audit.record(), audit.write_seal() TO {owner};
GRANT EXECUTE ON FUNCTION audit.masked(jsonb, text[]) TO {audit};
GRANT EXECUTE ON FUNCTION audit.digest(xid8, text, bigint, bigint) TO {audit};
ALTER FUNCTION audit.record() OWNER TO {audit};
ALTER FUNCTION audit.write_seal() OWNER TO {audit};
"
    )
}

const TABLES: &str = "\
-- The audit: an entry for each change of each table, in the transaction of the change. A stream is a
-- tenant, or one of sixteen parts of what belongs to none.

CREATE TABLE audit.entry (
  id bigint GENERATED ALWAYS AS IDENTITY,
  stream text NOT NULL,
  xact xid8 NOT NULL DEFAULT pg_current_xact_id(),
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  actor uuid,
  context text,
  tenant uuid,
  path text,
  because text,
  request text,
  entity text NOT NULL,
  row_id uuid NOT NULL,
  version int NOT NULL,
  operation text NOT NULL,
  before jsonb,
  after jsonb,
  CONSTRAINT entry_pkey PRIMARY KEY (id)
);

CREATE INDEX entry_row_idx ON audit.entry (entity, row_id, id);
CREATE INDEX entry_xact_idx ON audit.entry (xact, id);

COMMENT ON TABLE audit.entry IS 'Who changed which row, when, by which action, and why.';
COMMENT ON COLUMN audit.entry.request IS
  'The X-Request-Id of the request that made the change, as the service signed it to the gate';
COMMENT ON COLUMN audit.entry.before IS
  'Columns that the change altered or removed, as they were; what is personal is masked';
COMMENT ON COLUMN audit.entry.after IS
  'Columns that the change altered or made, as they are since; what is personal is masked';

-- What one transaction wrote in one stream. Each hash is over the one before it and the entries.
CREATE TABLE audit.seal (
  stream text NOT NULL,
  position bigint NOT NULL,
  xact xid8 NOT NULL,
  first bigint NOT NULL,
  last bigint NOT NULL,
  hash bytea NOT NULL,
  CONSTRAINT seal_pkey PRIMARY KEY (stream, position)
);

CREATE INDEX seal_xact_idx ON audit.seal (xact, last);

COMMENT ON TABLE audit.seal IS 'Of each transaction in each stream: its entries, in a chain of hashes.';

-- The newest seal of each stream; its row is what committing transactions wait for.
CREATE TABLE audit.head (
  stream text NOT NULL,
  position bigint NOT NULL,
  hash bytea NOT NULL,
  CONSTRAINT head_pkey PRIMARY KEY (stream)
);

COMMENT ON TABLE audit.head IS 'The newest seal of each stream, for which committing transactions wait.';
";

// What runs in each write is in PL/pgSQL where it cannot be inlined: a connection plans that once, and SQL in each transaction.
const RECORD: &str = "
CREATE FUNCTION audit.masked(_row jsonb, _columns text[]) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN _row || coalesce(
    (SELECT jsonb_object_agg(c, 'masked') FROM unnest(_columns) c WHERE _row ->> c IS NOT NULL),
    '{}'
  );
END $$;

-- Its arguments: the entity, the column that holds the tenant, or nothing, and columns to mask.
CREATE FUNCTION audit.record() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  was jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END;
  is_now jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END;
  line jsonb := coalesce(is_now, was);
  of_tenant uuid := (line ->> TG_ARGV[1])::uuid;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    SELECT coalesce(jsonb_object_agg(o.key, o.value), '{}'),
           coalesce(jsonb_object_agg(o.key, is_now -> o.key), '{}')
    INTO was, is_now
    FROM jsonb_each(was) o
    WHERE o.key NOT IN ('version', 'updated_at') AND o.value IS DISTINCT FROM is_now -> o.key;
  END IF;
  IF TG_NARGS > 2 THEN
    was := audit.masked(was, TG_ARGV[2:]);
    is_now := audit.masked(is_now, TG_ARGV[2:]);
  END IF;
  INSERT INTO audit.entry
    (stream, actor, context, tenant, path, because, request, entity, row_id, version, operation,
     before, after)
  VALUES (
    coalesce(of_tenant::text, 'platform/' || right(line ->> 'id', 1)),
    rt.me(),
    nullif(split_part(current_setting('app.entered', true), '|', 1), ''),
    of_tenant,
    nullif(current_setting('app.path', true), ''),
    nullif(current_setting('app.because', true), ''),
    nullif(current_setting('app.request', true), ''),
    TG_ARGV[0],
    (line ->> 'id')::uuid,
    (line ->> 'version')::int,
    lower(TG_OP),
    was,
    is_now
  );
  RETURN NULL;
END $$;
";

const SEAL: &str = "
CREATE FUNCTION audit.digest(_xact xid8, _stream text, _first bigint, _last bigint) RETURNS bytea
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
BEGIN
  RETURN (
    SELECT sha256(convert_to(string_agg(to_jsonb(e)::text, E'\\n' ORDER BY e.id), 'UTF8'))
    FROM audit.entry e
    WHERE e.xact = _xact AND e.stream = _stream AND e.id BETWEEN _first AND _last
  );
END $$;

-- The first call in a transaction seals all that it wrote, stream by stream in one order for
-- everybody: chained entry by entry, crossing transactions would wait for each other for ever.
CREATE FUNCTION audit.write_seal() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  sealed bigint := coalesce((SELECT max(s.last) FROM audit.seal s WHERE s.xact = NEW.xact), 0);
  part record;
  digest bytea;
BEGIN
  IF NEW.id <= sealed THEN
    RETURN NULL;
  END IF;
  FOR part IN
    SELECT e.stream, min(e.id) AS first, max(e.id) AS last
    FROM audit.entry e
    WHERE e.xact = NEW.xact AND e.id > sealed
    GROUP BY e.stream
    ORDER BY e.stream
  LOOP
    digest := audit.digest(NEW.xact, part.stream, part.first, part.last);
    WITH head AS (
      INSERT INTO audit.head AS h (stream, position, hash) VALUES (part.stream, 1, sha256(digest))
      ON CONFLICT (stream)
      DO UPDATE SET position = h.position + 1, hash = sha256(h.hash || digest)
      RETURNING h.position, h.hash
    )
    INSERT INTO audit.seal (stream, position, xact, first, last, hash)
    SELECT part.stream, head.position, NEW.xact, part.first, part.last, head.hash FROM head;
  END LOOP;
  RETURN NULL;
END $$;
";

const SEALED: &str = "
CREATE CONSTRAINT TRIGGER entry_sealed
AFTER INSERT ON audit.entry DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION audit.write_seal();
";

const VERIFY: &str = "
-- What does not hold, and where; nothing where all of it does.
CREATE FUNCTION audit.verify() RETURNS TABLE (stream text, \"position\" bigint, fault text)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  WITH link AS (
    SELECT s.stream, s.position, s.hash,
           lag(s.position, 1, 0::bigint) OVER chain + 1 AS expected,
           coalesce(lag(s.hash) OVER chain, '') AS previous,
           audit.digest(s.xact, s.stream, s.first, s.last) AS digest,
           lead(s.position) OVER chain IS NULL AS newest
    FROM audit.seal s
    WINDOW chain AS (PARTITION BY s.stream ORDER BY s.position)
  )
  SELECT l.stream, l.position,
         CASE WHEN l.position <> l.expected THEN 'the seal before it is missing'
              ELSE 'its entries are not those that were sealed' END
  FROM link l
  WHERE l.position <> l.expected OR sha256(l.previous || l.digest) IS DISTINCT FROM l.hash
  UNION ALL
  SELECT coalesce(h.stream, l.stream), coalesce(h.position, l.position), 'it is not the newest seal'
  FROM audit.head h
  FULL JOIN (SELECT * FROM link WHERE newest) l ON l.stream = h.stream
  WHERE (h.position, h.hash) IS DISTINCT FROM (l.position, l.hash)
  UNION ALL
  SELECT e.stream, NULL, format('entry %s is not sealed', e.id)
  FROM audit.entry e
  WHERE NOT EXISTS (
    SELECT FROM audit.seal s
    WHERE s.xact = e.xact AND s.stream = e.stream AND e.id BETWEEN s.first AND s.last
  )
$$;
";
