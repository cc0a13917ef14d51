//! Signatures: HMAC-SHA256 in hex, compared in constant time.

use super::RazorpayKeys;
use hmac::{Hmac, Mac};
use sha2::Sha256;

/// Whether a webhook's body, byte for byte, was signed with one of the secrets that are live.
pub fn webhook_is_genuine(keys: &RazorpayKeys, body: &[u8], signature: &str) -> bool {
    // Every secret is tried, so that the time taken does not tell which one fitted.
    keys.webhook_secrets().fold(false, |known, secret| known | signed(secret, body, signature))
}

/// Whether what a browser brought back was signed for this order of the provider's.
pub fn return_is_genuine(keys: &RazorpayKeys, provider_order_id: &str, provider_payment_id: &str, signature: &str) -> bool {
    signed(&keys.key_secret, format!("{provider_order_id}|{provider_payment_id}").as_bytes(), signature)
}

/// Whether what a browser brought back was signed for this subscription: its parts stand the other way round than an order's.
pub fn subscription_is_genuine(keys: &RazorpayKeys, subscription_id: &str, provider_payment_id: &str, signature: &str) -> bool {
    signed(&keys.key_secret, format!("{provider_payment_id}|{subscription_id}").as_bytes(), signature)
}

/// Whether what a browser brought back from a payment link was signed for this link of ours.
pub fn link_is_genuine(keys: &RazorpayKeys, link: &LinkReturn, signature: &str) -> bool {
    let LinkReturn { link_id, reference_id, status, payment_id } = link;
    signed(&keys.key_secret, format!("{link_id}|{reference_id}|{status}|{payment_id}").as_bytes(), signature)
}

/// What is signed of the way back from a payment link.
pub struct LinkReturn<'a> {
    /// The link, as we stored it.
    pub link_id: &'a str,
    /// Our reference; empty where there was none.
    pub reference_id: &'a str,
    /// The link's state, in the provider's word.
    pub status: &'a str,
    /// The payment.
    pub payment_id: &'a str,
}

fn signed(secret: &str, text: &[u8], signature: &str) -> bool {
    let (Ok(given), Ok(mut mac)) = (hex::decode(signature), Hmac::<Sha256>::new_from_slice(secret.as_bytes())) else { return false };
    mac.update(text);
    mac.verify_slice(&given).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &str = concat!(
        r#"{"entity":"event","account_id":"acc_TEST","event":"payment.captured","contains":["payment"],"payload":{"payment":"#,
        r#"{"entity":{"id":"pay_TEST00000001","entity":"payment","amount":50000,"currency":"INR","status":"captured","#,
        r#""order_id":"order_TEST0000001","notes":[]}}},"created_at":1700000000}"#
    );
    const SIGNATURE: &str = "c3100b6dcba3f5ad4036e3bc83fb50d07e95ede703a4cd9d66c8289af3759c60";

    fn keys(now: Option<&str>, old: Option<&str>) -> RazorpayKeys {
        RazorpayKeys {
            key_id: "rzp_test_1".into(),
            key_secret: "test_key_secret".into(),
            webhook_secret: now.map(Into::into),
            webhook_secret_old: old.map(Into::into),
        }
    }

    #[test]
    fn the_published_webhook_vector() {
        let live = keys(Some("rzp_whsec_test_1"), None);
        assert!(webhook_is_genuine(&live, BODY.as_bytes(), SIGNATURE));
        assert!(!webhook_is_genuine(&live, BODY.replace("50000", "5000").as_bytes(), SIGNATURE));
        for forged in ["", "00", "not hex", &SIGNATURE[..62], &SIGNATURE.replace('c', "d")] {
            assert!(!webhook_is_genuine(&live, BODY.as_bytes(), forged), "{forged}");
        }
    }

    #[test]
    fn the_old_secret_is_believed_for_a_while_and_none_is_believed_without() {
        assert!(webhook_is_genuine(&keys(Some("new"), Some("rzp_whsec_test_1")), BODY.as_bytes(), SIGNATURE));
        assert!(!webhook_is_genuine(&keys(Some("new"), None), BODY.as_bytes(), SIGNATURE));
        assert!(!webhook_is_genuine(&keys(None, Some("")), BODY.as_bytes(), SIGNATURE));
    }

    #[test]
    fn the_published_return_vector() {
        let signature = "fbcb6d7e4b96af0673bb08cbcc348316bde70291cdd19c1b612d1875293ccb43";
        assert!(return_is_genuine(&keys(None, None), "order_TEST0000001", "pay_TEST00000001", signature));
        assert!(!return_is_genuine(&keys(None, None), "order_TEST0000002", "pay_TEST00000001", signature));
    }

    #[test]
    fn the_published_vector_of_subscriptions() {
        let signature = "71ce49c5d6c20c09cb0fc91fbdcd280e6c8f71387b9b34e7e08fd2ea9b215962";
        let genuine = |signature: &str| subscription_is_genuine(&keys(None, None), "sub_TEST00000001", "pay_TEST00000001", signature);
        assert!(genuine(signature));
        assert!(!subscription_is_genuine(&keys(None, None), "pay_TEST00000001", "sub_TEST00000001", signature), "the order of the parts");
        for bit in 0..256 {
            let mut forged = hex::decode(signature).unwrap();
            forged[bit / 8] ^= 1 << (bit % 8);
            assert!(!genuine(&hex::encode(forged)), "bit {bit}");
        }
    }

    #[test]
    fn the_published_vector_of_links() {
        let back = |status| LinkReturn { link_id: "plink_TEST000001", reference_id: "REF-42", status, payment_id: "pay_TEST00000001" };
        let signature = "f8704cac122796147e3bd3bb296c5d700b0e893a85e340aafa8652ba0d76b25c";
        assert!(link_is_genuine(&keys(None, None), &back("paid"), signature));
        assert!(!link_is_genuine(&keys(None, None), &back("cancelled"), signature));
        assert!(!link_is_genuine(&keys(None, None), &back("paid"), &signature.replace('f', "e")));
    }
}
