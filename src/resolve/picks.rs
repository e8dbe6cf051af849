//! References to rows that were in force: by what they are looked for, and when.

use super::conditions::Names;
use super::draft::World;
use super::unknown::{summary, unknown_in};
use super::{copies, entities, types};
use crate::diagnostics::{Diagnostic, Diagnostics, codes};
use crate::expr;
use crate::expr::scope::Place;
use crate::expr::typed::{Column, Expr, Node};
use crate::model::{
    ActionKind, Effective, Entity, EntityId, EntityKind, Field, FieldId, Key, Origin, Pick,
    StateId, Taken, Type,
};
use crate::source::Span;
use crate::syntax::{self, ExprText, Name, Without};

/// Where it is said to be when the row is made.
const CREATION: &str = "creation";
/// The key of rows of which all of `by` is absent.
const PLATFORM: &str = "platform";

/// The columns, before it is known whether their entities are there.
pub fn fields(world: &World<'_>, id: EntityId) -> Vec<Field> {
    let picks = world.drafts[id.0].declared.into_iter().flat_map(|declared| declared.pick.iter());
    let field = |(name, pick): (&Name, &syntax::Pick)| {
        let from = world.drafts.find(&pick.from.value)?;
        let at = pick.at.as_ref().filter(|at| at.value != CREATION);
        Some(Field {
            name: name.value.clone(),
            summary: summary(pick.summary.as_ref()),
            ty: Type::Ref(from),
            optional: at.is_some() || clears(pick),
            default: None,
            frozen: true,
            taken: Some(at.map_or(Taken::Made, |at| Taken::At(at.value.clone()))),
            personal: false,
            origin: Origin::Picked,
        })
    };
    picks.filter_map(field).collect()
}

/// Whether a row may be without.
pub fn clears(pick: &syntax::Pick) -> bool {
    pick.missing.as_ref().is_some_and(|one| one.value == Without::Clear)
}

/// Once all entities have their actions, and it is known which rows hold for a time.
pub fn picks(world: &mut World<'_>, out: &mut Diagnostics) {
    for index in 0..world.entities.len() {
        let Some(declared) = world.drafts[index].declared else { continue };
        let mut all = Vec::new();
        for (name, written) in declared.pick.iter() {
            all.extend(One { world, id: EntityId(index), name, written, out }.pick());
        }
        world.entities[index].picks = all;
    }
}

struct One<'w, 'o> {
    world: &'w World<'w>,
    id: EntityId,
    name: &'w Name,
    written: &'w syntax::Pick,
    out: &'o mut Diagnostics,
}

