//! Lists: filters, limit and cursor in the query, a page in the answer.

use std::borrow::Cow;

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::answer::{Stored, json};
use crate::generated::kernel::cursor::{Place, Signer};
use crate::generated::kernel::limits;
use crate::generated::kernel::members::{self, Wrong};
use crate::generated::kernel::problem::Problem;
use crate::generated::kernel::urlencoded;

/// The query of a list: the filters of `F`, `limit` and `cursor`, each at most once, nothing else.
#[derive(Debug, Clone)]
pub struct List<F> {
    pub filter: F,
    limit: i64,
    cursor: Option<String>,
}

/// For a list that cannot be filtered.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoFilter {}

/// Which rows of a list make the page: the `limit` newest before `before`.
pub struct Window<'a> {
    /// Exclusive.
    pub before: Uuid,
    /// One more than the page has, to know whether another follows.
    pub limit: i64,
    signer: &'a Signer,
    place: Place<'a>,
}

/// Newest first.
#[derive(Debug, Serialize)]
pub struct Page<T> {
    items: Vec<T>,
    next: Option<String>,
}

impl<F> List<F> {
    /// Where the cursor stands; it must have been given for this very place.
    pub fn window<'a>(&self, signer: &'a Signer, place: Place<'a>) -> Result<Window<'a>, Problem> {
        let before = match &self.cursor {
            None => Uuid::max(),
            Some(cursor) => signer.open(place, cursor).ok_or_else(|| {
                refuse("invalid_cursor", "cursor", "This cursor was not given for this list.")
            })?,
        };
        Ok(Window { before, limit: self.limit + 1, signer, place })
    }
}

impl Window<'_> {
    pub fn page<T: Stored>(&self, mut rows: Vec<T>) -> Page<T> {
        let size = usize::try_from(self.limit - 1).unwrap_or_default();
        let more = rows.len() > size;
        rows.truncate(size);
        let last = rows.last().filter(|_| more);
        let next = last.map(|row| self.signer.sign(self.place, row.id()));
        Page { items: rows, next }
    }
}

impl<T: Serialize> IntoResponse for Page<T> {
    fn into_response(self) -> Response {
        json(StatusCode::OK, &self)
    }
}

impl<F: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for List<F> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let mut limit = None;
        let mut cursor = None;
        let mut filters: Vec<(String, String)> = Vec::new();
        for (name, value) in urlencoded::pairs(parts.uri.query().unwrap_or_default()) {
            let repeated = match &*name {
                "limit" => limit.replace(value).is_some(),
                "cursor" => cursor.replace(value).is_some(),
                _ => {
                    let repeated = filters.iter().any(|(other, _)| *other == name);
                    filters.push((name.clone(), value));
                    repeated
                }
            };
            // guard: kernel.query.once
            if repeated {
                return Err(refuse(
                    "unknown_parameter",
                    name,
                    "This parameter stands there twice.",
                ));
            }
        }
        let filter = members::read(filters).map_err(|Wrong { unknown, field, detail }| {
            let name = field.unwrap_or_default();
            match unknown {
                true => refuse("unknown_parameter", name, "There is no such parameter."),
                false => refuse("invalid_parameter", name, detail),
            }
        })?;
        let limit = match limit {
            None => limits::PAGE,
            Some(text) => text
                .parse()
                .ok()
                .filter(|limit| (1..=limits::PAGE_MAX).contains(limit))
                .ok_or_else(|| {
                    let detail = format!("A whole number from 1 to {}.", limits::PAGE_MAX);
                    refuse("invalid_parameter", "limit", detail)
                })?,
        };
        Ok(Self { filter, limit, cursor })
    }
}

fn refuse(
    code: &'static str,
    name: impl Into<String>,
    detail: impl Into<Cow<'static, str>>,
) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, code, detail).at(name)
}
