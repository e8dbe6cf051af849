//! Evaluates the blueprint's expressions over the tests' own values: the third reading of the
//! language, beside SQL and the compiler's types.

use super::spec::{Expr, Function, Op};
use super::value::{DECIMAL_ONE, Value};
use std::cmp::Ordering;

/// What an expression may speak of.
pub struct Scope<'a> {
    pub column: &'a dyn Fn(&str) -> Value,
    pub input: &'a dyn Fn(&str) -> Value,
    pub actor: Option<&'a str>,
    pub now: i64,
}

/// Whether a condition holds. Absent is not true.
pub fn holds(condition: &Expr, scope: &Scope<'_>) -> bool {
    eval(condition, scope) == Value::Bool(true)
}

pub fn eval(expr: &Expr, scope: &Scope<'_>) -> Value {
    match expr {
        Expr::Bool(truth) => Value::Bool(*truth),
        Expr::Int(number) => Value::Int(*number),
        Expr::Decimal(text) => decimal(text),
        Expr::Text(text) => Value::text(text),
        Expr::Column(name) => (scope.column)(name),
        Expr::Input(name) => (scope.input)(name),
        Expr::Actor => scope.actor.map_or(Value::Null, Value::text),
        Expr::Now => Value::Time(scope.now),
        Expr::Not(inner) => Value::Bool(!holds(inner, scope)),
        Expr::Negate(inner) => match eval(inner, scope) {
            Value::Int(number) => Value::Int(-number),
            Value::Decimal(units, scale) => Value::Decimal(-units, scale),
            _ => Value::Null,
        },
        Expr::Binary(op, left, right) => binary(*op, left, right, scope),
        Expr::In(inner, names) => {
            let value = eval(inner, scope);
            Value::Bool(!value.is_null() && names.iter().any(|name| eval(name, scope) == value))
        }
        Expr::IsSet(inner) => Value::Bool(!eval(inner, scope).is_null()),
        Expr::IsUnset(inner) => Value::Bool(eval(inner, scope).is_null()),
        Expr::Or(inner, default) => match eval(inner, scope) {
            Value::Null => eval(default, scope),
            value => value,
        },
        Expr::If(condition, then, otherwise) => {
            eval(if holds(condition, scope) { then } else { otherwise }, scope)
        }
        Expr::Call(function, arguments) => {
            let arguments: Vec<Value> =
                arguments.iter().map(|argument| eval(argument, scope)).collect();
            call(*function, &arguments)
        }
    }
}

fn binary(op: Op, left: &Expr, right: &Expr, scope: &Scope<'_>) -> Value {
    match op {
        Op::And => return Value::Bool(holds(left, scope) && holds(right, scope)),
        Op::Or => return Value::Bool(holds(left, scope) || holds(right, scope)),
        _ => {}
    }
    let (left, right) = (eval(left, scope), eval(right, scope));
    if left.is_null() || right.is_null() {
        return Value::Null;
    }
    let order = compare(&left, &right);
    match op {
        Op::Eq => Value::Bool(order == Ordering::Equal),
        Op::Ne => Value::Bool(order != Ordering::Equal),
        Op::Lt => Value::Bool(order == Ordering::Less),
        Op::Le => Value::Bool(order != Ordering::Greater),
        Op::Gt => Value::Bool(order == Ordering::Greater),
        Op::Ge => Value::Bool(order != Ordering::Less),
        Op::Add => arithmetic(left, right, |a, b| a + b),
        Op::Sub => arithmetic(left, right, |a, b| a - b),
        Op::Mul => match (left, right) {
            (Value::Decimal(a, _), Value::Decimal(b, _)) => Value::Decimal(a * b / DECIMAL_ONE, 9),
            (Value::Decimal(a, _), Value::Int(b)) | (Value::Int(b), Value::Decimal(a, _)) => {
                Value::Decimal(a * i128::from(b), 9)
            }
            (Value::Int(a), Value::Int(b)) => Value::Int(a * b),
            _ => Value::Null,
        },
        Op::And | Op::Or => unreachable!("returned above"),
    }
}

