//! Expressions of an entity: its rules, and what grants, keys and actions ask for.

use super::draft::World;
use super::types;
use crate::diagnostics::Diagnostics;
use crate::expr;
use crate::expr::scope::{Group, Known, Place, Scope};
use crate::expr::typed::{Column, Expr, Ty};
use crate::model::{Entity, EntityId, Input, Rule};
use crate::syntax::ExprText;

/// The names that expressions over one entity's rows know.
pub struct Names<'w> {
    entity: &'w str,
    user: &'w str,
    columns: Vec<Known>,
    groups: Vec<Group>,
    incomplete: bool,
}

impl<'w> Names<'w> {
    pub fn of(world: &'w World<'_>, id: EntityId) -> Self {
        let entity: &Entity = &world.entities[id.0];
        Names {
            entity: &entity.name,
            user: world.drafts[world.user().0].name,
            columns: columns(world, entity),
            groups: groups(entity),
            incomplete: world.lost(id),
        }
    }

    pub fn check(
        &self,
        place: Place,
        text: &ExprText,
        inputs: &[Known],
        out: &mut Diagnostics,
    ) -> Option<Expr> {
        let scope = Scope {
            place,
            entity: self.entity,
            columns: &self.columns,
            groups: &self.groups,
            inputs,
            user: self.user,
            incomplete: self.incomplete,
        };
        expr::condition(text, &scope, out)
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

pub fn rules(world: &World<'_>, id: EntityId, out: &mut Diagnostics) -> Vec<Rule> {
    let Some(declared) = world.drafts[id.0].declared else { return Vec::new() };
    let names = Names::of(world, id);
    let rules = declared.rules.iter().filter_map(|(name, text)| {
        let holds = names.check(Place::Rule, text, &[], out)?;
        Some(Rule { name: name.value.clone(), holds })
    });
    rules.collect()
}
