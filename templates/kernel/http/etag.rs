//! Optimistic concurrency (RFC 9110, sections 8.8 and 13): the entity tag is the row's version.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};

use crate::generated::kernel::problem::Problem;

/// The version that the caller has seen; every action on a row that is there needs it.
#[derive(Debug, Clone, Copy)]
pub struct IfMatch(pub i32);

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let mut values = parts.headers.get_all(header::IF_MATCH).iter();
        let Some(value) = values.next() else {
            return Err(Problem::new(
                StatusCode::PRECONDITION_REQUIRED,
                "version_required",
                "Say which version you have seen: If-Match with the ETag of your last answer.",
            ));
        };
        match (version(value), values.next()) {
            (Some(version), None) => Ok(Self(version)),
            _ => Err(Problem::new(
                StatusCode::BAD_REQUEST,
                "malformed",
                "If-Match has one version in double quotes.",
            )),
        }
    }
}

/// Versions of which the caller needs no copy.
#[derive(Debug, Clone)]
pub struct IfNoneMatch(Vec<HeaderValue>);

impl IfNoneMatch {
    pub fn holds(&self, version: i32) -> bool {
        let own = tag(version);
        self.0
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .map(str::trim)
            .any(|one| one == "*" || one.strip_prefix("W/").unwrap_or(one) == own)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IfNoneMatch {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(parts.headers.get_all(header::IF_NONE_MATCH).iter().cloned().collect()))
    }
}

/// `"7"`.
pub fn tag(version: i32) -> String {
    format!("\"{version}\"")
}

fn version(value: &HeaderValue) -> Option<i32> {
    let digits = value.to_str().ok()?.strip_prefix('"')?.strip_suffix('"')?;
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| digits.parse().ok())?
}
