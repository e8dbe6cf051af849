//! An action on a row does something to it.

use super::ground::{Ground, action_path};
use crate::diagnostics::{Diagnostic, Diagnostics, codes, is_slip};
use crate::model::{ActionKind, Deletion};

pub fn prove(ground: &Ground<'_>, out: &mut Diagnostics) {
    for (_, entity) in ground.entities() {
        for action in entity.actions.iter().filter(|action| action.kind == ActionKind::Change) {
            let path = action_path(entity, action);
            // That it is nearly `delete` is told where rows may be deleted and no action does.
            // What is written and not known any more was lost to another mistake.
            let nothing = action.to.is_none()
                && action.accept.is_empty()
                && action.steps.is_empty()
                && !ground.places.written(&format!("{path}.changes"));
            let slip = entity.deletion != Deletion::Never && is_slip(&action.name, "delete");
            if nothing && !slip && ground.clean(&path) {
                let message = format!("`{}` changes nothing", action.name);
                let idle = Diagnostic::new(codes::CHANGES_NOTHING, ground.place(&path), message)
                    .next("add `to:` with the state that follows, or `accept:` with fields");
                out.push(match action.name.as_str() {
                    name @ ("grant" | "revoke") => idle.reason(format!(
                        "`{name}` does so by itself only on what a context names under `grants`"
                    )),
                    "found" => idle.reason(
                        "`found` does so by itself only on what a context names under `tenant`",
                    ),
                    _ => idle,
                });
            }
        }
    }
}
