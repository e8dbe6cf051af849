//! Errors on the wire: RFC 9457 problem details, one shape for every 4xx and 5xx.

use std::borrow::Cow;

use axum::http::StatusCode;
use axum::http::header::{self, HeaderValue};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::db;

/// Why a request was not answered as asked. `http::frame` writes it with the request's id.
#[derive(Debug, Clone)]
pub struct Problem {
    pub status: StatusCode,
    /// Stable word for programs.
    pub code: &'static str,
    /// A sentence for people; never says what the caller may not know.
    pub detail: Cow<'static, str>,
    /// Dotted path of the rule that refused.
    pub rule: Option<String>,
    /// Member of the body or query that is wrong.
    pub field: Option<String>,
    /// Seconds since the person signed in at most, where it is too long ago.
    pub max_age: Option<u32>,
    /// What happened, for the log only.
    pub cause: Option<Box<str>>,
}

impl Problem {
    pub fn new(
        status: StatusCode,
        code: &'static str,
        detail: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            status,
            code,
            detail: detail.into(),
            rule: None,
            field: None,
            max_age: None,
            cause: None,
        }
    }

    pub fn at(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }

    pub fn by(mut self, rule: impl Into<String>) -> Self {
        self.rule = Some(rule.into());
        self
    }

    pub fn because(mut self, cause: impl ToString) -> Self {
        self.cause = Some(cause.to_string().into());
        self
    }

    /// No token, or one that proves nothing. The reason goes to the log, not to the caller.
    pub fn unauthenticated(cause: impl ToString) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "unauthenticated", "A valid bearer token is required.")
            .because(cause)
    }

    /// There is no such row, or none that the caller may know of.
    pub fn not_found(rule: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", "There is no such thing here.").by(rule)
    }

    /// A value in the body that cannot be taken.
    pub fn invalid(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", detail)
    }

    /// Not now; the same request may succeed later.
    pub fn unavailable(cause: impl ToString) -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "unavailable",
            "The service cannot answer now. Try again.",
        )
        .because(cause)
    }

    /// A fault of ours.
    pub fn internal(cause: impl ToString) -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "The service failed. The request id leads to the reason in its log.",
        )
        .because(cause)
    }

    /// The answer, with the id of the request that it answers.
    pub fn write(&self, request_id: &str) -> Response {
        let body = Details {
            kind: "about:blank",
            title: self.status.canonical_reason().unwrap_or("Error"),
            status: self.status.as_u16(),
            detail: &self.detail,
            code: self.code,
            rule: self.rule.as_deref(),
            field: self.field.as_deref(),
            request_id,
        };
        let text = serde_json::to_string(&body).expect("strings and a number are always JSON");
        let mut response = (self.status, text).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        match self.status {
            StatusCode::UNAUTHORIZED => {
                headers.insert(header::WWW_AUTHENTICATE, challenge(self.max_age));
            }
            StatusCode::SERVICE_UNAVAILABLE => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
            }
            _ => {}
        }
        response
    }
}

/// How to ask again: with a token, or with one of somebody who has just signed in (RFC 9470, section 3).
fn challenge(max_age: Option<u32>) -> HeaderValue {
    let Some(max_age) = max_age else { return HeaderValue::from_static("Bearer") };
    let text = format!(
        "Bearer error=\"{STEP_UP}\", error_description=\"{SIGN_IN}\", max_age=\"{max_age}\""
    );
    HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static("Bearer"))
}

/// The code of RFC 9470.
const STEP_UP: &str = "insufficient_user_authentication";
const SIGN_IN: &str = "This takes a more recent sign-in.";

/// RFC 9457, section 3; what follows `detail` are extension members (section 3.2).
#[derive(Serialize)]
struct Details<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    title: &'a str,
    status: u16,
    detail: &'a str,
    code: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'a str>,
    request_id: &'a str,
}

/// Only marks the response: `http::frame` knows the request's id and writes the body.
impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<db::Error> for Problem {
    fn from(error: db::Error) -> Self {
        match error {
            db::Error::Refused(refusal) => refusal.into(),
            db::Error::Unavailable(cause)
            | db::Error::Collided(cause)
            | db::Error::Stale(cause) => Self::unavailable(cause),
            db::Error::NotWritten(cause) => Self::new(
                StatusCode::NOT_IMPLEMENTED,
                "not_written",
                "This service cannot do that yet.",
            )
            .because(cause),
            db::Error::Unvouched(path) => {
                Self::internal(format!("the database does not believe what was given: {path}"))
            }
            db::Error::Fault(cause) => Self::internal(cause),
        }
    }
}

impl From<db::Refusal> for Problem {
    fn from(refusal: db::Refusal) -> Self {
        use db::Kind;
        let max_age = match refusal.kind {
            Kind::StepUp { max_age } => Some(max_age),
            _ => None,
        };
        let (status, code, detail) = match refusal.kind {
            Kind::Unknown => {
                (StatusCode::UNAUTHORIZED, "unauthenticated", "This person is not known here.")
            }
            Kind::StepUp { .. } => (StatusCode::UNAUTHORIZED, STEP_UP, SIGN_IN),
            Kind::NotPermitted => (StatusCode::FORBIDDEN, "not_permitted", "You may not do this."),
            Kind::NotFound => (StatusCode::NOT_FOUND, "not_found", "There is no such thing here."),
            Kind::WrongState => (
                StatusCode::CONFLICT,
                "wrong_state",
                "This cannot be done in the state that it is in.",
            ),
            Kind::Deadline => {
                (StatusCode::CONFLICT, "deadline_passed", "It is too late for this.")
            }
            Kind::Rule => (StatusCode::CONFLICT, "rule", "A rule of this service forbids it."),
            Kind::Unpaid => (
                StatusCode::PAYMENT_REQUIRED,
                "payment_required",
                "What is paid for does not allow more.",
            ),
            Kind::Conflict => {
                (StatusCode::CONFLICT, "conflict", "It collides with something that is there.")
            }
            Kind::Version => (
                StatusCode::PRECONDITION_FAILED,
                "version_mismatch",
                "It has changed since you read it.",
            ),
            Kind::Key => (StatusCode::BAD_REQUEST, "malformed", "This cannot be a key."),
            Kind::InFlight => (
                StatusCode::CONFLICT,
                "in_flight",
                "The same request is being carried out. Try again.",
            ),
            Kind::KeyReused => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "key_reused",
                "Something else was asked for under this key.",
            ),
            Kind::Invalid => {
                (StatusCode::UNPROCESSABLE_ENTITY, "invalid", "This value cannot be taken.")
            }
        };
        let problem = Self::new(status, code, detail);
        Self { rule: refusal.rule, field: refusal.field, max_age, ..problem }
    }
}
