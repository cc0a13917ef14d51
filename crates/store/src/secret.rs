//! Secrets: kept encrypted, compared without leaking, never shown.

mod column;
mod kept;
mod master;

pub use column::{Column, Locked, Spot, Tally, Walked};
pub use kept::{KnownKey, ROOTS, known_keys, note_first, relock, settled, walk};
pub use master::{KeyId, Source, read_file, write_file};

use crate::{Dice, Error, Result};
use hmac::{Hmac, Mac};
use master::Ring;
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

/// What every locked text begins with; the id of its key follows. Texts from before there were ids begin with their nonce.
pub const MARK: [u8; 4] = *b"OVL1";

/// Locks what must not be read from the database alone: providers' credentials, second factors.
///
/// XChaCha20-Poly1305 with a random nonce; the place where a secret belongs is authenticated with it, so a
/// ciphertext moved to another tenant or field does not open. Several master keys may be held: the first locks, any opens.
#[derive(Clone)]
pub struct Vault {
    ring: Arc<Ring>,
    /// What keys that last are derived with; the first master key itself where nothing else was said.
    root: Option<Arc<Hmac<Sha256>>>,
    dice: Dice,
}

impl Vault {
    /// A vault of one master key of any length.
    pub fn new(master_key: &str, dice: Dice) -> Self {
        Self { ring: Arc::new(Ring::one(master_key)), root: None, dice }
    }

    /// A vault of the keys that are there.
    ///
    /// # Errors
    /// No key, or a file that cannot be read.
    pub fn of(source: Source, dice: Dice) -> Result<Self> {
        Ok(Self { ring: Arc::new(Ring::new(source)?), root: None, dice })
    }

    /// The same vault, whose lasting keys are derived with a root of its own.
    fn rooted(&self, root: &[u8; 32]) -> Self {
        Self { root: Some(Arc::new(keyed(root))), ..self.clone() }
    }

    /// A key of 256 bits for a purpose of its own that lasts: it stays the same when master keys change.
    pub fn derive(&self, purpose: &str) -> [u8; 32] {
        match &self.root {
            Some(root) => derived(root, purpose),
            None => derived(&self.ring.held().first.own, purpose),
        }
    }

    /// Keys of 256 bits for a purpose of its own that need not last: one of each master key, the one to sign with first. It
    /// changes with them, and who signs short words with the first accepts any.
    pub fn passing(&self, purpose: &str) -> Vec<[u8; 32]> {
        self.ring.held().all().map(|key| derived(&key.own, purpose)).collect()
    }

    /// The keys that are held, by their ids; the first one locks.
    pub fn held(&self) -> Vec<KeyId> {
        self.ring.held().all().map(|key| key.id).collect()
    }

    /// The key that locks.
    pub fn first(&self) -> KeyId {
        self.ring.held().first.id
    }

    /// Reads the keys again where they are in a file, and tells whether there are others now.
    pub fn look_again(&self) -> bool {
        self.ring.look_again()
    }

    /// Locks a secret for one place, such as `ten_…/razorpay/key_secret`.
    ///
    /// # Errors
    /// None in practice: only a text too long for the cipher.
    pub fn lock(&self, place: &str, secret: &str) -> Result<Vec<u8>> {
        // Another process may have made another key the first: nothing is to hang on an old one from then on.
        self.ring.look_again();
        let nonce = self.dice.secret::<24>();
        let held = self.ring.held();
        let key = &held.first;
        let locked = key.seal(place, &nonce, secret.as_bytes()).ok_or_else(|| Error::internal("a secret could not be encrypted"))?;
        Ok([MARK.as_slice(), &key.id.0, &nonce, &locked].concat())
    }

    /// Opens what [`Vault::lock`] locked for the same place.
    ///
    /// # Errors
    /// `secret_locked` when no master key that is held opens it, or the place is another one.
    pub fn open(&self, place: &str, locked: &[u8]) -> Result<String> {
        let (_, secret) = self.opened(place, locked)?;
        String::from_utf8(secret).map_err(Error::internal)
    }

