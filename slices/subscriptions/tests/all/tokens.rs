//! Customers of Razorpay's who have agreed to be charged: they hear of each debit before it is made, and nobody is late meanwhile.

use crate::flow::{inr, set_up, subscribe};
use serde_json::{Value, json};
use sim::{Method, TokenStatus};
use std::time::Duration;
use store::{Look, params, sql};
use testkit::{Reply, TestApp};

const DAY: Duration = Duration::from_secs(86_400);

async fn quiet(t: &TestApp) {
    t.settle().await;
    let db = t.db();
    for wrong in [subscriptions::check(db).await, invoices::check(db).await, payments::check(db).await, ledger::check(db).await] {
        assert_eq!(wrong.unwrap(), Vec::<String>::new());
    }
}

async fn days(t: &TestApp, days: u32) {
    for _ in 0..days {
        t.advance(DAY).await;
    }
    quiet(t).await;
}

async fn state(t: &TestApp, sub: &Value) -> String {
    t.get(&format!("/api/v1/subscriptions/{}", text(&sub["id"]))).await.expect(200)["state"].as_str().unwrap().to_owned()
}

/// What a subscription asked for last.
async fn last_charge(t: &TestApp, sub: &Value) -> Value {
    t.get(&format!("/api/v1/subscriptions/{}/charges", text(&sub["id"]))).await.expect(200)["data"][0].clone()
}

async fn mandates(t: &TestApp) -> Vec<Value> {
    t.get("/api/v1/mandates").await.expect(200)["data"].as_array().unwrap().clone()
}

