//! Shops elsewhere, played: connected, asked page by page, and telling of what changes, whatever goes wrong on the way.

use crate::turn;
use serde_json::{Value, json};
use sim::{At, Fault};
use std::time::Duration;
use testkit::TestApp;

const MODIFIED: &str = "2026-11-01T00:00:";

/// A played shop, whichever it is.
#[derive(Clone, Copy)]
enum Played {
    Woo,
    Shopify,
}

impl Played {
    const BOTH: [Played; 2] = [Played::Woo, Played::Shopify];

    fn name(self) -> &'static str {
        match self {
            Played::Woo => "woocommerce",
            Played::Shopify => "shopify",
        }
    }

    fn credentials(self, t: &TestApp) -> Value {
        match self {
            Played::Woo => json!({"address": t.sim().woocommerce_url(), "key": sim::WOO_KEY, "secret": sim::WOO_SECRET,
                "webhook_secret": sim::WOO_WEBHOOK_SECRET.replace('&', "&amp;")}),
            Played::Shopify => {
                json!({"address": t.sim().shopify_url(), "secret": sim::SHOPIFY_TOKEN, "webhook_secret": sim::SHOPIFY_WEBHOOK_SECRET})
            }
        }
    }

    fn at(self) -> At {
        match self {
            Played::Woo => At::woocommerce(),
            Played::Shopify => At::shopify(),
        }
    }

    /// Version so-and-so of an order, each a second and a rupee more.
    fn set(self, t: &TestApp, id: u64, version: u32) -> Value {
        let (total, at) = (format!("{}.00", 100 + version), format!("{MODIFIED}{version:02}"));
        match self {
            Played::Woo => t.sim().woocommerce().set(id, "processing", &total, &at),
            Played::Shopify => t.sim().shopify().set(820_982_911_946_000_000 + id, "paid", &total, &format!("{at}Z")),
        }
    }

    async fn tell(self, t: &TestApp, order: &Value, delivery: &str, flip: bool) -> u16 {
        let (headers, mut body) = match self {
            Played::Woo => t.sim().woocommerce().call(order),
            Played::Shopify => t.sim().shopify().call(order, delivery),
        };
        if flip {
            body = body.replacen("Asha", "Usha", 1);
        }
        let mut request = t.request("POST", &format!("/webhooks/{}/first", self.name())).body(body);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        t.send(request).await.status
    }

    async fn connect(self, t: &TestApp) {
        t.put(&format!("/api/v1/imports/shops/{}", self.name()), self.credentials(t)).await.expect(200);
        t.settle().await;
    }

    async fn import(self, t: &TestApp, body: Value) -> Value {
        let begun = t.post(&format!("/api/v1/imports/shops/{}/imports", self.name()), body).await.expect(202);
        turn(t).await;
        t.get(&format!("/api/v1/imports/{}", begun["id"].as_str().unwrap())).await.expect(200)
    }
}

async fn totals(t: &TestApp) -> Vec<i64> {
    let all = t.get("/api/v1/orders?limit=200").await.expect(200);
    let mut totals: Vec<i64> = all["data"].as_array().unwrap().iter().map(|order| order["total"]["minor"].as_i64().unwrap()).collect();
    totals.sort_unstable();
    totals
}

async fn messages(t: &TestApp) -> usize {
    t.get("/api/v1/notifications/history?limit=200").await.expect(200)["data"].as_array().unwrap().len()
}

