//! What is given to doors that ask a hook, and what the hook gives, such that what comes of it may be.

use super::calls::{Call, Drafter};
use super::oracle::Principal;
use super::settle::{renamed, settle};
use super::spec::{Does, Door, Entity, Expr, Field, Gives, Type};
use super::steps;
use super::value::{Value, now};
use super::world::Row;
use std::collections::BTreeMap;

impl Drafter<'_> {
    /// Changes what the caller of a command gives until the requirements are as they are wanted.
    pub fn suit_inputs(
        &mut self,
        entity: &Entity,
        door: &Door,
        principal: &Principal<'_>,
        inputs: &mut BTreeMap<String, Value>,
        unmet: Option<&str>,
    ) {
        if door.asks.is_none() {
            return;
        }
        let fields = door.input.iter().map(|input| field(&input.name, &input.ty, input.optional));
        let given = Entity { fields: fields.collect(), ..entity.clone() };
        let mut row = self.fresh(entity, principal, "", None);
        row.values = inputs.clone();
        let same = |name: &str| name.to_owned();
        let wanted: Vec<(Expr, bool)> = door
            .require
            .iter()
            .map(|one| (renamed(&one.holds, &same), unmet != Some(one.name.as_str())))
            .collect();
        let wanted: Vec<(&Expr, bool)> =
            wanted.iter().map(|(holds, side)| (holds, *side)).collect();
        settle(&given, &mut row, &wanted, &|_| true, &mut self.random, &mut self.serial);
        for input in &door.input {
            self.move_start(&input.name, &mut row, &wanted);
            inputs.insert(input.name.clone(), row.column(&input.name));
        }
    }

    /// Gives every other range a start anywhere from a minute to a year from now, where the conditions allow that.
    fn move_start(&mut self, name: &str, row: &mut Row, wanted: &[(&Expr, bool)]) {
        let Value::Times(from, until) = row.column(name) else { return };
        let start = now() + (1 << (6 + self.random.below(19)));
        let mut moved = row.clone();
        moved.values.insert(name.to_owned(), Value::Times(start, start + until - from));
        let as_before = |(condition, side): &(&Expr, bool)| {
            row.holds(condition, None) != *side || moved.holds(condition, None) == *side
        };
        if self.random.below(2) == 0 && wanted.iter().all(as_before) {
            *row = moved;
        }
    }

    /// Chooses what the hook gives such that the rows which are made of it keep their rules.
    pub fn suit_hook(&mut self, entity: &Entity, door: &Door, call: &mut Call<'_>) {
        let Some(asks) = &door.asks else { return };
        for (at, step) in door.steps.iter().enumerate() {
            let given = match &step.does {
                Does::Set { set } => set,
                Does::Create { with, .. } => with,
                Does::Run { accept, .. } => accept,
                Does::Each { .. } | Does::Call { .. } | Does::Agree { .. } => continue,
            };
            let gives = |expr: &Expr| match expr {
                Expr::Input(name) => asks.gives.iter().find(|one| one.name == *name),
                _ => None,
            };
            let from: Vec<(&str, &Gives)> = given
                .iter()
                .filter_map(|one| Some((one.name.as_str(), gives(&one.value)?)))
                .collect();
            if from.is_empty() {
                continue;
            }
            let Some(mut row) = self.written_by(door, call, at) else { continue };
            let of = self
                .spec
                .entity(if matches!(step.does, Does::Set { .. }) {
                    &entity.name
                } else {
                    &row.entity
                })
                .clone();
            let rules = of.rules.iter().filter(|rule| !of.speaks_of_picks(&rule.holds));
            let wanted: Vec<(&Expr, bool)> = rules.map(|rule| (&rule.holds, true)).collect();
            let free = |field: &Field| from.iter().any(|(name, _)| *name == field.name);
            settle(&of, &mut row, &wanted, &free, &mut self.random, &mut self.serial);
            for (name, one) in from {
                let value = row.column(name);
                if one.optional || !value.is_null() {
                    call.inputs.insert(one.name.clone(), value);
                }
            }
        }
    }

    /// The row that a step writes, as things stand.
    fn written_by(&self, door: &Door, call: &Call<'_>, at: usize) -> Option<Row> {
        let before = call.row.unwrap_or(&call.result);
        if let Does::Set { .. } = door.steps[at].does {
            let (set, _) = self.set(door, call, before);
            let mut row = call.result.clone();
            row.values.extend(set);
            return Some(row);
        }
        let effects = self.effects(door, call).ok()?;
        let id = steps::made(door, at, &call.id);
        let made = effects.iter().find(|effect| effect.row.id == id);
        made.or(effects.get(at)).map(|effect| effect.row.clone())
    }
}

fn field(name: &str, ty: &Type, optional: bool) -> Field {
    Field {
        name: name.to_owned(),
        column: name.to_owned(),
        ty: ty.clone(),
        optional,
        frozen: false,
        later: false,
        personal: false,
        default: None,
        copied: None,
    }
}
