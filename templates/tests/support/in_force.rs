//! Rows in force: those that the world has, which of them holds at an instant, and which one a new one ends.

use super::calls::Drafter;
use super::spec::{Effective, Entity, Exclusion, Type};
use super::steps::Effect;
use super::value::{Value, now};
use super::world::{Maker, Row, Wish, World};
use std::collections::BTreeMap;

pub const DAY: i64 = 86_400;

impl Entity {
    /// Whether no row changes but as the database lets it.
    pub fn only_made(&self) -> bool {
        self.append_only || self.effective.is_some()
    }
}

impl Exclusion {
    /// Where it stands in its entity.
    pub fn part(&self) -> String {
        self.part.clone().unwrap_or_else(|| format!("exclude.{}", self.name))
    }
}

impl Effective {
    pub fn key(&self, row: &Row) -> Vec<Value> {
        self.by.iter().map(|field| row.column(field)).collect()
    }

    pub fn ends(&self, row: &Row) -> (i64, i64) {
        match row.column(&self.during) {
            Value::Times(from, until) => (from, until),
            other => panic!("{other:?} is no time"),
        }
    }
}

impl World {
    /// The row that is in force at an instant, of those of a key.
    pub fn in_force(&self, entity: &Entity, key: &[Value], at: i64) -> Option<&Row> {
        let effective = entity.effective.as_ref()?;
        self.rows_of(&entity.name).filter(|row| effective.key(row) == key).find(|row| {
            let (from, until) = effective.ends(row);
            from <= at && at < until
        })
    }
}

impl<'s> Maker<'s> {
    /// Rows in force by each key by which some are picked, so that most find one; where another key is less
    /// particular, half of them do without their own.
    pub fn in_force(&mut self, entity: &'s Entity) {
        let Some(effective) = &entity.effective else { return };
        let tenants: Vec<Option<String>> = match &entity.tenant {
            Some(tenant) => {
                let all = self.world.tenants(&tenant.entity).into_iter();
                all.map(|id| Some(id.to_owned())).collect()
            }
            None => vec![None],
        };
        let picks = self.spec.entities.iter().flat_map(|other| &other.picks);
        let picks: Vec<_> = picks.filter(|pick| pick.from == entity.name).cloned().collect();
        if picks.is_empty() {
            self.one_in_force(entity, &effective.during, &tenants);
        }
        for (tenant, pick) in tenants.iter().flat_map(|one| picks.iter().map(move |pick| (one, pick))) {
            for (place, key) in pick.by.iter().enumerate() {
                let all: Vec<Value> = match key {
                    None => vec![Value::Null],
                    Some(given) if !matches!(entity.field(&given.name).ty, Type::Ref { .. }) => {
                        names_of(&entity.field(&given.name).ty)
                    }
                    Some(given) => {
                        let field = entity.field(&given.name);
                        let ty = &field.ty;
                        let mut named = self.world.referable(self.spec, ty, tenant.as_deref());
                        self.world.leave_some(self.spec, field, 0, &mut named);
                        let last = place + 1 == pick.by.len();
                        let some = named.iter().enumerate().filter(|(at, _)| last || at % 2 == 0);
                        some.map(|(_, id)| Value::text(id)).collect()
                    }
                };
                for value in all {
                    let mut fixed: BTreeMap<String, Value> =
                        effective.by.iter().map(|field| (field.clone(), Value::Null)).collect();
                    if let (Some(tenant), Some(column)) = (tenant, &entity.tenant) {
                        fixed.insert(column.column.clone(), Value::text(tenant));
                    }
                    fixed.extend(key.iter().map(|given| (given.name.clone(), value.clone())));
                    let wanted: Vec<Value> = effective.by.iter().map(|field| fixed[field].clone()).collect();
                    if self.world.in_force(entity, &wanted, now()).is_some() {
                        continue;
                    }
                    let held = Value::Times(now() - 30 * DAY, now() + 400 * DAY);
                    fixed.insert(effective.during.clone(), held);
                    let wish = Wish { tenant: tenant.as_deref(), fixed, ..Wish::default() };
                    if let Some(row) = self.row(entity, &wish) {
                        self.world.add(self.spec, row);
                    }
                }
            }
        }
    }
}

/// All that a field can hold, where that is a few names.
fn names_of(ty: &Type) -> Vec<Value> {
    match ty {
        Type::OneOf { values } => values.iter().map(Value::text).collect(),
        _ => Vec::new(),
    }
}

impl<'s> Maker<'s> {
    /// For each tenant one that is in force, by whatever key.
    fn one_in_force(&mut self, entity: &'s Entity, during: &str, tenants: &[Option<String>]) {
        for tenant in tenants {
            let held = Value::Times(now() - 30 * DAY, now() + 400 * DAY);
            let fixed = BTreeMap::from([(during.to_owned(), held)]);
            let wish = Wish { tenant: tenant.as_deref(), fixed, ..Wish::default() };
            if let Some(row) = self.row(entity, &wish) {
                self.world.add(self.spec, row);
            }
        }
    }
}

impl Drafter<'_> {
    /// What a step that makes a row ends: the one in force where it begins. Refused where that does not lie ahead.
    pub fn ended(&self, entity: &Entity, made: &Row) -> Result<Option<Effect>, (String, String)> {
        let Some(effective) = &entity.effective else { return Ok(None) };
        let Value::Times(start, _) = made.column(&effective.during) else { return Ok(None) };
        if start <= now() {
            let path = format!("entities.{}.effective.future", entity.name);
            return if effective.future { Err(("BP409".to_owned(), path)) } else { Ok(None) };
        }
        let key = effective.key(made);
        let before = self.world.in_force(entity, &key, start);
        let before = before.filter(|row| effective.ends(row).0 < start);
        Ok(before.map(|before| {
            let mut row = Row { version: before.version + 1, ..before.clone() };
            let range = Value::Times(effective.ends(before).0, start);
            row.values.insert(effective.during.clone(), range);
            Effect::changed(row)
        }))
    }
}

/// Lets a row hold from a time that is far ahead of all others, where it holds for one.
pub fn ahead(entity: &Entity, row: &mut Row) {
    if let Some(effective) = &entity.effective {
        let far = Value::Times(now() + 900 * DAY, now() + 950 * DAY);
        row.values.insert(effective.during.clone(), far);
    }
}
