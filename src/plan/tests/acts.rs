//! Who does what to a row: doors, and what the clock does.

use super::approvals;
use super::expect::{table, ty, who};
use super::expression::expr;
use super::spec;
use super::steps;
use crate::model::{Action, ActionKind, Door, Entity, EntityId, Idempotency, Model};
use crate::schema;

pub fn timer(model: &Model, id: EntityId, action: &Action) -> spec::Timer {
    let entity = &model[id];
    let state = |id: &crate::model::StateId| {
        entity.states.as_ref().map(|states| states.list[id.0].name.clone()).unwrap_or_default()
    };
    let function = schema::timers(model)
        .into_iter()
        .find(|(of, other, _)| *of == id && other.name == action.name);
    spec::Timer {
        action: action.name.clone(),
        word: action.timer.as_ref().map_or("", |timer| timer.due.word()).to_owned(),
        function: function.map(|(.., function)| function).unwrap_or_default(),
        from: action.from.iter().map(state).collect(),
        to: action.to.as_ref().map(state).unwrap_or_default(),
        due: action.is_due().map(|due| expr(entity, Some(action), &due)).expect("it has a timer"),
        require: steps::requirements(entity, action),
        steps: action.steps.iter().map(|step| steps::step(model, entity, action, step)).collect(),
    }
}

pub fn door(model: &Model, entity: &Entity, action: &Action, door: &Door) -> spec::Door {
    let state = |id: &crate::model::StateId| {
        entity.states.as_ref().map(|states| states.list[id.0].name.clone()).unwrap_or_default()
    };
    let context = &model[door.context].name;
    let function = format!("{}_{}_{context}_v1", table(entity), action.name);
    let path = action.path(entity);
    spec::Door {
        asks: steps::asks(model, action, &path, &function, &|one| ty(model, one)),
        action: action.name.clone(),
        context: context.clone(),
        kind: match action.kind {
            ActionKind::Create => spec::DoorKind::Create,
            ActionKind::Found => spec::DoorKind::Found,
            ActionKind::Grant => spec::DoorKind::Grant,
            ActionKind::Change => spec::DoorKind::Change,
            ActionKind::Revoke => spec::DoorKind::Revoke,
            ActionKind::Delete if entity.deleted_at().is_some() => spec::DoorKind::Hide,
            ActionKind::Delete if entity.erased_at().is_some() => spec::DoorKind::Erase,
            ActionKind::Delete => spec::DoorKind::Delete,
            ActionKind::Command => spec::DoorKind::Command,
        },
        function,
        by: door.by.iter().map(|one| who(model, entity, *one)).collect(),
        accept: action.accept.iter().map(|id| entity.fields[id.0].name.clone()).collect(),
        input: action
            .input
            .iter()
            .map(|input| spec::Input {
                name: input.name.clone(),
                ty: ty(model, &input.ty),
                optional: input.optional,
            })
            .collect(),
        from: action.from.iter().map(state).collect(),
        to: action.to.as_ref().map(state),
        require: steps::requirements(entity, action),
        because: action.because,
        idempotency: action.idempotency.map(|kept| match kept {
            Idempotency::Required => spec::Idempotency::Required,
            Idempotency::Optional => spec::Idempotency::Optional,
        }),
        step_up: model
            .step_up(entity, action, door.context)
            .map(|one| spec::StepUp { seconds: one.seconds, path: one.path }),
        approval: action
            .approval
            .as_ref()
            .map(|one| approvals::approval(model, entity, action, one)),
        steps: action.steps.iter().map(|step| steps::step(model, entity, action, step)).collect(),
        returns: action.returns,
    }
}
