//! A written blueprint to the closed world that it describes.
//!
//! Each file is named for the truth that it establishes, and reports all that is wrong about it. A
//! later file stays silent about what only follows from an earlier one's finding.

mod accepts;
mod actions;
mod conditions;
mod contexts;
mod defaults;
mod draft;
mod entities;
mod fields;
mod grantees;
mod identity;
mod implied;
mod names_unique;
mod parties;
mod plurals;
mod reads;
mod references_linked;
mod roles;
mod scopes;
mod settings;
mod states;
mod types;
mod uniques;
mod unknown;

use draft::World;

use crate::diagnostics::Diagnostics;
use crate::model::{Model, Service};
use crate::syntax::{Document, Routes};

/// The model of a blueprint; None where anything about it is wrong, which is then reported.
pub fn resolve(document: &Document) -> (Option<Model>, Diagnostics) {
    let mut out = Diagnostics::new();
    let model = build(document, &mut out);
    (model.filter(|_| out.is_empty() && !document.incomplete), out)
}

fn build(document: &Document, out: &mut Diagnostics) -> Option<Model> {
    let drafts = entities::drafts(document, out);
    let contexts = contexts::contexts(document, &drafts, out);
    let roles = roles::roles(document, &contexts, out);
    let contexts = contexts::founders(document, contexts, &roles, out);
    let scopes = scopes::scopes(document, &drafts, &contexts, out);
    let mut settings = settings::settings(document, out);
    let tokens = identity::tokens(document, &mut settings, out);
    let mut world = World { document, drafts, contexts, roles, scopes, entities: Vec::new() };
    names_unique::across(&world, out);
    world.entities = entities::entities(&world, out);
    for index in 0..world.entities.len() {
        entities::grants_and_actions(&mut world, index, out);
    }
    names_unique::routes(&world, out);
    let identity = identity::identity(&world, tokens, out)?;
    let service = Service {
        name: document.service.name.as_ref()?.value.clone(),
        summary: document.service.summary.as_ref().map(unknown::words).unwrap_or_default(),
        currency: types::service_currency(document),
    };
    Some(Model {
        service,
        settings,
        identity,
        contexts: world.contexts,
        roles: world.roles,
        entities: world.entities,
        standard_routes: matches!(
            document.routes.as_ref().map(|routes| routes.value),
            Some(Routes::Standard)
        ),
    })
}

#[cfg(test)]
mod tests;
