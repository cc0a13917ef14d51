//! From a link to a payout, and back.

use crate::{DAY, balance, commission, inr, join, order, pay, refund, sound};
use serde_json::{Value, json};
use testkit::TestApp;

const PHONE: &str = "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/131.0.0.0 Mobile Safari/537.36";

fn ravi() -> Value {
    json!({"name": "Ravi", "phone": "+919876500001"})
}

/// What the books say of an account, debits above zero.
async fn booked(t: &TestApp, account: &str) -> i64 {
    let look = &mut t.db().read_main(t.tenant());
    store::Look::one(
        look,
        store::sql!("SELECT CAST(COALESCE(SUM(amount_minor), 0) AS BIGINT) FROM ledger_entries WHERE tenant_id = $1 AND account = $2"),
        store::params![t.tenant(), account],
    )
    .await
    .unwrap()
}

testkit::both_apps! {
    async fn a_link_is_followed_and_what_it_brings_is_paid(t: TestApp) {
        let id = join(&t, "asha", "+919876543210").await;
        let visit = |browser: &'static str| t.send(t.request("GET", "/ref/Asha").header("user-agent", browser));
        let first = visit(PHONE).await;
        let cookie = first.header("set-cookie").unwrap().to_owned();
        assert_eq!((first.status, first.header("location")), (303, Some("/")));
        assert!(cookie.starts_with("origin_ref=asha; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax"), "{cookie}");
        visit(PHONE).await;
        visit("Googlebot/2.1").await;
        let nobody = t.send(t.request("GET", "/ref/nobody").header("user-agent", PHONE)).await;
        assert_eq!((nobody.status, nobody.header("set-cookie")), (303, None));
        let track = |event: &'static str| t.send(t.request("POST", "/api/referrals/track").json(&json!({"code": "asha", "event": event, "visitor": "u-1"})));
        assert_eq!(track("sign_up").await.expect(200)["counted"], true);
        assert_eq!(track("sign_up").await.expect(200)["counted"], false);
        track("sneeze").await.expect(422);
        let shown = t.get("/api/referrals/track?code=asha").await.expect(200);
        assert_eq!((&shown["data"][0]["clicks"], &shown["data"][0]["sign_ups"]), (&json!(1), &json!(1)));
        // The browser brings the code along.
        let body = json!({"amount": 499, "product": "pro", "customer": ravi()});
        let request = t.request("POST", "/create_order").header("idempotency-key", "a").header("cookie", "origin_ref=asha").json(&body);
        let placed = t.send(request).await.expect(201);
        t.settle().await;
        let ours = placed["order_id"].as_str().unwrap();
        assert_eq!(commission(&t, ours).await["state"], "open");
        pay(&t, placed["id"].as_str().unwrap()).await;
        let earned = commission(&t, ours).await;
        assert_eq!((&earned["state"], &earned["base"], &earned["amount"]), (&json!("pending"), &inr(49_900), &inr(14_970)));
        assert_eq!(balance(&t, &id).await, (14_970, 0, 0));
        let pay_out = |key: &'static str, minor: i64, reference: &'static str| {
            let (t, id) = (t.clone(), id.clone());
            async move { t.post_keyed(&format!("/api/v1/referrals/{id}/payouts"), key, json!({"amount": inr(minor), "method": "upi", "reference": reference})).await }
        };
        assert_eq!(pay_out("p1", 1, "UTR1").await.expect(409)["code"], "more_than_payable", "it can still be given back");
        t.advance(DAY * 15).await;
        assert_eq!((balance(&t, &id).await, &commission(&t, ours).await["state"]), ((0, 14_970, 0), &json!("payable")));
        assert_eq!(pay_out("p2", 14_971, "UTR1").await.expect(409)["code"], "more_than_payable");
        pay_out("p3", 10_000, "UTR1").await.expect(201);
        pay_out("p3", 10_000, "UTR1").await.expect(201);
        assert_eq!(pay_out("p4", 100, "UTR1").await.expect(409)["code"], "payout_noted");
        t.settle().await;
        assert_eq!(balance(&t, &id).await, (0, 4_970, 10_000));
        // What was paid out is taken back with the order: it goes off what is to come.
        refund(&t, ours, "half", Some(24_950)).await;
        assert_eq!(balance(&t, &id).await, (0, -2_515, 10_000));
        refund(&t, ours, "rest", None).await;
        assert_eq!((balance(&t, &id).await, &commission(&t, ours).await["state"]), ((0, -10_000, 10_000), &json!("reversed")));
        assert_eq!((booked(&t, "referral_commissions").await, booked(&t, "commissions_payable").await), (0, 10_000));
        sound(&t).await;
    }

    async fn nobody_brings_themselves(t: TestApp) {
        let id = join(&t, "asha", "+919876543210").await;
        for (key, customer) in [
            ("same", json!({"name": "Asha", "phone": "98765 43210"})),
            ("mail", json!({"name": "A friend", "phone": "+919876500009", "email": "ASHA@example.com"})),
        ] {
            let (ours, theirs) = order(&t, key, "asha", customer).await;
            pay(&t, &theirs).await;
            let refused = commission(&t, &ours).await;
            assert_eq!((&refused["state"], &refused["why"]), (&json!("refused"), &json!("self_referral")), "{key}");
        }
        assert_eq!(balance(&t, &id).await, (0, 0, 0));
        // What was not paid, and what came with a code that nobody has, counts for nobody.
        let (unknown, theirs) = order(&t, "unknown", "nobody", ravi()).await;
        pay(&t, &theirs).await;
        assert_eq!(commission(&t, &unknown).await, Value::Null);
        let (cancelled, _) = order(&t, "cancelled", "asha", ravi()).await;
        let cancel = t.request("POST", &format!("/admin/orders/{cancelled}/cancel")).bearer_auth(t.key()).form(&[("reason", "Asked to")]);
        assert_eq!(t.send(cancel).await.status, 303);
        t.settle().await;
        assert_eq!(commission(&t, &cancelled).await["state"], "void");
        let body = json!({"amount": 499, "product": "pro", "customer": ravi(), "referral_code": "two words"});
        let wrong = t.send(t.request("POST", "/create_order").header("idempotency-key", "w").json(&body)).await.expect(422);
        assert_eq!(wrong["errors"][0]["field"], "referral_code");
        sound(&t).await;
    }

    async fn an_order_that_goes_back_before_its_time_was_never_theirs(t: TestApp) {
        let id = join(&t, "asha", "+919876543210").await;
        t.put("/api/v1/referrals/settings", json!({"rate_bps": 1_000, "hold_days": 3})).await.expect(200);
        let (ours, theirs) = order(&t, "a", "asha", ravi()).await;
        pay(&t, &theirs).await;
        assert_eq!(balance(&t, &id).await, (4_990, 0, 0));
        refund(&t, &ours, "some", Some(10_001)).await;
        // 4990 × 10001 / 49900 is 1000.1.
        assert_eq!(balance(&t, &id).await, (3_990, 0, 0));
        refund(&t, &ours, "rest", None).await;
        t.advance(DAY * 5).await;
        assert_eq!((balance(&t, &id).await, &commission(&t, &ours).await["state"]), ((0, 0, 0), &json!("reversed")));
        sound(&t).await;
    }
}
