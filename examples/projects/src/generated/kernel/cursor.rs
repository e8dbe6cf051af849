//! Cursors: the last row of a page, signed, so that a client can neither make nor move one.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;
use uuid::Uuid;

/// Bytes of the signature that stand in a cursor.
const MAC: usize = 16;

/// Signs cursors; one key for all instances of the service.
#[derive(Clone)]
pub struct Signer(Hmac<Sha256>);

/// For what a cursor was given: list, context, tenant and person. It is good for nothing else.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    pub list: &'a str,
    pub tenant: Option<Uuid>,
    pub subject: &'a str,
}

impl Signer {
    pub fn new(secret: &SecretString) -> Self {
        let key = secret.expose_secret().as_bytes();
        Self(Hmac::new_from_slice(key).expect("HMAC takes keys of any length"))
    }

    /// The cursor that stands behind this row.
    pub fn sign(&self, place: Place<'_>, last: Uuid) -> String {
        let mut bytes = last.as_bytes().to_vec();
        bytes.extend_from_slice(&self.mac(place, last).finalize().into_bytes()[..MAC]);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The row behind which it stands; None where it was not signed for this place.
    pub fn open(&self, place: Place<'_>, cursor: &str) -> Option<Uuid> {
        let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
        let (id, mac) = bytes.split_at_checked(16)?;
        let last = Uuid::from_slice(id).ok()?;
        if mac.len() != MAC {
            return None;
        }
        // guard: kernel.cursor.signature
        if self.mac(place, last).verify_truncated_left(mac).is_err() {
            return None;
        }
        Some(last)
    }

    /// Every part is led by its length, so that no two places read the same.
    fn mac(&self, place: Place<'_>, last: Uuid) -> Hmac<Sha256> {
        let mut mac = self.0.clone();
        let tenant = place.tenant.unwrap_or_default();
        let parts: [&[u8]; 4] =
            [place.list.as_bytes(), tenant.as_bytes(), place.subject.as_bytes(), last.as_bytes()];
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::{Place, Signer};

    const HERE: Place<'static> =
        Place { list: "team entities.Task.list", tenant: Some(Uuid::max()), subject: "ada" };

    #[test]
    fn opens_only_where_it_was_given() {
        let signer = Signer::new(&"a secret".into());
        let last = Uuid::now_v7();
        let cursor = signer.sign(HERE, last);
        assert_eq!(signer.open(HERE, &cursor), Some(last));
        assert_eq!(signer.open(Place { list: "team entities.Task", ..HERE }, &cursor), None);
        assert_eq!(signer.open(Place { tenant: None, ..HERE }, &cursor), None);
        assert_eq!(signer.open(Place { subject: "bob", ..HERE }, &cursor), None);
        assert_eq!(Signer::new(&"another".into()).open(HERE, &cursor), None);
    }

    #[test]
    fn nothing_else_opens() {
        let signer = Signer::new(&"a secret".into());
        let cursor = signer.sign(HERE, Uuid::now_v7());
        for wrong in ["", "AAAA", "*", &cursor[..cursor.len() - 1], &format!("{cursor}A")] {
            assert_eq!(signer.open(HERE, wrong), None, "{wrong}");
        }
        let mut bytes = cursor.into_bytes();
        for position in 0..bytes.len() {
            let before = bytes[position];
            bytes[position] = if before == b'A' { b'B' } else { b'A' };
            let forged = String::from_utf8(bytes.clone()).expect("ASCII");
            assert_eq!(signer.open(HERE, &forged), None, "{forged}");
            bytes[position] = before;
        }
    }
}
