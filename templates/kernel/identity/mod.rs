//! Who asks: bearer tokens by RFC 8725. A token says only who the person is; what the person may
//! do, the database derives from grants in each transaction.

pub mod development;
mod fetch;
mod keys;
mod seen;
mod token;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::config::Environment;
use super::limits;
use super::problem::Problem;
use keys::Keys;
use seen::Seen;

/// Whose tokens are believed.
#[derive(Debug, Clone)]
pub struct Settings {
    /// None only beside a development issuer.
    pub issuer: Option<Issuer>,
    pub audience: String,
    /// Names of RFC 7518, asymmetric ones only.
    pub algorithms: Vec<String>,
    /// The claim that names the person.
    pub subject: String,
    /// The key file of the development issuer, where it is switched on.
    pub development: Option<PathBuf>,
}

#[derive(Debug, Clone)]
pub struct Issuer {
    /// Equal to the token's `iss`, to the letter.
    pub name: String,
    /// Where its keys are; by discovery unless given.
    pub jwks_url: Option<String>,
    /// At least between two fetches that tokens with unknown keys may cause.
    pub refetch: Duration,
}

impl Issuer {
    /// `OIDC_ISSUER` unless the blueprint names another source, and `OIDC_JWKS_URL`. Only a
    /// development issuer makes it optional.
    pub fn read(environment: &mut Environment, named: Option<String>) -> Option<Self> {
        let jwks_url = environment.optional("OIDC_JWKS_URL");
        let name = named.or_else(|| match environment.switch("DEV_ISSUER") {
            true => environment.optional("OIDC_ISSUER"),
            false => Some(environment.required("OIDC_ISSUER")),
        })?;
        Some(Self { name, jwks_url, refetch: limits::REFETCH })
    }
}

/// A person, proved by a token.
#[derive(Debug, Clone, PartialEq)]
pub struct Person {
    pub subject: String,
    claims: Map<String, Value>,
}

impl Person {
    /// A claim, where it is there and is what a field of this type may hold.
    pub fn claim<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        T::deserialize(self.claims.get(name)?).ok()
    }

    /// Unix seconds at which the person last proved who he is, by `auth_time` (RFC 9068); zero where the
    /// token does not say, or says no such moment.
    pub fn signed_in(&self) -> u64 {
        // What is below zero, or no number, comes to zero; a part of a second counts as older.
        self.claim::<f64>("auth_time").map_or(0, |at| at as u64)
    }
}

/// Proves tokens.
pub struct Identity {
    sources: Vec<Source>,
    audience: String,
    subject: String,
    seen: Arc<Seen>,
}

/// An issuer with its keys.
struct Source {
    issuer: String,
    keys: Keys,
}

impl Identity {
    pub fn new(settings: &Settings) -> Result<Self, String> {
        let seen = Arc::new(Seen::default());
        let mut sources = Vec::new();
        if let Some(path) = &settings.development {
            let key = development::Key::load(path)?;
            let keys = Keys::fixed(development::KID, key.verifying());
            sources.push(Source { issuer: development::ISSUER.to_owned(), keys });
        }
        if let Some(issuer) = &settings.issuer {
            let keys = Keys::remote(issuer, &settings.algorithms, Arc::clone(&seen))?;
            sources.push(Source { issuer: issuer.name.clone(), keys });
        }
        Ok(Self {
            sources,
            audience: settings.audience.clone(),
            subject: settings.subject.clone(),
            seen,
        })
    }

    /// The person whom the request's bearer token proves.
    pub async fn person(&self, headers: &HeaderMap) -> Result<Arc<Person>, Problem> {
        let token = bearer(headers).map_err(Problem::unauthenticated)?;
        if let Some(person) = self.seen.get(token) {
            return Ok(person);
        }
        let header = token::header(token).map_err(Problem::unauthenticated)?;
        for source in &self.sources {
            let Some(key) = source.keys.find(&header.kid).await.map_err(Problem::unavailable)?
            else {
                continue;
            };
            let (person, expires) = token::verify(token, &key, &source.issuer, self)
                .map_err(Problem::unauthenticated)?;
            let person = Arc::new(person);
            self.seen.insert(token, Arc::clone(&person), expires);
            return Ok(person);
        }
        Err(Problem::unauthenticated("no key has this kid"))
    }
}

/// RFC 6750, section 2.1: the only place where a token may stand.
fn bearer(headers: &HeaderMap) -> Result<&str, &'static str> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let value = values.next().ok_or("no Authorization header")?;
    // guard: kernel.token.once
    if values.next().is_some() {
        return Err("two Authorization headers");
    }
    let value = value.to_str().map_err(|_| "the Authorization header is not text")?;
    let (scheme, token) = value.split_once(' ').ok_or("no bearer token")?;
    // guard: kernel.token.scheme
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err("another scheme than Bearer");
    }
    // guard: kernel.token.size
    if token.len() > limits::TOKEN {
        return Err("the token is too long");
    }
    Ok(token)
}
