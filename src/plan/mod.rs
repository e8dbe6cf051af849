//! Model + Schema → plain structs shaped like the output.
//!
//! All decisions about types and names fall here, so that templates have none to make.

mod constraint;
mod context;
mod database;
mod docs;
mod domain;
mod entity;
mod handler;
pub mod hooks;
mod json_type;
mod literal;
mod names;
mod notes;
mod openapi;
mod permissions;
pub mod quote;
mod routes;
mod rust_type;
mod service;
mod store;
mod tests;
mod timers;
mod view;
mod walk;

use serde::Serialize;

use crate::model::Model;
use crate::recorded;
use crate::schema::Schema;
use crate::tree::Ownership;

use database::Database;
pub use entity::Entity;
pub use json_type::{example as json_example, member as json_member};
pub use openapi::refusals::told as refusals;
pub use routes::{Method, Operation, Route, RowBy, prefix, routes};

/// All that templates are given.
#[derive(Debug, Clone, Serialize)]
pub struct Plan {
    pub service: service::Service,
    pub tokens: service::Tokens,
    /// For `.env.example`.
    pub variables: Vec<service::Variable>,
    /// For the configuration.
    pub settings: Vec<service::Variable>,
    pub contexts: Vec<context::Context>,
    /// Those in which some route acts, and `self`.
    pub acting: Vec<context::Context>,
    /// Those of `acting` that are entered by a gate.
    pub gated: Vec<context::Context>,
    pub extractors: Vec<String>,
    /// Modules of the entities, sorted.
    pub modules: Vec<String>,
    pub staff: Vec<context::Staff>,
    /// Logins of the database, after the prefix.
    pub logins: Vec<String>,
    pub timers: Vec<timers::Timer>,
    pub constraints: Vec<constraint::Constraint>,
    pub currencies: Vec<service::Currency>,
    pub currency_types: Vec<String>,
    /// Given to the templates of the service and, one by one, to those of an entity.
    #[serde(skip)]
    pub entities: Vec<entity::Entity>,
    pub hooks: Vec<hooks::Hook>,
    /// The expression that names them all.
    pub hooks_known: &'static str,
    pub permissions: Vec<permissions::Table>,
    /// Rows of docs/permissions.md about the roles.
    pub roles: Vec<Vec<String>>,
    /// The same about the contexts of which something is said.
    pub contexts_told: Vec<String>,
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

/// Everything that the output says, as data; `without` leaves one guard of the store out.
pub fn plan(model: &Model, schema: &Schema, without: Option<&str>) -> Plan {
    let database = Database::of(schema);
    let routes = routes(model);
    let contexts = context::contexts(model, &routes);
    let acting: Vec<_> = contexts.iter().filter(|context| context.used).cloned().collect();
    let gated = acting.iter().filter(|context| context.kind != "anyone").cloned().collect();
    let currencies = service::currencies(model);
    let mut modules: Vec<String> = model.entities.iter().map(entity::module).collect();
    modules.sort_unstable();
    Plan {
        service: service::service(model),
        tokens: service::tokens(model),
        variables: service::variables(model),
        settings: service::settings(model),
        extractors: acting.iter().map(|context| context.extractor.clone()).collect(),
        currency_types: currencies.iter().map(|currency| currency.name.clone()).collect(),
        currencies,
        logins: timers::logins(model, &contexts),
        contexts,
        acting,
        gated,
        modules,
        timers: timers::timers(model),
        staff: context::staff(model),
        constraints: constraint::constraints(database),
        entities: entity::entities(model, database, &routes, without),
        hooks: hooks::hooks(model),
        hooks_known: if model.hooks.is_empty() { "&[]" } else { "hooks::ALL" },
        permissions: permissions::tables(model),
        roles: permissions::roles(model),
        contexts_told: permissions::contexts(model),
        entity_docs: docs::entities(model),
        references: docs::references(model),
        state_docs: docs::states(model),
        walk: walk::steps(model, &routes),
        files: files(model, schema, &routes),
    }
}

/// Ids of the guards that [`plan`] can leave out.
pub fn guards(model: &Model, schema: &Schema) -> Vec<String> {
    store::guards(model, Database::of(schema), &routes(model))
}

fn files(model: &Model, schema: &Schema, routes: &[Route]) -> Vec<File> {
    let file = |path: &str, text, ownership, origin: &str| File {
        path: path.to_owned(),
        text,
        ownership,
        origin: origin.to_owned(),
    };
    let openapi = openapi::openapi(model, routes);
    let mut files = vec![
        file("openapi.json", openapi, Ownership::Generated, "routes"),
        file("migrations/bootstrap.sql", schema.bootstrap_sql(), Ownership::Generated, "identity"),
        file("migrations/0001_init.sql", schema.init_sql(), Ownership::Append, "entities"),
    ];
    let names = recorded::Names::of(model).text();
    files.push(file(recorded::PATH, names, Ownership::Generated, "entities"));
    files.extend(tests::files(model));
    files
}

#[cfg(test)]
pub mod example;
