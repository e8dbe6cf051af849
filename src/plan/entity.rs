//! One entity as its Rust files show it.

use serde::Serialize;

use crate::model::Model;

use super::names;

#[derive(Debug, Clone, Serialize)]
pub struct Entity {
    /// `Task`.
    pub name: String,
    /// `task`: its module and file.
    pub module: String,
    pub summary: String,
}

pub fn entities(model: &Model) -> Vec<Entity> {
    model
        .entities
        .iter()
        .map(|entity| Entity {
            name: entity.name.clone(),
            module: names::snake(&entity.name),
            summary: names::about(model, entity),
        })
        .collect()
}
