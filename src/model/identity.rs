//! Who people are, in what they act, and as what.

use super::{ContextId, EntityId, FieldId, RoleId, Source};

#[derive(Debug, Clone)]
pub struct Identity {
    pub user: EntityId,
    pub provision: Provision,
    pub tokens: Tokens,
}

/// How a person's row comes to be.
#[derive(Debug, Clone)]
pub enum Provision {
    /// Made at the first valid token: the user's field and the claim that fills it.
    FirstToken(Vec<(FieldId, String)>),
    /// Made by the operator; a token without a row is refused.
    Invited,
}

/// What a token must be (RFC 8725).
#[derive(Debug, Clone)]
pub struct Tokens {
    pub issuer: Source,
    pub audience: Source,
    /// Names of RFC 7518, asymmetric ones only.
    pub algorithms: Vec<String>,
    /// The claim that names the person.
    pub subject: String,
}

/// In what a request acts; exactly one per request.
#[derive(Debug, Clone)]
pub struct Context {
    pub name: String,
    pub summary: String,
    pub kind: ContextKind,
    /// First segment of its routes; empty for `anyone`.
    pub path: String,
    /// Seconds since the person signed in, at most, for whatever changes something in it.
    pub step_up: Option<i64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContextKind {
    Anyone,
    Person,
    /// Within one row of `tenant`, by an unrevoked row of `grants`.
    Tenant {
        tenant: EntityId,
        grants: EntityId,
        founder: Option<RoleId>,
    },
    /// Over all tenants, by an unrevoked row of `grants`.
    Staff {
        grants: EntityId,
    },
}

impl Context {
    pub fn tenant(&self) -> Option<EntityId> {
        match self.kind {
            ContextKind::Tenant { tenant, .. } => Some(tenant),
            _ => None,
        }
    }

    pub fn grants(&self) -> Option<EntityId> {
        match self.kind {
            ContextKind::Tenant { grants, .. } | ContextKind::Staff { grants } => Some(grants),
            _ => None,
        }
    }
}

#[derive(Debug, Clone)]
pub struct Role {
    pub name: String,
    pub summary: String,
    pub context: ContextId,
    /// Transitive, in order.
    pub includes: Vec<RoleId>,
}
