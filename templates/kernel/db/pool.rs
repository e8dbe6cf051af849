//! Connections of one login.

use std::sync::Arc;

use deadpool_postgres::{Object, PoolError};
use uuid::Uuid;

use super::assertion::{Said, SubjectKey};
use super::{Constraint, Error, Settings, connect};

/// The connections of one acting context: a login of its own, so that no SQL can leave the context.
#[derive(Clone)]
pub struct Pool {
    inner: Arc<Inner>,
}

struct Inner {
    connections: deadpool_postgres::Pool,
    context: String,
    subject_key: SubjectKey,
    constraints: &'static [Constraint],
}

impl Pool {
    /// Connects when it is first used. `context` is the part of the login after the prefix.
    pub fn new(
        settings: &Settings,
        context: &str,
        constraints: &'static [Constraint],
    ) -> Result<Self, String> {
        let inner = Inner {
            connections: connect::pool(settings, context)?,
            context: context.to_owned(),
            subject_key: SubjectKey::new(&settings.subject_key),
            constraints,
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Connections that are there, in use or not.
    pub fn size(&self) -> usize {
        self.inner.connections.status().size
    }

    /// No request gets a connection any more.
    pub fn close(&self) {
        self.inner.connections.close();
    }

    /// What the context's gate takes as proof of who wants to enter, and there `tenant`.
    pub(super) fn assert(&self, tenant: Option<Uuid>, said: Said<'_>) -> Vec<u8> {
        self.inner.subject_key.assert(&self.inner.context, tenant, said)
    }

    /// What a door takes as proof that a hook which was given `said` gave `gave`.
    pub(super) fn vouch(&self, path: &str, assertion: &[u8], said: &str, gave: &str) -> Vec<u8> {
        self.inner.subject_key.vouch(path, assertion, said, gave)
    }

    pub(super) async fn get(&self) -> Result<Object, Error> {
        self.inner.connections.get().await.map_err(|error| match error {
            PoolError::Backend(error) => Error::Unavailable(cause_of(&error)),
            other => Error::Unavailable(other.to_string()),
        })
    }

    pub(super) fn error(&self, error: tokio_postgres::Error) -> Error {
        Error::of(error, self.inner.constraints)
    }
}

/// `tokio_postgres` says only "error connecting"; the reason is the source.
fn cause_of(error: &tokio_postgres::Error) -> String {
    match std::error::Error::source(error) {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}
