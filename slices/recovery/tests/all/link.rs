//! What a reminder's link leads to, and what is learnt of it.

use crate::{HOUR, leave, left, stated, turn_on};
use facts::recovery::{OrderRecovered, RecoveryReminderDue};
use serde_json::{Value, json};
use sim::Method;
use testkit::{Reply, TestApp};

const PHONE: &str = "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/131.0.0.0 Mobile Safari/537.36";

/// The link of an order's last reminder.
pub async fn last(t: &TestApp, order: &str) -> String {
    let all = stated::<RecoveryReminderDue>(t).await;
    all.into_iter().rev().find(|(_, body)| body["order_id"] == order).map(|(_, body)| body["path"].as_str().unwrap().to_owned()).unwrap()
}

async fn visit(t: &TestApp, path: &str, browser: &str) -> Reply {
    t.send(t.request("GET", path).header("user-agent", browser).header("accept", "text/html")).await
}

async fn analytics(t: &TestApp) -> Value {
    t.get("/api/recovery/analytics?days=30").await.expect(200)
}

fn location(reply: &Reply) -> String {
    reply.header("location").unwrap_or_default().to_owned()
}

testkit::both_apps! {
    async fn a_link_leads_back_and_each_visitor_counts_once(t: TestApp) {
        turn_on(&t, &[(1, 0), (24, 0), (72, 0)]).await;
        let (order, theirs) = leave(&t, "a", "+919876543210").await;
        t.advance(HOUR * 2).await;
        let link = last(&t, &order).await;
        for program in ["WhatsApp/2.23.20", "Mozilla/5.0 (compatible; Googlebot/2.1)"] {
            assert_eq!(visit(&t, &link, program).await.status, 303, "a program finds the way too");
        }
        assert_eq!(t.send(t.request("HEAD", &link).header("user-agent", PHONE)).await.status, 303);
        assert_eq!(left(&t, &order).await["clicked_at"], json!(null), "and counts for nothing");
        let picture = t.send(t.request("GET", &format!("{link}/seen.gif"))).await;
        assert_eq!((picture.status, picture.header("content-type"), picture.header("cache-control")), (200, Some("image/gif"), Some("no-store")));
        assert!(left(&t, &order).await["opened_at"].is_string());
        for _ in 0..3 {
            assert_eq!(location(&visit(&t, &link, PHONE).await), format!("/pay/{order}"));
        }
        visit(&t, &link, &PHONE.replace("Pixel 8", "Pixel 9")).await;
        let sums = analytics(&t).await;
        assert_eq!((&sums["steps"][0]["clicked"], &sums["steps"][0]["clicks"], &sums["steps"][0]["opened"]), (&json!(1), &json!(2), &json!(1)));
        // Whoever follows the link is active: the next reminder comes a day after that.
        let waiting = left(&t, &order).await;
        assert_eq!(waiting["active_at"], waiting["clicked_at"]);
        t.sim().razorpay().pay(&theirs, Method::Upi).unwrap();
        t.settle().await;
        let recovered = left(&t, &order).await;
        assert_eq!((&recovered["state"], &recovered["by_link"], &recovered["paid"]), (&json!("recovered"), &json!(true), &json!({"minor": 49_900, "currency": "INR"})));
        let sums = &analytics(&t).await["sums"][0];
        assert_eq!((&sums["recovered"], &sums["by_link"], &sums["by_link_amount"]["minor"]), (&json!(1), &json!(1), &json!(49_900)));
        assert_eq!(location(&visit(&t, &link, PHONE).await), format!("/pay/{order}"));
        assert_eq!(visit(&t, "/r/rem_01h2xcejqtf2nbrexx3vqjhp41", PHONE).await.status, 404);
        assert_eq!(stated::<OrderRecovered>(&t).await.len(), 1);
    }

    async fn a_discount_is_taken_once_and_there_is_one_order_to_pay(t: TestApp) {
        turn_on(&t, &[(1, 1_000), (24, 2_000)]).await;
        let (order, old) = leave(&t, "a", "+919876543210").await;
        t.advance(HOUR * 2).await;
        let said = stated::<RecoveryReminderDue>(&t).await;
        assert_eq!((&said[0].1["total"]["minor"], &said[0].1["discount_bps"]), (&json!(44_910), &json!(1_000)));
        let link = last(&t, &order).await;
        let offer = visit(&t, &link, PHONE).await;
        assert!(offer.status == 200 && offer.text.contains("₹449.10") && offer.text.contains("₹499.00"), "{}", offer.text);
        let take = |shown: &'static str| t.send(t.request("POST", &link).header("accept", "text/html").form(&[("shown", shown)]));
        assert_eq!(take("100").await.status, 422, "nobody pays what they were not shown");
        let taken = take("44910").await;
        let again = take("44910").await;
        assert_eq!((taken.status, location(&taken)), (303, location(&again)));
        let new = location(&taken).trim_start_matches("/pay/").to_owned();
        assert_ne!(new, order);
        t.settle().await;
        assert_eq!(t.get(&format!("/api/v1/orders/{order}")).await.expect(200)["state"], "cancelled");
        assert_eq!(location(&visit(&t, &link, PHONE).await), format!("/pay/{new}"), "the old link leads to the new order");
        // The new one was left with a discount already: it is reminded of, and gets no second one.
        t.advance(HOUR * 30).await;
        let said = stated::<RecoveryReminderDue>(&t).await;
        let of_new = said.iter().find(|(_, body)| body["order_id"] == new.as_str()).unwrap();
        assert_eq!((&of_new.1["step"], &of_new.1["total"]["minor"], &of_new.1["discount_bps"]), (&json!(2), &json!(44_910), &json!(null)));
        assert!(t.sim().razorpay().pay(&old, Method::Upi).is_ok(), "the provider takes money for what is called off");
        let theirs = t.get(&format!("/order/{new}")).await;
        assert_eq!(theirs.status, 200);
        let opened = payments::intent(&mut t.db().read_main(t.tenant()), new.parse::<facts::OrderId>().unwrap()).await.unwrap().unwrap();
        t.sim().razorpay().pay(&opened.provider_order_id.unwrap(), Method::Upi).unwrap();
        t.settle().await;
        let recovered = left(&t, &new).await;
        assert_eq!((&recovered["state"], &recovered["by_link"], &recovered["paid"]["minor"]), (&json!("recovered"), &json!(true), &json!(44_910)));
        let sums = &analytics(&t).await["sums"][0];
        assert_eq!((&sums["abandoned"], &sums["reminded"], &sums["recovered"]), (&json!(1), &json!(1), &json!(1)), "placed anew, counted once");
    }
}
