-- A team of one person with a thousand accounts, as the owner of everything makes them, and the same tables written by
-- hand: what a careful person would write who needs the one guard and no more.
-- The rows are told what a guard would put in.
SET session_replication_role = replica;

INSERT INTO rt.subject_key
SELECT 1,
  string_agg(set_byte('\x00', 0, coalesce(get_byte(key.key, at), 0) # 54), '' ORDER BY at),
  string_agg(set_byte('\x00', 0, coalesce(get_byte(key.key, at), 0) # 92), '' ORDER BY at)
FROM (SELECT rpad('of the benchmark', 64, '.')::bytea AS key) key, generate_series(0, 63) at;

INSERT INTO app."user" (id, subject, version, created_at, updated_at)
VALUES ('00000000-0000-7000-8000-000000000001', 'somebody', 1, now(), now());
INSERT INTO app.team (id, name, version, created_at, updated_at)
VALUES ('00000000-0000-7000-8000-000000000002', 'A team', 1, now(), now());
INSERT INTO app.member (id, team, "user", role, version, created_at, updated_at)
VALUES ('00000000-0000-7000-8000-000000000003', '00000000-0000-7000-8000-000000000002',
        '00000000-0000-7000-8000-000000000001', 'member', 1, now(), now());
INSERT INTO app.account (id, team, name, counted, version, created_at, updated_at)
SELECT ('00000000-0000-7000-8000-' || lpad(at::text, 12, '0'))::uuid,
       '00000000-0000-7000-8000-000000000002', 'An account', 0, 1, now(), now()
FROM generate_series(1, 1000) at;

SET session_replication_role = origin;

CREATE SCHEMA bench;
GRANT USAGE ON SCHEMA bench TO guards_team;
CREATE SEQUENCE bench.hour CACHE 1000;
GRANT USAGE ON SEQUENCE bench.hour TO guards_team;

-- What the service would say for somebody, good for an hour.
CREATE FUNCTION bench.assertion() RETURNS bytea LANGUAGE sql AS $$
  SELECT sha256(k.outer_block || sha256(
           k.inner_block || 'team|'::bytea || uuid_send('00000000-0000-7000-8000-000000000002') || said
         )) || said
  FROM rt.subject_key k,
       (SELECT int8send(extract(epoch FROM clock_timestamp())::bigint + 3600) || int8send(0) || 'bench|somebody'::bytea AS said) said
$$;

CREATE SCHEMA hand;
CREATE TABLE hand.account (id uuid PRIMARY KEY, counted bigint NOT NULL DEFAULT 0 CHECK (counted <= 1000000000000));
INSERT INTO hand.account SELECT id FROM app.account;
CREATE TABLE hand.plain (
  id uuid PRIMARY KEY,
  team uuid NOT NULL,
  account uuid NOT NULL REFERENCES hand.account,
  amount bigint NOT NULL CHECK (amount BETWEEN 1 AND 1000),
  during tstzrange NOT NULL CHECK (NOT isempty(during)),
  version int NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ON hand.plain (account);
CREATE TABLE hand.bare (LIKE hand.plain INCLUDING ALL, FOREIGN KEY (account) REFERENCES hand.account);
CREATE TABLE hand.counted (LIKE hand.plain INCLUDING ALL, FOREIGN KEY (account) REFERENCES hand.account);
CREATE TABLE hand.alone (
  LIKE hand.plain INCLUDING ALL, FOREIGN KEY (account) REFERENCES hand.account,
  EXCLUDE USING gist (account WITH =, during WITH &&)
);
CREATE TABLE hand.once (LIKE hand.plain INCLUDING ALL, FOREIGN KEY (account) REFERENCES hand.account);

CREATE TABLE hand.entry (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT now(),
  who text,
  relation regclass NOT NULL,
  row_id uuid NOT NULL,
  row jsonb NOT NULL
);
CREATE FUNCTION hand.audit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO hand.entry (who, relation, row_id, row)
  VALUES (current_setting('hand.who', true), TG_RELID, NEW.id, to_jsonb(NEW));
  RETURN NULL;
END $$;
CREATE TRIGGER audit AFTER INSERT ON hand.plain FOR EACH ROW EXECUTE FUNCTION hand.audit();
CREATE TRIGGER audit AFTER INSERT ON hand.counted FOR EACH ROW EXECUTE FUNCTION hand.audit();
CREATE TRIGGER audit AFTER INSERT ON hand.alone FOR EACH ROW EXECUTE FUNCTION hand.audit();
CREATE TRIGGER audit AFTER INSERT ON hand.once FOR EACH ROW EXECUTE FUNCTION hand.audit();

CREATE FUNCTION hand.count() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE hand.account SET counted = counted + NEW.amount WHERE id = NEW.account;
  RETURN NULL;
END $$;
CREATE TRIGGER count AFTER INSERT ON hand.counted FOR EACH ROW EXECUTE FUNCTION hand.count();

CREATE TABLE hand.answer (key text PRIMARY KEY, asked bytea NOT NULL, answer jsonb, until timestamptz NOT NULL);
