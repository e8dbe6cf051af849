//! Answers that are no problem.

use axum::http::StatusCode;
use axum::http::header::{self, HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use uuid::Uuid;

use super::IfNoneMatch;
use super::etag::tag;
use crate::generated::kernel::problem::Problem;

/// A row as a context sees it.
pub trait Stored: Serialize {
    /// Whether it shows totals, which change with other rows while its version stays.
    const COUNTS: bool = false;

    fn id(&self) -> Uuid;
    fn version(&self) -> i32;
}

/// 200 with the row, 304 where the caller surely has it, 404 where there is none. `rule` names the entity.
pub fn found<T: Stored>(row: Option<T>, known: &IfNoneMatch, rule: &str) -> Response {
    match row {
        None => Problem::not_found(rule).into_response(),
        Some(row) if !T::COUNTS && known.holds(row.version()) => {
            with(StatusCode::NOT_MODIFIED.into_response(), header::ETAG, &tag(row.version()))
        }
        Some(row) => tagged(StatusCode::OK, &row),
    }
}

/// 201 with the row, or with its id where the caller may not read it. `collection` is the path
/// under which the row is found.
pub fn created<T: Stored>(collection: &str, id: Uuid, row: Option<T>) -> Response {
    match row {
        Some(row) => {
            let location = format!("{collection}/{}", row.id());
            with(tagged(StatusCode::CREATED, &row), header::LOCATION, &location)
        }
        None => made(collection, id),
    }
}

/// 201 with the id alone.
pub fn made(collection: &str, id: Uuid) -> Response {
    #[derive(Serialize)]
    struct Made {
        id: Uuid,
    }
    let location = format!("{collection}/{id}");
    with(json(StatusCode::CREATED, &Made { id }), header::LOCATION, &location)
}

/// 200 with the row, 204 where the caller may not read it any more.
pub fn changed<T: Stored>(row: Option<T>) -> Response {
    match row {
        Some(row) => tagged(StatusCode::OK, &row),
        None => done(),
    }
}

/// 202 with the id of the request, where something was asked for and waits for a second person; else what was
/// done. `collection` is the path under which requests are found.
pub fn asked(request: Option<Uuid>, collection: &str, otherwise: Response) -> Response {
    #[derive(Serialize)]
    struct Asked {
        approval: Uuid,
    }
    let Some(approval) = request else { return otherwise };
    let location = format!("{collection}/{approval}");
    with(json(StatusCode::ACCEPTED, &Asked { approval }), header::LOCATION, &location)
}

/// 204.
pub fn done() -> Response {
    StatusCode::NO_CONTENT.into_response()
}

pub fn json<T: Serialize>(status: StatusCode, body: &T) -> Response {
    match serde_json::to_vec(body) {
        Ok(bytes) => {
            with((status, bytes).into_response(), header::CONTENT_TYPE, "application/json")
        }
        Err(error) => Problem::internal(error).into_response(),
    }
}

fn tagged<T: Stored>(status: StatusCode, row: &T) -> Response {
    with(json(status, row), header::ETAG, &tag(row.version()))
}

fn with(mut response: Response, name: HeaderName, value: &str) -> Response {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
    response
}
