//! What must hold for a cell, told in the blueprint's language.

use crate::expr::typed::{Expr, Node, Op, Ty};
use crate::model::{Action, Entity};
use crate::phrase::phrase;

/// Something that must hold: one of its rules, mostly the only one.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    pub any: Vec<Rule>,
}

/// A condition that stands in the blueprint, or follows from what stands there.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// `entities.Booking.actions.accept.require.in_time`: what a refusal names.
    pub path: String,
    pub holds: Expr,
}

impl Condition {
    pub fn of(path: String, holds: Expr) -> Self {
        Condition { any: vec![Rule { path, holds }] }
    }

    /// The whole as one expression.
    pub fn whole(&self) -> Expr {
        let all = self.any.iter().map(|rule| rule.holds.clone());
        all.reduce(|left, right| binary(Op::Or, left, right)).unwrap_or_else(truth)
    }
}

/// All of them as one expression.
pub fn all_of(conditions: &[Condition]) -> Expr {
    let all = conditions.iter().map(Condition::whole);
    all.reduce(|left, right| binary(Op::And, left, right)).unwrap_or_else(truth)
}

/// All of them in words; inputs are named by the action.
pub fn joined(conditions: &[Condition], entity: &Entity, action: Option<&Action>) -> String {
    phrase(&all_of(conditions), entity, action)
}

fn binary(op: Op, left: Expr, right: Expr) -> Expr {
    condition(Node::Binary(op, Box::new(left), Box::new(right)))
}

/// A condition is never absent.
pub fn condition(node: Node) -> Expr {
    Expr { node, ty: Ty::Bool, nullable: false }
}

fn truth() -> Expr {
    condition(Node::Literal(crate::expr::typed::Literal::Bool(true)))
}
