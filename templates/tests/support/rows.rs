//! The world's rows, found by their entity and by their id.

use super::value::Value;
use super::world::Row;
use std::collections::HashMap;

#[derive(Default)]
pub struct Rows {
    /// In the order in which they can be inserted.
    all: Vec<Row>,
    of: HashMap<String, Vec<usize>>,
    by_id: HashMap<String, usize>,
}

impl Rows {
    /// No two have one id, also where their entities differ.
    pub fn push(&mut self, row: Row) {
        let at = self.all.len();
        self.of.entry(row.entity.clone()).or_default().push(at);
        let before = self.by_id.insert(row.id.clone(), at);
        assert!(before.is_none(), "two rows have the id {}", row.id);
        self.all.push(row);
    }

    pub fn len(&self) -> usize {
        self.all.len()
    }

    pub fn iter(&self) -> impl Iterator<Item = &Row> {
        self.all.iter()
    }

    pub fn of<'w>(&'w self, entity: &str) -> impl Iterator<Item = &'w Row> + use<'w> {
        self.of.get(entity).map_or(&[][..], Vec::as_slice).iter().map(|at| &self.all[*at])
    }

    pub fn find(&self, entity: &str, id: &str) -> Option<&Row> {
        self.by_id.get(id).map(|at| &self.all[*at]).filter(|row| row.entity == entity)
    }

    /// Gives a row's field a value.
    pub fn set(&mut self, entity: &str, id: &str, field: String, value: Value) {
        let Some(at) = self.by_id.get(id) else { return };
        let row = &mut self.all[*at];
        if row.entity == entity {
            row.values.insert(field, value);
        }
    }
}
