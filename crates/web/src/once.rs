//! A page's form that is sent twice is done once: it carries a key of its own, under which its command is run.

use crate::App;
use std::fmt::Debug;
use store::secret::sha256;
use store::{Error, Key, Result};

/// How long a form's key is: a digest in hex.
const LENGTH: usize = 64;

/// A key for a form that is shown now.
pub fn form_key(app: &App) -> String {
    sha256(app.db.dice().secret::<32>())
}

/// The key of a form that came back, for `Db::run_once`: `scope` is its method and path, `asked` what it asks for.
///
/// # Errors
/// A field error on `key` where it is none of ours.
pub fn sent_form(key: &str, scope: &str, asked: &impl Debug) -> Result<Key> {
    if key.len() != LENGTH {
        return Err(Error::field("key", "the form of this page"));
    }
    Ok(Key { key: format!("page/{key}"), scope: scope.to_owned(), body_hash: sha256(format!("{asked:?}")) })
}
