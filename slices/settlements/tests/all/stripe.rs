//! A shop that has Stripe alone is paid out as well.

use serde_json::{Value, json};
use sim::SimConfig;
use std::time::Duration;

testkit::both_apps! {
    async fn a_payout_finds_its_payments(t: TestApp) {
        let (tenant, key) = t.another_tenant("Milk").await;
        let account = SimConfig::new(|| facts::Time(0)).stripe;
        let call = async |method: &str, path: &str, body: Value| {
            let once = format!("k-{}", t.db().dice().id::<facts::FactId>(t.db().clock().now()));
            let request = t.request(method, path).bearer_auth(&key).header("idempotency-key", once);
            t.send(if body.is_null() { request } else { request.json(&body) }).await
        };
        let keys = json!({"secret_key": account.secret_key, "webhook_secret": account.webhook_secret});
        call("PUT", "/api/v1/settings/credentials/stripe", keys).await.expect(200);
        t.sim().stripe_webhooks_to(&format!("{}/webhooks/stripe/{tenant}", t.url()));
        let product = json!({"name": "Ghee", "slug": "ghee", "price": {"minor": 90_000, "currency": "INR"}});
        call("POST", "/api/v1/products", product).await.expect(201);
        let order = json!({"amount": 900, "product": "ghee", "customer": {"name": "Asha", "phone": "+919000000001"}});
        let order = call("POST", "/s/milk/create_order", order).await.expect(201);
        let payment = t.sim().stripe().pay(order["id"].as_str().unwrap()).unwrap();
        t.settle().await;
        let made = t.sim().stripe().pay_out().unwrap();
        assert_eq!((made.rows.len(), &made.rows[0].source), (1, &payment));
        t.advance(Duration::from_secs(86_400)).await;
        let settlement = call("GET", "/api/v1/settlements", Value::Null).await.expect(200)["data"][0].clone();
        assert_eq!((&settlement["provider"], &settlement["amount"]["minor"]), (&json!("stripe"), &json!(made.amount())));
        assert_eq!((&settlement["rows"], &settlement["utr"], &settlement["state"]), (&json!(1), &json!(made.trace), &json!("waiting")));
        let rows = call("GET", &format!("/api/v1/settlements/{}/rows", settlement["id"].as_str().unwrap()), Value::Null).await.expect(200);
        assert_eq!((&rows["data"][0]["entity_id"], &rows["data"][0]["state"]), (&json!(payment), &json!("matched")));
        let open = call("GET", "/api/v1/reconciliation/exceptions", Value::Null).await.expect(200);
        assert_eq!(open["data"], json!([]));
        assert_eq!(settlements::check(t.db()).await.unwrap(), Vec::<String>::new());
    }
}
