//! What actions and commands do step by step.

use super::At;
use super::said::Said;
use crate::expr::typed::Expr;
use crate::model::{Action, Does, EntityId, FieldId, Model, Step};
use crate::phrase::phrase;

/// All commands.
pub fn all(model: &Model) -> Said {
    let each = model
        .commands()
        .map(|(_, entity, command)| format!("{}: makes a row of {}", command.name, entity.name));
    Said::section("command", each)
}

/// A command, and the entity to whose actions it belongs.
pub fn find(model: &Model, name: &str) -> Option<EntityId> {
    model.commands().find(|(_, _, command)| command.name == name).map(|(id, _, _)| id)
}

impl At<'_> {
    pub fn steps(self, action: &Action) -> Said {
        Said::section("do", action.steps.iter().map(|step| self.step(action, step)))
    }

    /// A row that a step makes.
    pub fn made(self, action: &Action, name: &str) -> Option<Said> {
        let step = action.steps.iter().find(|step| step.name.as_deref() == Some(name))?;
        let mut said = Said::new("row of a step");
        said.say("do", self.step(action, step));
        said.say("spoken of", format!("by later steps, as `{name}`"));
        Some(said)
    }

    /// What `action` gives to fields of an entity.
    fn with(self, action: &Action, id: EntityId, given: &[(FieldId, Expr)]) -> Vec<String> {
        let said = |of: &Expr| phrase(of, self.entity, Some(action));
        let name = |field: &FieldId| &self.model[id].fields[field.0].name;
        given.iter().map(|(field, value)| format!("{} = {}", name(field), said(value))).collect()
    }

    /// The action that a step runs, and what it gives it.
    fn run(
        self,
        action: &Action,
        entity: EntityId,
        at: usize,
        (accept, input): (&[(FieldId, Expr)], &[Option<Expr>]),
    ) -> (String, String) {
        let run = &self.model[entity].actions[at];
        let mut given = self.with(action, entity, accept);
        given.extend(run.input.iter().zip(input).filter_map(|(input, value)| {
            let value = phrase(value.as_ref()?, self.entity, Some(action));
            Some(format!("{} = {value}", input.name))
        }));
        let given = match given.as_slice() {
            [] => String::new(),
            given => format!(": {}", given.join(", ")),
        };
        (format!("{}.{}", self.model[entity].name, run.name), given)
    }

    fn step(self, action: &Action, step: &Step) -> String {
        let said = |of: &Expr| phrase(of, self.entity, Some(action));
        let with = |id: EntityId, given: &[(FieldId, Expr)]| self.with(action, id, given);
        let does = match &step.does {
            Does::Set(set) => format!("sets {}", with(self.id, set).join(", ")),
            Does::Create { entity, with: given } => {
                let given = with(*entity, given).join(", ");
                let name = &self.model[*entity].name;
                let does = match self.model[*entity].effective {
                    Some(_) => "ends what is in force and makes the next row",
                    None => "makes a row",
                };
                match &step.name {
                    Some(known) => format!("{does} of {name}, `{known}`: {given}"),
                    None => format!("{does} of {name}: {given}"),
                }
            }
            Does::Call { hook, with, .. } => {
                let hook = &self.model[*hook];
                let given = hook.input.iter().zip(with).filter_map(|(input, value)| {
                    Some(format!("{} = {}", input.name, said(value.as_ref()?)))
                });
                let given: Vec<String> = given.collect();
                let name = step.name.as_deref().unwrap_or_default();
                match given.as_slice() {
                    [] => format!("asks {}, for `{name}`", hook.path()),
                    given => format!("asks {}, for `{name}`: {}", hook.path(), given.join(", ")),
                }
            }
            Does::Run { entity, action: at, of, accept, input } => {
                let (target, given) = self.run(action, *entity, *at, (accept, input));
                format!("runs {target} of {}{given}", said(of))
            }
            Does::Each(each) => {
                let (target, given) =
                    self.run(action, each.entity, each.action, (&each.accept, &each.input));
                let found = phrase(&each.filter, &self.model[each.entity], Some(action));
                format!("runs {target} of each where {found}{given}")
            }
            Does::Agree { entity, action: at, of } => {
                let agreed = &self.model[*entity].actions[*at];
                let name = &self.model[*entity].name;
                format!("does {name}.{} of {}, as who asked for it", agreed.name, said(of))
            }
        };
        match &step.when {
            Some(when) => format!("where {}: {does}", said(when)),
            None => does,
        }
    }
}
