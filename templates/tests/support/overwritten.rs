//! Which rows are a person's, and what they hold once he is erased.

use super::calls::Drafter;
use super::spec::{Entity, Erasure, Replacement};
use super::steps::Effect;
use super::value::{Value, now};
use super::world::Row;

impl Entity {
    /// Whether its rows hold what is personal of somebody whom they name.
    pub fn holds_of_others(&self) -> bool {
        self.erasure.as_ref().is_some_and(|erasure| erasure.of.is_some())
    }
}

impl Erasure {
    pub fn is_of(&self, row: &Row, person: &str) -> bool {
        match &self.of {
            None => row.id == person,
            Some(of) => row.names(of, person),
        }
    }
}

impl Replacement {
    pub fn value(&self, id: &str) -> Value {
        match self {
            Replacement::Absent => Value::Null,
            Replacement::Fixed { text } => Value::text(text),
            Replacement::OfId { before, after, width } => {
                let id = id.replace('-', "");
                Value::Text(format!("{before}{id:.<width$}{after}"))
            }
        }
    }
}

/// The row once its person is erased.
pub fn erased(entity: &Entity, row: &Row) -> Row {
    let mut erased = row.clone();
    for (name, value) in entity.erasure.iter().flat_map(|erasure| &erasure.fields) {
        erased.values.insert(name.clone(), value.value(&row.id));
    }
    if let Some(at) = &entity.erased_at {
        erased.values.insert(at.clone(), Value::Time(now()));
    }
    erased
}

impl Drafter<'_> {
    /// Rows of others than the person that are overwritten with him, by their ids.
    pub fn erased_with(&self, person: &str) -> Vec<Effect> {
        let mut effects = Vec::new();
        for entity in &self.spec.entities {
            let Some(erasure) = entity.erasure.as_ref().filter(|one| one.of.is_some()) else {
                continue;
            };
            let his = self.world.rows_of(&entity.name).filter(|row| erasure.is_of(row, person));
            effects.extend(his.map(|row| {
                Effect::changed(Row { version: row.version + 1, ..erased(entity, row) })
            }));
        }
        effects.sort_by(|a, b| a.row.id.cmp(&b.row.id));
        effects
    }
}
