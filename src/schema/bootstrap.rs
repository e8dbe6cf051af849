//! The privileged step: roles, who may connect, and nothing for everybody else.

use super::cx::Cx;
use super::layout::{fill, two};
use super::names::quoted;

/// Roles of the service, unquoted: those that only own things, then the logins.
pub struct Roles {
    pub helpers: Vec<String>,
    pub logins: Vec<String>,
}

const EXTENSION: &str = "
-- Equal values and overlapping ranges in one index, for exclusions.
CREATE EXTENSION IF NOT EXISTS btree_gist WITH SCHEMA public;
";

pub fn roles(cx: &Cx<'_>) -> Roles {
    let mut helpers: Vec<String> =
        ["gate", "facet", "audit"].iter().map(|what| cx.role(what)).collect();
    if super::totals::has_role(cx.model) {
        helpers.push(cx.role("totals"));
    }
    helpers.extend(super::erasure::is_there(cx.model).then(|| super::erasure::role(cx)));
    let works = super::clock::is_there(cx.model);
    helpers.extend(works.then(|| super::clock::role(cx)));
    helpers.extend(cx.contexts_with_doors().into_iter().map(|context| cx.door(context)));
    let worker = works.then(|| super::clock::worker(cx));
    let logins = cx.model.context_ids().map(|context| cx.login(context)).chain(worker).collect();
    Roles { helpers, logins }
}

pub fn sql(cx: &Cx<'_>) -> String {
    let Roles { helpers, logins } = roles(cx);
    let owner = cx.role("owner");
    let make = |role: &String, how: &str| {
        let role = quoted(role);
        let test = format!("  IF to_regrole('{role}') IS NULL THEN");
        let line = format!("{test} CREATE ROLE {role} {how}; END IF;\n");
        if line.len() <= super::layout::WIDTH {
            return line;
        }
        format!("{test}\n    CREATE ROLE {role} {how};\n  END IF;\n")
    };
    let all = |roles: &[String], how: &str| -> String {
        roles.iter().map(|role| make(role, how)).collect()
    };
    let list = |roles: &[String]| roles.iter().map(|role| quoted(role)).collect::<Vec<_>>();
    let members =
        format!("{}\n  TO {};", fill("GRANT ", "      ", &list(&helpers), ""), quoted(&owner));
    let members = match members.lines().collect::<Vec<_>>().as_slice() {
        [one, two_] => two(one, two_.trim_start()),
        _ => members,
    };
    let connect = fill("GRANT CONNECT ON DATABASE %I TO ", "  ", &list(&logins), "");
    let connect = connect.replace('\n', "\n    ");
    let extension = match super::exclusions::need_extension(cx.model) {
        true => EXTENSION,
        false => "",
    };
    format!(
        "-- The privileged step, run once for a database by somebody who may create roles, connected to that
-- database. Roles belong to the whole server; passwords are set when it is run, never here.

DO $$
BEGIN
  -- Owns the schemas and tables and runs the migrations. Under forced row security like everybody.
{}
  -- Own functions and views that may do one thing each; nobody logs in as one of them.
{}
  -- One login for each context in which a request can act{}.
{}END $$;

-- The owner hands functions and views over to these.
{members}

DO $$
BEGIN
  EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
  EXECUTE format('GRANT CONNECT, CREATE ON DATABASE %I TO {}', current_database());
  EXECUTE format(
    '{connect}',
    current_database()
  );
END $$;
{extension}
REVOKE ALL ON SCHEMA public FROM PUBLIC;
",
        make(&owner, "LOGIN NOINHERIT"),
        all(&helpers, "NOLOGIN"),
        if super::clock::is_there(cx.model) { ", and one that runs timers" } else { "" },
        all(&logins, "LOGIN"),
        quoted(&owner),
    )
}
