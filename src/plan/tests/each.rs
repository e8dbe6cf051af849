//! Steps that run an action of each row, as the tests' engine carries them out.

use super::expression::expr;
use super::{spec, steps};
use crate::expr::typed::Expr;
use crate::model::{Action, Each, Entity, MOST, Model};

/// How the tests call the action's own row, where a condition is over others: no input has a space in its name.
pub const OWN: &str = "own row";

pub fn each(
    model: &Model,
    own: &Entity,
    action: &Action,
    each: &Each,
    accept: Vec<spec::Given>,
) -> spec::Does {
    let target = &model[each.entity];
    let run = &target.actions[each.action];
    let value = |of: &Expr| expr(own, Some(action), of);
    spec::Does::Each {
        entity: target.name.clone(),
        action: run.name.clone(),
        filter: expr(target, Some(action), &each.filter),
        by: target.fields[each.by.0].name.clone(),
        named: expr(target, Some(action), &each.named),
        many: format!("{}.runs.{}.many", action.path(own), run.path(target)),
        most: MOST,
        accept,
        input: steps::inputs(run, &each.input, &value),
    }
}
