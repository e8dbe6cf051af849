//! Evaluates the blueprint's expressions over the tests' own values: the third reading of the
//! language, beside SQL and the compiler's types.

use super::spec::{Expr, Function, Op, Rounding};
use super::value::{DECIMAL_ONE, Value, civil, days_of};
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
        Expr::Today(offsets) => Value::Date(day(scope.now, offsets)),
        Expr::Not(inner) => Value::Bool(!holds(inner, scope)),
        Expr::Negate(inner) => match eval(inner, scope) {
            Value::Int(number) => number.checked_neg().map_or(Value::Null, Value::Int),
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

/// The day of a moment where clocks are ahead of UTC by the last of these that has begun.
fn day(at: i64, offsets: &[(i64, i64)]) -> i64 {
    let begun = offsets.iter().rev().find(|(from, _)| *from <= at);
    let (_, ahead) = begun.expect("offsets begin long before the tests run");
    (at + ahead).div_euclid(86_400)
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
            (Value::Decimal(a, _), Value::Decimal(b, _)) => Value::Decimal(a * b / DECIMAL_ONE, 12),
            (Value::Decimal(a, _), Value::Int(b)) | (Value::Int(b), Value::Decimal(a, _)) => {
                Value::Decimal(a * i128::from(b), 12)
            }
            (Value::Int(a), Value::Int(b)) => a.checked_mul(b).map_or(Value::Null, Value::Int),
            _ => Value::Null,
        },
        Op::And | Op::Or => unreachable!("returned above"),
    }
}

fn arithmetic(left: Value, right: Value, op: fn(i128, i128) -> i128) -> Value {
    let narrow = |wide: i128| i64::try_from(wide).expect("the world's numbers are small");
    match (left, right) {
        (Value::Int(a), Value::Int(b)) => whole(Some(op(a.into(), b.into()))),
        (Value::Decimal(a, _), Value::Decimal(b, _)) => Value::Decimal(op(a, b), 12),
        (Value::Decimal(a, _), Value::Int(b)) => {
            Value::Decimal(op(a, i128::from(b) * DECIMAL_ONE), 12)
        }
        (Value::Int(a), Value::Decimal(b, _)) => {
            Value::Decimal(op(i128::from(a) * DECIMAL_ONE, b), 12)
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
            Value::Text(text) => Value::Text(text.to_ascii_lowercase()),
            _ => Value::Null,
        },
        Function::RangeStart => first.ends().0,
        Function::RangeEnd => first.ends().1,
        Function::Starts | Function::Ends | Function::Concat => texts(function, arguments),
        Function::Contains if matches!(first, Value::Text(_)) => texts(function, arguments),
        Function::AddMonths => match (first, &arguments[1]) {
            (Value::Date(days), Value::Int(months)) => Value::Date(add_months(*days, *months)),
            _ => Value::Null,
        },
        Function::Div(how) => match (first, &arguments[1]) {
            (Value::Int(a), Value::Int(b)) => whole(quotient((*a).into(), (*b).into(), how)),
            _ => Value::Null,
        },
        Function::Share(how) => match (first, &arguments[1]) {
            (Value::Int(of), Value::Int(rate)) => {
                whole(quotient(i128::from(*of) * i128::from(*rate), 10_000, how))
            }
            _ => Value::Null,
        },
        Function::DivTo(places, how) => decimals(first, &arguments[1], places, how),
        Function::RoundTo(places, how) => decimals(first, &Value::Int(1), places, how),
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

fn texts(function: Function, arguments: &[Value]) -> Value {
    let (Value::Text(of), Value::Text(other)) = (&arguments[0], &arguments[1]) else {
        return Value::Null;
    };
    match function {
        Function::Starts => Value::Bool(of.starts_with(other)),
        Function::Ends => Value::Bool(of.ends_with(other)),
        Function::Contains => Value::Bool(of.contains(other)),
        _ => Value::Text(arguments.iter().map(written).collect()),
    }
}

fn written(text: &Value) -> &str {
    match text {
        Value::Text(text) => text,
        _ => "",
    }
}

/// Absent where a number does not fit or is divided by zero: then nothing holds.
fn whole(number: Option<i128>) -> Value {
    number.and_then(|number| i64::try_from(number).ok()).map_or(Value::Null, Value::Int)
}

fn decimals(of: &Value, by: &Value, places: u32, how: Rounding) -> Value {
    let units = |value: &Value| match value {
        Value::Decimal(units, _) => *units,
        Value::Int(number) => i128::from(*number) * DECIMAL_ONE,
        _ => 0,
    };
    let last = DECIMAL_ONE / 10_i128.pow(places.min(12));
    let rounded = quotient(units(of) * (DECIMAL_ONE / last), units(by), how);
    rounded.map_or(Value::Null, |count| Value::Decimal(count * last, 12))
}

fn quotient(a: i128, b: i128, how: Rounding) -> Option<i128> {
    let (whole, rest) = (a.checked_div(b)?, a.checked_rem(b)?);
    let twice = (2 * rest.abs()).cmp(&b.abs());
    let further = match how {
        Rounding::Down => false,
        Rounding::Up => rest != 0,
        Rounding::HalfUp => twice.is_ge(),
        Rounding::HalfEven => twice.is_gt() || twice.is_eq() && whole % 2 != 0,
    };
    let away = if (a < 0) == (b < 0) { 1 } else { -1 };
    Some(if further { whole + away } else { whole })
}

/// On the same day of the month, or on the last of a shorter one.
fn add_months(days: i64, months: i64) -> i64 {
    let (year, month, day) = civil(days);
    let index = year * 12 + month - 1 + months;
    let first = |index: i64| days_of(index.div_euclid(12), index.rem_euclid(12) + 1);
    first(index) + day.min(first(index + 1) - first(index)) - 1
}

fn decimal(text: &str) -> Value {
    let (sign, text) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let units = format!("{whole}{fraction:0<12}").parse::<i128>();
    units.map_or(Value::Null, |units| Value::Decimal(sign * units, 12))
}
