//! A shop that has Stripe alone, over HTTP against the whole program.

use facts::TenantId;
use futures::future::join_all;
use serde_json::{Value, json};
use sim::{SimConfig, StripeWebhook};
use testkit::{Reply, TestApp};

/// The shop: a second tenant, since the environment gives the first its account at Razorpay.
struct Shop {
    t: TestApp,
    tenant: TenantId,
    key: String,
}

impl Shop {
    async fn open(t: TestApp) -> Self {
        let (tenant, key) = t.another_tenant("Milk").await;
        let account = SimConfig::new(|| facts::Time(0)).stripe;
        let keys = json!({"secret_key": account.secret_key, "webhook_secret": account.webhook_secret});
        let put = t.request("PUT", "/api/v1/settings/credentials/stripe").bearer_auth(&key).json(&keys);
        t.send(put).await.expect(200);
        t.sim().stripe_webhooks_to(&format!("{}/webhooks/stripe/{tenant}", t.url()));
        Self { t, tenant, key }
    }

    async fn call(&self, method: &str, path: &str, body: Value) -> Reply {
        let key = format!("k-{}", self.t.db().dice().id::<facts::FactId>(self.t.db().clock().now()));
        let request = self.t.request(method, path).bearer_auth(&self.key).header("idempotency-key", key);
        self.t.send(if body.is_null() { request } else { request.json(&body) }).await
    }

    async fn visit(&self, path: &str) -> Reply {
        self.t.send(self.t.request("GET", path)).await
    }

    /// Buys something; gives our order and the session, and sees that the page leads to it.
    async fn bought(&self) -> (String, String) {
        let product = json!({"name": "Ghee", "slug": "ghee", "price": {"minor": 90_000, "currency": "INR"}});
        self.call("POST", "/api/v1/products", product).await.expect(201);
        let order = json!({"amount": 900, "product": "ghee", "customer": {"name": "Asha", "phone": "+919000000001"}});
        let order = self.call("POST", "/s/milk/create_order", order).await.expect(201);
        let (id, session) = (order["order_id"].as_str().unwrap().to_owned(), order["id"].as_str().unwrap().to_owned());
        assert_eq!((&order["key_id"], order["checkout_url"].as_str().unwrap().ends_with(&session)), (&Value::Null, true));
        let page = self.visit(&format!("/s/milk/pay/{id}")).await;
        assert!(page.text.contains(order["checkout_url"].as_str().unwrap()) && page.text.contains("Stripe"), "{}", page.text);
        (id, session)
    }

    async fn deliver(&self, webhook: &StripeWebhook) -> Reply {
        let path = format!("/webhooks/stripe/{}", self.tenant);
        let request = self.t.request("POST", &path).header("stripe-signature", &webhook.signature);
        self.t.send(request.body(webhook.body.clone())).await
    }

    async fn order(&self, id: &str) -> Value {
        self.call("GET", &format!("/api/v1/orders/{id}"), Value::Null).await.expect(200)
    }

    async fn tries(&self) -> Vec<Value> {
        self.call("GET", "/api/v1/payments", Value::Null).await.expect(200)["data"].as_array().unwrap().clone()
    }

    async fn quiet(&self) {
        self.t.settle().await;
        assert_eq!(payments::check(self.t.db()).await.unwrap(), Vec::<String>::new());
    }

    /// Presses a button of the played page, as the buyer's browser does; gives where it leads.
    async fn press(&self, session: &str, choice: &str) -> String {
        let page = format!("{}/stripe/pay/{session}", self.t.sim().http_url());
        let browser = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let answer = browser.post(page).form(&[("choice", choice)]).send().await.unwrap();
        let to = answer.headers()["location"].to_str().unwrap().to_owned();
        to[to.find("/s/").unwrap()..].to_owned()
    }
}

