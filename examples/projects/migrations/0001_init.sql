-- Nothing is open unless it is granted below.
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

CREATE SCHEMA app;
CREATE SCHEMA rt;
CREATE SCHEMA act;
CREATE SCHEMA api;
CREATE SCHEMA facet;
CREATE SCHEMA audit;

COMMENT ON SCHEMA app IS 'Tables, under forced row security.';
COMMENT ON SCHEMA rt IS 'Gates, by which a request enters a context, and what they established.';
COMMENT ON SCHEMA act IS 'Doors: one function for each action and context, the only ways to write.';
COMMENT ON SCHEMA api IS 'What the service calls: a door, then the row read back in the rights of the caller.';
COMMENT ON SCHEMA facet IS 'Columns that only some of a context''s readers are given.';
COMMENT ON SCHEMA audit IS 'Who changed what, when, by which action, and why.';

GRANT USAGE ON SCHEMA app, rt
  TO "projects_gate", "projects_self_door", "projects_team_door", "projects_self", "projects_team";
GRANT USAGE ON SCHEMA act, api TO "projects_self", "projects_team";
GRANT USAGE ON SCHEMA facet TO "projects_team";
GRANT USAGE ON SCHEMA audit, rt TO "projects_audit";

-- Ownership is handed over as each object is made, for which its owner needs this meanwhile.
GRANT CREATE ON SCHEMA rt TO "projects_gate";
GRANT CREATE ON SCHEMA facet TO "projects_facet";
GRANT CREATE ON SCHEMA audit TO "projects_audit";
GRANT CREATE ON SCHEMA act TO "projects_self_door", "projects_team_door";

-- What the gate established, for policies: inlined, and evaluated once where it stands in a sub-select.

CREATE FUNCTION rt.me() RETURNS uuid
LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(current_setting('app.me', true), '')::uuid;

CREATE FUNCTION rt.tenant() RETURNS uuid
LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(current_setting('app.tenant', true), '')::uuid;

CREATE FUNCTION rt.has(_role text) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE
RETURN coalesce(current_setting('app.is_' || _role, true), '') = 't';

GRANT EXECUTE ON FUNCTION rt.me(), rt.tenant(), rt.has(text)
  TO "projects_audit", "projects_self_door", "projects_team_door", "projects_self", "projects_team";

-- The audit: a row for each change of each table, in the transaction of the change.

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

CREATE FUNCTION audit.refuse() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'audit.append_only' USING ERRCODE = 'BP409';
END $$;

CREATE TRIGGER entry_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON audit.entry
FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse();

ALTER TABLE audit.entry ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit.entry FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON audit.entry TO "projects_owner" USING (true);
CREATE POLICY audit ON audit.entry FOR INSERT TO "projects_audit" WITH CHECK (true);
GRANT INSERT ON audit.entry TO "projects_audit";

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
    nullif(current_setting('app.context', true), ''),
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

-- entities.User

CREATE TABLE app."user" (
  id uuid NOT NULL,
  subject text NOT NULL,
  email text,
  version int NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  CONSTRAINT user_pkey PRIMARY KEY (id),
  CONSTRAINT user_subject_key UNIQUE (subject),
  CONSTRAINT user_email_check CHECK (
    char_length(email) <= 254 AND email ~ '^[^@[:space:]]+@[^@[:space:]]+[.][^@[:space:]]+$'
  )
);

CREATE FUNCTION rt.user_guard() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    NEW.version := 1;
    NEW.created_at := clock_timestamp();
  ELSE
    IF (NEW.id, NEW.subject, NEW.created_at) IS DISTINCT FROM (OLD.id, OLD.subject, OLD.created_at) THEN
      RAISE EXCEPTION 'entities.User.frozen' USING ERRCODE = 'BP422';
    END IF;
    NEW.version := OLD.version + 1;
  END IF;
  NEW.updated_at := clock_timestamp();
  RETURN NEW;
END $$;

CREATE TRIGGER user_guard BEFORE INSERT OR UPDATE ON app."user"
FOR EACH ROW EXECUTE FUNCTION rt.user_guard();

CREATE TRIGGER user_audit AFTER INSERT OR UPDATE OR DELETE ON app."user"
FOR EACH ROW EXECUTE FUNCTION audit.record('User');

ALTER TABLE app."user" ENABLE ROW LEVEL SECURITY;
ALTER TABLE app."user" FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON app."user" TO "projects_owner" USING (true);

CREATE POLICY gate ON app."user" TO "projects_gate" USING (true);
GRANT SELECT (id, subject), INSERT (id, subject, email) ON app."user" TO "projects_gate";

