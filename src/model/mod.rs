//! The closed world that a blueprint describes: resolved, typed ids, nothing of YAML.
//!
//! Every index in here is valid: `resolve` builds a model only when there is no error.

pub mod access;
mod action;
mod approval;
mod deletion;
mod each;
mod effective;
mod entity;
mod erasure;
mod hook;
mod identity;
mod places;
mod quota;
mod service;
mod step_up;
mod timer;
mod types;

pub use action::{Action, ActionKind, Does, Door, Idempotency, Input, Required, Requirement, Step};
pub use approval::{Approval, Request};
pub use deletion::Deletion;
pub use each::{Each, MOST};
pub use effective::{Effective, Key, Pick};
pub use entity::{
    Adds, Asked, Copy, Default, Entity, EntityKind, Exclusion, Field, Number, Origin, Party,
    ReadGrant, Rule, Scope, Settled, State, StateGroup, States, Taken, Total, Unique, Who,
};
pub use erasure::{Erasure, Replacement};
pub use hook::{Hook, HookReads};
pub use identity::{Context, ContextKind, Identity, Provision, Role, Tokens};
pub use places::Places;
pub use quota::{Lowered, Per, Quota, is_fixed};
pub use service::{Currency, Service, Setting, SettingType, Source};
pub use step_up::StepUp;
pub use timer::{Due, Timer, is_in};
pub use types::Type;

use std::collections::BTreeMap;
use std::ops::Index;

use crate::expr::typed::Expr;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub usize);
    };
}
id!(/// An entity: index into [`Model::entities`], which is also its rank in the lock order.
    EntityId);
id!(/// An acting context: index into [`Model::contexts`].
    ContextId);
id!(/// A role: index into [`Model::roles`].
    RoleId);
id!(/// A field: index into its entity's `fields`.
    FieldId);
id!(/// A hook: index into [`Model::hooks`].
    HookId);
id!(/// A party: index into its entity's `parties`.
    PartyId);
id!(/// A state: index into its entity's `states.list`.
    StateId);

/// One blueprint, resolved.
#[derive(Debug, Clone)]
pub struct Model {
    pub service: Service,
    pub settings: Vec<Setting>,
    pub identity: Identity,
    /// `anyone` first, `self` second, then as declared.
    pub contexts: Vec<Context>,
    pub roles: Vec<Role>,
    /// Implied ones (user, tenants, grants) first where they are not declared, then as declared.
    pub entities: Vec<Entity>,
    /// Names that something had before, by the path that it has now.
    pub renames: BTreeMap<String, String>,
    /// Code written by hand.
    pub hooks: Vec<Hook>,
    /// Whether `routes: standard` is there; without it the service has no routes but its own.
    pub standard_routes: bool,
}

impl Model {
    /// The context of requests without a token.
    pub const ANYONE: ContextId = ContextId(0);
    /// The context in which a person acts as himself.
    pub const SELF: ContextId = ContextId(1);

    /// Every condition of every entity.
    pub fn expressions(&self) -> impl Iterator<Item = &Expr> {
        let entities = self.entities.iter().flat_map(|entity| {
            let rules = entity.rules.iter().map(|rule| &rule.holds);
            let keys = entity.uniques.iter().filter_map(|unique| unique.filter.as_ref());
            let apart = entity.exclusions.iter().filter_map(|one| one.filter.as_ref());
            let keys = keys.chain(apart);
            let counted = entity.totals.iter().filter_map(|total| total.filter.as_ref());
            let caps = entity.quotas.iter().map(|quota| &quota.cap);
            let windows = entity.quotas.iter().filter_map(|quota| quota.filter.as_ref());
            let keys = keys.chain(counted).chain(windows).chain(caps);
            let reads = entity.reads.iter().filter_map(|grant| grant.when.as_ref());
            let asked = entity.actions.iter().flat_map(|action| &action.require);
            let picks = entity.picks.iter().flat_map(Pick::expressions);
            let steps = entity.actions.iter().flat_map(|action| &action.steps);
            let asked = asked.map(|required| &required.holds);
            let timers = entity.actions.iter().filter_map(|action| action.timer.as_ref());
            let asked = asked.chain(timers.flat_map(Timer::expressions));
            let approvals = entity.actions.iter().filter_map(|action| action.approval.as_ref());
            let asked = asked.chain(approvals.filter_map(|approval| approval.when.as_ref()));
            rules
                .chain(picks)
                .chain(keys)
                .chain(reads)
                .chain(asked)
                .chain(steps.flat_map(Step::expressions))
        });
        let found = self.entities.iter().flat_map(|entity| &entity.actions);
        let found = found.flat_map(|action| &action.steps).filter_map(|step| match &step.does {
            Does::Each(each) => Some(&each.filter),
            _ => None,
        });
        let hooks = self.hooks.iter().flat_map(|hook| &hook.reads).map(|reads| &reads.filter);
        entities.chain(found).chain(hooks)
    }

    /// Every command, with the entity of the row that it returns.
    pub fn commands(&self) -> impl Iterator<Item = (EntityId, &Entity, &Action)> {
        self.entity_ids().flat_map(move |id| {
            let commands = self[id].actions.iter();
            let commands = commands.filter(|action| action.kind == ActionKind::Command);
            commands.map(move |action| (id, &self[id], action))
        })
    }

    pub fn entity_ids(&self) -> impl Iterator<Item = EntityId> + use<> {
        (0..self.entities.len()).map(EntityId)
    }

    pub fn context_ids(&self) -> impl Iterator<Item = ContextId> + use<> {
        (0..self.contexts.len()).map(ContextId)
    }

    pub fn entity_named(&self, name: &str) -> Option<EntityId> {
        self.entity_ids().find(|id| self[*id].name == name)
    }

    /// Roles of one context, in the order declared.
    pub fn roles_in(&self, context: ContextId) -> impl Iterator<Item = RoleId> + '_ {
        (0..self.roles.len()).map(RoleId).filter(move |id| self[*id].context == context)
    }

    /// Roles that stand for `role`: itself and all that include it.
    pub fn holders_of(&self, role: RoleId) -> impl Iterator<Item = RoleId> + '_ {
        (0..self.roles.len())
            .map(RoleId)
            .filter(move |id| *id == role || self[*id].includes.contains(&role))
    }

    /// The context in which `who` acts on `entity`.
    pub fn context_of(&self, entity: &Entity, who: Who) -> ContextId {
        match who {
            Who::Anyone => Self::ANYONE,
            Who::User => Self::SELF,
            Who::Role(role) => self[role].context,
            Who::Party(party) => entity.parties[party.0].context,
        }
    }

    /// The name by which a blueprint grants to `who`.
    pub fn name_of<'a>(&'a self, entity: &'a Entity, who: Who) -> &'a str {
        match who {
            Who::Anyone => "anyone",
            Who::User => "user",
            Who::Role(role) => &self[role].name,
            Who::Party(party) => &entity.parties[party.0].name,
        }
    }
}

impl Index<EntityId> for Model {
    type Output = Entity;
    fn index(&self, id: EntityId) -> &Entity {
        &self.entities[id.0]
    }
}

impl Index<ContextId> for Model {
    type Output = Context;
    fn index(&self, id: ContextId) -> &Context {
        &self.contexts[id.0]
    }
}

impl Index<HookId> for Model {
    type Output = Hook;
    fn index(&self, id: HookId) -> &Hook {
        &self.hooks[id.0]
    }
}

impl Index<RoleId> for Model {
    type Output = Role;
    fn index(&self, id: RoleId) -> &Role {
        &self.roles[id.0]
    }
}
