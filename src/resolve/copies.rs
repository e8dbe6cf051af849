//! What fields take when their row is made, or at an action: from what is there then, under its locks.
//!
//! A copy is carried out as a step: of the action at which it is taken, or of whatever makes the row.

use super::conditions::{self, Names};
use super::draft::World;
use super::types;
use super::unknown::unknown_in;
use crate::diagnostics::{Diagnostic, Diagnostics, codes};
use crate::expr;
use crate::expr::scope::{Known, Place};
use crate::expr::typed::{Column, Expr, Far, Literal, Node, Ty};
use crate::model::{
    Action, ActionKind, Copy, Default, Does, Entity, EntityId, EntityKind, Field, FieldId, Origin,
    Scope, Step, Taken, Type,
};
use crate::source::Span;
use crate::syntax::{self, ExprText, Name};

/// When a field is taken; none where it is given.
pub fn taken(field: &syntax::Field) -> Option<Taken> {
    field.copy.as_ref()?;
    Some(match &field.at {
        Some(action) => Taken::At(action.value.clone()),
        None => Taken::Made,
    })
}

/// Checks what each field copies, once all entities have their fields and actions.
pub fn copies(world: &mut World<'_>, out: &mut Diagnostics) {
    for index in 0..world.entities.len() {
        let Some(declared) = world.drafts[index].declared else { continue };
        let id = EntityId(index);
        let mut all = Vec::new();
        for (name, written) in declared.fields.iter() {
            all.extend(One { world, id, name, written, out }.copy());
        }
        requirements(&world.entities[index], declared, out);
        world.entities[index].copies = all;
    }
}

/// One field that is declared.
struct One<'w, 'o> {
    world: &'w World<'w>,
    id: EntityId,
    name: &'w Name,
    written: &'w syntax::Field,
    out: &'o mut Diagnostics,
}

impl One<'_, '_> {
    fn wrong<T>(&mut self, span: Span, message: String, next: &str) -> Option<T> {
        self.out.push(Diagnostic::new(codes::WRONG_COPY, span, message).next(next));
        None
    }

    fn copy(&mut self) -> Option<Copy> {
        let name = self.name;
        let Some(text) = &self.written.copy else {
            let at = self.written.at.as_ref()?;
            let message = format!("`{name}` says when it is taken, and not from what");
            return self.wrong(at.span, message, "add `copy:` with what it takes, or remove `at`");
        };
        let entity = &self.world.entities[self.id.0];
        let at = entity.fields.iter().position(|field| field.name == name.value)?;
        let field = &entity.fields[at];
        if let Some(default) = &self.written.default {
            let message = format!("`{name}` is copied, and so never takes its default");
            return self.wrong(default.span, message, "keep one of `copy` and `default`");
        }
        let through = matches!(entity.scope, Scope::Through { through, .. } if through.0 == at);
        let party = entity.parties.iter().any(|party| party.column == Some(FieldId(at)));
        if through || party && self.written.at.is_some() {
            let message = format!("`{name}` says whose the row is, which stands before it is made");
            return self.wrong(text.span, message, "let it be given, or fill it with `default`");
        }
        let inputs = self.inputs(entity)?;
        let value = self.value(field, text, &inputs)?;
        self.is_there(entity, text, &value)?;
        self.can_be_taken_by_the_clock(entity, text, &value)?;
        Some(Copy { field: FieldId(at), value })
    }

    /// What the caller gives where it is taken: of the action that is named.
    fn inputs(&mut self, entity: &Entity) -> Option<Vec<Known>> {
        let Some(at) = &self.written.at else {
            if entity.kind == EntityKind::Plain {
                return Some(Vec::new());
            }
            let message = format!("rows of `{}` are made by `identity`'s own actions", entity.name);
            let next = "say at which action it is taken: `at: update`";
            return self.wrong(self.name.span, message, next);
        };
        let Some(action) = entity.actions.iter().find(|one| one.name == at.value) else {
            let known = entity.actions.iter().map(|action| action.name.as_str());
            let lost = self.world.lost(self.id);
            unknown_in(self.out, at, "action", &entity.name, known, lost);
            return None;
        };
        match action.kind {
            ActionKind::Change => Some(conditions::inputs(self.world, &action.input)),
            ActionKind::Create => {
                let message = format!("`{at}` makes the row, which is when a copy is taken anyway");
                self.wrong(at.span, message, "remove `at`")
            }
            _ => {
                let message = format!("`{at}` is no action on a row that is there");
                self.wrong(at.span, message, "name an action that changes one row")
            }
        }
    }

