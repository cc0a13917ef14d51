//! Providers, real and played: where they are, and what accounts tenants have there.

use crate::config::{Config, Played};
use facts::TenantId;
use serde_json::{Value, json};
use sim::{Provider, Sim, SimConfig};
use std::collections::HashMap;
use store::Db;
use store::secret::Vault;

/// Lets a simulated mail server find its own place: only this program talks to it.
pub(crate) const FREE_PORT: &str = "127.0.0.1:0";

/// What the simulated MyOperator and mail server carry as they call, since they sign nothing.
pub(crate) const TOKEN: &str = "origin-played";

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
        ("meta", format!("{}/meta/v25.0", at.url)),
        ("twilio", format!("{}/twilio/2010-04-01", at.url)),
        ("fcm", format!("{}/fcm", at.url)),
        ("fcm_token", format!("{}/fcm/token", at.url)),
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
            "phone_number_id": known.myoperator.phone_number_id, "webhook_token": TOKEN,
        })),
        "meta" => Some(json!({
            "access_token": format!("{}{guest}", sim::GUEST_META_TOKEN), "phone_number_id": known.meta.phone_number_id,
            "waba_id": known.meta.waba_id, "app_secret": known.meta.app_secret, "verify_token": known.meta.verify_token,
        })),
        "twilio" => Some(json!({
            "account_sid": format!("{}{guest}", sim::GUEST_SID), "auth_token": known.twilio.auth_token, "from": known.twilio.from,
            "messaging_service_sid": known.twilio.messaging_service_sid, "whatsapp_from": known.twilio.whatsapp_from,
        })),
        "gateway" => Some(json!({"url": format!("{}/gateway/{guest}", at.url), "token": known.gateway_token})),
        "fcm" => Some(json!({"service_account": sim::service_account(&at.url).to_string()})),
        "webpush" => Some(json!({
            "vapid_private_key": known.vapid.private, "vapid_public_key": known.vapid.public, "subject": "mailto:test@origin.example",
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
    sim.guests_receipts_to(&format!("{url}/webhooks/myoperator?key={TOKEN}"));
    for (provider, name) in [(Provider::Meta, "meta"), (Provider::Twilio, "twilio"), (Provider::Gateway, "gateway")] {
        let guests = format!("{url}/webhooks/{name}");
        sim.report_to(provider, &format!("{guests}/first"), &guests);
    }
}
