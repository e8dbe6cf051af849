//! To whom something can be granted on an entity.

use super::draft::{Draft, ScopeDraft, World};
use super::unknown;
use crate::diagnostics::{Diagnostic, Diagnostics, codes, is_slip};
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
    // How it is written was reported.
    if name.value.contains(char::is_uppercase) {
        return;
    }
    // One of nearly this name was reported, since it has no field.
    let found = |name: &str| world.entities[id.0].parties.iter().any(|party| party.name == name);
    let slip = |party: &str| is_slip(party, &name.value) && !found(party);
    if declared.is_some_and(|declared| declared.parties.names().any(slip)) {
        return;
    }
    let lost = world.lost(id) || world.document.incomplete || world.tenants_lost();
    let parties = world.entities[id.0].parties.iter().map(|party| party.name.as_str());
    let roles = world.roles.iter().map(|role| role.name.as_str());
    let known = parties.chain(roles).chain(["anyone", "user"]);
    let meant = party_of_another(world, id, name.as_str());
    let meant = meant.or_else(|| said_elsewhere(world, name.as_str()));
    let Some((reason, next)) = meant.filter(|_| !lost) else {
        return unknown::unknown_grantee(out, name, &world.entities[id.0].name, known, lost);
    };
    let message = format!("there is no role or party `{name}`");
    let told = Diagnostic::new(codes::UNKNOWN_NAME, name.span, message).reason(reason).next(next);
    let sections = unknown::grantees(&world.entities[id.0].name);
    out.push(told.missing(sections, &name.value, known));
}

/// A party that another entity declares.
fn party_of_another(world: &World<'_>, id: EntityId, name: &str) -> Option<(String, String)> {
    let has = |draft: &&Draft<'_>| {
        draft.declared.is_some_and(|declared| declared.parties.get(name).is_some())
    };
    let of = world.drafts.iter().find(has)?.name;
    let own = world.drafts[id.0].name;
    if let ScopeDraft::Through { parent, .. } = world.scopes[id.0] {
        let parent = world.drafts[parent.0].name;
        return Some((
            format!(
                "`{name}` is a party of `{of}`, and `{parent}`, through which `{own}` goes, has none of it"
            ),
            format!("let the scope of `{parent}` go through a frozen reference to `{of}`"),
        ));
    }
    Some((
        format!(
            "`{name}` is a party of `{of}`: of its rows, and of those whose scope goes through them"
        ),
        format!(
            "write `scope: {{ through: … }}` with the field that refers to `{of}`, or declare a party here"
        ),
    ))
}

/// Names that mean something in other places, or in other languages of this kind.
fn said_elsewhere(world: &World<'_>, name: &str) -> Option<(String, String)> {
    let user = world.drafts[world.user().0].name;
    let everybody = "`anyone` is everybody, also without a token; `user` is any signed-in person";
    Some(match name {
        "me" => (
            format!("`me` is a person on their own row, which is one of `{user}`"),
            "declare a party with the field that names the person, or write `user`".to_owned(),
        ),
        "holder" => {
            let grants = world.contexts.iter().filter_map(|context| context.grants());
            let grants: Vec<&str> = grants.map(|id| world.drafts[id.0].name).collect();
            let rows = match grants.as_slice() {
                [] => "no context names any under `grants`".to_owned(),
                names => format!("here those of {}", names.join(", ")),
            };
            (
                format!("`holder` is the person whom a row of grants is for: {rows}"),
                "declare a party with the field that names the person".to_owned(),
            )
        }
        "everyone" | "everybody" | "public" | "guest" | "anonymous" | "all" | "any" => {
            (everybody.to_owned(), "write `anyone` or `user`".to_owned())
        }
        "users" | "authenticated" | "signed_in" | "logged_in" => {
            (everybody.to_owned(), "write `user`".to_owned())
        }
        "owner" | "self" | "author" | "creator" => (
            "who has made a row is a party of it, and a party is declared with its field"
                .to_owned(),
            format!(
                "add a field `{name}: {{ type: ref {user}, default: actor, frozen: true }}` \
                 and `parties: {{ {name}: {{ in: self }} }}`"
            ),
        ),
        "system" | "service" | "backend" => (
            "nothing acts but people and what signs in as one".to_owned(),
            "declare a role in a context without a tenant, and grant it to what runs this"
                .to_owned(),
        ),
        _ => return None,
    })
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
