//! An entity: what its rows hold, who reads them, and what always holds of them.

use super::{
    Action, ContextId, Deletion, Effective, EntityId, FieldId, PartyId, Pick, Quota, RoleId,
    StateId, Type,
};
use crate::expr::typed::{Expr, Literal};

/// Every entity also has `id`, `version`, `created_at`, `updated_at`, and `state` where it has states.
/// They stand in no list here and come with any read grant.
#[derive(Debug, Clone)]
pub struct Entity {
    /// PascalCase.
    pub name: String,
    /// snake_case plural, the name of its collection.
    pub plural: String,
    pub summary: String,
    pub kind: EntityKind,
    pub scope: Scope,
    /// Implied ones first (tenant, copied parties), then as declared.
    pub fields: Vec<Field>,
    pub states: Option<States>,
    /// Rows are made and never changed: there are no states, each field is frozen, and no action is on
    /// a row that is there.
    pub append_only: bool,
    /// Fields that never change once a row has come to a state.
    pub settled: Option<Settled>,
    pub number: Option<Number>,
    pub effective: Option<Effective>,
    pub picks: Vec<Pick>,
    pub deletion: Deletion,
    pub parties: Vec<Party>,
    pub uniques: Vec<Unique>,
    pub exclusions: Vec<Exclusion>,
    pub totals: Vec<Total>,
    pub quotas: Vec<Quota>,
    pub copies: Vec<Copy>,
    pub rules: Vec<Rule>,
    pub reads: Vec<ReadGrant>,
    pub actions: Vec<Action>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntityKind {
    Plain,
    /// People. Implied column `subject`: the token's subject, never read by anybody.
    User,
    /// The tenant of this context. Its own id is its anchor.
    Tenant(ContextId),
    /// Who holds which role in this context. Implied fields `user`, `role`, `revoked_at`, and the tenant.
    /// One row for a person (and tenant): a grant after a revocation revives it.
    Grants(ContextId),
}

impl EntityKind {
    /// Names of actions that do something by the name alone, and what that is. Any other changes a row that is there.
    pub fn words(self) -> &'static [(&'static str, &'static str)] {
        match self {
            EntityKind::Plain => &[("create", "makes a row")],
            EntityKind::Tenant(_) => &[("found", "makes a tenant and its first grant")],
            EntityKind::Grants(_) => {
                &[("grant", "gives a person a role"), ("revoke", "takes a person's role")]
            }
            EntityKind::User => &[],
        }
    }
}

/// Whose rows these are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Nobody's in particular.
    Platform,
    /// One tenant's; `column` refers to it, is set when the row is made and never changes.
    Tenant { tenant: EntityId, column: FieldId },
    /// As `Tenant`, where the tenant is that of the row which `through` refers to.
    Through { tenant: EntityId, column: FieldId, through: FieldId },
}

impl Scope {
    pub fn tenant(self) -> Option<(EntityId, FieldId)> {
        match self {
            Scope::Platform => None,
            Scope::Tenant { tenant, column } | Scope::Through { tenant, column, .. } => {
                Some((tenant, column))
            }
        }
    }
}

#[derive(Debug, Clone)]
pub struct Field {
    /// snake_case.
    pub name: String,
    pub summary: String,
    pub ty: Type,
    pub optional: bool,
    pub default: Option<Default>,
    /// Written once: when the row is made, or when it is taken.
    pub frozen: bool,
    /// Nobody gives it: it is taken then.
    pub taken: Option<Taken>,
    /// It says something of a person: the audit tells that it changed, and not to what.
    pub personal: bool,
    pub origin: Origin,
}

/// When a field takes its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taken {
    /// When the row is made.
    Made,
    /// At the action of this name. Until then it is absent.
    At(String),
}

/// Fields that stay from some states on.
#[derive(Debug, Clone)]
pub struct Settled {
    /// In the entity's order.
    pub fields: Vec<FieldId>,
    /// Those states, from which no action leads to another; the first of the entity is none of them.
    pub from: Vec<StateId>,
    /// The reference, which never changes, to the row whose states they are; none: its own.
    pub of: Option<FieldId>,
}

/// A number for each row, in the order in which rows got there, without gaps.
#[derive(Debug, Clone)]
pub struct Number {
    pub field: FieldId,
    /// Within which fields it counts, which never change; the tenant leads them, unless it counts across tenants.
    pub per: Vec<FieldId>,
    pub global: bool,
    /// The state to which a row comes that gets it; none: it gets it when it is made.
    pub to: Option<StateId>,
}

/// What a field takes, once: the steps of the actions that take it say it too.
#[derive(Debug, Clone)]
pub struct Copy {
    pub field: FieldId,
    pub value: Expr,
}

