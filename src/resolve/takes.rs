//! Copies as they are carried out: steps of the action at which they are taken, or of whatever makes the row.

use super::copies::{copied_in, own};
use super::draft::World;
use super::types;
use crate::diagnostics::{Diagnostic, Diagnostics, codes};
use crate::expr::typed::{Column, Expr, Far, Literal, Node, Ty};
use crate::model::{
    Action, ActionKind, Copy, Default, Does, Entity, EntityId, FieldId, Origin, Step, Taken, Type,
};

/// Puts the copies among the steps of the actions that take them, behind those that are written.
pub fn take(world: &mut World<'_>, out: &mut Diagnostics) {
    for index in 0..world.entities.len() {
        let entity = &world.entities[index];
        let written = world.drafts[index].declared;
        let mut all = Vec::new();
        for (at, action) in entity.actions.iter().enumerate() {
            if action.kind == ActionKind::Create {
                let spoken = action.steps.iter().flat_map(Step::expressions);
                if let Some(copied) = spoken.filter_map(|expr| copied_in(entity, expr)).next()
                    && let Some((name, _)) = written.and_then(|one| one.actions.entry(&action.name))
                {
                    let message =
                        format!("a step of `{name}` speaks of `{copied}`, which it copies");
                    let told = Diagnostic::new(codes::WRONG_COPY, name.span, message);
                    out.push(told.next("say there what it copies"));
                }
            }
            let set = set(entity, action);
            if !set.is_empty() {
                all.push((at, Step { when: None, does: Does::Set(set), name: None }));
            }
        }
        for (at, step) in all {
            world.entities[index].actions[at].steps.push(step);
        }
    }
}

/// What an action takes into its own row.
fn set(entity: &Entity, action: &Action) -> Vec<(FieldId, Expr)> {
    let taken = entity.copies.iter().filter(|copy| is_taken(entity, action, copy));
    taken.map(|copy| (copy.field, kept(entity, copy))).collect()
}

fn is_taken(entity: &Entity, action: &Action, copy: &Copy) -> bool {
    match &entity.fields[copy.field.0].taken {
        Some(Taken::Made) => action.kind == ActionKind::Create,
        Some(Taken::At(name)) => action.kind == ActionKind::Change && action.name == *name,
        None => false,
    }
}

/// What is taken: of a field that is written once, what it took the first time.
fn kept(entity: &Entity, copy: &Copy) -> Expr {
    let field = &entity.fields[copy.field.0];
    let value = copy.value.clone();
    if !field.is_frozen_later() {
        return value;
    }
    let ty = value.ty.clone();
    let column =
        Expr { node: Node::Column(Column::Field(copy.field.0)), ty: ty.clone(), nullable: true };
    let nullable = value.nullable;
    Expr { node: Node::OrElse(Box::new(column), Box::new(value)), ty, nullable }
}

/// What another's action takes into the row `of` on which a step runs it.
pub fn of_run(
    entity: &Entity,
    action: &Action,
    of: &Expr,
    input: &[Option<Expr>],
) -> Vec<(FieldId, Expr)> {
    let moved = set(entity, action);
    moved.into_iter().map(|(field, value)| (field, on(entity, of, input, &value))).collect()
}

/// What is said of the row itself, said of the one that `of` names.
fn on(entity: &Entity, of: &Expr, input: &[Option<Expr>], expr: &Expr) -> Expr {
    let node = match &expr.node {
        Node::Column(Column::Id) => return of.clone(),
        Node::Column(column) => {
            let name = name_of(entity, *column);
            Node::Path(Box::new(of.clone()), Far { column: *column, name })
        }
        Node::Input(at) => match &input[*at] {
            Some(given) => return given.clone(),
            None => unreachable!("resolved: every input is given"),
        },
        _ => return expr.map(&|part| on(entity, of, input, part)),
    };
    Expr { node, ..expr.clone() }
}

fn name_of(entity: &Entity, column: Column) -> String {
    match column {
        Column::Field(at) => entity.fields[at].name.clone(),
        Column::Id => "id".to_owned(),
        Column::State => "state".to_owned(),
        Column::Version => "version".to_owned(),
        Column::CreatedAt => "created_at".to_owned(),
        Column::UpdatedAt => "updated_at".to_owned(),
    }
}

