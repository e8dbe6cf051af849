//! Answers that are kept under their callers' keys, so that a repeat is answered with the same and nothing is
//! done twice: a table that only the gates' role reaches, what a door asks of it, and what the wrapper
//! around the door leaves in it.

use super::calls::{Argument, Carries, Read, SqlType};
use super::cx::Cx;
use super::doors::DoorCx;
use super::layout::{WIDTH, block, fill, indent};
use super::names::{ident, literal, quoted};
use super::pieces::{Returns, Step};
use super::wrappers::typed;
use crate::model::{Action, ContextId, Idempotency, Model};

/// The argument of doors that know a repeat, behind all that is asked for; no field's ends so.
const KEY: &str = "_key_";

/// What a wrapper answers besides the row; no field's column ends so.
const BESIDES: [&str; 2] = ["made_ uuid", "replayed_ boolean"];

/// Contexts in which some door knows a repeat.
pub fn contexts(model: &Model) -> Vec<ContextId> {
    let keyed = |context: &ContextId| {
        model.entities.iter().any(|entity| {
            let keyed = entity.actions.iter().filter(|one| one.idempotency.is_some());
            keyed.flat_map(|one| one.doors(model, entity)).any(|door| door.context == *context)
        })
    };
    model.context_ids().filter(keyed).collect()
}

pub fn argument(action: &Action) -> Option<Argument> {
    let key = || Argument { name: KEY.to_owned(), ty: SqlType::Text, carries: Carries::Key };
    action.idempotency.map(|_| key())
}

/// Makes the body of a door answer a repeat, behind its gate and before all else: whatever has become of the
/// row since.
pub fn in_door(it: &DoorCx<'_>, declare: &mut Vec<String>, body: &mut Vec<Step>) -> Returns {
    let Some(idempotency) = it.action().idempotency else {
        let asks = it.action().approval.is_some();
        return if asks { Returns::Jsonb } else { Returns::Void };
    };
    declare.push("known_ jsonb".to_owned());
    if it.guard("idempotency") {
        let asked = it.arguments.iter().filter(|one| says_what(it, one.carries));
        let asked: Vec<String> = asked.map(|one| one.name.clone()).collect();
        let head = format!("known_ := rt.answered({KEY}, {}, ROW(", literal(&it.name()));
        let ask = block(&head, &asked, "));", WIDTH - 4);
        let ask = format!("{ask}\nIF known_ IS NOT NULL THEN\n  RETURN known_;\nEND IF;");
        body.insert(1, Step::Run(where_given(idempotency, &ask)));
    }
    // Else what it asks for is returned.
    if it.action().approval.is_none() {
        body.push(Step::Run("RETURN NULL;".to_owned()));
    }
    Returns::Jsonb
}

/// Whether the argument is part of what is asked for, and not of who asks, or new each time: a hook is not
/// asked again for a repeat.
fn says_what(it: &DoorCx<'_>, carries: Carries) -> bool {
    match carries {
        Carries::Assertion | Carries::Key | Carries::Gave => false,
        Carries::Id => it.action().kind.on_existing_row(),
        _ => true,
    }
}

fn where_given(idempotency: Idempotency, then: &str) -> String {
    match idempotency {
        Idempotency::Required => then.to_owned(),
        Idempotency::Optional => {
            format!("IF {KEY} IS NOT NULL THEN\n{}\nEND IF;", indent(then, "  "))
        }
    }
}

