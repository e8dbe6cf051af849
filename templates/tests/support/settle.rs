//! Finds values under which conditions hold: a walk from one change to the next, each of a field of
//! which some condition that does not hold yet speaks.

use super::eval::{self, Scope};
use super::spec::{Entity, Expr, Field, Op, Type};
use super::value::{Value, now};
use super::world::{Random, Row};

/// A condition, and whether it should hold.
pub type Wanted<'a> = (&'a Expr, bool);

/// Changes the fields of `row` that `free` allows until every condition is as it is wanted.
pub fn settle(
    entity: &Entity,
    row: &mut Row,
    wanted: &[Wanted<'_>],
    free: &dyn Fn(&Field) -> bool,
    random: &mut Random,
    serial: &mut u64,
) -> bool {
    for _ in 0..400 {
        let open: Vec<&Wanted<'_>> =
            wanted.iter().filter(|(condition, side)| row.holds(condition, None) != *side).collect();
        if open.is_empty() {
            return true;
        }
        let (condition, _) = open[random.below(open.len())];
        let mut names = Vec::new();
        columns(condition, &mut names);
        let fields: Vec<&Field> = entity
            .fields
            .iter()
            .filter(|field| names.contains(&field.name.as_str()) && free(field))
            .filter(|field| !matches!(field.ty, Type::UserIn { .. }))
            .filter(|field| !matches!(field.ty, Type::Ref { .. }) || names_a_person(field))
            .collect();
        if fields.is_empty() {
            return false;
        }
        let field = fields[random.below(fields.len())];
        let equal = if random.below(2) == 0 { equal_to(condition, &field.name, row) } else { None };
        *serial += 1;
        let value = match equal {
            Some(value) => value,
            None if names_a_person(field) => continue,
            None if field.optional && random.below(4) == 0 => Value::Null,
            None => random.scalar(&field.ty, *serial),
        };
        row.values.insert(field.name.clone(), value);
    }
    false
}

/// Whether what may not be changed stands against a condition: no walk gets there.
pub fn barred(
    entity: &Entity,
    row: &Row,
    wanted: &[Wanted<'_>],
    free: &dyn Fn(&Field) -> bool,
) -> bool {
    let fixed = |name: &str| !entity.fields.iter().any(|field| field.name == name && free(field));
    wanted.iter().any(|(condition, side)| decided(condition, &fixed, row) == Some(!side))
}

/// Which way a condition falls whatever the columns hold that are not fixed; none where that depends
/// on them.
fn decided(condition: &Expr, fixed: &dyn Fn(&str) -> bool, row: &Row) -> Option<bool> {
    let both = |left, right| (decided(left, fixed, row), decided(right, fixed, row));
    match condition {
        Expr::Binary(Op::And, left, right) => match both(left, right) {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (Some(true), Some(true)) => Some(true),
            _ => None,
        },
        Expr::Binary(Op::Or, left, right) => match both(left, right) {
            (Some(true), _) | (_, Some(true)) => Some(true),
            (Some(false), Some(false)) => Some(false),
            _ => None,
        },
        Expr::Not(inner) => decided(inner, fixed, row).map(|holds| !holds),
        other => {
            let mut names = Vec::new();
            columns(other, &mut names);
            names.into_iter().all(fixed).then(|| row.holds(other, None))
        }
    }
}

/// Whoever makes the row.
fn names_a_person(field: &Field) -> bool {
    field.default == Some(Expr::Actor)
}

/// The same condition for one who acts.
pub fn acted(expr: &Expr, person: &str) -> Expr {
    let inner = |of: &Expr| Box::new(acted(of, person));
    match expr {
        Expr::Actor => Expr::Text(person.to_owned()),
        Expr::Not(of) => Expr::Not(inner(of)),
        Expr::Binary(op, left, right) => Expr::Binary(*op, inner(left), inner(right)),
        Expr::Or(left, right) => Expr::Or(inner(left), inner(right)),
        Expr::If(condition, then, otherwise) => {
            Expr::If(inner(condition), inner(then), inner(otherwise))
        }
        other => other.clone(),
    }
}

/// Names of all columns of which an expression speaks.
pub fn columns<'e>(expr: &'e Expr, names: &mut Vec<&'e str>) {
    walk(expr, &mut |part| {
        if let Expr::Column(name) = part {
            names.push(name);
        }
    });
}

/// Names of all inputs of which an expression speaks.
pub fn inputs<'e>(expr: &'e Expr, names: &mut Vec<&'e str>) {
    walk(expr, &mut |part| {
        if let Expr::Input(name) = part {
            names.push(name);
        }
    });
}

/// The same of a row whose columns have other names; what was given is a column then too.
pub fn renamed(expr: &Expr, name: &dyn Fn(&str) -> String) -> Expr {
    let inner = |of: &Expr| Box::new(renamed(of, name));
    let all = |of: &[Expr]| of.iter().map(|of| renamed(of, name)).collect();
    match expr {
        Expr::Column(path) | Expr::Input(path) => Expr::Column(name(path)),
        Expr::Not(of) => Expr::Not(inner(of)),
        Expr::Negate(of) => Expr::Negate(inner(of)),
        Expr::IsSet(of) => Expr::IsSet(inner(of)),
        Expr::IsUnset(of) => Expr::IsUnset(inner(of)),
        Expr::In(of, list) => Expr::In(inner(of), all(list)),
        Expr::Binary(op, left, right) => Expr::Binary(*op, inner(left), inner(right)),
        Expr::Or(left, right) => Expr::Or(inner(left), inner(right)),
        Expr::If(condition, then, otherwise) => {
            Expr::If(inner(condition), inner(then), inner(otherwise))
        }
        Expr::Call(function, arguments) => Expr::Call(*function, all(arguments)),
        Expr::Bool(_)
        | Expr::Int(_)
        | Expr::Decimal(_)
        | Expr::Text(_)
        | Expr::Actor
        | Expr::Now
        | Expr::Today(_) => expr.clone(),
    }
}

/// An expression and all its parts.
pub fn walk<'e>(expr: &'e Expr, of: &mut dyn FnMut(&'e Expr)) {
    of(expr);
    match expr {
        Expr::Not(inner) | Expr::Negate(inner) | Expr::IsSet(inner) | Expr::IsUnset(inner) => {
            walk(inner, of);
        }
        Expr::In(inner, _) => walk(inner, of),
        Expr::Binary(_, left, right) | Expr::Or(left, right) => {
            walk(left, of);
            walk(right, of);
        }
        Expr::If(condition, then, otherwise) => {
            for part in [condition, then, otherwise] {
                walk(part, of);
            }
        }
        Expr::Call(_, arguments) => arguments.iter().for_each(|part| walk(part, of)),
        _ => {}
    }
}

/// What a field would have to be, by some equation in the expression.
fn equal_to(expr: &Expr, field: &str, row: &Row) -> Option<Value> {
    match expr {
        Expr::Binary(Op::Eq | Op::Ne, left, right) => {
            let is_field = |side: &Expr| matches!(side, Expr::Column(name) if name == field);
            let other = match (is_field(left), is_field(right)) {
                (true, _) => right,
                (_, true) => left,
                _ => return None,
            };
            let scope = Scope {
                column: &|name| row.column(name),
                input: &|_| Value::Null,
                actor: None,
                now: now(),
            };
            Some(eval::eval(other, &scope)).filter(|value| !value.is_null())
        }
        Expr::Binary(_, left, right) => {
            equal_to(left, field, row).or_else(|| equal_to(right, field, row))
        }
        Expr::Not(inner) => equal_to(inner, field, row),
        _ => None,
    }
}
