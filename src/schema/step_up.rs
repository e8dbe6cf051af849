//! Doors that ask how lately the person signed in (RFC 9470): of what the service signed to the gate, by the
//! database's clock.

use super::cx::Cx;
use super::doors::DoorCx;
use super::names::literal;
use super::pieces::Step;
use crate::model::ContextId;

/// Contexts in which some door asks it.
pub fn contexts(cx: &Cx<'_>) -> Vec<ContextId> {
    let asked_in = |context: &ContextId| {
        cx.model.entities.iter().any(|entity| {
            entity.actions.iter().any(|action| {
                let doors = action.doors(cx.model, entity);
                doors.iter().any(|door| door.context == *context)
                    && cx.model.step_up(entity, action, *context).is_some()
            })
        })
    };
    cx.contexts_with_doors().into_iter().filter(asked_in).collect()
}

/// Asks it behind the gate and before all else: also of a repeat.
pub fn in_door(it: &DoorCx<'_>, body: &mut Vec<Step>) {
    let Some(asked) = it.cx.model.step_up(it.it(), it.action(), it.door.context) else { return };
    let kept = match asked.of_context {
        true => it.cx.guard(asked.path.as_str()),
        false => it.guard("step_up"),
    };
    if kept {
        // The service tells the caller how long it may be.
        let refuse = format!(
            "IF rt.signed_in_within(_assertion, {0}) IS NOT TRUE THEN\n  \
             RAISE EXCEPTION {1} USING ERRCODE = 'BP401', DETAIL = '{0}';\nEND IF;",
            asked.seconds,
            literal(&asked.path)
        );
        body.insert(1, Step::Run(refuse));
    }
}

/// What doors ask it by.
pub fn function(cx: &Cx<'_>) -> String {
    let now = "floor(extract(epoch FROM clock_timestamp()))::bigint";
    let mut holds = Vec::new();
    if cx.guard("identity.step_up.within") {
        holds.push(format!("substr(_assertion, 41, 8) >= int8send({now} - _seconds)"));
    }
    if cx.guard("identity.step_up.future") {
        holds.push(format!("substr(_assertion, 41, 8) <= int8send({now} + {LEEWAY})"));
    }
    format!(
        "
-- Whether the person for whom the service spoke, which the gate has verified, signed in so many seconds
-- ago at most. Who did in a future that clocks do not explain, or nobody knows when, did not.
CREATE FUNCTION rt.signed_in_within(_assertion bytea, _seconds int) RETURNS boolean
LANGUAGE sql
RETURN {};
",
        holds.join("\n  AND ")
    )
}

pub const SIGNATURE: &str = "rt.signed_in_within(bytea, int)";

/// Seconds by which the clocks of the issuer and of the database may differ.
const LEEWAY: u32 = 30;
