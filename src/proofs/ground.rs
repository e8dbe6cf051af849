//! What a proof may rest on.

use crate::diagnostics::Diagnostics;
use crate::model::{Action, Entity, EntityId, Field, Model, Places};
use crate::source::Span;

pub struct Ground<'a> {
    pub model: &'a Model,
    pub places: &'a Places,
    /// Where something was reported before.
    reported: Vec<Span>,
    /// Whether all that was reported stands within entities.
    identity_clean: bool,
}

impl<'a> Ground<'a> {
    pub fn new(model: &'a Model, places: &'a Places, diagnostics: &Diagnostics) -> Self {
        let reported: Vec<Span> = diagnostics.iter().map(|one| one.primary.span).collect();
        let regions: Vec<Span> = model
            .entities
            .iter()
            .filter_map(|entity| places.region(&format!("entities.{}", entity.name)))
            .collect();
        let inside = |span: &Span| regions.iter().any(|region| contains(*region, *span));
        let identity_clean = reported.iter().all(inside);
        Ground { model, places, reported, identity_clean }
    }

    /// Whether nothing was reported about a path; nothing is about what was not written.
    pub fn clean(&self, path: &str) -> bool {
        // Most blueprints have no mistake, and then no region is asked for.
        self.reported.is_empty()
            || self
                .places
                .region(path)
                .is_none_or(|region| !self.reported.iter().any(|span| contains(region, *span)))
    }

    /// Whether contexts, roles and the list of entities are as they were meant.
    pub fn identity_clean(&self) -> bool {
        self.identity_clean
    }

    pub fn fields_clean(&self, entity: &Entity) -> bool {
        entity.fields.iter().all(|field| self.clean(&field_path(entity, field)))
    }

    pub fn entities(&self) -> impl Iterator<Item = (EntityId, &'a Entity)> + use<'a> {
        let model = self.model;
        model.entity_ids().map(move |id| (id, &model[id]))
    }

    /// The place of a path.
    pub fn place(&self, path: &str) -> Span {
        self.places.of(path)
    }
}

fn contains(region: Span, span: Span) -> bool {
    region.file == span.file && region.start <= span.start && span.start < region.end
}

pub fn field_path(entity: &Entity, field: &Field) -> String {
    format!("entities.{}.fields.{}", entity.name, field.name)
}

pub fn action_path(entity: &Entity, action: &Action) -> String {
    action.path(entity)
}
