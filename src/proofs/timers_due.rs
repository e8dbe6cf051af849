//! Timers come due, and deadlines leave a way out.

use super::ground::{Ground, action_path};
use crate::diagnostics::{Diagnostic, Diagnostics, codes};
use crate::expr::decide::{Decided, decide};
use crate::model::{Action, Entity, Required, StateId};

/// The group of states in which a row may stay.
const FINAL: &str = "final";

pub fn prove(ground: &Ground<'_>, out: &mut Diagnostics) {
    for (_, entity) in ground.entities() {
        for action in entity.timers() {
            let due = action.is_due_in_state(entity);
            if due.is_some_and(|due| decide(&due) == Decided::Never) {
                out.push(never_due(ground, entity, action));
            }
        }
        let Some(states) = &entity.states else { continue };
        let Some(group) = states.groups.iter().find(|group| group.name == FINAL) else { continue };
        let waits = |state: &StateId| !group.states.contains(state);
        for state in (0..states.list.len()).map(StateId).filter(waits) {
            if let Some(told) = past_deadline(ground, entity, state) {
                out.push(told);
            }
        }
    }
}

fn never_due(ground: &Ground<'_>, entity: &Entity, action: &Action) -> Diagnostic {
    let word = action.timer.as_ref().map_or("", |timer| timer.due.word());
    let place = ground.place(&format!("{}.{word}", action_path(entity, action)));
    Diagnostic::new(codes::NEVER_DUE, place, format!("`{}` is never due", action.name))
        .reason("what it asks for never holds together in the states from which it leads")
        .next("ask for less, or remove the action")
}

/// Where all that leads on from the state has a deadline.
fn past_deadline(ground: &Ground<'_>, entity: &Entity, state: StateId) -> Option<Diagnostic> {
    let leads = |action: &&Action| {
        let legal = action.from.is_empty() || action.from.contains(&state);
        legal && action.to.is_some_and(|to| to != state)
    };
    let on: Vec<&Action> = entity.actions.iter().filter(leads).collect();
    let ends = |action: &&Action| {
        let before = action.require.iter().any(|one| one.asked == Required::Before);
        before && action.timer.is_none()
    };
    let first = on.first().filter(|_| on.iter().all(ends))?;
    let name = &entity.states.as_ref()?.list[state.0].name;
    let place = ground.place(&format!("{}.before", action_path(entity, first)));
    let message = format!("once this has passed, nothing leads on from `{name}`");
    Some(
        Diagnostic::new(codes::PAST_DEADLINE, place, message)
            .reason("every action that moves such a row has a deadline")
            .next(format!("add a timer, such as `{{ from: {name}, to: .., at: .. }}`, or put the state into the group `{FINAL}`")),
    )
}
