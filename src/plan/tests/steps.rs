//! Steps of the model, as the tests' engine carries them out.

use super::approvals;
use super::each;
use super::expression::expr;
use super::spec;
use crate::expr::typed::Expr;
use crate::model::{Action, Does, Entity, FieldId, Model, Step, Type};

pub fn step(model: &Model, entity: &Entity, action: &Action, step: &Step) -> spec::Step {
    let value = |of: &Expr| expr(entity, Some(action), of);
    let fields = |of: &Entity, given: &[(FieldId, Expr)]| -> Vec<spec::Given> {
        let given = given.iter().map(|(field, of_field)| spec::Given {
            name: of.fields[field.0].name.clone(),
            value: value(of_field),
        });
        given.collect()
    };
    spec::Step {
        when: step.when.as_ref().map(value),
        does: match &step.does {
            Does::Set(set) => spec::Does::Set { set: fields(entity, set) },
            Does::Create { entity, with } => spec::Does::Create {
                entity: model[*entity].name.clone(),
                with: fields(&model[*entity], with),
            },
            Does::Call { hook, with, .. } => {
                let given = model[*hook].input.iter().zip(with).filter_map(|(input, given)| {
                    let value = value(given.as_ref()?);
                    Some(spec::Given { name: input.name.clone(), value })
                });
                spec::Does::Call { with: given.collect() }
            }
            Does::Run { entity, action, of, accept, input } => {
                let target = &model[*entity];
                let action = &target.actions[*action];
                let given = inputs(action, input, &value);
                spec::Does::Run {
                    entity: target.name.clone(),
                    action: action.name.clone(),
                    of: value(of),
                    accept: fields(target, accept),
                    input: given,
                }
            }
            Does::Each(each) => {
                let accept = fields(&model[each.entity], &each.accept);
                each::each(model, entity, action, each, accept)
            }
            Does::Agree { entity: target, action, of } => {
                approvals::agree(model, entity, *target, *action, value(of))
            }
        },
    }
}

/// What an action that is run is given beside its fields.
pub fn inputs(
    run: &Action,
    input: &[Option<Expr>],
    value: &dyn Fn(&Expr) -> spec::Expr,
) -> Vec<spec::Given> {
    let given = run.input.iter().zip(input).filter_map(|(input, given)| {
        Some(spec::Given { name: input.name.clone(), value: value(given.as_ref()?) })
    });
    given.collect()
}

/// What an action requires.
pub fn requirements(entity: &Entity, action: &Action) -> Vec<spec::Rule> {
    let all = action.require.iter().map(|requirement| spec::Rule {
        name: requirement.name().to_owned(),
        part: Some(requirement.part()).filter(|part| part == "before"),
        holds: expr(entity, Some(action), &requirement.holds),
        asked: spec::Asked::Always,
        paid: false,
    });
    all.collect()
}

/// How the tests call what a hook gave: no input has a space in its name.
pub fn gave(name: &str) -> String {
    match name.split_once('.') {
        Some((step, member)) => format!("{step} {member}"),
        None => format!("{name} value"),
    }
}

/// The hook that an action asks in a door.
pub fn asks(
    model: &Model,
    action: &Action,
    path: &str,
    function: &str,
    ty: &dyn Fn(&Type) -> spec::Type,
) -> Option<spec::Asks> {
    let hook = action.hook(model)?;
    let first = action.input.len();
    let gives = hook.output.iter().enumerate().map(|(at, one)| spec::Gives {
        name: gave(&action.given(first + at).unwrap_or_default()),
        member: one.name.clone(),
        ty: ty(&one.ty),
        optional: one.optional,
    });
    let reads = hook.reads.iter().map(|one| {
        let entity = &model[one.entity];
        let field = |field: &FieldId| entity.fields[field.0].name.clone();
        spec::Rows {
            name: one.name.clone(),
            entity: entity.name.clone(),
            fields: one.fields.iter().map(field).collect(),
        }
    });
    Some(spec::Asks {
        path: format!("{path}.calls.{}", hook.name),
        hook: hook.path(),
        look: format!("{function}_look"),
        argument: format!("_hook_{}", hook.name),
        gives: gives.collect(),
        reads: reads.collect(),
    })
}
