//! Routes of `entities.Member`.

use axum::Router;
use axum::response::Response;
use axum::routing::{get, post};
use uuid::Uuid;

use crate::generated::App;
use crate::generated::contexts::{InTeam, Myself};
use crate::generated::domain::member::{
    GrantMember, MemberFilterInSelf, MemberFilterInTeam, MemberInSelf, MemberInTeam,
};
use crate::generated::kernel::http::{
    Body, Id, IfMatch, IfNoneMatch, List, NoBody, Page, changed, created, found,
};
use crate::generated::kernel::problem::Problem;
use crate::generated::store::member as store;

pub fn routes() -> Router<App> {
    Router::new()
        .route("/v1/me/members", get(list_in_self))
        .route("/v1/me/members/{id}", get(get_in_self))
        .route("/v1/teams/{team}/members", get(list_in_team).post(grant_in_team))
        .route("/v1/teams/{team}/members/{id}", get(get_in_team))
        .route("/v1/teams/{team}/members/{id}/revoke", post(revoke_in_team))
}

/// `GET /v1/me/members`
async fn list_in_self(
    myself: Myself,
    list: List<MemberFilterInSelf>,
) -> Result<Page<MemberInSelf>, Problem> {
    let window = myself.window("self entities.Member.list", &list)?;
    let rows = store::list_in_self(&myself, &window, &list.filter).await?;
    Ok(window.page(rows))
}

/// `GET /v1/me/members/{id}`
async fn get_in_self(myself: Myself, Id(id): Id, known: IfNoneMatch) -> Result<Response, Problem> {
    let row = store::get_in_self(&myself, id).await?;
    Ok(found(row, &known, "entities.Member"))
}

/// `GET /v1/teams/{team}/members`
async fn list_in_team(
    team: InTeam,
    list: List<MemberFilterInTeam>,
) -> Result<Page<MemberInTeam>, Problem> {
    let window = team.window("team entities.Member.list", &list)?;
    let rows = store::list_in_team(&team, &window, &list.filter).await?;
    Ok(window.page(rows))
}

/// `GET /v1/teams/{team}/members/{id}`
async fn get_in_team(team: InTeam, Id(id): Id, known: IfNoneMatch) -> Result<Response, Problem> {
    let row = store::get_in_team(&team, id).await?;
    Ok(found(row, &known, "entities.Member"))
}

/// `POST /v1/teams/{team}/members`
async fn grant_in_team(team: InTeam, Body(grant): Body<GrantMember>) -> Result<Response, Problem> {
    let id = Uuid::now_v7();
    let row = store::grant_in_team(&team, id, &grant).await?;
    Ok(created(&format!("/v1/teams/{}/members", team.team), id, row))
}

/// `POST /v1/teams/{team}/members/{id}/revoke`
async fn revoke_in_team(
    team: InTeam,
    Id(id): Id,
    IfMatch(version): IfMatch,
    NoBody: NoBody,
) -> Result<Response, Problem> {
    let row = store::revoke_in_team(&team, id, version).await?;
    Ok(changed(row))
}
