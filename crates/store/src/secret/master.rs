//! Master keys: several are held, the first locks and any opens. Where they come from, and how a file keeps them.

use super::keyed;
use crate::{Error, Kind, Result};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key as CipherKey, XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};
use std::fmt;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

/// By what a master key is known: sixteen digits from which nobody gets to the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyId(pub(super) [u8; 8]);

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl std::str::FromStr for KeyId {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let mut id = [0; 8];
        let read = hex::decode_to_slice(text, &mut id);
        read.map(|()| Self(id)).map_err(|_| Error::invalid("key", "The id of a master key has sixteen digits: see origin key list."))
    }
}

/// One master key.
pub(super) struct MasterKey {
    pub id: KeyId,
    /// Its 256 bits.
    pub whole: [u8; 32],
    cipher: XChaCha20Poly1305,
    /// What is derived from this key alone.
    pub own: Hmac<Sha256>,
}

impl MasterKey {
    /// From a text of any length; the cipher's key is its SHA-256.
    fn new(text: &str) -> Self {
        let whole: [u8; 32] = Sha256::digest(text.as_bytes()).into();
        let own = keyed(&whole);
        let mut named = own.clone();
        named.update(b"origin/key/id");
        let mut id = [0; 8];
        id.copy_from_slice(&named.finalize().into_bytes()[..8]);
        Self { id: KeyId(id), whole, cipher: XChaCha20Poly1305::new(CipherKey::from_slice(&whole)), own }
    }

    pub fn seal(&self, place: &str, nonce: &[u8; 24], secret: &[u8]) -> Option<Vec<u8>> {
        self.cipher.encrypt(XNonce::from_slice(nonce), Payload { msg: secret, aad: place.as_bytes() }).ok()
    }

    /// Nonce, then what was locked.
    pub fn unseal(&self, place: &str, sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, rest) = sealed.split_at_checked(24)?;
        self.cipher.decrypt(XNonce::from_slice(nonce), Payload { msg: rest, aad: place.as_bytes() }).ok()
    }
}

/// Where master keys come from.
pub enum Source {
    /// Said once, at the start; the first locks.
    Told(Vec<String>),
    /// A file, which is read again whenever it may have changed.
    File(PathBuf),
}

/// The keys at one moment.
pub(super) struct Held {
    /// The one that locks.
    pub first: MasterKey,
    rest: Vec<MasterKey>,
    texts: Vec<String>,
}

impl Held {
    fn of(texts: Vec<String>) -> Option<Self> {
        let (first, rest) = texts.split_first()?;
        let rest = rest.iter().map(|text| MasterKey::new(text)).collect();
        Some(Self { first: MasterKey::new(first), rest, texts })
    }

    /// Every key, the first first.
    pub fn all(&self) -> impl Iterator<Item = &MasterKey> {
        std::iter::once(&self.first).chain(&self.rest)
    }

    /// Opens a locked text by the key that it names; one from before there were names by any.
    pub fn open_by(&self, id: Option<KeyId>, place: &str, locked: &[u8]) -> Option<(KeyId, Vec<u8>)> {
        let named = self.all().find(|key| Some(key.id) == id);
        let opened = named.and_then(|key| Some((key.id, key.unseal(place, locked.get(super::MARK.len() + 8..)?)?)));
        opened.or_else(|| self.all().find_map(|key| Some((key.id, key.unseal(place, locked)?))))
    }
}

/// The keys of a process.
pub(super) struct Ring {
    held: RwLock<Arc<Held>>,
    file: Option<PathBuf>,
}

impl Ring {
    pub fn new(source: Source) -> Result<Self> {
        let (texts, file) = match source {
            Source::Told(texts) => (texts, None),
            Source::File(path) => (read_file(&path)?, Some(path)),
        };
        let held = Held::of(texts).ok_or_else(|| Error::internal("a vault without a master key"))?;
        Ok(Self { held: RwLock::new(Arc::new(held)), file })
    }

    pub fn one(text: &str) -> Self {
        let held = Held { first: MasterKey::new(text), rest: Vec::new(), texts: vec![text.to_owned()] };
        Self { held: RwLock::new(Arc::new(held)), file: None }
    }

    pub fn held(&self) -> Arc<Held> {
        self.held.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Reads the file again, where there is one, and tells whether other keys stand in it. A file that cannot be read at the
    /// moment changes nothing: what is held goes on.
    pub fn look_again(&self) -> bool {
        let Some(path) = &self.file else { return false };
        let texts = match read_file(path) {
            Ok(texts) => texts,
            Err(error) => {
                tracing::warn!(?error, "the file of master keys could not be read again");
                return false;
            }
        };
        if texts == self.held().texts {
            return false;
        }
        let Some(held) = Held::of(texts) else { return false };
        *self.held.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(held);
        true
    }
}

/// The keys in a file, the first first: a JSON list of them, or one key as it is.
///
/// # Errors
/// A file that cannot be read, or is half a list.
pub fn read_file(path: &Path) -> Result<Vec<String>> {
    let unread = |error: String| Error::new(Kind::Unavailable, "master_key_file", format!("{}: {error}", path.display()));
    let text = std::fs::read_to_string(path).map_err(|error| unread(error.to_string()))?;
    if !text.starts_with('[') {
        return Ok(vec![text]);
    }
    serde_json::from_str(&text).map_err(|error| unread(format!("not a list of keys: {error}")))
}

/// Puts keys into a file, whole or not at all, for its owner's eyes alone.
///
/// # Errors
/// A folder that cannot be written.
pub fn write_file(path: &Path, keys: &[String]) -> Result<()> {
    let text = match keys {
        [one] if !one.starts_with('[') => one.clone(),
        keys => serde_json::to_string(keys)?,
    };
    let beside = path.with_extension("key.new");
    let write = || {
        let mut file = std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&beside)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        std::fs::rename(&beside, path)?;
        // The name is on the disk only when its folder is: what was locked with a key that is gone opens no more.
        std::fs::File::open(path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new(".")))?.sync_all()
    };
    write().map_err(|error: std::io::Error| {
        Error::new(Kind::Unavailable, "master_key_file", format!("{} cannot be written.", path.display())).because(error)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_keeps_keys_as_they_are() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        for keys in [vec!["one\n"], vec!["one\n", "two, three"], vec!["[odd"], vec!["a", "[\"b\"]", ""]] {
            let keys: Vec<String> = keys.into_iter().map(str::to_owned).collect();
            write_file(&path, &keys).unwrap();
            assert_eq!(read_file(&path).unwrap(), keys);
        }
        std::fs::write(&path, "[\"half").unwrap();
        assert!(read_file(&path).is_err());
        assert!(read_file(&folder.path().join("none")).is_err());
    }

    #[test]
    fn an_id_is_read_as_it_is_shown() {
        let id = MasterKey::new("master").id;
        assert_eq!(id.to_string().parse::<KeyId>().unwrap(), id);
        assert!("12".parse::<KeyId>().is_err());
        assert_ne!(id, MasterKey::new("other").id);
    }
}
