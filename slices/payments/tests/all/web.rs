//! Browser, webhook and janitor together, over HTTP against the whole program.

use facts::OrderId;
use hmac::{Hmac, Mac};
use payments::{IntentState, PaymentState, RefundState};
use serde_json::{Value, json};
use sha2::Sha256;
use sim::{At, Fault, Method, Webhook};
use std::time::Duration;
use testkit::{Reply, TestApp};

/// Buys the starter; gives our order and the provider's.
async fn bought(t: &TestApp, number: usize) -> (OrderId, String) {
    let body =
        json!({"amount": 99, "product": "starter", "customer": {"name": "Asha", "phone": "+919000000001", "email": "asha@example.com"}});
    let request = t.request("POST", "/create_order").header("idempotency-key", format!("buy-{number}")).json(&body);
    let order = t.send(request).await.expect(201);
    (order["order_id"].as_str().unwrap().parse().unwrap(), order["id"].as_str().unwrap().to_owned())
}

async fn deliver(t: &TestApp, webhook: &Webhook) -> Reply {
    let request = t
        .request("POST", "/webhooks/razorpay/first")
        .header("content-type", "application/json")
        .header("x-razorpay-signature", &webhook.signature)
        .header("x-razorpay-event-id", &webhook.event_id);
    t.send(request.body(webhook.body.clone())).await
}

async fn come_back(t: &TestApp, order: &str, payment: &str, signature: &str) -> Reply {
    let fields = [("razorpay_payment_id", payment), ("razorpay_order_id", order), ("razorpay_signature", signature)];
    t.send(t.request("POST", "/payments/razorpay/return").form(&fields)).await
}

async fn sound(t: &TestApp) {
    assert_eq!(payments::check(t.db()).await.unwrap(), Vec::<String>::new());
}

async fn listed(t: &TestApp) -> Vec<Value> {
    t.get("/api/v1/payments").await.expect(200)["data"].as_array().unwrap().clone()
}