impl<'w> One<'w, '_> {
    fn entity(&self) -> &'w Entity {
        &self.world.entities[self.id.0]
    }

    fn wrong<T>(&mut self, span: Span, message: String, next: &str) -> Option<T> {
        self.out.push(Diagnostic::new(codes::NO_PICK, span, message).next(next));
        None
    }

    fn pick(&mut self) -> Option<Pick> {
        let entity = self.entity();
        let from =
            entities::named(self.world.document, &self.world.drafts, &self.written.from, self.out)?;
        if entity.kind != EntityKind::Plain {
            let message = format!("rows of `{}` are made by `identity`'s own actions", entity.name);
            return self.wrong(
                self.name.span,
                message,
                "pick for the rows of an entity of your own",
            );
        }
        let other = &self.world.entities[from.0];
        let Some(effective) = &other.effective else {
            // What is wrong with its own is told there.
            if self.world.drafts[from.0].effective().is_some() {
                return None;
            }
            let message = format!("rows of `{}` hold always, and not for a time", other.name);
            return self.wrong(
                self.written.from.span,
                message,
                "give it `effective`, or refer to one of its rows",
            );
        };
        self.within_reach(other)?;
        let field = entity
            .fields
            .iter()
            .position(|field| field.origin == Origin::Picked && field.name == self.name.value)?;
        let to = match self.written.at.as_ref().filter(|at| at.value != CREATION) {
            Some(at) => Some(self.to(at)?),
            None => None,
        };
        let keys: Vec<Option<Key>> =
            self.written.by.iter().map(|text| self.key(text, other, effective)).collect();
        let by: Option<Vec<Key>> = keys.into_iter().collect();
        let by = by?;
        for (at, text) in self.written.by.iter().enumerate() {
            if by[at].0.is_none() && at + 1 < by.len() {
                let next = "put it last: nothing comes behind it";
                return self.wrong(
                    text.span,
                    "`platform` is the least particular of all".to_owned(),
                    next,
                );
            }
        }
        let field = FieldId(field);
        Some(Pick { field, from, to, by, clear: clears(self.written), takes: Vec::new() })
    }

    /// Rows of the platform are for everybody, those of a tenant for its own.
    fn within_reach(&mut self, other: &Entity) -> Option<()> {
        let (own, theirs) = (self.entity().scope.tenant(), other.scope.tenant());
        let theirs = theirs.map(|(tenant, _)| tenant);
        if theirs.is_none() || own.map(|(tenant, _)| tenant) == theirs {
            return Some(());
        }
        let message = format!("rows of `{}` are a tenant's of which this row is not", other.name);
        self.wrong(
            self.written.from.span,
            message,
            "pick among rows of the platform, or of the same tenant",
        )
    }

    /// The state to which the transition leads at which it is found.
    fn to(&mut self, at: &Name) -> Option<StateId> {
        let entity = self.entity();
        let Some(action) = entity.actions.iter().find(|action| action.name == at.value) else {
            let known = entity.actions.iter().map(|action| action.name.as_str()).chain([CREATION]);
            let lost = self.world.lost(self.id);
            unknown_in(self.out, at, "action", &entity.name, known, lost);
            return None;
        };
        match (action.kind, action.to) {
            (ActionKind::Change, Some(to)) if to != StateId(0) => Some(to),
            _ => {
                let message =
                    format!("`{at}` leads to no state of which one could say what was in force");
                self.wrong(
                    at.span,
                    message,
                    "name `creation`, or an action with `to:` a later state",
                )
            }
        }
    }

    fn key(&mut self, text: &ExprText, other: &Entity, effective: &Effective) -> Option<Key> {
        let optional = |field: &FieldId| other.fields[field.0].optional;
        if text.value == PLATFORM {
            return match effective.by.iter().all(optional) {
                true => Some(Key(None)),
                false => {
                    let message = format!("each row of `{}` says what it is of", other.name);
                    self.wrong(
                        text.span,
                        message,
                        "remove `platform`, or make all of its `by` optional",
                    )
                }
            };
        }
        let names = Names::of(self.world, self.id);
        let scope = names.scope(Place::Copy, &[], &[], &[]);
        let mut fits = Vec::new();
        let mut first = None;
        for field in &effective.by {
            let ty = types::in_expressions(self.world, &other.fields[field.0].ty)?;
            let mut told = Diagnostics::new();
            match expr::given(text, (&ty, true), None, &scope, &mut told) {
                Some(value) => fits.push((*field, value)),
                None => {
                    first.get_or_insert(told);
                }
            }
        }
        let others = |of: FieldId| effective.by.iter().filter(move |field| **field != of);
        match fits.as_slice() {
            [] => {
                self.out.extend(first.unwrap_or_default());
                None
            }
            [(field, value)] => {
                if let Some(left) = others(*field).find(|field| !optional(field)) {
                    let left = &other.fields[left.0].name;
                    let message = format!("each row of `{}` says its `{left}` too", other.name);
                    return self.wrong(
                        text.span,
                        message,
                        "make it optional there, so that a row can be of this alone",
                    );
                }
                self.is_known(text, value)?;
                Some(Key(Some((*field, value.clone()))))
            }
            several => {
                let names: Vec<&str> =
                    several.iter().map(|(field, _)| other.fields[field.0].name.as_str()).collect();
                let message =
                    format!("`{}` could be meant by this: {}", other.name, names.join(", "));
                self.wrong(text.span, message, "let each of its `by` be of a type of its own")
            }
        }
    }

    /// The database looks when a row is written: it knows the rows, and not who acts and why.
    fn is_known(&mut self, text: &ExprText, value: &Expr) -> Option<()> {
        if !is_of_rows(value) {
            let next = "name fields of the row, or of those that its references name";
            return self.wrong(
                text.span,
                "the database finds it by what the rows hold".to_owned(),
                next,
            );
        }
        let mut columns = Vec::new();
        copies::own(value, &mut columns);
        for column in columns {
            let Column::Field(at) = column else { continue };
            let other = &self.entity().fields[at];
            let later = self.written.at.as_ref().is_none_or(|at| at.value == CREATION)
                && matches!(other.taken, Some(Taken::At(_)));
            if later || other.origin.is_kept() {
                let message = format!("`{}` is not there yet when this is found", other.name);
                return self.wrong(text.span, message, "name what is given when the row is made");
            }
        }
        Some(())
    }
}

/// Whether an expression speaks of rows alone.
pub fn is_of_rows(expr: &Expr) -> bool {
    !matches!(expr.node, Node::Actor | Node::Input(_) | Node::Made(_) | Node::Now | Node::Today(_))
        && expr.parts().into_iter().all(is_of_rows)
}

/// The pick of which an expression speaks, by its place among the entity's.
pub fn spoken_of(entity: &Entity, expr: &Expr) -> Option<usize> {
    let mut columns = Vec::new();
    copies::own(expr, &mut columns);
    entity.picks.iter().position(|pick| columns.contains(&Column::Field(pick.field.0)))
}
