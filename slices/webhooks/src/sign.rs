//! Signatures as Standard Webhooks has them: HMAC-SHA256 over `id.timestamp.body` with a key written `whsec_…`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use facts::{TenantId, WebhookEndpointId};
use hmac::{Hmac, Mac};
use rand::RngCore;
use sha2::Sha256;
use store::{Error, Result, Tx};

/// What every secret begins with; base 64 of the key follows.
const PREFIX: &str = "whsec_";
/// The bytes of a key. The standard allows 24 to 64.
const LENGTH: usize = 32;

/// A new secret, as the receiver is told it.
pub fn secret(tx: &mut Tx) -> String {
    let mut key = [0; LENGTH];
    tx.dice().fill_bytes(&mut key);
    format!("{PREFIX}{}", STANDARD.encode(key))
}

/// Where in the vault an endpoint's secrets belong.
pub(crate) fn place(tenant: TenantId, endpoint: WebhookEndpointId) -> String {
    format!("{tenant}/webhooks/{endpoint}")
}

/// The `webhook-signature` header: one signature for each secret that is good, the newest first.
///
/// # Errors
/// A secret that is none.
pub(crate) fn signatures<'a>(secrets: impl IntoIterator<Item = &'a str>, id: &str, timestamp: i64, body: &[u8]) -> Result<String> {
    let each = secrets.into_iter().map(|secret| signature(secret, id, timestamp, body));
    Ok(each.collect::<Result<Vec<_>>>()?.join(" "))
}

fn signature(secret: &str, id: &str, timestamp: i64, body: &[u8]) -> Result<String> {
    let key = secret.strip_prefix(PREFIX).and_then(|text| STANDARD.decode(text).ok());
    let key = key.ok_or_else(|| Error::internal("a webhook's secret is none"))?;
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).map_err(Error::internal)?;
    mac.update(format!("{id}.{timestamp}.").as_bytes());
    mac.update(body);
    Ok(format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SECRET: &str = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3";
    const ID: &str = "msg_2KWPBgLlAfxdpx2AI54pPJ85f4W";
    const AT: i64 = 1_674_087_231;
    const BODY: &str = r#"{"type":"order.created","timestamp":"2023-01-19T00:13:51Z","data":{"id":"o_1"}}"#;
    const SIGNED: &str = "v1,i4X1KDFujvY+Gtwgw/xLQ3iIr1X2OnZkcnYlZgm6OEk=";

    #[test]
    fn the_standards_vector() {
        assert_eq!(signatures([SECRET], ID, AT, BODY.as_bytes()).unwrap(), SIGNED);
        let other = format!("whsec_{}", STANDARD.encode([7; 32]));
        let both = signatures([other.as_str(), SECRET], ID, AT, BODY.as_bytes()).unwrap();
        assert_eq!(both.split(' ').count(), 2);
        assert!(both.ends_with(SIGNED));
        assert!(signatures(["plain"], ID, AT, b"").is_err() && signatures(["whsec_%"], ID, AT, b"").is_err());
    }

    #[test]
    fn one_flipped_bit_is_another_signature() {
        for at in 0..BODY.len() * 8 {
            let mut body = BODY.as_bytes().to_vec();
            body[at / 8] ^= 1 << (at % 8);
            assert_ne!(signature(SECRET, ID, AT, &body).unwrap(), SIGNED, "bit {at}");
        }
        assert_ne!(signature(SECRET, ID, AT + 1, BODY.as_bytes()).unwrap(), SIGNED);
        assert_ne!(signature(SECRET, "msg_2KWPBgLlAfxdpx2AI54pPJ85f4X", AT, BODY.as_bytes()).unwrap(), SIGNED);
    }

    proptest! {
        /// Held against the standard's own library.
        #[test]
        fn as_the_reference_signs(key in prop::array::uniform32(0u8..), id in "[a-z0-9_]{1,40}", at in 0i64..4_000_000_000, body in ".{0,200}") {
            let secret = format!("{PREFIX}{}", STANDARD.encode(key));
            let reference = standardwebhooks::Webhook::new(&secret).unwrap().sign(&id, at, body.as_bytes()).unwrap();
            prop_assert_eq!(signature(&secret, &id, at, body.as_bytes()).unwrap(), reference);
        }
    }
}
