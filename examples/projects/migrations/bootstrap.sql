-- The privileged step, run once for a database by somebody who may create roles, connected to that
-- database. Roles belong to the whole server; passwords are set when it is run, never here.

DO $$
BEGIN
  -- Owns the schemas and tables and runs the migrations. Under forced row security like everybody.
  IF to_regrole('"projects_owner"') IS NULL THEN
    CREATE ROLE "projects_owner" LOGIN NOINHERIT;
  END IF;

  -- Own functions and views that may do one thing each; nobody logs in as one of them.
  IF to_regrole('"projects_gate"') IS NULL THEN CREATE ROLE "projects_gate" NOLOGIN; END IF;
  IF to_regrole('"projects_facet"') IS NULL THEN CREATE ROLE "projects_facet" NOLOGIN; END IF;
  IF to_regrole('"projects_audit"') IS NULL THEN CREATE ROLE "projects_audit" NOLOGIN; END IF;
  IF to_regrole('"projects_self_door"') IS NULL THEN
    CREATE ROLE "projects_self_door" NOLOGIN;
  END IF;
  IF to_regrole('"projects_team_door"') IS NULL THEN
    CREATE ROLE "projects_team_door" NOLOGIN;
  END IF;

  -- One login for each context in which a request can act.
  IF to_regrole('"projects_anyone"') IS NULL THEN CREATE ROLE "projects_anyone" LOGIN; END IF;
  IF to_regrole('"projects_self"') IS NULL THEN CREATE ROLE "projects_self" LOGIN; END IF;
  IF to_regrole('"projects_team"') IS NULL THEN CREATE ROLE "projects_team" LOGIN; END IF;
END $$;

-- The owner hands functions and views over to these.
GRANT "projects_gate", "projects_facet", "projects_audit", "projects_self_door",
      "projects_team_door"
  TO "projects_owner";

DO $$
BEGIN
  EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
  EXECUTE format('GRANT CONNECT, CREATE ON DATABASE %I TO "projects_owner"', current_database());
  EXECUTE format(
    'GRANT CONNECT ON DATABASE %I TO "projects_anyone", "projects_self", "projects_team"',
    current_database()
  );
END $$;

REVOKE ALL ON SCHEMA public FROM PUBLIC;
