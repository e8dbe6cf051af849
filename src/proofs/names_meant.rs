//! An action that changes rows is not one that was to make them, misspelt.

use super::ground::{Ground, action_path};
use crate::diagnostics::{Diagnostic, Diagnostics, codes, is_slip};
use crate::model::{ActionKind, Entity};

pub fn prove(ground: &Ground<'_>, out: &mut Diagnostics) {
    for (_, entity) in ground.entities() {
        for action in entity.actions.iter().filter(|action| action.kind == ActionKind::Change) {
            let Some((word, does)) = nearly(ground, entity, &action.name) else { continue };
            let place = ground.place(&action_path(entity, action));
            let message = format!("`{}` changes a row that is there", action.name);
            out.push(
                Diagnostic::new(codes::NEARLY_A_WORD, place, message)
                    .reason(format!("only `{word}` {does}"))
                    .next(format!("did you mean `{word}`?")),
            );
        }
    }
}

/// The word that the name nearly is, and what that does.
fn nearly(
    ground: &Ground<'_>,
    entity: &Entity,
    name: &str,
) -> Option<(&'static str, &'static str)> {
    // What a founder brings is there without being written.
    let written =
        |word: &str| ground.places.written(&format!("entities.{}.actions.{word}", entity.name));
    entity.kind.words().iter().copied().find(|(word, _)| is_slip(word, name) && !written(word))
}
