//! References stay within the tenant.

use heck::ToSnakeCase;

use super::draft::World;
use crate::diagnostics::{Diagnostic, Diagnostics, codes};
use crate::model::{ContextKind, Entity, EntityId, EntityKind, Origin, Type};
use crate::source::Span;
use crate::syntax::FieldType;

pub fn references(world: &World<'_>, id: EntityId, entity: &Entity, out: &mut Diagnostics) {
    let Some(declared) = world.drafts[id.0].declared else { return };
    for field in entity.fields.iter().filter(|field| field.origin == Origin::Declared) {
        let Some((name, written)) = declared.fields.entry(&field.name) else { continue };
        let place = match written.ty.as_ref().map(|ty| &ty.value) {
            Some(FieldType::Ref { entity, .. }) => entity.span,
            _ => name.span,
        };
        if let Some(fault) = crosses(world, id, &field.ty, &field.name, place) {
            out.push(fault);
        }
    }
}

/// Whether nobody who acts in a tenant, as himself or without a token would learn from a row of the platform which
/// tenants there are.
fn read_by_staff_alone(world: &World<'_>, id: EntityId) -> bool {
    let declared = world.drafts[id.0].declared;
    let Some(read) = declared.and_then(|declared| declared.read.as_ref()) else { return false };
    let staff = |name: &str| {
        // Of whom nothing is known, all may be.
        if world.role(name).is_none() && declared.is_none_or(|one| one.parties.get(name).is_none())
        {
            return !["anyone", "user"].contains(&name);
        }
        let context = world.role(name).map(|role| world.roles[role.0].context);
        context.is_some_and(|context| {
            matches!(world.contexts[context.0].kind, ContextKind::Staff { .. })
        })
    };
    world.drafts[id.0].kind == EntityKind::Plain && read.names().all(staff)
}

/// Why a reference from `id` may not be, if it may not.
pub fn crosses(
    world: &World<'_>,
    id: EntityId,
    ty: &Type,
    name: &str,
    span: Span,
) -> Option<Diagnostic> {
    let own = world.scopes[id.0].tenant();
    let from = world.drafts[id.0].name;
    match ty {
        Type::Ref(target) => {
            let to = &world.drafts[target.0];
            if matches!(to.kind, EntityKind::Tenant(_)) {
                let lost = world.drafts[id.0].incomplete() || world.document.incomplete;
                if own.is_none() && (lost || read_by_staff_alone(world, id)) {
                    return None;
                }
                // Of one that is implied it is told that it cannot be declared.
                if own == Some(*target) && name == to.name.to_snake_case() {
                    return None;
                }
                let next = match own {
                    Some(own) if own == *target => "remove it: the tenant is implied",
                    _ => "give the entity this `scope`, then the tenant is implied",
                };
                let message = format!("`{name}` refers to a tenant");
                let whose = match own {
                    Some(_) => format!("rows of `{from}` are a tenant's"),
                    None => format!(
                        "rows of `{from}` are the platform's, and not the staff alone reads them"
                    ),
                };
                return Some(
                    Diagnostic::new(codes::ACROSS_TENANTS, span, message)
                        .also(world.drafts[id.0].span, whose)
                        .reason("a row of one tenant that names another shows that it exists")
                        .next(next),
                );
            }
            let theirs = world.scopes[target.0].tenant();
            if theirs.is_none() || theirs == own {
                return None;
            }
            let message = match own {
                Some(_) => {
                    format!("rows of `{from}` and of `{}` belong to different tenants", to.name)
                }
                None => {
                    format!("rows of `{from}` belong to no tenant, and those of `{}` do", to.name)
                }
            };
            Some(
                Diagnostic::new(codes::ACROSS_TENANTS, span, message)
                    .reason("references stay within the tenant, by a composite key")
                    .next(format!("give `{from}` the scope of `{}`", to.name)),
            )
        }
        Type::UserIn(context) => {
            let tenant = world.tenant_of(*context);
            if tenant == own {
                return None;
            }
            let context = &world.contexts[context.0].name;
            let message = format!("`{from}` is not of the tenant in which `{context}` acts");
            Some(
                Diagnostic::new(codes::ACROSS_TENANTS, span, message)
                    .reason("who is a member is known within one tenant only")
                    .next("name people of the row's own tenant"),
            )
        }
        _ => None,
    }
}
