//! Prices of the shop, compared: each browser is asked one, always the same, and what counts is what its visitors bring.

use super::{ALL, asked};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;
use testkit::{ADMIN, Browser, Reply, TestApp};

const AGENT: &str = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36";

/// An experiment on the price of the starter: what it costs now, and half as much again.
fn prices(more: Value) -> Value {
    let minor = |minor: i64| json!({"minor": minor, "currency": "INR"});
    let mut all = asked(json!({
        "product": "starter", "goal": "order.placed",
        "variants": [{"name": "A", "price": minor(9_900)}, {"name": "B", "price": minor(14_900)}],
    }));
    all.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    all
}

async fn begun(t: &TestApp) -> String {
    let made = t.post(ALL, prices(json!({}))).await.expect(201);
    assert_eq!((&made["product"], &made["variants"][1]["price"]["minor"]), (&json!("starter"), &json!(14_900)), "{made}");
    let path = format!("{ALL}/{}", made["id"].as_str().unwrap());
    t.post(&format!("{path}/start"), json!({})).await.expect(200);
    path
}

/// A page of the shop as somebody's browser asks for it.
async fn look(t: &TestApp, path: &str, lot: Option<&str>) -> Reply {
    let request = t.request("GET", path).header("user-agent", AGENT);
    let request = lot.into_iter().fold(request, |request, lot| request.header("cookie", format!("origin_lot={lot}")));
    t.send(request).await
}

/// Comes to the product's page for the first time, and loads its image; gives the id that the browser keeps, and what it is asked in minor units.
async fn visit(t: &TestApp) -> (String, i64) {
    let page = look(t, "/buy/starter", None).await;
    let lot = page.header("set-cookie").unwrap().split(['=', ';']).nth(1).unwrap().to_owned();
    assert_eq!(page.header("cache-control"), Some("private, no-store"));
    look(t, "/seen/starter.gif", Some(&lot)).await;
    (lot, shown(&page))
}

fn shown(page: &Reply) -> i64 {
    let field = page.text.split("name=\"shown\"").nth(1).unwrap();
    field.split('"').nth(1).unwrap().parse().unwrap()
}

/// Orders for this much by a browser.
async fn order(t: &TestApp, lot: Option<&str>, rupees: i64, n: usize) -> Reply {
    let customer = json!({"name": format!("P{n}"), "phone": format!("98765{n:05}")});
    let body = json!({"amount": rupees, "product": "starter", "customer": customer});
    let request = t.request("POST", "/create_order").header("idempotency-key", format!("o{n}")).json(&body);
    t.send(lot.into_iter().fold(request, |request, lot| request.header("cookie", format!("origin_lot={lot}")))).await
}

async fn counted(t: &TestApp, path: &str) -> Vec<(i64, i64)> {
    let shown = t.get(path).await.expect(200);
    let count = |one: &Value| (one["exposed"].as_i64().unwrap(), one["converted"].as_i64().unwrap());
    shown["variants"].as_array().unwrap().iter().map(count).collect()
}

