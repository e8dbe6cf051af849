//! What is known of the world while it is being resolved.

use std::collections::BTreeMap;
use std::ops::Deref;

use crate::model::{
    Context, ContextId, ContextKind, Entity, EntityId, EntityKind, Hook, Role, RoleId,
};
use crate::source::Span;
use crate::syntax::{self, Document, Scope};

/// An entity before its fields are known.
#[derive(Debug)]
pub struct Draft<'d> {
    pub name: &'d str,
    /// Where it is declared, else where it is named first.
    pub span: Span,
    pub kind: EntityKind,
    /// None: implied by `identity`.
    pub declared: Option<&'d syntax::Entity>,
}

impl Draft<'_> {
    /// Whether its rows are made and never changed.
    pub fn append_only(&self) -> bool {
        self.declared.is_some_and(|declared| declared.append_only.is_some())
    }

    /// Its rows hold for a time each.
    pub fn effective(&self) -> Option<&syntax::Effective> {
        self.declared?.effective.as_ref()
    }

    /// A name missed in it may be among what could not be read.
    pub fn incomplete(&self) -> bool {
        self.declared.is_some_and(|declared| declared.incomplete)
    }
}

/// All entities, also by name.
#[derive(Debug)]
pub struct Drafts<'d> {
    list: Vec<Draft<'d>>,
    by_name: BTreeMap<&'d str, EntityId>,
    pub user: EntityId,
}

impl<'d> Drafts<'d> {
    /// `slips` are names that are taken for those of others.
    pub fn new(list: Vec<Draft<'d>>, slips: impl Iterator<Item = (&'d str, &'d str)>) -> Self {
        let by_name = list.iter().enumerate().map(|(at, draft)| (draft.name, EntityId(at)));
        let mut by_name: BTreeMap<&str, EntityId> = by_name.collect();
        for (slip, meant) in slips {
            by_name.extend(by_name.get(meant).copied().map(|id| (slip, id)));
        }
        let user = list.iter().position(|draft| draft.kind == EntityKind::User);
        let user = EntityId(user.expect("there always is an entity of people"));
        Drafts { by_name, list, user }
    }

    pub fn find(&self, name: &str) -> Option<EntityId> {
        self.by_name.get(name).copied()
    }
}

impl<'d> Deref for Drafts<'d> {
    type Target = [Draft<'d>];
    fn deref(&self) -> &Self::Target {
        &self.list
    }
}

/// Whose rows an entity's are, before it has columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScopeDraft {
    Platform,
    Tenant(EntityId),
    Through { tenant: EntityId, parent: EntityId },
}

impl ScopeDraft {
    pub fn tenant(self) -> Option<EntityId> {
        match self {
            ScopeDraft::Platform => None,
            ScopeDraft::Tenant(tenant) | ScopeDraft::Through { tenant, .. } => Some(tenant),
        }
    }
}

/// Everything found so far. Drafts, scopes and entities have the same order.
pub struct World<'d> {
    pub document: &'d Document,
    pub drafts: Drafts<'d>,
    pub contexts: Vec<Context>,
    pub roles: Vec<Role>,
    pub scopes: Vec<ScopeDraft>,
    /// Empty until all have their fields.
    pub entities: Vec<Entity>,
    /// In the order declared; empty until all entities have their fields.
    pub hooks: Vec<Hook>,
}

impl World<'_> {
    pub fn context(&self, name: &str) -> Option<ContextId> {
        self.contexts.iter().position(|context| context.name == name).map(ContextId)
    }

    pub fn role(&self, name: &str) -> Option<RoleId> {
        self.roles.iter().position(|role| role.name == name).map(RoleId)
    }

    pub fn user(&self) -> EntityId {
        self.drafts.user
    }

    /// The tenant to whose rows a context is bound.
    pub fn tenant_of(&self, context: ContextId) -> Option<EntityId> {
        self.contexts[context.0].tenant()
    }

    /// The tenant whose data an entity's rows are: its own where it is a tenant.
    pub fn owner(&self, entity: EntityId) -> Option<EntityId> {
        match self.drafts[entity.0].kind {
            EntityKind::Tenant(_) => Some(entity),
            _ => self.scopes[entity.0].tenant(),
        }
    }

    /// Whether a name missed in an entity may be among what could not be read: in it, or in what its
    /// scope goes through, whose parties are its own.
    pub fn lost(&self, id: EntityId) -> bool {
        let mut at = id;
        // A circle of scopes is reported, and has no parent here.
        for _ in 0..self.drafts.len() {
            let draft = &self.drafts[at.0];
            let written = draft.declared.and_then(|declared| declared.scope.as_ref());
            let through = written.is_some_and(|scope| matches!(scope.value, Scope::Through(_)));
            match self.scopes[at.0] {
                _ if draft.incomplete() || self.pick_lost(at) => return true,
                ScopeDraft::Through { parent, .. } => at = parent,
                _ => return through,
            }
            if self.party_lost(at) {
                return true;
            }
        }
        false
    }

    /// Whether a field refers to an entity that is not there, which was reported.
    pub fn type_lost(&self, id: EntityId, field: &str) -> bool {
        let declared = self.drafts[id.0].declared.and_then(|declared| declared.fields.get(field));
        declared.and_then(|field| field.ty.as_ref()).is_none_or(|ty| match &ty.value {
            syntax::FieldType::Ref { entity, .. } => self.drafts.find(&entity.value).is_none(),
            _ => false,
        })
    }

    /// Whether a party that an entity declares was reported.
    pub fn party_lost(&self, id: EntityId) -> bool {
        let Some(declared) = self.drafts[id.0].declared else { return false };
        let found = &self.entities[id.0].parties;
        declared.parties.names().any(|name| !found.iter().any(|party| party.name == name))
    }

    /// A pick whose entity is not there has no column.
    fn pick_lost(&self, id: EntityId) -> bool {
        let Some(declared) = self.drafts[id.0].declared else { return false };
        let found = &self.entities[id.0].fields;
        declared.pick.names().any(|name| !found.iter().any(|field| field.name == name))
    }

    /// Whether there may be tenants that are not known, since what names them could not be read.
    pub fn tenants_lost(&self) -> bool {
        self.context_lost()
            || self.document.incomplete && !self.contexts.iter().any(|one| one.tenant().is_some())
    }

    /// Whether a role is of a context that is not there: so are a tenant and grants, perhaps.
    fn context_lost(&self) -> bool {
        let mut named = self.document.roles.iter().filter_map(|(_, role)| role.context.as_ref());
        named.any(|name| self.context(&name.value).is_none())
    }

    /// As `lost`, of a field: those of grants are there only where a context names them.
    pub fn field_lost(&self, id: EntityId, name: &str) -> bool {
        let of_grants = matches!(name, "user" | "role" | "revoked_at");
        (of_grants && (self.document.incomplete || self.context_lost())) || self.lost(id)
    }

    /// Whether everybody in `context` has `role`.
    pub fn held_by_all(&self, role: RoleId) -> bool {
        let context = self.roles[role.0].context;
        self.roles
            .iter()
            .enumerate()
            .filter(|(_, other)| other.context == context)
            .all(|(index, other)| index == role.0 || other.includes.contains(&role))
    }

    pub fn is_tenant_context(&self, context: ContextId) -> bool {
        matches!(self.contexts[context.0].kind, ContextKind::Tenant { .. })
    }
}
