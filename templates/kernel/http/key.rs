//! `Idempotency-Key`: a name of the caller's own for what is asked for, by which a repeat is known
//! (draft-ietf-httpapi-idempotency-key-header). What was answered under it is kept by the database.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::Response;

use crate::generated::kernel::problem::Problem;

const HEADER: HeaderName = HeaderName::from_static("idempotency-key");
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// What most characters of a key are.
const LONGEST: usize = 255;

/// A key, where the action wants one.
#[derive(Debug, Clone)]
pub struct Key(pub String);

/// A key, where the action takes one.
#[derive(Debug, Clone)]
pub struct MaybeKey(pub Option<String>);

impl<S: Send + Sync> FromRequestParts<S> for Key {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        key(parts)?.ok_or_else(missing).map(Self)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for MaybeKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        key(parts).map(Self)
    }
}

fn key(parts: &Parts) -> Result<Option<String>, Problem> {
    let mut values = parts.headers.get_all(HEADER).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => read(value).map(Some).ok_or_else(malformed),
        (Some(_), Some(_)) => Err(malformed()),
    }
}

fn missing() -> Problem {
    Problem::new(
        StatusCode::BAD_REQUEST,
        "key_required",
        "Name this request: Idempotency-Key with a value of your own, the same when you repeat it.",
    )
}

fn malformed() -> Problem {
    Problem::new(
        StatusCode::BAD_REQUEST,
        "malformed",
        "Idempotency-Key has one value of 1 to 255 visible ASCII characters, with or without double quotes.",
    )
}

/// A string of structured fields (RFC 9651, section 3.3.3), or the same without its quotes.
fn read(value: &HeaderValue) -> Option<String> {
    let text = value.to_str().ok()?;
    let key = match text.strip_prefix('"') {
        Some(rest) => unquoted(rest.strip_suffix('"')?)?,
        None => text.to_owned(),
    };
    let visible = key.bytes().all(|byte| byte.is_ascii_graphic());
    (visible && (1..=LONGEST).contains(&key.len())).then_some(key)
}

fn unquoted(text: &str) -> Option<String> {
    let mut key = String::new();
    let mut rest = text.chars();
    while let Some(one) = rest.next() {
        key.push(match one {
            '\\' => rest.next().filter(|escaped| matches!(escaped, '"' | '\\'))?,
            '"' => return None,
            other => other,
        });
    }
    Some(key)
}

/// Says of an answer whether it was given before.
pub fn replayed(again: bool, mut response: Response) -> Response {
    if again {
        response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    }
    response
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::read;

    #[test]
    fn a_key_is_a_string_with_or_without_quotes() {
        let check = |text: &str| read(&HeaderValue::from_str(text).expect("a header's value"));
        for (text, key) in [
            ("k-1", "k-1"),
            ("\"k-1\"", "k-1"),
            ("\"a\\\"b\\\\\"", "a\"b\\"),
            ("a\"b", "a\"b"),
            ("\"a,b;c\"", "a,b;c"),
        ] {
            assert_eq!(check(text).as_deref(), Some(key), "{text}");
        }
        for wrong in ["", "\"\"", "\"", "\"a", "\"a\"b\"", "\"a\\b\"", "\"a\\\"", "a b", "\"a b\"", "a\tb"] {
            assert_eq!(check(wrong), None, "{wrong}");
        }
        assert_eq!(check(&"k".repeat(255)).map(|key| key.len()), Some(255));
        assert_eq!(check(&"k".repeat(256)), None);
    }
}
