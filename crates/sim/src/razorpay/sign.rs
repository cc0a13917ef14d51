//! HMAC-SHA256 in hex, which is all of Razorpay's signing.

use super::Razorpay;
use hmac::{Hmac, Mac};
use sha2::Sha256;

/// The signature of `text` under `key`. HMAC takes keys of any length, so nothing can fail.
pub(super) fn hmac_hex(key: &str, text: &[u8]) -> String {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key.as_bytes()) else { return String::new() };
    mac.update(text);
    hex::encode(mac.finalize().into_bytes())
}

impl Razorpay {
    /// What the browser brings back to prove that a payment belongs to an order: the key secret over
    /// `order_id|payment_id`.
    pub fn signature(&self, order_id: &str, payment_id: &str) -> String {
        hmac_hex(&self.0.account.key_secret, format!("{order_id}|{payment_id}").as_bytes())
    }

    /// The key secret over a text.
    pub(super) fn sign(&self, text: &str) -> String {
        hmac_hex(&self.0.account.key_secret, text.as_bytes())
    }

    /// What `X-Razorpay-Signature` says of a webhook's body: the webhook secret over its exact bytes.
    pub fn webhook_signature(&self, body: &str) -> String {
        hmac_hex(&self.0.account.webhook_secret, body.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::hmac_hex;

    #[test]
    fn webhook_vector() {
        let body = concat!(
            r#"{"entity":"event","account_id":"acc_TEST","event":"payment.captured","contains":["payment"],"#,
            r#""payload":{"payment":{"entity":{"id":"pay_TEST00000001","entity":"payment","amount":50000,"#,
            r#""currency":"INR","status":"captured","order_id":"order_TEST0000001","notes":[]}}},"#,
            r#""created_at":1700000000}"#
        );
        assert_eq!(hmac_hex("rzp_whsec_test_1", body.as_bytes()), "c3100b6dcba3f5ad4036e3bc83fb50d07e95ede703a4cd9d66c8289af3759c60");
    }

    #[test]
    fn order_vector() {
        assert_eq!(
            hmac_hex("test_key_secret", b"order_TEST0000001|pay_TEST00000001"),
            "fbcb6d7e4b96af0673bb08cbcc348316bde70291cdd19c1b612d1875293ccb43"
        );
    }
}