    /// The key that a locked text hangs on.
    ///
    /// # Errors
    /// As [`Vault::open`].
    pub fn key_of(&self, place: &str, locked: &[u8]) -> Result<KeyId> {
        self.opened(place, locked).map(|(key, _)| key)
    }

    fn opened(&self, place: &str, locked: &[u8]) -> Result<(KeyId, Vec<u8>)> {
        let again = |id| if self.ring.look_again() { self.ring.held().open_by(id, place, locked) } else { None };
        let id = locked.strip_prefix(&MARK).and_then(|rest| rest.first_chunk().copied()).map(KeyId);
        let found = self.ring.held().open_by(id, place, locked).or_else(|| again(id));
        found.ok_or_else(|| {
            Error::unavailable(
                "secret_locked",
                "A stored credential cannot be opened: its master key is not among those of ORIGIN_MASTER_KEY.",
            )
        })
    }
}

/// A key for a purpose, from a root.
fn derived(root: &Hmac<Sha256>, purpose: &str) -> [u8; 32] {
    let mut root = root.clone();
    root.update(b"origin/derive/");
    root.update(purpose.as_bytes());
    root.finalize().into_bytes().into()
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
        for cut in 0..locked.len() {
            assert!(vault.open("a/key", &locked[..cut]).is_err());
        }
    }

    #[test]
    fn the_first_key_locks_and_any_opens() {
        let told = |keys: &[&str]| {
            let keys = keys.iter().map(|key| (*key).to_owned()).collect();
            Vault::of(Source::Told(keys), Dice::seeded(2)).unwrap()
        };
        let (old, both, new) = (told(&["old"]), told(&["new", "old"]), told(&["new"]));
        let before = old.lock("a/key", "secret").unwrap();
        assert_eq!(both.open("a/key", &before).unwrap(), "secret");
        assert_eq!(both.key_of("a/key", &before).unwrap(), old.first());
        assert_eq!(new.open("a/key", &before).unwrap_err().code(), "secret_locked");
        let after = both.lock("a/key", "secret").unwrap();
        assert_eq!((both.key_of("a/key", &after).unwrap(), new.open("a/key", &after).unwrap().as_str()), (new.first(), "secret"));
        assert!(old.open("a/key", &after).is_err());
        assert_eq!(both.passing("a"), [new.derive("a"), old.derive("a")]);
        assert!(Vault::of(Source::Told(Vec::new()), Dice::seeded(2)).is_err());
    }

    #[test]
    fn what_was_locked_before_there_were_ids_opens() {
        let vault = Vault::new("master", Dice::seeded(1));
        let locked = vault.lock("a/key", "secret").unwrap();
        let before = &locked[MARK.len() + 8..];
        assert_eq!(vault.open("a/key", before).unwrap(), "secret");
        // One whose random beginning happens to be the mark.
        let nonce: [u8; 24] = *b"OVL1 twenty bytes follow";
        let odd = [nonce.as_slice(), &vault.ring.held().first.seal("a/key", &nonce, b"secret").unwrap()].concat();
        assert_eq!(vault.open("a/key", &odd).unwrap(), "secret");
    }

    #[test]
    fn a_file_is_read_again_when_it_must_be() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        let write = |keys: &[&str]| write_file(&path, &keys.iter().map(|key| (*key).to_owned()).collect::<Vec<_>>()).unwrap();
        write(&["old"]);
        let open = || Vault::of(Source::File(path.clone()), Dice::seeded(3)).unwrap();
        let (serving, idle) = (open(), open());
        let before = serving.lock("a", "secret").unwrap();
        write(&["new", "old"]);
        let new = Vault::new("new", Dice::seeded(4));
        // Who meets an unknown key reads again; who locks does so with the key that is first now.
        assert_eq!(idle.open("a", &new.lock("a", "other").unwrap()).unwrap(), "other");
        assert_eq!(new.open("a", &serving.lock("a", "secret").unwrap()).unwrap(), "secret");
        assert_eq!(serving.open("a", &before).unwrap(), "secret");
        std::fs::remove_file(&path).unwrap();
        assert_eq!(serving.open("a", &serving.lock("a", "goes on").unwrap()).unwrap(), "goes on");
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
