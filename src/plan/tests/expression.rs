//! Expressions of the model, as the tests' engine evaluates them.

use super::spec;
use crate::expr::typed::{Column, Expr, Function, Literal, Node, Op};
use crate::expr::values::Rounding;
use crate::model::{Action, Entity};

/// Seconds since 1970 in which a service's tests can tell the day of a place: 2020 to 2070.
const TESTED: std::ops::Range<i64> = 1_577_836_800..3_155_760_000;

pub fn literal(literal: &Literal) -> spec::Expr {
    match literal {
        Literal::Bool(truth) => spec::Expr::Bool(*truth),
        Literal::Int(number) => spec::Expr::Int(*number),
        Literal::Decimal(text) => spec::Expr::Decimal(text.clone()),
        Literal::Text(text) | Literal::Name(text) => spec::Expr::Text(text.clone()),
    }
}

pub fn expr(entity: &Entity, action: Option<&Action>, of: &Expr) -> spec::Expr {
    let inner = |of: &Expr| Box::new(expr(entity, action, of));
    match &of.node {
        Node::Literal(value) => literal(value),
        Node::Column(column) => spec::Expr::Column(match column {
            Column::Id => "id".to_owned(),
            Column::State => "state".to_owned(),
            Column::Version => "version".to_owned(),
            Column::CreatedAt => "created_at".to_owned(),
            Column::UpdatedAt => "updated_at".to_owned(),
            Column::Field(index) => entity.fields[*index].name.clone(),
        }),
        Node::Input(index) => spec::Expr::Input(
            action
                .and_then(|action| action.given(*index))
                .map(|name| said(&name))
                .unwrap_or_default(),
        ),
        // By its name from the row or the input on: `listing.state`.
        Node::Path(of, far) => match expr(entity, action, of) {
            spec::Expr::Column(name) => spec::Expr::Column(format!("{name}.{}", far.name)),
            spec::Expr::Input(name) => spec::Expr::Input(format!("{name}.{}", far.name)),
            other => unreachable!("checked: {other:?} is no reference"),
        },
        // No column has such a name.
        Node::Made(step) => spec::Expr::Column(format!("step {step}")),
        // No input has such a name.
        Node::Own => spec::Expr::Input(super::each::OWN.to_owned()),
        Node::Actor => spec::Expr::Actor,
        Node::Now => spec::Expr::Now,
        Node::Today(zone) => spec::Expr::Today(zone.offsets(TESTED.start, TESTED.end)),
        Node::Not(of) => spec::Expr::Not(inner(of)),
        Node::Negate(of) => spec::Expr::Negate(inner(of)),
        Node::Binary(op, left, right) => {
            spec::Expr::Binary(self::op(*op), inner(left), inner(right))
        }
        Node::OneOf(of, values) => spec::Expr::In(inner(of), values.iter().map(literal).collect()),
        Node::IsSet(of) => spec::Expr::IsSet(inner(of)),
        Node::IsUnset(of) => spec::Expr::IsUnset(inner(of)),
        Node::OrElse(of, default) => spec::Expr::Or(inner(of), inner(default)),
        Node::If(condition, then, otherwise) => {
            spec::Expr::If(inner(condition), inner(then), inner(otherwise))
        }
        Node::Call(function, arguments) => spec::Expr::Call(
            self::function(*function),
            arguments.iter().map(|argument| expr(entity, action, argument)).collect(),
        ),
    }
}

/// By its name alone. What a hook gave is a name with a space, which no input has.
fn said(name: &str) -> String {
    match name.strip_prefix("input.") {
        Some(input) => input.to_owned(),
        None => super::steps::gave(name),
    }
}

fn op(op: Op) -> spec::Op {
    match op {
        Op::Eq => spec::Op::Eq,
        Op::Ne => spec::Op::Ne,
        Op::Lt => spec::Op::Lt,
        Op::Le => spec::Op::Le,
        Op::Gt => spec::Op::Gt,
        Op::Ge => spec::Op::Ge,
        Op::And => spec::Op::And,
        Op::Or => spec::Op::Or,
        Op::Add => spec::Op::Add,
        Op::Sub => spec::Op::Sub,
        Op::Mul => spec::Op::Mul,
    }
}

fn function(function: Function) -> spec::Function {
    match function {
        Function::Min => spec::Function::Min,
        Function::Max => spec::Function::Max,
        Function::Len => spec::Function::Len,
        Function::Lower => spec::Function::Lower,
        Function::RangeStart => spec::Function::RangeStart,
        Function::RangeEnd => spec::Function::RangeEnd,
        Function::Overlaps => spec::Function::Overlaps,
        Function::Contains => spec::Function::Contains,
        Function::Starts => spec::Function::Starts,
        Function::Ends => spec::Function::Ends,
        Function::Concat => spec::Function::Concat,
        Function::AddMonths => spec::Function::AddMonths,
        Function::Div(how) => spec::Function::Div(rounding(how)),
        Function::Share(how) => spec::Function::Share(rounding(how)),
        Function::DivTo(places, how) => spec::Function::DivTo(places.into(), rounding(how)),
        Function::RoundTo(places, how) => spec::Function::RoundTo(places.into(), rounding(how)),
    }
}

fn rounding(how: Rounding) -> spec::Rounding {
    match how {
        Rounding::HalfEven => spec::Rounding::HalfEven,
        Rounding::HalfUp => spec::Rounding::HalfUp,
        Rounding::Down => spec::Rounding::Down,
        Rounding::Up => spec::Rounding::Up,
    }
}
