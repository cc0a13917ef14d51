//! WhatsApp's templates, on both databases.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod templates;

use serde_json::{Value, json};
use sim::SimConfig;
use testkit::TestApp;

/// The first tenant gets an account at Meta, and WhatsApp goes by it.
async fn by_meta(t: &TestApp) {
    let known = SimConfig::new(|| facts::Time(0)).meta;
    let account = json!({
        "access_token": known.access_token, "phone_number_id": known.phone_number_id, "waba_id": known.waba_id,
        "app_secret": known.app_secret, "verify_token": known.verify_token,
    });
    t.put("/api/v1/settings/credentials/meta", account).await.expect(200);
    t.put("/api/v1/settings", json!({"channels.whatsapp": ["meta"]})).await.expect(200);
    t.settle().await;
}

/// The templates of a query.
async fn listed(t: &TestApp, query: &str) -> Vec<Value> {
    t.get(&format!("/api/v1/whatsapp-templates{query}")).await.expect(200)["data"].as_array().unwrap().clone()
}

/// A template by its name, in English.
async fn one(t: &TestApp, name: &str) -> Value {
    let all = listed(t, &format!("?q={name}")).await;
    all.into_iter().find(|one| one["name"] == name && one["language"] == "en").unwrap()
}
