//! Ids in paths.

use axum::RequestPartsExt;
use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::StatusCode;
use axum::http::request::Parts;
use uuid::Uuid;

use crate::generated::kernel::problem::Problem;

/// The row that the path names: `{id}`.
#[derive(Debug, Clone, Copy)]
pub struct Id(pub Uuid);

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parameter(parts, "id").await.map(Self)
    }
}

/// An id in the path. What is no id names nothing, so it is not found.
pub async fn parameter(parts: &mut Parts, name: &str) -> Result<Uuid, Problem> {
    let parameters = parts.extract::<RawPathParams>().await.map_err(|_| nowhere())?;
    parameters
        .iter()
        .find(|(key, _)| *key == name)
        .and_then(|(_, value)| canonical(value))
        .ok_or_else(nowhere)
}

/// Only the usual form: one row has one address.
fn canonical(text: &str) -> Option<Uuid> {
    let id = Uuid::try_parse(text).ok()?;
    (id.hyphenated().to_string() == text).then_some(id)
}

fn nowhere() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "not_found", "There is no such thing here.")
}
