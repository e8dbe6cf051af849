//! Roles that come from the row.

use super::draft::World;
use super::unknown::{unknown, unknown_in};
use crate::diagnostics::{Diagnostic, Diagnostics, codes};
use crate::model::{
    ContextId, ContextKind, Entity, EntityId, EntityKind, FieldId, Model, Origin, Party, Scope,
    Type,
};
use crate::syntax;

/// The implied one of its kind, those of the parent, then those declared.
pub fn parties(
    world: &World<'_>,
    id: EntityId,
    entity: &mut Entity,
    done: &[Option<Entity>],
    out: &mut Diagnostics,
) {
    let mut parties = implied(entity);
    if let Scope::Through { through, .. } = entity.scope {
        let parent = match entity.fields[through.0].ty {
            Type::Ref(parent) => done[parent.0].as_ref(),
            _ => None,
        };
        parties.extend(parent.into_iter().flat_map(|parent| inherited(entity, parent)));
    }
    let declared = world.drafts[id.0].declared;
    for (name, party) in declared.into_iter().flat_map(|declared| declared.parties.iter()) {
        unique(world, name, &parties, out);
        let context = context(world, entity, name, party, out);
        let column = column(world, entity, name, party, world.drafts[id.0].incomplete(), out);
        if let (Some(context), Some(column)) = (context, column) {
            parties.push(Party { name: name.value.clone(), column: Some(column), context });
        }
    }
    entity.parties = parties;
}

fn implied(entity: &Entity) -> Vec<Party> {
    match entity.kind {
        EntityKind::User => vec![Party { name: "me".into(), column: None, context: Model::SELF }],
        EntityKind::Grants(_) => {
            let user = entity
                .fields
                .iter()
                .position(|field| field.name == "user" && field.origin == Origin::Implied);
            vec![Party { name: "holder".into(), column: user.map(FieldId), context: Model::SELF }]
        }
        EntityKind::Plain | EntityKind::Tenant(_) => Vec::new(),
    }
}

/// The parent's parties whose column was copied.
fn inherited(entity: &Entity, parent: &Entity) -> Vec<Party> {
    let copy = |column: FieldId| {
        let at = entity.fields.iter().position(
            |field| matches!(field.origin, Origin::Copied { field, .. } if field == column),
        );
        at.map(FieldId)
    };
    let parties = parent.parties.iter().filter_map(|party| {
        let column = copy(party.column?)?;
        Some(Party { name: party.name.clone(), column: Some(column), context: party.context })
    });
    parties.collect()
}

fn unique(world: &World<'_>, name: &syntax::Name, parties: &[Party], out: &mut Diagnostics) {
    if matches!(name.as_str(), "anyone" | "user") {
        let message = format!("`{name}` is built in and cannot be a party");
        let told = Diagnostic::new(codes::RESERVED_NAME, name.span, message);
        out.push(told.next("name it otherwise"));
    } else if parties.iter().any(|party| party.name == name.value) {
        let message =
            format!("the party `{name}` is there already: it is implied, or comes from the parent");
        out.push(Diagnostic::new(codes::NAME_COLLISION, name.span, message).next("remove it"));
    } else if let Some((role, _)) = world.document.roles.entry(&name.value) {
        out.push(
            Diagnostic::new(
                codes::NAME_COLLISION,
                name.span,
                format!("`{name}` is a party and a role, and a grant could mean either"),
            )
            .also(role.span, "the role")
            .next("name one of them otherwise"),
        );
    }
}

fn context(
    world: &World<'_>,
    entity: &Entity,
    name: &syntax::Name,
    party: &syntax::Party,
    out: &mut Diagnostics,
) -> Option<ContextId> {
    let written = party.context.as_ref()?;
    let Some(context) = world.context(&written.value) else {
        let known = world.contexts.iter().map(|context| context.name.as_str());
        unknown(out, written, "context", known, world.document.incomplete);
        return None;
    };
    let fault = match world.contexts[context.0].kind {
        ContextKind::Anyone => Some("nobody is known in `anyone`".to_owned()),
        ContextKind::Tenant { tenant, .. } => {
            let own = entity.scope.tenant().map(|(tenant, _)| tenant);
            (own != Some(tenant))
                .then(|| format!("rows of `{}` are not of the tenant of `{written}`", entity.name))
        }
        ContextKind::Person | ContextKind::Staff { .. } => None,
    };
    match fault {
        None => Some(context),
        Some(reason) => {
            let message = format!("`{name}` cannot act in `{written}`");
            out.push(
                Diagnostic::new(codes::WRONG_KIND, written.span, message)
                    .reason(reason)
                    .next("write `in: self`"),
            );
            None
        }
    }
}

fn column(
    world: &World<'_>,
    entity: &Entity,
    name: &syntax::Name,
    party: &syntax::Party,
    incomplete: bool,
    out: &mut Diagnostics,
) -> Option<FieldId> {
    let field = party.user.as_ref().unwrap_or(name);
    let Some(at) = entity.fields.iter().position(|other| other.name == field.value) else {
        let known = entity.fields.iter().map(|field| field.name.as_str());
        unknown_in(out, field, "field", &entity.name, known, incomplete);
        return None;
    };
    match &entity.fields[at].ty {
        Type::UserIn(_) => Some(FieldId(at)),
        Type::Ref(target) if *target == world.user() => Some(FieldId(at)),
        Type::OneOf(names) if names.is_empty() => None,
        _ => {
            let user = world.drafts[world.user().0].name;
            out.push(
                Diagnostic::new(
                    codes::WRONG_KIND,
                    field.span,
                    format!("`{field}` names no person"),
                )
                .next(format!("a party is who stands in a field of type `ref {user}`")),
            );
            None
        }
    }
}
