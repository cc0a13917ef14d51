//! Who signed a request to a bucket: Signature Version 4 of Amazon's, over the headers alone and over the body.

use axum::http::{HeaderMap, Method, Uri};
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// The key's id that the bucket knows.
pub const KEY_ID: &str = "SIMULATEDKEY";
/// The key itself.
pub const SECRET: &str = "simulated/secret+of+the+bucket";

fn hmac(key: &[u8], text: &str) -> Vec<u8> {
    // No key is of a wrong length for HMAC.
    Hmac::<Sha256>::new_from_slice(key).map(|mac| mac.chain_update(text).finalize().into_bytes().to_vec()).unwrap_or_default()
}

/// What is written as it is in a canonical query; anything else as `%XX`.
fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}

fn query(uri: &Uri) -> String {
    let mut pairs: Vec<(String, String)> = url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()).into_owned().collect();
    pairs.sort();
    let pairs: Vec<String> = pairs.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
    pairs.join("&")
}

/// Why a request is refused, as the codes of S3 have it; nothing where its signature is right.
pub(super) fn fault(method: &Method, uri: &Uri, headers: &HeaderMap, body: &[u8]) -> Option<&'static str> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let Some(rest) = text("authorization").strip_prefix("AWS4-HMAC-SHA256 ") else { return Some("AccessDenied") };
    let part = |name: &str| rest.split(',').find_map(|part| part.trim().strip_prefix(name)).unwrap_or_default();
    let (credential, signed, given) = (part("Credential="), part("SignedHeaders="), part("Signature="));
    let Some((key_id, scope)) = credential.split_once('/') else { return Some("AccessDenied") };
    if key_id != KEY_ID {
        return Some("InvalidAccessKeyId");
    }
    let digest = text("x-amz-content-sha256");
    if digest != "UNSIGNED-PAYLOAD" && digest != hex::encode(Sha256::digest(body)) {
        return Some("XAmzContentSHA256Mismatch");
    }
    if !["host", "x-amz-content-sha256", "x-amz-date"].iter().all(|needed| signed.split(';').any(|name| name == *needed)) {
        return Some("AccessDenied");
    }
    let lines: String = signed.split(';').map(|name| format!("{name}:{}\n", text(name).trim())).collect();
    let request = format!("{method}\n{}\n{}\n{lines}\n{signed}\n{digest}", uri.path(), query(uri));
    let to_sign = format!("AWS4-HMAC-SHA256\n{}\n{scope}\n{}", text("x-amz-date"), hex::encode(Sha256::digest(request)));
    let key = scope.split('/').fold(format!("AWS4{SECRET}").into_bytes(), |key, part| hmac(&key, part));
    (hex::encode(hmac(&key, &to_sign)) != given).then_some("SignatureDoesNotMatch")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_are_sorted_and_written_one_way() {
        let uri: Uri = "/b?uploadId=a%2Bb&partNumber=2&list-type=2&prefix=a/b".parse().unwrap();
        assert_eq!(query(&uri), "list-type=2&partNumber=2&prefix=a%2Fb&uploadId=a%2Bb");
        assert_eq!(query(&"/b?uploads".parse().unwrap()), "uploads=");
    }

    /// The key of the example in Amazon's manual ("Deriving a signing key").
    #[test]
    fn a_key_is_derived_as_the_manual_has_it() {
        let secret = b"AWS4wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY".to_vec();
        let key = ["20120215", "us-east-1", "iam", "aws4_request"].iter().fold(secret, |key, part| hmac(&key, part));
        assert_eq!(hex::encode(key), "f4780e2d9f65fa895f9c67b32ce1baf0b0d8a43505a000a1a9e090d414db404d");
    }
}
