//! The keys by which gates know that it is the service that speaks for a person.

use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use tokio_postgres::Client;

use super::run::said;
use crate::generated::kernel::config::Environment;

/// Bytes of HMAC-SHA256's block.
const BLOCK: usize = 64;

/// The key that the service signs with, and the one before it while some instance still does.
#[derive(Debug, Clone)]
pub struct SubjectKeys {
    pub current: SecretString,
    pub previous: Option<SecretString>,
}

impl SubjectKeys {
    /// `SUBJECT_KEY`, and `SUBJECT_KEY_PREVIOUS` where it is set.
    pub fn read(environment: &mut Environment) -> Self {
        let current = environment.long_secret("SUBJECT_KEY", 32);
        let is_set = environment.optional("SUBJECT_KEY_PREVIOUS").is_some();
        let previous = is_set.then(|| environment.long_secret("SUBJECT_KEY_PREVIOUS", 32));
        Self { current, previous }
    }
}

/// A key as the database keeps it: the two padded blocks (RFC 2104), since PostgreSQL has only the hash.
pub struct Blocks {
    pub inner: [u8; BLOCK],
    pub outer: [u8; BLOCK],
}

impl Blocks {
    pub fn of(secret: &SecretString) -> Self {
        let secret = secret.expose_secret().as_bytes();
        let digest = Sha256::digest(secret);
        let key = if secret.len() > BLOCK { digest.as_slice() } else { secret };
        let padded = |with: u8| {
            let mut block = [with; BLOCK];
            block.iter_mut().zip(key).for_each(|(byte, key)| *byte ^= key);
            block
        };
        Self { inner: padded(0x36), outer: padded(0x5c) }
    }
}

/// From now on gates believe these and no others. Run as the owner, after the migrations.
pub async fn write_subject_keys(client: &mut Client, keys: &SubjectKeys) -> Result<(), String> {
    let failed = |error: tokio_postgres::Error| said(&error);
    let transaction = client.transaction().await.map_err(failed)?;
    transaction.execute("DELETE FROM rt.subject_key", &[]).await.map_err(failed)?;
    for (slot, key) in (1i16..).zip([Some(&keys.current), keys.previous.as_ref()]) {
        let Some(key) = key else { continue };
        let Blocks { inner, outer } = Blocks::of(key);
        transaction
            .execute(
                "INSERT INTO rt.subject_key (slot, inner_block, outer_block) VALUES ($1, $2, $3)",
                &[&slot, &inner.as_slice(), &outer.as_slice()],
            )
            .await
            .map_err(failed)?;
    }
    transaction.commit().await.map_err(failed)
}
