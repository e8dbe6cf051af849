//! The columns of an entity: implied ones first, then as declared.

use heck::ToSnakeCase;

use super::draft::{ScopeDraft, World};
use super::{copies, defaults, types, unknown};
use crate::diagnostics::{Diagnostic, Diagnostics, codes};
use crate::model::{
    Default, Entity, EntityId, EntityKind, Field, FieldId, Origin, Provision, Scope, Type,
};
use crate::syntax;

pub struct Columns {
    pub scope: Scope,
    pub fields: Vec<Field>,
}

pub fn fields(
    world: &World<'_>,
    id: EntityId,
    done: &[Option<Entity>],
    out: &mut Diagnostics,
) -> Columns {
    let mut fields = Vec::new();
    let scope = world.scopes[id.0];
    if let Some(tenant) = scope.tenant() {
        fields.push(Field {
            frozen: true,
            ..implied(&world.drafts[tenant.0].name.to_snake_case(), Type::Ref(tenant))
        });
    }
    identity_fields(world, id, &mut fields);
    let copies = match scope {
        ScopeDraft::Through { parent, .. } => copied(&done[parent.0], &mut fields),
        _ => Vec::new(),
    };
    let first = fields.len();
    let declared = world.drafts[id.0].declared;
    for (name, field) in declared.into_iter().flat_map(|declared| declared.fields.iter()) {
        let mut field = self::declared(world, name, field, out);
        field.frozen |= world.drafts[id.0].append_only();
        let effective = world.drafts[id.0].effective();
        field.frozen |= effective.is_some_and(|effective| effective.during.value != name.value);
        fields.push(field);
    }
    for field in default_fields(world, id) {
        if !fields.iter().any(|other| other.name == field.name) {
            fields.push(field);
        }
    }
    let deleted_at = super::deletion::field(&world.drafts[id.0]);
    fields
        .extend(deleted_at.map(|name| Field { optional: true, ..implied(name, Type::Timestamp) }));
    fields.extend(super::totals::fields(world, id));
    fields.extend(super::numbers::field(world, id));
    fields.extend(super::picks::fields(world, id));
    let column = FieldId(0);
    let scope = match scope {
        ScopeDraft::Platform => Scope::Platform,
        ScopeDraft::Tenant(tenant) => Scope::Tenant { tenant, column },
        ScopeDraft::Through { tenant, .. } => {
            let through = through_name(world, id)
                .and_then(|name| fields.iter().skip(first).position(|field| field.name == name));
            match through {
                Some(at) => {
                    let through = FieldId(first + at);
                    bind(&mut fields, through, &copies);
                    must_be_there(&fields[through.0], &world.drafts[id.0], out);
                    Scope::Through { tenant, column, through }
                }
                None => Scope::Tenant { tenant, column },
            }
        }
    };
    Columns { scope, fields }
}

fn implied(name: &str, ty: Type) -> Field {
    Field {
        name: name.to_owned(),
        summary: String::new(),
        personal: is_personal(&ty),
        ty,
        optional: false,
        default: None,
        frozen: false,
        taken: None,
        origin: Origin::Implied,
    }
}

/// Whether values of a type say something of a person, unless it is said otherwise.
fn is_personal(ty: &Type) -> bool {
    matches!(ty, Type::Email | Type::Phone)
}

/// What makes a grant one.
fn identity_fields(world: &World<'_>, id: EntityId, fields: &mut Vec<Field>) {
    let EntityKind::Grants(context) = world.drafts[id.0].kind else { return };
    let roles = world.roles.iter().filter(|role| role.context == context);
    let roles: Vec<String> = roles.map(|role| role.name.clone()).collect();
    fields.push(Field { frozen: true, ..implied("user", Type::Ref(world.user())) });
    fields.push(implied("role", Type::OneOf(roles)));
    fields.push(Field { optional: true, ..implied("revoked_at", Type::Timestamp) });
}

/// What `identity` gives an entity that does not declare it.
fn default_fields(world: &World<'_>, id: EntityId) -> Vec<Field> {
    let draft = &world.drafts[id.0];
    let plain = |name: &str, ty: Type| Field { origin: Origin::Declared, ..implied(name, ty) };
    match draft.kind {
        EntityKind::User => {
            let filled = super::identity::filled_from_token(world.document);
            let email = filled.iter().any(|(field, _)| *field == "email");
            email
                .then(|| Field { optional: true, ..plain("email", Type::Email) })
                .into_iter()
                .collect()
        }
        EntityKind::Tenant(_) if draft.declared.is_none_or(|one| one.fields.is_empty()) => {
            vec![plain("name", Type::Text { min: 1, max: 120 })]
        }
        _ => Vec::new(),
    }
}

