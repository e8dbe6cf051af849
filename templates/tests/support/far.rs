//! Columns of other rows of which conditions speak: `listing.state`, by the references that lead there.

use super::settle::{columns, inputs, renamed};
use super::spec::{Door, Entity, EntityKind, Expr, Op, Spec, Type};
use super::steps;
use super::value::Value;
use super::world::{Row, World};
use std::collections::{BTreeMap, BTreeSet};

impl World {
    /// The row that a reference of this type and value names, and its entity.
    pub fn named<'w>(
        &'w self,
        spec: &'w Spec,
        ty: &Type,
        value: &Value,
    ) -> Option<(&'w Entity, &'w Row)> {
        let of = match ty {
            Type::Ref { entity } => spec.entity(entity),
            Type::UserIn { .. } => {
                spec.entities.iter().find(|entity| entity.kind == EntityKind::User)?
            }
            _ => return None,
        };
        let Value::Text(id) = value else { return None };
        Some((of, self.row(&of.name, id)?))
    }

    /// What `path`, behind a reference of this type and value, holds.
    pub fn far(&self, spec: &Spec, ty: &Type, value: &Value, path: &str) -> Value {
        let Some((of, row)) = self.named(spec, ty, value) else { return Value::Null };
        match path.split_once('.') {
            None => row.column(path),
            Some((name, rest)) => self.far(spec, &of.field(name).ty, &row.column(name), rest),
        }
    }

    /// Gives a row what its conditions say of others, under the names by which they say it.
    pub fn reach(&self, spec: &Spec, entity: &Entity, row: &mut Row) {
        let names: BTreeSet<&str> =
            entity.doors.iter().flat_map(|door| steps::far(door, false)).collect();
        for name in names {
            let Some((own, rest)) = name.split_once('.') else { continue };
            let value = self.far(spec, &entity.field(own).ty, &row.column(own), rest);
            row.values.insert(name.to_owned(), value);
        }
    }

    /// Gives inputs what conditions say of the rows that they name.
    pub fn reach_by_inputs(&self, spec: &Spec, door: &Door, given: &mut BTreeMap<String, Value>) {
        let names = steps::far(door, true);
        for name in names {
            let Some((own, rest)) = name.split_once('.') else { continue };
            let Some(input) = door.input.iter().find(|input| input.name == own) else { continue };
            let named = given.get(own).cloned().unwrap_or(Value::Null);
            given.insert(name.to_owned(), self.far(spec, &input.ty, &named, rest));
        }
    }
}

/// What actions and their steps ask of rows of `entity` to which they refer, for each reference of each
/// action: all of it that is about the row alone.
pub fn demands(spec: &Spec, entity: &Entity) -> Vec<Expr> {
    let mut demands: Vec<Expr> = Vec::new();
    for other in &spec.entities {
        for door in &other.doors {
            let fields = other.fields.iter().map(|field| (&field.name, &field.ty));
            let inputs = door.input.iter().map(|input| (&input.name, &input.ty));
            for (name, ty) in fields.chain(inputs) {
                if !matches!(ty, Type::Ref { entity: target } if *target == entity.name) {
                    continue;
                }
                let mut parts = Vec::new();
                let when = door.steps.iter().filter_map(|step| step.when.as_ref());
                let asked = door.require.iter().map(|one| &one.holds).chain(when);
                asked.for_each(|one| conjuncts(one, &mut parts));
                let own = parts.into_iter().filter_map(|part| alone(part, name));
                let all = own.reduce(|a, b| Expr::Binary(Op::And, Box::new(a), Box::new(b)));
                demands.extend(all.filter(|all| !demands.contains(all)));
            }
        }
    }
    demands
}

fn conjuncts<'e>(expr: &'e Expr, parts: &mut Vec<&'e Expr>) {
    match expr {
        Expr::Binary(Op::And, left, right) => {
            conjuncts(left, parts);
            conjuncts(right, parts);
        }
        other => parts.push(other),
    }
}

/// The condition as one of the row that `name` refers to, where it is of no other.
fn alone(expr: &Expr, name: &str) -> Option<Expr> {
    let mut names = Vec::new();
    columns(expr, &mut names);
    inputs(expr, &mut names);
    let own = |path: &&str| {
        path.strip_prefix(name)
            .and_then(|rest| rest.strip_prefix('.'))
            .is_some_and(|rest| !rest.contains('.'))
    };
    if names.is_empty() || !names.iter().all(own) {
        return None;
    }
    Some(renamed(expr, &|path| path[name.len() + 1..].to_owned()))
}

/// Whether some action asks more of such a row than what is about the row alone.
pub fn is_measured(spec: &Spec, entity: &Entity) -> bool {
    spec.entities.iter().any(|other| {
        let fields = other.fields.iter().filter(
            |field| matches!(&field.ty, Type::Ref { entity: target } if *target == entity.name),
        );
        let names: Vec<&str> = fields.map(|field| field.name.as_str()).collect();
        other.doors.iter().any(|door| {
            let mut parts = Vec::new();
            door.require.iter().for_each(|one| conjuncts(&one.holds, &mut parts));
            names.iter().any(|name| {
                parts.iter().any(|part| {
                    let mut all = Vec::new();
                    columns(part, &mut all);
                    let of_it = |path: &&str| path.starts_with(&format!("{name}."));
                    all.iter().any(of_it) && alone(part, name).is_none()
                })
            })
        })
    })
}
