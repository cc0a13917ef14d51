//! The merchant's API and pages of orders, on both databases.

use serde_json::{Value, json};
use testkit::TestApp;

async fn place(t: &TestApp, key: &str, body: Value) -> Value {
    t.post_keyed("/api/v1/orders", key, body).await.expect(201)
}

fn many() -> Value {
    let products = ["starter", "pro", "premium"];
    let lines: Vec<Value> = (0..23).map(|at| json!({"product": (products[at % 3]), "quantity": (at + 1)})).collect();
    json!({"lines": lines, "coupon_code": "SAVE20", "customer": {"name": "Ravi", "phone": "+919812345678"}, "delivery_date": "2026-12-01"})
}

testkit::both_apps! {
    async fn an_order_of_many_lines_adds_up(t: TestApp) {
        let placed = place(&t, "m-1", many()).await;
        let again = t.post_keyed("/api/v1/orders", "m-1", many()).await;
        assert_eq!((again.header("idempotency-replayed"), again.expect(201)), (Some("true"), placed.clone()));
        let id = placed["id"].as_str().unwrap();
        let shown = t.get(&format!("/api/v1/orders/{id}")).await.expect(200);
        assert_eq!(shown["lines"], placed["lines"]);
        let lines = shown["lines"].as_array().unwrap();
        let sum = |what: &str| lines.iter().map(|line| line[what]["minor"].as_i64().unwrap()).sum::<i64>();
        assert_eq!(lines.len(), 23);
        assert_eq!(sum("discount"), shown["discount"]["minor"].as_i64().unwrap());
        assert_eq!(sum("amount") - sum("discount"), shown["total"]["minor"].as_i64().unwrap());
        assert_eq!((&shown["pay"], &shown["delivery_date"]), (&json!("later"), &json!("2026-12-01")));
        assert!(t.sim().razorpay().orders().is_empty());
    }

    async fn lines_are_packed_and_days_set(t: TestApp) {
        let placed = place(&t, "p-1", json!({"product": "pro", "contact_id": null})).await;
        let (id, line) = (placed["id"].as_str().unwrap(), placed["lines"][0]["id"].as_str().unwrap());
        let pack = format!("/api/v1/orders/{id}/items/{line}/pack");
        let packed = t.send(t.request("PUT", &pack).bearer_auth(t.key())).await.expect(200);
        assert!(packed["lines"][0]["packed_at"].is_string());
        assert!(t.put(&pack, json!({"packed": false})).await.expect(200)["lines"][0]["packed_at"].is_null());
        t.put(&format!("/api/v1/orders/{id}/items/line_01h2xcejqtf2nbrexx3vqjhp41/pack"), json!({})).await.expect(404);
        let path = format!("/api/v1/orders/{id}");
        assert_eq!(t.put(&path, json!({"delivery_date": "2026-12-24"})).await.expect(200)["delivery_date"], "2026-12-24");
        assert!(t.put(&path, json!({"delivery_date": null})).await.expect(200)["delivery_date"].is_null());
        assert_eq!(t.put(&path, json!({"delivery_date": "soon"})).await.expect(422)["errors"][0]["field"], "delivery_date");
        t.put(&path, json!({})).await.expect(422);
        t.put(&path, json!({"cancel": true})).await.expect(200);
        assert_eq!(t.put(&pack, json!({})).await.expect(409)["code"], "order_state");
    }

    async fn lists_are_narrowed_paged_and_exported(t: TestApp) {
        for at in 0..5 {
            place(&t, &format!("l-{at}"), json!({"product": "starter", "customer": {"name": format!("Buyer {at}%"), "email": format!("b{at}@example.com")}})).await;
        }
        t.settle().await;
        let first = t.get("/api/v1/orders?limit=2").await.expect(200);
        let next = first["next_cursor"].as_str().unwrap();
        let rest = t.get(&format!("/api/v1/orders?limit=200&cursor={next}")).await.expect(200);
        assert_eq!((first["data"].as_array().unwrap().len(), rest["data"].as_array().unwrap().len()), (2, 3));
        let count = |query: &'static str| {
            let t = t.clone();
            async move { t.get(&format!("/api/v1/orders?{query}")).await.expect(200)["data"].as_array().unwrap().len() }
        };
        assert_eq!(count("q=buyer+3%25").await, 1);
        assert_eq!(count("q=%25").await, 5);
        assert_eq!(count("q=B4@EXAMPLE").await, 1);
        assert_eq!(count("q=%231003").await, 1);
        assert_eq!(count("state=paid").await, 0);
        assert_eq!(count("from=2026-01-01T00:00:00Z&to=2027-01-01T00:00:00Z&state=created").await, 5);
        assert_eq!(count("to=2026-01-01T00:00:00Z").await, 0);
        let contact = first["data"][0]["contact_id"].as_str().unwrap();
        assert_eq!(t.get(&format!("/api/v1/orders?contact_id={contact}")).await.expect(200)["data"].as_array().unwrap().len(), 1);
        for wrong in ["state=gone", "contact_id=7", "from=yesterday", "limit=0", "cursor=x", "format=xml"] {
            t.get(&format!("/api/v1/orders?{wrong}")).await.expect(422);
        }
        let file = t.get("/api/v1/orders/export?state=created").await;
        assert_eq!((file.status, file.text.lines().count(), file.header("content-type")), (200, 6, Some("text/csv; charset=utf-8")));
        assert_eq!(t.get("/api/v1/orders?format=csv").await.status, 307);
    }

    async fn another_tenants_order_does_not_exist(t: TestApp) {
        let placed = place(&t, "o-1", json!({"product": "starter"})).await;
        let (id, line) = (placed["id"].as_str().unwrap(), placed["lines"][0]["id"].as_str().unwrap());
        let (_, other) = t.another_tenant("Other Shop").await;
        for (method, path) in [
            ("GET", format!("/api/v1/orders/{id}")),
            ("PUT", format!("/api/v1/orders/{id}/items/{line}/pack")),
        ] {
            assert_eq!(t.send(t.request(method, &path).bearer_auth(&other)).await.status, 404, "{method} {path}");
        }
        let theirs = t.send(t.request("GET", "/api/v1/orders").bearer_auth(&other)).await.expect(200);
        assert!(theirs["data"].as_array().unwrap().is_empty());
    }

    async fn the_order_keeps_its_key_for_ever(t: TestApp) {
        let who = t.who();
        let order = |product: &str| orders::PlaceOrder {
            lines: vec![orders::Wanted { product: product.into(), quantity: 1 }],
            buyer: orders::Buyer::Nobody,
            coupon: None,
            pay: facts::orders::PayWhen::Later,
            shown: None,
            delivery_date: None,
            referral: None,
            visitor: None,
            key: Some(store::Key { key: "for ever".into(), scope: "POST /api/v1/orders".into(), body_hash: product.into() }),
        };
        let first = orders::place(t.db(), &who, order("starter")).await.unwrap();
        // As if the stored answer had been swept away: the command itself runs again.
        let error = t.db().run(&who, order("starter")).await.unwrap_err();
        assert_eq!(error.code(), "order_placed_before");
        let again = orders::place(t.db(), &who, order("starter")).await.unwrap();
        assert_eq!((again.replayed, again.out.order.id), (true, first.out.order.id));
        assert_eq!(orders::place(t.db(), &who, order("pro")).await.unwrap_err().code(), "idempotency_key_reused");
    }
}
