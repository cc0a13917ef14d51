//! Promise 9: what came to nothing is sent once more in one call: exactly that, and nothing that came too late or that nobody wants.
#![expect(clippy::unwrap_used, reason = "a test's helpers may fail with it")]

use serde_json::{Value, json};
use sim::{At, Fault};
use std::collections::BTreeMap;
use std::time::Duration;
use testkit::{ADMIN, Browser, TestApp};

const MINUTE: Duration = Duration::from_secs(60);
const RECOVER: &str = "/api/v1/notifications/recover";
/// As many as an outage meets here: more than one page of those that go again.
const MANY: usize = 230;

fn phone(number: usize) -> String {
    format!("+9198765{number:05}")
}

async fn send(t: &TestApp, number: usize) -> String {
    let body = json!({"phone": phone(number), "type": "churn_risk", "variables": {"customer_name": "Asha"}});
    t.post("/api/notifications/send-message", body).await.expect(202)["id"].as_str().unwrap().to_owned()
}

/// How many messages reached each number.
fn arrived(t: &TestApp) -> BTreeMap<String, usize> {
    let mut all = BTreeMap::new();
    for call in t.sim().phones().calls().into_iter().filter(|call| call.message_id.is_some()) {
        *all.entry(call.number).or_default() += 1;
    }
    all
}

fn now(t: &TestApp) -> Value {
    json!(t.db().clock().now())
}

async fn state(t: &TestApp, id: &str) -> Value {
    t.get(&format!("/api/v1/notifications/history?q={}", phone(7))).await.expect(200)["data"]
        .as_array()
        .unwrap()
        .iter()
        .find(|message| message["id"] == id)
        .map(|message| message["state"].clone())
        .unwrap_or_default()
}

testkit::both_apps! {
    async fn promise_09_an_outage_of_an_hour_and_one_call_sends_exactly_what_failed(t: TestApp) {
        t.put("/api/v1/settings", json!({"messages.pace": {"per_second": 1_000, "gap_seconds": 0}})).await.expect(200);
        send(&t, 1_000).await;
        t.advance(MINUTE).await;
        let since = now(&t);
        t.sim().faults().until_cleared(At::phones(), Fault::reject(503));
        for number in 0..MANY {
            send(&t, number).await;
        }
        t.advance(61 * MINUTE).await;
        t.sim().faults().clear_all();
        // A number that takes nothing, one whose reader has stopped, and one that arrives by itself.
        t.sim().faults().next(1, At::phone(&phone(2_000)), Fault::reject(400));
        send(&t, 2_000).await;
        send(&t, 3_000).await;
        t.post("/api/v1/suppressions", json!({"channel": "whatsapp", "address": phone(5)})).await.expect(201);
        t.settle().await;
        assert_eq!(arrived(&t), BTreeMap::from([(phone(1_000), 1), (phone(3_000), 1)]));
        let recovered = t.post(RECOVER, json!({"since": since})).await.expect(202);
        assert_eq!(recovered["messages"], MANY);
        t.advance(MINUTE).await;
        let mut all = arrived(&t);
        assert!(all.values().all(|times| *times == 1), "each once");
        assert_eq!((all.remove(&phone(1_000)), all.remove(&phone(3_000)), all.len()), (Some(1), Some(1), MANY - 1));
        assert!(!all.contains_key(&phone(5)) && !all.contains_key(&phone(2_000)));
        assert_eq!(t.post(RECOVER, json!({"since": since})).await.expect(202)["messages"], 0, "each once");
        assert_eq!(messages::check(t.db()).await.unwrap(), Vec::<String>::new());
    }

    async fn promise_09_what_came_too_late_stays_and_what_was_refused_goes_when_somebody_says_so(t: TestApp) {
        let since = now(&t);
        t.sim().faults().next(1, At::phone(&phone(7)), Fault::reject(400));
        let refused = send(&t, 7).await;
        t.settle().await;
        assert_eq!(state(&t, &refused).await, "dead");
        for (body, messages) in [
            (json!({"since": since}), 0),
            (json!({"since": since, "class": "transient"}), 0),
            (json!({"since": since, "class": "permanent", "channel": "email"}), 0),
            (json!({"since": since, "class": "permanent", "channel": "whatsapp"}), 1),
        ] {
            assert_eq!(t.post(RECOVER, body.clone()).await.expect(202)["messages"], messages, "{body}");
        }
        t.advance(MINUTE).await;
        assert_eq!(arrived(&t), BTreeMap::from([(phone(7), 1)]));
        t.sim().faults().next(1, At::phone(&phone(7)), Fault::reject(400));
        send(&t, 7).await;
        t.advance(MINUTE).await;
        t.advance(24 * 60 * MINUTE).await;
        let late = t.post(RECOVER, json!({"since": since, "class": "permanent"})).await.expect(202);
        assert_eq!(late["messages"], 0, "a day later it is of no use");
        t.post(RECOVER, json!({"since": "yesterday"})).await.expect(422);
    }

    async fn promise_09_from_the_page(t: TestApp) {
        t.sim().faults().until_cleared(At::phones(), Fault::reject(503));
        send(&t, 1).await;
        t.advance(61 * MINUTE).await;
        t.sim().faults().clear_all();
        let browser = Browser::signed_in(&t, ADMIN.0, ADMIN.1).await;
        assert!(browser.get(&t, "/admin/messages").await.text.contains("Send again what came to nothing?"));
        let wrong = browser.post(&t, "/admin/messages/recover", &[("since", "soon")]).await;
        assert_eq!(wrong.status, 422);
        assert!(wrong.text.contains("a day and an hour"), "{}", wrong.text);
        let sent = browser.post(&t, "/admin/messages/recover", &[("since", "2026-11-20T00:00"), ("channel", ""), ("class", "")]).await;
        assert!(sent.text.contains("1 message is sent again"), "{}", sent.text);
        t.advance(MINUTE).await;
        assert_eq!(arrived(&t), BTreeMap::from([(phone(1), 1)]));
    }
}
