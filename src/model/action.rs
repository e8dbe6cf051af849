//! Actions: the only ways in which rows come to be and change.

use super::{
    Approval, ContextId, Each, Entity, EntityId, FieldId, Hook, HookId, Model, StateId, Timer,
    Type, Who,
};
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
    /// When the clock does it, be there somebody who may besides or nobody.
    pub timer: Option<Timer>,
    /// Whether the caller must say why.
    pub because: bool,
    /// Whether a repeat is known by a key of the caller's.
    pub idempotency: Option<Idempotency>,
    /// Seconds since the person signed in, at most.
    pub step_up: Option<i64>,
    /// Whether a second person agrees first.
    pub approval: Option<Approval>,
    /// What else is done, in this order, in the same transaction.
    pub steps: Vec<Step>,
    /// Of a command: which step makes the row that the caller gets.
    pub returns: Option<usize>,
}

/// Who is known to repeat himself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Idempotency {
    /// Everybody: nothing is done without a key.
    Required,
    /// Whoever gives a key.
    Optional,
}

/// Something that an action does beside what it is.
#[derive(Debug, Clone)]
pub struct Step {
    /// Only then it is done.
    pub when: Option<Expr>,
    pub does: Does,
    /// By which later steps speak of the row that it makes.
    pub name: Option<String>,
}

#[derive(Debug, Clone)]
pub enum Does {
    /// Gives fields of the action's own row values, in the entity's order.
    Set(Vec<(FieldId, Expr)>),
    /// Makes a row of an entity from these fields, in its order.
    Create { entity: EntityId, with: Vec<(FieldId, Expr)> },
    /// Runs an action of the row that `of` names.
    Run {
        entity: EntityId,
        /// Index into the entity's `actions`.
        action: usize,
        of: Expr,
        /// Accepted fields that are given.
        accept: Vec<(FieldId, Expr)>,
        /// One for each input; none where an optional one is not given.
        input: Vec<Option<Expr>>,
    },
    /// Runs an action of each row that is found.
    Each(Each),
    /// Asks a hook.
    Call {
        hook: HookId,
        /// What it is given, in the order of its `input`.
        with: Vec<Option<Expr>>,
        /// By what names later steps speak of what it gives, behind the step's own, in the order of its `output`;
        /// none: by that alone.
        gives: Vec<Option<String>>,
    },
    /// Does the action that its own row is a request for, as whoever asked for it.
    Agree {
        entity: EntityId,
        /// Index into the entity's `actions`.
        action: usize,
        /// The reference to the row that it is about.
        of: Expr,
    },
}

impl Action {
    /// The step that asks a hook, by its place, and what the hook is given. What it gives comes after the
    /// action's `input`: the n-th of it is the input `input.len() + n`.
    pub fn call(&self) -> Option<(usize, HookId, &[Option<Expr>])> {
        self.steps.iter().enumerate().find_map(|(at, step)| match &step.does {
            Does::Call { hook, with, .. } => Some((at, *hook, with.as_slice())),
            _ => None,
        })
    }

    /// By what name its expressions speak of what is given to it, or what its hook gave.
    pub fn given(&self, input: usize) -> Option<String> {
        let gives = || {
            self.steps.iter().find_map(|step| match &step.does {
                Does::Call { gives, .. } => {
                    let name = step.name.as_deref().unwrap_or_default();
                    let own = gives.get(input - self.input.len())?;
                    Some(own.as_ref().map_or(name.to_owned(), |own| format!("{name}.{own}")))
                }
                _ => None,
            })
        };
        match self.input.get(input) {
            Some(input) => Some(format!("input.{}", input.name)),
            None => gives(),
        }
    }

    /// The hook that it asks.
    pub fn hook<'m>(&self, model: &'m Model) -> Option<&'m Hook> {
        self.call().map(|(_, hook, _)| &model[hook])
    }
}

impl Step {
    /// Every expression in it that is over the action's own row.
    pub fn expressions(&self) -> impl Iterator<Item = &Expr> {
        let mut all: Vec<&Expr> = self.when.iter().collect();
        match &self.does {
            Does::Set(given) | Does::Create { with: given, .. } => {
                all.extend(given.iter().map(|(_, value)| value));
            }
            Does::Call { with, .. } => all.extend(with.iter().flatten()),
            Does::Agree { of, .. } => all.push(of),
            Does::Each(Each { accept, input, .. }) => {
                all.extend(accept.iter().map(|(_, value)| value));
                all.extend(input.iter().flatten());
            }
            Does::Run { of, accept, input, .. } => {
                all.push(of);
                all.extend(accept.iter().map(|(_, value)| value));
                all.extend(input.iter().flatten());
            }
        }
        all.into_iter()
    }
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
    /// Takes one row away, as the entity's `deletion` says.
    Delete,
    /// Does its steps, of which one makes a row of the entity.
    Command,
}

impl ActionKind {
    /// Whether it acts on a row that is there, and so names its version.
    pub fn on_existing_row(self) -> bool {
        matches!(self, ActionKind::Change | ActionKind::Revoke | ActionKind::Delete)
    }
}

#[derive(Debug, Clone)]
pub struct Input {
    pub name: String,
    pub summary: String,
    pub ty: Type,
    pub optional: bool,
}

/// A condition at the moment of the action.
#[derive(Debug, Clone)]
pub struct Requirement {
    pub asked: Required,
    pub holds: Expr,
}

/// Where a requirement stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Required {
    /// Under `require`, by this name.
    Named(String),
    /// `before`: that it is not too late.
    Before,
}

impl Requirement {
    /// `require.in_time`, `before`: what a refusal names, of the action.
    pub fn part(&self) -> String {
        match &self.asked {
            Required::Named(name) => format!("require.{name}"),
            Required::Before => "before".to_owned(),
        }
    }

    /// Its name, or the word by which it is asked.
    pub fn name(&self) -> &str {
        match &self.asked {
            Required::Named(name) => name,
            Required::Before => "before",
        }
    }
}

/// The one way in which an action is run in one context.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Door {
    pub context: ContextId,
    /// Any of these suffices.
    pub by: Vec<Who>,
}

impl Action {
    /// `entities.Task.actions.finish`, `commands.book`.
    pub fn path(&self, entity: &Entity) -> String {
        match self.kind {
            ActionKind::Command => format!("commands.{}", self.name),
            _ => format!("entities.{}.actions.{}", entity.name, self.name),
        }
    }

    /// What its steps give to fields of its own row.
    pub fn sets(&self) -> impl Iterator<Item = (&Step, FieldId, &Expr)> {
        self.steps.iter().flat_map(|step| {
            let set: &[(FieldId, Expr)] = match &step.does {
                Does::Set(set) => set,
                _ => &[],
            };
            set.iter().map(move |(field, value)| (step, *field, value))
        })
    }

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
