//! Probes for whoever runs the service.

use axum::http::StatusCode;
use futures_util::future::join_all;

use super::db::{Error, Session};
use super::problem::Problem;

/// The process answers.
pub async fn live() -> StatusCode {
    StatusCode::NO_CONTENT
}

/// The database answers every login, and its gates believe this service.
pub async fn ready(probes: Vec<Session>) -> Result<StatusCode, Problem> {
    for answer in join_all(probes.iter().map(Session::probe)).await {
        match answer {
            Err(Error::Fault(cause)) => return Err(Problem::unavailable(cause)),
            other => other?,
        }
    }
    Ok(StatusCode::NO_CONTENT)
}
