//! What leaves the database: the answer to a directory, and what is served under a name.

use super::{keys, places, rows};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use facts::Time;
use rustls_pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use store::secret::Vault;
use store::{Db, Error, Result};
use web::{Access, Answer, App, Path, Route};

/// The longest token that is looked for.
const LONGEST: usize = 200;

/// A certificate that is good, with its key.
pub struct Served {
    /// Leaf first.
    pub chain: Vec<CertificateDer<'static>>,
    /// The leaf's key.
    pub key: PrivatePkcs8KeyDer<'static>,
    /// When it was stored: another certificate has another moment.
    pub issued_at: Time,
}

/// What is served under a name, in lower-case ASCII; `None` where there is no certificate, or none that is still good.
///
/// # Errors
/// Whatever the engine refuses, and `secret_locked` when the master key has changed.
pub async fn served(db: &Db, vault: &Vault, name: &str) -> Result<Option<Served>> {
    let Some(locked) = rows::served(db, name).await? else { return Ok(None) };
    let chain = vault.open(&places::chain(locked.tenant_id, name), &locked.chain)?;
    let key = keys::open(vault, &places::key(locked.tenant_id, name), &locked.private_key)?;
    Ok(Some(Served { chain: keys::chain(&chain)?, key, issued_at: locked.issued_at }))
}

/// The proof that a directory fetches, at whichever of our hosts and on whichever node.
pub(super) fn route() -> Route {
    Route::get("/.well-known/acme-challenge/{token}", Access::Public, answer).page().says("The answer to a directory of certificates", "")
}

async fn answer(State(app): State<App>, Path(token): Path<String>) -> Answer<Response> {
    let is_token = token.len() <= LONGEST && token.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    let found = if is_token { rows::answer(&app.db, &token).await? } else { None };
    let answer = found.ok_or_else(|| Error::not_found("challenge"))?;
    Ok(([(http::header::CONTENT_TYPE, "application/octet-stream")], answer).into_response())
}
