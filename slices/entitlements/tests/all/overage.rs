//! What is used above a limit that has a price: nobody is stopped, and it is billed when its period is over.

use crate::flow::{DAY, has, quiet};
use serde_json::{Value, json};
use testkit::{ADMIN, Browser, TestApp};

pub fn inr(paise: i64) -> Value {
    json!({"minor": paise, "currency": "INR"})
}

/// A metered feature, and plans that give some of it each month or each period of the subscription.
pub async fn plans(t: &TestApp, resets: &str, plans: &[(&str, i64, Value)]) {
    let seller = json!({"legal_name": "Ananda", "address": "12 MG Road", "state": "29", "gstin": "29AAGCB7383J1Z4", "due_days": 7});
    t.put("/api/v1/invoice-settings", seller).await.expect(200);
    let feature = json!({"code": "calls", "name": "API calls", "kind": "metered", "unit": "calls", "resets": resets});
    t.post("/api/v1/features", feature).await.expect(201);
    for (code, limit, overage) in plans {
        let price = |cadence: &str, minor: i64| json!({"cadence": cadence, "amount": inr(minor), "hsn": "998431", "rate_bps": 1800});
        let plan = json!({"code": code, "name": code, "prices": [price("month", 9_900), price("year", 99_000)]});
        let id = t.post("/api/v1/plans", plan).await.expect(201)["id"].as_str().unwrap().to_owned();
        let gives = json!({"features": [{"feature": "calls", "limit": limit, "overage": overage}]});
        t.put(&format!("/api/v1/plans/{id}/features"), gives).await.expect(200);
    }
}

/// Pays all that is open.
pub async fn pay_all(t: &TestApp, tag: &str) {
    for state in ["unpaid", "partially_paid"] {
        let open = t.get(&format!("/api/v1/invoices?payment={state}&state=issued&limit=200")).await.expect(200);
        for invoice in open["data"].as_array().unwrap() {
            let id = invoice["id"].as_str().unwrap();
            let paid = json!({"amount": invoice["due"], "method": "upi"});
            t.post_keyed(&format!("/api/v1/invoices/{id}/payments"), &format!("{tag}-{id}"), paid).await.expect(201);
        }
    }
    t.settle().await;
}

/// Somebody who has subscribed and paid.
async fn subscriber(t: &TestApp, cadence: &str, trial_days: i64) -> (String, String) {
    let customer = json!({"name": "Asha Rao", "email": "asha@example.com"});
    let body = json!({"plan": "starter", "cadence": cadence, "trial_days": trial_days, "customer": customer});
    let sub = t.post_keyed("/api/v1/subscriptions", "s-1", body).await.expect(201);
    pay_all(t, "first").await;
    (sub["contact_id"].as_str().unwrap().to_owned(), sub["id"].as_str().unwrap().to_owned())
}

async fn consume(t: &TestApp, contact: &str, amount: i64, status: u16) -> Value {
    t.post(&format!("/api/v1/contacts/{contact}/entitlements/calls/consume"), json!({"amount": amount})).await.expect(status)
}

async fn usage(t: &TestApp, sub: &str) -> Vec<Value> {
    t.settle().await;
    t.get(&format!("/api/v1/subscriptions/{sub}/usage")).await.expect(200)["data"].as_array().unwrap().clone()
}

async fn invoice(t: &TestApp, used: &Value) -> Value {
    t.get(&format!("/api/v1/invoices/{}", used["invoice_id"].as_str().unwrap())).await.expect(200)
}