impl Origin {
    /// Whether the database alone writes it.
    pub fn is_kept(self) -> bool {
        matches!(self, Origin::Total | Origin::Number | Origin::Picked)
    }
}

impl Field {
    /// Whether it is written after the row was made, and never again.
    pub fn is_frozen_later(&self) -> bool {
        self.frozen && matches!(self.taken, Some(Taken::At(_)))
    }
}

#[derive(Debug, Clone, PartialEq)]
pub enum Default {
    Value(Literal),
    Now,
    /// The person who makes the row.
    Actor,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    Declared,
    /// By `identity` or `scope`.
    Implied,
    /// A frozen party column of the parent, kept equal to it by a composite foreign key.
    Copied {
        through: FieldId,
        field: FieldId,
    },
    /// Kept by the database as children change, and written by nobody; [`Entity::totals`] says of what.
    Total,
    /// Given by the database, and written by nobody; [`Entity::number`] says when.
    Number,
    /// Found by the database, and written by nobody; [`Entity::picks`] says when and how.
    Picked,
}

#[derive(Debug, Clone)]
pub struct States {
    /// The first is the start.
    pub list: Vec<State>,
    pub groups: Vec<StateGroup>,
}

#[derive(Debug, Clone)]
pub struct State {
    pub name: String,
}

#[derive(Debug, Clone)]
pub struct StateGroup {
    pub name: String,
    pub states: Vec<StateId>,
}

/// A role that a person has on a row because a column of it names him.
#[derive(Debug, Clone)]
pub struct Party {
    pub name: String,
    /// The column that holds the person's id; none: the row is the person.
    pub column: Option<FieldId>,
    pub context: ContextId,
}

/// To whom something is granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Who {
    /// Also without a token.
    Anyone,
    /// Any signed-in person, in `self`.
    User,
    Role(RoleId),
    Party(PartyId),
}

#[derive(Debug, Clone)]
pub struct ReadGrant {
    /// `entities.Task.read.member`; numbered from 1 where somebody has several.
    pub path: String,
    pub who: Who,
    /// In the entity's order. `all` is written out.
    pub fields: Vec<FieldId>,
    /// Only rows of which this holds; own columns only.
    pub when: Option<Expr>,
}

#[derive(Debug, Clone)]
pub struct Unique {
    pub name: String,
    /// Without the tenant, which leads it unless it is global.
    pub fields: Vec<FieldId>,
    pub filter: Option<Expr>,
    /// Why a clash with another tenant's row may be seen.
    pub global: Option<String>,
}

/// No two rows of which `filter` holds and whose `same` are equal overlap in a range.
#[derive(Debug, Clone)]
pub struct Exclusion {
    pub name: String,
    /// Without the tenant, which leads them. Of those that are optional the filter says that they
    /// are there, as of the range.
    pub same: Vec<FieldId>,
    /// A range.
    pub overlapping: FieldId,
    pub filter: Option<Expr>,
}

impl Exclusion {
    /// Where it stands in its entity.
    pub fn part(&self, of: &Entity) -> String {
        match of.effective {
            Some(_) if self.name == Effective::NAME => self.name.clone(),
            _ => format!("exclude.{}", self.name),
        }
    }
}

/// What the rows of another entity that refer to this one add up to.
#[derive(Debug, Clone)]
pub struct Total {
    /// The field that holds it, of the row that is referred to.
    pub field: FieldId,
    pub child: EntityId,
    /// The child's reference to this row.
    pub by: FieldId,
    pub adds: Adds,
    /// Only children of which this holds count; their own columns only.
    pub filter: Option<Expr>,
}

/// What is made of the children. A field that is read is there in each child that counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Adds {
    Sum(FieldId),
    Count,
    /// Absent where no child counts.
    Max(FieldId),
}

impl Adds {
    /// The field of the child that is read.
    pub fn field(self) -> Option<FieldId> {
        match self {
            Adds::Sum(field) | Adds::Max(field) => Some(field),
            Adds::Count => None,
        }
    }
}

/// A condition that always holds of a row.
#[derive(Debug, Clone)]
pub struct Rule {
    pub name: String,
    pub holds: Expr,
    pub asked: Asked,
    /// Whether the refusal says that more is to be had for money: 402.
    pub paid: bool,
}

/// When a rule is asked, and of what.
#[derive(Debug, Clone, PartialEq)]
pub enum Asked {
    /// Of each row, as it is written.
    Always,
    /// Of each row, when the transaction that has written it ends.
    AtCommit,
    /// Of a row that is made, and of one in which this has grown.
    Growth(Expr),
}
