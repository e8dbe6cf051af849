//! Whoever makes a row gives all that it must have.

use super::ground::{Ground, action_path};
use crate::diagnostics::{Diagnostic, Diagnostics, codes};
use crate::model::{Action, ActionKind, Entity, Field, FieldId, Origin};

pub fn prove(ground: &Ground<'_>, out: &mut Diagnostics) {
    for (_, entity) in ground.entities() {
        if !ground.fields_clean(entity) {
            continue;
        }
        for action in &entity.actions {
            let makes =
                matches!(action.kind, ActionKind::Create | ActionKind::Found | ActionKind::Grant);
            if makes && ground.clean(&action_path(entity, action)) {
                out_of(ground, entity, action, out);
            }
        }
    }
}

fn out_of(ground: &Ground<'_>, entity: &Entity, action: &Action, out: &mut Diagnostics) {
    let missing: Vec<&str> = entity
        .fields
        .iter()
        .enumerate()
        .filter(|(at, field)| {
            must_be_given(entity, action, FieldId(*at), field)
                && !action.accept.contains(&FieldId(*at))
                && !action.sets().any(|(step, set, _)| step.when.is_none() && set == FieldId(*at))
        })
        .map(|(_, field)| field.name.as_str())
        .collect();
    let Some(first) = missing.first() else { return };
    let path = action_path(entity, action);
    let list = missing.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let diagnostic = Diagnostic::new(
        codes::NEVER_GIVEN,
        ground.place(&path),
        format!("`{}` makes rows without {list}", action.name),
    )
    .reason("a row must have it, and neither a default nor the caller gives it");
    let declared = format!("entities.{}.fields.{first}", entity.name);
    let diagnostic = if ground.places.written(&declared) {
        diagnostic.also(ground.place(&declared), "declared here")
    } else {
        diagnostic
    };
    out.push(diagnostic.next("add it to `accept`, make it `optional`, or give it a `default`"));
}

fn must_be_given(entity: &Entity, action: &Action, id: FieldId, field: &Field) -> bool {
    let tenant = entity.scope.tenant().is_some_and(|(_, column)| column == id);
    let copied = matches!(field.origin, Origin::Copied { .. } | Origin::Number | Origin::Picked);
    // What makes a grant one is implied and given all the same.
    let implied = field.origin == Origin::Implied && action.kind != ActionKind::Grant;
    // A copy that was reported is no mistake of who makes the row.
    let copied = copied || field.taken.is_some();
    !(tenant || copied || implied || field.optional || field.default.is_some())
}
