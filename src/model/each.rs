//! Rows of each of which a step runs an action. Types only.

use super::{EntityId, FieldId};
use crate::expr::typed::{Expr, Node, Op};

/// Rows that one step finds at most; more are refused, so that nobody waits for ever.
pub const MOST: usize = 100;

#[derive(Debug, Clone)]
pub struct Each {
    pub entity: EntityId,
    /// Index into the entity's `actions`.
    pub action: usize,
    /// Over the rows' own columns, what is given, who acts, the action's own row and the moment.
    pub filter: Expr,
    /// The reference with which the filter begins, by which an index finds them.
    pub by: FieldId,
    /// What it names there.
    pub named: Expr,
    /// Accepted fields that are given, to each row the same.
    pub accept: Vec<(FieldId, Expr)>,
    /// One for each input; none where an optional one is not given.
    pub input: Vec<Option<Expr>>,
}

impl Each {
    /// The conditions of the filter, the one by which an index finds them first.
    pub fn conjuncts(filter: &Expr) -> Vec<&Expr> {
        match &filter.node {
            Node::Binary(Op::And, left, right) => {
                let mut all = Self::conjuncts(left);
                all.extend(Self::conjuncts(right));
                all
            }
            _ => vec![filter],
        }
    }
}
