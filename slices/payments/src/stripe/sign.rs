//! Signatures: HMAC-SHA256 in hex over the moment, a dot and the body, compared in constant time.

use super::StripeKeys;
use facts::Time;
use hmac::{Hmac, Mac};
use sha2::Sha256;

/// How far the moment that was signed may be from now, either way, in seconds: the tolerance of the provider's own libraries.
const TOLERANCE: i64 = 300;

/// Whether a webhook's body, byte for byte, was signed just now with one of the secrets that are live. `header` is what
/// `Stripe-Signature` says; schemes other than `v1` are none.
pub fn webhook_is_genuine(keys: &StripeKeys, body: &[u8], header: &str, now: Time) -> bool {
    let parts = || header.split(',').filter_map(|part| part.trim().split_once('='));
    let Some(at) = parts().find(|(name, _)| *name == "t").map(|(_, at)| at) else { return false };
    let fresh = at.parse::<i64>().is_ok_and(|at| now.seconds().abs_diff(at) <= TOLERANCE.unsigned_abs());
    // Every secret and signature is tried, so that the time taken does not tell which one fitted.
    let signatures = parts().filter(|(name, _)| *name == "v1").map(|(_, signature)| signature);
    let known = signatures
        .fold(false, |known, signature| keys.webhook_secrets().fold(known, |known, secret| known | signed(secret, at, body, signature)));
    fresh && known
}

fn signed(secret: &str, at: &str, body: &[u8], signature: &str) -> bool {
    let (Ok(given), Ok(mut mac)) = (hex::decode(signature), Hmac::<Sha256>::new_from_slice(secret.as_bytes())) else { return false };
    mac.update(at.as_bytes());
    mac.update(b".");
    mac.update(body);
    mac.verify_slice(&given).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const BODY: &str = r#"{"id":"evt_1","object":"event","type":"invoice.paid","data":{"object":{"id":"in_1"}}}"#;
    const SIGNATURE: &str = "b5e0b8c9c6c01393de21b6e49dfbe91697f78cf977517a252d763ced624d3349";
    const AT: i64 = 1_700_000_000;

    fn keys(now: Option<&str>, old: Option<&str>) -> StripeKeys {
        StripeKeys { secret_key: "sk_test_1".into(), webhook_secret: now.map(Into::into), webhook_secret_old: old.map(Into::into) }
    }

    fn genuine(header: &str, seconds: i64) -> bool {
        webhook_is_genuine(&keys(Some("whsec_test_secret"), None), BODY.as_bytes(), header, Time(seconds * 1_000))
    }

    #[test]
    fn the_published_vector() {
        let header = format!("t={AT},v1={SIGNATURE}");
        assert!(genuine(&header, AT));
        assert!(genuine(&header, AT + 300) && genuine(&header, AT - 300));
        assert!(!genuine(&header, AT + 301) && !genuine(&header, AT - 301));
        let zeros = "0".repeat(64);
        assert!(genuine(&format!("t={AT},v1={zeros},v1={SIGNATURE},v0={zeros}"), AT), "any of them");
        for forged in [
            "",
            "t=",
            "v1=",
            &format!("t={AT}"),
            &format!("v1={SIGNATURE}"),
            &format!("t={AT},v0={SIGNATURE}"),
            &format!("t={},v1={SIGNATURE}", AT + 1),
            &format!("t={AT},v1={}", &SIGNATURE[..62]),
            &format!("t=x{AT},v1={SIGNATURE}"),
            &format!("t={}9,v1={SIGNATURE}", i64::MAX),
        ] {
            assert!(!genuine(forged, AT), "{forged}");
        }
    }

    #[test]
    fn the_old_secret_is_believed_for_a_while_and_none_is_believed_without() {
        let header = format!("t={AT},v1={SIGNATURE}");
        let believed = |keys: StripeKeys| webhook_is_genuine(&keys, BODY.as_bytes(), &header, Time(AT * 1_000));
        assert!(believed(keys(Some("new"), Some("whsec_test_secret"))));
        assert!(!believed(keys(Some("new"), None)) && !believed(keys(None, Some(""))) && !believed(keys(Some("test_secret"), None)));
    }

    proptest! {
        #[test]
        fn no_bit_can_be_flipped(at in 0usize..BODY.len() * 8, in_signature in 0usize..64 * 4) {
            let live = keys(Some("whsec_test_secret"), None);
            let header = format!("t={AT},v1={SIGNATURE}");
            let mut body = BODY.as_bytes().to_vec();
            body[at / 8] ^= 1 << (at % 8);
            prop_assert!(!webhook_is_genuine(&live, &body, &header, Time(AT * 1_000)));
            let mut signature = hex::decode(SIGNATURE).unwrap();
            signature[in_signature / 8] ^= 1 << (in_signature % 8);
            let forged = format!("t={AT},v1={}", hex::encode(signature));
            prop_assert!(!genuine(&forged, AT));
        }
    }
}
