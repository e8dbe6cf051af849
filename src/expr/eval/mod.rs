//! What an expression means: its value over a row.
//!
//! SQL and Rust are printed from the same typed expression and must agree with this, value for value and
//! fault for fault; `tests/expressions` tries it on random ones.

mod constant;
mod row;

pub use constant::constant;
pub use row::{Row, Value};

use super::typed::{Expr, Function, Literal, Node, Op, Ty};
use super::values::{self, Decimal, Fault};

/// The value, or why there is none. What need not be looked at is not: the right of `&&` and `||`, the
/// other branch of `if`, the default of `or`.
///
/// # Errors
///
/// [`Fault`], where a number or a moment leaves its range or a division is by zero.
pub fn value(expr: &Expr, row: &dyn Row) -> Result<Value, Fault> {
    Ok(match &expr.node {
        Node::Literal(value) => literal(value, &expr.ty),
        Node::Column(column) => row.column(*column),
        Node::Made(_) => unreachable!("only the database makes rows"),
        Node::Own => unreachable!("only the database looks for rows"),
        Node::Path(_, far) => unreachable!("the database alone reads another row's {}", far.name),
        Node::Input(index) => row.input(*index),
        Node::Actor => row.actor(),
        Node::Now => Value::Instant(row.now()),
        Node::Today(zone) => Value::Day(zone.day(row.now())?),
        Node::Not(of) => Value::Bool(!holds(of, row)?),
        Node::Negate(of) => match value(of, row)? {
            Value::Int(of) => Value::Int(values::neg(of)?),
            Value::Decimal(of) => Value::Decimal(of.negated()),
            other => unreachable!("checked: {other:?} has no negative"),
        },
        Node::Binary(Op::And, left, right) => Value::Bool(holds(left, row)? && holds(right, row)?),
        Node::Binary(Op::Or, left, right) => Value::Bool(holds(left, row)? || holds(right, row)?),
        Node::Binary(op, left, right) => binary(*op, value(left, row)?, value(right, row)?)?,
        Node::OneOf(of, list) => {
            let ty = &of.ty;
            let of = value(of, row)?;
            Value::Bool(list.iter().any(|one| literal(one, ty) == of))
        }
        Node::IsSet(of) => Value::Bool(value(of, row)? != Value::Absent),
        Node::IsUnset(of) => Value::Bool(value(of, row)? == Value::Absent),
        Node::OrElse(of, default) => match value(of, row)? {
            Value::Absent => value(default, row)?,
            there => there,
        },
        Node::If(test, then, otherwise) => {
            value(if holds(test, row)? { then } else { otherwise }, row)?
        }
        Node::Call(function, arguments) => {
            let arguments: Result<Vec<Value>, Fault> =
                arguments.iter().map(|one| value(one, row)).collect();
            call(*function, arguments?)?
        }
    })
}

/// Whether a condition holds.
///
/// # Errors
///
/// As [`value`].
pub fn holds(condition: &Expr, row: &dyn Row) -> Result<bool, Fault> {
    match value(condition, row)? {
        Value::Bool(truth) => Ok(truth),
        other => unreachable!("checked: {other:?} is no condition"),
    }
}

fn literal(literal: &Literal, ty: &Ty) -> Value {
    match (literal, ty) {
        (Literal::Int(value), Ty::Decimal) => Value::Decimal(Decimal::from(*value)),
        (Literal::Int(value), _) => Value::Int(*value),
        (Literal::Bool(value), _) => Value::Bool(*value),
        (Literal::Decimal(text), _) => Value::Decimal(Decimal::literal(text)),
        (Literal::Text(text) | Literal::Name(text), _) => Value::Text(text.clone()),
    }
}

