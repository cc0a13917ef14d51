//! A plan, somebody who subscribes to it, and everything that follows, as a program sees it.

use serde_json::{Value, json};
use std::time::Duration;
use testkit::TestApp;

const DAY: Duration = Duration::from_secs(86_400);

pub fn inr(paise: i64) -> Value {
    json!({"minor": paise, "currency": "INR"})
}

pub async fn set_up(t: &TestApp) {
    let seller = json!({
        "legal_name": "Ananda Dairy", "address": "12 MG Road\nBengaluru 560001", "state": "29", "gstin": "29AAGCB7383J1Z4", "due_days": 7
    });
    t.put("/api/v1/invoice-settings", seller).await.expect(200);
    for (code, month, year) in [("starter", 9_900, 99_000), ("pro", 49_900, 499_000)] {
        let price = |cadence: &str, minor: i64| json!({"cadence": cadence, "amount": inr(minor), "hsn": "998431", "rate_bps": 1800});
        let plan = json!({"code": code, "name": code, "prices": [price("month", month), price("year", year)]});
        t.post("/api/v1/plans", plan).await.expect(201);
    }
}

pub async fn subscribe(t: &TestApp, key: &str, more: Value) -> Value {
    let mut body = json!({"plan": "starter", "customer": {"name": "Asha Rao", "phone": "98765 43210"}});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    t.post_keyed("/api/v1/subscriptions", key, body).await.expect(201)
}

async fn show(t: &TestApp, sub: &Value) -> Value {
    t.get(&format!("/api/v1/subscriptions/{}", sub["id"].as_str().unwrap())).await.expect(200)
}

async fn charges(t: &TestApp, sub: &Value) -> Vec<Value> {
    let all = t.get(&format!("/api/v1/subscriptions/{}/charges", sub["id"].as_str().unwrap())).await.expect(200);
    all["data"].as_array().unwrap().clone()
}

/// Pays an invoice in full, and lets the house hear of it.
pub async fn pay(t: &TestApp, invoice: &Value, key: &str) {
    let path = format!("/api/v1/invoices/{}", invoice.as_str().unwrap());
    let due = t.get(&path).await.expect(200)["due"].clone();
    t.post_keyed(&format!("{path}/payments"), key, json!({"amount": due, "method": "upi"})).await.expect(201);
    t.settle().await;
}

async fn act(t: &TestApp, verb: &str, sub: &Value, more: Value, status: u16) -> Value {
    let mut body = json!({"subscription_id": sub["id"]});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    t.post(&format!("/api/v1/subscriptions/{verb}"), body).await.expect(status)
}

async fn quiet(t: &TestApp) {
    t.settle().await;
    for wrong in [subscriptions::check(t.db()).await, invoices::check(t.db()).await, ledger::check(t.db()).await] {
        assert_eq!(wrong.unwrap(), Vec::<String>::new());
    }
}