CREATE POLICY self ON app."user" FOR SELECT TO "projects_self" USING (
  id = (SELECT rt.me())
);
GRANT SELECT (id, email, version, created_at, updated_at) ON app."user" TO "projects_self";

-- entities.Team

CREATE TABLE app.team (
  id uuid NOT NULL,
  name text NOT NULL,
  version int NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  CONSTRAINT team_pkey PRIMARY KEY (id),
  CONSTRAINT team_name_check CHECK (char_length(name) BETWEEN 1 AND 120)
);

CREATE FUNCTION rt.team_guard() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    NEW.version := 1;
    NEW.created_at := clock_timestamp();
  ELSE
    IF (NEW.id, NEW.created_at) IS DISTINCT FROM (OLD.id, OLD.created_at) THEN
      RAISE EXCEPTION 'entities.Team.frozen' USING ERRCODE = 'BP422';
    END IF;
    NEW.version := OLD.version + 1;
  END IF;
  NEW.updated_at := clock_timestamp();
  RETURN NEW;
END $$;

CREATE TRIGGER team_guard BEFORE INSERT OR UPDATE ON app.team
FOR EACH ROW EXECUTE FUNCTION rt.team_guard();

CREATE TRIGGER team_audit AFTER INSERT OR UPDATE OR DELETE ON app.team
FOR EACH ROW EXECUTE FUNCTION audit.record('Team', 'id');

ALTER TABLE app.team ENABLE ROW LEVEL SECURITY;
ALTER TABLE app.team FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON app.team TO "projects_owner" USING (true);

CREATE POLICY self_door ON app.team FOR INSERT TO "projects_self_door" WITH CHECK (
  id = (SELECT rt.tenant())
);
GRANT INSERT (id, name) ON app.team TO "projects_self_door";

CREATE POLICY team ON app.team FOR SELECT TO "projects_team" USING (
  id = (SELECT rt.tenant())
);
GRANT SELECT (id, name, version, created_at, updated_at) ON app.team TO "projects_team";

-- entities.Member

CREATE TABLE app.member (
  id uuid NOT NULL,
  team uuid NOT NULL,
  "user" uuid NOT NULL,
  role text NOT NULL,
  revoked_at timestamptz,
  version int NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  CONSTRAINT member_pkey PRIMARY KEY (team, id),
  CONSTRAINT member_user_key UNIQUE (team, "user"),
  CONSTRAINT member_role_check CHECK (role IN ('member', 'lead'))
);

CREATE INDEX member_holder_self_idx ON app.member ("user", id);

CREATE FUNCTION rt.member_guard() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    NEW.version := 1;
    NEW.created_at := clock_timestamp();
  ELSE
    IF (NEW.id, NEW.team, NEW.created_at) IS DISTINCT FROM (OLD.id, OLD.team, OLD.created_at) THEN
      RAISE EXCEPTION 'entities.Member.frozen' USING ERRCODE = 'BP422';
    END IF;
    IF NEW."user" IS DISTINCT FROM OLD."user" THEN
      RAISE EXCEPTION 'entities.Member.fields.user.frozen' USING ERRCODE = 'BP422';
    END IF;
    NEW.version := OLD.version + 1;
  END IF;
  NEW.updated_at := clock_timestamp();
  RETURN NEW;
END $$;

CREATE TRIGGER member_guard BEFORE INSERT OR UPDATE ON app.member
FOR EACH ROW EXECUTE FUNCTION rt.member_guard();

CREATE TRIGGER member_audit AFTER INSERT OR UPDATE OR DELETE ON app.member
FOR EACH ROW EXECUTE FUNCTION audit.record('Member', 'team');

ALTER TABLE app.member ENABLE ROW LEVEL SECURITY;
ALTER TABLE app.member FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON app.member TO "projects_owner" USING (true);

CREATE POLICY gate ON app.member TO "projects_gate" USING (true);
GRANT SELECT (team, "user", role, revoked_at), UPDATE (version) ON app.member TO "projects_gate";

CREATE POLICY self ON app.member FOR SELECT TO "projects_self" USING (
  "user" = (SELECT rt.me())
);
GRANT SELECT (id, team, "user", role, revoked_at, version, created_at, updated_at)
  ON app.member TO "projects_self";

CREATE POLICY self_door ON app.member FOR INSERT TO "projects_self_door" WITH CHECK (
  "user" = (SELECT rt.me())
);
GRANT INSERT (id, team, "user", role) ON app.member TO "projects_self_door";

CREATE POLICY team ON app.member FOR SELECT TO "projects_team" USING (
  team = (SELECT rt.tenant())
);
GRANT SELECT (id, team, "user", role, revoked_at, version, created_at, updated_at)
  ON app.member TO "projects_team";

