//! Expressions of an entity: its rules, and what grants, keys and actions ask for.

use std::fmt;

use super::draft::World;
use super::types;
use crate::diagnostics::{Diagnostic, Diagnostics, codes};
use crate::expr;
use crate::expr::mentions::mentions;
use crate::expr::scope::{Gave, Group, Known, Others, Place, Scope};
use crate::expr::typed::{Column, Expr, Node, Op, Ty};
use crate::model::{Asked, Entity, EntityId, Input, Origin, Rule};
use crate::syntax::{self, ExprText};

/// The names that expressions over one entity's rows know.
pub struct Names<'w> {
    world: &'w World<'w>,
    entity: &'w str,
    own: &'w str,
    user: &'w str,
    columns: Vec<Known>,
    groups: Vec<Group>,
    /// Columns that are totals.
    totals: Vec<(usize, &'w str)>,
    incomplete: bool,
}

impl<'w> Names<'w> {
    pub fn of(world: &'w World<'w>, id: EntityId) -> Self {
        let entity: &Entity = &world.entities[id.0];
        let totals = entity.fields.iter().enumerate();
        let totals = totals.filter(|(_, field)| field.origin == Origin::Total);
        Names {
            world,
            entity: &entity.name,
            own: "",
            user: world.drafts[world.user().0].name,
            columns: columns(world, entity),
            groups: groups(entity),
            totals: totals.map(|(at, field)| (at, field.name.as_str())).collect(),
            incomplete: world.lost(id) || world.tenants_lost(),
        }
    }

    pub fn check(
        &self,
        place: Place,
        text: &ExprText,
        inputs: &[Known],
        out: &mut Diagnostics,
    ) -> Option<Expr> {
        let checked = expr::condition(text, &self.scope(place, inputs, &[], &[]), out)?;
        match self.total_in(place, text, &checked) {
            Some(fault) => {
                out.push(fault);
                None
            }
            None => Some(checked),
        }
    }

    pub fn scope<'a>(
        &'a self,
        place: Place,
        inputs: &'a [Known],
        made: &'a [(usize, Known)],
        gave: &'a [Gave],
    ) -> Scope<'a> {
        Scope {
            place,
            entity: self.entity,
            own: self.own,
            columns: &self.columns,
            groups: &self.groups,
            inputs,
            made,
            gave,
            others: self.world,
            user: self.user,
            incomplete: self.incomplete,
        }
    }

    /// The entity of the action's own row, of which `this` speaks.
    pub fn beside(self, own: &'w str) -> Self {
        Names { own, ..self }
    }

    /// Columns that are there though they may be absent elsewhere.
    pub fn are_there(&mut self, columns: impl IntoIterator<Item = usize>) {
        for at in columns {
            let own = |known: &&mut Known| known.column == Column::Field(at);
            self.columns.iter_mut().filter(own).for_each(|known| known.optional = false);
        }
    }

    /// Whether a bare name means a column.
    pub fn knows(&self, name: &str) -> bool {
        self.columns.iter().any(|known| known.name == name)
    }

    /// Where there is no row: a command's.
    pub fn without_row(world: &'w World<'w>) -> Self {
        Names {
            world,
            entity: "",
            own: "",
            user: world.drafts[world.user().0].name,
            columns: Vec::new(),
            groups: Vec::new(),
            totals: Vec::new(),
            incomplete: world.document.incomplete,
        }
    }

    /// What is kept by a trigger is not there yet when an index or a policy decides.
    fn total_in(&self, place: Place, text: &ExprText, expr: &Expr) -> Option<Diagnostic> {
        use Place::{Copy, Each, Given, Reads, Require, Rule, Step, Timer};
        if matches!(place, Rule | Require | Step | Timer | Copy | Given | Reads | Each) {
            return None;
        }
        let (_, name) = self.totals.iter().find(|(at, _)| speaks_of(expr, *at))?;
        let used = mentions(text).unwrap_or_default();
        let span = used.iter().find(|one| one.name == *name).map_or(text.span, |one| one.span);
        let message = format!("`{name}` is a total, which {} cannot speak of", place.name());
        let next = match place {
            Place::TotalWhere => "let an action set a state or a field, and count by that",
            _ => "ask for it in a rule, or in a `require`",
        };
        Some(
            Diagnostic::new(codes::NOT_ALLOWED_HERE, span, message)
                .reason(
                    "it changes with other rows, and whoever changes those does not write this one",
                )
                .next(next),
        )
    }
}

