//! Actions: the only ways in which rows come to be and change.

use super::{ContextId, Entity, FieldId, Model, StateId, Type, Who};
use crate::expr::typed::Expr;

#[derive(Debug, Clone)]
pub struct Action {
    /// snake_case.
    pub name: String,
    pub summary: String,
    pub kind: ActionKind,
    pub by: Vec<Who>,
    /// Fields that the caller gives. On `create`, one that is neither optional nor has a default is required.
    pub accept: Vec<FieldId>,
    /// What the caller gives that is not a field.
    pub input: Vec<Input>,
    /// Legal only in these states; empty: in any, or the entity has none.
    pub from: Vec<StateId>,
    /// The state afterwards, where it moves.
    pub to: Option<StateId>,
    pub require: Vec<Requirement>,
    /// Whether the caller must say why.
    pub because: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActionKind {
    /// Makes a row.
    Create,
    /// Makes a tenant and its first grant, with the founder's role, for the person who acts.
    Found,
    /// Gives a person a role in the context: makes the row or revives it. Accepts `user` and `role`.
    Grant,
    /// Changes one row: fields, state, or both.
    Change,
    /// Sets `revoked_at` on a grant.
    Revoke,
}

impl ActionKind {
    /// Whether it acts on a row that is there, and so names its version.
    pub fn on_existing_row(self) -> bool {
        matches!(self, ActionKind::Change | ActionKind::Revoke)
    }
}

#[derive(Debug, Clone)]
pub struct Input {
    pub name: String,
    pub summary: String,
    pub ty: Type,
    pub optional: bool,
}

/// A named condition at the moment of the action.
#[derive(Debug, Clone)]
pub struct Requirement {
    pub name: String,
    pub holds: Expr,
}

/// The one way in which an action is run in one context.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Door {
    pub context: ContextId,
    /// Any of these suffices.
    pub by: Vec<Who>,
}

impl Action {
    /// One door per context in which somebody may run it, in the order of the contexts.
    pub fn doors(&self, model: &Model, entity: &Entity) -> Vec<Door> {
        model
            .context_ids()
            .filter_map(|context| {
                let by: Vec<Who> = self
                    .by
                    .iter()
                    .copied()
                    .filter(|who| model.context_of(entity, *who) == context)
                    .collect();
                (!by.is_empty()).then_some(Door { context, by })
            })
            .collect()
    }
}
