//! Signed requests: ES256 over what was sent, for this address, with a nonce of ours that nobody used.

use super::Acme;
use super::books::Account;
use super::wire::Problem;
use axum::http::{HeaderMap, header};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// A request whose signature is right.
pub(super) struct Letter {
    /// Whose it is; nobody's yet where it brings its own key.
    pub(super) account: Option<usize>,
    /// The public key that signed it.
    pub(super) key: Vec<u8>,
    /// What it says; nothing for one that only looks.
    pub(super) payload: Option<Value>,
}

#[derive(Deserialize)]
struct Sealed {
    protected: String,
    payload: String,
    signature: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Protected {
    alg: String,
    nonce: String,
    url: String,
    jwk: Option<Value>,
    kid: Option<String>,
}

fn bytes(text: &str, what: &str) -> Result<Vec<u8>, Problem> {
    URL_SAFE_NO_PAD.decode(text).map_err(|_| Problem::malformed(format!("{what} is no base64url")))
}

fn parsed<T: serde::de::DeserializeOwned>(bytes: &[u8], what: &str) -> Result<T, Problem> {
    serde_json::from_slice(bytes).map_err(|error| Problem::malformed(format!("{what}: {error}")))
}

/// The point of a JWK, uncompressed.
fn point(jwk: &Value) -> Result<Vec<u8>, Problem> {
    if jwk["kty"] != "EC" || jwk["crv"] != "P-256" {
        return Err(Problem::new(400, "badPublicKey", "only P-256 is known here"));
    }
    let [x, y] = ["x", "y"].map(|name| bytes(jwk[name].as_str().unwrap_or_default(), name));
    let point = [vec![4], x?, y?].concat();
    if point.len() == 65 { Ok(point) } else { Err(Problem::new(400, "badPublicKey", "no point of P-256")) }
}

/// RFC 7638: the hash over a key's members in the order of their names.
pub(super) fn thumbprint(key: &[u8]) -> String {
    let [x, y] = [1..33, 33..65].map(|range| URL_SAFE_NO_PAD.encode(key.get(range).unwrap_or_default()));
    let canonical = format!("{{\"crv\":\"P-256\",\"kty\":\"EC\",\"x\":{},\"y\":{}}}", json!(x), json!(y));
    URL_SAFE_NO_PAD.encode(Sha256::digest(canonical))
}

impl Acme {
    /// Opens a request to `path`, as RFC 8555 section 6 has it.
    pub(super) fn open(&self, headers: &HeaderMap, path: &str, body: &[u8]) -> Result<Letter, Problem> {
        if headers.get(header::CONTENT_TYPE).is_none_or(|kind| kind != "application/jose+json") {
            return Err(Problem::new(415, "malformed", "requests are application/jose+json"));
        }
        if !headers.contains_key(header::USER_AGENT) {
            return Err(Problem::malformed("a client says what it is"));
        }
        let sealed: Sealed = parsed(body, "the request")?;
        let protected: Protected = parsed(&bytes(&sealed.protected, "protected")?, "protected")?;
        if protected.alg != "ES256" {
            return Err(Problem::new(400, "badSignatureAlgorithm", "ES256 alone is known here"));
        }
        let root = self.0.base.trim_end_matches("/acme");
        if protected.url != format!("{root}{path}") {
            return Err(Problem::new(401, "unauthorized", format!("signed for {} and sent to {path}", protected.url)));
        }
        self.take_nonce(&protected.nonce)?;
        let (account, key) = self.signer(&protected)?;
        let signed = format!("{}.{}", sealed.protected, sealed.payload);
        let signature = bytes(&sealed.signature, "signature")?;
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, &key)
            .verify(signed.as_bytes(), &signature)
            .map_err(|_| Problem::malformed("the signature is wrong"))?;
        let payload = bytes(&sealed.payload, "payload")?;
        let payload = if payload.is_empty() { None } else { Some(parsed(&payload, "payload")?) };
        Ok(Letter { account, key, payload })
    }

    fn take_nonce(&self, nonce: &str) -> Result<(), Problem> {
        let mut books = self.0.books.lock();
        let fresh = books.nonces.remove(nonce);
        let refused = books.refuse_nonces > 0;
        books.refuse_nonces = books.refuse_nonces.saturating_sub(1);
        if fresh && !refused { Ok(()) } else { Err(Problem::new(400, "badNonce", "this nonce is not known, or was used")) }
    }

    fn signer(&self, protected: &Protected) -> Result<(Option<usize>, Vec<u8>), Problem> {
        match (&protected.jwk, &protected.kid) {
            (Some(jwk), None) => Ok((None, point(jwk)?)),
            (None, Some(kid)) => {
                let number = kid.strip_prefix(&format!("{}/account/", self.0.base)).and_then(|number| number.parse().ok());
                let books = self.0.books.lock();
                let known =
                    number.and_then(|number: usize| books.accounts.get(number).map(|account: &Account| (number, account.key.clone())));
                let unknown = || Problem::new(400, "accountDoesNotExist", "nobody has this account");
                known.map(|(number, key)| (Some(number), key)).ok_or_else(unknown)
            }
            _ => Err(Problem::malformed("either a key or an account's address")),
        }
    }
}
