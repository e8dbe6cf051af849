//! From which declaration a name of one entity comes: its own, or that of the row that its scope goes through.

use crate::syntax::{Document, Entity, FieldType, Scope};

/// An entity as it was declared, and the one through which its scope goes.
pub fn parent<'d>(document: &'d Document, entity: &Entity) -> Option<(&'d str, &'d Entity)> {
    let Scope::Through(through) = &entity.scope.as_ref()?.value else { return None };
    let field = entity.fields.get(&through.value)?;
    let FieldType::Ref { entity: target, within: None } = &field.ty.as_ref()?.value else {
        return None;
    };
    let (name, parent) = document.entities.entry(&target.value)?;
    Some((name.as_str(), parent))
}

/// The tenant whose rows an entity's are, by name.
pub fn tenant<'d>(
    document: &'d Document,
    name: &str,
    entity: Option<&'d Entity>,
) -> Option<&'d str> {
    let mut entity = entity;
    // A circle is a mistake, and told elsewhere.
    for _ in 0..=document.entities.len() {
        let Some(this) = entity else { break };
        match this.scope.as_ref().map(|scope| &scope.value) {
            Some(Scope::Platform) => return None,
            Some(Scope::Tenant(tenant)) => return Some(tenant.as_str()),
            Some(Scope::Through(_)) => entity = Some(parent(document, this)?.1),
            None => break,
        }
    }
    implied_tenant(document, name)
}

/// Of an entity that does not say: of its context where it is a grant, else the only tenant that there is.
fn implied_tenant<'d>(document: &'d Document, name: &str) -> Option<&'d str> {
    let contexts = || document.identity.contexts.iter().map(|(_, context)| context);
    let is = |of: &Option<crate::syntax::Name>| of.as_ref().is_some_and(|one| one.value == name);
    for context in contexts() {
        if is(&context.grants) {
            return context.tenant.as_ref().map(|tenant| tenant.as_str());
        }
        if is(&context.tenant) {
            return None;
        }
    }
    let user = document.identity.user.name();
    if name == user {
        return None;
    }
    let mut tenants = contexts().filter_map(|context| context.tenant.as_ref());
    match (tenants.next(), tenants.next()) {
        (Some(only), None) => Some(only.as_str()),
        _ => None,
    }
}
