//! From an order that nobody pays to its reminders, and what stops them.

use crate::{HOUR, STEPS, at, leave, left, reminders, turn_on};
use serde_json::json;
use sim::{At, Fault, Method};
use testkit::TestApp;

/// What a phone was told of an order that was left.
fn told(t: &TestApp, phone: &str) -> usize {
    t.sim().phones().messages_to(phone).iter().filter(|message| format!("{message:?}").contains("still here")).count()
}

testkit::both_apps! {
    async fn three_reminders_each_once_and_none_at_night(t: TestApp) {
        turn_on(&t, &STEPS).await;
        let (order, _) = leave(&t, "a", "+919876543210").await;
        assert_eq!(left(&t, &order).await, json!(null), "within the hour nothing is left");
        t.advance(HOUR * 2).await;
        let waiting = left(&t, &order).await;
        assert_eq!((&waiting["state"], &waiting["next_step"], &waiting["reminded_step"]), (&json!("waiting"), &json!(2), &json!(1)));
        assert_eq!(told(&t, "919876543210"), 1);
        t.advance(HOUR * 24 * 6).await;
        let sent = reminders(&t, &order).await;
        assert_eq!(sent.iter().map(|(_, step)| *step).collect::<Vec<_>>(), [1, 2, 3]);
        let over = left(&t, &order).await;
        assert_eq!((&over["state"], &over["why"]), (&json!("over"), &json!("done")));
        assert_eq!(told(&t, "919876543210"), 3);
        // Whoever orders in the evening hears in the morning: 20:40 in India is 15:10 UTC.
        t.advance(HOUR * 8).await;
        t.advance(HOUR / 3 * 2).await;
        let (late, _) = leave(&t, "b", "+919876543211").await;
        let placed = at(left_at(&t, &late).await.as_str());
        t.advance(HOUR * 13).await;
        let sent = reminders(&t, &late).await;
        assert!(sent.len() == 1 && sent[0].0.since(placed) > HOUR * 11, "{sent:?} of {placed}");
        assert_eq!(sent[0].0.to_string().get(11..16), Some("03:30"), "nine in the morning in India");
    }

    async fn promise_07_a_reminder_goes_by_its_readers_clock_and_no_retry_crosses_their_night(t: TestApp) {
        turn_on(&t, &[(1, 0)]).await;
        // Half past eleven at night where she lives.
        let far = json!({"name": "Asha", "phone": "+919876543210", "time_zone": "America/New_York"});
        t.post("/api/v1/contacts", far).await.expect(201);
        let (order, _) = leave(&t, "a", "+919876543210").await;
        t.advance(HOUR * 9 + HOUR / 3 * 2).await;
        let sent = reminders(&t, &order).await;
        assert_eq!(sent.iter().map(|(at, _)| at.to_string().get(11..16).map(str::to_owned)).collect::<Vec<_>>(), [Some("14:00".to_owned())]);
        // And twenty to eight in the evening in India: a reminder is due at twenty to nine, and WhatsApp is down until a minute past nine.
        let down = t.sim().faults().until_cleared(At::phones(), Fault::reject(503));
        let (late, _) = leave(&t, "b", "+919876543211").await;
        t.advance(HOUR + HOUR / 60 * 21).await;
        assert_eq!(reminders(&t, &late).await.len(), 1);
        t.sim().faults().clear(down);
        t.advance(HOUR * 24).await;
        assert_eq!(told(&t, "919876543211"), 0, "what did not leave before the night is not sent");
    }

    async fn whoever_paid_is_never_reminded(t: TestApp) {
        turn_on(&t, &STEPS).await;
        // The provider knows, and its word got lost: it is asked before anybody is reminded.
        t.sim().razorpay().webhooks_off();
        let (silent, theirs) = leave(&t, "a", "+919876543210").await;
        t.advance(HOUR / 60 * 59).await;
        t.sim().razorpay().pay(&theirs, Method::Upi).unwrap();
        let (failing, other) = leave(&t, "b", "+919876543211").await;
        let payment = t.sim().razorpay().fail(&other, Method::Upi).unwrap();
        t.advance(HOUR * 2).await;
        assert_eq!(reminders(&t, &failing).await.len(), 1, "a try that failed is no payment");
        // What failed is captured after all, a day later and unheard of.
        t.advance(HOUR * 20).await;
        t.sim().razorpay().captured_after_all(&payment).unwrap();
        t.advance(HOUR * 24 * 6).await;
        assert_eq!((reminders(&t, &silent).await.len(), reminders(&t, &failing).await.len()), (0, 1));
        let recovered = left(&t, &failing).await;
        assert_eq!((&recovered["state"], &recovered["by_link"], &recovered["by_contact"]), (&json!("recovered"), &json!(false), &json!(true)));
        assert_eq!(told(&t, "919876543210"), 0);
        assert!(origin_verifies(&t).await.is_empty());
    }

    async fn while_the_provider_is_silent_nobody_is_reminded(t: TestApp) {
        turn_on(&t, &STEPS).await;
        let (order, _) = leave(&t, "a", "+919876543210").await;
        t.advance(HOUR / 2).await;
        let away = t.sim().faults().until_cleared(At::razorpay(), Fault::reject(503));
        t.advance(HOUR * 4).await;
        assert_eq!(reminders(&t, &order).await.len(), 0, "nobody knows whether it is paid");
        assert!(t.get("/api/v1/recovery/check").await.expect(200)["due"] == 1);
        t.sim().faults().clear(away);
        t.advance(HOUR * 3).await;
        assert_eq!(reminders(&t, &order).await.len(), 1);
    }

    async fn an_order_for_the_same_a_cancellation_and_a_wish_stop_them(t: TestApp) {
        turn_on(&t, &STEPS).await;
        let (first, _) = leave(&t, "a", "+919876543210").await;
        t.advance(HOUR * 2).await;
        let (second, theirs) = leave(&t, "a2", "+919876543210").await;
        t.sim().razorpay().pay(&theirs, Method::Card).unwrap();
        let (cancelled, _) = leave(&t, "b", "+919876543211").await;
        t.advance(HOUR * 2).await;
        let cancel = t.request("POST", &format!("/admin/orders/{cancelled}/cancel")).bearer_auth(t.key()).form(&[("reason", "Asked to")]);
        assert_eq!(t.send(cancel).await.status, 303);
        let (unwanted, _) = leave(&t, "c", "+919876543212").await;
        t.advance(HOUR * 2).await;
        let link = crate::link::last(&t, &unwanted).await;
        assert!(t.send(t.request("GET", &format!("{link}/stop"))).await.text.contains("No more reminders?"));
        assert_eq!(t.send(t.request("POST", &format!("{link}/stop")).form(&[("x", "y")])).await.status, 200);
        let (again, _) = leave(&t, "c2", "+919876543212").await;
        t.advance(HOUR * 24 * 6).await;
        for (order, count) in [(&first, 1), (&second, 0), (&cancelled, 1), (&unwanted, 1), (&again, 0)] {
            assert_eq!(reminders(&t, order).await.len(), count, "{order}");
        }
        let bought = left(&t, &first).await;
        assert_eq!((&bought["state"], &bought["paid_order_id"], &bought["by_contact"]), (&json!("recovered"), &json!(second), &json!(true)));
        assert_eq!((&left(&t, &cancelled).await["why"], &left(&t, &unwanted).await["why"]), (&json!("cancelled"), &json!("opted_out")));
        assert_eq!(left(&t, &again).await["why"], "opted_out");
    }

    async fn what_is_no_longer_sold_is_not_offered(t: TestApp) {
        turn_on(&t, &STEPS).await;
        let (order, _) = leave(&t, "a", "+919876543210").await;
        let products = t.get("/api/v1/products").await.expect(200);
        let pro = products["data"].as_array().unwrap().iter().find(|product| product["slug"] == "pro").unwrap().clone();
        let path = format!("/api/v1/products/{}", pro["id"].as_str().unwrap());
        t.put(&path, json!({"active": false})).await.expect(200);
        t.advance(HOUR * 24 * 5).await;
        assert_eq!((reminders(&t, &order).await.len(), &left(&t, &order).await["why"]), (0, &json!("not_sold")));
    }
}

async fn left_at(t: &TestApp, order: &str) -> String {
    t.get(&format!("/api/v1/orders/{order}")).await.expect(200)["created_at"].as_str().unwrap().to_owned()
}

/// What `origin verify` says of reminders.
async fn origin_verifies(t: &TestApp) -> Vec<String> {
    recovery::check(t.db()).await.unwrap()
}
