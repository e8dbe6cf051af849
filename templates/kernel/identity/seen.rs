//! Tokens proved a moment ago. Proving costs more than the whole rest of a read.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use sha2::{Digest, Sha256};

use super::Person;
use super::token::expired;

/// At most; when full, all are forgotten, which costs one proof each.
const CAPACITY: usize = 4096;

/// A key that is gone from its issuer's set is believed no longer than this.
const MEMORY: Duration = Duration::from_secs(60);

/// By the digest of the token, so that no token stays in memory.
#[derive(Default)]
pub struct Seen(Mutex<HashMap<[u8; 32], Entry>>);

struct Entry {
    person: Arc<Person>,
    exp: f64,
    proved: Instant,
}

impl Seen {
    pub fn get(&self, token: &str) -> Option<Arc<Person>> {
        let entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = entries.get(&digest(token))?;
        let fresh = entry.proved.elapsed() < MEMORY && !expired(entry.exp);
        fresh.then(|| Arc::clone(&entry.person))
    }

    pub fn insert(&self, token: &str, person: Arc<Person>, exp: f64) {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if entries.len() >= CAPACITY {
            entries.clear();
        }
        entries.insert(digest(token), Entry { person, exp, proved: Instant::now() });
    }

    pub fn forget(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

fn digest(token: &str) -> [u8; 32] {
    Sha256::digest(token).into()
}
