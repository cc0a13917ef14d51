//! The service account, whose key is part of this program: Origin and the simulation may run apart, and both have to know it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::signature::{KeyPair, RsaKeyPair};
use serde_json::{Value, json};
use std::io;

/// A key that opens nothing but this simulation.
const KEY: &str = include_str!("played_key.pem");
pub(super) const KEY_ID: &str = "0123456789abcdef0123456789abcdef01234567";
pub(super) const PROJECT: &str = "simulated-shop";
pub(super) const EMAIL: &str = "firebase-adminsdk@simulated-shop.iam.gserviceaccount.com";

/// The service account's JSON, as Firebase's console lets one download it, for a simulation whose root is at `http_url`.
pub fn service_account(http_url: &str) -> Value {
    json!({
        "type": "service_account", "project_id": PROJECT, "private_key_id": KEY_ID, "private_key": KEY, "client_email": EMAIL,
        "client_id": "100000000000000000001", "auth_uri": "https://accounts.google.com/o/oauth2/auth",
        "token_uri": format!("{http_url}/fcm/token"), "universe_domain": "googleapis.com",
    })
}

/// What the provider knows of the account.
pub(super) struct Account {
    /// Where assertions are exchanged, which they have to name.
    pub(super) token_uri: String,
    /// The public key, as DER.
    pub(super) public: Vec<u8>,
}

impl Account {
    pub(super) fn new(base: &str) -> io::Result<Self> {
        let text: String = KEY.lines().filter(|line| !line.starts_with("-----")).collect();
        let der = STANDARD.decode(text).map_err(io::Error::other)?;
        let pair = RsaKeyPair::from_pkcs8(&der).map_err(|error| io::Error::other(error.to_string()))?;
        Ok(Self { token_uri: format!("{base}/token"), public: pair.public_key().as_ref().to_vec() })
    }
}
