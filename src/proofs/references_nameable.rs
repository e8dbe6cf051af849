//! Whoever gives a reference can see what it refers to.

use super::ground::{Ground, action_path, field_path};
use crate::diagnostics::{Diagnostic, Diagnostics, codes};
use crate::model::{Action, ContextId, Entity, EntityId, Model, Type, Who};

pub fn prove(ground: &Ground<'_>, out: &mut Diagnostics) {
    if !ground.identity_clean() {
        return;
    }
    for (_, entity) in ground.entities() {
        for action in &entity.actions {
            let path = action_path(entity, action);
            if ground.clean(&path) {
                references(ground, entity, action, &path, out);
            }
        }
    }
}

fn references(
    ground: &Ground<'_>,
    entity: &Entity,
    action: &Action,
    path: &str,
    out: &mut Diagnostics,
) {
    let fields = action.accept.iter().map(|field| &entity.fields[field.0]);
    let fields = fields
        .filter(|field| ground.clean(&field_path(entity, field)))
        .map(|field| (format!("{path}.accept.{}", field.name), &field.name, &field.ty));
    let inputs = action
        .input
        .iter()
        .map(|input| (format!("{path}.input.{}", input.name), &input.name, &input.ty));
    for (place, name, ty) in fields.chain(inputs) {
        let Type::Ref(target) = ty else { continue };
        // People are found by their grants, and whom one may name is a matter of its own.
        if *target == ground.model.identity.user || !reads_clean(ground, *target) {
            continue;
        }
        for who in &action.by {
            if is_seen(ground.model, *target, ground.model.context_of(entity, *who)) {
                continue;
            }
            let target = &ground.model[*target].name;
            let there = ground.place(&format!("entities.{target}"));
            let declared = ground.places.written(&format!("entities.{target}"));
            let who = ground.model.name_of(entity, *who);
            let message = format!("`{who}` gives `{name}` and sees no row of `{target}`");
            let unseen = Diagnostic::new(codes::UNSEEN_REFERENCE, ground.place(&place), message)
                .reason("a reference to what one cannot see is answered like one to nothing")
                .next(format!("let `{who}` read `{target}`"));
            out.push(if declared {
                unseen.also(there, format!("its `read` names nobody who acts as `{who}` does"))
            } else {
                unseen
            });
            break;
        }
    }
}

fn reads_clean(ground: &Ground<'_>, target: EntityId) -> bool {
    ground.clean(&format!("entities.{}", ground.model[target].name))
}

fn is_seen(model: &Model, target: EntityId, context: ContextId) -> bool {
    let entity = &model[target];
    entity
        .reads
        .iter()
        .any(|grant| grant.who == Who::Anyone || model.context_of(entity, grant.who) == context)
}