/// The parent's frozen party columns, once each. Gives their places in the parent.
fn copied(parent: &Option<Entity>, fields: &mut Vec<Field>) -> Vec<(usize, FieldId)> {
    let Some(parent) = parent else { return Vec::new() };
    let mut copies: Vec<(usize, FieldId)> = Vec::new();
    for column in parent.parties.iter().filter_map(|party| party.column) {
        let field = &parent.fields[column.0];
        if !field.frozen
            || field.is_frozen_later()
            || copies.iter().any(|(_, other)| *other == column)
        {
            continue;
        }
        copies.push((fields.len(), column));
        fields.push(Field {
            summary: field.summary.clone(),
            optional: field.optional,
            frozen: true,
            personal: field.personal,
            ..implied(&field.name, field.ty.clone())
        });
    }
    copies
}

/// Ties the copies to the field through which they come.
fn bind(fields: &mut [Field], through: FieldId, copies: &[(usize, FieldId)]) {
    for (at, field) in copies {
        fields[*at].origin = Origin::Copied { through, field: *field };
    }
    fields[through.0].frozen = true;
}

fn through_name<'d>(world: &World<'d>, id: EntityId) -> Option<&'d str> {
    match &world.drafts[id.0].declared?.scope.as_ref()?.value {
        syntax::Scope::Through(name) => Some(name.as_str()),
        _ => None,
    }
}

fn must_be_there(field: &Field, draft: &super::draft::Draft<'_>, out: &mut Diagnostics) {
    if !field.optional {
        return;
    }
    let span = draft.declared.and_then(|declared| declared.fields.entry(&field.name));
    let span = span.map_or(draft.span, |(name, _)| name.span);
    out.push(
        Diagnostic::new(
            codes::WRONG_SCOPE,
            span,
            format!("`{}` is optional, and the scope goes through it", field.name),
        )
        .reason("a row without it would be nobody's")
        .next("remove `optional`"),
    );
}

fn declared(
    world: &World<'_>,
    name: &syntax::Name,
    field: &syntax::Field,
    out: &mut Diagnostics,
) -> Field {
    let ty = types::ty(world, field.ty.as_ref(), out);
    let default = match (&field.default, &ty) {
        // It has one: where it is wrong, or its type is, that is reported, and nothing follows from it.
        (Some(default), Some(ty)) => {
            defaults::default(world, default, ty, out).or(Some(Default::Now))
        }
        (Some(_), None) => Some(Default::Now),
        (None, _) => None,
    };
    let ty = ty.unwrap_or(types::BROKEN);
    Field {
        name: name.value.clone(),
        summary: unknown::summary(field.summary.as_ref()),
        personal: field.pii.unwrap_or_else(|| is_personal(&ty)),
        ty,
        // It is taken later, and absent until then.
        optional: field.optional || field.at.is_some(),
        default,
        frozen: field.frozen.is_some(),
        taken: copies::taken(field),
        origin: Origin::Declared,
    }
}

/// The fields that a new person's row takes from the token.
pub fn from_token(
    world: &World<'_>,
    user: EntityId,
    out: &mut Diagnostics,
) -> Vec<(FieldId, String)> {
    let entity = &world.entities[user.0];
    let mut filled = Vec::new();
    for (field, claim) in super::identity::filled_from_token(world.document) {
        let at = entity.fields.iter().position(|other| other.name == field);
        match at {
            Some(at) if types::is_text(&entity.fields[at].ty) => {
                filled.push((FieldId(at), claim.to_owned()));
            }
            Some(_) => {
                if let Some(name) = super::identity::from_name(world.document, field) {
                    let message = format!("`{field}` is no text, and a claim is");
                    let told = Diagnostic::new(codes::WRONG_KIND, name.span, message);
                    out.push(told.next("name a field of type `text`, `email` or another text"));
                }
            }
            None => {
                let name = super::identity::from_name(world.document, field);
                if let Some(name) = name {
                    let known = entity.fields.iter().map(|field| field.name.as_str());
                    let lost = world.drafts[user.0].incomplete();
                    unknown::unknown_in(out, name, "field", &entity.name, known, lost);
                }
            }
        }
    }
    let first_token = Provision::FirstToken(filled.clone());
    if super::identity::is_first_token(world.document) {
        must_be_filled(world, user, &first_token, out);
    }
    filled
}

fn must_be_filled(world: &World<'_>, user: EntityId, provision: &Provision, out: &mut Diagnostics) {
    let Provision::FirstToken(filled) = provision else { return };
    let entity = &world.entities[user.0];
    for (at, field) in entity.fields.iter().enumerate() {
        let given = filled.iter().any(|(id, _)| id.0 == at);
        if field.optional || (!given && field.default.is_some()) {
            continue;
        }
        let (message, next) = match given {
            true => ("must be there, and a token need not say it", "make it `optional`"),
            false => {
                ("must be there and nothing fills it", "make it `optional`, or give it a `default`")
            }
        };
        let declared = world.drafts[user.0].declared;
        let span =
            declared.and_then(|one| one.fields.entry(&field.name)).map(|(name, _)| name.span);
        out.push(
            Diagnostic::new(
                codes::NEVER_GIVEN,
                span.unwrap_or(world.drafts[user.0].span),
                format!("`{}` {message}", field.name),
            )
            .reason("a person's row is made at the first token, from its claims alone")
            .next(next),
        );
    }
}
