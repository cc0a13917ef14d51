//! An offer as its receiver sees it: what RFC 8058 asks to be signed is signed, and each signature holds. What checks here shares no code
//! with what signs.

use super::dkim::tests::keys;
use super::write::tests::plain;
use super::write::write;
use crate::letter::letter;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use facts::messages::Channel;
use ring::signature::{ED25519, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use rsa::RsaPrivateKey;
use rsa::pkcs1::EncodeRsaPublicKey;
use rsa::pkcs8::DecodePrivateKey;
use sha2::{Digest, Sha256};

/// What a mail begins with: names in lower case, and values without folds (RFC 6376, 3.4.2).
type Headers = Vec<(String, String)>;

/// The public half of the Ed25519 key of RFC 8463, appendix A.
const ED25519_KEY: &str = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

/// A signed offer, with HTML or without.
fn offer(html: &str) -> String {
    let mut letter = letter(Channel::Email, "asha@example.com");
    letter.subject = "✓ Mangoes at ₹99.00".to_owned();
    letter.body = "Fresh  mangoes — आम ".to_owned();
    letter.html = html.to_owned();
    letter.unsubscribe = Some(format!("https://shop.example/u/{}", "A1-_".repeat(30)));
    let mail = write(&"Shop <shop@origin.example>".parse().unwrap(), &plain(), &letter).unwrap();
    String::from_utf8(keys().signed(&mail, "origin.example").unwrap()).unwrap()
}

/// The signatures of a mail, its other headers, and its body.
fn parts(mail: &str) -> (Vec<String>, Headers, &str) {
    let (head, body) = mail.split_once("\r\n\r\n").unwrap();
    let unfolded = head.replace("\r\n ", " ").replace("\r\n\t", " ");
    let all = unfolded.split("\r\n").map(|line| {
        let (name, value) = line.split_once(':').unwrap();
        (name.trim().to_lowercase(), value.split_whitespace().collect::<Vec<_>>().join(" "))
    });
    let (signatures, others): (Headers, Headers) = all.partition(|(name, _)| name == "dkim-signature");
    (signatures.into_iter().map(|(_, value)| value).collect(), others, body)
}

/// What a signature says under a name, without spaces.
fn tag(signature: &str, name: &str) -> String {
    let mut tags = signature.split(';').filter_map(|tag| tag.trim().split_once('='));
    let (_, value) = tags.find(|(key, _)| *key == name).unwrap();
    value.split_whitespace().collect()
}

/// A body by the rules of `relaxed` (RFC 6376, 3.4.4).
fn relaxed(body: &str) -> String {
    let mut text = String::new();
    for line in body.split("\r\n") {
        let words: Vec<&str> = line.split([' ', '\t']).filter(|word| !word.is_empty()).collect();
        if !words.is_empty() && line.starts_with([' ', '\t']) {
            text.push(' ');
        }
        text.push_str(&words.join(" "));
        text.push_str("\r\n");
    }
    while text.ends_with("\r\n\r\n") {
        text.truncate(text.len() - 2);
    }
    text
}

/// Whether a signature holds for the headers that it names and for the body (RFC 6376, 6.1.3).
fn holds(signature: &str, headers: &Headers, body: &str) -> bool {
    let (mut left, mut signed) = (headers.clone(), String::new());
    for name in tag(signature, "h").split(':') {
        // From the last of a name upwards; one more than there is names nothing.
        if let Some(at) = left.iter().rposition(|(have, _)| have == name) {
            let (name, value) = left.remove(at);
            signed.push_str(&format!("{name}:{value}\r\n"));
        }
    }
    let (unsigned, _) = signature.split_once("; b=").unwrap();
    signed.push_str(&format!("dkim-signature:{unsigned}; b="));
    let told = STANDARD.decode(tag(signature, "b")).unwrap();
    let genuine = if tag(signature, "a") == "rsa-sha256" {
        let file = sim::service_account("http://127.0.0.1");
        let key = RsaPrivateKey::from_pkcs8_pem(file["private_key"].as_str().unwrap()).unwrap();
        let public = key.to_public_key().to_pkcs1_der().unwrap();
        UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, public.as_bytes()).verify(signed.as_bytes(), &told)
    } else {
        // What is signed is the digest (RFC 8463, 3).
        let public = STANDARD.decode(ED25519_KEY).unwrap();
        UnparsedPublicKey::new(&ED25519, public).verify(&Sha256::digest(signed.as_bytes()), &told)
    };
    genuine.is_ok() && tag(signature, "bh") == STANDARD.encode(Sha256::digest(relaxed(body).as_bytes()))
}

#[test]
fn promise_20_each_signature_covers_how_an_offer_is_ended() {
    for html in ["", "<p>Fresh  mangoes</p>"] {
        let mail = offer(html);
        let (signatures, headers, body) = parts(&mail);
        assert_eq!(signatures.len(), 2, "{mail}");
        for signature in &signatures {
            let named = tag(signature, "h");
            assert!(holds(signature, &headers, body), "{signature}");
            assert!(!holds(signature, &headers, &format!("Not {body}")), "{signature}");
            for name in ["list-unsubscribe", "list-unsubscribe-post"] {
                assert!(headers.iter().any(|(have, _)| have == name), "{name}: {mail}");
                assert!(named.split(':').any(|one| one == name), "{name}: {named}");
                let other: Headers = headers
                    .iter()
                    .map(|(have, value)| (have.clone(), if have == name { "<https://evil.example>".to_owned() } else { value.clone() }))
                    .collect();
                assert!(!holds(signature, &other, body), "another {name} is no longer what was signed");
            }
        }
    }
}
