//! Promise 7: what sells something by a template wakes nobody, whatever delays it, and keeps to the law's hours.
#![expect(clippy::unwrap_used, reason = "a test's helpers may fail with it")]

use facts::Time;
use serde_json::{Value, json};
use sim::{At, Fault};
use testkit::TestApp;

const PHONE: &str = "+919876543210";
const SEND: &str = "/api/notifications/send-message";

fn at(text: &str) -> Time {
    text.parse().unwrap()
}

/// Walks on to a moment. Tests begin on 20 November 2026 at 10:00 in India, which is 4:30 UTC.
async fn until(t: &TestApp, moment: &str) {
    let span = at(moment).since(t.db().clock().now());
    t.advance(span).await;
}

/// Offers something, to an address or to somebody, and gives the state of the message.
async fn offer(t: &TestApp, to: Value) -> String {
    let mut body = json!({"type": "new_product", "variables": {"product": "Platinum", "availability_date": "1 December"}});
    body.as_object_mut().unwrap().extend(to.as_object().unwrap().clone());
    let state = t.post(SEND, body).await.expect(202)["state"].as_str().unwrap().to_owned();
    t.settle().await;
    state
}

/// When WhatsApp messages arrived at a number.
fn by_whatsapp(t: &TestApp, phone: &str) -> Vec<Time> {
    t.sim().phones().messages_to(phone).into_iter().map(|call| call.at).collect()
}

fn by_sms(t: &TestApp) -> Vec<Time> {
    t.sim().twilio().sent().into_iter().map(|text| text.at).collect()
}

testkit::both_apps! {
    async fn promise_07_a_retry_of_an_offer_waits_for_the_morning(t: TestApp) {
        until(&t, "2026-11-20T15:15:00Z").await;
        let down = t.sim().faults().until_cleared(At::phones(), Fault::reject(503));
        assert_eq!(offer(&t, json!({"phone": PHONE})).await, "queued");
        // It was tried at a quarter to nine. By the time that it may be tried again it is nine.
        until(&t, "2026-11-20T15:29:00Z").await;
        t.sim().faults().clear(down);
        until(&t, "2026-11-21T03:29:59Z").await;
        assert_eq!(by_whatsapp(&t, PHONE), Vec::<Time>::new());
        until(&t, "2026-11-21T03:31:00Z").await;
        assert_eq!(by_whatsapp(&t, PHONE), [at("2026-11-21T03:30:00Z")], "nine in the morning");
        assert_eq!(messages::check(t.db()).await.unwrap(), Vec::<String>::new());
    }

    async fn promise_07_what_is_written_at_night_waits_as_well(t: TestApp) {
        for (written, opens, by_law) in [
            ("2026-11-20T15:28:00Z", "2026-11-21T03:30:00Z", "2026-11-21T04:30:00Z"),
            // Midnight is 18:30 UTC: an hour before it, and an hour after.
            ("2026-11-21T17:30:00Z", "2026-11-22T03:30:00Z", "2026-11-22T04:30:00Z"),
            ("2026-11-22T19:30:00Z", "2026-11-23T03:30:00Z", "2026-11-23T04:30:00Z"),
        ] {
            until(&t, written).await;
            assert_eq!(offer(&t, json!({"phone": PHONE})).await, "scheduled", "{written}");
            assert_eq!(offer(&t, json!({"phone": PHONE, "channel": "sms"})).await, "scheduled", "{written}");
            let (before, texts) = (by_whatsapp(&t, PHONE).len(), by_sms(&t).len());
            until(&t, by_law).await;
            assert_eq!(by_whatsapp(&t, PHONE)[before..], [at(opens)], "{written}");
            assert_eq!(by_sms(&t)[texts..], [at(by_law)], "{written}: offers by SMS from ten");
        }
    }

    async fn promise_07_by_whose_clock(t: TestApp) {
        // 23:00 in India, half past five in the afternoon in London.
        until(&t, "2026-11-20T17:30:00Z").await;
        let asha = t.post("/api/v1/contacts", json!({"name": "Asha", "phone": PHONE, "time_zone": "Europe/London"})).await.expect(201)["id"].clone();
        assert_eq!(offer(&t, json!({"contact_id": asha, "channel": "whatsapp"})).await, "queued");
        assert_eq!(by_whatsapp(&t, PHONE).len(), 1, "it is her day");
        assert_eq!(offer(&t, json!({"contact_id": asha, "channel": "sms"})).await, "scheduled", "the number is Indian, and so is its law");
        let paid = json!({"amount": "₹99.00", "month": "November 2026", "payment_method": "UPI"});
        t.post(SEND, json!({"phone": "+919876543211", "channel": "sms", "type": "payment_confirmation", "variables": paid})).await.expect(202);
        t.settle().await;
        assert_eq!(by_sms(&t).len(), 1, "what sells nothing goes at any hour");
        t.put("/api/v1/settings", json!({"messages.quiet": {"from": "00:00", "to": "00:00"}})).await.expect(200);
        assert_eq!(offer(&t, json!({"phone": "+919876543212"})).await, "queued", "a shop may have no quiet hours");
        assert_eq!(offer(&t, json!({"phone": "+919876543212", "channel": "sms"})).await, "scheduled", "the law has");
    }
}
