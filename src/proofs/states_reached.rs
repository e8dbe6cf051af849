//! Rows reach every state, and leave those that are not final.

use super::ground::Ground;
use crate::diagnostics::{Code, Diagnostic, Diagnostics, codes};
use crate::model::{ActionKind, Entity, StateId, States};

/// The group of states in which a row may stay.
const FINAL: &str = "final";

pub fn prove(ground: &Ground<'_>, out: &mut Diagnostics) {
    for (_, entity) in ground.entities() {
        let Some(states) = &entity.states else { continue };
        let reached = reached(entity);
        let all = || (0..states.list.len()).map(StateId);
        let unreached: Vec<StateId> = all().filter(|state| !reached.contains(state)).collect();
        let stuck: Vec<StateId> = all()
            .filter(|state| reached.contains(state) && is_stuck(entity, states, *state))
            .collect();
        warn(ground, entity, states, &unreached, codes::UNREACHED_STATE, out);
        warn(ground, entity, states, &stuck, codes::STUCK_STATE, out);
    }
}

/// One warning for all of them: they mostly lack the same action.
fn warn(
    ground: &Ground<'_>,
    entity: &Entity,
    states: &States,
    which: &[StateId],
    code: Code,
    out: &mut Diagnostics,
) {
    let Some(first) = which.first() else { return };
    let names = which.iter().map(|state| format!("`{}`", states.list[state.0].name));
    let names = names.collect::<Vec<_>>().join(", ");
    let path = format!("entities.{}.states.{}", entity.name, states.list[first.0].name);
    let (message, next) = match code {
        code if code == codes::UNREACHED_STATE => (
            format!("no action leads to {names}"),
            format!(
                "add an action that moves rows there (`to: {}`), or remove the state",
                states.list[first.0].name
            ),
        ),
        _ => (
            format!("no action leads on from {names}"),
            format!("add the action that does, or put it into the group `{FINAL}`"),
        ),
    };
    out.push(Diagnostic::new(code, ground.place(&path), message).next(next));
}

fn reached(entity: &Entity) -> Vec<StateId> {
    let mut reached = vec![StateId(0)];
    loop {
        let next = entity.actions.iter().find_map(|action| {
            let to = action.to.filter(|to| !reached.contains(to))?;
            let legal =
                action.from.is_empty() || action.from.iter().any(|from| reached.contains(from));
            legal.then_some(to)
        });
        match next {
            Some(state) => reached.push(state),
            None => return reached,
        }
    }
}

fn is_stuck(entity: &Entity, states: &States, state: StateId) -> bool {
    let Some(group) = states.groups.iter().find(|group| group.name == FINAL) else { return false };
    let leaves = entity.actions.iter().any(|action| {
        let legal = action.from.is_empty() || action.from.contains(&state);
        legal && (action.kind == ActionKind::Delete || action.to.is_some_and(|to| to != state))
    });
    !leaves && !group.states.contains(&state)
}
