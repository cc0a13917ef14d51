//! Promise 5: whatever the first channel's provider does, a code is there within five seconds.

use serde_json::json;
use sim::{At, Channel, Fault, Provider, Status};
use std::time::{Duration, Instant};
use testkit::TestApp;

/// No code is later than that.
const LATEST: Duration = Duration::from_secs(5);
/// Between two codes of the bad minute.
const APART: Duration = Duration::from_secs(20);
/// Offers that the same shop has in line.
const OFFERS: usize = 20;

/// Begins the number of everybody who gets an offer.
const BUYERS: &str = "+9198444";

async fn offers(t: &TestApp, time: usize) {
    for one in 0..OFFERS {
        let variables = json!({"product": "Platinum", "availability_date": "1 December"});
        let body = json!({"phone": format!("{BUYERS}{time}{one:04}"), "type": "new_product", "variables": variables});
        t.post("/api/notifications/send-message", body).await.expect(202);
    }
    t.settle().await;
}

async fn ask(t: &TestApp, phone: &str) {
    t.post("/api/v1/otp/send", json!({"phone": phone, "purpose": "login"})).await.expect(202);
}

/// When the SMS to a number came, by the provider's clock.
fn texts(t: &TestApp, phone: &str) -> Vec<facts::Time> {
    let sent = t.sim().twilio().sent();
    sent.iter().filter(|text| text.channel == Channel::Sms && text.phone == phone).map(|text| text.at).collect()
}

testkit::both_apps! {
    async fn promise_05_no_code_is_later_than_five_seconds(t: TestApp) {
        for (time, fault) in [Fault::reject(503), Fault::too_many(Some(60)), Fault::Silent].into_iter().enumerate() {
            let codes: Vec<String> = (0..3).map(|one| format!("+9198765{time}{one:04}")).collect();
            let mut down: Vec<_> = codes.iter().map(|code| t.sim().faults().until_cleared(At::phone(code), fault.clone())).collect();
            // A hand that turns the works waits for whatever hangs, so where codes hang, the offers are told to wait.
            let others = if fault == Fault::Silent { Fault::too_many(Some(60)) } else { fault.clone() };
            down.push(t.sim().faults().until_cleared(At::phones(), others));
            offers(&t, time).await;
            for code in &codes {
                let (asked, watch) = (t.db().clock().now(), Instant::now());
                ask(&t, code).await;
                t.settle().await;
                let took = watch.elapsed();
                t.advance(LATEST).await;
                let there = texts(&t, code);
                assert_eq!(there.len(), 1, "{fault:?}: by SMS, once");
                assert!(there[0].since(asked) <= LATEST && took < LATEST, "{fault:?}: {:?} and {took:?}", there[0].since(asked));
                t.advance(APART - LATEST).await;
            }
            down.into_iter().for_each(|fault| t.sim().faults().clear(fault));
            t.advance(Duration::from_secs(600)).await;
            let begins = format!("{BUYERS}{time}");
            let arrived = t.sim().phones().calls().iter().filter(|call| call.message_id.is_some() && call.number.starts_with(&begins)).count();
            assert_eq!(arrived, OFFERS, "{fault:?}: nothing else is lost");
        }
    }

    async fn promise_10_a_code_of_a_backup_of_six_hours_ago_is_not_sent(t: TestApp) {
        let phone = "+919876543210";
        let down = [At::phones(), At::every(Provider::Twilio)].map(|at| t.sim().faults().until_cleared(at, Fault::too_many(Some(60))));
        ask(&t, phone).await;
        t.settle().await;
        // Both ways wait for their providers as the copy is made.
        down.into_iter().for_each(|fault| t.sim().faults().clear(fault));
        t.db().clock().advance(Duration::from_secs(6 * 3_600));
        t.settle().await;
        t.advance(Duration::from_secs(3_600)).await;
        assert_eq!((t.sim().phones().accepted(), texts(&t, phone).len()), (0, 0));
        let all = t.get("/api/v1/notifications/history").await.expect(200);
        let states: Vec<&str> = all["data"].as_array().unwrap().iter().map(|message| message["state"].as_str().unwrap()).collect();
        assert_eq!(states, ["expired", "expired"], "by WhatsApp and by SMS: {all}");
    }

    async fn promise_05_a_code_goes_by_sms_where_whatsapp_is_too_slow_for_all(t: TestApp) {
        t.put("/api/v1/settings", json!({"messages.pace": {"per_second": 1, "gap_seconds": 6}})).await.expect(200);
        offers(&t, 0).await;
        let (asked, codes) = (t.db().clock().now(), (0..8).map(|one| format!("+91987650{one:04}")));
        let codes: Vec<String> = codes.collect();
        for code in &codes {
            ask(&t, code).await;
        }
        t.advance(LATEST).await;
        for code in &codes {
            let by_whatsapp = t.sim().phones().messages_to(code).into_iter().map(|call| call.at);
            let first = by_whatsapp.chain(texts(&t, code)).min();
            assert!(first.is_some_and(|first| first.since(asked) <= LATEST), "{code}: {first:?}");
        }
        let by_whatsapp = codes.iter().filter(|code| !t.sim().phones().messages_to(code).is_empty()).count();
        assert!((2..8).contains(&by_whatsapp), "{by_whatsapp}: codes go before offers, and keep to the pace");
        let by_sms_alone: Vec<&String> = codes.iter().filter(|code| t.sim().phones().messages_to(code).is_empty()).collect();
        for text in t.sim().twilio().sent() {
            t.sim().twilio().status(text.message_id.as_deref().unwrap(), Status::Delivered);
        }
        t.advance(Duration::from_secs(60)).await;
        let twice = by_sms_alone.iter().filter(|code| !t.sim().phones().messages_to(code).is_empty()).count();
        assert_eq!(twice, 0, "nobody gets on WhatsApp later what came by SMS");
    }
}
