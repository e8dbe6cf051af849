//! A row made where no tenant is acted in gets one from a reference.

use super::ground::{Ground, action_path};
use crate::diagnostics::{Diagnostic, Diagnostics, codes};
use crate::model::{Action, ActionKind, Context, Entity, EntityId, Model, Type, Who};

pub fn prove(ground: &Ground<'_>, out: &mut Diagnostics) {
    for (_, entity) in ground.entities() {
        let Some((tenant, _)) = entity.scope.tenant() else { continue };
        let scope = format!("entities.{}.scope", entity.name);
        if !ground.identity_clean() || !ground.fields_clean(entity) || !ground.clean(&scope) {
            continue;
        }
        for action in &entity.actions {
            let makes = matches!(action.kind, ActionKind::Create | ActionKind::Grant);
            let path = action_path(entity, action);
            let Some(who) = action.by.iter().find(|who| is_outside(ground.model, entity, **who))
            else {
                continue;
            };
            if makes && ground.clean(&path) && !carries(ground.model, entity, action, tenant) {
                out.push(fault(ground, entity, action, *who, tenant));
            }
        }
    }
}

fn is_outside(model: &Model, entity: &Entity, who: Who) -> bool {
    let context: &Context = &model[model.context_of(entity, who)];
    context.tenant().is_none()
}

/// Whether a reference that must be given is to a row of the tenant.
fn carries(model: &Model, entity: &Entity, action: &Action, tenant: EntityId) -> bool {
    action.accept.iter().any(|field| {
        let field = &entity.fields[field.0];
        let of_tenant = match field.ty {
            Type::Ref(target) => model[target].scope.tenant().is_some_and(|(of, _)| of == tenant),
            _ => false,
        };
        of_tenant && !field.optional && field.default.is_none()
    })
}

fn fault(
    ground: &Ground<'_>,
    entity: &Entity,
    action: &Action,
    who: Who,
    tenant: EntityId,
) -> Diagnostic {
    let who = ground.model.name_of(entity, who);
    let tenant = &ground.model[tenant].name;
    let place = ground.place(&format!("{}.by.{who}", action_path(entity, action)));
    let message = format!("which {tenant} a row made by `{who}` belongs to is not known");
    Diagnostic::new(codes::NO_TENANT, place, message)
        .reason(format!("`{who}` acts in no {tenant}"))
        .next(format!("accept a reference to a row of the {tenant}, or grant it to its roles"))
}
