//! Google's access tokens: got by a signed word of the tenant's service account, and kept until shortly before they end.
//! Source: RFC 7523, and Google's "Using OAuth 2.0 for server to server applications".

use crate::answer::text;
use crate::classes::{Class, Failure, by_status};
use crate::world::Channels;
use facts::Time;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// What it may be used for.
const SCOPE: &str = "https://www.googleapis.com/auth/firebase.messaging";
/// How long the word that asks for it is good, in seconds: the longest that Google takes.
const WORD: i64 = 3_600;
/// A token that ends sooner than this is not used any more.
const EARLY: Duration = Duration::from_secs(120);
/// How long an answer is waited for.
const PATIENCE: Duration = Duration::from_secs(10);

/// A service account, as Google's console gives it as a file. Where that says that tokens are got is not read: an address that a tenant types would be
/// gone to with what stands behind this house's network.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct ServiceAccount {
    pub project_id: String,
    client_email: String,
    private_key: String,
    #[serde(default)]
    private_key_id: Option<String>,
}

/// The tokens that are still good, by the account that they are of.
#[derive(Default)]
pub(crate) struct Tokens(Mutex<HashMap<String, (String, Time)>>);

#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    scope: &'a str,
    aud: &'a str,
    iat: i64,
    exp: i64,
}

impl Tokens {
    /// A token that is good for a while, from this address.
    ///
    /// # Errors
    /// Google does not give one.
    pub(crate) async fn of(&self, channels: &Channels, address: &str, account: &ServiceAccount) -> Result<String, Failure> {
        let now = channels.db.clock().now();
        // Another key of the same account is another account.
        let name = store::secret::sha256(format!("{} {}", account.client_email, account.private_key));
        if let Some((token, _)) = self.all().get(&name).filter(|(_, until)| until.before(EARLY) > now) {
            return Ok(token.clone());
        }
        let form = [("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer".to_owned()), ("assertion", word(account, address, now)?)];
        let answer = channels.ask("Google", PATIENCE, channels.http.post(address).form(&form)).await.map_err(not_sent)?;
        let said = answer.json();
        let (Some(token), true) = (said["access_token"].as_str(), answer.is_success()) else {
            let words = text(&said["error_description"]).or_else(|| text(&said["error"])).unwrap_or_default();
            return Err(not_sent(by_status(answer.status, &words, answer.retry_after)).elsewhere(true));
        };
        let seconds = said["expires_in"].as_u64().unwrap_or(3_600);
        self.all().insert(name, (token.to_owned(), now.after(Duration::from_secs(seconds))));
        Ok(token.to_owned())
    }

    fn all(&self) -> std::sync::MutexGuard<'_, HashMap<String, (String, Time)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Nobody has a message whose token never came.
fn not_sent(failure: Failure) -> Failure {
    let class = if failure.class == Class::Unknown { Class::Transient } else { failure.class };
    Failure { class, ..failure }
}

/// The account's signed word.
fn word(account: &ServiceAccount, address: &str, now: Time) -> Result<String, Failure> {
    let wrong = |error: jsonwebtoken::errors::Error| {
        Failure::new(Class::Permanent, format!("the service account's key is wrong: check the settings ({error})")).elsewhere(true)
    };
    let key = EncodingKey::from_rsa_pem(account.private_key.as_bytes()).map_err(wrong)?;
    let iat = now.millis() / 1_000;
    let claims = Claims { iss: &account.client_email, scope: SCOPE, aud: address, iat, exp: iat + WORD };
    encode(&Header { kid: account.private_key_id.clone(), ..Header::new(Algorithm::RS256) }, &claims, &key).map_err(wrong)
}