CREATE POLICY team_door ON app.member TO "projects_team_door" USING (
  team = (SELECT rt.tenant())
);
GRANT SELECT (id, team, "user", role, revoked_at, version),
      INSERT (id, team, "user", role),
      UPDATE (role, revoked_at)
  ON app.member TO "projects_team_door";

-- entities.Project

CREATE TABLE app.project (
  id uuid NOT NULL,
  team uuid NOT NULL,
  name text NOT NULL,
  budget_minor bigint NOT NULL,
  version int NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  CONSTRAINT project_pkey PRIMARY KEY (team, id),
  CONSTRAINT project_name_check CHECK (char_length(name) BETWEEN 1 AND 80)
);

COMMENT ON TABLE app.project IS 'A piece of work that a team has taken on.';

CREATE FUNCTION rt.project_guard() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    NEW.version := 1;
    NEW.created_at := clock_timestamp();
  ELSE
    IF (NEW.id, NEW.team, NEW.created_at) IS DISTINCT FROM (OLD.id, OLD.team, OLD.created_at) THEN
      RAISE EXCEPTION 'entities.Project.frozen' USING ERRCODE = 'BP422';
    END IF;
    NEW.version := OLD.version + 1;
  END IF;
  NEW.updated_at := clock_timestamp();
  RETURN NEW;
END $$;

CREATE TRIGGER project_guard BEFORE INSERT OR UPDATE ON app.project
FOR EACH ROW EXECUTE FUNCTION rt.project_guard();

CREATE TRIGGER project_audit AFTER INSERT OR UPDATE OR DELETE ON app.project
FOR EACH ROW EXECUTE FUNCTION audit.record('Project', 'team');

ALTER TABLE app.project ENABLE ROW LEVEL SECURITY;
ALTER TABLE app.project FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON app.project TO "projects_owner" USING (true);

CREATE POLICY team ON app.project FOR SELECT TO "projects_team" USING (
  team = (SELECT rt.tenant())
);
GRANT SELECT (id, team, name, version, created_at, updated_at) ON app.project TO "projects_team";

CREATE POLICY team_door ON app.project TO "projects_team_door" USING (
  team = (SELECT rt.tenant())
);
GRANT SELECT (id, team, name, budget_minor, version),
      INSERT (id, team, name, budget_minor),
      UPDATE (name, budget_minor)
  ON app.project TO "projects_team_door";

CREATE POLICY facet ON app.project FOR SELECT TO "projects_facet" USING (true);
GRANT SELECT (id, team, budget_minor) ON app.project TO "projects_facet";

-- entities.Project.facet.team.1: budget, for lead
CREATE VIEW facet.project_team_1 WITH (security_barrier) AS
SELECT t.id, t.team, t.budget_minor
FROM app.project t
WHERE t.team = (SELECT rt.tenant())
  AND (SELECT rt.has('lead'));

GRANT SELECT ON facet.project_team_1 TO "projects_team";
ALTER VIEW facet.project_team_1 OWNER TO "projects_facet";

-- entities.Task

CREATE TABLE app.task (
  id uuid NOT NULL,
  team uuid NOT NULL,
  project uuid NOT NULL,
  title text NOT NULL,
  due date,
  assignee uuid NOT NULL,
  state text NOT NULL DEFAULT 'open',
  version int NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  CONSTRAINT task_pkey PRIMARY KEY (team, id),
  CONSTRAINT task_title_check CHECK (char_length(title) BETWEEN 1 AND 120),
  CONSTRAINT task_state_check CHECK (state IN ('open', 'done'))
);

COMMENT ON TABLE app.task IS 'One thing to do in a project.';

CREATE INDEX task_project_idx ON app.task (team, project, id);
CREATE INDEX task_assignee_idx ON app.task (team, assignee, id);
CREATE INDEX task_state_idx ON app.task (team, state, id);

CREATE FUNCTION rt.task_guard() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.state IS DISTINCT FROM 'open' THEN
      RAISE EXCEPTION 'entities.Task.states' USING ERRCODE = 'BP409';
    END IF;
    NEW.version := 1;
    NEW.created_at := clock_timestamp();
  ELSE
    IF (NEW.id, NEW.team, NEW.created_at) IS DISTINCT FROM (OLD.id, OLD.team, OLD.created_at) THEN
      RAISE EXCEPTION 'entities.Task.frozen' USING ERRCODE = 'BP422';
    END IF;
    IF NEW.state IS DISTINCT FROM OLD.state
      AND ((OLD.state, NEW.state) IN (('open', 'done'), ('done', 'open'))) IS NOT TRUE
    THEN
      RAISE EXCEPTION 'entities.Task.states' USING ERRCODE = 'BP409';
    END IF;
    NEW.version := OLD.version + 1;
  END IF;
  NEW.updated_at := clock_timestamp();
  RETURN NEW;
