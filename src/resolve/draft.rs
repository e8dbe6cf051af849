//! What is known of the world while it is being resolved.

use crate::model::{Context, ContextId, ContextKind, Entity, EntityId, EntityKind, Role, RoleId};
use crate::source::Span;
use crate::syntax::{self, Document};

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
    /// A name missed in it may be among what could not be read.
    pub fn incomplete(&self) -> bool {
        self.declared.is_some_and(|declared| declared.incomplete)
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
    pub drafts: Vec<Draft<'d>>,
    pub contexts: Vec<Context>,
    pub roles: Vec<Role>,
    pub scopes: Vec<ScopeDraft>,
    /// Empty until all have their fields.
    pub entities: Vec<Entity>,
}

impl World<'_> {
    pub fn context(&self, name: &str) -> Option<ContextId> {
        self.contexts.iter().position(|context| context.name == name).map(ContextId)
    }

    pub fn role(&self, name: &str) -> Option<RoleId> {
        self.roles.iter().position(|role| role.name == name).map(RoleId)
    }

    pub fn user(&self) -> EntityId {
        let user = self.drafts.iter().position(|draft| draft.kind == EntityKind::User);
        EntityId(user.expect("there always is an entity of people"))
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

pub fn find(drafts: &[Draft<'_>], name: &str) -> Option<EntityId> {
    drafts.iter().position(|draft| draft.name == name).map(EntityId)
}
