//! An action on a row does something to it.

use super::ground::{Ground, action_path};
use crate::diagnostics::{Diagnostic, Diagnostics, codes};
use crate::model::ActionKind;

pub fn prove(ground: &Ground<'_>, out: &mut Diagnostics) {
    for (_, entity) in ground.entities() {
        for action in entity.actions.iter().filter(|action| action.kind == ActionKind::Change) {
            let path = action_path(entity, action);
            if action.to.is_none() && action.accept.is_empty() && ground.clean(&path) {
                let message = format!("`{}` changes nothing", action.name);
                out.push(
                    Diagnostic::new(codes::CHANGES_NOTHING, ground.place(&path), message)
                        .next("add `to:` with the state that follows, or `accept:` with fields"),
                );
            }
        }
    }
}
