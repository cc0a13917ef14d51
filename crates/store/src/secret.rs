//! Secrets: kept encrypted, compared without leaking, never shown.

use crate::{Dice, Error, Result};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key as CipherKey, XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// SHA-256, in hex: how keys and tokens are stored.
pub fn sha256(bytes: impl AsRef<[u8]>) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// HMAC-SHA-256 of a text: what nobody can make who has not the key.
pub fn hmac_sha256(key: &[u8; 32], text: &str) -> [u8; 32] {
    let mut mac: Hmac<Sha256> = keyed(key);
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().into()
}

/// HMAC with a key as long as a hash, which it takes as it is.
fn keyed(key: &[u8]) -> Hmac<Sha256> {
    let mut block = [0; 64];
    block.iter_mut().zip(key).for_each(|(to, from)| *to = *from);
    Mac::new(&block.into())
}

/// Locks what must not be read from the database alone: providers' credentials, second factors.
///
/// XChaCha20-Poly1305 with a random nonce; the place where a secret belongs is authenticated with it, so a
/// ciphertext moved to another tenant or field does not open.
#[derive(Clone)]
pub struct Vault {
    cipher: Arc<XChaCha20Poly1305>,
    /// What other keys are derived with.
    root: Arc<Hmac<Sha256>>,
    dice: Dice,
}

impl Vault {
    /// A vault that opens with a master key of any length; the cipher's key is its SHA-256.
    pub fn new(master_key: &str, dice: Dice) -> Self {
        let key = Sha256::digest(master_key.as_bytes());
        let cipher = Arc::new(XChaCha20Poly1305::new(CipherKey::from_slice(&key)));
        Self { cipher, root: Arc::new(keyed(&key)), dice }
    }

    /// A key of 256 bits for a purpose of its own, the same as long as the master key is.
    pub fn derive(&self, purpose: &str) -> [u8; 32] {
        let mut root = (*self.root).clone();
        root.update(b"origin/derive/");
        root.update(purpose.as_bytes());
        root.finalize().into_bytes().into()
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

    #[test]
    fn derived_keys_are_their_purposes_and_their_masters() {
        let vault = Vault::new("master", Dice::seeded(1));
        assert_eq!(vault.derive("a"), Vault::new("master", Dice::seeded(2)).derive("a"));
        assert_ne!(vault.derive("a"), vault.derive("b"));
        assert_ne!(vault.derive("a"), Vault::new("other", Dice::seeded(1)).derive("a"));
    }

    #[test]
    fn as_rfc_4231_has_it() {
        // Test case 2, whose key is shorter than ours and padded with zeros, as HMAC pads every key.
        let mut key = [0; 32];
        key[..4].copy_from_slice(b"Jefe");
        let mac = hmac_sha256(&key, "what do ya want for nothing?");
        assert_eq!(hex::encode(mac), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }
}
