//! Steps that ask a hook: what it is given, and what of its answer later steps know.

use super::steps::{StepScope, Steps};
use super::types;
use super::unknown::{unknown, unknown_in};
use crate::expr::scope::{Gave, Known, Place};
use crate::expr::typed::Column;
use crate::model::{ActionKind, Does, HookId};
use crate::syntax::{self, Name};

impl Steps<'_, '_> {
    pub fn call(
        &mut self,
        name: &Name,
        step: &syntax::Step,
        scope: &StepScope<'_>,
    ) -> Option<Does> {
        let written = &self.world.document.hooks;
        let Some(at) = written.iter().position(|(one, _)| one.value == name.value) else {
            unknown(self.out, name, "hook", written.names(), self.world.document.incomplete);
            return None;
        };
        let (hook, lost) = (&self.world.hooks[at], written.get(&name.value)?.incomplete);
        let makes = matches!(self.action.kind, ActionKind::Create | ActionKind::Change);
        if !makes && self.action.kind != ActionKind::Command {
            let message = format!("`{}` asks no hook", self.action.name);
            return self.wrong(name.span, message, "let an action of an entity of your own ask it");
        }
        let mut with = vec![None; hook.input.len()];
        let mut whole = true;
        for (own, value) in step.with.iter() {
            let Some(at) = hook.input.iter().position(|one| one.name == own.value) else {
                whole = false;
                let known = hook.input.iter().map(|one| one.name.as_str());
                unknown_in(self.out, own, "input", &name.value, known, lost);
                continue;
            };
            let it = &hook.input[at];
            let ty = types::in_expressions(self.world, &it.ty)?;
            // Neither rows that steps make nor what a hook gives is there when it is asked.
            let known = scope.names.scope(Place::Given, scope.inputs, &[], &[]);
            with[at] = crate::expr::given(value, (&ty, it.optional), None, &known, self.out);
            whole &= with[at].is_some();
        }
        let given = |one: &str| step.with.get(one).is_some();
        let missing = hook.input.iter().find(|one| !one.optional && !given(&one.name));
        if let Some(missing) = missing.filter(|_| !lost && whole) {
            let message = format!("`{name}` asks for `{}`", missing.name);
            return self.wrong(name.span, message, "give it under `with`");
        }
        let gives = hook.output.iter().map(|one| (!hook.single).then(|| one.name.clone()));
        whole.then_some(Does::Call { hook: HookId(at), with, gives: gives.collect() })
    }

    pub fn gave(&self, hook: HookId, step: &syntax::Step) -> Vec<Gave> {
        let (hook, first) = (&self.world.hooks[hook.0], self.action.input.len());
        let Some(name) = &step.name else { return Vec::new() };
        let gave = hook.output.iter().enumerate().map(|(at, one)| Gave {
            name: name.value.clone(),
            member: (!hook.single).then(|| one.name.clone()),
            input: first + at,
            known: Known {
                name: one.name.clone(),
                column: Column::Id,
                ty: types::in_expressions(self.world, &one.ty),
                optional: one.optional,
            },
        });
        gave.collect()
    }
}
