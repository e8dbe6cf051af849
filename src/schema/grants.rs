//! The beginning and the end of the first migration: schemas, who may use them, and the right to
//! create in them, which is lent for the hand-overs and taken back.

use super::bootstrap::roles;
use super::cx::Cx;
use super::layout::{WIDTH, fill};
use super::names::quoted;
use super::{append_only, approval, clock, erasure, seal, step_up, steps, totals};
use crate::expr::sql;
use crate::model::{ContextId, Model};

const SCHEMAS: &str = "CREATE SCHEMA app;
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
";

const CLOCK: &str = "CREATE SCHEMA clock;
COMMENT ON SCHEMA clock IS 'Doors of timers: one function for each, run by the login of the worker.';
";

/// Schemas, their users, and the readers of what a gate established.
pub fn begin(cx: &Cx<'_>) -> String {
    let closed = match cx.guard("security.execute") {
        true => {
            "-- Nothing is open unless it is granted below.
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

"
        }
        false => "",
    };
    let helpers = roles(cx);
    let doors: Vec<String> =
        cx.contexts_with_doors().into_iter().map(|context| cx.door(context)).collect();
    let callers: Vec<String> =
        cx.contexts_with_doors().into_iter().map(|context| cx.login(context)).collect();
    let entered: Vec<String> = cx.entered().map(|(context, _)| cx.login(context)).collect();
    let (gate, audit) = (vec![cx.role("gate")], vec![cx.role("audit")]);
    let (totals, eraser) = (keeper(cx), eraser(cx));
    let anyone: Vec<String> = match reads(cx, Model::ANYONE) {
        true => vec![cx.login(Model::ANYONE)],
        false => Vec::new(),
    };
    let faceted: Vec<String> = cx
        .model
        .context_ids()
        .filter(|context| has_facets(cx, *context))
        .map(|context| cx.login(context))
        .collect();
    debug_assert!(helpers.helpers.contains(&gate[0]));

    let mut out = format!("{closed}{SCHEMAS}");
    let clock = timed(cx);
    if !clock.is_empty() {
        out.push_str(CLOCK);
    }
    out.push('\n');
    let everyone =
        [gate.clone(), totals.clone(), eraser, clock.clone(), doors.clone(), entered.clone()]
            .concat();
    out.push_str(&to("GRANT USAGE ON SCHEMA app, rt", "TO", &everyone));
    out.push_str(&to("GRANT USAGE ON SCHEMA app", "TO", &anyone));
    out.push_str(&to("GRANT USAGE ON SCHEMA act, api", "TO", &callers));
    // Where somebody may have to agree, a door calls what it does.
    let agreeing = approval::contexts(cx.model).into_iter().map(|context| cx.door(context));
    out.push_str(&to("GRANT USAGE ON SCHEMA act", "TO", &agreeing.collect::<Vec<_>>()));
    out.push_str(&to("GRANT USAGE ON SCHEMA facet", "TO", &faceted));
    out.push_str(&to("GRANT USAGE ON SCHEMA audit, rt", "TO", &audit));
    if !clock.is_empty() {
        let who = [clock.clone(), vec![clock::worker(cx)]].concat();
        out.push_str(&to("GRANT USAGE ON SCHEMA clock", "TO", &who));
    }
    out.push_str(
        "\n-- Ownership is handed over as each object is made, for which its owner needs this meanwhile.\n",
    );
    for (schema, who) in lent(cx) {
        out.push_str(&to(&format!("GRANT CREATE ON SCHEMA {schema}"), "TO", &who));
    }
    out.push_str(&format!("\n{}", seal::keys(cx)));
    // A gate that goes on as somebody else keeps who agreed.
    let agreed = if cx.model.has_approvals() { gate.clone() } else { Vec::new() };
    let believing = [agreed, audit, doors.clone()].concat();
    let mut believe = "GRANT EXECUTE ON FUNCTION rt.me(), rt.tenant(), rt.has(text)".to_owned();
    if seal::founds(cx.model) {
        believe.push_str(", rt.founded()");
    }
    let verify = "GRANT EXECUTE\n  ON FUNCTION rt.sealed(text), rt.sealed_me(), rt.sealed_tenant(text), rt.sealed_has(text)";
    out.push_str(&seal::readers(cx, &to(&believe, "TO", &believing), &to(verify, "TO", &entered)));
    let asking = step_up::contexts(cx);
    if !asking.is_empty() {
        let asking: Vec<String> = asking.into_iter().map(|context| cx.door(context)).collect();
        let head = format!("\nGRANT EXECUTE ON FUNCTION {}", step_up::SIGNATURE);
        out.push_str(&format!("{}{}", step_up::function(cx), to(&head, "TO", &asking)));
    }
    out.push_str(append_only::FUNCTION);
    let doors_of_steps = doors.clone();
    if cx.model.expressions().any(sql::uses_quotient) {
        // Who writes is held to rules and requirements; no policy divides.
        out.push_str(&format!("\n{}\n", sql::QUOTIENT));
        let head = format!("GRANT EXECUTE ON FUNCTION {}", sql::QUOTIENT_NAME);
        out.push_str(&to(&head, "TO", &[gate, totals, clock, doors].concat()));
    }
    if steps::make_rows(cx.model) {
        out.push_str(&format!("{}\n", steps::NEW_ID));
        out.push_str(&to("GRANT EXECUTE ON FUNCTION rt.new_id()", "TO", &doors_of_steps));
    }
    out
}

