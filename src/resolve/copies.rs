//! What fields take when their row is made, or at an action: from what is there then, under its locks.
//!
//! A copy is carried out as a step: of the action at which it is taken, or of whatever makes the row.

use super::conditions::{self, Names};
use super::draft::World;
use super::unknown::unknown_in;
use super::{picks, types};
use crate::diagnostics::{Diagnostic, Diagnostics, codes};
use crate::expr;
use crate::expr::scope::{Known, Place};
use crate::expr::typed::{Column, Expr, Node};
use crate::model::{
    ActionKind, Copy, Entity, EntityId, EntityKind, Field, FieldId, Origin, Scope, Taken,
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
        let mut all: Vec<Copy> = Vec::new();
        for (name, written) in declared.fields.iter() {
            all.extend(One { world, id, name, written, out }.copy());
        }
        requirements(&world.entities[index], declared, out);
        let entity = &mut world.entities[index];
        for copy in all {
            match picks::spoken_of(entity, &copy.value) {
                Some(pick) => entity.picks[pick].takes.push(copy),
                None => entity.copies.push(copy),
            }
        }
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
        if picks::spoken_of(entity, &value).is_some() {
            self.is_of_rows(text, &value)?;
            return Some(Copy { field: FieldId(at), value });
        }
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
        let mut names = Names::of(self.world, self.id);
        let taken = taken(self.written);
        let entity = &self.world.entities[self.id.0];
        // What is found at the same moment is there, unless it is said that it need not be.
        let found = |field: &Field| {
            let declared = self.world.drafts[self.id.0].declared;
            let pick = declared.and_then(|declared| declared.pick.get(&field.name));
            field.taken == taken && pick.is_some_and(|pick| !picks::clears(pick))
        };
        let there = entity.fields.iter().enumerate().filter(|(_, field)| found(field));
        names.are_there(there.map(|(at, _)| at));
        let scope = names.scope(Place::Copy, inputs, &[], &[]);
        let ty = types::in_expressions(self.world, &field.ty)?;
        expr::given(text, (&ty, self.written.optional), None, &scope, self.out)
    }

    /// What is found by the database is taken by it too, which knows rows, and not who acts and why.
    fn is_of_rows(&mut self, text: &ExprText, value: &Expr) -> Option<()> {
        if picks::is_of_rows(value) {
            return Some(());
        }
        let message = "the database takes it with the row in force, and knows what rows hold alone";
        let next = "take the part of it that rows say, and the rest in a field of its own";
        self.wrong(text.span, message.to_owned(), next)
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
            if other.origin == Origin::Picked {
                if other.taken == taken(self.written) {
                    continue;
                }
                let message =
                    format!("`{}` is found at another moment than this is taken", other.name);
                return self.wrong(text.span, message, "say the same `at` for both");
            }
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
pub fn copied_in<'e>(entity: &'e Entity, expr: &Expr) -> Option<&'e str> {
    let mut columns = Vec::new();
    own(expr, &mut columns);
    columns.into_iter().find_map(|column| {
        let Column::Field(at) = column else { return None };
        let field = &entity.fields[at];
        (field.taken == Some(Taken::Made)).then_some(field.name.as_str())
    })
}

/// Columns of the row itself of which an expression speaks.
pub fn own(expr: &Expr, columns: &mut Vec<Column>) {
    if let Node::Column(column) = expr.node {
        columns.push(column);
    }
    expr.parts().into_iter().for_each(|part| own(part, columns));
}
