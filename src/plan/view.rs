//! What one context sees of one entity: the row that its reads and its actions answer.

use crate::model::access::{Access, Facet};
use crate::model::{ContextId, EntityId, FieldId, Model};

use super::names;

/// The visible side of an entity in one context.
#[derive(Debug, Clone)]
pub struct View {
    pub entity: EntityId,
    pub context: ContextId,
    /// In every row.
    pub base: Vec<FieldId>,
    /// Absent from a row where its grants do not hold.
    pub facets: Vec<Facet>,
}

impl View {
    /// None where nobody reads the entity in the context.
    pub fn of(model: &Model, entity: EntityId, context: ContextId) -> Option<View> {
        let Access { base, facets, .. } = model.access(entity, context)?;
        Some(View { entity, context, base, facets })
    }

    /// Name of its schema in openapi.json: `TeamProject`.
    pub fn component(&self, model: &Model) -> String {
        let context = names::pascal(&model[self.context].name);
        format!("{context}{}", model[self.entity].name)
    }
}
