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
    let text = value.to_str().ok()?;
    let version = text.strip_prefix('"')?.strip_suffix('"')?.parse().ok()?;
    // Tags are compared byte for byte: `"01"` is none of ours.
    (tag(version) == text).then_some(version)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::{IfNoneMatch, version};

    #[test]
    fn a_version_has_one_way_of_being_written() {
        let check = |text: &'static str| version(&HeaderValue::from_static(text));
        assert_eq!(check("\"7\""), Some(7));
        for wrong in ["7", "\"\"", "\"07\"", "\"+7\"", "W/\"7\"", "\"7\", \"8\"", "*", "\"a\""] {
            assert_eq!(check(wrong), None, "{wrong}");
        }
        assert_eq!(check("\"2147483648\""), None);
    }

    #[test]
    fn none_match_is_a_list() {
        let known = IfNoneMatch(vec![HeaderValue::from_static("\"1\", W/\"3\"")]);
        assert!(known.holds(1) && known.holds(3) && !known.holds(2));
        assert!(IfNoneMatch(vec![HeaderValue::from_static("*")]).holds(9));
    }
}
