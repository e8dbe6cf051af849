//! To whom something can be granted on an entity.

use super::draft::World;
use super::unknown::unknown;
use crate::diagnostics::{Diagnostic, Diagnostics, codes};
use crate::model::{ContextId, EntityId, EntityKind, Model, PartyId, Who};
use crate::syntax::Name;

/// What a name in `by` or `read` means; reported where it means nothing, or somebody who could only
/// reach other tenants' rows.
pub fn grantee(world: &World<'_>, id: EntityId, name: &Name, out: &mut Diagnostics) -> Option<Who> {
    let entity = &world.entities[id.0];
    let who = match name.as_str() {
        "anyone" => Who::Anyone,
        "user" => Who::User,
        other => {
            let party = entity.parties.iter().position(|party| party.name == other);
            match party.map(PartyId).map(Who::Party).or(world.role(other).map(Who::Role)) {
                Some(who) => who,
                None => {
                    unknown_grantee(world, id, name, out);
                    return None;
                }
            }
        }
    };
    match outsider(world, id, who) {
        None => Some(who),
        Some(reason) => {
            out.push(
                Diagnostic::new(
                    codes::NOT_THEIRS,
                    name.span,
                    format!("`{name}` has nothing to do with rows of `{}`", entity.name),
                )
                .reason(reason)
                .next("grant to a role of their own tenant, to the staff, or to a party"),
            );
            None
        }
    }
}

fn unknown_grantee(world: &World<'_>, id: EntityId, name: &Name, out: &mut Diagnostics) {
    let declared = world.drafts[id.0].declared;
    // Its party was reported, or could not be read.
    if declared.is_some_and(|declared| declared.parties.get(&name.value).is_some()) {
        return;
    }
    let lost = world.drafts[id.0].incomplete() || world.document.incomplete;
    let parties = world.entities[id.0].parties.iter().map(|party| party.name.as_str());
    let roles = world.roles.iter().map(|role| role.name.as_str());
    let known = parties.chain(roles).chain(["anyone", "user"]);
    unknown(out, name, "role or party", known, lost);
}

/// Why a role of a tenant cannot be given anything on rows that are not of that tenant.
fn outsider(world: &World<'_>, id: EntityId, who: Who) -> Option<String> {
    let Who::Role(role) = who else { return None };
    let context = world.roles[role.0].context;
    let tenant = world.tenant_of(context)?;
    let owner = world.owner(id);
    let entity = &world.drafts[id.0];
    match owner {
        Some(owner) if owner == tenant => None,
        Some(_) => Some(format!("`{}` is of another tenant", entity.name)),
        None if entity.kind == EntityKind::User => {
            Some("a person is nobody's in particular, so every tenant would see all people".into())
        }
        None if matches!(entity.kind, EntityKind::Grants(_)) => {
            Some("the staff's grants are no tenant's business".into())
        }
        None => None,
    }
}

pub fn context_of(world: &World<'_>, id: EntityId, who: Who) -> ContextId {
    match who {
        Who::Anyone => Model::ANYONE,
        Who::User => Model::SELF,
        Who::Role(role) => world.roles[role.0].context,
        Who::Party(party) => world.entities[id.0].parties[party.0].context,
    }
}

/// Whether whoever is `one` on a row is `other` on it as well, always.
pub fn implies(world: &World<'_>, id: EntityId, one: Who, other: Who) -> bool {
    if one == other {
        return true;
    }
    if context_of(world, id, one) != context_of(world, id, other) {
        return false;
    }
    match (one, other) {
        (Who::Role(one), Who::Role(other)) => {
            world.roles[one.0].includes.contains(&other) || world.held_by_all(other)
        }
        (_, Who::Role(other)) => world.held_by_all(other),
        (_, Who::User) => true,
        _ => false,
    }
}