/// How often something was stated.
async fn stated(t: &TestApp, kind: &str) -> i64 {
    let mut read = t.db().read_main(t.tenant());
    read.one(sql!("SELECT COUNT(*) FROM journal WHERE tenant_id = $1 AND kind = $2"), params![t.tenant(), kind]).await.unwrap()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn debits(t: &TestApp) -> usize {
    t.sim().razorpay().debits().len()
}

async fn visit(t: &TestApp, path: &str) -> Reply {
    t.send(t.request("GET", path)).await
}

/// Pays an invoice on Razorpay's page and agrees to be charged by it.
async fn pay_and_keep(t: &TestApp, invoice: &Value, by: &str) {
    let page = visit(t, &format!("/invoice/{}", text(invoice))).await;
    assert!(page.text.contains("Charge my next invoices the same way") && page.text.contains("keep_by"), "{}", page.text);
    let pay = format!("/invoice/{}/pay", text(invoice));
    assert_eq!(t.send(t.request("POST", &pay).form(&[("keep", "on"), ("keep_by", by)])).await.header("location"), Some(pay.as_str()));
    let page = visit(t, &pay).await;
    assert!(page.text.contains("name=\"recurring\" value=\"1\"") && page.text.contains("name=\"customer_id\""), "{}", page.text);
    let order = page.between("name=\"order_id\" value=\"", "\"").to_owned();
    t.sim().razorpay().pay(&order, if by == "upi" { Method::Upi } else { Method::Card }).unwrap();
    quiet(t).await;
}

/// A shop whose customers have no days to pay, and one of them who pays the first invoice and agrees.
async fn subscribed(t: &TestApp, more: Value) -> Value {
    set_up(t).await;
    let seller = json!({"legal_name": "Ananda Dairy", "address": "12 MG Road", "state": "29", "due_days": 0});
    t.put("/api/v1/invoice-settings", seller).await.expect(200);
    let sub = subscribe(t, "s-1", more).await;
    let invoice = last_charge(t, &sub).await["invoice_id"].clone();
    pay_and_keep(t, &invoice, "card").await;
    assert_eq!((state(t, &sub).await.as_str(), mandates(t).await[0]["state"].as_str()), ("active", Some("active")));
    sub
}

/// Goes on until the next period has been billed and its debit announced.
async fn announced(t: &TestApp, sub: &Value) -> Value {
    let before = last_charge(t, sub).await["id"].clone();
    for _ in 0..32 {
        t.advance(DAY).await;
        let charge = last_charge(t, sub).await;
        if charge["id"] != before {
            return charge;
        }
    }
    panic!("nothing was billed within a month");
}

testkit::both_apps! {
    async fn it_renews_by_a_debit_that_was_announced(t: TestApp) {
        let sub = subscribed(&t, json!({})).await;
        let kept = &mandates(&t).await[0];
        assert_eq!((&kept["label"], &kept["provider"], &kept["limit"]["minor"]), (&json!("Visa ending in 1007"), &json!("razorpay"), &json!(1_500_000)));
        for months in 1..=2 {
            let charge = announced(&t, &sub).await;
            days(&t, 1).await;
            // The last day to pay is over, and the debit is on its way.
            assert_eq!((state(&t, &sub).await.as_str(), debits(&t)), ("active", months - 1));
            let invoice = text(&charge["invoice_id"]);
            assert_eq!(t.post(&format!("/api/v1/invoices/{invoice}/payment-link"), json!({})).await.status, 409);
            assert!(visit(&t, &format!("/invoice/{invoice}")).await.text.contains("on its way"), "nobody is asked to pay beside it");
            days(&t, 1).await;
            assert_eq!((state(&t, &sub).await.as_str(), debits(&t), &last_charge(&t, &sub).await["state"]), ("active", months, &json!("paid")));
        }
        assert_eq!(stated(&t, "invoice.reminded").await, 0, "nobody was reminded");
    }

    async fn a_debit_that_is_declined_is_tried_again_from_its_failure_on(t: TestApp) {
        let sub = subscribed(&t, json!({})).await;
        t.sim().razorpay().decline(Some("insufficient_funds"));
        announced(&t, &sub).await;
        days(&t, 2).await;
        let late = last_charge(&t, &sub).await;
        assert_eq!((state(&t, &sub).await.as_str(), debits(&t), &late["tries"]), ("past_due", 1, &json!(1)));
        t.sim().razorpay().decline(None);
        days(&t, 4).await;
        assert_eq!((state(&t, &sub).await.as_str(), debits(&t)), ("active", 2), "announced two days after the failure, and debited");
    }

    async fn a_notice_that_does_not_arrive_is_a_refusal_at_once(t: TestApp) {
        let sub = subscribed(&t, json!({})).await;
        t.sim().razorpay().notices_fail(true);
        announced(&t, &sub).await;
        quiet(&t).await;
        assert_eq!((state(&t, &sub).await.as_str(), debits(&t)), ("past_due", 0), "its event says so");
        t.sim().razorpay().notices_fail(false);
        days(&t, 5).await;
        assert_eq!((state(&t, &sub).await.as_str(), debits(&t), mandates(&t).await[0]["state"].as_str()), ("active", 1, Some("active")));
    }

    async fn whoever_pays_in_cash_meanwhile_is_not_debited(t: TestApp) {
        let sub = subscribed(&t, json!({})).await;
        let charge = announced(&t, &sub).await;
        let path = format!("/api/v1/invoices/{}", text(&charge["invoice_id"]));
        let due = t.get(&path).await.expect(200)["due"].clone();
        t.post_keyed(&format!("{path}/payments"), "cash", json!({"amount": due, "method": "cash"})).await.expect(201);
        days(&t, 10).await;
        assert_eq!((state(&t, &sub).await.as_str(), debits(&t)), ("active", 0));
    }

    async fn what_is_above_the_limit_is_asked_for_by_a_link(t: TestApp) {
        let sub = subscribed(&t, json!({})).await;
        let plan = json!({"code": "herd", "name": "Herd", "prices": [{"cadence": "month", "amount": inr(1_600_000), "hsn": "998431", "rate_bps": 0}]});
        t.post("/api/v1/plans", plan).await.expect(201);
        let large = subscribe(&t, "s-2", json!({"plan": "herd"})).await;
        quiet(&t).await;
        let (invoice, links) = (text(&last_charge(&t, &large).await["invoice_id"]), t.sim().razorpay().links());
        assert_eq!((links.len(), t.sim().razorpay().orders().len()), (1, 2), "the first invoice of the other, and the link's");
        let page = visit(&t, &format!("/invoice/{invoice}")).await.text;
        assert!(page.contains("Pay ") && !page.contains("keep_by"), "it is paid by hand: {page}");
        assert_eq!(stated(&t, "invoice.reminded").await, 1, "the customer hears of it");
        t.sim().razorpay().pay(&links[0].order_id, Method::Upi).unwrap();
        quiet(&t).await;
        assert_eq!((state(&t, &large).await.as_str(), state(&t, &sub).await.as_str()), ("active", "active"));
    }

    async fn a_first_invoice_waits_for_its_debit(t: TestApp) {
        subscribed(&t, json!({})).await;
        let second = subscribe(&t, "s-2", json!({})).await;
        days(&t, 1).await;
        assert_eq!(state(&t, &second).await, "incomplete", "its time is over, and the money is on its way");
        days(&t, 1).await;
        assert_eq!((state(&t, &second).await.as_str(), debits(&t)), ("active", 1));
    }

    async fn an_agreement_that_was_taken_back_is_not_debited(t: TestApp) {
        let sub = subscribed(&t, json!({})).await;
        announced(&t, &sub).await;
        let token = t.sim().razorpay().tokens()[0].id.clone();
        t.sim().razorpay().set_token(&token, TokenStatus::Cancelled);
        quiet(&t).await;
        let kept = &mandates(&t).await[0];
        assert_eq!((&kept["state"], &kept["reason"]), (&json!("ended"), &json!("The customer took it back.")));
        days(&t, 10).await;
        assert_eq!((state(&t, &sub).await.as_str(), debits(&t)), ("past_due", 0));
        // They agree to something else: what is open is announced again.
        let bill = json!({"issue": true, "contact_id": sub["contact_id"], "lines": [
            {"description": "Ghee", "quantity": "1", "price": inr(50_000), "rate_bps": 0}]});
        let invoice = t.post("/api/v1/invoices", bill).await.expect(201)["id"].clone();
        pay_and_keep(&t, &invoice, "upi").await;
        days(&t, 3).await;
        assert_eq!((state(&t, &sub).await.as_str(), debits(&t)), ("active", 1));
    }
}
