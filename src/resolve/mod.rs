//! A written blueprint to the closed world that it describes.
//!
//! Each file is named for the truth that it establishes, and reports all that is wrong about it. A
//! later file stays silent about what only follows from an earlier one's finding.

mod accepts;
mod actions;
mod append_only;
mod approvals;
mod asked_for;
mod calls;
mod commands;
mod conditions;
mod contexts;
mod copies;
mod defaults;
mod deletion;
mod draft;
mod each;
mod effective;
mod entities;
mod erasure;
mod exclusions;
mod fields;
mod grantees;
mod hooks;
mod identity;
mod implied;
pub mod index;
mod live_reads;
mod makes;
mod names_in_code;
mod names_unique;
mod numbers;
mod parties;
mod picks;
mod places;
mod plurals;
mod quotas;
mod reads;
mod references_linked;
mod renames;
mod requests;
mod roles;
mod runs;
mod scopes;
mod settings;
mod settled;
mod states;
mod step_up;
mod steps;
mod takes;
mod timers;
mod totals;
mod types;
mod uniques;
mod unknown;

use draft::World;

use crate::diagnostics::Diagnostics;
use crate::model::{Model, Places, Service};
use crate::syntax::{Document, Routes};

/// What became of a written blueprint.
#[derive(Debug)]
pub struct Resolved {
    /// The world as far as it could be understood. It holds only where nothing at all was reported;
    /// until then it serves to find more.
    pub model: Model,
    pub places: Places,
    pub diagnostics: Diagnostics,
}

/// Establishes every truth that a model rests on, and reports all that stands against one.
pub fn resolve(document: &Document) -> Resolved {
    let mut out = Diagnostics::new();
    let expanded = approvals::expanded(document, &mut out);
    let document = expanded.as_ref().unwrap_or(document);
    let model = build(document, &mut out);
    Resolved { model, places: places::places(document), diagnostics: out }
}

fn build(document: &Document, out: &mut Diagnostics) -> Model {
    let drafts = entities::drafts(document, out);
    let contexts = contexts::contexts(document, &drafts, out);
    let roles = roles::roles(document, &contexts, out);
    let contexts = contexts::founders(document, contexts, &roles, out);
    let scopes = scopes::scopes(document, &drafts, &contexts, out);
    let mut settings = settings::settings(document, out);
    let tokens = identity::tokens(document, &mut settings, out);
    let mut world = World {
        document,
        drafts,
        contexts,
        roles,
        scopes,
        entities: Vec::new(),
        hooks: Vec::new(),
    };
    names_unique::across(&world, out);
    names_in_code::across(document, out);
    let renames = renames::renames(document, out);
    world.entities = entities::entities(&world, out);
    for index in 0..world.entities.len() {
        // Nothing more would be told, and there will be no model.
        if out.is_full() {
            break;
        }
        entities::grants_and_actions(&mut world, index, out);
    }
    if !out.is_full() {
        numbers::numbers(&mut world, out);
        effective::effective(&mut world, out);
        picks::picks(&mut world, out);
        copies::copies(&mut world, out);
        world.hooks = hooks::hooks(&world, out);
        commands::commands(&mut world, out);
        settled::settled(&mut world, out);
        live_reads::live_reads(&world, out);
        asked_for::link(&mut world, out);
    }
    hooks::unasked(&world, out);
    if !out.is_full() {
        erasure::check(&world, out);
    }
    deletion::uncount(&mut world.entities);
    names_unique::routes(&world, out);
    let identity = identity::identity(&world, tokens, out);
    let service = Service {
        name: document.service.name.as_ref().map(|name| name.value.clone()).unwrap_or_default(),
        summary: document.service.summary.as_ref().map(unknown::words).unwrap_or_default(),
        currency: types::service_currency(document),
    };
    Model {
        service,
        settings,
        identity,
        contexts: world.contexts,
        roles: world.roles,
        entities: world.entities,
        renames,
        hooks: world.hooks,
        standard_routes: matches!(
            document.routes.as_ref().map(|routes| routes.value),
            Some(Routes::Standard)
        ),
    }
}

#[cfg(test)]
mod tests;
