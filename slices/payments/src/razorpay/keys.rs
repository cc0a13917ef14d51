//! What a merchant has from Razorpay.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A merchant's credentials at Razorpay, kept under the name `razorpay`.
#[derive(Clone, Serialize, Deserialize)]
pub struct RazorpayKeys {
    /// The public half; the browser sees it.
    pub key_id: String,
    /// The secret half: signs in to the API, and signs what the browser brings back.
    pub key_secret: String,
    /// Signs webhooks; without one none is believed.
    #[serde(default)]
    pub webhook_secret: Option<String>,
    /// The one before, believed while the provider still repeats events that it signed.
    #[serde(default)]
    pub webhook_secret_old: Option<String>,
}

impl RazorpayKeys {
    /// The webhook secrets that are believed now.
    pub fn webhook_secrets(&self) -> impl Iterator<Item = &str> {
        [&self.webhook_secret, &self.webhook_secret_old].into_iter().flatten().map(String::as_str).filter(|secret| !secret.is_empty())
    }
}

/// Shows the public half only.
impl fmt::Debug for RazorpayKeys {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("RazorpayKeys").field("key_id", &self.key_id).finish_non_exhaustive()
    }
}
