//! What surrounds every request: its id, its time, the fence around panics, the headers that
//! every answer has, and one line in the log.

use std::panic::AssertUnwindSafe;
use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::http::header::{self, HeaderName, HeaderValue};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use uuid::Uuid;

use crate::generated::kernel::limits;
use crate::generated::kernel::problem::Problem;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

#[derive(Clone)]
struct RequestId(String);

/// Of the request that is being answered.
pub fn id_of(parts: &Parts) -> &str {
    parts.extensions.get::<RequestId>().map_or("", |id| &id.0)
}

/// The outermost layer.
pub async fn frame(mut request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let id = request_id(request.headers());
    request.extensions_mut().insert(RequestId(id.clone()));
    let method = request.method().clone();
    // The route, never the path: ids and whatever a client wrote there stay out of the log.
    let route =
        request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();

    let answer = AssertUnwindSafe(next.run(request)).catch_unwind();
    let response = match tokio::time::timeout(limits::REQUEST, answer).await {
        Ok(Ok(response)) => response,
        Ok(Err(_)) => Problem::internal("a handler panicked").into_response(),
        Err(_) => Problem::unavailable("the request took too long").into_response(),
    };

    let problem = response.extensions().get::<Problem>().cloned();
    let mut response = match &problem {
        Some(problem) => problem.write(&id),
        None => response,
    };
    let status = response.status();
    log(&Line { id: &id, method: method.as_str(), route: &route, begun, status }, problem.as_ref());

    let headers = response.headers_mut();
    if let Ok(id) = HeaderValue::from_str(&id) {
        headers.insert(REQUEST_ID, id);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// The caller's own id where it is short and plain, so that it can be searched for; else a new one.
fn request_id(headers: &HeaderMap) -> String {
    let plain = |id: &&str| {
        (1..=64).contains(&id.len())
            && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
    };
    headers
        .get(REQUEST_ID)
        .and_then(|value| value.to_str().ok())
        .filter(plain)
        .map_or_else(|| Uuid::now_v7().to_string(), str::to_owned)
}

struct Line<'a> {
    id: &'a str,
    method: &'a str,
    route: &'a str,
    begun: Instant,
    status: StatusCode,
}

fn log(line: &Line<'_>, problem: Option<&Problem>) {
    let Line { id, method, route, begun, status } = *line;
    let status = status.as_u16();
    let micros = begun.elapsed().as_micros() as u64;
    let code = problem.map(|problem| problem.code);
    let rule = problem.and_then(|problem| problem.rule.as_deref());
    let cause = problem.and_then(|problem| problem.cause.as_deref());
    match status {
        500.. => tracing::error!(id, method, route, status, micros, code, rule, cause, "request"),
        400.. => tracing::warn!(id, method, route, status, micros, code, rule, cause, "request"),
        _ => tracing::info!(id, method, route, status, micros, "request"),
    }
}

/// No route has this path.
pub async fn no_route() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "not_found", "There is no such thing here.")
}

/// The path has other methods.
pub async fn no_method() -> Problem {
    Problem::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "method_not_allowed",
        "This cannot be done here with this method.",
    )
}
