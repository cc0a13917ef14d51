//! How Twilio signs its calls. Source: Twilio's "Validating signatures" and its official helper libraries.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use sha1::Sha1;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;

/// A call as it came.
pub(crate) struct Signed<'a> {
    /// The whole address as Twilio called it.
    pub url: &'a str,
    pub body: &'a [u8],
    /// Whether the body is a form; else the address carries the body's hash.
    pub is_form: bool,
    pub signature: &'a str,
}

/// Whether a call was signed with this token. The address counts with and without the port that its scheme implies.
pub(crate) fn is_genuine(auth_token: &str, call: &Signed<'_>) -> bool {
    let Ok(signature) = STANDARD.decode(call.signature) else { return false };
    let fields = if call.is_form {
        sorted(call.body)
    } else if carried_hash(call.url).is_some_and(|hash| hash.eq_ignore_ascii_case(&hex(&Sha256::digest(call.body)))) {
        String::new()
    } else {
        return false;
    };
    spellings(call.url).iter().any(|url| {
        // HMAC takes a key of any length.
        Hmac::<Sha1>::new_from_slice(auth_token.as_bytes())
            .is_ok_and(|mac| mac.chain_update(url).chain_update(&fields).verify_slice(&signature).is_ok())
    })
}

/// The fields by name, each name and value without anything between them; the values of one name sorted, each once.
fn sorted(body: &[u8]) -> String {
    let fields: BTreeSet<(String, String)> = form_urlencoded::parse(body).into_owned().collect();
    fields.into_iter().flat_map(|(name, value)| [name, value]).collect()
}

fn carried_hash(url: &str) -> Option<String> {
    let (_, query) = url.split_once('?')?;
    form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "bodySHA256").map(|(_, hash)| hash.into_owned())
}

/// The address as it is, and with the implied port put in or left out.
fn spellings(url: &str) -> Vec<String> {
    let mut all = vec![url.to_owned()];
    if let Some((scheme, rest)) = url.split_once("://") {
        let port = if scheme == "http" { ":80" } else { ":443" };
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (host, path) = rest.split_at(end);
        all.push(match host.strip_suffix(port) {
            Some(bare) => format!("{scheme}://{bare}{path}"),
            None => format!("{scheme}://{host}{port}{path}"),
        });
    }
    all
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "https://example.com/webhooks/twilio?tenant=t1";
    const FORM: &str = "MessageSid=SM1&MessageStatus=delivered&To=%2B15550002222&From=%2B15551234567&AccountSid=AC1";

    fn form<'a>(url: &'a str, body: &'a str, signature: &'a str) -> Signed<'a> {
        Signed { url, body: body.as_bytes(), is_form: true, signature }
    }

    /// Computed with Twilio's own library.
    #[test]
    fn the_published_vectors() {
        assert!(is_genuine("12345", &form(URL, FORM, "YIcEsQ5bce6+WrcYzHp8rE3Xne0=")));
        assert!(is_genuine("12345", &form("https://example.com:443/webhooks/twilio?tenant=t1", FORM, "YIcEsQ5bce6+WrcYzHp8rE3Xne0=")));
        let url = "https://example.com/webhooks/twilio-json?bodySHA256=015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862";
        let json = Signed { url, body: br#"{"a":1}"#, is_form: false, signature: "ZadQR6xqeVzr5WEbOTePYYnosFs=" };
        assert!(is_genuine("12345", &json));
        assert!(!is_genuine("12345", &Signed { body: br#"{"a":2}"#, ..json }));
    }

    #[test]
    fn one_flipped_bit_fails() {
        let right = STANDARD.decode("YIcEsQ5bce6+WrcYzHp8rE3Xne0=").unwrap();
        for bit in 0..right.len() * 8 {
            let mut wrong = right.clone();
            wrong[bit / 8] ^= 1 << (bit % 8);
            assert!(!is_genuine("12345", &form(URL, FORM, &STANDARD.encode(wrong))));
        }
        assert!(!is_genuine("12346", &form(URL, FORM, "YIcEsQ5bce6+WrcYzHp8rE3Xne0=")));
        assert!(!is_genuine("12345", &form(URL, &FORM.replace("delivered", "failed"), "YIcEsQ5bce6+WrcYzHp8rE3Xne0=")));
        assert!(!is_genuine("12345", &form(URL, FORM, "")));
    }
}
