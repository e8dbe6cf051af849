//! The keys by which an issuer's tokens are proved (RFC 7517).

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::Mutex;

use super::Issuer;
use super::fetch::Fetch;
use super::seen::Seen;

/// Keys of one issuer that are kept at most; a longer list is a mistake or an attack.
const CAPACITY: usize = 32;

/// After which the set is read anew, so that a withdrawn key goes.
const MAX_AGE: Duration = Duration::from_secs(600);

/// A key and the one algorithm that it is for.
pub struct Key {
    pub algorithm: Algorithm,
    pub verifying: DecodingKey,
}

pub enum Keys {
    Fixed { kid: String, key: Arc<Key> },
    Remote(Box<Remote>),
}

type Set = HashMap<String, Arc<Key>>;

/// A published key set, read when a token names a key that is not known.
pub struct Remote {
    issuer: String,
    jwks_url: Option<String>,
    algorithms: Vec<Algorithm>,
    refetch: Duration,
    fetch: Fetch,
    set: RwLock<Set>,
    /// When it was last read or tried to be; held while reading, so that one request reads for all.
    last: Mutex<Option<Instant>>,
    seen: Arc<Seen>,
}

#[derive(Deserialize)]
struct Published {
    keys: Vec<Value>,
}

/// OpenID Connect Discovery 1.0, section 3.
#[derive(Deserialize)]
struct Discovered {
    issuer: String,
    jwks_uri: String,
}

impl Keys {
    pub fn fixed(kid: &str, key: Key) -> Self {
        Self::Fixed { kid: kid.to_owned(), key: Arc::new(key) }
    }

    pub fn remote(issuer: &Issuer, algorithms: &[String], seen: Arc<Seen>) -> Result<Self, String> {
        let algorithms = algorithms
            .iter()
            .map(|name| name.parse().map_err(|_| format!("{name} is no algorithm known here")))
            .collect::<Result<_, _>>()?;
        Ok(Self::Remote(Box::new(Remote {
            issuer: issuer.name.clone(),
            jwks_url: issuer.jwks_url.clone(),
            algorithms,
            refetch: issuer.refetch,
            fetch: Fetch::default(),
            set: RwLock::default(),
            last: Mutex::new(None),
            seen,
        })))
    }

    /// The key of this name; `Err` where the issuer cannot be asked and must be.
    pub async fn find(&self, kid: &str) -> Result<Option<Arc<Key>>, String> {
        match self {
            Self::Fixed { kid: own, key } => Ok((own == kid).then(|| Arc::clone(key))),
            Self::Remote(remote) => remote.find(kid).await,
        }
    }
}

impl Remote {
    async fn find(&self, kid: &str) -> Result<Option<Arc<Key>>, String> {
        let known = self.known(kid);
        let mut last = match self.last.try_lock() {
            Ok(last) => last,
            // Somebody is reading the set; a key that is known need not wait for it.
            Err(_) if known.is_some() => return Ok(known),
            Err(_) => self.last.lock().await,
        };
        let age = last.map(|at| at.elapsed());
        let due = match (&known, age) {
            (_, None) => true,
            (Some(_), Some(age)) => age > MAX_AGE,
            // Unknown names cannot make the service hammer its issuer.
            (None, Some(age)) => age > self.refetch,
        };
        if !due {
            drop(last);
            return Ok(known.or_else(|| self.known(kid)));
        }
        *last = Some(Instant::now());
        match self.read().await {
            Ok(set) => {
                *self.set.write().unwrap_or_else(PoisonError::into_inner) = set;
                self.seen.forget();
                Ok(self.known(kid))
            }
            Err(error) => {
                tracing::warn!(issuer = %self.issuer, %error, "the issuer's keys cannot be read");
                known.map(Some).ok_or(error)
            }
        }
    }

    fn known(&self, kid: &str) -> Option<Arc<Key>> {
        self.set.read().unwrap_or_else(PoisonError::into_inner).get(kid).cloned()
    }

    async fn read(&self) -> Result<Set, String> {
        let url = match &self.jwks_url {
            Some(url) => url.clone(),
            None => self.discover().await?,
        };
        let published: Published = self.fetch.json(&url).await?;
        let mut set = Set::new();
        for key in published.keys.into_iter().take(CAPACITY) {
            // A key of a kind that is not known here is no reason to lose the others.
            let Ok(jwk) = serde_json::from_value::<Jwk>(key) else { continue };
            if let Some((kid, key)) = usable(&jwk, &self.algorithms) {
                set.insert(kid, Arc::new(key));
            }
        }
        Ok(set)
    }

    async fn discover(&self) -> Result<String, String> {
        let base = self.issuer.trim_end_matches('/');
        let found: Discovered =
            self.fetch.json(&format!("{base}/.well-known/openid-configuration")).await?;
        if found.issuer != self.issuer {
            return Err(format!("{base} calls itself {}", found.issuer));
        }
        Ok(found.jwks_uri)
    }
}

/// A signing key with a name, for an algorithm that is allowed.
fn usable(jwk: &Jwk, allowed: &[Algorithm]) -> Option<(String, Key)> {
    let kid = jwk.common.key_id.clone()?;
    // guard: kernel.keys.use
    if !matches!(jwk.common.public_key_use, None | Some(PublicKeyUse::Signature)) {
        return None;
    }
    let algorithm = algorithm_of(jwk, allowed)?;
    // guard: kernel.keys.algorithm
    if !allowed.contains(&algorithm) {
        return None;
    }
    let verifying = DecodingKey::from_jwk(jwk).ok()?;
    Some((kid, Key { algorithm, verifying }))
}

/// What the key says that it is for; else the only thing that a key of its form can be for.
fn algorithm_of(jwk: &Jwk, allowed: &[Algorithm]) -> Option<Algorithm> {
    let named = match jwk.common.key_algorithm {
        Some(KeyAlgorithm::UNKNOWN_ALGORITHM) => return None,
        Some(named) => Some(named.to_string().parse().ok()?),
        None => None,
    };
    match &jwk.algorithm {
        AlgorithmParameters::EllipticCurve(key) => match key.curve {
            EllipticCurve::P256 => named.or(Some(Algorithm::ES256)),
            EllipticCurve::P384 => named.or(Some(Algorithm::ES384)),
            _ => None,
        },
        AlgorithmParameters::RSA(key) if long_enough(&key.n) => {
            named.or_else(|| allowed.iter().copied().find(|one| one.family() == RSA))
        }
        AlgorithmParameters::OctetKeyPair(_) => named.or(Some(Algorithm::EdDSA)),
        // A published secret proves nothing.
        _ => None,
    }
}

const RSA: jsonwebtoken::AlgorithmFamily = jsonwebtoken::AlgorithmFamily::Rsa;

/// RFC 7518, section 3.3: 2048 bits or more; `n` is base64url of that many bits.
fn long_enough(n: &str) -> bool {
    n.len() * 6 >= 2048
}
