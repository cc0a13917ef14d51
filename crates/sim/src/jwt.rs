//! Signed claims, read: three parts in base64url, of which the third signs the other two.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{UnparsedPublicKey, VerificationAlgorithm};
use serde_json::Value;

/// What a token says, once its signature was found right.
pub(crate) struct Claims {
    pub(crate) header: Value,
    pub(crate) payload: Value,
}

/// Reads a token whose header names this algorithm and which this key signed. Else the words for what is wrong.
pub(crate) fn verified(token: &str, name: &str, algorithm: &'static dyn VerificationAlgorithm, key: &[u8]) -> Result<Claims, &'static str> {
    let (signed, signature) = token.rsplit_once('.').ok_or("it has no signature")?;
    let (header, payload) = signed.split_once('.').ok_or("it has no claims")?;
    let json = |part: &str| URL_SAFE_NO_PAD.decode(part).ok().and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok());
    let claims = json(header).zip(json(payload)).map(|(header, payload)| Claims { header, payload }).ok_or("its parts are no JSON")?;
    if claims.header["alg"] != name {
        return Err("its algorithm is another");
    }
    let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| "its signature is no base64url")?;
    let right = UnparsedPublicKey::new(algorithm, key).verify(signed.as_bytes(), &signature);
    right.map(|()| claims).map_err(|_| "its signature is wrong")
}