/// The right to create ends.
pub fn end(cx: &Cx<'_>) -> String {
    lent(cx)
        .into_iter()
        .map(|(schema, who)| to(&format!("REVOKE CREATE ON SCHEMA {schema}"), "FROM", &who))
        .collect()
}

/// The role that keeps totals, where there are some.
fn keeper(cx: &Cx<'_>) -> Vec<String> {
    if totals::has_role(cx.model) { vec![cx.role("totals")] } else { Vec::new() }
}

/// The role that erases people, where they are erased.
fn eraser(cx: &Cx<'_>) -> Vec<String> {
    if erasure::is_there(cx.model) { vec![erasure::role(cx)] } else { Vec::new() }
}

/// The role that owns what the clock does, where it does something.
fn timed(cx: &Cx<'_>) -> Vec<String> {
    if clock::is_there(cx.model) { vec![clock::role(cx)] } else { Vec::new() }
}

fn lent(cx: &Cx<'_>) -> Vec<(&'static str, Vec<String>)> {
    let doors = cx.contexts_with_doors().into_iter().map(|context| cx.door(context)).collect();
    vec![
        ("rt", [vec![cx.role("gate")], keeper(cx), eraser(cx)].concat()),
        ("facet", vec![cx.role("facet")]),
        ("audit", vec![cx.role("audit")]),
        ("act", doors),
        ("clock", timed(cx)),
    ]
}

fn reads(cx: &Cx<'_>, context: ContextId) -> bool {
    cx.model.entity_ids().any(|entity| cx.model.is_read_in(&cx.model[entity], context))
}

fn has_facets(cx: &Cx<'_>, context: ContextId) -> bool {
    cx.model
        .entity_ids()
        .filter_map(|entity| cx.model.access(entity, context))
        .any(|access| !access.facets.is_empty())
}

/// Nothing where there is nobody.
fn to(head: &str, word: &str, roles: &[String]) -> String {
    if roles.is_empty() {
        return String::new();
    }
    let roles: Vec<String> = roles.iter().map(|role| quoted(role)).collect();
    let line = format!("{head} {word} {};\n", roles.join(", "));
    if line.len() <= WIDTH + 1 {
        return line;
    }
    let first = format!("  {word} ");
    format!("{head}\n{}\n", fill(&first, &" ".repeat(first.len()), &roles, ";"))
}
