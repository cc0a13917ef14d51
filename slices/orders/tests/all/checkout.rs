//! The shop's checkout over HTTP, on both databases: one order whatever is repeated, and clear refusals.

use serde_json::{Value, json};
use testkit::{Reply, TestApp};

const CREATE: &str = "/create_order";

fn starter() -> Value {
    json!({"amount": 99, "product": "starter", "customer": {"name": "Asha Krishnan", "phone": "98765 43210", "email": "asha@example.com"}})
}

async fn create(t: &TestApp, key: &str, body: &Value) -> Reply {
    t.send(t.request("POST", CREATE).header("idempotency-key", key).json(body)).await
}

async fn orders(t: &TestApp) -> Vec<Value> {
    t.get("/api/v1/orders").await.expect(200)["data"].as_array().cloned().unwrap_or_default()
}

async fn track(t: &TestApp, id: &str) -> Value {
    t.send(t.request("GET", &format!("/order/{id}"))).await.expect(200)
}

testkit::both_apps! {
    async fn an_order_is_placed_paid_and_given_back(t: TestApp) {
        let placed = create(&t, "k-1", &starter()).await.expect(201);
        assert_eq!((&placed["entity"], &placed["amount"], &placed["currency"], &placed["status"]), (&json!("order"), &json!(9900), &json!("INR"), &json!("created")));
        let (order, theirs) = (placed["order_id"].as_str().unwrap(), placed["id"].as_str().unwrap());
        assert_eq!(t.sim().razorpay().orders().len(), 1);
        assert_eq!(track(&t, theirs).await["status"], "created");
        t.sim().razorpay().pay(theirs, sim::Method::Upi).unwrap();
        t.settle().await;
        let paid = track(&t, order).await;
        assert_eq!((&paid["status"], &paid["provider_order_id"], &paid["order_id"]), (&json!("paid"), &json!(theirs), &json!(order)));
        let shown = t.get(&format!("/api/v1/orders/{order}")).await.expect(200);
        assert_eq!((&shown["number"], &shown["paid"]["minor"], &shown["state"]), (&json!(1001), &json!(9900), &json!("paid")));
        let payment = t.get("/api/v1/payments").await.expect(200)["data"][0]["id"].as_str().unwrap().to_owned();
        for (paise, state) in [(900, "partially_refunded"), (9_000, "refunded")] {
            let part = json!({"amount": {"minor": paise, "currency": "INR"}, "reason": "Too small"});
            t.post(&format!("/api/v1/payments/{payment}/refunds"), part).await.expect(201);
            t.settle().await;
            assert_eq!(track(&t, order).await["status"], state);
        }
        assert_eq!(orders::check(t.db()).await.unwrap(), Vec::<String>::new());
    }

    async fn a_hundred_at_once_with_one_key_are_one_order(t: TestApp) {
        let mut body = starter();
        body["coupon_code"] = json!("save20");
        body["amount"] = json!(99.0);
        let all = futures::future::join_all((0..100).map(|_| create(&t, "k-100", &body))).await;
        let good: Vec<&Reply> = all.iter().filter(|reply| reply.status != 409).collect();
        assert!(!good.is_empty());
        for reply in &good {
            assert_eq!((reply.status, &reply.text), (201, &good[0].text));
        }
        assert_eq!(good.iter().filter(|reply| reply.header("idempotency-replayed").is_none()).count(), 1);
        assert_eq!(good[0].json()["amount"], 7_920);
        assert_eq!((orders(&t).await.len(), t.sim().razorpay().orders().len()), (1, 1));
        let coupon = t.get("/api/v1/coupons").await.expect(200);
        assert_eq!(coupon["data"][0]["used"], 1);
        body["product"] = json!("pro");
        body["amount"] = json!(499);
        assert_eq!(create(&t, "k-100", &body).await.expect(422)["code"], "idempotency_key_reused");
        assert_eq!(catalogue::check(t.db()).await.unwrap(), Vec::<String>::new());
    }

    async fn what_does_not_fit_is_refused_and_leaves_nothing(t: TestApp) {
        let wrong = [
            (json!({"amount": 199, "product": "starter"}), 422, "amount_mismatch"),
            (json!({"amount": "99", "product": "starter"}), 422, "invalid_field"),
            (json!({"amount": -99, "product": "starter"}), 422, "invalid_field"),
            (json!({"amount": 0, "product": "starter"}), 422, "invalid_field"),
            (json!({"amount": 99.5, "product": "starter"}), 422, "invalid_field"),
            (json!({"amount": i64::MAX, "product": "starter"}), 422, "invalid_field"),
            (json!({"amount": u64::MAX, "product": "starter"}), 422, "invalid_field"),
            (json!({"product": "starter"}), 422, "invalid_field"),
            (json!({"amount": 99, "product": "nothing"}), 422, "unknown_product"),
            (json!({"amount": 99, "product": 7}), 422, "invalid_field"),
            (json!({"amount": 99, "product": "starter", "coupon_code": "NOPE"}), 422, "coupon_unknown"),
            (json!({"amount": 99, "product": "starter", "customer": {"name": "A", "phone": "12"}}), 422, "invalid_field"),
            (json!([1]), 422, "invalid_field"),
        ];
        for (at, (body, status, code)) in wrong.iter().enumerate() {
            let reply = create(&t, &format!("w-{at}"), body).await;
            assert_eq!((reply.status, reply.json()["code"].as_str()), (*status, Some(*code)), "{body}: {}", reply.text);
        }
        let keyless = t.send(t.request("POST", CREATE).json(&starter())).await;
        assert_eq!(keyless.expect(400)["code"], "idempotency_key_required");
        let phone = create(&t, "w-phone", &json!({"amount": 99, "product": "starter", "customer": {"phone": "12"}})).await.expect(422);
        assert_eq!(phone["errors"][0]["field"], "customer.phone");
        assert!(orders(&t).await.is_empty());
        assert_eq!(t.send(t.request("GET", "/order/order_nothing")).await.status, 404);
        // A key whose request was refused is free for a better one.
        create(&t, "w-0", &starter()).await.expect(201);
    }

    async fn a_cancelled_order_gives_its_coupon_back_and_is_not_paid(t: TestApp) {
        let mut body = starter();
        body["coupon_code"] = json!("SAVE20");
        let placed = create(&t, "c-1", &body).await.expect(201);
        let order = placed["order_id"].as_str().unwrap();
        let path = format!("/api/v1/orders/{order}");
        assert_eq!(t.put(&path, json!({"cancel": true, "reason": "Changed their mind"})).await.expect(200)["state"], "cancelled");
        assert_eq!(t.put(&path, json!({"cancel": true})).await.expect(409)["code"], "order_state");
        assert_eq!(t.get("/api/v1/coupons").await.expect(200)["data"][0]["used"], 0);
        t.sim().razorpay().pay(placed["id"].as_str().unwrap(), sim::Method::Upi).unwrap();
        t.settle().await;
        assert_eq!(t.get(&path).await.expect(200)["state"], "cancelled");
        assert_eq!(orders::check(t.db()).await.unwrap(), Vec::<String>::new());
        assert_eq!(catalogue::check(t.db()).await.unwrap(), Vec::<String>::new());
    }
}
