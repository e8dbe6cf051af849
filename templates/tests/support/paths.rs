//! Where `routes: standard` puts everything, worked out anew from its table.

use super::oracle::{NO_TENANT, Principal};
use super::spec::{Context, ContextKind, Door, DoorKind, Entity, EntityKind, Field, Type};
use super::value::Value;
use serde_json::{Value as Json, json};

pub fn prefix(context: &Context, tenant: Option<&str>) -> String {
    match context.kind {
        ContextKind::Anyone => "/v1".to_owned(),
        ContextKind::Person => "/v1/me".to_owned(),
        ContextKind::Tenant => format!("/v1/{}/{}", context.path, tenant.unwrap_or(NO_TENANT)),
        ContextKind::Staff => format!("/v1/{}", context.path),
    }
}

/// Whether the row is named by the path's beginning: the tenant's own, or the person's.
pub fn is_own(context: &Context, entity: &Entity) -> bool {
    let tenant =
        context.kind == ContextKind::Tenant && context.tenant.as_ref() == Some(&entity.name);
    tenant || context.kind == ContextKind::Person && entity.kind == EntityKind::User
}

pub fn collection(principal: &Principal<'_>, entity: &Entity) -> String {
    format!("{}/{}", prefix(principal.context, principal.tenant.as_deref()), entity.path)
}

pub fn row(principal: &Principal<'_>, entity: &Entity, id: &str) -> String {
    match is_own(principal.context, entity) {
        true => prefix(principal.context, principal.tenant.as_deref()),
        false => format!("{}/{id}", collection(principal, entity)),
    }
}

/// Method and path of an action.
pub fn action(
    principal: &Principal<'_>,
    entity: &Entity,
    door: &Door,
    id: &str,
) -> (&'static str, String) {
    match door.kind {
        DoorKind::Create | DoorKind::Found | DoorKind::Grant => {
            ("POST", collection(principal, entity))
        }
        DoorKind::Command => {
            let prefix = prefix(principal.context, principal.tenant.as_deref());
            ("POST", format!("{prefix}/{}", door.action.replace('_', "-")))
        }
        DoorKind::Change if door.action == "update" => ("PATCH", row(principal, entity, id)),
        DoorKind::Delete | DoorKind::Hide | DoorKind::Erase => ("DELETE", row(principal, entity, id)),
        DoorKind::Change | DoorKind::Revoke => {
            let action = door.action.replace('_', "-");
            ("POST", format!("{}/{action}", row(principal, entity, id)))
        }
    }
}

/// The name of a field's member in JSON.
pub fn member(name: &str, ty: &Type) -> String {
    match ty {
        Type::Duration => format!("{name}_seconds"),
        _ => name.to_owned(),
    }
}

pub fn put(body: &mut Json, field: &Field, value: &Value) {
    body[member(&field.name, &field.ty)] = value.json(&field.ty);
}

/// The body of a call.
pub fn body(entity: &Entity, door: &Door, call: &super::calls::Call<'_>) -> Json {
    let mut body = json!({});
    for name in &door.accept {
        if let Some(value) = call.values.get(name) {
            put(&mut body, entity.field(name), value);
        }
    }
    for input in &door.input {
        let value = call.inputs.get(&input.name).cloned().unwrap_or(Value::Null);
        body[member(&input.name, &input.ty)] = value.json(&input.ty);
    }
    if let Some(because) = &call.because {
        body["because"] = json!(because);
    }
    body
}
