//! What an expression speaks of.

use crate::expr::typed::{Column, Expr, Literal, Node};

/// Whether it mentions a column.
pub fn mentions(expr: &Expr, column: Column) -> bool {
    matches!(expr.node, Node::Column(own) if own == column)
        || expr.parts().into_iter().any(|part| mentions(part, column))
}

/// Whether it mentions a value of a column that holds one of several names.
pub fn names(expr: &Expr, column: Column, name: &str) -> bool {
    let is = |of: &Expr| matches!(of.node, Node::Column(own) if own == column);
    let own = |literal: &Literal| matches!(literal, Literal::Name(own) if own == name);
    let here = match &expr.node {
        Node::OneOf(of, list) => is(of) && list.iter().any(own),
        Node::Binary(_, left, right) => match (&left.node, &right.node) {
            (_, Node::Literal(literal)) => is(left) && own(literal),
            (Node::Literal(literal), _) => is(right) && own(literal),
            _ => false,
        },
        _ => false,
    };
    here || expr.parts().into_iter().any(|part| names(part, column, name))
}
