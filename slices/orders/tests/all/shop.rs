//! The shop and the back office as a browser without script sees them, on both databases.

use testkit::{Reply, TestApp};

async fn page(t: &TestApp, path: &str) -> Reply {
    t.send(t.request("GET", path).header("accept", "text/html")).await
}

async fn submit(t: &TestApp, path: &str, fields: &[(&str, &str)]) -> Reply {
    t.send(t.request("POST", path).header("accept", "text/html").form(fields)).await
}

/// The value of a hidden field.
fn hidden(text: &str, name: &str) -> String {
    let (_, rest) = text.split_once(&format!("name=\"{name}\" value=\"")).unwrap_or_default();
    rest.split('"').next().unwrap_or_default().to_owned()
}

fn location(reply: &Reply) -> String {
    reply.header("location").unwrap_or_default().to_owned()
}

testkit::both_apps! {
    async fn a_buyer_goes_from_the_door_to_the_receipt(t: TestApp) {
        let home = page(&t, "/").await;
        assert_eq!(home.status, 200);
        assert!(home.text.contains("/buy/starter") && home.text.contains("₹99.00"));
        let form = page(&t, "/buy/starter?coupon=SAVE20").await;
        let (key, shown) = (hidden(&form.text, "key"), hidden(&form.text, "shown"));
        assert!(form.text.contains("value=\"SAVE20\""));
        let fields = [("name", "Asha <Krishnan>"), ("phone", "9876543210"), ("email", ""), ("coupon_code", "save20"), ("shown", &shown), ("key", &key)];
        let sent = submit(&t, "/buy/starter", &fields).await;
        let again = submit(&t, "/buy/starter", &fields).await;
        assert_eq!((sent.status, location(&sent)), (303, location(&again)));
        let pay = page(&t, &location(&sent)).await;
        assert!(pay.text.contains("₹79.20") && pay.text.contains("/checkout/embedded"), "{}", pay.text);
        let order = location(&sent).trim_start_matches("/pay/").to_owned();
        let success = format!("/success?order={order}");
        let waiting = page(&t, &success).await;
        assert_eq!(waiting.header("refresh"), Some("2"));
        t.sim().razorpay().pay(&hidden(&pay.text, "order_id"), sim::Method::Card).unwrap();
        t.settle().await;
        assert!(page(&t, &success).await.text.contains("Thank you!"));
        assert_eq!(location(&page(&t, &format!("/pay/{order}")).await), success);
        let track = page(&t, &format!("/order/{order}")).await;
        assert!(track.text.contains("Order #1001") && !track.text.contains("98765") && !track.text.contains("Krishnan"));
        assert_eq!(page(&t, "/buy/nothing").await.status, 404);
        assert_eq!(page(&t, "/order/ord_nothing").await.status, 404);
    }

    async fn what_was_typed_stays_beside_what_is_wrong(t: TestApp) {
        let form = page(&t, "/buy/pro").await;
        let (key, shown) = (hidden(&form.text, "key"), hidden(&form.text, "shown"));
        let with = |phone: &'static str, coupon: &'static str, shown: &str| {
            let fields = [("name", "Ravi"), ("phone", phone), ("coupon_code", coupon)].map(|(name, value)| (name.to_owned(), value.to_owned()));
            let rest = [("shown".to_owned(), shown.to_owned()), ("key".to_owned(), key.clone())];
            [fields.as_slice(), rest.as_slice()].concat()
        };
        for (fields, says) in [
            (with("12", "", &shown), "f-phone-error"),
            (with("", "", &shown), "f-phone-error"),
            (with("9876543210", "NOPE", &shown), "f-coupon_code-error"),
            (with("9876543210", "", "100"), "The price has changed"),
        ] {
            let reply = t.send(t.request("POST", "/buy/pro").header("accept", "text/html").form(&fields)).await;
            assert_eq!(reply.status, 422);
            assert!(reply.text.contains(says) && reply.text.contains("value=\"Ravi\""), "{says}");
        }
        assert!(t.get("/api/v1/orders").await.expect(200)["data"].as_array().unwrap().is_empty());
        // Sent again after all, and then a second time with something else in it.
        assert_eq!(t.send(t.request("POST", "/buy/pro").form(&with("9876543210", "", &shown))).await.status, 303);
        let other = t.send(t.request("POST", "/buy/pro").form(&with("9812345678", "", &shown))).await;
        assert!(other.status == 422 && other.text.contains("already sent this form"));
    }

    async fn another_shop_has_its_own_doors(t: TestApp) {
        let (_, key) = t.another_tenant("Other Shop").await;
        let product = serde_json::json!({"slug": "tea", "name": "Tea", "price": {"minor": 25_000, "currency": "INR"}});
        let made = t.send(t.request("POST", "/api/v1/products").bearer_auth(&key).json(&product)).await;
        made.expect(201);
        let home = page(&t, "/s/other-shop/").await;
        assert!(home.text.contains("/s/other-shop/buy/tea") && !home.text.contains("starter"), "{}", home.text);
        assert_eq!(page(&t, "/buy/tea").await.status, 404);
    }

    async fn the_back_office_shows_and_does(t: TestApp) {
        let empty = t.request("GET", "/admin/orders").bearer_auth(t.key());
        assert!(t.send(empty).await.text.contains("No orders yet"));
        let body = serde_json::json!({"product": "starter", "customer": {"name": "Asha", "phone": "+919876543210"}});
        let order = t.post("/api/v1/orders", body).await.expect(201)["id"].as_str().unwrap().to_owned();
        t.settle().await;
        let list = t.get("/admin/orders?q=asha&state=created").await;
        assert!(list.text.contains("#1001") && list.text.contains("+91 98765 43210"), "{}", list.text);
        let one = t.get(&format!("/admin/orders/{order}")).await;
        for part in ["Order #1001", "Starter", "Asha", "Cancel order", "What happened", "Pack"] {
            assert!(one.text.contains(part), "{part}");
        }
        let cancel = t.request("POST", &format!("/admin/orders/{order}/cancel")).bearer_auth(t.key()).form(&[("reason", "Asked to")]);
        assert_eq!(t.send(cancel).await.status, 303);
        assert!(t.get(&format!("/admin/orders/{order}")).await.text.contains("Cancelled"));
        assert_eq!(t.get("/admin/orders.csv").await.text.lines().count(), 2);
        let signed_out = page(&t, "/admin/orders").await;
        assert_eq!(signed_out.status, 303);
    }
}