/// Declarations, body and answer of the wrapper around a door that knows a repeat, or asks for what it would do:
/// what it answers is what was kept, also the first time. `read` comes with the statement that reads the row back.
pub fn wrapper(
    it: &DoorCx<'_>,
    idempotency: Option<Idempotency>,
    read: Option<(&Read, String)>,
) -> (Vec<String>, Vec<Step>, Returns) {
    let names: Vec<String> = it.arguments.iter().map(|one| one.name.clone()).collect();
    let head = format!("known_ := act.{}(", ident(&it.name()));
    let mut parts = Vec::new();
    if makes(it) {
        parts.push("'made', _id".to_owned());
    }
    if let Some((_, selected)) = &read {
        let selected = indent(selected, "    ");
        parts.push(format!("'row', (\n  SELECT to_jsonb(a) FROM (\n{selected}\n  ) a\n)"));
    }
    let asks = it.action().approval.is_some();
    if asks {
        parts.insert(0, "'asked', known_ -> 'asking'".to_owned());
    }
    let keep = idempotency.map_or(String::new(), |one| {
        format!("\n{}", where_given(one, &format!("PERFORM rt.keep_answer({KEY}, known_);")))
    });
    let first = format!("known_ := jsonb_build_object({});{keep}", parts.join(", "));
    // What was just asked for, or done without asking, is no answer that was kept.
    let replayed = if asks { "known_ -> 'asking' IS NULL" } else { "known_ IS NOT NULL" };
    let body = vec![
        Step::Run(block(&head, &names, ");", WIDTH - 2)),
        Step::Run(format!("replayed_ := {replayed};")),
        Step::Run(format!("IF NOT replayed_ THEN\n{}\nEND IF;", indent(&first, "  "))),
        Step::Run(answer(read.as_ref().map(|(read, _)| *read), asks)),
    ];
    let columns = read.iter().flat_map(|(read, _)| typed(read));
    let besides = BESIDES.into_iter().chain(asks.then_some("asked_ uuid"));
    let returns = Returns::Table(columns.chain(besides.map(str::to_owned)).collect());
    (vec!["known_ jsonb".to_owned()], body, returns)
}

fn makes(it: &DoorCx<'_>) -> bool {
    !it.action().kind.on_existing_row()
}

fn answer(read: Option<&Read>, asks: bool) -> String {
    let besides = ["(known_ ->> 'made')::uuid", "replayed_"].into_iter();
    let besides = besides.chain(asks.then_some("(known_ ->> 'asked')::uuid"));
    let besides: Vec<String> = besides.map(str::to_owned).collect();
    let Some(read) = read else {
        return format!("RETURN QUERY SELECT {};", besides.join(", "));
    };
    let selected = read.columns.iter().map(|column| format!("a.{}", ident(&column.name)));
    let selected: Vec<String> = selected.chain(besides).collect();
    // Of a row that the caller could not read, all is null.
    format!(
        "RETURN QUERY\n{}\nFROM jsonb_to_record(nullif(known_ -> 'row', 'null')) AS a(\n{}\n);",
        fill("SELECT ", "       ", &selected, ""),
        fill("  ", "  ", &typed(read), "")
    )
}

/// The table and its functions, where some action knows a repeat.
pub fn sql(cx: &Cx<'_>) -> String {
    let contexts = contexts(cx.model);
    if contexts.is_empty() {
        return String::new();
    }
    let (owner, gate) = (quoted(&cx.role("owner")), quoted(&cx.role("gate")));
    let all = |role: &dyn Fn(ContextId) -> String| {
        let roles: Vec<String> = contexts.iter().map(|one| quoted(&role(*one))).collect();
        roles.join(", ")
    };
    let (doors, logins) = (all(&|one| cx.door(one)), all(&|one| cx.login(one)));
    let mut out = TABLE.to_owned();
    for (guard, word) in [("enabled", "ENABLE"), ("forced", "FORCE")] {
        if cx.guard(format!("security.answer.{guard}")) {
            out.push_str(&format!("ALTER TABLE rt.answer {word} ROW LEVEL SECURITY;\n"));
        }
    }
    let reach = if cx.guard("security.answer.reach") { &gate } else { "PUBLIC" };
    out.push_str(&format!(
        "CREATE POLICY owner ON rt.answer TO {owner} USING (true);
CREATE POLICY gate ON rt.answer TO {gate} USING (true);
GRANT SELECT, INSERT, UPDATE ON rt.answer TO {reach};
{PRINCIPAL}
GRANT EXECUTE ON FUNCTION rt.principal() TO {gate};
{}{}
GRANT EXECUTE ON FUNCTION rt.answered(text, text, record) TO {doors};
GRANT EXECUTE ON FUNCTION rt.keep_answer(text, jsonb) TO {logins};
ALTER FUNCTION rt.answered(text, text, record) OWNER TO {gate};
ALTER FUNCTION rt.keep_answer(text, jsonb) OWNER TO {gate};
{FORGET}",
        answered(cx),
        keep_answer(cx),
    ));
    out
}

