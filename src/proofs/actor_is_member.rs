//! Where a field is filled with whoever acts, and takes members only, whoever acts is one.

use super::ground::{Ground, action_path, field_path};
use crate::diagnostics::{Diagnostic, Diagnostics, codes};
use crate::model::{ActionKind, Default, Entity, Field, FieldId, Type};

pub fn prove(ground: &Ground<'_>, out: &mut Diagnostics) {
    if !ground.identity_clean() {
        return;
    }
    for (_, entity) in ground.entities() {
        for (at, field) in entity.fields.iter().enumerate() {
            let clean = ground.clean(&field_path(entity, field));
            if clean && field.default == Some(Default::Actor) {
                creators(ground, entity, FieldId(at), field, out);
            }
        }
    }
}

fn creators(
    ground: &Ground<'_>,
    entity: &Entity,
    id: FieldId,
    field: &Field,
    out: &mut Diagnostics,
) {
    let Type::UserIn(context) = field.ty else { return };
    let creates = entity.actions.iter().filter(|action| action.kind == ActionKind::Create);
    for action in creates.filter(|action| !action.accept.contains(&id)) {
        let outside = action
            .by
            .iter()
            .find(|who| ground.model.context_of(entity, **who) != context)
            .filter(|_| ground.clean(&action_path(entity, action)));
        let Some(who) = outside else { continue };
        let who = ground.model.name_of(entity, *who);
        let context = &ground.model[context].name;
        let message =
            format!("`{}` takes members of `{context}`, and `{who}` need be none", field.name);
        let user = &ground.model[ground.model.identity.user].name;
        out.push(
            Diagnostic::new(
                codes::WRONG_DEFAULT,
                ground.place(&field_path(entity, field)),
                message,
            )
            .also(ground.place(&format!("{}.by.{who}", action_path(entity, action))), "makes rows")
            .next(format!(
                "make it `ref {user}`, or grant `{}` to roles of `{context}`",
                action.name
            )),
        );
        return;
    }
}
