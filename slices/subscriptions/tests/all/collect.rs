//! Customers who have agreed to be charged: their subscription collects by itself, and each invoice once.

use serde_json::{Value, json};
use sim::SimConfig;
use std::time::Duration;
use testkit::{Reply, TestApp};

const DAY: Duration = Duration::from_secs(86_400);

/// A shop that has Stripe alone.
struct Shop {
    t: TestApp,
    key: String,
}

impl Shop {
    async fn open(t: TestApp) -> Self {
        let (tenant, key) = t.another_tenant("Milk").await;
        let shop = Self { t, key };
        let account = SimConfig::new(|| facts::Time(0)).stripe;
        let keys = json!({"secret_key": account.secret_key, "webhook_secret": account.webhook_secret});
        shop.call("PUT", "/api/v1/settings/credentials/stripe", keys).await.expect(200);
        shop.t.sim().stripe_webhooks_to(&format!("{}/webhooks/stripe/{tenant}", shop.t.url()));
        let seller = json!({"legal_name": "Milk", "address": "Here", "state": "29", "due_days": 7});
        shop.call("PUT", "/api/v1/invoice-settings", seller).await.expect(200);
        let price = json!({"cadence": "month", "amount": {"minor": 90_000, "currency": "INR"}, "hsn": "998431", "rate_bps": 1800});
        shop.call("POST", "/api/v1/plans", json!({"code": "milk", "name": "Milk", "prices": [price]})).await.expect(201);
        shop
    }

    async fn call(&self, method: &str, path: &str, body: Value) -> Reply {
        let key = format!("k-{}", self.t.db().dice().id::<facts::FactId>(self.t.db().clock().now()));
        let request = self.t.request(method, path).bearer_auth(&self.key).header("idempotency-key", key);
        self.t.send(if body.is_null() { request } else { request.json(&body) }).await
    }

    async fn get(&self, path: &str) -> Value {
        self.call("GET", path, Value::Null).await.expect(200)
    }

    /// Subscribes somebody who pays the first invoice on Stripe's page, and agrees to be charged or not.
    async fn subscribed(&self, keep: bool) -> String {
        let wanted = json!({"plan": "milk", "customer": {"name": "Asha", "phone": "+919000000001"}});
        let sub = self.call("POST", "/api/v1/subscriptions", wanted).await.expect(201);
        let id = sub["id"].as_str().unwrap().to_owned();
        let invoice = self.charges(&id).await[0]["invoice_id"].as_str().unwrap().to_owned();
        let page = self.t.send(self.t.request("GET", &format!("/s/milk/invoice/{invoice}"))).await;
        assert!(page.text.contains("Charge my next invoices the same way"), "{}", page.text);
        let form: &[(&str, &str)] = if keep { &[("keep", "on")] } else { &[] };
        let pay = format!("/s/milk/invoice/{invoice}/pay");
        assert_eq!(self.t.send(self.t.request("POST", &pay).form(form)).await.header("location"), Some(pay.as_str()));
        let page = self.t.send(self.t.request("GET", &pay)).await;
        self.t.sim().stripe().pay(page.between("/stripe/pay/", "\"")).unwrap();
        self.quiet().await;
        assert_eq!(self.state(&id).await, "active");
        id
    }

    async fn charges(&self, sub: &str) -> Vec<Value> {
        self.get(&format!("/api/v1/subscriptions/{sub}/charges")).await["data"].as_array().unwrap().clone()
    }

    async fn state(&self, sub: &str) -> String {
        self.get(&format!("/api/v1/subscriptions/{sub}")).await["state"].as_str().unwrap().to_owned()
    }

    async fn mandates(&self) -> Vec<Value> {
        self.get("/api/v1/mandates").await["data"].as_array().unwrap().clone()
    }

    fn charged(&self) -> usize {
        self.t.sim().stripe().charges().len()
    }

    async fn quiet(&self) {
        self.t.settle().await;
        let db = self.t.db();
        for wrong in [subscriptions::check(db).await, invoices::check(db).await, payments::check(db).await, ledger::check(db).await] {
            assert_eq!(wrong.unwrap(), Vec::<String>::new());
        }
    }

