//! An issuer for a developer's own machine: a key in a file, and tokens by `token`.
//!
//! It is believed only where `DEV_ISSUER=on`.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, encode};
use p256::SecretKey;
use p256::elliptic_curve::rand_core::OsRng;
use p256::elliptic_curve::sec1::ToEncodedPoint;
use p256::pkcs8::{DecodePrivateKey, EncodePrivateKey, LineEnding};
use serde_json::{Map, Value, json};

use super::keys;
use crate::generated::kernel::config::Environment;

pub const ISSUER: &str = "urn:development";
pub const KID: &str = "development";

/// Seconds for which a token is good.
const LIFE: u64 = 12 * 60 * 60;

/// `DEV_ISSUER_KEY`, where `DEV_ISSUER` is on.
pub fn read(environment: &mut Environment) -> Option<PathBuf> {
    // guard: kernel.development.off
    if !environment.switch("DEV_ISSUER") {
        return None;
    }
    Some(environment.required("DEV_ISSUER_KEY").into())
}

/// The issuer's private key (P-256, PKCS #8).
pub struct Key(SecretKey);

impl Key {
    pub fn load(path: &Path) -> Result<Self, String> {
        let text = fs::read_to_string(path).map_err(|error| {
            format!("{}: {error} (the command `token` makes it)", path.display())
        })?;
        let key = SecretKey::from_pkcs8_pem(&text)
            .map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(Self(key))
    }

    /// Makes the file where it is missing, for its owner's eyes only.
    pub fn load_or_make(path: &Path) -> Result<Self, String> {
        if path.exists() {
            return Self::load(path);
        }
        let key = SecretKey::random(&mut OsRng);
        let text = key.to_pkcs8_pem(LineEnding::LF).map_err(|error| error.to_string())?;
        OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(path)
            .and_then(|mut file| file.write_all(text.as_bytes()))
            .map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(Self(key))
    }

    /// A token that says that the bearer is `subject`.
    pub fn token(
        &self,
        subject: &str,
        subject_claim: &str,
        audience: &str,
        claims: &[(String, String)],
    ) -> Result<String, String> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let mut body: Map<String, Value> = claims
            .iter()
            .map(|(name, value)| (name.clone(), Value::String(value.clone())))
            .collect();
        body.insert("iss".to_owned(), json!(ISSUER));
        body.insert("aud".to_owned(), json!(audience));
        body.insert("iat".to_owned(), json!(now));
        body.insert("exp".to_owned(), json!(now + LIFE));
        // Whoever asks for one has signed in.
        body.insert("auth_time".to_owned(), json!(now));
        body.insert(subject_claim.to_owned(), json!(subject));
        let header = Header { kid: Some(KID.to_owned()), ..Header::new(Algorithm::ES256) };
        let der = self.0.to_pkcs8_der().map_err(|error| error.to_string())?;
        encode(&header, &body, &EncodingKey::from_ec_der(der.as_bytes()))
            .map_err(|error| error.to_string())
    }

    /// The half that proves.
    pub(super) fn verifying(&self) -> keys::Key {
        let point = self.0.public_key().to_encoded_point(false);
        keys::Key {
            algorithm: Algorithm::ES256,
            verifying: DecodingKey::from_ec_der(point.as_bytes()),
        }
    }
}
