//! What a caller may give.

use super::draft::World;
use super::unknown::unknown_in;
use crate::diagnostics::{Diagnostic, Diagnostics, Fix, codes, is_slip};
use crate::model::{Action, ActionKind, EntityId, EntityKind, Field, FieldId, Origin, Taken, Type};
use crate::syntax::{self, Name};

/// In the entity's order.
pub fn accepts(
    world: &World<'_>,
    id: EntityId,
    (action, kind): (&str, ActionKind),
    written: &syntax::Action,
    out: &mut Diagnostics,
) -> Vec<FieldId> {
    let entity = &world.entities[id.0];
    let mut accept: Vec<FieldId> = Vec::new();
    if let Some(slip) = nearly_create(world, id, (action, kind), written) {
        out.push(slip);
        return accept;
    }
    for name in &written.accept {
        let Some(at) = entity.fields.iter().position(|field| field.name == name.value) else {
            let known = entity.fields.iter().map(|field| field.name.as_str());
            let lost = world.field_lost(id, &name.value);
            unknown_in(out, name, "field", &entity.name, known, lost);
            continue;
        };
        let field = &entity.fields[at];
        match refusal(kind, action, field) {
            // That such an action cannot be is reported once.
            Some(_) if kind == ActionKind::Change && entity.append_only => {}
            None => accept.push(FieldId(at)),
            Some((reason, next)) => {
                let message = format!("`{name}` cannot be given here");
                let told = Diagnostic::new(codes::NOT_ACCEPTED, name.span, message)
                    .reason(reason)
                    .next(next);
                out.push(match next {
                    REMOVE => told.fixed_by(Fix::remove(format!("remove `{name}`"), name.span)),
                    _ => told,
                });
            }
        }
    }
    accept.sort_unstable();
    accept.dedup();
    accept
}

/// An action whose name is nearly the one that makes rows, and that accepts what only a new row may be given.
fn nearly_create(
    world: &World<'_>,
    id: EntityId,
    (action, kind): (&str, ActionKind),
    written: &syntax::Action,
) -> Option<Diagnostic> {
    let entity = &world.entities[id.0];
    let declared = &world.drafts[id.0].declared?.actions;
    let (makes, _) = entity.kind.words().first()?;
    let refused = |name: &Name| {
        let field = entity.fields.iter().find(|field| field.name == name.value);
        field.is_some_and(|field| refusal(kind, action, field).is_some())
    };
    // Of rows that never change it is told elsewhere.
    let slip = kind == ActionKind::Change
        && !entity.append_only
        && is_slip(action, makes)
        && declared.get(makes).is_none()
        && written.accept.iter().any(refused);
    let (name, _) = declared.iter().find(|(name, _)| slip && name.value == action)?;
    let message = format!("`{name}` changes rows, and accepts what only a new one is given");
    let told = Diagnostic::new(codes::NOT_ACCEPTED, name.span, message);
    Some(told.meant(action, [*makes]))
}

const REMOVE: &str = "remove it";

/// Why, and what to do.
fn refusal(kind: ActionKind, action: &str, field: &Field) -> Option<(&'static str, &'static str)> {
    let implied = field.origin == Origin::Implied;
    let grants = matches!(field.name.as_str(), "user" | "role") && implied;
    match (kind, field.origin) {
        (_, Origin::Copied { .. }) => Some(("it follows from the row's parent", REMOVE)),
        (_, Origin::Picked) => Some(("the database finds it", REMOVE)),
        (_, Origin::Number) => Some(("the database gives it, in order", REMOVE)),
        (_, Origin::Total) => {
            Some(("it is what other rows add up to, and nobody writes it", REMOVE))
        }
        (ActionKind::Create, _) if field.taken == Some(Taken::Made) => {
            Some(("it is copied when the row is made, and never given", REMOVE))
        }
        (_, _) if matches!(&field.taken, Some(Taken::At(at)) if at == action || field.frozen) => {
            Some(("it is copied, and never given", REMOVE))
        }
        (ActionKind::Delete, _) => Some(("the row is deleted, whatever it would hold", REMOVE)),
        (ActionKind::Revoke, _) => Some(("a revocation changes nothing else", REMOVE)),
        (ActionKind::Grant, _) if grants => None,
        (ActionKind::Change, _) if grants && field.name == "role" => None,
        (_, Origin::Implied) => Some(("it is set when the row is made, and never given", REMOVE)),
        (ActionKind::Change, _) if field.frozen => {
            Some(("it is frozen: written once, when the row is made", "accept it on `create`"))
        }
        _ => None,
    }
}

/// Nobody gives a person who could be anyone: whether a row is found would show who exists.
pub fn people(world: &World<'_>, id: EntityId, actions: &[Action], out: &mut Diagnostics) {
    let Some(declared) = world.drafts[id.0].declared else { return };
    let entity = &world.entities[id.0];
    for action in actions {
        let Some(written) = declared.actions.get(&action.name) else { continue };
        for field in &action.accept {
            let field = &entity.fields[field.0];
            let is_person = field.ty == Type::Ref(world.user());
            if !is_person || (action.kind == ActionKind::Grant && field.name == "user") {
                continue;
            }
            if let Some(name) = written.accept.iter().find(|name| name.value == field.name) {
                out.push(anybody(world, id, name));
            }
        }
    }
}

pub fn anybody(world: &World<'_>, id: EntityId, name: &Name) -> Diagnostic {
    let user = world.drafts[world.user().0].name;
    let own = world.owner(id).map(|tenant| world.drafts[tenant.0].kind);
    let next = match own {
        Some(EntityKind::Tenant(context)) => format!(
            "make it `ref {user} in {}`, or fill it with `default: actor`",
            world.contexts[context.0].name
        ),
        _ => "fill it with `default: actor`".to_owned(),
    };
    let message = format!("`{name}` could name any person of the platform");
    Diagnostic::new(codes::ANY_PERSON, name.span, message)
        .reason("whoever may give it could find out who exists")
        .next(next)
}
