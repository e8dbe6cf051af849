//! What needs no row: reckoned once, where the blueprint is read.

use super::{Row, Value, value};
use crate::expr::typed::{Column, Expr, Literal, Node};
use crate::expr::values::{Fault, Instant};

/// The literal that an expression of literals is. None: it speaks of a row, or is a literal already.
///
/// PostgreSQL reckons such parts when it plans, even where they would never be reached, so none that
/// fails may get so far.
///
/// # Errors
///
/// [`Fault`], where it has no value.
pub fn constant(expr: &Expr) -> Result<Option<Literal>, Fault> {
    let parts = expr.parts();
    if parts.is_empty() || !parts.into_iter().all(is_literal) {
        return Ok(None);
    }
    Ok(match value(expr, &Nothing)? {
        Value::Bool(value) => Some(Literal::Bool(value)),
        Value::Int(value) => Some(Literal::Int(value)),
        Value::Text(text) => Some(Literal::Text(text)),
        Value::Decimal(value) => {
            let text = value.to_string();
            Some(match text.parse() {
                Ok(whole) => Literal::Int(whole),
                Err(_) if text.contains('.') => Literal::Decimal(text),
                Err(_) => Literal::Decimal(format!("{text}.0")),
            })
        }
        _ => None,
    })
}

fn is_literal(expr: &Expr) -> bool {
    matches!(expr.node, Node::Literal(_))
}

/// No row: what is asked of it is not constant.
struct Nothing;

impl Row for Nothing {
    fn column(&self, _: Column) -> Value {
        unreachable!("a constant speaks of no row")
    }
    fn input(&self, _: usize) -> Value {
        unreachable!("a constant speaks of no input")
    }
    fn actor(&self) -> Value {
        unreachable!("a constant speaks of no person")
    }
    fn now(&self) -> Instant {
        unreachable!("a constant speaks of no moment")
    }
}
