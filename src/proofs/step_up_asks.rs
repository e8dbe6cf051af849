//! Each `step_up` asks something of somebody.

use super::ground::Ground;
use crate::diagnostics::{Diagnostic, Diagnostics, codes};
use crate::model::{Action, ContextId, Entity, Model};

pub fn prove(ground: &Ground<'_>, out: &mut Diagnostics) {
    let model = ground.model;
    for (_, entity) in ground.entities() {
        for action in &entity.actions {
            let path = action.path(entity);
            let clean = ground.identity_clean() && ground.clean(&path);
            if let Some(wrong) = of_action(ground, entity, action, &path).filter(|_| clean) {
                out.push(wrong);
            }
        }
    }
    let clean = |entity: &Entity| ground.clean(&format!("entities.{}", entity.name));
    if !ground.identity_clean() || !model.entities.iter().all(clean) {
        return;
    }
    for id in model.context_ids().filter(|id| model[*id].step_up.is_some()) {
        let name = &model[id].name;
        if !is_acted_in(model, id) {
            let place = ground.place(&format!("identity.contexts.{name}.step_up"));
            let message = format!("nothing is done in `{name}`");
            out.push(
                Diagnostic::new(codes::WRONG_STEP_UP, place, message)
                    .reason("it is asked of whoever changes something, and not of whoever reads")
                    .next("remove it, or let a role of the context do something"),
            );
        }
    }
}

fn is_acted_in(model: &Model, context: ContextId) -> bool {
    model.entities.iter().any(|entity| {
        let doors = entity.actions.iter().flat_map(|action| action.doors(model, entity));
        doors.into_iter().any(|door| door.context == context)
    })
}

fn of_action(
    ground: &Ground<'_>,
    entity: &Entity,
    action: &Action,
    path: &str,
) -> Option<Diagnostic> {
    let own = action.step_up?;
    let place = ground.place(&format!("{path}.step_up"));
    let told = |message| Diagnostic::new(codes::WRONG_STEP_UP, place, message);
    let doors = action.doors(ground.model, entity);
    if doors.is_empty() {
        let message = format!("`{}` is done by the clock, which never signed in", action.name);
        return Some(told(message).next("remove it, or say under `by` who may do it"));
    }
    let model = ground.model;
    let longest = doors.iter().map(|door| model[door.context].step_up.unwrap_or(i64::MAX)).max()?;
    if own < longest {
        return None;
    }
    let contexts: Vec<String> =
        doors.iter().map(|door| format!("`{}`", model[door.context].name)).collect();
    let message =
        format!("{} asks as much already, of all that is done in it", contexts.join(" and "));
    Some(told(message).next("remove it, or write a shorter duration"))
}
