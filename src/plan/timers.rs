//! What the clock does, as the service calls it.

use serde::Serialize;

use super::context::Context;
use crate::model::Model;
use crate::schema;

#[derive(Debug, Clone, Serialize)]
pub struct Timer {
    /// `entities.Booking.actions.expire`.
    pub path: String,
    pub sql: String,
}

pub fn timers(model: &Model) -> Vec<Timer> {
    let timers = schema::timers(model).into_iter().map(|(entity, action, function)| Timer {
        path: action.path(&model[entity]),
        sql: format!("SELECT done, refused FROM {function}()"),
    });
    timers.collect()
}

/// Logins after the prefix: those of contexts, and the worker's where it has something to do.
pub fn logins(model: &Model, contexts: &[Context]) -> Vec<String> {
    let worker = (!schema::timers(model).is_empty()).then(|| "worker".to_owned());
    contexts.iter().map(|context| context.name.clone()).chain(worker).collect()
}
