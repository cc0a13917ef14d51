//! Invoices from draft to paid.

use crate::{DAY, balance, inr, make, milk, path, quiet, seller, set_up};
use serde_json::{Value, json};
use testkit::{Browser, TestApp};

testkit::both_apps! {
    async fn a_draft_is_issued_paid_in_parts_and_credited(t: TestApp) {
        t.get("/api/v1/invoice-settings").await.expect(404);
        assert_eq!(t.post_keyed("/api/v1/invoices", "i-0", milk()).await.expect(409)["code"], "seller_unknown");
        set_up(&t).await;
        let draft = make(&t, "i-1", milk(), false).await;
        assert_eq!((&draft["state"], &draft["number"], &draft["place_of_supply"]), (&json!("draft"), &Value::Null, &json!("27")));
        // 630.00 at 5 % is 31.50, 750.00 at 12 % is 90.00, both between states.
        assert_eq!((&draft["taxable"], &draft["igst"], &draft["cgst"], &draft["total"]), (&inr(138_000), &inr(12_150), &inr(0), &inr(150_150)));
        let again = t.post_keyed("/api/v1/invoices", "i-1", { let mut body = milk(); body["issue"] = json!(false); body }).await;
        assert_eq!((again.header("idempotency-replayed"), &again.expect(201)["id"]), (Some("true"), &draft["id"]));
        let mut fewer = milk();
        fewer["lines"].as_array_mut().unwrap().truncate(1);
        assert_eq!(t.put(&path(&draft, ""), fewer).await.expect(200)["total"], inr(66_150));
        t.put(&path(&draft, ""), milk()).await.expect(200);
        let issued = t.post(&path(&draft, "/issue"), json!({})).await.expect(200);
        assert_eq!((&issued["state"], &issued["payment"], &issued["due"]), (&json!("issued"), &json!("unpaid"), &inr(150_150)));
        assert!(issued["number"].as_str().unwrap().starts_with("INV") && issued["number"].as_str().unwrap().ends_with("/000001"));
        assert_eq!(t.put(&path(&draft, ""), milk()).await.expect(409)["code"], "invoice_state");
        let pay = |key: &'static str, paise: i64| {
            let (t, path) = (t.clone(), path(&draft, "/payments"));
            async move { t.post_keyed(&path, key, json!({"amount": inr(paise), "method": "cash"})).await }
        };
        pay("p-1", 50_000).await.expect(201);
        pay("p-1", 50_000).await.expect(201);
        assert_eq!(pay("p-2", 100_151).await.expect(422)["errors"][0]["field"], "amount");
        assert_eq!(pay("p-3", -1).await.expect(422)["errors"][0]["field"], "amount");
        let shown = t.get(&path(&draft, "")).await.expect(200);
        assert_eq!((&shown["payment"], &shown["paid"], &shown["due"]), (&json!("partially_paid"), &inr(50_000), &inr(100_150)));
        assert_eq!(t.post(&path(&draft, "/void"), json!({})).await.expect(409)["code"], "invoice_has_payments");
        let half = json!({"lines": [{"position": 1, "amount": inr(35_000)}], "reason": "One packet was sour"});
        let note = t.post_keyed(&path(&draft, "/credit-notes"), "c-1", half).await.expect(201);
        assert_eq!((&note["kind"], &note["total"], &note["igst"]), (&json!("credit_note"), &inr(39_200), &inr(4_200)));
        let too_much = json!({"lines": [{"position": 1, "amount": inr(40_001)}]});
        t.post_keyed(&path(&draft, "/credit-notes"), "c-2", too_much).await.expect(422);
        pay("p-4", 60_950).await.expect(201);
        let shown = t.get(&path(&draft, "")).await.expect(200);
        assert_eq!((&shown["payment"], &shown["due"], &shown["credited"]), (&json!("paid"), &inr(0), &inr(39_200)));
        quiet(&t).await;
        assert_eq!((balance(&t, "receivables").await, balance(&t, "cash").await, balance(&t, "output_igst").await), (0, 110_950, -7_950));
        // All that is left: what was paid is owed back, and can be noted as given back.
        let rest = t.post_keyed(&path(&draft, "/credit-notes"), "c-3", json!({"reason": "Called off"})).await.expect(201);
        assert_eq!(rest["total"], inr(110_950));
        assert_eq!(t.post_keyed(&path(&draft, "/credit-notes"), "c-4", json!({})).await.expect(409)["code"], "nothing_to_credit");
        pay("p-5", -110_950).await.expect(201);
        quiet(&t).await;
        for account in ["receivables", "cash", "sales", "output_igst"] {
            assert_eq!(balance(&t, account).await, 0, "{account}");
        }
    }

    async fn a_paid_order_gets_its_invoice_and_a_refund_its_credit_note(t: TestApp) {
        set_up(&t).await;
        let order = json!({"amount": 99, "product": "starter", "customer": {"name": "Ravi", "phone": "9812345678"}});
        let placed = t.send(t.request("POST", "/create_order").header("idempotency-key", "o-1").json(&order)).await.expect(201);
        t.sim().razorpay().pay(placed["id"].as_str().unwrap(), sim::Method::Upi).unwrap();
        t.settle().await;
        let list = t.get("/api/v1/invoices").await.expect(200);
        let invoice = &list["data"][0];
        assert_eq!(list["data"].as_array().unwrap().len(), 1);
        assert_eq!((&invoice["order_id"], &invoice["payment"], &invoice["due"]), (&placed["order_id"], &json!("paid"), &inr(0)));
        assert_eq!((&invoice["total"], &invoice["taxable"], &invoice["cgst"], &invoice["sgst"]), (&inr(9_900), &inr(8_390), &inr(755), &inr(755)));
        quiet(&t).await;
        assert_eq!((balance(&t, "sales").await, balance(&t, "receivables").await), (-8_390, 0));
        assert_eq!(t.post_keyed(&path(invoice, "/credit-notes"), "c-1", json!({})).await.expect(409)["code"], "refund_the_order");
        let payment = t.get("/api/v1/payments").await.expect(200)["data"][0]["id"].as_str().unwrap().to_owned();
        for paise in [3_300, 6_600] {
            t.post(&format!("/api/v1/payments/{payment}/refunds"), json!({"amount": inr(paise), "reason": "Late"})).await.expect(201);
            t.settle().await;
        }
        quiet(&t).await;
        let notes = t.get("/api/v1/invoices?kind=credit_note").await.expect(200);
        let mut totals: Vec<i64> = notes["data"].as_array().unwrap().iter().map(|note| note["total"]["minor"].as_i64().unwrap()).collect();
        totals.sort_unstable();
        assert_eq!(totals, [3_300, 6_600]);
        for account in ["output_cgst", "output_sgst"] {
            assert_eq!(balance(&t, account).await, 0, "{account}");
        }
        assert_eq!(balance(&t, "sales").await + balance(&t, "refunds").await + balance(&t, "round_off").await, 0);
    }

    async fn customers_are_reminded_once_each_step_until_they_paid(t: TestApp) {
        set_up(&t).await;
        let invoice = make(&t, "i-1", milk(), true).await;
        t.post(&path(&invoice, "/reminders"), json!({})).await.expect(202);
        assert_eq!(t.post(&path(&invoice, "/reminders"), json!({})).await.expect(409)["code"], "reminded_today");
        t.settle().await;
        let reminders = |t: &TestApp| t.sim().phones().messages_to("919876543210").len();
        assert_eq!(reminders(&t), 1, "by hand");
        // Due in 7 days: a day before it, and 1 and 7 days after it.
        t.advance(DAY * 15).await;
        t.settle().await;
        assert_eq!(reminders(&t), 4);
        assert_eq!(t.get("/api/v1/invoices?payment=overdue").await.expect(200)["data"].as_array().unwrap().len(), 1);
        t.post_keyed(&path(&invoice, "/payments"), "p-1", json!({"amount": inr(150_150), "method": "upi"})).await.expect(201);
        t.advance(DAY * 30).await;
        t.settle().await;
        assert_eq!(reminders(&t), 5, "thanks, and no further reminder");
        assert_eq!(t.post(&path(&invoice, "/reminders"), json!({})).await.expect(409)["code"], "nothing_due");
    }

    async fn an_order_that_is_paid_later_is_billed_once(t: TestApp) {
        set_up(&t).await;
        let order = json!({"product": "pro", "pay": "later", "customer": {"name": "Meera", "email": "meera@example.com"}});
        let order = t.post_keyed("/api/v1/orders", "o-1", order).await.expect(201);
        let id = order["id"].as_str().unwrap();
        let office = Browser::signed_in(&t, testkit::ADMIN.0, testkit::ADMIN.1).await;
        assert!(office.get(&t, &format!("/admin/invoices?order_id={id}")).await.text.contains("Bill this order"));
        assert_eq!(office.post(&t, "/admin/invoices/bill", &[("order_id", id)]).await.status, 303);
        let again = t.post_keyed("/api/v1/invoices", "i-2", json!({"order_id": id})).await.expect(409);
        assert_eq!(again["code"], "order_billed");
        let list = t.get(&format!("/api/v1/invoices?order_id={id}")).await.expect(200);
        let invoice = &list["data"][0];
        assert_eq!((&invoice["state"], &invoice["total"], &invoice["inclusive"]), (&json!("draft"), &inr(49_900), &json!(true)));
        t.post(&path(invoice, "/issue"), json!({})).await.expect(200);
        t.post_keyed(&path(invoice, "/payments"), "p-1", json!({"amount": inr(49_900), "method": "bank"})).await.expect(201);
        quiet(&t).await;
        assert_eq!((balance(&t, "bank").await, balance(&t, "receivables").await), (49_900, 0));
        let first = json!({"amount": 99, "product": "starter"});
        let first = t.send(t.request("POST", "/create_order").header("idempotency-key", "o-2").json(&first)).await.expect(201);
        let refused = t.post_keyed("/api/v1/invoices", "i-3", json!({"order_id": first["order_id"]})).await.expect(409);
        assert_eq!(refused["code"], "order_not_billable");
    }

    async fn what_does_not_fit_is_refused_by_its_field(t: TestApp) {
        for (field, value) in [("gstin", json!("29AAGCB7383J1Z5")), ("state", json!("99")), ("prefix", json!("CN")), ("upi", json!("x")), ("due_days", json!(-1))] {
            let mut wrong = seller();
            wrong[field] = value;
            assert_eq!(t.put("/api/v1/invoice-settings", wrong).await.expect(422)["errors"][0]["field"], field);
        }
        set_up(&t).await;
        let wrong = |pointer: &str, value: Value| {
            let mut body = milk();
            *body.pointer_mut(pointer).unwrap() = value;
            body
        };
        for (at, (field, body)) in [
            ("customer.name", wrong("/customer/name", json!(" "))),
            ("customer.gstin", wrong("/customer/gstin", json!("27AAPFU0939F1ZW"))),
            ("customer.phone", wrong("/customer/phone", json!("12"))),
            ("lines", wrong("/lines", json!([]))),
            ("lines[0].quantity", wrong("/lines/0/quantity", json!("0"))),
            ("lines[0].price", wrong("/lines/0/price/minor", json!(-1))),
            ("lines[1].price", wrong("/lines/1/price/currency", json!("USD"))),
            ("lines[0].rate_bps", wrong("/lines/0/rate_bps", json!(1700))),
            ("lines[1].discount", wrong("/lines/1/discount/minor", json!(80_001))),
            ("lines[1].hsn", wrong("/lines/1/hsn", json!("milk"))),
        ].into_iter().enumerate() {
            let refused = t.post_keyed("/api/v1/invoices", &format!("w-{at}"), body).await.expect(422);
            assert!(refused["errors"].as_array().unwrap().iter().any(|wrong| wrong["field"] == field), "{field}: {refused}");
        }
        assert!(t.get("/api/v1/invoices").await.expect(200)["data"].as_array().unwrap().is_empty());
    }

    async fn the_return_names_every_document_and_rate(t: TestApp) {
        set_up(&t).await;
        let first = make(&t, "i-1", milk(), true).await;
        let void = make(&t, "i-2", milk(), true).await;
        t.post(&path(&void, "/void"), json!({"reason": "twice"})).await.expect(200);
        t.post_keyed(&path(&first, "/credit-notes"), "c-1", json!({"lines": [{"position": 0, "amount": inr(6_000)}]})).await.expect(201);
        quiet(&t).await;
        let month = first["issued_on"].as_str().unwrap()[..7].to_owned();
        let part = |part: &'static str| {
            let (t, month) = (t.clone(), month.clone());
            async move { t.get(&format!("/api/v1/invoices/gstr1?month={month}&part={part}")).await.text }
        };
        let documents = part("documents").await;
        assert_eq!(documents.lines().count(), 1 + 2 + 1, "{documents}");
        assert!(documents.contains("B2B,27AAPFU0939F1ZV,Asha Stores,") && documents.contains("27-Maharashtra,N,12,750.00,90.00,0.00,0.00,0.00"), "{documents}");
        assert!(documents.contains("CDNR,27AAPFU0939F1ZV,Asha Stores,CN"), "{documents}");
        let codes = part("hsn").await;
        assert!(codes.contains("0401,l,") && codes.contains(",5,570.00,28.50,0.00,0.00,0.00"), "{codes}");
        let series = part("series").await;
        assert!(series.lines().any(|line| line.starts_with("INV,") && line.ends_with(",2,1,1")), "{series}");
        assert_eq!(t.get("/api/v1/invoices/gstr1?month=2026-13").await.expect(422)["errors"][0]["field"], "month");
    }

    async fn pages_and_papers(t: TestApp) {
        let office = Browser::signed_in(&t, testkit::ADMIN.0, testkit::ADMIN.1).await;
        assert!(office.get(&t, "/admin/invoices").await.text.contains("Say first who sells"));
        set_up(&t).await;
        let invoice = make(&t, "i-1", milk(), true).await;
        t.settle().await;
        let id = invoice["id"].as_str().unwrap();
        for page in ["/admin/invoices", "/admin/invoices/new", "/admin/invoices/settings", "/admin/invoices/returns", &format!("/admin/invoices/{id}")] {
            assert_eq!(office.get(&t, page).await.status, 200, "{page}");
        }
        let public = t.send(t.request("GET", &format!("/invoice/{id}"))).await;
        assert!(public.status == 200 && public.text.contains("upi://pay?pa=ananda@okbank") && public.text.contains("am=1501.50"), "{}", public.text);
        let paper = t.send(t.request("GET", &format!("/invoice/{id}/pdf"))).await;
        assert_eq!((paper.status, paper.header("content-type")), (200, Some("application/pdf")));
        assert!(paper.text.starts_with("%PDF-"));
        let draft = make(&t, "i-2", milk(), false).await;
        t.send(t.request("GET", &format!("/invoice/{}", draft["id"].as_str().unwrap()))).await.expect(404);
    }
}
