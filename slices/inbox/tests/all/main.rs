//! Conversations, on both databases.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod agents;
mod attachments;
mod gathering;
mod live;
mod pages;
mod replies;

use serde_json::{Value, json};
use sim::{Content, SimConfig};
use std::time::Duration;
use testkit::TestApp;

const PHONE: &str = "+919876543210";
const HOUR: Duration = Duration::from_secs(3_600);

/// WhatsApp goes by Meta from now on.
async fn by_meta(t: &TestApp) {
    let known = SimConfig::new(|| facts::Time(0));
    let account = json!({
        "access_token": known.meta.access_token, "phone_number_id": known.meta.phone_number_id, "waba_id": known.meta.waba_id,
        "app_secret": known.meta.app_secret, "verify_token": known.meta.verify_token,
    });
    t.put("/api/v1/settings/credentials/meta", account).await.expect(200);
    t.put("/api/v1/settings", json!({"channels.whatsapp": ["meta"]})).await.expect(200);
    // Nodes hold on to the credentials that they know for a few seconds.
    t.advance(Duration::from_secs(6)).await;
}

async fn writes(t: &TestApp, from: &str, words: &str) {
    t.sim().meta().inbound(None, from, Content::Text { body: words.to_owned() });
    t.settle().await;
    // What is of one moment stands in no order.
    t.advance(Duration::from_secs(1)).await;
}

/// The conversations of a query, the latest first.
async fn listed(t: &TestApp, query: &str) -> Vec<Value> {
    t.get(&format!("/api/v1/conversations{query}")).await.expect(200)["data"].as_array().unwrap().clone()
}

/// The one conversation that there is.
async fn only(t: &TestApp) -> Value {
    let all = listed(t, "").await;
    assert_eq!(all.len(), 1, "{all:?}");
    all[0].clone()
}

fn path(it: &Value, rest: &str) -> String {
    format!("/api/v1/conversations/{}{rest}", it["id"].as_str().unwrap())
}

/// What stands in it, oldest first, as kind and text.
async fn said(t: &TestApp, it: &Value) -> Vec<(String, String)> {
    let entries = t.get(&path(it, "/entries")).await.expect(200);
    let text = |entry: &Value, field: &str| entry[field].as_str().unwrap().to_owned();
    entries["data"].as_array().unwrap().iter().rev().map(|entry| (text(entry, "kind"), text(entry, "text"))).collect()
}

async fn facts_of(t: &TestApp, kind: &str) -> i64 {
    use store::Look;
    let mut read = t.db().read_main(t.tenant());
    read.one(store::sql!("SELECT COUNT(*) FROM journal WHERE tenant_id = $1 AND kind = $2"), store::params![t.tenant(), kind])
        .await
        .unwrap()
}
