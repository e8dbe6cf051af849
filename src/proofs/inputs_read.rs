//! What an action or a command asks of its caller is read by something.

use super::ground::{Ground, action_path};
use crate::diagnostics::{Diagnostic, Diagnostics, codes};
use crate::expr::typed::{Expr, Node};
use crate::model::{Action, Does};

pub fn prove(ground: &Ground<'_>, out: &mut Diagnostics) {
    for (_, entity) in ground.entities() {
        for action in &entity.actions {
            let path = action_path(entity, action);
            let idle = |at: &usize| !expressions(action).iter().any(|expr| reads(expr, *at));
            for at in (0..action.input.len()).filter(idle) {
                let name = &action.input[at].name;
                let place = ground.place(&format!("{path}.input.{name}"));
                let message = format!("nothing reads `input.{name}`");
                out.push(
                    Diagnostic::new(codes::UNREAD_INPUT, place, message)
                        .reason("whoever calls must give it, and it is kept nowhere")
                        .next("ask it under `require`, write it by a step, or remove it"),
                );
            }
        }
    }
}

fn expressions(action: &Action) -> Vec<&Expr> {
    let approval = action.approval.iter().filter_map(|approval| approval.when.as_ref());
    let each = action.steps.iter().filter_map(|step| match &step.does {
        Does::Each(each) => Some([&each.filter, &each.named]),
        _ => None,
    });
    let steps = action.steps.iter().flat_map(|step| step.expressions());
    let required = action.require.iter().map(|require| &require.holds);
    required.chain(steps).chain(each.flatten()).chain(approval).collect()
}

fn reads(expr: &Expr, input: usize) -> bool {
    expr.node == Node::Input(input) || expr.parts().into_iter().any(|part| reads(part, input))
}
