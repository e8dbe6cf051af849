//! One token, checked (RFC 7519, RFC 8725).

use std::time::{SystemTime, UNIX_EPOCH};

use jsonwebtoken::{Validation, decode, decode_header};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::keys::Key;
use super::{Identity, Person};
use crate::generated::kernel::limits;

/// What the unproved header tells: only which key to try.
pub struct Header {
    pub kid: String,
}

#[derive(Deserialize)]
struct Claims {
    exp: f64,
    #[serde(flatten)]
    others: Map<String, Value>,
}

/// Reads the header of a token that nobody has proved yet.
pub fn header(token: &str) -> Result<Header, String> {
    let header = decode_header(token).map_err(|error| error.to_string())?;
    // guard: kernel.token.crit
    if header.crit.is_some() {
        return Err("a critical extension that nobody here understands".to_owned());
    }
    // guard: kernel.token.typ
    if !header.typ.as_deref().is_none_or(is_access_token) {
        return Err("another type of token".to_owned());
    }
    let kid = header.kid.ok_or("the token names no key")?;
    Ok(Header { kid })
}

/// RFC 9068 calls it `at+jwt`; many issuers say `JWT`, or nothing.
fn is_access_token(typ: &str) -> bool {
    let typ = typ.to_ascii_lowercase();
    matches!(typ.strip_prefix("application/").unwrap_or(&typ), "jwt" | "at+jwt")
}

/// The person whom the token proves, and when it expires (seconds since 1970).
///
/// The algorithm is the key's, whatever the header says (RFC 8725, section 3.1).
pub fn verify(
    token: &str,
    key: &Key,
    issuer: &str,
    identity: &Identity,
) -> Result<(Person, f64), String> {
    let mut validation = Validation::new(key.algorithm);
    validation.leeway = limits::CLOCK.as_secs();
    validation.set_required_spec_claims(&["exp", "iss", "aud"]);
    // Looked at below, as it is for a token that was proved before.
    validation.validate_exp = false;
    // guard: kernel.token.not_before
    validation.validate_nbf = true;
    // guard: kernel.token.audience
    validation.set_audience(&[&identity.audience]);
    let claims = decode::<Claims>(token, &key.verifying, &validation)
        .map_err(|error| error.to_string())?
        .claims;
    // One issuer, as RFC 7519 has it: a list of several would let one speak for another.
    // guard: kernel.token.issuer
    if claims.others.get("iss").and_then(Value::as_str) != Some(issuer) {
        return Err("another issuer".to_owned());
    }
    // guard: kernel.token.expiry
    if expired(claims.exp) {
        return Err("the token has expired".to_owned());
    }
    let subject = claims.others.get(&identity.subject).and_then(Value::as_str).unwrap_or_default();
    // guard: kernel.token.subject
    if !names_somebody(subject) {
        return Err("the token names nobody".to_owned());
    }
    let subject = subject.to_owned();
    Ok((Person { subject, claims: claims.others }, claims.exp))
}

/// Whether `exp` (seconds since 1970) is past, by more than clocks may differ.
pub fn expired(exp: f64) -> bool {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    exp + limits::CLOCK.as_secs_f64() <= now.as_secs_f64()
}

fn names_somebody(subject: &str) -> bool {
    (1..=255).contains(&subject.chars().count()) && !subject.chars().any(char::is_control)
}
