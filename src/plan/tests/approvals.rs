//! Requests for actions, as the tests' engine makes them and agrees to them.

use super::expression::expr;
use super::spec;
use crate::model::{Action, Approval, Entity, EntityId, FieldId, Model};

/// What an action keeps where it waits.
pub fn approval(
    model: &Model,
    entity: &Entity,
    action: &Action,
    approval: &Approval,
) -> spec::Approval {
    let requests = &model[approval.entity];
    let fields = &approval.request;
    let name = |field: FieldId| requests.fields[field.0].name.clone();
    let given = |field: FieldId, value: spec::Expr| spec::Given { name: name(field), value };
    let column = |name: &str| spec::Expr::Column(name.to_owned());
    let mut with = vec![
        given(fields.of, column("id")),
        given(fields.version, column("version")),
        given(fields.maker, spec::Expr::Actor),
    ];
    with.extend(fields.accept.iter().map(|(own, kept)| {
        let given = spec::Expr::Input(entity.fields[own.0].name.clone());
        spec::Given { name: name(*kept), value: given }
    }));
    with.extend(
        action
            .input
            .iter()
            .zip(&fields.input)
            .map(|(input, kept)| given(*kept, spec::Expr::Input(input.name.clone()))),
    );
    spec::Approval {
        when: approval.when.as_ref().map(|when| expr(entity, Some(action), when)),
        entity: requests.name.clone(),
        with,
        because: fields.because.map(name),
        until: name(fields.expires_at),
        loose: vec![name(fields.hash), name(fields.expires_at)],
    }
}

/// What is done when somebody agrees.
pub fn agree(
    model: &Model,
    requests: &Entity,
    target: EntityId,
    action: usize,
    of: spec::Expr,
) -> spec::Does {
    let target = &model[target];
    let action = &target.actions[action];
    let fields = &action.approval.as_ref().expect("it has requests").request;
    let name = |field: FieldId| requests.fields[field.0].name.clone();
    let kept = |field: FieldId| spec::Expr::Column(name(field));
    let accept = fields.accept.iter().map(|(own, field)| spec::Given {
        name: target.fields[own.0].name.clone(),
        value: kept(*field),
    });
    let input = action
        .input
        .iter()
        .zip(&fields.input)
        .map(|(input, field)| spec::Given { name: input.name.clone(), value: kept(*field) });
    spec::Does::Agree {
        entity: target.name.clone(),
        action: action.name.clone(),
        of,
        maker: name(fields.maker),
        accept: accept.collect(),
        input: input.collect(),
        because: fields.because.map(name),
    }
}