/// What a row that a step makes takes, said by what the step gives it; else the copy, and what it
/// lacks.
pub fn of_made(
    world: &World<'_>,
    id: EntityId,
    with: &[(FieldId, Expr)],
) -> Result<Vec<(FieldId, Expr)>, (String, String)> {
    let entity = &world.entities[id.0];
    let made = Made { world, entity, with };
    let all =
        entity.copies.iter().filter(|copy| entity.fields[copy.field.0].taken == Some(Taken::Made));
    let each = all.map(|copy| {
        let mut lacks = Vec::new();
        let mut columns = Vec::new();
        own(&copy.value, &mut columns);
        for column in columns {
            if let Column::Field(at) = column
                && made.given(FieldId(at)).is_none()
            {
                lacks.push(entity.fields[at].name.clone());
            }
        }
        match lacks.into_iter().next() {
            Some(lacking) => Err((entity.fields[copy.field.0].name.clone(), lacking)),
            None => Ok((copy.field, made.said(&copy.value))),
        }
    });
    each.collect()
}

/// A row that a step makes, as its copies see it.
struct Made<'a> {
    world: &'a World<'a>,
    entity: &'a Entity,
    with: &'a [(FieldId, Expr)],
}

impl Made<'_> {
    fn said(&self, expr: &Expr) -> Expr {
        let node = match &expr.node {
            Node::Column(Column::Field(at)) => {
                return self.given(FieldId(*at)).expect("it was looked for before");
            }
            Node::Column(Column::State) => {
                let first = self.entity.states.as_ref().and_then(|states| states.list.first());
                let name = first.map(|state| state.name.clone()).unwrap_or_default();
                Node::Literal(Literal::Name(name))
            }
            Node::Column(Column::CreatedAt | Column::UpdatedAt) => Node::Now,
            _ => return expr.map(&|part| self.said(part)),
        };
        Expr { node, ..expr.clone() }
    }

    /// What a field holds when the row is made.
    fn given(&self, field: FieldId) -> Option<Expr> {
        let it = &self.entity.fields[field.0];
        let ty = types::in_expressions(self.world, &it.ty)?;
        let filled = |node: Node| Expr { node, ty: ty.clone(), nullable: false };
        let default = it.default.as_ref().map(|default| match default {
            Default::Value(value) => filled(Node::Literal(value.clone())),
            Default::Now => filled(Node::Now),
            Default::Actor => filled(Node::Actor),
        });
        let given = self.with.iter().find(|(other, _)| *other == field);
        match (given, default) {
            (Some((_, given)), Some(default)) if given.nullable => {
                Some(filled(Node::OrElse(Box::new(given.clone()), Box::new(default))))
            }
            (Some((_, given)), _) => Some(given.clone()),
            (None, Some(default)) => Some(default),
            (None, None) => self.followed(field, &ty),
        }
    }

    /// What follows from a reference that is given: a copy of its row's, and the tenant.
    fn followed(&self, field: FieldId, ty: &Ty) -> Option<Expr> {
        let path = |of: &Expr, column: Column, name: String| Expr {
            node: Node::Path(Box::new(of.clone()), Far { column, name }),
            ty: ty.clone(),
            nullable: false,
        };
        let target = |field: FieldId| match self.entity.fields[field.0].ty {
            Type::Ref(target) => Some((target, &self.world.entities[target.0])),
            _ => None,
        };
        if let Origin::Copied { through, field } = self.entity.fields[field.0].origin {
            let (_, of) = self.with.iter().find(|(other, _)| *other == through)?;
            let (_, parent) = target(through)?;
            let name = parent.fields[field.0].name.clone();
            return Some(path(of, Column::Field(field.0), name));
        }
        let (tenant, column) = self.entity.scope.tenant()?;
        if column != field {
            return None;
        }
        self.with.iter().find_map(|(reference, of)| {
            let (id, other) = target(*reference)?;
            if id == tenant && !of.nullable {
                return Some(of.clone());
            }
            let (theirs, column) = other.scope.tenant()?;
            let name = other.fields[column.0].name.clone();
            (theirs == tenant && !of.nullable).then(|| path(of, Column::Field(column.0), name))
        })
    }
}
