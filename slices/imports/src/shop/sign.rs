//! Signatures of shops' calls: HMAC-SHA256 of the bytes as they came, in base 64, compared in constant time.

use super::{Secrets, Shop};
use crate::model::Origin;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use http::HeaderMap;
use sha2::Sha256;

/// The headers that carry a signature. Shopify's newer calls leave the `X-` out.
fn names(provider: Origin) -> &'static [&'static str] {
    match provider {
        Origin::Shopify => &["x-shopify-hmac-sha256", "shopify-hmac-sha256"],
        _ => &["x-wc-webhook-signature"],
    }
}

/// Whether a call was signed with one of the shop's secrets.
pub(crate) fn genuine(shop: &Shop, headers: &HeaderMap, body: &[u8]) -> bool {
    let given = names(shop.provider).iter().find_map(|name| headers.get(*name)?.to_str().ok()).unwrap_or_default();
    let Secrets { webhook_secret, webhook_secret_old, .. } = &shop.secrets;
    // Every secret is tried, so that the time taken does not tell which one fitted.
    let secrets = std::iter::once(webhook_secret).chain(webhook_secret_old).filter(|secret| !secret.is_empty());
    secrets.fold(false, |known, secret| known | signed(&plain(shop.provider, secret), body, given))
}

/// WooCommerce shows its secret with HTML's entities, and signs without them.
fn plain(provider: Origin, secret: &str) -> String {
    if provider != Origin::Woocommerce {
        return secret.to_owned();
    }
    let entities = [("&quot;", "\""), ("&#039;", "'"), ("&#39;", "'"), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")];
    entities.iter().fold(secret.to_owned(), |text, (entity, letter)| text.replace(entity, letter))
}

fn signed(secret: &str, body: &[u8], given: &str) -> bool {
    let (Ok(given), Ok(mut mac)) = (STANDARD.decode(given), Hmac::<Sha256>::new_from_slice(secret.as_bytes())) else { return false };
    mac.update(body);
    mac.verify_slice(&given).is_ok()
}

/// Whether it is the call by which WooCommerce tries an address out before it keeps it: a form without a signature or a topic.
pub(crate) fn is_ping(provider: Origin, headers: &HeaderMap, body: &[u8]) -> bool {
    let number = body.strip_prefix(b"webhook_id=").is_some_and(|number| !number.is_empty() && number.iter().all(u8::is_ascii_digit));
    provider == Origin::Woocommerce && number && !headers.contains_key("x-wc-webhook-topic")
}