fn arithmetic(left: Value, right: Value, op: fn(i128, i128) -> i128) -> Value {
    let narrow = |wide: i128| i64::try_from(wide).expect("the world's numbers are small");
    match (left, right) {
        (Value::Int(a), Value::Int(b)) => Value::Int(narrow(op(a.into(), b.into()))),
        (Value::Decimal(a, _), Value::Decimal(b, _)) => Value::Decimal(op(a, b), 9),
        (Value::Decimal(a, _), Value::Int(b)) => {
            Value::Decimal(op(a, i128::from(b) * DECIMAL_ONE), 9)
        }
        (Value::Int(a), Value::Decimal(b, _)) => {
            Value::Decimal(op(i128::from(a) * DECIMAL_ONE, b), 9)
        }
        (Value::Time(a), Value::Int(b)) => Value::Time(narrow(op(a.into(), b.into()))),
        (Value::Time(a), Value::Time(b)) => Value::Int(narrow(op(a.into(), b.into()))),
        (Value::Date(a), Value::Int(b)) => Value::Date(narrow(op(a.into(), (b / 86_400).into()))),
        _ => Value::Null,
    }
}

fn compare(left: &Value, right: &Value) -> Ordering {
    match (left, right) {
        (Value::Int(a), Value::Int(b))
        | (Value::Date(a), Value::Date(b))
        | (Value::Time(a), Value::Time(b)) => a.cmp(b),
        (Value::Time(a), Value::Date(b)) => a.cmp(&(b * 86_400)),
        (Value::Date(a), Value::Time(b)) => (a * 86_400).cmp(b),
        (Value::Decimal(a, _), Value::Decimal(b, _)) => a.cmp(b),
        (Value::Decimal(a, _), Value::Int(b)) => a.cmp(&(i128::from(*b) * DECIMAL_ONE)),
        (Value::Int(a), Value::Decimal(b, _)) => (i128::from(*a) * DECIMAL_ONE).cmp(b),
        (Value::Text(a), Value::Text(b)) => a.cmp(b),
        (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
        (a, b) if a == b => Ordering::Equal,
        _ => Ordering::Less,
    }
}

fn call(function: Function, arguments: &[Value]) -> Value {
    if arguments.iter().any(Value::is_null) {
        return Value::Null;
    }
    let first = &arguments[0];
    let ends = |value: &Value| match *value {
        Value::Dates(from, until) | Value::Times(from, until) => (from, until),
        Value::Date(at) | Value::Time(at) => (at, at + 1),
        _ => (0, 0),
    };
    match function {
        Function::Min => {
            arguments.iter().min_by(|a, b| compare(a, b)).cloned().unwrap_or(Value::Null)
        }
        Function::Max => {
            arguments.iter().max_by(|a, b| compare(a, b)).cloned().unwrap_or(Value::Null)
        }
        Function::Len => match first {
            Value::Text(text) => {
                Value::Int(i64::try_from(text.chars().count()).unwrap_or(i64::MAX))
            }
            _ => Value::Null,
        },
        Function::Lower => match first {
            Value::Text(text) => Value::Text(text.to_lowercase()),
            _ => Value::Null,
        },
        Function::RangeStart => first.ends().0,
        Function::RangeEnd => first.ends().1,
        Function::Overlaps => {
            let (a, b) = (ends(first), ends(&arguments[1]));
            Value::Bool(a.0 < b.1 && b.0 < a.1)
        }
        Function::Contains => {
            let (outer, inner) = (ends(first), ends(&arguments[1]));
            Value::Bool(outer.0 <= inner.0 && inner.1 <= outer.1)
        }
    }
}

fn decimal(text: &str) -> Value {
    let (sign, text) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let units = format!("{whole}{fraction:0<9}").parse::<i128>();
    units.map_or(Value::Null, |units| Value::Decimal(sign * units, 9))
}
