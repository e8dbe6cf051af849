//! Who sees which fields of which rows in one context: the shape that policies, column grants,
//! facet views, responses and tests share.

use std::collections::BTreeMap;

use super::{ContextId, Entity, EntityId, FieldId, Model, Origin, ReadGrant, RoleId, Who};

/// What one context may read of one entity.
#[derive(Debug, Clone)]
pub struct Access<'m> {
    pub context: ContextId,
    /// Grants that hold in the context, in the order declared; a row is visible through any of them.
    pub grants: Vec<&'m ReadGrant>,
    /// Fields that every grant gives: the columns granted on the table itself.
    pub base: Vec<FieldId>,
    /// Fields that only some grants give, each set behind a view of its own.
    pub facets: Vec<Facet>,
}

/// Fields that the same grants give.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facet {
    pub fields: Vec<FieldId>,
    /// Indices into [`Access::grants`].
    pub grants: Vec<usize>,
}

impl Access<'_> {
    /// Whether somebody is shown totals, which change while the row's version stays.
    pub fn shows_totals(&self, entity: &Entity) -> bool {
        let total = |field: &FieldId| entity.fields[field.0].origin == Origin::Total;
        self.base.iter().chain(self.facets.iter().flat_map(|facet| &facet.fields)).any(total)
    }
}

impl Model {
    /// None where nobody reads the entity in the context: no policy, no grant, no route.
    pub fn access(&self, entity: EntityId, context: ContextId) -> Option<Access<'_>> {
        let entity: &Entity = &self[entity];
        let grants: Vec<&ReadGrant> = entity
            .reads
            .iter()
            .filter(|grant| self.context_of(entity, grant.who) == context)
            .collect();
        if grants.is_empty() {
            return None;
        }
        let mut base = Vec::new();
        let mut facets: Vec<Facet> = Vec::new();
        let mut by_givers: BTreeMap<Vec<usize>, usize> = BTreeMap::new();
        for field in (0..entity.fields.len()).map(FieldId) {
            let gives = |index: &usize| grants[*index].fields.binary_search(&field).is_ok();
            let givers: Vec<usize> = (0..grants.len()).filter(gives).collect();
            if givers.len() == grants.len() {
                base.push(field);
            } else if let Some(facet) = by_givers.get(&givers) {
                facets[*facet].fields.push(field);
            } else if !givers.is_empty() {
                by_givers.insert(givers.clone(), facets.len());
                facets.push(Facet { fields: vec![field], grants: givers });
            }
        }
        Some(Access { context, grants, base, facets })
    }

    /// Whether somebody reads the entity in the context.
    pub fn is_read_in(&self, entity: &Entity, context: ContextId) -> bool {
        entity.reads.iter().any(|grant| self.context_of(entity, grant.who) == context)
    }

    /// Whether whoever is `one` on a row of the entity is `other` on it as well, always: what is
    /// granted to `other` is his too.
    pub fn implies(&self, entity: &Entity, one: Who, other: Who) -> bool {
        if one == other {
            return true;
        }
        let context = self.context_of(entity, one);
        if context != self.context_of(entity, other) {
            return false;
        }
        match (one, other) {
            (_, Who::User) => true,
            (Who::Role(one), Who::Role(other)) => {
                self.includes(one, other) || self.held_by_all(other)
            }
            (_, Who::Role(other)) => self.held_by_all(other),
            _ => false,
        }
    }

    /// Whether everybody in the role's context has it.
    fn held_by_all(&self, role: RoleId) -> bool {
        self.roles_in(self[role].context).all(|one| one == role || self.includes(one, role))
    }

    fn includes(&self, one: RoleId, other: RoleId) -> bool {
        self[one].includes.binary_search(&other).is_ok()
    }
}
