//! Money that came for nothing and is matched by hand: every book agrees afterwards.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use serde_json::{Value, json};
use sim::Method;
use std::time::Duration;
use testkit::{Reply, TestApp};

/// Buys the starter; gives our order and the provider's.
async fn bought(t: &TestApp, number: usize) -> (String, String) {
    let body =
        json!({"amount": 99, "product": "starter", "customer": {"name": "Asha", "phone": "+919000000001", "email": "a@example.com"}});
    let request = t.request("POST", "/create_order").header("idempotency-key", format!("buy-{number}")).json(&body);
    let order = t.send(request).await.expect(201);
    (order["order_id"].as_str().unwrap().to_owned(), order["id"].as_str().unwrap().to_owned())
}

/// Money for an order that was given up.
async fn orphan(t: &TestApp, number: usize) -> String {
    let (order, at_provider) = bought(t, number).await;
    t.put(&format!("/api/v1/orders/{order}"), json!({"cancel": true})).await.expect(200);
    t.sim().razorpay().pay(&at_provider, Method::Upi).unwrap();
    t.settle().await;
    let report = t.get("/api/v1/reconciliation").await.expect(200);
    report["unmatched"][0]["id"].as_str().unwrap().to_owned()
}

async fn press(t: &TestApp, payment: &str, to: &str) -> Reply {
    t.send(t.request("POST", "/admin/reconcile").bearer_auth(t.key()).form(&[("action", "match"), ("id", payment), ("to", to)])).await
}

async fn books_agree(t: &TestApp) {
    t.advance(Duration::from_secs(600)).await;
    let (db, mut wrong) = (t.db(), Vec::new());
    wrong.extend(ledger::check(db).await.unwrap());
    wrong.extend(payments::check(db).await.unwrap());
    wrong.extend(orders::check(db).await.unwrap());
    wrong.extend(settlements::check(db).await.unwrap());
    wrong.extend(invoices::check(db).await.unwrap());
    wrong.extend(recovery::check(db).await.unwrap());
    assert_eq!(wrong, Vec::<String>::new());
    assert!(!t.get("/admin/reconcile").await.text.contains("does not agree"));
}

async fn balance(t: &TestApp, account: &str) -> i64 {
    let all = t.get("/api/v1/ledger/balances").await.expect(200);
    let of = |row: &Value| (row["account"] == account).then(|| row["balance"]["minor"].as_i64().unwrap());
    all["data"].as_array().unwrap().iter().filter_map(of).sum()
}

testkit::both_apps! {
    async fn what_it_pays_is_paid_and_booked(t: TestApp) {
        let payment = orphan(&t, 1).await;
        assert_eq!((balance(&t, "unmatched_receipts").await, balance(&t, "sales").await), (-9_900, 0));
        let (order, _) = bought(&t, 2).await;
        t.settle().await;
        let path = format!("/api/v1/payments/{payment}/match");
        assert_eq!(t.post(&path, json!({"to": "con_1"})).await.expect(422)["errors"][0]["field"], "to");
        let matched = t.post_keyed(&path, "m-1", json!({"to": order})).await;
        let shown = matched.expect(200);
        assert_eq!((shown["matched"].as_bool(), shown["order_id"].as_str()), (Some(true), Some(order.as_str())));
        let again = t.post_keyed(&path, "m-1", json!({"to": order})).await;
        assert_eq!((again.status, again.header("idempotency-replayed")), (200, Some("true")));
        assert_eq!(t.post_keyed(&path, "m-2", json!({"to": order})).await.expect(409)["code"], "payment_matched");
        t.settle().await;
        assert_eq!(t.get(&format!("/api/v1/orders/{order}")).await.expect(200)["state"], "paid");
        assert_eq!((balance(&t, "unmatched_receipts").await, balance(&t, "sales").await), (0, -9_900));
        books_agree(&t).await;
        t.post_keyed(&format!("/api/v1/payments/{payment}/refunds"), "r-1", json!({})).await.expect(201);
        t.settle().await;
        assert_eq!(t.get(&format!("/api/v1/orders/{order}")).await.expect(200)["state"], "refunded");
        assert_eq!((balance(&t, "unmatched_receipts").await, balance(&t, "refunds").await), (0, 9_900));
        books_agree(&t).await;
    }

    async fn the_page_offers_what_it_may_be_for(t: TestApp) {
        let payment = orphan(&t, 1).await;
        let page = t.get("/admin/reconcile").await;
        assert!(page.text.contains(&format!("/admin/reconcile?match={payment}")), "{}", page.text);
        let asked = format!("/admin/reconcile?match={payment}");
        assert!(t.get(&asked).await.text.contains("No order or invoice waits for exactly"));
        let (order, other) = bought(&t, 2).await;
        t.settle().await;
        let offered = t.get(&asked).await.text;
        assert!(offered.contains(&format!("value=\"{order}\"")), "{offered}");
        t.sim().razorpay().pay(&other, Method::Card).unwrap();
        t.settle().await;
        let refused = press(&t, &payment, &order).await;
        assert_eq!(refused.status, 409);
        assert!(refused.text.contains("It is paid already, by another payment.") && refused.text.contains("</html>"), "{}", refused.text);
        let (order, _) = bought(&t, 3).await;
        t.settle().await;
        let done = press(&t, &payment, &order).await;
        assert_eq!((done.status, done.header("location")), (303, Some(format!("/admin/payments/{payment}").as_str())));
        assert_eq!(press(&t, &payment, &order).await.status, 303, "pressed twice it is one match");
        t.settle().await;
        assert!(!t.get(&asked).await.text.contains("were for?"), "there is nothing left to be matched");
        assert!(t.get(&format!("/admin/payments/{payment}")).await.text.contains("matched by hand"));
        books_agree(&t).await;
    }
}