testkit::both_apps! {
    async fn everybody_brings_the_news_at_once_and_it_becomes_true_once(t: TestApp) {
        t.sim().razorpay().webhooks_off();
        let (order, provider_order) = bought(&t, 1).await;
        let payment = t.sim().razorpay().pay(&provider_order, Method::Upi).unwrap();
        let names = ["order.paid", "payment.captured", "payment.authorized"];
        let webhooks: Vec<Webhook> = names.iter().map(|name| t.sim().razorpay().webhook(name, &payment).unwrap()).collect();
        let signature = t.sim().razorpay().signature(&provider_order, &payment);
        t.db().clock().advance(Duration::from_secs(300));
        let posts = (0..15).map(|at| deliver(&t, &webhooks[at % 3]));
        let (answers, returned) = futures::join!(futures::future::join_all(posts), come_back(&t, &provider_order, &payment, &signature));
        assert!(answers.iter().all(|answer| answer.status == 200));
        assert_eq!((returned.status, returned.header("location")), (303, Some(format!("/success?order={order}").as_str())));
        t.settle().await;
        let payments = listed(&t).await;
        assert_eq!((payments.len(), &payments[0]["state"], &payments[0]["matched"]), (1, &json!("captured"), &json!(true)));
        let entries = t.get(&format!("/api/v1/ledger/entries?order_id={order}")).await.expect(200);
        let transactions: std::collections::BTreeSet<_> =
            entries["data"].as_array().unwrap().iter().map(|entry| entry["transaction_id"].to_string()).collect();
        assert_eq!(transactions.len(), 1);
        sound(&t).await;
    }

    async fn a_refund_is_asked_for_anew_once_however_long_ago(t: TestApp) {
        let (order, provider_order) = bought(&t, 1).await;
        t.sim().razorpay().pay(&provider_order, Method::Upi).unwrap();
        t.settle().await;
        let refunds = format!("/api/v1/payments/{}/refunds", listed(&t).await[0]["id"].as_str().unwrap());
        t.sim().faults().next(1, At::razorpay_call("POST /payments/{id}/refund"), Fault::reject(400));
        let failed = t.post(&refunds, json!({"amount": {"minor": 500, "currency": "INR"}})).await.expect(201);
        t.advance(Duration::from_secs(60)).await;
        for days in [0, 0, 9] {
            t.db().clock().advance(Duration::from_secs(days * 24 * 3_600));
            t.db().forget_answers().await.unwrap();
            let form = [("action", "refund_again"), ("id", failed["id"].as_str().unwrap())];
            let again = t.send(t.request("POST", "/admin/reconcile").bearer_auth(t.key()).form(&form)).await;
            assert_eq!(again.status, 303, "{}", again.text);
            t.settle().await;
        }
        let mut states: Vec<RefundState> =
            payments::refunds_of(&mut t.db().read_main(t.tenant()), order).await.unwrap().iter().map(|refund| refund.state).collect();
        states.sort_unstable_by_key(|state| state.as_str());
        assert_eq!(states, [RefundState::Failed, RefundState::Settled]);
        sound(&t).await;
    }

    async fn what_is_forged_changes_nothing(t: TestApp) {
        t.sim().razorpay().webhooks_off();
        let (order, provider_order) = bought(&t, 1).await;
        let payment = t.sim().razorpay().pay(&provider_order, Method::Upi).unwrap();
        let mut webhook = t.sim().razorpay().webhook("payment.captured", &payment).unwrap();
        webhook.body = webhook.body.replace("9900", "100");
        assert_eq!(deliver(&t, &webhook).await.expect(401)["code"], "signature");
        webhook.signature = String::new();
        assert_eq!(deliver(&t, &webhook).await.status, 401);
        let without = t.request("POST", "/webhooks/razorpay/first").body("{}");
        assert_eq!(t.send(without).await.status, 401);
        let signature = t.sim().razorpay().signature(&provider_order, "pay_another");
        assert_eq!(come_back(&t, &provider_order, &payment, &signature).await.status, 403);
        assert_eq!(come_back(&t, "order_unheard_of", &payment, &signature).await.status, 403);
        t.settle().await;
        let intent = payments::intent(&mut t.db().read_main(t.tenant()), order).await.unwrap().unwrap();
        assert_eq!(intent.state, IntentState::Open);
        assert!(listed(&t).await.is_empty());
    }

    async fn signed_nonsense_is_kept_and_answered(t: TestApp) {
        let secret = "simulated_webhook_secret";
        for body in ["not json", "{}", "[1]", r#"{"event":"payment.captured"}"#, r#"{"event":"payment.captured","payload":{"payment":{"entity":{"id":7}}}}"#] {
            let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
            mac.update(body.as_bytes());
            let signature = hex::encode(mac.finalize().into_bytes());
            let request = t.request("POST", "/webhooks/razorpay/first").header("x-razorpay-signature", signature).body(body);
            assert_eq!(t.send(request).await.expect(200), json!({"status": "ok"}), "{body}");
        }
        t.settle().await;
        assert!(listed(&t).await.is_empty());
    }

    async fn a_refund_made_here_or_at_the_provider_is_booked_once(t: TestApp) {
        let (_, provider_order) = bought(&t, 1).await;
        t.sim().razorpay().pay(&provider_order, Method::Card).unwrap();
        t.settle().await;
        let payment = listed(&t).await[0]["id"].as_str().unwrap().to_owned();
        let path = format!("/api/v1/payments/{payment}/refunds");
        let wanted = json!({"amount": {"minor": 4_000, "currency": "INR"}, "reason": "Sent the wrong size"});
        let first = t.post_keyed(&path, "back-1", wanted.clone()).await;
        assert_eq!(first.expect(201)["state"], "requested");
        let again = t.post_keyed(&path, "back-1", wanted).await;
        assert_eq!((again.header("idempotency-replayed"), &again.text), (Some("true"), &first.text));
        t.settle().await;
        let shown = t.get(&format!("/api/v1/payments/{payment}")).await.expect(200);
        assert_eq!((&shown["state"], &shown["refunded"]["minor"]), (&json!("captured"), &json!(4_000)));
        for wrong in [json!({"amount": {"minor": 5_901, "currency": "INR"}}), json!({"amount": {"minor": 100, "currency": "USD"}}),
                      json!({"amount": {"minor": -1, "currency": "INR"}}), json!({"amount": 5}), json!({"amont": 5})] {
            let refused = t.post(&path, wrong).await;
            assert!((400..500).contains(&refused.status), "{}", refused.text);
        }
        t.settle().await;
        let balances = t.get("/api/v1/ledger/balances").await.expect(200);
        let sum: i64 = balances["data"].as_array().unwrap().iter().map(|row| row["balance"]["minor"].as_i64().unwrap()).sum();
        assert_eq!((sum, t.sim().razorpay().refunds().len()), (0, 1));
        sound(&t).await;
    }

    async fn the_pages_answer(t: TestApp) {
        let (order, provider_order) = bought(&t, 1).await;
        t.sim().razorpay().pay(&provider_order, Method::Card).unwrap();
        t.settle().await;
        let payment = payments::of(&mut t.db().read_main(t.tenant()), order).await.unwrap().remove(0);
        assert_eq!(payment.state, PaymentState::Captured);
        let one = format!("/admin/payments/{}", payment.id);
        for path in ["/admin/payments", "/admin/payments?state=captured", "/admin/reconcile", "/admin/webhooks", "/admin/webhooks?state=processed", &one] {
            let page = t.get(path).await;
            assert_eq!(page.status, 200, "{path}: {}", page.text);
            assert!(page.text.contains("</html>") && !page.text.contains("does not agree"), "{path}");
        }
        let file = t.get("/api/v1/payments?format=csv").await;
        assert_eq!((file.status, file.text.lines().count()), (200, 2));
        assert_eq!(t.get("/api/v1/payments?state=paid").await.status, 422);
    }
}
