//! How Twilio signs what it posts: the address as it was called, and after it each field's name and value, in the order of the names.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use sha1::Sha1;
use sha2::Sha256;
use std::collections::BTreeSet;

/// By which rule `X-Twilio-Signature` is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TwilioSigning {
    /// HMAC-SHA1 with the account's auth token.
    Sha1,
    /// HMAC-SHA256 with a shared key, which a header of its own names.
    Sha256 {
        /// The key's id.
        key: String,
        /// The key itself.
        secret: String,
    },
}

/// What is signed of a form: fields are taken once each, and sorted.
fn signed(url: &str, fields: &[(String, String)]) -> String {
    let sorted: BTreeSet<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    sorted.iter().fold(url.to_owned(), |text, (name, value)| text + name + value)
}

/// The signature of a form that is posted to an address. HMAC takes keys of any length, so nothing can fail.
pub(super) fn signature(signing: &TwilioSigning, token: &str, url: &str, fields: &[(String, String)]) -> String {
    let text = signed(url, fields);
    let tag = match signing {
        TwilioSigning::Sha1 => {
            Hmac::<Sha1>::new_from_slice(token.as_bytes()).map(|mac| mac.chain_update(&text).finalize().into_bytes().to_vec())
        }
        TwilioSigning::Sha256 { secret, .. } => {
            Hmac::<Sha256>::new_from_slice(secret.as_bytes()).map(|mac| mac.chain_update(&text).finalize().into_bytes().to_vec())
        }
    };
    STANDARD.encode(tag.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields() -> Vec<(String, String)> {
        let fields = [
            ("MessageSid", "SM1"),
            ("MessageStatus", "delivered"),
            ("To", "+15550002222"),
            ("From", "+15551234567"),
            ("AccountSid", "AC1"),
        ];
        fields.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec()
    }

    const URL: &str = "https://example.com/webhooks/twilio?tenant=t1";

    #[test]
    fn the_forms_vectors() {
        assert_eq!(
            signed(URL, &fields()),
            "https://example.com/webhooks/twilio?tenant=t1AccountSidAC1From+15551234567MessageSidSM1MessageStatusdeliveredTo+15550002222"
        );
        assert_eq!(signature(&TwilioSigning::Sha1, "12345", URL, &fields()), "YIcEsQ5bce6+WrcYzHp8rE3Xne0=");
        let shared = TwilioSigning::Sha256 { key: "k".into(), secret: "12345".into() };
        assert_eq!(signature(&shared, "other", URL, &fields()), "wKLN1sVHgD+EhCeFK3LLQtTwlFC0TLaWvGHIk+A4K5c=");
    }

    #[test]
    fn a_json_bodys_vector() {
        let url = "https://example.com/webhooks/twilio-json?bodySHA256=015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862";
        assert_eq!(signature(&TwilioSigning::Sha1, "12345", url, &[]), "ZadQR6xqeVzr5WEbOTePYYnosFs=");
    }
}