    fn value(&mut self, field: &Field, text: &ExprText, inputs: &[Known]) -> Option<Expr> {
        let names = Names::of(self.world, self.id);
        let scope = names.scope(Place::Copy, inputs, &[], &[]);
        let ty = types::in_expressions(self.world, &field.ty)?;
        expr::given(text, (&ty, self.written.optional), None, &scope, self.out)
    }

    /// A timer acts by nobody, and on its own row alone.
    fn can_be_taken_by_the_clock(
        &mut self,
        entity: &Entity,
        text: &ExprText,
        value: &Expr,
    ) -> Option<()> {
        let Some(at) = &self.written.at else { return Some(()) };
        let action = entity.actions.iter().find(|action| action.name == at.value)?;
        if action.timer.is_none() || is_of_the_row(value) {
            return Some(());
        }
        let message = format!("`{at}` is done by the clock, which reads the row alone");
        let next = "take it from the row's own fields, or at an action that people do";
        self.wrong(text.span, message, next)
    }

    /// Whether all that it speaks of is known when it is taken.
    fn is_there(&mut self, entity: &Entity, text: &ExprText, value: &Expr) -> Option<()> {
        let mut columns = Vec::new();
        own(value, &mut columns);
        for column in columns {
            let Column::Field(at) = column else {
                if column == Column::Id && self.written.at.is_none() {
                    let message = "a row that is not made yet has no columns of its own to follow";
                    let next = "name the column itself, or a reference to another row";
                    return self.wrong(text.span, message.to_owned(), next);
                }
                continue;
            };
            let other = &entity.fields[at];
            let same = other.taken.is_some() && other.taken == taken(self.written);
            let given = self.written.at.as_ref().is_some_and(|at_action| {
                let action = entity.actions.iter().find(|one| one.name == at_action.value);
                action.is_some_and(|action| action.accept.contains(&FieldId(at)))
            });
            let later = self.written.at.is_none() && matches!(other.taken, Some(Taken::At(_)));
            if same || given || later {
                let message = format!("`{}` is not there yet when this is taken", other.name);
                let next = match same {
                    true => "write what that one copies",
                    false if given => "accept it in an earlier action, or take this one later",
                    false => "take this one later, or that one earlier",
                };
                return self.wrong(text.span, message, next);
            }
        }
        Some(())
    }
}

/// Whether an expression speaks of the row and of the moment alone.
fn is_of_the_row(expr: &Expr) -> bool {
    !matches!(expr.node, Node::Path(..) | Node::Actor | Node::Input(_))
        && expr.parts().into_iter().all(is_of_the_row)
}

/// Requirements of the action that makes a row are asked before anything is copied into it.
fn requirements(entity: &Entity, declared: &syntax::Entity, out: &mut Diagnostics) {
    for action in entity.actions.iter().filter(|action| action.kind == ActionKind::Create) {
        let Some(written) = declared.actions.get(&action.name) else { continue };
        for one in &action.require {
            let Some(copied) = copied_in(entity, &one.holds) else { continue };
            let Some(text) = written.require.get(one.name()) else { continue };
            let message = format!("`{copied}` is not there yet: it is copied when the row is made");
            let told = Diagnostic::new(codes::WRONG_COPY, text.span, message);
            out.push(told.next("ask what it copies"));
        }
    }
}

/// A field of which an expression speaks that is copied when the row is made.
fn copied_in<'e>(entity: &'e Entity, expr: &Expr) -> Option<&'e str> {
    let mut columns = Vec::new();
    own(expr, &mut columns);
    columns.into_iter().find_map(|column| {
        let Column::Field(at) = column else { return None };
        let field = &entity.fields[at];
        (field.taken == Some(Taken::Made)).then_some(field.name.as_str())
    })
}

/// Columns of the row itself of which an expression speaks.
fn own(expr: &Expr, columns: &mut Vec<Column>) {
    if let Node::Column(column) = expr.node {
        columns.push(column);
    }
    expr.parts().into_iter().for_each(|part| own(part, columns));
}

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