fn binary(op: Op, left: Value, right: Value) -> Result<Value, Fault> {
    use Value::{Absent, Day, Instant, Int};
    // A checked expression compares nothing that is absent; nor would it be equal to anything.
    if left == Absent || right == Absent {
        return Err(Fault::Absent);
    }
    Ok(match (op, left, right) {
        (Op::Eq, a, b) => Value::Bool(a == b),
        (Op::Ne, a, b) => Value::Bool(a != b),
        (Op::Lt, a, b) => Value::Bool(a.order(&b).is_lt()),
        (Op::Le, a, b) => Value::Bool(a.order(&b).is_le()),
        (Op::Gt, a, b) => Value::Bool(a.order(&b).is_gt()),
        (Op::Ge, a, b) => Value::Bool(a.order(&b).is_ge()),
        (Op::Add, Int(a), Int(b)) => Int(values::add(a, b)?),
        (Op::Sub, Int(a), Int(b)) => Int(values::sub(a, b)?),
        (Op::Mul, Int(a), Int(b)) => Int(values::mul(a, b)?),
        (Op::Add, Value::Decimal(a), Value::Decimal(b)) => Value::Decimal(a.plus(&b)),
        (Op::Sub, Value::Decimal(a), Value::Decimal(b)) => Value::Decimal(a.minus(&b)),
        (Op::Mul, Value::Decimal(a), Value::Decimal(b)) => Value::Decimal(a.times(&b)),
        (Op::Add, Instant(at), Int(by)) => Instant(at.later(by)?),
        (Op::Sub, Instant(at), Int(by)) => Instant(at.earlier(by)?),
        (Op::Sub, Instant(a), Instant(b)) => Int(a.since(b)?),
        (Op::Add, Day(day), Int(by)) => Day(day.later(by)?),
        (Op::Sub, Day(day), Int(by)) => Day(day.earlier(by)?),
        (Op::Sub, Day(a), Day(b)) => Int(a.since(b)),
        (op, a, b) => unreachable!("checked: {a:?} {op:?} {b:?}"),
    })
}

fn call(function: Function, arguments: Vec<Value>) -> Result<Value, Fault> {
    use Function::{Contains, Overlaps, RangeEnd, RangeStart};
    use Value::{Day, Days, Instant, Instants, Int, Text};
    if arguments.contains(&Value::Absent) {
        return Err(Fault::Absent);
    }
    if let Function::Min | Function::Max = function {
        return Ok(extreme(function, arguments));
    }
    Ok(match (function, arguments.as_slice()) {
        (Function::Len, [Text(text)]) => Int(values::len(text)),
        (Function::Lower, [Text(text)]) => Text(values::lower(text)),
        (RangeStart, [Days(range)]) => Day(range.start),
        (RangeStart, [Instants(range)]) => Instant(range.start),
        (RangeEnd, [Days(range)]) => Day(range.end),
        (RangeEnd, [Instants(range)]) => Instant(range.end),
        (Overlaps, [Days(a), Days(b)]) => Value::Bool(a.overlaps(b)),
        (Overlaps, [Instants(a), Instants(b)]) => Value::Bool(a.overlaps(b)),
        (Contains, [Days(a), Day(b)]) => Value::Bool(a.contains(b)),
        (Contains, [Days(a), Days(b)]) => Value::Bool(a.covers(b)),
        (Contains, [Instants(a), Instant(b)]) => Value::Bool(a.contains(b)),
        (Contains, [Instants(a), Instants(b)]) => Value::Bool(a.covers(b)),
        (Contains, [Text(of), Text(part)]) => Value::Bool(of.contains(part)),
        (Function::Starts, [Text(of), Text(part)]) => Value::Bool(of.starts_with(part)),
        (Function::Ends, [Text(of), Text(part)]) => Value::Bool(of.ends_with(part)),
        (Function::Concat, [Text(a), Text(b)]) => Text(format!("{a}{b}")),
        (Function::AddMonths, [Day(day), Int(months)]) => Day(day.add_months(*months)?),
        (Function::Div(how), [Int(a), Int(b)]) => Int(values::quotient(*a, *b, how)?),
        (Function::Share(how), [Int(of), Int(rate)]) => Int(values::share(*of, *rate, how)?),
        (Function::DivTo(places, how), [Value::Decimal(a), Value::Decimal(b)]) => {
            Value::Decimal(a.quotient(b, places.into(), how)?)
        }
        (Function::RoundTo(places, how), [Value::Decimal(of)]) => {
            Value::Decimal(of.rounded(places.into(), how))
        }
        (function, arguments) => unreachable!("checked: {function:?} of {arguments:?}"),
    })
}

fn extreme(function: Function, arguments: Vec<Value>) -> Value {
    let better = |a: Value, b: Value| {
        let keep =
            if function == Function::Min { a.order(&b).is_le() } else { a.order(&b).is_ge() };
        if keep { a } else { b }
    };
    arguments.into_iter().reduce(better).expect("checked: at least one")
}
