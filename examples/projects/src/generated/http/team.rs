//! Routes of `entities.Team`.

use axum::Router;
use axum::response::Response;
use axum::routing::{get, post};
use uuid::Uuid;

use crate::generated::App;
use crate::generated::contexts::{InTeam, Myself};
use crate::generated::domain::team::FoundTeam;
use crate::generated::kernel::http::{Body, IfNoneMatch, found, made};
use crate::generated::kernel::problem::Problem;
use crate::generated::store::team as store;

pub fn routes() -> Router<App> {
    Router::new()
        .route("/v1/me/teams", post(found_in_self))
        .route("/v1/teams/{team}", get(get_in_team))
}

/// `POST /v1/me/teams`
async fn found_in_self(
    myself: Myself,
    Body(founding): Body<FoundTeam>,
) -> Result<Response, Problem> {
    let id = Uuid::now_v7();
    store::found_in_self(&myself, id, &founding).await?;
    Ok(made("/v1/teams", id))
}

/// `GET /v1/teams/{team}`
async fn get_in_team(team: InTeam, known: IfNoneMatch) -> Result<Response, Problem> {
    let row = store::get_in_team(&team).await?;
    Ok(found(row, &known, "entities.Team"))
}
