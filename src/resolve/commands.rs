//! Commands: each belongs to the entity of the row that it returns, as one more of its actions.

use super::conditions::{self, Names};
use super::draft::World;
use super::steps::Steps;
use super::unknown::summary;
use super::{actions, entities, step_up, takes, timers};
use crate::diagnostics::{Diagnostic, Diagnostics, codes};
use crate::expr::scope::Place;
use crate::model::{Action, ActionKind, Does, EntityId, Required, Requirement};
use crate::syntax::{self, Name};

/// Adds the commands, and then the steps of all actions, which speak of each other's entities.
pub fn commands(world: &mut World<'_>, out: &mut Diagnostics) {
    for (name, written) in world.document.commands.iter() {
        if let Some((id, command)) = command(world, name, written, out) {
            world.entities[id.0].actions.push(command);
        }
    }
    for index in 0..world.entities.len() {
        for at in 0..world.entities[index].actions.len() {
            let action = &world.entities[index].actions[at];
            let written = match action.kind {
                ActionKind::Command | ActionKind::Delete => continue,
                _ => world.drafts[index].declared.and_then(|one| one.actions.get(&action.name)),
            };
            let Some(written) = written.filter(|written| !written.steps.is_empty()) else {
                continue;
            };
            let id = EntityId(index);
            let steps = Steps { world, id, action, out }.all(&written.steps);
            timers::steps(action, &steps, written, out);
            world.entities[index].actions[at].steps = steps;
        }
    }
    takes::take(world, out);
}

fn command(
    world: &World<'_>,
    name: &Name,
    written: &syntax::Command,
    out: &mut Diagnostics,
) -> Option<(EntityId, Action)> {
    let returned = written.returns.as_ref()?;
    let named =
        |step: &&syntax::Step| step.name.as_ref().is_some_and(|name| name.value == returned.value);
    let mut step = written.steps.iter().find(named);
    if step.is_none() {
        if !written.incomplete {
            out.push(returns_nothing(name, returned, written));
        }
        // Its steps are wrong or right whatever it returns.
        step = written.steps.iter().find(|step| step.makes().is_some());
    }
    let id = entities::named(world.document, &world.drafts, step?.makes()?, out)?;
    let taken = world.drafts[id.0].declared.and_then(|one| one.actions.entry(&name.value));
    if let Some((other, _)) = taken {
        out.push(
            Diagnostic::new(
                codes::NAME_COLLISION,
                name.span,
                format!("`{name}` is an action of `{}` too", world.drafts[id.0].name),
            )
            .also(other.span, "this one")
            .reason("a command belongs to the entity of the row that it returns")
            .next("give one of them another name"),
        );
    }
    let input = actions::inputs(world, id, &written.input, &[], out);
    let mut command = Action {
        name: name.value.clone(),
        summary: summary(written.summary.as_ref()),
        kind: ActionKind::Command,
        by: actions::by(world, id, "create", &written.by, out),
        accept: Vec::new(),
        input,
        from: Vec::new(),
        to: None,
        require: Vec::new(),
        timer: None,
        because: written.because.is_some(),
        idempotency: written.idempotency.as_ref().map(|it| actions::idempotency(it.value)),
        step_up: step_up::seconds(written.step_up.as_ref(), out),
        approval: None,
        steps: Vec::new(),
        returns: None,
    };
    if command.input.len() == written.input.len() {
        command.require = requirements(world, written, &command, out);
        command.steps = Steps { world, id, action: &command, out }.all(&written.steps);
    }
    let returns = |one: &crate::model::Step| {
        one.name.as_deref() == Some(returned.as_str()) && matches!(one.does, Does::Create { .. })
    };
    command.returns = command.steps.iter().position(returns);
    Some((id, command))
}

fn returns_nothing(name: &Name, returned: &Name, written: &syntax::Command) -> Diagnostic {
    let message = format!("no step of `{name}` makes a row `{returned}`");
    let known = written.steps.iter().filter_map(|step| step.name.as_ref());
    let known: Vec<&str> = known.map(|name| name.as_str()).collect();
    Diagnostic::new(codes::UNKNOWN_NAME, returned.span, message)
        .meant(returned.as_str(), known.iter().copied())
        .or_known(known)
        .or_next("give the step that makes it `as:` with this name")
}

fn requirements(
    world: &World<'_>,
    written: &syntax::Command,
    command: &Action,
    out: &mut Diagnostics,
) -> Vec<Requirement> {
    let names = Names::without_row(world);
    let inputs = conditions::inputs(world, &command.input);
    let all = written.require.iter().filter_map(|(name, text)| {
        let holds = names.check(Place::Require, text, &inputs, out)?;
        Some(Requirement { asked: Required::Named(name.value.clone()), holds })
    });
    all.collect()
}
