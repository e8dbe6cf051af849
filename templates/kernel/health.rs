//! Probes for whoever runs the service.

use axum::http::StatusCode;
use futures_util::future::join_all;

use super::db::Pool;
use super::problem::Problem;

/// The process answers.
pub async fn live() -> StatusCode {
    StatusCode::NO_CONTENT
}

/// The database answers every login.
pub async fn ready(pools: Vec<Pool>) -> Result<StatusCode, Problem> {
    let answers = join_all(pools.iter().map(Pool::ping)).await;
    answers.into_iter().collect::<Result<Vec<_>, _>>()?;
    Ok(StatusCode::NO_CONTENT)
}
