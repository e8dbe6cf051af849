//! Whom the service speaks for, said so that the database can tell that it was the service.
//!
//! A gate lets nobody in but by an assertion: 32 bytes of HMAC-SHA256, 8 of the moment at which it ends
//! (unix seconds, big-endian), 8 of the moment at which the person signed in (zero where nobody knows), then the
//! request's id, a bar and the subject. The code covers the context, the tenant and all of that, so that an
//! assertion is good for one person in one place, and for a few minutes, and the audit names the request that
//! the service answered. SQL that gets on to a connection can so act as nobody whose assertion it has not seen.

use std::time::{SystemTime, UNIX_EPOCH};

use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::generated::kernel::limits;

/// What gates raise where an assertion does not hold.
pub const PATH: &str = "identity.subject";

/// Who asks, and in which request.
#[derive(Debug, Clone, Copy)]
pub struct Said<'a> {
    /// Without a bar; empty where there is no request.
    pub request: &'a str,
    /// Unix seconds; zero where the token does not say.
    pub signed_in: u64,
    pub subject: &'a str,
}

/// Signs assertions; the gates have the same key.
#[derive(Clone)]
pub struct SubjectKey(Hmac<Sha256>);

impl SubjectKey {
    pub fn new(secret: &SecretString) -> Self {
        let key = secret.expose_secret().as_bytes();
        Self(Hmac::new_from_slice(key).expect("HMAC takes keys of any length"))
    }

    /// For whom `said` speaks, who wants to enter `context`, and there `tenant`.
    pub fn assert(&self, context: &str, tenant: Option<Uuid>, said: Said<'_>) -> Vec<u8> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        self.until((now + limits::ASSERTION).as_secs(), context, tenant, said)
    }

    fn until(&self, end: u64, context: &str, tenant: Option<Uuid>, said: Said<'_>) -> Vec<u8> {
        let Said { request, signed_in, subject } = said;
        let mut mac = self.0.clone();
        mac.update(context.as_bytes());
        mac.update(b"|");
        if let Some(tenant) = tenant {
            mac.update(tenant.as_bytes());
        }
        let moments = [end.to_be_bytes(), signed_in.to_be_bytes()].concat();
        let said = [&moments, request.as_bytes(), b"|", subject.as_bytes()].concat();
        mac.update(&said);
        [mac.finalize().into_bytes().as_slice(), &said].concat()
    }

    /// 32 bytes of HMAC-SHA256, 32 of the hash of what the hook was given, and what it gave. The code covers the
    /// call's path and the assertion too, so that it is good for one request and as long as that. No context
    /// has a name that begins as this text does, so neither proof is ever taken for the other.
    pub fn vouch(&self, path: &str, assertion: &[u8], said: &str, gave: &str) -> Vec<u8> {
        let mut mac = self.0.clone();
        mac.update(format!("a hook {path}|").as_bytes());
        mac.update(&Sha256::digest(assertion));
        let vouched = [Sha256::digest(said).as_slice(), gave.as_bytes()].concat();
        mac.update(&vouched);
        [mac.finalize().into_bytes().as_slice(), &vouched].concat()
    }
}

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};
    use uuid::Uuid;

    use super::{Said, SubjectKey};
    use crate::generated::kernel::migrate::Blocks;

    /// As a gate computes it.
    #[test]
    fn the_stored_blocks_prove_it() {
        for length in [32, 64, 65, 200] {
            let secret = "k".repeat(length).into();
            let tenant = Uuid::max();
            let said = Said { request: "r-1", signed_in: 5, subject: "ada" };
            let said = SubjectKey::new(&secret).until(7, "team", Some(tenant), said);
            let Blocks { inner, outer } = Blocks::of(&secret);
            let text = [b"team|".as_slice(), tenant.as_bytes(), &said[32..]].concat();
            let within = Sha256::digest([inner.as_slice(), &text].concat());
            let code = Sha256::digest([outer.as_slice(), &within].concat());
            assert_eq!(&said[..32], code.as_slice(), "{length}");
            assert_eq!(&said[32..], b"\0\0\0\0\0\0\0\x07\0\0\0\0\0\0\0\x05r-1|ada");
        }
    }
}