fn answered(cx: &Cx<'_>) -> String {
    let refuse = |guard: &str, when: &str, path: &str, code: &str| match cx.guard(guard) {
        true => format!(
            "  IF {when} THEN\n    RAISE EXCEPTION '{path}' USING ERRCODE = '{code}';\n  END IF;\n"
        ),
        false => String::new(),
    };
    let key = refuse(
        "idempotency.key",
        "(_key ~ '^[!-~]{1,255}$') IS NOT TRUE",
        "idempotency.key",
        "BP400",
    );
    let in_flight = refuse(
        "idempotency.in_flight",
        "pg_try_advisory_xact_lock(hashtextextended(rt.principal() || '|' || _key, 0)) IS NOT TRUE",
        "idempotency.in_flight",
        "BP409",
    );
    let reused = refuse(
        "idempotency.key_reused",
        "known.request IS DISTINCT FROM asked",
        "idempotency.key_reused",
        "BP422",
    );
    format!(
        "
-- What was answered under this key; NULL where it is new, which it is no more then. A record that
-- could still be answered is never written over, whatever the caller's snapshot shows.
CREATE FUNCTION rt.answered(_key text, _door text, _asked record) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
DECLARE
  asked bytea := sha256(convert_to(_door || to_jsonb(_asked)::text, 'UTF8'));
  known record;
BEGIN
{key}{in_flight}  INSERT INTO rt.answer AS a (principal, key, request, xact, until)
  VALUES (rt.principal(), _key, asked, pg_current_xact_id(), clock_timestamp() + interval '24 hours')
  ON CONFLICT (principal, key) DO UPDATE
  SET request = excluded.request, answer = NULL, xact = excluded.xact, until = excluded.until
  WHERE a.until <= clock_timestamp();
  IF FOUND THEN
    RETURN NULL;
  END IF;
  SELECT a.request, a.answer INTO known FROM rt.answer a
  WHERE a.principal = rt.principal() AND a.key = _key;
{reused}  RETURN coalesce(known.answer, '{{}}');
END $$;
"
    )
}

fn keep_answer(cx: &Cx<'_>) -> String {
    let mut which = "a.principal = rt.principal() AND a.key = _key".to_owned();
    if cx.guard("idempotency.answer.transaction") {
        which.push_str("\n    AND a.xact = pg_current_xact_id_if_assigned()");
    }
    if cx.guard("idempotency.answer.once") {
        which.push_str("\n    AND a.answer IS NULL");
    }
    let found = match cx.guard("idempotency.answer") {
        true => {
            "  IF NOT FOUND THEN
    RAISE EXCEPTION 'idempotency.answer' USING ERRCODE = 'BP409';
  END IF;\n"
        }
        false => "",
    };
    format!(
        "
-- What is answered to who went through a door in this transaction, said once.
CREATE FUNCTION rt.keep_answer(_key text, _answer jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  UPDATE rt.answer a SET answer = _answer
  WHERE {which};
{found}END $$;
"
    )
}

const TABLE: &str = "\
-- Answers, each under a key that its caller chose: a repeat is given the same one, and nothing is done
-- twice. Written in the transaction of what was done, so what was refused leaves none.

CREATE TABLE rt.answer (
  principal text NOT NULL,
  key text NOT NULL,
  request bytea NOT NULL,
  answer jsonb,
  xact xid8 NOT NULL,
  until timestamptz NOT NULL,
  CONSTRAINT answer_pkey PRIMARY KEY (principal, key)
);

CREATE INDEX answer_until_idx ON rt.answer (until);

COMMENT ON TABLE rt.answer IS 'Answers that are given again to whoever repeats a request.';
COMMENT ON COLUMN rt.answer.principal IS
  'Whose key it is: the context, the person and the tenant, as the gate established them';
COMMENT ON COLUMN rt.answer.request IS
  'SHA-256 over the door and its arguments: what was asked for under the key';
COMMENT ON COLUMN rt.answer.until IS
  'From then on the key is new again, and the record may be forgotten';

";

const PRINCIPAL: &str = "
CREATE FUNCTION rt.principal() RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
RETURN substring(current_setting('app.entered', true) FROM '^[^|]*[|][^|]*[|][^|]*');
";

const FORGET: &str = "
-- For the owner: takes away what is over, and says how many.
CREATE FUNCTION rt.forget_answers() RETURNS bigint
LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
  WITH gone AS (DELETE FROM rt.answer WHERE until <= clock_timestamp() RETURNING 1)
  SELECT count(*) FROM gone
$$;
";
