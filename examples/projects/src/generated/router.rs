//! Every route of the service.

use axum::Router;
use axum::middleware::from_fn;
use axum::routing::get;

use super::App;
use super::http;
use super::kernel::health;
use super::kernel::http::{frame, no_method, no_route};

pub fn router(app: &App) -> Router {
    let pools = app.pools();
    Router::new()
        .merge(http::user::routes())
        .merge(http::team::routes())
        .merge(http::member::routes())
        .merge(http::project::routes())
        .merge(http::task::routes())
        .route("/healthz", get(health::live))
        .route("/readyz", get(move || health::ready(pools.clone())))
        .method_not_allowed_fallback(no_method)
        .fallback(no_route)
        .layer(from_fn(frame))
        .with_state(app.clone())
}
