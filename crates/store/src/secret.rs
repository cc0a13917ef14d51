//! Secrets: kept encrypted, compared without leaking, never shown.

use crate::{Dice, Error, Result};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key as CipherKey, XChaCha20Poly1305, XNonce};
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// SHA-256, in hex: how keys and tokens are stored.
pub fn sha256(bytes: impl AsRef<[u8]>) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// Locks what must not be read from the database alone: providers' credentials, second factors.
///
/// XChaCha20-Poly1305 with a random nonce; the place where a secret belongs is authenticated with it, so a
/// ciphertext moved to another tenant or field does not open.
#[derive(Clone)]
pub struct Vault {
    cipher: Arc<XChaCha20Poly1305>,
    dice: Dice,
}

impl Vault {
    /// A vault that opens with a master key of any length; the cipher's key is its SHA-256.
    pub fn new(master_key: &str, dice: Dice) -> Self {
        let key = Sha256::digest(master_key.as_bytes());
        Self { cipher: Arc::new(XChaCha20Poly1305::new(CipherKey::from_slice(&key))), dice }
    }

    /// Locks a secret for one place, such as `ten_…/razorpay/key_secret`.
    ///
    /// # Errors
    /// None in practice: only a text too long for the cipher.
    pub fn lock(&self, place: &str, secret: &str) -> Result<Vec<u8>> {
        let nonce = self.dice.secret::<24>();
        let payload = Payload { msg: secret.as_bytes(), aad: place.as_bytes() };
        let locked = self.cipher.encrypt(XNonce::from_slice(&nonce), payload);
        let locked = locked.map_err(|_| Error::internal("a secret could not be encrypted"))?;
        Ok([nonce.as_slice(), &locked].concat())
    }

    /// Opens what [`Vault::lock`] locked for the same place.
    ///
    /// # Errors
    /// `secret_locked` when the master key or the place is another one.
    pub fn open(&self, place: &str, locked: &[u8]) -> Result<String> {
        let refused = || Error::unavailable("secret_locked", "A stored credential cannot be opened: ORIGIN_MASTER_KEY has changed.");
        let (nonce, rest) = locked.split_at_checked(24).ok_or_else(refused)?;
        let payload = Payload { msg: rest, aad: place.as_bytes() };
        let opened = self.cipher.decrypt(XNonce::from_slice(nonce), payload).map_err(|_| refused())?;
        String::from_utf8(opened).map_err(Error::internal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opens_only_where_it_belongs() {
        let vault = Vault::new("master", Dice::seeded(1));
        let locked = vault.lock("a/key", "secret").unwrap();
        assert_eq!(vault.open("a/key", &locked).unwrap(), "secret");
        assert!(vault.open("b/key", &locked).is_err());
        assert!(Vault::new("other", Dice::seeded(1)).open("a/key", &locked).is_err());
        assert!(vault.open("a/key", &locked[..10]).is_err());
    }
}