    async fn days(&self, days: u32) {
        for _ in 0..days {
            self.t.advance(DAY).await;
        }
        self.quiet().await;
    }
}

testkit::both_apps! {
    async fn it_renews_and_collects_by_itself(t: TestApp) {
        let shop = Shop::open(t).await;
        let sub = shop.subscribed(true).await;
        let kept = shop.mandates().await;
        assert_eq!((kept.len(), &kept[0]["label"], &kept[0]["state"]), (1, &json!("Visa ending in 4242"), &json!("active")));
        for months in 1..=3 {
            shop.days(31).await;
            assert_eq!((shop.charged(), shop.state(&sub).await.as_str()), (months, "active"));
        }
        let charges = shop.charges(&sub).await;
        assert_eq!((charges.len(), charges.iter().all(|charge| charge["state"] == "paid")), (4, true));
        assert_eq!(charges[0]["tries"], 1);
    }

    async fn a_refused_charge_is_tried_again_after_two_days(t: TestApp) {
        let shop = Shop::open(t).await;
        let sub = shop.subscribed(true).await;
        shop.t.sim().stripe().decline(Some("insufficient_funds"));
        shop.days(31).await;
        let late = &shop.charges(&sub).await[0];
        assert_eq!((shop.state(&sub).await.as_str(), shop.charged(), &late["tries"]), ("past_due", 1, &json!(1)));
        assert!(late["try_on"].is_string(), "{late}");
        shop.days(2).await;
        assert_eq!((shop.state(&sub).await.as_str(), shop.charged()), ("past_due", 2), "on the second day after the first");
        shop.t.sim().stripe().decline(None);
        shop.days(5).await;
        assert_eq!((shop.state(&sub).await.as_str(), shop.charged(), &shop.charges(&sub).await[0]["state"]), ("active", 3, &json!("paid")));
        assert_eq!(shop.mandates().await[0]["state"], "active");
    }

    async fn a_lost_card_is_tried_once_and_a_new_one_at_once(t: TestApp) {
        let shop = Shop::open(t).await;
        let sub = shop.subscribed(true).await;
        shop.t.sim().stripe().decline(Some("lost_card"));
        shop.days(40).await;
        assert_eq!((shop.state(&sub).await.as_str(), shop.charged()), ("past_due", 1));
        assert_eq!(shop.mandates().await[0]["state"], "ended");
        // Another invoice of theirs is paid by a new card that they agree to.
        shop.t.sim().stripe().decline(None);
        let contact = shop.get(&format!("/api/v1/subscriptions/{sub}")).await["contact_id"].clone();
        let bill = json!({"issue": true, "contact_id": contact, "lines": [
            {"description": "Ghee", "quantity": "1", "price": {"minor": 50_000, "currency": "INR"}, "rate_bps": 0}]});
        let invoice = shop.call("POST", "/api/v1/invoices", bill).await.expect(201)["id"].as_str().unwrap().to_owned();
        let pay = format!("/s/milk/invoice/{invoice}/pay");
        shop.t.send(shop.t.request("POST", &pay).form(&[("keep", "on")])).await;
        let page = shop.t.send(shop.t.request("GET", &pay)).await;
        shop.t.sim().stripe().pay(page.between("/stripe/pay/", "\"")).unwrap();
        shop.quiet().await;
        assert_eq!((shop.state(&sub).await.as_str(), shop.charged()), ("active", 2), "what was open is charged by it at once");
        let portal = shop.call("POST", "/api/v1/billing-portal", json!({"contact_id": contact})).await.expect(201);
        let customer = portal["url"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
        shop.t.sim().stripe().forget(&customer);
        shop.quiet().await;
        assert!(shop.mandates().await.iter().all(|mandate| mandate["state"] == "ended"), "they removed it on their own page");
    }

    async fn whoever_did_not_agree_is_never_charged(t: TestApp) {
        let shop = Shop::open(t).await;
        let sub = shop.subscribed(false).await;
        shop.days(40).await;
        assert_eq!((shop.charged(), shop.mandates().await.len(), shop.state(&sub).await.as_str()), (0, 0, "past_due"));
    }
}