testkit::both_apps! {
    async fn it_waits_for_the_next_renewal(t: TestApp) {
        plans(&t, "period", &[("starter", 100, json!({"price": inr(50), "per": 10}))]).await;
        let (contact, sub) = subscriber(&t, "month", 0).await;
        let used = consume(&t, &contact, 250, 200).await;
        assert_eq!((&used["limit"], &used["left"], &used["used"]), (&json!(100), &Value::Null, &json!(250)), "nobody is stopped");
        assert_eq!((&used["over"], &used["over_amount"], &used["overage"]), (&json!(150), &inr(750), &json!({"price": inr(50), "per": 10})));
        consume(&t, &contact, 1, 200).await;
        let browser = Browser::signed_in(&t, ADMIN.0, ADMIN.1).await;
        let page = browser.get(&t, &format!("/admin/entitlements/customers/{contact}")).await;
        assert!(page.text.contains("151 above the limit") && page.text.contains("8.00"), "{}", page.text);

        t.advance(DAY * 30).await;
        assert_eq!(usage(&t, &sub).await.len(), 0, "the period is over and still takes what comes late");
        let event = |id: &str, at: &str| json!({"events": [{"event_id": id, "contact_id": contact, "feature": "calls", "quantity": 10, "at": at}]});
        let late = t.post("/api/v1/usage-events", event("a", "2026-12-19T10:00:00Z")).await.expect(200);
        assert_eq!((&late["events"][0]["status"], &late["events"][0]["adjusts"]), (&json!("inserted"), &Value::Null));
        t.advance(DAY).await;
        let waits = usage(&t, &sub).await;
        assert_eq!((&waits[0]["units"], &waits[0]["packages"], &waits[0]["amount"]), (&json!(161), &json!(17), &inr(850)));
        assert_eq!((waits.len(), &waits[0]["from"], &waits[0]["to"], &waits[0]["invoice_id"]), (1, &json!("2026-11-20"), &json!("2026-12-20"), &Value::Null));
        let browser = Browser::signed_in(&t, ADMIN.0, ADMIN.1).await;
        let page = browser.get(&t, &format!("/admin/subscriptions/{sub}")).await;
        assert!(page.text.contains("With the next renewal") && page.text.contains("on the next invoice"), "{}", page.text);
        let late = t.post("/api/v1/usage-events", event("b", "2026-12-19T11:00:00Z")).await.expect(200);
        assert_eq!(late["events"][0]["adjusts"], "2026-11-20", "it counts in the next period");
        assert_eq!((&has(&t, &contact, "calls").await["used"], &has(&t, &contact, "calls").await["over"]), (&json!(10), &json!(0)));

        pay_all(&t, "second").await;
        t.advance(DAY * 31).await;
        let billed = usage(&t, &sub).await;
        let asked = invoice(&t, &billed[0]).await;
        assert_eq!((billed.len(), &asked["total"]), (1, &inr(9_900 + 850)), "with the next period, once");
        let line = &asked["lines"][1];
        assert_eq!(line["description"], "API calls above the plan, 2026-11-20 to 2026-12-19: 161 calls, in packs of 10");
        assert_eq!((&line["quantity"], &line["price"], &line["hsn"], &line["rate_bps"]), (&json!("17"), &inr(50), &json!("998431"), &json!(1_800)));
        let browser = Browser::signed_in(&t, ADMIN.0, ADMIN.1).await;
        assert_eq!(browser.get(&t, &format!("/admin/subscriptions/{sub}")).await.status, 200);
        quiet(&t).await;
    }

    async fn where_no_renewal_comes_soon_it_is_billed_at_once(t: TestApp) {
        plans(&t, "period", &[("starter", 0, json!({"price": inr(50)}))]).await;
        let (contact, sub) = subscriber(&t, "month", 0).await;
        assert_eq!(consume(&t, &contact, 7, 200).await["on"], true, "paid for each");
        t.post("/api/v1/subscriptions/cancel", json!({"subscription_id": sub})).await.expect(200);
        assert_eq!(consume(&t, &contact, 1, 402).await["code"], "not_included", "whoever has left is stopped");
        t.advance(DAY * 31).await;
        let billed = usage(&t, &sub).await;
        let asked = invoice(&t, &billed[0]).await;
        assert_eq!((&asked["total"], &asked["payment"]), (&inr(350), &json!("unpaid")), "a last invoice");
        let charges = t.get(&format!("/api/v1/subscriptions/{sub}/charges")).await.expect(200);
        assert_eq!((&charges["data"][0]["kind"], &charges["data"][0]["billed"]), (&json!("usage"), &inr(350)));
        pay_all(&t, "last").await;
        let charges = t.get(&format!("/api/v1/subscriptions/{sub}/charges")).await.expect(200);
        assert_eq!(charges["data"][0]["state"], "paid");
        quiet(&t).await;
    }

    async fn a_year_pays_for_its_months(t: TestApp) {
        plans(&t, "month", &[("starter", 10, json!({"price": inr(50)}))]).await;
        let (contact, sub) = subscriber(&t, "year", 0).await;
        consume(&t, &contact, 12, 200).await;
        t.advance(DAY * 12).await;
        let billed = usage(&t, &sub).await;
        assert_eq!((&billed[0]["from"], &billed[0]["to"], &invoice(&t, &billed[0]).await["total"]), (&json!("2026-11-01"), &json!("2026-12-01"), &inr(100)));
        quiet(&t).await;
    }

    async fn on_trial_the_limit_holds(t: TestApp) {
        plans(&t, "period", &[("starter", 10, json!({"price": inr(50)}))]).await;
        let (contact, sub) = subscriber(&t, "month", 5).await;
        consume(&t, &contact, 11, 200).await;
        assert_eq!(consume(&t, &contact, 1, 402).await["code"], "limit_reached");
        t.advance(DAY * 5).await;
        assert_eq!(consume(&t, &contact, 11, 200).await["over"], 1, "it is a customer's now");
        t.advance(DAY * 40).await;
        let billed = usage(&t, &sub).await;
        assert_eq!((billed.len(), &billed[0]["units"]), (1, &json!(1)), "{billed:?}");
        quiet(&t).await;
    }

    async fn a_price_that_does_not_fit_says_why(t: TestApp) {
        plans(&t, "period", &[("starter", 100, Value::Null)]).await;
        t.post("/api/v1/features", json!({"code": "seats", "name": "Seats", "kind": "limit", "unit": "seats"})).await.expect(201);
        let plan = t.get("/api/v1/plans").await.expect(200)["data"][0]["id"].as_str().unwrap().to_owned();
        let path = format!("/api/v1/plans/{plan}/features");
        for (wrong, field) in [
            (json!({"feature": "calls", "limit": 1, "overage": {"price": inr(0)}}), "features.calls.overage.price"),
            (json!({"feature": "calls", "limit": 1, "overage": {"price": inr(10_000_001)}}), "features.calls.overage.price"),
            (json!({"feature": "calls", "limit": 1, "overage": {"price": {"minor": 5, "currency": "USD"}}}), "features.calls.overage.price"),
            (json!({"feature": "calls", "limit": 1, "overage": {"price": inr(5), "per": 0}}), "features.calls.overage.per"),
            (json!({"feature": "calls", "limit": null, "overage": {"price": inr(5)}}), "features.calls.overage.price"),
            (json!({"feature": "seats", "limit": 3, "overage": {"price": inr(5)}}), "features.seats.overage.price"),
        ] {
            assert_eq!(t.put(&path, json!({"features": [wrong]})).await.expect(422)["errors"][0]["field"], field);
        }
        let browser = Browser::signed_in(&t, ADMIN.0, ADMIN.1).await;
        let here = format!("/admin/entitlements/plans/{plan}");
        let wrong = browser.post(&t, &here, &[("calls", "100"), ("calls.price", "much"), ("calls.per", "10")]).await;
        assert_eq!((wrong.status, wrong.text.contains("an amount such as 0.50")), (422, true));
        assert_eq!(browser.post(&t, &here, &[("calls", "100"), ("calls.price", "0.50"), ("calls.per", "10")]).await.status, 303);
        assert_eq!(t.get(&path).await.expect(200)["features"][0]["overage"], json!({"price": inr(50), "per": 10}));
        let again = browser.get(&t, &here).await;
        assert!(again.text.contains("0.50"), "{}", again.text);
        quiet(&t).await;
    }
}
