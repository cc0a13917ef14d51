//! Who writes to a browser, shown to its push service by a signed word (VAPID, RFC 8292).

use crate::classes::{Class, Failure};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use facts::{TenantId, Time};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use p256::SecretKey;
use p256::elliptic_curve::sec1::ToEncodedPoint;
use p256::pkcs8::EncodePrivateKey;
use serde::{Deserialize, Serialize};
use store::secret::Vault;

/// How long a word is good, in seconds: half of the longest that push services take.
const GOOD_FOR: i64 = 12 * 3_600;

/// A key of the tenant's own, in base64url, in place of the one that Origin makes for it.
#[derive(Deserialize)]
pub(crate) struct Account {
    vapid_private_key: String,
    /// Where the tenant is reached: `mailto:…` or an address of its site.
    #[serde(default)]
    subject: Option<String>,
}

/// The key that a tenant's push messages are signed with, and who signs.
pub(crate) struct Vapid {
    key: SecretKey,
    subject: String,
}

#[derive(Serialize)]
struct Claims<'a> {
    aud: &'a str,
    exp: i64,
    sub: &'a str,
}

impl Vapid {
    /// The tenant's own; else one derived for it, the same for ever, so that a merchant need not know of keys.
    ///
    /// # Errors
    /// The tenant's own is no key.
    pub(crate) fn of(own: Option<Account>, vault: &Vault, tenant: TenantId, public_url: &str) -> Result<Self, Failure> {
        let wrong = || Failure::new(Class::Permanent, "the VAPID key is wrong: check the settings").elsewhere(true);
        let (key, subject) = match own {
            Some(own) => {
                let bytes = URL_SAFE_NO_PAD.decode(own.vapid_private_key.trim_end_matches('=')).map_err(|_| wrong())?;
                (SecretKey::from_slice(&bytes).map_err(|_| wrong())?, own.subject)
            }
            None => (derived(vault, &format!("webpush/vapid/{tenant}")), None),
        };
        // Push services take no http address here, as a house has that is tried out on one machine.
        let usual = if public_url.starts_with("https://") { public_url } else { "mailto:shop@localhost" };
        Ok(Self { key, subject: subject.unwrap_or_else(|| usual.to_owned()) })
    }

    /// The public key as browsers take it.
    pub(crate) fn public(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.key.public_key().to_encoded_point(false).as_bytes())
    }

    /// The header that a request to this push service carries. `audience` is the scheme and host of it.
    ///
    /// # Errors
    /// The word cannot be signed.
    pub(crate) fn header(&self, audience: &str, now: Time) -> Result<String, Failure> {
        let failed = |error: String| Failure::new(Class::Permanent, format!("the push message cannot be signed ({error})"));
        let der = self.key.to_pkcs8_der().map_err(|error| failed(error.to_string()))?;
        let claims = Claims { aud: audience, exp: now.millis() / 1_000 + GOOD_FOR, sub: &self.subject };
        let word = encode(&Header::new(Algorithm::ES256), &claims, &EncodingKey::from_ec_der(der.as_bytes()));
        Ok(format!("vapid t={}, k={}", word.map_err(|error| failed(error.to_string()))?, self.public()))
    }
}

/// A key made of the house's root: the same for the same purpose. A text that is no scalar of the curve comes once in 2³² purposes, and
/// then the next is taken.
pub(crate) fn derived(vault: &Vault, purpose: &str) -> SecretKey {
    let mut purpose = purpose.to_owned();
    loop {
        if let Ok(key) = SecretKey::from_slice(&vault.derive(&purpose)) {
            return key;
        }
        purpose.push('+');
    }
}
