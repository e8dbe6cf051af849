//! What `identity` gives its entities unless they say otherwise.

use super::draft::World;
use super::reads;
use crate::model::{
    Action, ActionKind, ContextId, ContextKind, EntityId, EntityKind, FieldId, Origin, PartyId,
    ReadGrant, RoleId, Who,
};

/// Who reads an entity that does not say so.
pub fn reads(world: &World<'_>, id: EntityId) -> Vec<ReadGrant> {
    let entity = &world.entities[id.0];
    let all = |who: Who| ReadGrant {
        path: reads::path(&entity.name, name_of(world, id, who)),
        who,
        fields: reads::all(entity),
        when: None,
    };
    let own = Who::Party(PartyId(0));
    match entity.kind {
        EntityKind::Plain => Vec::new(),
        EntityKind::User => vec![all(own)],
        EntityKind::Tenant(context) => roles(world, context).map(all).collect(),
        EntityKind::Grants(context) => roles(world, context).chain([own]).map(all).collect(),
    }
}

fn name_of<'a>(world: &'a World<'_>, id: EntityId, who: Who) -> &'a str {
    match who {
        Who::Anyone => "anyone",
        Who::User => "user",
        Who::Role(role) => &world.roles[role.0].name,
        Who::Party(party) => &world.entities[id.0].parties[party.0].name,
    }
}

/// The fewest roles that reach everybody in the context: those that are not included by others come
/// with them.
fn roles<'a>(world: &'a World<'_>, context: ContextId) -> impl Iterator<Item = Who> + 'a {
    let here = move |role: &RoleId| world.roles[role.0].context == context;
    let by_another = move |role: &RoleId| world.roles[role.0].includes.iter().any(&here);
    (0..world.roles.len())
        .map(RoleId)
        .filter(here)
        .filter(move |role| !by_another(role))
        .map(Who::Role)
}

/// Adds what a founder brings: founding, granting and revoking.
pub fn actions(world: &World<'_>, id: EntityId, actions: &mut Vec<Action>) {
    let entity = &world.entities[id.0];
    let (EntityKind::Tenant(context) | EntityKind::Grants(context)) = entity.kind else { return };
    let ContextKind::Tenant { founder: Some(founder), .. } = world.contexts[context.0].kind else {
        return;
    };
    let mut add = |name: &str, kind: ActionKind, by: Who, accept: Vec<FieldId>| {
        let declared = world.drafts[id.0].declared;
        if declared.is_some_and(|declared| declared.actions.get(name).is_some()) {
            return;
        }
        actions.push(Action {
            name: name.to_owned(),
            summary: String::new(),
            kind,
            by: vec![by],
            accept,
            input: Vec::new(),
            from: Vec::new(),
            to: None,
            require: Vec::new(),
            timer: None,
            because: false,
            idempotency: None,
            step_up: None,
            approval: None,
            steps: Vec::new(),
            returns: None,
        });
    };
    if let EntityKind::Tenant(_) = entity.kind {
        let given = entity
            .fields
            .iter()
            .enumerate()
            .filter(|(_, field)| field.origin == Origin::Declared && field.default.is_none());
        add("found", ActionKind::Found, Who::User, given.map(|(at, _)| FieldId(at)).collect());
    } else {
        let given = entity.fields.iter().enumerate().filter(|(_, field)| {
            field.origin == Origin::Implied && matches!(field.name.as_str(), "user" | "role")
        });
        let leader = Who::Role(founder);
        add("grant", ActionKind::Grant, leader, given.map(|(at, _)| FieldId(at)).collect());
        add("revoke", ActionKind::Revoke, leader, Vec::new());
    }
}