END $$;

CREATE TRIGGER task_guard BEFORE INSERT OR UPDATE ON app.task
FOR EACH ROW EXECUTE FUNCTION rt.task_guard();

CREATE TRIGGER task_audit AFTER INSERT OR UPDATE OR DELETE ON app.task
FOR EACH ROW EXECUTE FUNCTION audit.record('Task', 'team');

ALTER TABLE app.task ENABLE ROW LEVEL SECURITY;
ALTER TABLE app.task FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON app.task TO "projects_owner" USING (true);

CREATE POLICY team ON app.task FOR SELECT TO "projects_team" USING (
  team = (SELECT rt.tenant())
);
GRANT SELECT (id, team, project, title, due, assignee, state, version, created_at, updated_at)
  ON app.task TO "projects_team";

CREATE POLICY team_door ON app.task TO "projects_team_door" USING (
  team = (SELECT rt.tenant())
);
GRANT SELECT (id, team, assignee, state, version),
      INSERT (id, team, project, title, due, assignee),
      UPDATE (state)
  ON app.task TO "projects_team_door";

-- References: within the tenant by a composite key, so that none to a stranger's row can stand.

ALTER TABLE app.member ADD CONSTRAINT member_team_fkey
  FOREIGN KEY (team) REFERENCES app.team (id) ON DELETE RESTRICT;
ALTER TABLE app.member ADD CONSTRAINT member_user_fkey
  FOREIGN KEY ("user") REFERENCES app."user" (id) ON DELETE RESTRICT;
ALTER TABLE app.project ADD CONSTRAINT project_team_fkey
  FOREIGN KEY (team) REFERENCES app.team (id) ON DELETE RESTRICT;
ALTER TABLE app.task ADD CONSTRAINT task_project_fkey
  FOREIGN KEY (team, project) REFERENCES app.project (team, id) ON DELETE RESTRICT;
ALTER TABLE app.task ADD CONSTRAINT task_assignee_fkey
  FOREIGN KEY (team, assignee) REFERENCES app.member (team, "user") ON DELETE RESTRICT;