testkit::both_apps! {
    async fn subscribed_paid_renewed_late_and_ended(t: TestApp) {
        assert_eq!(t.post_keyed("/api/v1/subscriptions", "s-0", json!({"plan": "none", "contact_id": null})).await.expect(422)["errors"][0]["field"], "plan");
        set_up(&t).await;
        let sub = subscribe(&t, "s-1", json!({})).await;
        assert_eq!((&sub["state"], &sub["has_access"]), (&json!("incomplete"), &json!(false)));
        assert_eq!(subscribe(&t, "s-1", json!({})).await["id"], sub["id"], "the same request again gets the same subscription");
        let billed = charges(&t, &sub).await;
        assert_eq!((billed.len(), &billed[0]["state"], &billed[0]["billed"]), (1, &json!("open"), &inr(9_900)));
        pay(&t, &billed[0]["invoice_id"], "p-1").await;
        let sub = show(&t, &sub).await;
        assert_eq!((&sub["state"], &sub["mrr"]), (&json!("active"), &inr(8_390)), "without its tax");
        assert_eq!((&sub["period_start"], &sub["period_end"]), (&json!("2026-11-20"), &json!("2026-12-20")));

        t.advance(DAY * 31).await;
        let sub = show(&t, &sub).await;
        assert_eq!((&sub["state"], &sub["period_end"]), (&json!("active"), &json!("2027-01-20")), "it renews, and is owed for");
        assert_eq!(charges(&t, &sub).await.len(), 2);
        t.advance(DAY * 9).await;
        assert_eq!(show(&t, &sub).await["state"], "past_due");
        let late = charges(&t, &sub).await;
        pay(&t, &late[0]["invoice_id"], "p-2").await;
        assert_eq!(show(&t, &sub).await["state"], "active", "paid at last");

        t.advance(DAY * 30).await;
        t.advance(DAY * 30).await;
        let ended = show(&t, &sub).await;
        assert_eq!((&ended["state"], &ended["has_access"], &ended["mrr"]), (&json!("canceled"), &json!(false), &inr(0)), "nobody paid for January");
        assert_eq!(act(&t, "resume", &sub, json!({}), 409).await["code"], "subscription_state");
        let revenue = t.get("/api/v1/subscriptions/revenue").await.expect(200);
        let months = revenue["data"][0]["months"].as_array().unwrap().clone();
        let moved: Vec<i64> = ["new", "churn"].iter().map(|what| months.iter().map(|month| month[*what]["minor"].as_i64().unwrap()).sum()).collect();
        assert_eq!(moved, [8_390, 8_390]);
        quiet(&t).await;
    }

    async fn never_paid_it_expires_and_its_invoice_is_taken_back(t: TestApp) {
        set_up(&t).await;
        let sub = subscribe(&t, "s-1", json!({"quantity": 2})).await;
        let billed = charges(&t, &sub).await;
        t.advance(DAY).await;
        assert_eq!(show(&t, &sub).await["state"], "expired");
        let invoice = t.get(&format!("/api/v1/invoices/{}", billed[0]["invoice_id"].as_str().unwrap())).await.expect(200);
        assert_eq!(invoice["state"], "void");
        assert_eq!(charges(&t, &sub).await[0]["state"], "dropped");
        quiet(&t).await;
    }

    async fn tried_out_paused_and_resumed(t: TestApp) {
        set_up(&t).await;
        let sub = subscribe(&t, "s-1", json!({"trial_days": 10})).await;
        assert_eq!((&sub["state"], &sub["has_access"], &sub["mrr"]), (&json!("trialing"), &json!(true), &inr(0)));
        assert_eq!(act(&t, "pause", &sub, json!({}), 409).await["code"], "subscription_state");
        t.advance(DAY * 10).await;
        let sub = show(&t, &sub).await;
        assert_eq!((&sub["state"], &sub["period_start"], &sub["period_end"]), (&json!("active"), &json!("2026-11-30"), &json!("2026-12-30")));
        let first = charges(&t, &sub).await;
        pay(&t, &first[0]["invoice_id"], "p-1").await;

        assert_eq!(act(&t, "pause", &sub, json!({"resume_on": "2026-11-01"}), 422).await["errors"][0]["field"], "resume_on");
        t.advance(DAY * 10).await;
        let paused = act(&t, "pause", &sub, json!({"resume_on": "2027-01-05", "reason": "away"}), 200).await;
        assert_eq!((&paused["state"], &paused["carried"]), (&json!("paused"), &inr(6_600)), "20 of 30 days are left");
        t.advance(DAY * 20).await;
        assert_eq!(charges(&t, &sub).await.len(), 1, "nothing is billed meanwhile");
        t.advance(DAY * 10).await;
        let back = show(&t, &sub).await;
        assert_eq!((&back["state"], &back["period_start"], &back["carried"]), (&json!("active"), &json!("2027-01-05"), &inr(0)));
        let second = charges(&t, &sub).await;
        let invoice = t.get(&format!("/api/v1/invoices/{}", second[0]["invoice_id"].as_str().unwrap())).await.expect(200);
        assert_eq!(invoice["total"], inr(3_300));

        let kept = act(&t, "cancel", &sub, json!({"at_period_end": true}), 200).await;
        assert_eq!((&kept["state"], &kept["cancel_on"]), (&json!("active"), &json!("2027-02-05")));
        let ending = t.get("/api/v1/subscriptions?ending_by=2027-02-05").await.expect(200);
        assert_eq!(ending["data"].as_array().unwrap().len(), 1);
        assert_eq!(act(&t, "keep", &sub, json!({}), 200).await["cancel_on"], Value::Null);
        assert_eq!(act(&t, "keep", &sub, json!({}), 409).await["code"], "nothing_to_take_back");
        quiet(&t).await;
    }

    async fn more_of_it_counts_once_it_is_paid(t: TestApp) {
        set_up(&t).await;
        let sub = subscribe(&t, "s-1", json!({})).await;
        let first = charges(&t, &sub).await;
        pay(&t, &first[0]["invoice_id"], "p-1").await;
        t.advance(DAY * 15).await;
        let quote = act(&t, "preview", &sub, json!({"plan": "pro"}), 200).await;
        assert_eq!((&quote["credit"], &quote["charge"], &quote["invoice"]), (&inr(4_950), &inr(24_950), &inr(20_000)));
        let changed = act(&t, "upgrade", &sub, json!({"plan": "pro"}), 200).await;
        assert_eq!((&changed["quote"], &changed["subscription"]["plan_id"]), (&quote, &sub["plan_id"]), "not yet");
        let invoice = changed["subscription"]["pending_invoice_id"].clone();
        pay(&t, &invoice, "p-2").await;
        let now = show(&t, &sub).await;
        assert_eq!((&now["mrr"], &now["period_end"], &now["pending_invoice_id"]), (&inr(42_288), &json!("2026-12-20"), &Value::Null));

        let back = act(&t, "upgrade", &sub, json!({"plan": "starter", "mode": "next_invoice"}), 200).await;
        assert_eq!((&back["quote"]["carried"], &back["subscription"]["mrr"]), (&inr(20_000), &inr(8_390)));
        assert_eq!(act(&t, "upgrade", &sub, json!({"plan": "starter"}), 409).await["code"], "nothing_changes");
        assert_eq!(act(&t, "upgrade", &sub, json!({"cadence": "year", "mode": "next_invoice"}), 422).await["errors"][0]["field"], "mode");
        let later = act(&t, "upgrade", &sub, json!({"quantity": 3, "mode": "next_period"}), 200).await;
        assert_eq!((&later["subscription"]["quantity"], &later["subscription"]["next_quantity"]), (&json!(1), &json!(3)));
        t.advance(DAY * 16).await;
        let renewed = show(&t, &sub).await;
        assert_eq!((&renewed["quantity"], &renewed["carried"]), (&json!(3), &inr(0)));
        let last = charges(&t, &sub).await;
        assert_eq!(last[0]["billed"], inr(29_700));
        let invoice = t.get(&format!("/api/v1/invoices/{}", last[0]["invoice_id"].as_str().unwrap())).await.expect(200);
        assert_eq!(invoice["total"], inr(9_700), "less what was carried");
        quiet(&t).await;
    }

    async fn published_paths_answer(t: TestApp) {
        set_up(&t).await;
        let made = t.post_keyed("/api/subscriptions/create", "s-1", json!({"plan": "pro", "customer": {"email": "a@example.com"}})).await.expect(201);
        let billed = charges(&t, &made).await;
        pay(&t, &billed[0]["invoice_id"], "p-1").await;
        let all = t.get("/api/subscriptions/status").await.expect(200);
        assert_eq!((&all["counts"]["active"], &all["has_access"]), (&json!(1), &Value::Null));
        let one = t.get(&format!("/api/subscriptions/status?contact_id={}", made["contact_id"].as_str().unwrap())).await.expect(200);
        assert_eq!((&one["has_access"], one["data"].as_array().unwrap().len()), (&json!(true), 1));
        assert_eq!(t.get("/api/subscriptions/upgrade-opportunities").await.expect(200)["data"], json!([]));
        t.post("/api/subscriptions/upgrade", json!({"subscription_id": made["id"], "quantity": 2, "mode": "next_period"})).await.expect(200);
        t.post("/api/subscriptions/cancel", json!({"subscription_id": made["id"]})).await.expect(200);
        assert_eq!(show(&t, &made).await["state"], "canceled");
        quiet(&t).await;
    }

    async fn who_stays_for_months_is_told_of_the_year(t: TestApp) {
        set_up(&t).await;
        let sub = subscribe(&t, "s-1", json!({})).await;
        for month in 0..4 {
            let open = charges(&t, &sub).await;
            pay(&t, &open[0]["invoice_id"], &format!("p-{month}")).await;
            t.advance(DAY * 31).await;
        }
        let found = t.get("/api/v1/subscriptions/upgrade-opportunities").await.expect(200);
        assert_eq!((&found["data"][0]["subscription_id"], &found["data"][0]["saves"]), (&sub["id"], &inr(19_800)));
        quiet(&t).await;
    }

    async fn a_plan_keeps_its_price_for_those_who_have_it(t: TestApp) {
        set_up(&t).await;
        let plans = t.get("/api/v1/plans").await.expect(200);
        let plan = plans["data"].as_array().unwrap().iter().find(|plan| plan["code"] == "starter").unwrap().clone();
        let sub = subscribe(&t, "s-1", json!({})).await;
        let path = format!("/api/v1/plans/{}", plan["id"].as_str().unwrap());
        let dearer = json!({"prices": [{"cadence": "month", "amount": inr(19_900), "hsn": "998431", "rate_bps": 1800}]});
        let changed = t.put(&path, dearer.clone()).await.expect(200);
        assert_eq!((&changed["prices"][0]["version"], &changed["prices"][1]["version"]), (&json!(2), &json!(1)));
        assert_eq!(t.put(&path, dearer).await.expect(200)["prices"][0]["version"], 2, "the same again is no version");
        let first = charges(&t, &sub).await;
        pay(&t, &first[0]["invoice_id"], "p-1").await;
        t.advance(DAY * 31).await;
        assert_eq!(charges(&t, &sub).await[0]["billed"], inr(9_900));
        t.put(&path, json!({"active": false})).await.expect(200);
        let refused = t.post_keyed("/api/v1/subscriptions", "s-9", json!({"plan": "starter", "customer": {"email": "b@example.com"}})).await;
        assert_eq!(refused.expect(422)["errors"][0]["field"], "plan");
        quiet(&t).await;
    }
}
