//! What the database finds for a row and takes with it, as the tests' engine expects it.

use super::calls::Outcome;
use super::eval::{self, Scope};
use super::settle::columns;
use super::spec::{Entity, Expr, Given, Pick, Spec};
use super::value::{Value, now};
use super::world::{Row, World};

impl Entity {
    /// Whether an expression speaks of what the database finds, or takes with it.
    pub fn speaks_of_picks(&self, expr: &Expr) -> bool {
        let mut names = Vec::new();
        columns(expr, &mut names);
        self.picks.iter().any(|pick| {
            let taken = pick.takes.iter().map(|one| &one.name).chain([&pick.field]);
            taken.into_iter().any(|field| names.contains(&field.as_str()))
        })
    }
}

impl World {
    /// Gives a row what the database finds for it, now that it is made or has come from `before`; refused where it
    /// finds none.
    pub fn pick(
        &self,
        spec: &Spec,
        entity: &Entity,
        row: &mut Row,
        before: Option<&Row>,
    ) -> Outcome {
        for pick in &entity.picks {
            let comes = match (&pick.to, before) {
                (None, None) => true,
                (Some(to), Some(before)) => {
                    let moves = row.state.as_ref() == Some(to) && before.state != row.state;
                    moves && row.column(&pick.field).is_null()
                }
                _ => false,
            };
            if !comes {
                continue;
            }
            let found = pick.by.iter().find_map(|key| self.found(spec, entity, pick, row, key.as_ref()));
            if found.is_none() && !pick.clear {
                let path = format!("entities.{}.pick.{}", entity.name, pick.field);
                return Err(("BP409".to_owned(), path));
            }
            row.values.insert(pick.field.clone(), found.map_or(Value::Null, Value::Text));
            for one in &pick.takes {
                let value = self.said(spec, entity, row, &one.value);
                row.values.insert(one.name.clone(), value);
            }
        }
        Ok(())
    }

    fn found(
        &self,
        spec: &Spec,
        entity: &Entity,
        pick: &Pick,
        row: &Row,
        key: Option<&Given>,
    ) -> Option<String> {
        let from = spec.entity(&pick.from);
        let effective = from.effective.as_ref()?;
        let wanted = key.map(|key| (key.name.as_str(), self.said(spec, entity, row, &key.value)));
        if wanted.as_ref().is_some_and(|(_, value)| value.is_null()) {
            return None;
        }
        let tenant = from.tenant.as_ref().map(|tenant| tenant.column.as_str());
        let values = effective.by.iter().map(|field| match &wanted {
            _ if Some(field.as_str()) == tenant => {
                row.tenant.as_ref().map_or(Value::Null, Value::text)
            }
            Some((name, value)) if name == field => value.clone(),
            _ => Value::Null,
        });
        let values: Vec<Value> = values.collect();
        self.in_force(from, &values, now()).map(|found| found.id.clone())
    }

    /// What an expression says of a row and of those that it names.
    fn said(&self, spec: &Spec, entity: &Entity, row: &Row, expr: &Expr) -> Value {
        let column = |name: &str| match name.split_once('.') {
            None => row.column(name),
            Some((own, rest)) => self.far(spec, &entity.field(own).ty, &row.column(own), rest),
        };
        let scope = Scope { column: &column, input: &|_| Value::Null, actor: None, now: now() };
        eval::eval(expr, &scope)
    }
}