testkit::both_apps! {
    async fn promise_16_each_browser_is_asked_one_price_and_what_it_brings_is_counted(t: TestApp) {
        let path = begun(&t).await;
        let mut lots: BTreeMap<i64, Vec<String>> = BTreeMap::new();
        for _ in 0..60 {
            let (lot, price) = visit(&t).await;
            lots.entry(price).or_default().push(lot);
        }
        assert_eq!(lots.keys().copied().collect::<Vec<_>>(), [9_900, 14_900]);
        let (a, b) = (lots[&9_900].len(), lots[&14_900].len());
        let whole = |number: usize| i64::try_from(number).unwrap();
        assert_eq!(counted(&t, &path).await, [(whole(a), 0), (whole(b), 0)]);
        // Once more, and on the shop's first page: the same price, and nobody counts twice.
        let dear = lots[&14_900][0].clone();
        let again = look(&t, "/buy/starter", Some(&dear)).await;
        assert_eq!((shown(&again), again.header("set-cookie")), (14_900, None));
        look(&t, "/seen/starter.gif", Some(&dear)).await;
        assert!(look(&t, "/", Some(&dear)).await.text.contains("149"));
        assert_eq!(counted(&t, &path).await, [(whole(a), 0), (whole(b), 0)]);
        // Nobody pays another price than they were shown.
        assert_eq!(order(&t, Some(&dear), 99, 1).await.expect(422)["code"], "amount_mismatch");
        assert_eq!(order(&t, Some(&dear), 149, 2).await.expect(201)["amount"], 14_900);
        let cheap = &lots[&9_900][0];
        order(&t, Some(cheap), 99, 3).await.expect(201);
        order(&t, Some(cheap), 99, 4).await.expect(201);
        t.settle().await;
        assert_eq!(counted(&t, &path).await, [(whole(a), 1), (whole(b), 1)], "each once");
        let seen = t.get(&path).await.expect(200);
        assert_eq!(seen["variants"][1]["brought"], json!({"minor": 14_900 / whole(b), "currency": "INR"}), "{seen}");
        assert_eq!(orders_of(&t).await, [9_900, 9_900, 14_900]);
        assert_eq!(experiments::check(t.db()).await.unwrap(), Vec::<String>::new());
        let people = t.get(&format!("{path}/people?converted=true")).await.expect(200);
        assert!(people["data"].as_array().unwrap().iter().all(|one| one["contact_id"].is_null() && one["visitor_id"].is_string()), "{people}");
    }

    async fn programs_and_browsers_without_cookies_are_asked_what_everybody_pays(t: TestApp) {
        let path = begun(&t).await;
        order(&t, None, 99, 1).await.expect(201);
        assert_eq!(order(&t, None, 149, 2).await.status, 422);
        let placed = t.post("/api/v1/orders", json!({"product": "starter", "customer": {"phone": "9876500003"}})).await.expect(201);
        assert_eq!(placed["total"]["minor"], 9_900, "{placed}");
        let (lot, _) = visit(&t).await;
        for agent in ["Googlebot/2.1", "curl/8.0"] {
            let request = t.request("GET", "/seen/starter.gif").header("user-agent", agent).header("cookie", format!("origin_lot={lot}x"));
            assert_eq!(t.send(request).await.status, 200);
        }
        look(&t, "/seen/nothing.gif", Some(&lot)).await.expect(200);
        let met: i64 = counted(&t, &path).await.iter().map(|(met, _)| met).sum();
        assert_eq!(met, 1);
        // Without an id a page's form goes on at the usual price, once that was shown.
        let browser = look(&t, "/buy/starter", None).await;
        let key = browser.between("name=\"key\" value=\"", "\"").to_owned();
        let form = [("key", key.as_str()), ("shown", "14900"), ("phone", "9876500009")];
        let refused = t.send(t.request("POST", "/buy/starter").form(&form)).await;
        assert_eq!((refused.status, shown(&refused)), (422, 9_900), "{}", refused.text);
    }

    async fn what_is_chosen_becomes_the_price(t: TestApp) {
        let path = begun(&t).await;
        let product = product_id(&t).await;
        let dearer = json!({"price": {"minor": 19_900, "currency": "INR"}});
        assert_eq!(t.put(&format!("/api/v1/products/{product}"), dearer.clone()).await.expect(409)["code"], "price_on_trial");
        let other = t.post(ALL, prices(json!({"name": "Another"}))).await.expect(201)["id"].as_str().unwrap().to_owned();
        assert_eq!(t.post(&format!("{ALL}/{other}/start"), json!({})).await.expect(409)["code"], "price_on_trial");
        let (mut lot, mut price) = visit(&t).await;
        while price != 14_900 {
            (lot, price) = visit(&t).await;
        }
        t.post(&format!("{path}/decide"), json!({"variant": "B"})).await.expect(200);
        assert_eq!(shown(&look(&t, "/buy/starter", None).await), 14_900);
        assert_eq!(shown(&look(&t, "/buy/starter", Some(&lot)).await), 14_900);
        order(&t, None, 149, 1).await.expect(201);
        assert_eq!(t.post(&format!("{ALL}/{other}/start"), json!({})).await.expect(409)["code"], "price_moved");
        t.put(&format!("/api/v1/products/{product}"), dearer).await.expect(200);
    }

    async fn one_that_is_stopped_leaves_the_price_as_it_was(t: TestApp) {
        let path = begun(&t).await;
        visit(&t).await;
        t.post(&format!("{path}/stop"), json!({})).await.expect(200);
        let page = look(&t, "/buy/starter", None).await;
        assert_eq!((shown(&page), page.header("set-cookie")), (9_900, None));
        t.advance(Duration::from_secs(60)).await;
        t.post(&format!("{path}/decide"), json!({"variant": "A"})).await.expect(200);
        assert_eq!(shown(&look(&t, "/buy/starter", None).await), 9_900);
    }

    async fn prices_that_cannot_be_compared(t: TestApp) {
        let price = |minor: i64, currency: &str| json!({"minor": minor, "currency": currency});
        let variants = |a: Value, b: Value| json!({"variants": [{"name": "A", "price": a}, {"name": "B", "price": b}]});
        for (more, field) in [
            (variants(price(9_900, "INR"), Value::Null), "prices"),
            (variants(price(9_900, "INR"), price(100, "USD")), "prices"),
            (variants(price(9_800, "INR"), price(14_900, "INR")), "prices"),
            (variants(price(9_900, "INR"), price(99, "INR")), "prices"),
            (variants(price(9_900, "INR"), price(100_000, "INR")), "prices"),
            (json!({"product": "nothing"}), "prices.product"),
            (json!({"product": null}), "product"),
            (json!({"subject": "journey"}), "subject"),
            (json!({"goal": "contact.saved"}), "goal"),
        ] {
            let refused = t.post(ALL, prices(more.clone())).await.expect(422);
            assert_eq!(refused["errors"][0]["field"], field, "{more} {refused}");
        }
    }

    async fn it_is_written_and_shown_on_pages(t: TestApp) {
        let browser = Browser::signed_in(&t, ADMIN.0, ADMIN.1).await;
        let key = browser.get(&t, "/admin/experiments/new").await.between("name=\"key\" value=\"", "\"").to_owned();
        let typed = |price: &str| -> Vec<(String, String)> {
            [
                ("key", key.as_str()), ("name", "Price of the box"), ("subject", "shop"), ("goal", "order.paid"), ("within_days", "7"),
                ("minimum", "20"), ("matters_bps", "100"), ("product", "starter"), ("name0", "A"), ("price0", "99"), ("name1", "B"), ("price1", price),
            ]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .to_vec()
        };
        let post = async |price: &str| {
            let typed = typed(price);
            let pairs: Vec<(&str, &str)> = typed.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            browser.post(&t, "/admin/experiments/new", &pairs).await
        };
        let wrong = post("cheap").await;
        assert_eq!(wrong.status, 422);
        assert!(wrong.text.contains("an amount such as 199.00"), "{}", wrong.text);
        let made = post("149.50").await;
        assert_eq!(made.status, 303, "{}", made.text);
        let page = browser.get(&t, made.header("location").unwrap()).await;
        assert!(page.text.contains("149.50") && page.text.contains("₹1.50 a visitor"), "{}", page.text);
        let form = browser.get(&t, &format!("{}/edit", made.header("location").unwrap())).await;
        assert!(form.text.contains("value=\"149.50\""), "{}", form.text);
    }
}

async fn product_id(t: &TestApp) -> String {
    let all = t.get("/api/v1/products").await.expect(200);
    let found = all["data"].as_array().unwrap().iter().find(|product| product["slug"] == "starter").cloned();
    found.unwrap()["id"].as_str().unwrap().to_owned()
}

/// What the shop's orders come to, the least first.
async fn orders_of(t: &TestApp) -> Vec<i64> {
    let all = t.get("/api/v1/orders").await.expect(200);
    let mut sums: Vec<i64> = all["data"].as_array().unwrap().iter().map(|order| order["total"]["minor"].as_i64().unwrap()).collect();
    sums.sort_unstable();
    sums
}
