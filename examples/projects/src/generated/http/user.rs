//! Routes of `entities.User`.

use axum::Router;
use axum::response::Response;
use axum::routing::get;

use crate::generated::App;
use crate::generated::contexts::Myself;
use crate::generated::kernel::http::{IfNoneMatch, found};
use crate::generated::kernel::problem::Problem;
use crate::generated::store::user as store;

pub fn routes() -> Router<App> {
    Router::new().route("/v1/me", get(get_in_self))
}

/// `GET /v1/me`
async fn get_in_self(myself: Myself, known: IfNoneMatch) -> Result<Response, Problem> {
    let row = store::get_in_self(&myself).await?;
    Ok(found(row, &known, "entities.User"))
}
