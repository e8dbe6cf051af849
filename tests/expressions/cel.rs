//! What the `cel` crate says, where CEL has the same: truth, integers, texts and their length, lists,
//! choice. It has no money, no decimals, no days, and its instants need another library.

use blueprint::expr::eval::Value;
use blueprint::expr::typed::{Column, Expr, Function, Literal, Node, Ty};
use cel::{Context, ExecutionError, Program};

use crate::outcome::OVERFLOW;
use crate::world::{Case, columns, inputs};

/// The expression in CEL. None: it has no such thing.
pub fn printed(expr: &Expr) -> Option<String> {
    let of = |expr: &Expr| Some(format!("({})", printed(expr)?));
    if !matches!(
        expr.ty,
        Ty::Bool
            | Ty::Int
            | Ty::Money(_)
            | Ty::Bps
            | Ty::Duration
            | Ty::Text
            | Ty::Names(_)
            | Ty::Ref(_)
    ) {
        return None;
    }
    Some(match &expr.node {
        Node::Literal(value) => literal(value)?,
        Node::Column(Column::State) => "state".to_owned(),
        Node::Column(Column::Field(at)) => columns()[*at].0.to_owned(),
        Node::Column(_) | Node::Now | Node::Today(_) => return None,
        Node::Path(..) | Node::Made(_) | Node::Own => return None,
        Node::Input(index) => format!("in_{}", inputs()[*index].0),
        Node::Actor => "actor".to_owned(),
        Node::Not(inner) => format!("!{}", of(inner)?),
        Node::Negate(inner) => format!("-{}", of(inner)?),
        Node::Binary(op, left, right) => format!("{} {} {}", of(left)?, op.sign(), of(right)?),
        Node::OneOf(inner, list) => {
            let list: Option<Vec<String>> = list.iter().map(literal).collect();
            format!("{} in [{}]", of(inner)?, list?.join(", "))
        }
        Node::IsSet(inner) => format!("{} != null", of(inner)?),
        Node::IsUnset(inner) => format!("{} == null", of(inner)?),
        Node::OrElse(inner, default) => {
            let inner = of(inner)?;
            format!("{inner} != null ? {inner} : {}", of(default)?)
        }
        Node::If(test, then, otherwise) => {
            format!("{} ? {} : {}", of(test)?, of(then)?, of(otherwise)?)
        }
        Node::Call(Function::Len, arguments) => format!("size({})", printed(&arguments[0])?),
        Node::Call(function, arguments) if arguments[0].ty == Ty::Text => {
            let (first, second) = (of(&arguments[0])?, of(arguments.get(1)?)?);
            match function {
                Function::Starts => format!("{first}.startsWith({second})"),
                Function::Ends => format!("{first}.endsWith({second})"),
                Function::Contains => format!("{first}.contains({second})"),
                Function::Concat => format!("{first} + {second}"),
                _ => return None,
            }
        }
        Node::Call(..) => return None,
    })
}

fn literal(value: &Literal) -> Option<String> {
    Some(match value {
        Literal::Bool(value) => value.to_string(),
        Literal::Int(value) => value.to_string(),
        Literal::Decimal(_) => return None,
        Literal::Text(text) | Literal::Name(text) => {
            format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
        }
    })
}

/// What it comes to over each of these rows.
pub fn outcomes(cel: &str, rows: &[usize], cases: &[Case]) -> Vec<String> {
    let program = Program::compile(cel).unwrap_or_else(|error| panic!("{cel}: {error}"));
    rows.iter().map(|at| outcome(&program, &cases[*at])).collect()
}

fn outcome(program: &Program, case: &Case) -> String {
    let mut context = Context::default();
    let names = columns().into_iter().map(|(name, ..)| name.to_owned());
    let names = names.chain(inputs().into_iter().map(|(name, ..)| format!("in_{name}")));
    for (name, value) in names.zip(case.columns.iter().chain(&case.inputs)) {
        let value = match value {
            Value::Absent => cel::Value::Null,
            Value::Bool(value) => cel::Value::Bool(*value),
            Value::Int(value) => cel::Value::Int(*value),
            Value::Text(value) => cel::Value::from(value.as_str()),
            _ => continue,
        };
        context.add_variable_from_value(name, value);
    }
    let Value::Text(actor) = &case.actor else { unreachable!("an id is a text") };
    context.add_variable_from_value("actor", actor.as_str());
    match program.execute(&context) {
        Ok(cel::Value::Bool(value)) => value.to_string(),
        Ok(cel::Value::Int(value)) => value.to_string(),
        Ok(cel::Value::String(value)) => value.to_string(),
        Ok(other) => format!("{other:?}"),
        Err(ExecutionError::Overflow(..)) => OVERFLOW.to_owned(),
        Err(other) => format!("! {other}"),
    }
}