testkit::both_apps! {
    async fn every_page_comes_once_whatever_goes_wrong(t: TestApp) {
        for shop in Played::BOTH {
            shop.connect(&t).await;
            for id in 1..=250 {
                // More than a page within one second.
                shop.set(&t, id, u32::from(id > 150));
            }
            let looked = shop.import(&t, json!({"dry": true})).await;
            assert_eq!((looked["state"].as_str(), looked["new"].as_i64() >= Some(250)), (Some("done"), true), "{looked}");
            assert!(totals(&t).await.is_empty() || matches!(shop, Played::Shopify));
            t.sim().faults().next(2, shop.at(), Fault::reject(503));
            t.sim().faults().next(1, shop.at(), Fault::too_many(None));
            t.sim().faults().next(1, shop.at(), Fault::DropAnswer);
            let done = shop.import(&t, json!({})).await;
            assert_eq!((done["state"].as_str(), done["new"].as_i64(), done["wrong"].as_i64()), (Some("done"), Some(250), Some(0)), "{done}");
            let again = shop.import(&t, json!({"from": "2026-11-01T00:00:01Z"})).await;
            assert_eq!((again["new"].as_i64(), again["changed"].as_i64()), (Some(0), Some(0)), "{again}");
        }
        assert_eq!(messages(&t).await, 0, "nobody is written to because of an import");
        assert_eq!(orders::check(t.db()).await.unwrap(), Vec::<String>::new());
    }

    async fn calls_in_any_order_end_in_the_newest(t: TestApp) {
        for shop in Played::BOTH {
            shop.connect(&t).await;
            let (first, second, third) = (shop.set(&t, 7, 1), shop.set(&t, 7, 2), shop.set(&t, 7, 3));
            assert_eq!(shop.tell(&t, &second, "d-2", true).await, 401, "one letter is another");
            for (order, delivery) in [(&second, "d-2"), (&first, "d-1"), (&second, "d-2"), (&third, "d-3"), (&second, "d-4"), (&third, "d-3")] {
                assert_eq!(shop.tell(&t, order, delivery, false).await, 200);
                t.settle().await;
            }
        }
        assert_eq!(totals(&t).await, [10_300, 10_300]);
        assert_eq!(messages(&t).await, 0);
    }

    async fn what_was_not_told_is_asked_for_within_the_hour(t: TestApp) {
        for shop in Played::BOTH {
            shop.connect(&t).await;
            let now = t.db().clock().now().timestamp().strftime("%Y-%m-%dT%H:%M:%S").to_string();
            match shop {
                Played::Woo => t.sim().woocommerce().set(9, "processing", "5.00", &now),
                Played::Shopify => t.sim().shopify().set(9, "paid", "6.00", &format!("{now}Z")),
            };
        }
        t.advance(Duration::from_secs(3_700)).await;
        assert_eq!(totals(&t).await, [500, 600]);
        let shops = t.get("/api/v1/imports/shops").await.expect(200);
        assert!(shops["data"].as_array().unwrap().iter().all(|shop| shop["asked_at"].is_string() && shop.get("secret").is_none()), "{shops}");
        for shop in Played::BOTH {
            let path = format!("/api/v1/imports/shops/{}", shop.name());
            t.send(t.request("DELETE", &path).bearer_auth(t.key())).await.expect(204);
        }
        t.advance(Duration::from_secs(7_200)).await;
    }

    async fn a_shop_that_does_not_let_us_in_is_not_connected(t: TestApp) {
        for shop in Played::BOTH {
            let path = format!("/api/v1/imports/shops/{}", shop.name());
            let wrong = |field: &str, value: &str| {
                let mut all = shop.credentials(&t);
                all[field] = json!(value);
                all
            };
            assert_eq!(t.put(&path, wrong("secret", "nonsense")).await.expect(422)["errors"][0]["field"], "address");
            assert_eq!(t.put(&path, wrong("address", "ftp://shop.example")).await.expect(422)["errors"][0]["field"], "address");
            assert_eq!(t.put(&path, wrong("secret", "")).await.expect(422)["errors"][0]["field"], "secret");
            assert_eq!(t.post(&format!("{path}/imports"), json!({})).await.status, 404);
            let order = shop.set(&t, 1, 1);
            assert_eq!(shop.tell(&t, &order, "d", false).await, 401, "nobody's secret fits");
        }
        t.put("/api/v1/imports/shops/etsy", json!({"address": "https://a.example", "secret": "x"})).await.expect(404);
        let ping = t.request("POST", "/webhooks/woocommerce/first").header("content-type", "application/x-www-form-urlencoded");
        assert_eq!(t.send(ping.body("webhook_id=7")).await.status, 200);
    }

    async fn an_order_of_more_items_than_come_at_once_is_whole(t: TestApp) {
        Played::Shopify.connect(&t).await;
        for (id, items) in [(1_000, 1), (2_000, 5), (3_000, 6), (4_000, 230), (5_000, 105), (6_000, 106)] {
            t.sim().shopify().set_long(id, items, "2026-11-01T00:00:01Z");
        }
        t.sim().faults().next(2, At::shopify(), Fault::reject(503));
        t.sim().faults().next(1, At::shopify(), Fault::DropAnswer);
        let looked = Played::Shopify.import(&t, json!({"dry": true})).await;
        assert_eq!((looked["state"].as_str(), looked["new"].as_i64()), (Some("done"), Some(6)), "{looked}");
        let done = Played::Shopify.import(&t, json!({})).await;
        assert_eq!((done["state"].as_str(), done["new"].as_i64(), done["wrong"].as_i64()), (Some("done"), Some(6), Some(0)), "{done}");
        assert_eq!(totals(&t).await, [100, 500, 600, 10_500, 10_600, 23_000]);
        let all = t.get("/api/v1/orders?limit=200").await.expect(200);
        for order in all["data"].as_array().unwrap() {
            let one = t.get(&format!("/api/v1/orders/{}", order["id"].as_str().unwrap())).await.expect(200);
            let lines = one["lines"].as_array().unwrap().len() as i64;
            assert_eq!(lines * 100, order["total"]["minor"].as_i64().unwrap());
        }
        assert_eq!(orders::check(t.db()).await.unwrap(), Vec::<String>::new());
    }

    async fn what_was_told_and_what_is_asked_are_one_order(t: TestApp) {
        Played::Shopify.connect(&t).await;
        let order = t.sim().shopify().set(820_982_911_946_154_508, "paid", "199.00", "2026-11-01T00:00:01Z");
        assert_eq!(Played::Shopify.tell(&t, &order, "d-1", false).await, 200);
        t.settle().await;
        let again = Played::Shopify.import(&t, json!({})).await;
        assert_eq!((again["new"].as_i64(), again["changed"].as_i64(), again["same"].as_i64()), (Some(0), Some(0), Some(1)), "{again}");
        assert_eq!(totals(&t).await, [19_900]);
    }

    async fn a_shop_that_is_asked_too_fast_is_waited_for(t: TestApp) {
        Played::Shopify.connect(&t).await;
        t.sim().shopify().set(1, "paid", "5.00", "2026-11-01T00:00:01Z");
        t.sim().faults().next(12, At::shopify(), Fault::too_many(None));
        let done = Played::Shopify.import(&t, json!({})).await;
        assert_eq!((done["state"].as_str(), done["new"].as_i64()), (Some("done"), Some(1)), "twelve pauses are no failed try: {done}");
    }

    async fn what_shopify_does_not_take_is_said(t: TestApp) {
        Played::Shopify.connect(&t).await;
        t.sim().shopify().set(1, "paid", "5.00", "2026-11-01T00:00:01Z");
        let says = |said: Value| Fault::Reject { status: 200, body: Some(said.to_string()), retry_after: None };
        let denied = json!({"data": {"orders": null}, "errors": [{"message": "Access denied for orders field.", "extensions": {"code": "ACCESS_DENIED"}}]});
        t.sim().faults().next(1, At::shopify(), says(denied));
        let stopped = Played::Shopify.import(&t, json!({})).await;
        assert_eq!(stopped["state"], "stopped", "{stopped}");
        assert!(stopped["trouble"].as_str().unwrap().contains("read_orders"), "{stopped}");
        t.sim().faults().next(1, At::shopify(), says(json!({"errors": [{"message": "Field 'oders' doesn't exist on type 'QueryRoot'"}]})));
        let stopped = Played::Shopify.import(&t, json!({})).await;
        assert!(stopped["trouble"].as_str().unwrap().contains("Field 'oders'"), "{stopped}");
        t.sim().faults().next(1, At::shopify(), says(json!({"data": null, "errors": [{"message": "Oops", "extensions": {"code": "INTERNAL_SERVER_ERROR"}}]})));
        let done = Played::Shopify.import(&t, json!({})).await;
        assert_eq!((done["state"].as_str(), done["new"].as_i64()), (Some("done"), Some(1)), "{done}");
    }
}
