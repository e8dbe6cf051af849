//! Routes of `entities.Task`.

use axum::Router;
use axum::response::Response;
use axum::routing::{get, post};
use uuid::Uuid;

use crate::generated::App;
use crate::generated::contexts::InTeam;
use crate::generated::domain::task::{CreateTask, ReopenTask, TaskFilterInTeam, TaskInTeam};
use crate::generated::kernel::http::{
    Body, Id, IfMatch, IfNoneMatch, List, NoBody, Page, changed, created, found,
};
use crate::generated::kernel::problem::Problem;
use crate::generated::store::task as store;

pub fn routes() -> Router<App> {
    Router::new()
        .route("/v1/teams/{team}/tasks", get(list_in_team).post(create_in_team))
        .route("/v1/teams/{team}/tasks/{id}", get(get_in_team))
        .route("/v1/teams/{team}/tasks/{id}/finish", post(finish_in_team))
        .route("/v1/teams/{team}/tasks/{id}/reopen", post(reopen_in_team))
}

/// `GET /v1/teams/{team}/tasks`
async fn list_in_team(
    team: InTeam,
    list: List<TaskFilterInTeam>,
) -> Result<Page<TaskInTeam>, Problem> {
    let window = team.window("team entities.Task.list", &list)?;
    let rows = store::list_in_team(&team, &window, &list.filter).await?;
    Ok(window.page(rows))
}

/// `GET /v1/teams/{team}/tasks/{id}`
async fn get_in_team(team: InTeam, Id(id): Id, known: IfNoneMatch) -> Result<Response, Problem> {
    let row = store::get_in_team(&team, id).await?;
    Ok(found(row, &known, "entities.Task"))
}

/// `POST /v1/teams/{team}/tasks`
async fn create_in_team(team: InTeam, Body(create): Body<CreateTask>) -> Result<Response, Problem> {
    let id = Uuid::now_v7();
    let row = store::create_in_team(&team, id, &create).await?;
    Ok(created(&format!("/v1/teams/{}/tasks", team.team), id, row))
}

/// `POST /v1/teams/{team}/tasks/{id}/finish`
async fn finish_in_team(
    team: InTeam,
    Id(id): Id,
    IfMatch(version): IfMatch,
    NoBody: NoBody,
) -> Result<Response, Problem> {
    let row = store::finish_in_team(&team, id, version).await?;
    Ok(changed(row))
}

/// `POST /v1/teams/{team}/tasks/{id}/reopen`
async fn reopen_in_team(
    team: InTeam,
    Id(id): Id,
    IfMatch(version): IfMatch,
    Body(reopen): Body<ReopenTask>,
) -> Result<Response, Problem> {
    let row = store::reopen_in_team(&team, id, version, &reopen).await?;
    Ok(changed(row))
}