fn speaks_of(expr: &Expr, field: usize) -> bool {
    expr.node == Node::Column(Column::Field(field))
        || expr.parts().into_iter().any(|part| speaks_of(part, field))
}

impl Others for World<'_> {
    fn row(&self, entity: &str) -> (Vec<Known>, Vec<Group>) {
        let found = self.drafts.find(entity).and_then(|id| self.entities.get(id.0));
        found.map_or_else(Default::default, |entity| (columns(self, entity), groups(entity)))
    }
}

impl fmt::Debug for World<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("World").finish_non_exhaustive()
    }
}

fn columns(world: &World<'_>, entity: &Entity) -> Vec<Known> {
    let known = |name: &str, column: Column, ty: Option<Ty>, optional: bool| Known {
        name: name.to_owned(),
        column,
        ty,
        optional,
    };
    let mut columns = vec![
        known("id", Column::Id, Some(Ty::Ref(entity.name.clone())), false),
        known("created_at", Column::CreatedAt, Some(Ty::Timestamp), false),
        known("updated_at", Column::UpdatedAt, Some(Ty::Timestamp), false),
    ];
    if let Some(states) = &entity.states {
        let names = states.list.iter().map(|state| state.name.clone()).collect();
        columns.push(known("state", Column::State, Some(Ty::Names(names)), false));
    }
    columns.extend(entity.fields.iter().enumerate().map(|(at, field)| {
        let ty = types::in_expressions(world, &field.ty);
        known(&field.name, Column::Field(at), ty, field.optional)
    }));
    columns
}

fn groups(entity: &Entity) -> Vec<Group> {
    let Some(states) = &entity.states else { return Vec::new() };
    let groups = states.groups.iter().map(|group| Group {
        name: group.name.clone(),
        states: group.states.iter().map(|id| states.list[id.0].name.clone()).collect(),
    });
    groups.collect()
}

/// The inputs of an action as an expression sees them.
pub fn inputs(world: &World<'_>, inputs: &[Input]) -> Vec<Known> {
    let known = inputs.iter().map(|input| Known {
        name: input.name.clone(),
        column: Column::Id,
        ty: types::in_expressions(world, &input.ty),
        optional: input.optional,
    });
    known.collect()
}

/// When a rule is asked. What grows is the lesser side of its comparison.
fn asked(rule: &syntax::Rule, holds: &Expr, out: &mut Diagnostics) -> Option<Asked> {
    match (rule.checked, rule.only) {
        (None, None) => Some(Asked::Always),
        (Some(_), None) => Some(Asked::AtCommit),
        (Some(checked), Some(only)) => {
            out.push(
                Diagnostic::new(
                    codes::NO_GROWTH,
                    only,
                    "what has grown is known when a row is written, not when all is done",
                )
                .also(checked, "asks when all is done")
                .next("keep one of the two"),
            );
            None
        }
        (None, Some(only)) => match &holds.node {
            Node::Binary(Op::Le | Op::Lt, less, _) => Some(Asked::Growth((**less).clone())),
            Node::Binary(Op::Ge | Op::Gt, _, less) => Some(Asked::Growth((**less).clone())),
            _ => {
                let message = "it is not said what would grow: this is no comparison of two sides";
                out.push(
                    Diagnostic::new(codes::NO_GROWTH, rule.holds.span, message)
                        .also(only, "refuses growth alone")
                        .next("write what is used on the one side and its cap on the other: `used <= cap`"),
                );
                None
            }
        },
    }
}

pub fn rules(world: &World<'_>, id: EntityId, out: &mut Diagnostics) -> Vec<Rule> {
    let Some(declared) = world.drafts[id.0].declared else { return Vec::new() };
    let names = Names::of(world, id);
    let rules = declared.rules.iter().filter_map(|(name, rule)| {
        let holds = names.check(Place::Rule, &rule.holds, &[], out)?;
        let asked = match asked(rule, &holds, out)? {
            // Nothing grows in a row that never changes.
            Asked::Growth(_) if world.drafts[id.0].append_only() => Asked::Always,
            asked => asked,
        };
        let paid = rule.status.as_ref().is_some_and(|status| status.value == 402);
        Some(Rule { name: name.value.clone(), holds, asked, paid })
    });
    rules.collect()
}
