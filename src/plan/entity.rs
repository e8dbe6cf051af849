//! One entity as its Rust files show it.

use serde::Serialize;

use crate::model::{Entity as Modelled, EntityId, Model};

use super::database::Database;
use super::domain::{self, Domain};
use super::handler::{self, Handler, Path};
use super::names;
use super::routes::Route;
use super::rust_type;
use super::store::{self, Query};

#[derive(Debug, Clone, Serialize)]
pub struct Entity {
    /// `Task`.
    pub name: String,
    /// `task`: its files.
    pub file: String,
    /// `task`: its module, raw where that is a keyword.
    pub module: String,
    /// `one thing to do in a project.`
    pub lead: String,
    #[serde(flatten)]
    pub domain: Domain,
    pub queries: Vec<Query>,
    pub paths: Vec<Path>,
    pub handlers: Vec<Handler>,
    /// Every type of its domain file, for whoever imports from it.
    pub types: Vec<String>,
}

pub fn entities(
    model: &Model,
    database: Database<'_>,
    routes: &[Route],
    without: Option<&str>,
) -> Vec<Entity> {
    model.entity_ids().map(|id| one(model, id, database, routes, without)).collect()
}

fn one(
    model: &Model,
    id: EntityId,
    database: Database<'_>,
    routes: &[Route],
    without: Option<&str>,
) -> Entity {
    let entity = &model[id];
    let routes: Vec<&Route> = routes.iter().filter(|route| route.entity == id).collect();
    let domain = domain::domain(model, id, database, &routes);
    Entity {
        name: entity.name.clone(),
        file: names::snake(&entity.name),
        module: module(entity),
        lead: names::lead(&names::about(model, entity)),
        types: domain.types(),
        queries: routes.iter().map(|route| store::query(model, database, route, without)).collect(),
        paths: handler::paths(model, &routes),
        handlers: routes.iter().map(|route| handler::handler(model, database, route)).collect(),
        domain,
    }
}

/// Its module: `booking_line`.
pub fn module(entity: &Modelled) -> String {
    rust_type::ident(&names::snake(&entity.name))
}
