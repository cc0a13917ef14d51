//! Providers, real and played: where they are, and what accounts tenants have there.

use crate::config::{Config, Played};
use facts::TenantId;
use serde_json::{Value, json};
use sim::{Sim, SimConfig};
use std::collections::HashMap;
use store::Db;
use store::secret::Vault;

/// Lets a simulated mail server find its own place: only this program talks to it.
pub(crate) const FREE_PORT: &str = "127.0.0.1:0";

/// What finds a tenant's accounts with providers.
pub(crate) fn credentials(config: &Config, db: &Db, vault: &Vault) -> settings::Credentials {
    let providers = &config.providers;
    let real = settings::Real { addresses: providers.addresses.clone(), accounts: providers.credentials.clone() };
    let played = config.played.clone().map(played);
    settings::Credentials::new(db.clone(), vault.clone(), real, played, |read| Box::pin(identity::is_test(read)))
}

/// The simulated providers, at which each tenant's test data is a guest under the tenant's id.
fn played(at: Played) -> settings::Played {
    let addresses = HashMap::from([
        ("razorpay", format!("{}/razorpay/v1", at.url)),
        ("stripe", format!("{}/stripe/v1", at.url)),
        ("myoperator", format!("{}/myoperator", at.url)),
    ]);
    settings::Played { addresses, account: Box::new(move |tenant, provider| account(&at, tenant, provider)) }
}

fn account(at: &Played, guest: TenantId, provider: &str) -> Option<Value> {
    let known = SimConfig::new(|| facts::Time(0));
    match provider {
        "razorpay" => Some(json!({
            "key_id": format!("{}{guest}", sim::GUEST_KEY), "key_secret": known.razorpay.key_secret,
            "webhook_secret": known.razorpay.webhook_secret,
        })),
        "stripe" => Some(json!({"secret_key": format!("{}{guest}", sim::GUEST_SECRET), "webhook_secret": known.stripe.webhook_secret})),
        "myoperator" => Some(json!({
            "api_key": known.myoperator.api_key, "company_id": format!("{}{guest}", sim::GUEST_COMPANY),
            "phone_number_id": known.myoperator.phone_number_id,
        })),
        "smtp" => Some(json!({"host": at.smtp.0, "port": at.smtp.1, "from": "Test data <test@origin.example>"})),
        _ => None,
    }
}

/// Where these simulated providers are.
pub(crate) fn at(sim: &Sim) -> Played {
    let smtp = sim.smtp_addr();
    Played { url: sim.http_url(), smtp: (smtp.ip().to_string(), smtp.port()) }
}

/// Tells simulated providers where this Origin takes their webhooks.
pub(crate) fn report_to(sim: &Sim, url: &str) {
    sim.guests_webhooks_to(&format!("{url}/webhooks/razorpay"));
    sim.guests_stripe_webhooks_to(&format!("{url}/webhooks/stripe"));
    sim.guests_receipts_to(&format!("{url}/webhooks/myoperator"));
}
