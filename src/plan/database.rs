//! What `schema` says about the database, as far as the service's code speaks with it.

use crate::model::{ContextId, EntityId};
use crate::schema::Schema;
use crate::schema::calls::{Call, Read, Refusal};

/// Borrowed from the schema.
#[derive(Debug, Clone, Copy)]
pub struct Database<'s> {
    schema: &'s Schema,
}

impl<'s> Database<'s> {
    pub fn of(schema: &'s Schema) -> Self {
        Self { schema }
    }

    pub fn refusals(&self) -> Vec<Refusal> {
        self.schema.refusals()
    }

    pub fn read(&self, entity: EntityId, context: ContextId) -> Option<&'s Read> {
        self.schema.read(entity, context)
    }

    /// How the action is run in the context.
    ///
    /// # Panics
    ///
    /// Where the schema has no door for a route: the two do not come from one model.
    pub fn call(&self, entity: EntityId, action: usize, context: ContextId) -> &'s Call {
        self.schema.call(entity, action, context).expect("every route of an action has its door")
    }
}
