//! Routes of `entities.Project`.

use axum::Router;
use axum::response::Response;
use axum::routing::get;
use uuid::Uuid;

use crate::generated::App;
use crate::generated::contexts::InTeam;
use crate::generated::domain::project::{
    CreateProject, ProjectFilterInTeam, ProjectInTeam, UpdateProject,
};
use crate::generated::kernel::http::{
    Body, Id, IfMatch, IfNoneMatch, List, Page, changed, created, found,
};
use crate::generated::kernel::problem::Problem;
use crate::generated::store::project as store;

pub fn routes() -> Router<App> {
    Router::new()
        .route("/v1/teams/{team}/projects", get(list_in_team).post(create_in_team))
        .route("/v1/teams/{team}/projects/{id}", get(get_in_team).patch(update_in_team))
}

/// `GET /v1/teams/{team}/projects`
async fn list_in_team(
    team: InTeam,
    list: List<ProjectFilterInTeam>,
) -> Result<Page<ProjectInTeam>, Problem> {
    let window = team.window("team entities.Project.list", &list)?;
    let rows = store::list_in_team(&team, &window, &list.filter).await?;
    Ok(window.page(rows))
}

/// `GET /v1/teams/{team}/projects/{id}`
async fn get_in_team(team: InTeam, Id(id): Id, known: IfNoneMatch) -> Result<Response, Problem> {
    let row = store::get_in_team(&team, id).await?;
    Ok(found(row, &known, "entities.Project"))
}

/// `POST /v1/teams/{team}/projects`
async fn create_in_team(
    team: InTeam,
    Body(create): Body<CreateProject>,
) -> Result<Response, Problem> {
    let id = Uuid::now_v7();
    let row = store::create_in_team(&team, id, &create).await?;
    Ok(created(&format!("/v1/teams/{}/projects", team.team), id, row))
}

/// `PATCH /v1/teams/{team}/projects/{id}`
async fn update_in_team(
    team: InTeam,
    Id(id): Id,
    IfMatch(version): IfMatch,
    Body(update): Body<UpdateProject>,
) -> Result<Response, Problem> {
    let row = store::update_in_team(&team, id, version, &update).await?;
    Ok(changed(row))
}
