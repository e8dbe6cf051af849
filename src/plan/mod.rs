//! Model + Schema → plain structs shaped like the output.
//!
//! All decisions about types and names fall here, so that templates have none to make.

mod context;
mod docs;
mod entity;
mod json_type;
mod literal;
mod names;
mod openapi;
mod permissions;
mod phrase;
mod routes;
mod service;
mod view;
mod walk;

use serde::Serialize;

use crate::model::Model;
use crate::tree::Ownership;

pub use routes::{Method, Operation, Route, RowBy, routes};

/// All that templates are given.
#[derive(Debug, Clone, Serialize)]
pub struct Plan {
    pub service: service::Service,
    pub tokens: service::Tokens,
    pub variables: Vec<service::Variable>,
    pub contexts: Vec<context::Context>,
    pub entities: Vec<entity::Entity>,
    pub permissions: Vec<permissions::Table>,
    pub entity_docs: Vec<docs::EntityDoc>,
    pub references: Vec<docs::Reference>,
    pub state_docs: Vec<docs::StatesDoc>,
    pub walk: Vec<walk::Step>,
    /// Files that no template makes.
    #[serde(skip)]
    pub files: Vec<File>,
}

/// A file whose text the plan has made whole.
#[derive(Debug, Clone)]
pub struct File {
    pub path: String,
    pub text: String,
    pub ownership: Ownership,
    pub origin: String,
}

/// Everything that the output says, as data.
pub fn plan(model: &Model) -> Plan {
    let routes = routes(model);
    Plan {
        service: service::service(model),
        tokens: service::tokens(model),
        variables: service::variables(model),
        contexts: context::contexts(model),
        entities: entity::entities(model),
        permissions: permissions::tables(model),
        entity_docs: docs::entities(model),
        references: docs::references(model),
        state_docs: docs::states(model),
        walk: walk::steps(model, &routes),
        files: vec![File {
            path: "openapi.json".into(),
            text: openapi::openapi(model, &routes),
            ownership: Ownership::Generated,
            origin: "routes".into(),
        }],
    }
}

#[cfg(test)]
pub mod example;
