//! Steps that run actions of rows that are there: of the one that a reference names, or of each that is found.

use super::steps::{StepScope, Steps};
use super::unknown::unknown_in;
use super::{entities, takes};
use crate::expr::typed::{Expr, Ty};
use crate::model::{Action, ActionKind, Does, EntityId, FieldId};
use crate::syntax::{self, Name};

/// An action of an entity that a step may run.
#[derive(Clone, Copy)]
pub struct Target {
    pub entity: EntityId,
    /// Index into the entity's `actions`.
    pub action: usize,
}

/// What it is given: accepted fields, and one for each input.
pub type Given = (Vec<(FieldId, Expr)>, Vec<Option<Expr>>);

impl Steps<'_, '_> {
    pub fn runs(
        &mut self,
        names: &(Name, Name),
        step: &syntax::Step,
        scope: &StepScope<'_>,
    ) -> Option<Does> {
        let target = self.target(names)?;
        match &step.each {
            Some(each) => self.each(each, names, target, step, scope),
            None => self.run(names, target, step, scope),
        }
    }

    /// The action that is named, where it changes one row and does nothing else.
    fn target(&mut self, (entity, action): &(Name, Name)) -> Option<Target> {
        let id = entities::named(self.world.document, &self.world.drafts, entity, self.out)?;
        let target = &self.world.entities[id.0];
        let at = target
            .actions
            .iter()
            .position(|one| one.name == action.value && one.kind != ActionKind::Command);
        let Some(at) = at else {
            let known = target.actions.iter().map(|action| action.name.as_str());
            let lost = self.world.lost(id);
            unknown_in(self.out, action, "action", &target.name, known, lost);
            return None;
        };
        let run = &target.actions[at];
        let written = self.world.drafts[id.0].declared;
        let written = written.and_then(|declared| declared.actions.get(&action.value));
        let steps = written.is_some_and(|written| !written.steps.is_empty());
        let waits = written.is_some_and(|written| written.approval.is_some());
        let why = match run.kind {
            ActionKind::Change if target.deleted_at().is_some() => {
                Some("is of rows that may be deleted, which is not supported yet")
            }
            ActionKind::Change if run.because => Some("asks its caller for a reason"),
            ActionKind::Change if waits => {
                Some("waits for a second person, whom a step does not ask")
            }
            ActionKind::Change if steps => Some("does more itself, which is not supported yet"),
            ActionKind::Change => None,
            _ => Some("changes no row that is there"),
        };
        if let Some(why) = why {
            let message = format!("`{entity}.{action}` {why}");
            let next = match waits {
                true => {
                    "leave it to whoever may ask for it, or run an action that waits for nobody"
                }
                false => "run an action that changes one row",
            };
            return self.wrong(action.span, message, next);
        }
        Some(Target { entity: id, action: at })
    }

    fn run(
        &mut self,
        names: &(Name, Name),
        target: Target,
        step: &syntax::Step,
        scope: &StepScope<'_>,
    ) -> Option<Does> {
        let entity = &self.world.entities[target.entity.0];
        let run = &entity.actions[target.action];
        let row = Ty::Ref(entity.name.clone());
        let of = scope.value(step.of.as_ref()?, (&row, false), step.when.as_ref(), self.out)?;
        let (mut accept, input) = self.given(names, run, target.entity, step, scope)?;
        accept.extend(takes::of_run(entity, run, &of, &input));
        accept.sort_by_key(|(field, _)| *field);
        Some(Does::Run { entity: target.entity, action: target.action, of, accept, input })
    }

    /// What stands under `with`.
    pub fn given(
        &mut self,
        (entity, action): &(Name, Name),
        run: &Action,
        id: EntityId,
        step: &syntax::Step,
        scope: &StepScope<'_>,
    ) -> Option<Given> {
        let target = &self.world.entities[id.0];
        let (mut accept, mut input) = (Vec::new(), vec![None; run.input.len()]);
        let mut whole = true;
        for (name, value) in step.with.iter() {
            if let Some(at) = run.input.iter().position(|input| input.name == name.value) {
                let it = &run.input[at];
                input[at] = self.of_type(&it.ty, it.optional, value, step, scope);
                whole &= input[at].is_some();
                continue;
            }
            let field = run.accept.iter().find(|at| target.fields[at.0].name == name.value);
            let Some(field) = field else {
                whole = false;
                let known = run.accept.iter().map(|at| target.fields[at.0].name.as_str());
                let known = known.chain(run.input.iter().map(|input| input.name.as_str()));
                let of = format!("{entity}.{action}");
                unknown_in(self.out, name, "field or input", &of, known, self.world.lost(id));
                continue;
            };
            match self.value(&target.fields[field.0], value, step, scope) {
                Some(value) => accept.push((*field, value)),
                None => whole = false,
            }
        }
        let missing = run.input.iter().enumerate().find(|(at, _)| input[*at].is_none());
        if let Some((_, missing)) = missing.filter(|(_, one)| step.with.get(&one.name).is_none()) {
            let message = format!("`{entity}.{action}` asks for `{}`", missing.name);
            return self.wrong(action.span, message, "give it under `with`");
        }
        accept.sort_by_key(|(field, _)| *field);
        whole.then_some((accept, input))
    }
}
