//! Where the providers are, and what the environment knows of the first tenant's accounts there.

use super::base_url;
use super::read::Reader;
use serde_json::{Value, json};
use std::collections::HashMap;

/// Where the providers are, and what the environment knows of the first tenant's accounts.
#[derive(Debug, Clone, Default)]
pub struct Providers {
    /// By provider, without a slash at the end: those of [`BASES`].
    pub addresses: HashMap<&'static str, String>,
    /// Credentials by provider, in the shape that its slice reads.
    pub credentials: HashMap<&'static str, Value>,
}

/// The providers that are called at an address of their own: the name, the variable that says another, and the usual one.
const BASES: &[(&str, &str, &str)] = &[
    ("razorpay", "RAZORPAY_BASE_URL", "https://api.razorpay.com/v1"),
    ("stripe", "STRIPE_BASE_URL", "https://api.stripe.com/v1"),
    ("meta", "META_BASE_URL", "https://graph.facebook.com/v25.0"),
    ("myoperator", "MYOPERATOR_BASE_URL", "https://publicapi.myoperator.co"),
    ("twilio", "TWILIO_BASE_URL", "https://api.twilio.com/2010-04-01"),
    ("fcm", "FCM_BASE_URL", "https://fcm.googleapis.com"),
    ("fcm_token", "FCM_TOKEN_URL", "https://oauth2.googleapis.com/token"),
];

/// The fields of an account, each with the variable that says it.
type Fields = &'static [(&'static str, &'static str)];

/// An account there: its provider, how many of the first of its fields it cannot be without, and all of them.
const ACCOUNTS: &[(&str, usize, Fields)] = &[
    (
        "razorpay",
        3,
        &[
            ("key_id", "RAZORPAY_KEY_ID"),
            ("key_secret", "RAZORPAY_KEY_SECRET"),
            ("webhook_secret", "RAZORPAY_WEBHOOK_SECRET"),
            ("webhook_secret_old", "RAZORPAY_WEBHOOK_SECRET_OLD"),
        ],
    ),
    (
        "stripe",
        2,
        &[
            ("secret_key", "STRIPE_SECRET_KEY"),
            ("webhook_secret", "STRIPE_WEBHOOK_SECRET"),
            ("webhook_secret_old", "STRIPE_WEBHOOK_SECRET_OLD"),
        ],
    ),
    (
        "meta",
        2,
        &[
            ("access_token", "META_ACCESS_TOKEN"),
            ("phone_number_id", "META_PHONE_NUMBER_ID"),
            ("waba_id", "META_WABA_ID"),
            ("app_secret", "META_APP_SECRET"),
            ("verify_token", "META_VERIFY_TOKEN"),
        ],
    ),
    (
        "myoperator",
        3,
        &[
            ("api_key", "MYOPERATOR_API_KEY"),
            ("company_id", "MYOPERATOR_ACCOUNT_ID"),
            ("phone_number_id", "MYOPERATOR_PHONE_NUMBER"),
            ("api_secret", "MYOPERATOR_API_SECRET"),
            ("webhook_token", "MYOPERATOR_WEBHOOK_TOKEN"),
        ],
    ),
    ("gateway", 1, &[("url", "WHATSAPP_GATEWAY_URL"), ("token", "WHATSAPP_GATEWAY_TOKEN")]),
    (
        "twilio",
        2,
        &[
            ("account_sid", "TWILIO_ACCOUNT_SID"),
            ("auth_token", "TWILIO_AUTH_TOKEN"),
            ("from", "TWILIO_FROM"),
            ("messaging_service_sid", "TWILIO_MESSAGING_SERVICE_SID"),
            ("dlt_header", "TWILIO_DLT_HEADER"),
            ("whatsapp_from", "TWILIO_WHATSAPP_FROM"),
        ],
    ),
    ("webpush", 1, &[("vapid_private_key", "VAPID_PRIVATE_KEY"), ("subject", "VAPID_SUBJECT")]),
];

/// Reads them.
pub(super) fn read(read: &mut Reader) -> Providers {
    let addresses = BASES.iter().map(|(name, variable, usual)| (*name, base_url(read, variable, usual))).collect();
    let mut credentials = HashMap::new();
    for (name, needed, fields) in ACCOUNTS {
        let said: Vec<(&str, Option<String>)> = fields.iter().map(|(field, variable)| (*field, read.text(variable))).collect();
        if said.iter().take(*needed).all(|(_, value)| value.is_some()) {
            let known = said.into_iter().filter_map(|(field, value)| Some((field.to_owned(), Value::String(value?))));
            credentials.insert(*name, Value::Object(known.collect()));
        }
    }
    credentials.extend(smtp(read).map(|account| ("smtp", account)));
    credentials.extend(fcm(read).map(|account| ("fcm", account)));
    Providers { addresses, credentials }
}

/// Plain http is for one's own machine.
pub(super) fn check_in_production(providers: &Providers, read: &mut Reader) {
    for (name, variable, _) in BASES {
        if providers.addresses.get(name).is_some_and(|address| !address.starts_with("https://")) {
            read.wrong(format!("{variable}: plain http is refused in production"));
        }
    }
}

fn smtp(read: &mut Reader) -> Option<Value> {
    let (host, user) = (read.text("EMAIL_HOST"), read.text("EMAIL_USER"));
    let from = read.text("EMAIL_FROM").or(user.clone()).or_else(|| read.text("ADMIN_EMAIL"));
    let account = json!({
        "host": host,
        "port": read.or("EMAIL_PORT", 587u16),
        "user": user,
        "pass": read.text("EMAIL_PASS"),
        "from": from,
        "bounces_to": read.text("EMAIL_BOUNCES_TO"),
        "webhook_token": read.text("EMAIL_WEBHOOK_TOKEN"),
        "dkim_domain": read.text("DKIM_DOMAIN"),
        "dkim_selector": read.text("DKIM_SELECTOR"),
        "dkim_key": read.text("DKIM_KEY"),
        "dkim_ed25519_selector": read.text("DKIM_ED25519_SELECTOR"),
        "dkim_ed25519_key": read.text("DKIM_ED25519_KEY"),
    });
    (host.is_some() && from.is_some()).then_some(account)
}

/// FCM_SERVER_KEY held a server key until Google took those away; now it holds the service account's file.
fn fcm(read: &mut Reader) -> Option<Value> {
    let text = read.text("FCM_SERVER_KEY")?;
    if serde_json::from_str::<Value>(&text).is_ok_and(|account| account["private_key"].is_string()) {
        return Some(json!({"service_account": text}));
    }
    read.wrong("FCM_SERVER_KEY: the JSON of a service account; Google has taken the old server keys away");
    None
}
