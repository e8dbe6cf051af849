//! What a door is given, and how its body names it.

use super::calls::{Argument, Carries, SqlType};
use super::cx::{Cx, range_of};
use super::doors::ME;
use super::names::stored;
use super::{hooks, idempotency, types};
use crate::model::{Action, Door, EntityId, EntityKind, FieldId, Type, Who};

pub fn arguments(cx: &Cx<'_>, entity: EntityId, index: usize, door: &Door) -> Vec<Argument> {
    let it = &cx.model[entity];
    let action = &it.actions[index];
    let one = |name: &str, ty: SqlType, carries: Carries| Argument {
        name: format!("_{name}"),
        ty,
        carries,
    };
    let mut out = vec![one("assertion", SqlType::Bytea, Carries::Assertion)];
    if cx.model[door.context].tenant().is_some() {
        out.push(one("tenant", SqlType::Uuid, Carries::Tenant));
    }
    let change = action.kind.on_existing_row();
    if !(change && named_otherwise(cx, entity, door).is_some()) {
        out.push(one("id", SqlType::Uuid, Carries::Id));
    }
    if change {
        out.push(one("version", SqlType::Int, Carries::Version));
        if !action.accept.is_empty() {
            out.push(one("set", SqlType::TextArray, Carries::Set));
        }
    }
    let mut value = |name: String, ty: &Type, whole, from, until| match range_of(ty) {
        Some((_, end)) => {
            out.push(one(&format!("{name}_from"), end, from));
            out.push(one(&format!("{name}_until"), end, until));
        }
        None => out.push(one(&stored(&name, ty), types::passed(ty), whole)),
    };
    for id in accepted(action) {
        let field = &it.fields[id.0];
        let carries = (Carries::Field(id), Carries::From(id), Carries::Until(id));
        value(field.name.clone(), &field.ty, carries.0, carries.1, carries.2);
    }
    for (index, input) in action.input.iter().enumerate() {
        let name = format!("input_{}", input.name);
        let carries =
            (Carries::Input(index), Carries::InputFrom(index), Carries::InputUntil(index));
        value(name, &input.ty, carries.0, carries.1, carries.2);
    }
    if action.because {
        out.push(one("because", SqlType::Text, Carries::Because));
    }
    out.extend(idempotency::argument(action));
    if let Some(hook) = action.hook(cx.model) {
        out.push(one(&hooks::argument(hook), SqlType::Bytea, Carries::Gave));
    }
    out
}

/// Accepted fields, in the entity's order.
pub fn accepted(action: &Action) -> Vec<FieldId> {
    let mut all = action.accept.clone();
    all.sort();
    all
}

/// What names the row where no argument does: the tenant's own row, and the person's.
pub fn named_otherwise(cx: &Cx<'_>, entity: EntityId, door: &Door) -> Option<&'static str> {
    let it = &cx.model[entity];
    if it.kind == EntityKind::Tenant(door.context) {
        return Some("_tenant");
    }
    let me = |who: &Who| matches!(who, Who::Party(party) if it.parties[party.0].column.is_none());
    let own = it.kind == EntityKind::User && door.by.iter().all(me);
    own.then_some(ME)
}

/// A value as the arguments give it.
pub fn given(name: &str, ty: &Type, optional: bool, argument: impl Fn() -> String) -> String {
    let Some((range, _)) = range_of(ty) else { return argument() };
    let made = format!("{range}(_{name}_from, _{name}_until)");
    match optional {
        true => format!("CASE WHEN _{name}_from IS NOT NULL THEN {made} END"),
        false => made,
    }
}

/// Whether the two ends make no range.
pub fn range_is_wrong(name: &str, optional: bool) -> String {
    let (from, until) = (format!("_{name}_from"), format!("_{name}_until"));
    match optional {
        false => format!("({from} < {until}) IS NOT TRUE"),
        true => {
            format!("num_nulls({from}, {until}) < 2 AND ({from} < {until}) IS NOT TRUE")
        }
    }
}
