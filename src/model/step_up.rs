//! How lately whoever does something must have signed in (RFC 9470).

use super::{Action, ContextId, Does, Each, Entity, Model};

/// What a door asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepUp {
    /// Since the person signed in, at most.
    pub seconds: i64,
    /// Of the word that asks it: `identity.contexts.staff.step_up`.
    pub path: String,
    /// Whether it is asked of all that is done in the context.
    pub of_context: bool,
}

impl Model {
    /// The shortest of what the context asks, the action, and those that its steps run: what is done for
    /// somebody else asks no less than when it is done alone.
    pub fn step_up(&self, entity: &Entity, action: &Action, context: ContextId) -> Option<StepUp> {
        let it = &self[context];
        let asked = it.step_up.map(|seconds| StepUp {
            seconds,
            path: format!("identity.contexts.{}.step_up", it.name),
            of_context: true,
        });
        let mut all: Vec<StepUp> = asked.into_iter().collect();
        self.own_step_ups(entity, action, &mut all);
        // Of two that are as long the first is kept.
        all.into_iter().min_by_key(|one| one.seconds)
    }

    fn own_step_ups(&self, entity: &Entity, action: &Action, all: &mut Vec<StepUp>) {
        all.extend(action.step_up.map(|seconds| StepUp {
            seconds,
            path: format!("{}.step_up", action.path(entity)),
            of_context: false,
        }));
        for step in &action.steps {
            if let Does::Run { entity, action, .. }
            | Does::Each(Each { entity, action, .. })
            | Does::Agree { entity, action, .. } = step.does
            {
                let entity = &self[entity];
                self.own_step_ups(entity, &entity.actions[action], all);
            }
        }
    }

    /// Whether any door asks it.
    pub fn asks_step_up(&self) -> bool {
        self.contexts.iter().any(|it| it.step_up.is_some())
            || self.entities.iter().any(|it| it.actions.iter().any(|one| one.step_up.is_some()))
    }
}
