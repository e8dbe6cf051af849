//! What the service says to a gate, made by our own reading of how it is written: 32 bytes of HMAC-SHA256
//! over context, tenant and the rest; 8 bytes of the second at which it ends, 8 of the one at which the person signed
//! in; the request, a bar, the subject.

use super::value::now;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// The key of the tests' databases, and of the services that run on them.
pub const KEY: &str = "the key by which the tests speak for people";

/// The request in whose name the tests speak to a gate.
pub const REQUEST: &str = "of-the-tests";

/// Good for an hour, as an SQL literal; NULL for nobody.
pub fn assertion(context: &str, tenant: Option<&str>, subject: Option<&str>) -> String {
    match subject {
        None => "NULL".to_owned(),
        Some(subject) => literal(&signed(KEY, context, tenant, now() + 3600, subject)),
    }
}

/// Until the second `end`, for somebody who has just signed in.
pub fn signed(key: &str, context: &str, tenant: Option<&str>, end: i64, subject: &str) -> Vec<u8> {
    said(key, context, tenant, &Said { end, signed_in: now(), subject })
}

/// Seconds since 1970, and for whom.
pub struct Said<'a> {
    pub end: i64,
    pub signed_in: i64,
    pub subject: &'a str,
}

pub fn said(key: &str, context: &str, tenant: Option<&str>, it: &Said<'_>) -> Vec<u8> {
    let mut said = it.end.to_be_bytes().to_vec();
    said.extend_from_slice(&it.signed_in.to_be_bytes());
    said.extend_from_slice(format!("{REQUEST}|{}", it.subject).as_bytes());
    let mut text = format!("{context}|").into_bytes();
    if let Some(tenant) = tenant {
        text.extend_from_slice(tenant.parse::<Uuid>().unwrap_or_default().as_bytes());
    }
    text.extend_from_slice(&said);
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("a key of any length");
    mac.update(&text);
    let mut assertion = mac.finalize().into_bytes().to_vec();
    assertion.extend_from_slice(&said);
    assertion
}

pub fn literal(bytes: &[u8]) -> String {
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("'\\x{hex}'")
}

/// The statement by which the owner tells the gates a key.
pub fn told(slot: usize, key: &str) -> String {
    let [inner, outer] = blocks(key);
    format!("INSERT INTO rt.subject_key VALUES ({slot}, {inner}, {outer})")
}

/// The two padded blocks of HMAC, as SQL literals.
pub fn blocks(key: &str) -> [String; 2] {
    let hash = Sha256::digest(key);
    let key = if key.len() > 64 { hash.as_slice() } else { key.as_bytes() };
    let block = |with: u8| {
        let bytes: Vec<u8> =
            (0..64).map(|at| key.get(at).copied().unwrap_or_default() ^ with).collect();
        literal(&bytes)
    };
    [block(0x36), block(0x5c)]
}
