//! What an expression came to, as each reading writes it.

use blueprint::expr::eval::{self, Value};
use blueprint::expr::typed::Expr;
use blueprint::expr::values::Fault;

use crate::world::Case;

pub const OVERFLOW: &str = "! overflow";
pub const DIVIDED_BY_ZERO: &str = "! divided by zero";
pub const ABSENT: &str = "! absent";

/// What the evaluator says.
pub fn evaluated(expr: &Expr, case: &Case) -> String {
    match eval::value(expr, case) {
        Ok(value) => written(&value),
        Err(Fault::Overflow) => OVERFLOW.to_owned(),
        Err(Fault::DividedByZero) => DIVIDED_BY_ZERO.to_owned(),
        Err(Fault::Absent) => ABSENT.to_owned(),
    }
}

fn written(value: &Value) -> String {
    match value {
        Value::Absent => "absent".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Int(value) => value.to_string(),
        Value::Decimal(value) => value.to_string(),
        Value::Text(value) => value.clone(),
        Value::Day(value) => value.days().to_string(),
        Value::Instant(value) => value.micros().to_string(),
        Value::Days(_) | Value::Instants(_) => unreachable!("no expression makes a range"),
    }
}
