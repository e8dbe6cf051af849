//! Every field is read by somebody and written by something.

use super::ground::{Ground, field_path};
use crate::diagnostics::{Diagnostic, Diagnostics, codes};
use crate::model::{Does, Entity, EntityId, FieldId, Model, Origin, Provision};

pub fn prove(ground: &Ground<'_>, out: &mut Diagnostics) {
    for (id, entity) in ground.entities() {
        let own = format!("entities.{}", entity.name);
        if entity.reads.is_empty() && ground.places.written(&own) {
            let message = format!("nobody reads rows of `{}`", entity.name);
            out.push(
                Diagnostic::new(codes::UNREAD_FIELD, ground.place(&own), message)
                    .reason("who is not named under `read` sees nothing")
                    .next("add `read:` with who sees what, such as `read: { member: all }`"),
            );
            continue;
        }
        for (at, field) in entity.fields.iter().enumerate() {
            let path = field_path(entity, field);
            if field.origin != Origin::Declared || !ground.places.written(&path) {
                continue;
            }
            let place = ground.place(&path);
            if !entity.reads.iter().any(|grant| grant.fields.contains(&FieldId(at))) {
                let message = format!("nobody reads `{}`", field.name);
                out.push(
                    Diagnostic::new(codes::UNREAD_FIELD, place, message)
                        .next("add it to somebody's `read`, or remove it"),
                );
            } else if field.optional
                && !ground.model.is_of_requests(id)
                && !is_written(ground, id, entity, FieldId(at))
            {
                let message = format!("nothing writes `{}`", field.name);
                out.push(
                    Diagnostic::new(codes::UNWRITTEN_FIELD, place, message)
                        .next("accept it in an action, or remove it"),
                );
            }
        }
    }
}

fn is_written(ground: &Ground<'_>, id: EntityId, entity: &Entity, field: FieldId) -> bool {
    let identity = &ground.model.identity;
    let by_token = match &identity.provision {
        Provision::FirstToken(filled) => {
            id == identity.user && filled.iter().any(|(other, _)| *other == field)
        }
        Provision::Invited => false,
    };
    by_token
        || entity.fields[field.0].default.is_some()
        || entity.actions.iter().any(|action| {
            action.accept.contains(&field) || action.sets().any(|(_, set, _)| set == field)
        })
        || made_with(ground.model, id, field)
        || entity.picks.iter().flat_map(|pick| &pick.takes).any(|copy| copy.field == field)
}

/// Whether some step makes rows with the field.
fn made_with(model: &Model, id: EntityId, field: FieldId) -> bool {
    let steps = model.entities.iter().flat_map(|entity| &entity.actions).flat_map(|one| &one.steps);
    steps.into_iter().any(|step| match &step.does {
        Does::Create { entity, with } => *entity == id && with.iter().any(|(at, _)| *at == field),
        _ => false,
    })
}
