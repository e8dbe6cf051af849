//! What `schema` says about the database, as far as the service's code speaks with it.

use crate::model::{ContextId, EntityId};
use crate::schema::calls::{Call, Read, Refusal};

/// Borrowed from the schema.
#[derive(Debug, Clone, Copy)]
pub struct Database<'s> {
    pub reads: &'s [Read],
    pub calls: &'s [Call],
    pub refusals: &'s [Refusal],
}

impl<'s> Database<'s> {
    pub fn read(&self, entity: EntityId, context: ContextId) -> Option<&'s Read> {
        self.reads.iter().find(|read| read.entity == entity && read.context == context)
    }

    /// How the action is run in the context.
    ///
    /// # Panics
    ///
    /// Where the schema has no door for a route: the two do not come from one model.
    pub fn call(&self, entity: EntityId, action: usize, context: ContextId) -> &'s Call {
        self.calls
            .iter()
            .find(|call| call.entity == entity && call.action == action && call.context == context)
            .expect("every route of an action has its door")
    }
}