-- identity.user: a person's row is made at the first valid token.
CREATE FUNCTION rt.provision(_subject text, _id uuid, _email text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM set_config('app.me', _id::text, true),
          set_config('app.context', 'self', true),
          set_config('app.tenant', '', true),
          set_config('app.path', 'identity.user.provision', true),
          set_config('app.because', '', true);
  INSERT INTO app."user" (id, subject, email) VALUES (_id, _subject, _email)
  ON CONFLICT (subject) DO NOTHING;
END $$;

GRANT EXECUTE ON FUNCTION rt.provision(text, uuid, text) TO "projects_self";
ALTER FUNCTION rt.provision(text, uuid, text) OWNER TO "projects_gate";

-- identity.contexts.self
CREATE FUNCTION rt.enter_self(_subject text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me uuid;
BEGIN
  SELECT u.id INTO me FROM app."user" u WHERE u.subject = _subject;
  IF me IS NULL THEN
    RAISE EXCEPTION 'identity.user' USING ERRCODE = 'BP401';
  END IF;
  PERFORM set_config('app.context', 'self', true),
          set_config('app.me', me::text, true),
          set_config('app.tenant', '', true);
END $$;

GRANT EXECUTE ON FUNCTION rt.enter_self(text) TO "projects_self", "projects_self_door";
ALTER FUNCTION rt.enter_self(text) OWNER TO "projects_gate";

-- identity.contexts.team
CREATE FUNCTION rt.enter_team(_subject text, _tenant uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me uuid;
  held text;
BEGIN
  SELECT u.id, g.role INTO me, held
  FROM app."user" u
  LEFT JOIN app.member g ON g.team = _tenant AND g."user" = u.id AND g.revoked_at IS NULL
  WHERE u.subject = _subject;
  IF me IS NULL THEN
    RAISE EXCEPTION 'identity.user' USING ERRCODE = 'BP401';
  END IF;
  IF held IS NULL THEN
    RAISE EXCEPTION 'identity.contexts.team' USING ERRCODE = 'BP403';
  END IF;
  PERFORM set_config('app.context', 'team', true),
          set_config('app.me', me::text, true),
          set_config('app.tenant', _tenant::text, true),
          set_config('app.is_member', CASE WHEN held IN ('member', 'lead') THEN 't' ELSE 'f' END, true),
          set_config('app.is_lead', CASE WHEN held = 'lead' THEN 't' ELSE 'f' END, true);
END $$;

GRANT EXECUTE ON FUNCTION rt.enter_team(text, uuid) TO "projects_team", "projects_team_door";
ALTER FUNCTION rt.enter_team(text, uuid) OWNER TO "projects_gate";

-- Whether a person holds an unrevoked grant; it stays so to the end of the transaction.
CREATE FUNCTION rt.holds_team(_tenant uuid, _user uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM FROM app.member g
  WHERE g.team = _tenant AND g."user" = _user AND g.revoked_at IS NULL
  FOR SHARE;
  RETURN FOUND;
END $$;

GRANT EXECUTE ON FUNCTION rt.holds_team(uuid, uuid) TO "projects_team_door";
ALTER FUNCTION rt.holds_team(uuid, uuid) OWNER TO "projects_gate";

-- entities.Team.actions.found
CREATE FUNCTION act.team_found_self_v1(_subject text, _id uuid, _name text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM rt.enter_self(_subject);
  IF num_nulls(_id, _name) > 0 THEN
    RAISE EXCEPTION 'entities.Team.actions.found.accept' USING ERRCODE = 'BP422';
  END IF;
  PERFORM set_config('app.tenant', _id::text, true),
          set_config('app.path', 'entities.Team.actions.found', true),
          set_config('app.because', '', true);
  INSERT INTO app.team (id, name) VALUES (_id, _name);
  INSERT INTO app.member (id, team, "user", role) VALUES (gen_random_uuid(), _id, rt.me(), 'lead');
END $$;

GRANT EXECUTE ON FUNCTION act.team_found_self_v1(text, uuid, text) TO "projects_self";
ALTER FUNCTION act.team_found_self_v1(text, uuid, text) OWNER TO "projects_self_door";

CREATE FUNCTION api.team_found_self_v1(_subject text, _id uuid, _name text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM act.team_found_self_v1(_subject, _id, _name);
END $$;

GRANT EXECUTE ON FUNCTION api.team_found_self_v1(text, uuid, text) TO "projects_self";

-- entities.Member.actions.grant
CREATE FUNCTION act.member_grant_team_v1(
  _subject text, _tenant uuid, _id uuid, _user uuid, _role text
) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM rt.enter_team(_subject, _tenant);
  IF num_nulls(_id, _user, _role) > 0 THEN
    RAISE EXCEPTION 'entities.Member.actions.grant.accept' USING ERRCODE = 'BP422';
  END IF;
  IF rt.has('lead') IS NOT TRUE THEN
    RAISE EXCEPTION 'entities.Member.actions.grant.by' USING ERRCODE = 'BP403';
  END IF;
  PERFORM set_config('app.path', 'entities.Member.actions.grant', true),
          set_config('app.because', '', true);
  INSERT INTO app.member AS t (id, team, "user", role) VALUES (_id, _tenant, _user, _role)
  ON CONFLICT (team, "user") DO UPDATE SET role = excluded.role, revoked_at = NULL
  WHERE t.revoked_at IS NOT NULL;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'entities.Member.actions.grant.granted' USING ERRCODE = 'BP409';
  END IF;
END $$;

GRANT EXECUTE ON FUNCTION act.member_grant_team_v1(text, uuid, uuid, uuid, text) TO "projects_team";
ALTER FUNCTION act.member_grant_team_v1(text, uuid, uuid, uuid, text) OWNER TO "projects_team_door";

CREATE FUNCTION api.member_grant_team_v1(
  _subject text, _tenant uuid, _id uuid, _user uuid, _role text
) RETURNS TABLE (
  id uuid, team uuid, "user" uuid, role text, revoked_at timestamptz, version int,
  created_at timestamptz, updated_at timestamptz
)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM act.member_grant_team_v1(_subject, _tenant, _id, _user, _role);
  RETURN QUERY
  SELECT t.id, t.team, t."user", t.role, t.revoked_at, t.version, t.created_at, t.updated_at
  FROM app.member t
  WHERE t.team = _tenant AND t."user" = _user;
END $$;

GRANT EXECUTE ON FUNCTION api.member_grant_team_v1(text, uuid, uuid, uuid, text) TO "projects_team";

-- entities.Member.actions.revoke
CREATE FUNCTION act.member_revoke_team_v1(_subject text, _tenant uuid, _id uuid, _version int)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  t record;
BEGIN
  PERFORM rt.enter_team(_subject, _tenant);
  SELECT x.revoked_at, x.version INTO t
  FROM app.member x WHERE x.team = _tenant AND x.id = _id FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'entities.Member' USING ERRCODE = 'BP404';
  END IF;
  IF rt.has('lead') IS NOT TRUE THEN
    RAISE EXCEPTION 'entities.Member.actions.revoke.by' USING ERRCODE = 'BP403';
  END IF;
  IF t.revoked_at IS NOT NULL THEN
    RAISE EXCEPTION 'entities.Member.actions.revoke.from' USING ERRCODE = 'BP409';
  END IF;
  IF t.version IS DISTINCT FROM _version THEN
    RAISE EXCEPTION 'entities.Member.version' USING ERRCODE = 'BP412';
  END IF;
  PERFORM set_config('app.path', 'entities.Member.actions.revoke', true),
          set_config('app.because', '', true);
  UPDATE app.member x SET revoked_at = clock_timestamp()
  WHERE x.team = _tenant AND x.id = _id;
END $$;

GRANT EXECUTE ON FUNCTION act.member_revoke_team_v1(text, uuid, uuid, int) TO "projects_team";
ALTER FUNCTION act.member_revoke_team_v1(text, uuid, uuid, int) OWNER TO "projects_team_door";

CREATE FUNCTION api.member_revoke_team_v1(_subject text, _tenant uuid, _id uuid, _version int)
RETURNS TABLE (
  id uuid, team uuid, "user" uuid, role text, revoked_at timestamptz, version int,
  created_at timestamptz, updated_at timestamptz
)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM act.member_revoke_team_v1(_subject, _tenant, _id, _version);
  RETURN QUERY
  SELECT t.id, t.team, t."user", t.role, t.revoked_at, t.version, t.created_at, t.updated_at
  FROM app.member t
  WHERE t.team = _tenant AND t.id = _id;
END $$;

GRANT EXECUTE ON FUNCTION api.member_revoke_team_v1(text, uuid, uuid, int) TO "projects_team";

-- entities.Project.actions.create
CREATE FUNCTION act.project_create_team_v1(
  _subject text, _tenant uuid, _id uuid, _name text, _budget_minor bigint
) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM rt.enter_team(_subject, _tenant);
  IF num_nulls(_id, _name, _budget_minor) > 0 THEN
    RAISE EXCEPTION 'entities.Project.actions.create.accept' USING ERRCODE = 'BP422';
  END IF;
  IF rt.has('lead') IS NOT TRUE THEN
    RAISE EXCEPTION 'entities.Project.actions.create.by' USING ERRCODE = 'BP403';
  END IF;
  PERFORM set_config('app.path', 'entities.Project.actions.create', true),
          set_config('app.because', '', true);
  INSERT INTO app.project (id, team, name, budget_minor)
  VALUES (_id, _tenant, _name, _budget_minor);
END $$;

GRANT EXECUTE ON FUNCTION act.project_create_team_v1(text, uuid, uuid, text, bigint)
  TO "projects_team";
ALTER FUNCTION act.project_create_team_v1(text, uuid, uuid, text, bigint)
  OWNER TO "projects_team_door";

CREATE FUNCTION api.project_create_team_v1(
  _subject text, _tenant uuid, _id uuid, _name text, _budget_minor bigint
) RETURNS TABLE (
  id uuid, team uuid, name text, version int, created_at timestamptz, updated_at timestamptz,
  facet_1 boolean, budget_minor bigint
)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM act.project_create_team_v1(_subject, _tenant, _id, _name, _budget_minor);
  RETURN QUERY
  SELECT t.id, t.team, t.name, t.version, t.created_at, t.updated_at, f1.id IS NOT NULL,
         f1.budget_minor
  FROM app.project t
  LEFT JOIN facet.project_team_1 f1 ON f1.team = t.team AND f1.id = t.id
  WHERE t.team = _tenant AND t.id = _id;
END $$;

GRANT EXECUTE ON FUNCTION api.project_create_team_v1(text, uuid, uuid, text, bigint)
  TO "projects_team";

-- entities.Project.actions.update
CREATE FUNCTION act.project_update_team_v1(
  _subject text, _tenant uuid, _id uuid, _version int, _set text[], _name text, _budget_minor bigint
) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  t record;
BEGIN
  PERFORM rt.enter_team(_subject, _tenant);
  IF (_set <@ ARRAY['name', 'budget']) IS NOT TRUE
    OR 'name' = ANY (_set) AND _name IS NULL
    OR 'budget' = ANY (_set) AND _budget_minor IS NULL
  THEN
    RAISE EXCEPTION 'entities.Project.actions.update.accept' USING ERRCODE = 'BP422';
  END IF;
  SELECT x.version INTO t
  FROM app.project x WHERE x.team = _tenant AND x.id = _id FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'entities.Project' USING ERRCODE = 'BP404';
  END IF;
  IF rt.has('lead') IS NOT TRUE THEN
    RAISE EXCEPTION 'entities.Project.actions.update.by' USING ERRCODE = 'BP403';
  END IF;
  IF t.version IS DISTINCT FROM _version THEN
    RAISE EXCEPTION 'entities.Project.version' USING ERRCODE = 'BP412';
  END IF;
  PERFORM set_config('app.path', 'entities.Project.actions.update', true),
          set_config('app.because', '', true);
  UPDATE app.project x
  SET name = CASE WHEN 'name' = ANY (_set) THEN _name ELSE x.name END,
      budget_minor = CASE WHEN 'budget' = ANY (_set) THEN _budget_minor ELSE x.budget_minor END
  WHERE x.team = _tenant AND x.id = _id;
END $$;

GRANT EXECUTE ON FUNCTION act.project_update_team_v1(text, uuid, uuid, int, text[], text, bigint)
  TO "projects_team";
ALTER FUNCTION act.project_update_team_v1(text, uuid, uuid, int, text[], text, bigint)
  OWNER TO "projects_team_door";

CREATE FUNCTION api.project_update_team_v1(
  _subject text, _tenant uuid, _id uuid, _version int, _set text[], _name text, _budget_minor bigint
) RETURNS TABLE (
  id uuid, team uuid, name text, version int, created_at timestamptz, updated_at timestamptz,
  facet_1 boolean, budget_minor bigint
)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM act.project_update_team_v1(_subject, _tenant, _id, _version, _set, _name, _budget_minor);
  RETURN QUERY
  SELECT t.id, t.team, t.name, t.version, t.created_at, t.updated_at, f1.id IS NOT NULL,
         f1.budget_minor
  FROM app.project t
  LEFT JOIN facet.project_team_1 f1 ON f1.team = t.team AND f1.id = t.id
  WHERE t.team = _tenant AND t.id = _id;
END $$;

GRANT EXECUTE ON FUNCTION api.project_update_team_v1(text, uuid, uuid, int, text[], text, bigint)
  TO "projects_team";

-- entities.Task.actions.create
CREATE FUNCTION act.task_create_team_v1(
  _subject text, _tenant uuid, _id uuid, _project uuid, _title text, _due date, _assignee uuid
) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM rt.enter_team(_subject, _tenant);
  IF num_nulls(_id, _project, _title, _assignee) > 0 THEN
    RAISE EXCEPTION 'entities.Task.actions.create.accept' USING ERRCODE = 'BP422';
  END IF;
  IF rt.holds_team(_tenant, _assignee) IS NOT TRUE THEN
    RAISE EXCEPTION 'entities.Task.fields.assignee' USING ERRCODE = 'BP404';
  END IF;
  PERFORM set_config('app.path', 'entities.Task.actions.create', true),
          set_config('app.because', '', true);
  INSERT INTO app.task (id, team, project, title, due, assignee)
  VALUES (_id, _tenant, _project, _title, _due, _assignee);
END $$;

GRANT EXECUTE ON FUNCTION act.task_create_team_v1(text, uuid, uuid, uuid, text, date, uuid)
  TO "projects_team";
ALTER FUNCTION act.task_create_team_v1(text, uuid, uuid, uuid, text, date, uuid)
  OWNER TO "projects_team_door";

CREATE FUNCTION api.task_create_team_v1(
  _subject text, _tenant uuid, _id uuid, _project uuid, _title text, _due date, _assignee uuid
) RETURNS TABLE (
  id uuid, team uuid, project uuid, title text, due date, assignee uuid, state text, version int,
  created_at timestamptz, updated_at timestamptz
)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM act.task_create_team_v1(_subject, _tenant, _id, _project, _title, _due, _assignee);
  RETURN QUERY
  SELECT t.id, t.team, t.project, t.title, t.due, t.assignee, t.state, t.version, t.created_at,
         t.updated_at
  FROM app.task t
  WHERE t.team = _tenant AND t.id = _id;
END $$;

GRANT EXECUTE ON FUNCTION api.task_create_team_v1(text, uuid, uuid, uuid, text, date, uuid)
  TO "projects_team";

-- entities.Task.actions.finish
CREATE FUNCTION act.task_finish_team_v1(_subject text, _tenant uuid, _id uuid, _version int)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  t record;
BEGIN
  PERFORM rt.enter_team(_subject, _tenant);
  SELECT x.assignee, x.state, x.version INTO t
  FROM app.task x WHERE x.team = _tenant AND x.id = _id FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'entities.Task' USING ERRCODE = 'BP404';
  END IF;
  IF (t.assignee = rt.me()) IS NOT TRUE THEN
    RAISE EXCEPTION 'entities.Task.actions.finish.by' USING ERRCODE = 'BP403';
  END IF;
  IF t.state IS DISTINCT FROM 'open' THEN
    RAISE EXCEPTION 'entities.Task.actions.finish.from' USING ERRCODE = 'BP409';
  END IF;
  IF t.version IS DISTINCT FROM _version THEN
    RAISE EXCEPTION 'entities.Task.version' USING ERRCODE = 'BP412';
  END IF;
  PERFORM set_config('app.path', 'entities.Task.actions.finish', true),
          set_config('app.because', '', true);
  UPDATE app.task x SET state = 'done'
  WHERE x.team = _tenant AND x.id = _id;
END $$;

GRANT EXECUTE ON FUNCTION act.task_finish_team_v1(text, uuid, uuid, int) TO "projects_team";
ALTER FUNCTION act.task_finish_team_v1(text, uuid, uuid, int) OWNER TO "projects_team_door";

CREATE FUNCTION api.task_finish_team_v1(_subject text, _tenant uuid, _id uuid, _version int)
RETURNS TABLE (
  id uuid, team uuid, project uuid, title text, due date, assignee uuid, state text, version int,
  created_at timestamptz, updated_at timestamptz
)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM act.task_finish_team_v1(_subject, _tenant, _id, _version);
  RETURN QUERY
  SELECT t.id, t.team, t.project, t.title, t.due, t.assignee, t.state, t.version, t.created_at,
         t.updated_at
  FROM app.task t
  WHERE t.team = _tenant AND t.id = _id;
END $$;

GRANT EXECUTE ON FUNCTION api.task_finish_team_v1(text, uuid, uuid, int) TO "projects_team";

-- entities.Task.actions.reopen
CREATE FUNCTION act.task_reopen_team_v1(
  _subject text, _tenant uuid, _id uuid, _version int, _because text
) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  t record;
BEGIN
  PERFORM rt.enter_team(_subject, _tenant);
  IF (char_length(btrim(_because)) BETWEEN 1 AND 500) IS NOT TRUE THEN
    RAISE EXCEPTION 'entities.Task.actions.reopen.because' USING ERRCODE = 'BP422';
  END IF;
  SELECT x.state, x.version INTO t
  FROM app.task x WHERE x.team = _tenant AND x.id = _id FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'entities.Task' USING ERRCODE = 'BP404';
  END IF;
  IF rt.has('lead') IS NOT TRUE THEN
    RAISE EXCEPTION 'entities.Task.actions.reopen.by' USING ERRCODE = 'BP403';
  END IF;
  IF t.state IS DISTINCT FROM 'done' THEN
    RAISE EXCEPTION 'entities.Task.actions.reopen.from' USING ERRCODE = 'BP409';
  END IF;
  IF t.version IS DISTINCT FROM _version THEN
    RAISE EXCEPTION 'entities.Task.version' USING ERRCODE = 'BP412';
  END IF;
  PERFORM set_config('app.path', 'entities.Task.actions.reopen', true),
          set_config('app.because', _because, true);
  UPDATE app.task x SET state = 'open'
  WHERE x.team = _tenant AND x.id = _id;
END $$;

GRANT EXECUTE ON FUNCTION act.task_reopen_team_v1(text, uuid, uuid, int, text) TO "projects_team";
ALTER FUNCTION act.task_reopen_team_v1(text, uuid, uuid, int, text) OWNER TO "projects_team_door";

CREATE FUNCTION api.task_reopen_team_v1(
  _subject text, _tenant uuid, _id uuid, _version int, _because text
) RETURNS TABLE (
  id uuid, team uuid, project uuid, title text, due date, assignee uuid, state text, version int,
  created_at timestamptz, updated_at timestamptz
)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM act.task_reopen_team_v1(_subject, _tenant, _id, _version, _because);
  RETURN QUERY
  SELECT t.id, t.team, t.project, t.title, t.due, t.assignee, t.state, t.version, t.created_at,
         t.updated_at
  FROM app.task t
  WHERE t.team = _tenant AND t.id = _id;
END $$;

GRANT EXECUTE ON FUNCTION api.task_reopen_team_v1(text, uuid, uuid, int, text) TO "projects_team";

-- The hand-overs end here: nobody keeps the right to create.

GRANT EXECUTE ON FUNCTION audit.record() TO "projects_owner";
ALTER FUNCTION audit.record() OWNER TO "projects_audit";

REVOKE CREATE ON SCHEMA rt FROM "projects_gate";
REVOKE CREATE ON SCHEMA facet FROM "projects_facet";
REVOKE CREATE ON SCHEMA audit FROM "projects_audit";
REVOKE CREATE ON SCHEMA act FROM "projects_self_door", "projects_team_door";
