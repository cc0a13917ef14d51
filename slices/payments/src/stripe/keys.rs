//! What a merchant has from Stripe.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A merchant's credentials at Stripe, kept under the name `stripe`.
#[derive(Clone, Serialize, Deserialize)]
pub struct StripeKeys {
    /// Signs in to the API: `sk_live_…`, `sk_test_…`, or a restricted one.
    pub secret_key: String,
    /// Signs webhooks: all of `whsec_…`. Without one none is believed.
    #[serde(default)]
    pub webhook_secret: Option<String>,
    /// The one before, believed while the provider still uses it.
    #[serde(default)]
    pub webhook_secret_old: Option<String>,
}

impl StripeKeys {
    /// The webhook secrets that are believed now.
    pub fn webhook_secrets(&self) -> impl Iterator<Item = &str> {
        [&self.webhook_secret, &self.webhook_secret_old].into_iter().flatten().map(String::as_str).filter(|secret| !secret.is_empty())
    }

    /// Whether real money moves with them.
    pub fn live(&self) -> bool {
        self.secret_key.contains("_live_")
    }
}

/// Shows nothing of them.
impl fmt::Debug for StripeKeys {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("StripeKeys").field("live", &self.live()).finish_non_exhaustive()
    }
}
