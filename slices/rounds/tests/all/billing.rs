//! The month's bill: each customer's once, for what was brought and nothing else.

use crate::{HOUR, begin, delivery, inr, milk, path, route, stop};
use serde_json::{Value, json};
use testkit::TestApp;

async fn seller(t: &TestApp) {
    let seller = json!({
        "legal_name": "Ananda Dairy", "address": "12 MG Road", "state": "29", "gstin": "29AAGCB7383J1Z4", "due_days": 7, "upi": "ananda@okbank"
    });
    t.put("/api/v1/invoice-settings", seller).await.expect(200);
}

async fn bills(t: &TestApp) -> Vec<Value> {
    t.get("/api/v1/month-bills").await.expect(200)["data"].as_array().unwrap().clone()
}

async fn invoice(t: &TestApp, bill: &Value) -> Value {
    t.get(&format!("/api/v1/invoices/{}", bill["invoice_id"].as_str().unwrap())).await.expect(200)
}

testkit::both_apps! {
    async fn a_month_is_billed_on_the_first_for_what_was_brought(t: TestApp) {
        seller(&t).await;
        let north = route(&t, "North").await;
        // Milk by the litre: nine days from 22 November on. A paper by the month, 30 days of 10 rupees.
        let mut of_milk = milk(&north, "Asha", "98765 43210");
        of_milk["starts_on"] = json!("2026-11-22");
        let of_milk = begin(&t, "a", of_milk).await;
        let mut paper = milk(&north, "Asha", "98765 43210");
        (paper["product"], paper["unit"], paper["price_per"], paper["price"]) = (json!("Newspaper"), json!(""), json!("month"), inr(30_000));
        paper["rate_bps"] = json!(0);
        begin(&t, "b", paper).await;
        let ravi = begin(&t, "c", milk(&north, "Ravi", "98765 43211")).await;
        t.post(&path(&ravi, "/pause"), json!({})).await.expect(200);
        t.post(&path(&of_milk, "/skip"), json!({"on_day": "2026-11-23"})).await.expect(200);
        t.put(&path(&of_milk, "/days"), json!({"on_day": "2026-11-24", "quantity": "2.5"})).await.expect(200);
        t.advance(HOUR * 24 * 5).await;
        let missed = stop(&t, "2026-11-25", &north, "Asha").await;
        t.post(&delivery(&missed, "/missed"), json!({})).await.expect(200);
        assert!(bills(&t).await.is_empty());
        t.advance(HOUR * 24 * 8).await;
        let all = bills(&t).await;
        assert_eq!((all.len(), &all[0]["customer"], &all[0]["month"]), (1, &json!("Asha"), &json!("2026-11")), "nothing was brought to Ravi");
        let bill = invoice(&t, &all[0]).await;
        assert_eq!(bill["lines"].as_array().unwrap().len(), 2);
        let line = |product: &str| {
            let mut lines = bill["lines"].as_array().unwrap().iter();
            lines.find(|line| line["description"].as_str().unwrap().starts_with(product)).unwrap().clone()
        };
        let (of_milk, of_paper) = (line("Cow milk"), line("Newspaper"));
        // Whichever of the two was missed: nine litres of which one skipped and one more, or ten days of paper.
        let milk_was_missed = missed["product"] == "Cow milk";
        let litres = if milk_was_missed { "8.5" } else { "9.5" };
        assert_eq!((&of_milk["quantity"], &of_milk["price"]), (&json!(litres), &inr(6_000)), "{bill}");
        let days = if milk_was_missed { 10 } else { 9 };
        assert_eq!((&of_paper["price"], &of_paper["discount"]), (&inr(30_000), &inr(30_000 - days * 1_000)), "{bill}");
        let total = if milk_was_missed { 51_000 + 10_000 } else { 57_000 + 9_000 };
        assert_eq!((&bill["total"], &all[0]["total"], &bill["state"]), (&inr(total), &inr(total), &json!("issued")));
        assert_eq!(of_paper["description"], format!("Newspaper, November 2026: {days} deliveries"));
        // It stands: what was brought is no longer changed, and nothing is billed twice.
        assert_eq!(t.post(&delivery(&missed, "/undo"), json!({})).await.expect(409)["code"], "month_billed");
        assert_eq!(t.post("/api/v1/month-bills", json!({"month": "2026-11"})).await.expect(200)["customers"], 0);
        t.advance(HOUR * 24 * 3).await;
        assert_eq!(bills(&t).await.len(), 1);
        // Cash for it is noted as for any invoice.
        let paid = json!({"amount": inr(total), "method": "cash"});
        t.post_keyed(&format!("/api/v1/invoices/{}/payments", bill["id"].as_str().unwrap()), "p-1", paid).await.expect(201);
        assert_eq!(invoice(&t, &all[0]).await["payment"], "paid");
        t.settle().await;
        for wrong in [invoices::check(t.db()).await, ledger::check(t.db()).await] {
            assert_eq!(wrong.unwrap(), Vec::<String>::new());
        }
    }

    async fn nothing_is_lost_while_nobody_says_who_sells(t: TestApp) {
        let north = route(&t, "North").await;
        begin(&t, "a", milk(&north, "Asha", "98765 43210")).await;
        t.advance(HOUR * 24 * 14).await;
        assert!(bills(&t).await.is_empty());
        assert_eq!(t.post("/api/v1/month-bills", json!({"month": "2026-11"})).await.expect(409)["code"], "seller_unknown");
        seller(&t).await;
        t.advance(HOUR * 24).await;
        let all = bills(&t).await;
        assert_eq!((all.len(), &all[0]["total"]), (1, &inr(60_000)));
        // A month later the next one follows, by itself.
        t.advance(HOUR * 24 * 30).await;
        let all = bills(&t).await;
        assert_eq!((all.len(), &all[0]["month"], &all[0]["total"]), (2, &json!("2026-12"), &inr(186_000)));
    }

    async fn a_month_is_billed_by_hand_once(t: TestApp) {
        seller(&t).await;
        let north = route(&t, "North").await;
        begin(&t, "a", milk(&north, "Asha", "98765 43210")).await;
        begin(&t, "b", milk(&north, "Ravi", "98765 43211")).await;
        // Midnight of the first: the month is over, and the morning has not come.
        t.advance(HOUR * (24 * 10 + 16)).await;
        assert!(bills(&t).await.is_empty());
        assert_eq!(t.post("/api/v1/month-bills", json!({"month": "2026-11"})).await.expect(200)["customers"], 2);
        t.post("/api/v1/month-bills", json!({"month": "2026-11"})).await.expect(200);
        t.settle().await;
        assert_eq!(bills(&t).await.len(), 2);
        t.advance(HOUR * 24).await;
        assert_eq!(bills(&t).await.len(), 2, "and the morning finds nothing to do");
        let list = t.get("/api/v1/invoices").await.expect(200);
        assert_eq!(list["data"].as_array().unwrap().len(), 2);
    }
}