testkit::both_apps! {
    async fn an_order_is_paid_on_the_other_providers_page(t: TestApp) {
        let shop = Shop::open(t).await;
        let (order, session) = shop.bought().await;
        let back = shop.press(&session, "card").await;
        assert!(back.starts_with("/s/milk/api/billing/success?intent=pi_"), "{back}");
        assert_eq!(shop.visit(&back).await.header("location"), Some(format!("/s/milk/success?order={order}").as_str()));
        shop.quiet().await;
        assert_eq!(shop.order(&order).await["state"], "paid");
        let tries = shop.tries().await;
        assert_eq!((tries.len(), &tries[0]["state"], &tries[0]["matched"]), (1, &json!("captured"), &json!(true)));
        let path = format!("/api/v1/payments/{}/refunds", tries[0]["id"].as_str().unwrap());
        let wanted = json!({"amount": {"minor": 30_000, "currency": "INR"}, "reason": "One was broken"});
        shop.call("POST", &path, wanted).await.expect(201);
        shop.quiet().await;
        assert_eq!(shop.order(&order).await["state"], "partially_refunded");
        // Made at the provider's own page.
        let payment = tries[0]["provider_payment_id"].as_str().unwrap();
        let form = [("payment_intent", payment), ("amount", "60000")];
        let key = SimConfig::new(|| facts::Time(0)).stripe.secret_key;
        let made = web::http::client().unwrap().post(format!("{}/refunds", shop.t.sim().stripe_url())).bearer_auth(key).form(&form).send().await.unwrap();
        assert!(made.status().is_success());
        shop.quiet().await;
        assert_eq!(shop.order(&order).await["state"], "refunded");
        let cancelled = back.replace("success", "cancel");
        assert_eq!(shop.visit(&cancelled).await.header("location"), Some(format!("/s/milk/order/{order}").as_str()));
    }

    async fn everybody_brings_the_other_providers_news_and_it_becomes_true_once(t: TestApp) {
        let shop = Shop::open(t).await;
        shop.t.sim().stripe().webhooks_off();
        let (order, session) = shop.bought().await;
        shop.t.sim().stripe().pay(&session).unwrap();
        let names = ["checkout.session.completed", "checkout.session.async_payment_succeeded", "checkout.session.completed"];
        let webhooks: Vec<StripeWebhook> = names.iter().map(|name| shop.t.sim().stripe().webhook(name, &session).unwrap()).collect();
        let intent = payments::intent(&mut shop.t.db().read_main(shop.tenant), order.parse::<facts::OrderId>().unwrap()).await.unwrap().unwrap();
        let posts = join_all((0..9).map(|at| shop.deliver(&webhooks[at % 3])));
        let back = format!("/s/milk/api/billing/success?intent={}", intent.id);
        let (answers, returned) = futures::join!(posts, shop.visit(&back));
        assert!(answers.iter().all(|answer| answer.status == 200) && returned.status == 303);
        shop.t.advance(std::time::Duration::from_secs(7_200)).await;
        shop.quiet().await;
        assert_eq!((shop.tries().await.len(), &shop.order(&order).await["state"]), (1, &json!("paid")));
        let entries = shop.call("GET", &format!("/api/v1/ledger/entries?order_id={order}"), Value::Null).await.expect(200);
        let booked: std::collections::BTreeSet<_> =
            entries["data"].as_array().unwrap().iter().map(|entry| entry["transaction_id"].to_string()).collect();
        assert_eq!(booked.len(), 1);
    }

    async fn what_the_other_provider_did_not_sign_changes_nothing(t: TestApp) {
        let shop = Shop::open(t).await;
        shop.t.sim().stripe().webhooks_off();
        let (order, session) = shop.bought().await;
        // Coming back proves nothing.
        let intent = payments::intent(&mut shop.t.db().read_main(shop.tenant), order.parse::<facts::OrderId>().unwrap()).await.unwrap().unwrap();
        shop.visit(&format!("/s/milk/api/billing/success?intent={}", intent.id)).await;
        shop.t.sim().stripe().pay(&session).unwrap();
        let genuine = shop.t.sim().stripe().webhook("checkout.session.completed", &session).unwrap();
        let mut forged = genuine.clone();
        forged.body = forged.body.replace("90000", "1");
        assert_eq!(shop.deliver(&forged).await.expect(401)["code"], "signature");
        let mut bare = genuine.clone();
        bare.signature = String::new();
        assert_eq!(shop.deliver(&bare).await.status, 401);
        // Of the other mode, though it is signed.
        let mut live = genuine.clone();
        live.body = live.body.replace("\"livemode\":false", "\"livemode\":true");
        assert_ne!(live.body, genuine.body);
        live.signature = shop.t.sim().stripe().webhook_signature(&live.body);
        shop.deliver(&live).await.expect(200);
        for nonsense in ["not json", "{}", r#"{"id":"evt_7","type":"checkout.session.completed","data":{"object":{"id":"cs_foreign"}}}"#] {
            let signature = shop.t.sim().stripe().webhook_signature(nonsense);
            let request = shop.t.request("POST", &format!("/webhooks/stripe/{}", shop.tenant)).header("stripe-signature", signature);
            shop.t.send(request.body(nonsense)).await.expect(200);
        }
        shop.t.settle().await;
        assert_eq!((shop.tries().await.len(), &shop.order(&order).await["state"]), (0, &json!("created")));
        shop.t.db().clock().advance(std::time::Duration::from_secs(301));
        assert_eq!(shop.deliver(&genuine).await.status, 401, "it is too old");
        let fresh = shop.t.sim().stripe().webhook("checkout.session.completed", &session).unwrap();
        shop.deliver(&fresh).await.expect(200);
        shop.quiet().await;
        assert_eq!(shop.order(&order).await["state"], "paid");
    }

    async fn an_invoice_is_paid_there_too_and_one_that_was_paid_by_hand_is_closed(t: TestApp) {
        let shop = Shop::open(t).await;
        let seller = json!({"legal_name": "Milk", "address": "Here", "state": "29", "due_days": 7});
        shop.call("PUT", "/api/v1/invoice-settings", seller).await.expect(200);
        let bill = json!({"issue": true, "customer": {"name": "Asha"}, "lines": [
            {"description": "Ghee", "quantity": "1", "price": {"minor": 90_000, "currency": "INR"}, "rate_bps": 0}]});
        for by_hand in [false, true] {
            let invoice = shop.call("POST", "/api/v1/invoices", bill.clone()).await.expect(201);
            let id = invoice["id"].as_str().unwrap();
            let pay = format!("/s/milk/invoice/{id}/pay");
            assert_eq!(shop.t.send(shop.t.request("POST", &pay)).await.header("location"), Some(pay.as_str()));
            let page = shop.visit(&pay).await;
            let session = page.between("/stripe/pay/", "\"").to_owned();
            if by_hand {
                let paid = json!({"amount": {"minor": 90_000, "currency": "INR"}, "method": "cash"});
                shop.call("POST", &format!("/api/v1/invoices/{id}/payments"), paid).await.expect(201);
                shop.quiet().await;
                assert!(shop.t.sim().stripe().pay(&session).is_err(), "the provider takes no money for it any more");
            } else {
                let back = shop.press(&session, "bank_debit").await;
                let arrived = shop.visit(&back).await.header("location").unwrap().to_owned();
                assert_eq!(arrived, format!("/s/milk/invoice/{id}?payment=made"));
                for page in [&arrived, &format!("/s/milk/invoice/{id}")] {
                    let page = shop.visit(page).await.text;
                    assert!(page.contains("on its way") && !page.contains("Pay ₹900.00 online"), "{page}");
                }
                shop.t.sim().stripe().later(&session, true).unwrap();
            }
            shop.quiet().await;
            let shown = shop.call("GET", &format!("/api/v1/invoices/{id}"), Value::Null).await.expect(200);
            assert_eq!(shown["payment"], "paid");
        }
        assert_eq!(shop.tries().await.len(), 1);
    }
}
