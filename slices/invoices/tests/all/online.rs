//! Invoices that are paid online, against the played provider over real HTTP.

use crate::{DAY, balance, inr, make, milk, path, quiet, set_up};
use facts::InvoiceId;
use serde_json::{Value, json};
use sim::{Method, Webhook};
use std::time::Duration;
use store::{Command, Result, Tx, params, sql};
use testkit::{Browser, Reply, TestApp};

/// What the invoice of these tests comes to.
const TOTAL: i64 = 150_150;

fn customers(invoice: &Value, rest: &str) -> String {
    format!("/invoice/{}{rest}", invoice["id"].as_str().unwrap())
}

async fn visit(t: &TestApp, path: &str) -> Reply {
    t.send(t.request("GET", path)).await
}

/// The customer presses the button; gives the provider's order that they come to.
async fn press(t: &TestApp, invoice: &Value) -> String {
    let pay = customers(invoice, "/pay");
    let pressed = t.send(t.request("POST", &pay)).await;
    assert_eq!((pressed.status, pressed.header("location")), (303, Some(pay.as_str())), "{}", pressed.text);
    let page = visit(t, &pay).await;
    assert_eq!(page.status, 200, "{}", page.text);
    page.between("name=\"order_id\" value=\"", "\"").to_owned()
}

async fn deliver(t: &TestApp, webhook: &Webhook) -> u16 {
    let request = t
        .request("POST", "/webhooks/razorpay/first")
        .header("content-type", "application/json")
        .header("x-razorpay-signature", &webhook.signature)
        .header("x-razorpay-event-id", &webhook.event_id);
    t.send(request.body(webhook.body.clone())).await.status
}

async fn come_back(t: &TestApp, order: &str, payment: &str) -> Reply {
    let signature = t.sim().razorpay().signature(order, payment);
    let fields = [("razorpay_payment_id", payment), ("razorpay_order_id", order), ("razorpay_signature", signature.as_str())];
    t.send(t.request("POST", "/payments/razorpay/return").form(&fields)).await
}

async fn shown(t: &TestApp, invoice: &Value) -> Value {
    t.get(&path(invoice, "")).await.expect(200)
}

/// What is noted on the invoice: how, and how much, the least first.
async fn noted(t: &TestApp, invoice: &Value) -> Vec<(String, i64)> {
    let list = t.get(&path(invoice, "/payments")).await.expect(200);
    let row = |row: &Value| (row["method"].as_str().unwrap().to_owned(), row["amount"]["minor"].as_i64().unwrap());
    let mut rows: Vec<_> = list["data"].as_array().unwrap().iter().map(row).collect();
    rows.sort_by_key(|(_, minor)| *minor);
    rows
}

async fn tries(t: &TestApp, invoice: &Value) -> Vec<Value> {
    let list = t.get(&format!("/api/v1/payments?invoice_id={}", invoice["id"].as_str().unwrap())).await.expect(200);
    list["data"].as_array().unwrap().clone()
}

/// Takes what was noted of an invoice out of the database, and its sum with it.
struct Forget(InvoiceId);

impl Command for Forget {
    const NAME: &'static str = "test_forget";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        tx.put(sql!("DELETE FROM invoice_payments WHERE tenant_id = $1 AND invoice_id = $2"), params![tx.tenant(), self.0]).await?;
        tx.put(sql!("UPDATE invoices SET paid_minor = 0 WHERE tenant_id = $1 AND id = $2"), params![tx.tenant(), self.0]).await
    }
}

testkit::both_apps! {
    async fn an_invoice_is_paid_online(t: TestApp) {
        set_up(&t).await;
        let invoice = make(&t, "i-1", milk(), true).await;
        let page = visit(&t, &customers(&invoice, "")).await;
        assert!(page.text.contains("Pay ₹1,501.50 online"), "{}", page.text);
        let order = press(&t, &invoice).await;
        assert_eq!(press(&t, &invoice).await, order, "pressed twice it is one checkout");
        let placed = &t.sim().razorpay().orders()[0];
        assert_eq!((placed.amount, t.sim().razorpay().orders().len()), (TOTAL, 1));
        t.sim().razorpay().pay(&order, Method::Upi).unwrap();
        t.settle().await;
        let paid = shown(&t, &invoice).await;
        assert_eq!((&paid["payment"], &paid["paid"], &paid["due"]), (&json!("paid"), &inr(TOTAL), &inr(0)));
        assert_eq!(noted(&t, &invoice).await, [("online".to_owned(), TOTAL)]);
        let tried = tries(&t, &invoice).await;
        assert_eq!((tried.len(), &tried[0]["matched"], &tried[0]["order_id"]), (1, &json!(true), &Value::Null));
        assert_eq!(tried[0]["invoice_id"], invoice["id"]);
        let fee = tried[0]["fee"]["minor"].as_i64().unwrap();
        assert_eq!((balance(&t, "receivables").await, balance(&t, "gateway_receivable").await), (0, TOTAL - fee));
        assert_eq!((balance(&t, "bank").await, balance(&t, "cash").await), (0, 0));
        assert!(visit(&t, &customers(&invoice, "")).await.text.contains("This invoice is paid"));
        // Thanks, once, and no reminder ever again.
        t.advance(DAY * 30).await;
        assert_eq!(t.sim().phones().messages_to("919876543210").len(), 1);
        quiet(&t).await;
        let office = Browser::signed_in(&t, testkit::ADMIN.0, testkit::ADMIN.1).await;
        let payment = tried[0]["id"].as_str().unwrap();
        let page = office.get(&t, &format!("/admin/invoices/{}", invoice["id"].as_str().unwrap())).await.text;
        assert!(page.contains(&format!("/admin/payments/{payment}")) && page.contains("paid online"), "{page}");
        assert!(office.get(&t, &format!("/admin/payments/{payment}")).await.text.contains("Open the invoice"));
    }

    async fn everybody_brings_the_news_at_once_and_it_is_noted_once(t: TestApp) {
        t.sim().razorpay().webhooks_off();
        set_up(&t).await;
        let invoice = make(&t, "i-1", milk(), true).await;
        let order = press(&t, &invoice).await;
        let payment = t.sim().razorpay().pay(&order, Method::Card).unwrap();
        let names = ["order.paid", "payment.captured", "payment.authorized", "payment.captured", "order.paid"];
        let webhooks: Vec<Webhook> = names.iter().map(|name| t.sim().razorpay().webhook(name, &payment).unwrap()).collect();
        // The janitor's first hour has come, too.
        t.db().clock().advance(Duration::from_secs(300));
        let posts = webhooks.iter().map(|webhook| deliver(&t, webhook));
        let (answers, returned) = futures::join!(futures::future::join_all(posts), come_back(&t, &order, &payment));
        assert!(answers.iter().all(|status| *status == 200));
        assert_eq!(returned.header("location"), Some(customers(&invoice, "?payment=made").as_str()));
        quiet(&t).await;
        assert_eq!(noted(&t, &invoice).await, [("online".to_owned(), TOTAL)]);
        assert_eq!((tries(&t, &invoice).await.len(), balance(&t, "receivables").await), (1, 0));
        t.advance(DAY * 10).await;
        assert_eq!(noted(&t, &invoice).await.len(), 1);
        quiet(&t).await;
    }

    async fn a_customer_who_comes_back_before_the_money_waits_and_one_whose_bank_refused_tries_again(t: TestApp) {
        t.sim().razorpay().webhooks_off();
        set_up(&t).await;
        let invoice = make(&t, "i-1", milk(), true).await;
        let order = press(&t, &invoice).await;
        let failed = t.sim().razorpay().fail(&order, Method::Upi).unwrap();
        let metadata = json!({"payment_id": failed, "order_id": order}).to_string();
        let back = t.send(t.request("POST", "/payments/razorpay/return").form(&[("error[metadata]", metadata)])).await;
        let location = back.header("location").unwrap().to_owned();
        assert_eq!(location, customers(&invoice, "?payment=failed"));
        let page = visit(&t, &location).await.text;
        assert!(page.contains("did not go through") && page.contains("Pay ₹1,501.50 online"), "{page}");
        let waiting = visit(&t, &customers(&invoice, "?payment=made")).await;
        assert!(waiting.header("refresh").is_some() && !waiting.text.contains("Pay ₹1,501.50 online"), "{}", waiting.text);
        assert_eq!(press(&t, &invoice).await, order);
        t.sim().razorpay().pay(&order, Method::Card).unwrap();
        t.advance(Duration::from_secs(7 * 3_600)).await;
        assert_eq!(noted(&t, &invoice).await, [("online".to_owned(), TOTAL)], "the janitor found it");
        quiet(&t).await;
    }

    async fn money_that_comes_after_it_was_paid_by_hand_is_kept_for_a_person(t: TestApp) {
        set_up(&t).await;
        let invoice = make(&t, "i-1", milk(), true).await;
        let order = press(&t, &invoice).await;
        t.post_keyed(&path(&invoice, "/payments"), "p-1", json!({"amount": inr(TOTAL), "method": "bank"})).await.expect(201);
        assert_eq!(visit(&t, &customers(&invoice, "/pay")).await.header("location"), Some(customers(&invoice, "").as_str()));
        t.sim().razorpay().pay(&order, Method::Upi).unwrap();
        t.settle().await;
        assert_eq!(noted(&t, &invoice).await, [("bank".to_owned(), TOTAL)]);
        let late = &tries(&t, &invoice).await[0];
        assert_eq!((&late["state"], &late["matched"]), (&json!("captured"), &json!(false)));
        assert_eq!((balance(&t, "receivables").await, balance(&t, "unmatched_receipts").await), (0, -TOTAL));
        let office = Browser::signed_in(&t, testkit::ADMIN.0, testkit::ADMIN.1).await;
        let page = office.get(&t, "/admin/reconcile").await.text;
        assert!(page.contains("Its invoice") && page.contains("The ledger agrees"), "{page}");
        let fields = [("action", "refund"), ("id", late["id"].as_str().unwrap())];
        assert_eq!(office.post(&t, "/admin/reconcile", &fields).await.status, 303);
        quiet(&t).await;
        assert_eq!((balance(&t, "unmatched_receipts").await, noted(&t, &invoice).await.len()), (0, 1));
    }

    async fn whatever_changes_what_is_left_asks_for_what_is_left(t: TestApp) {
        set_up(&t).await;
        let invoice = make(&t, "i-1", milk(), true).await;
        let first = press(&t, &invoice).await;
        let by_hand = json!({"amount": inr(50_000), "method": "cash"});
        t.post_keyed(&path(&invoice, "/payments"), "p-1", by_hand).await.expect(201);
        let second = press(&t, &invoice).await;
        let credit = json!({"lines": [{"position": 1, "amount": inr(35_000)}], "reason": "One packet was sour"});
        t.post_keyed(&path(&invoice, "/credit-notes"), "c-1", credit).await.expect(201);
        let third = press(&t, &invoice).await;
        let asked: Vec<i64> = t.sim().razorpay().orders().iter().map(|order| order.amount).collect();
        assert_eq!(asked, [TOTAL, 100_150, 60_950]);
        assert!(first != second && second != third);
        t.sim().razorpay().pay(&third, Method::Upi).unwrap();
        t.settle().await;
        assert_eq!(shown(&t, &invoice).await["payment"], "paid");
        assert_eq!(noted(&t, &invoice).await, [("cash".to_owned(), 50_000), ("online".to_owned(), 60_950)]);
        t.sim().razorpay().pay(&first, Method::Upi).unwrap();
        quiet(&t).await;
        assert_eq!((noted(&t, &invoice).await.len(), balance(&t, "unmatched_receipts").await), (2, -TOTAL));
        // Void and written off: there is nothing to press any more.
        for (key, end) in [("i-2", "/void"), ("i-3", "/write-off")] {
            let gone = make(&t, key, milk(), true).await;
            let order = press(&t, &gone).await;
            t.post(&path(&gone, end), json!({"reason": "Called off"})).await.expect(200);
            let pressed = t.send(t.request("POST", &customers(&gone, "/pay"))).await;
            assert_eq!(pressed.header("location"), Some(customers(&gone, "").as_str()));
            t.sim().razorpay().pay(&order, Method::Upi).unwrap();
            quiet(&t).await;
            assert_eq!((noted(&t, &gone).await.len(), &tries(&t, &gone).await[0]["matched"]), (0, &json!(false)));
        }
    }

    async fn money_that_goes_back_is_owed_again_unless_it_was_credited(t: TestApp) {
        set_up(&t).await;
        let invoice = make(&t, "i-1", milk(), true).await;
        let order = press(&t, &invoice).await;
        t.sim().razorpay().pay(&order, Method::Upi).unwrap();
        t.settle().await;
        let payment = tries(&t, &invoice).await[0]["id"].as_str().unwrap().to_owned();
        let back = |paise: i64| {
            let (t, path) = (t.clone(), format!("/api/v1/payments/{payment}/refunds"));
            async move { t.post(&path, json!({"amount": inr(paise), "reason": "Came sour"})).await.expect(201) }
        };
        let refund = back(39_200).await;
        assert_eq!((&refund["invoice_id"], &refund["order_id"]), (&invoice["id"], &Value::Null));
        t.settle().await;
        let owed = shown(&t, &invoice).await;
        assert_eq!((&owed["payment"], &owed["due"]), (&json!("partially_paid"), &inr(39_200)));
        let credit = json!({"lines": [{"position": 1, "amount": inr(35_000)}]});
        t.post_keyed(&path(&invoice, "/credit-notes"), "c-1", credit).await.expect(201);
        assert_eq!(shown(&t, &invoice).await["payment"], "paid");
        quiet(&t).await;
        assert_eq!(balance(&t, "receivables").await, 0);
        // What goes back without a credit note can be paid again.
        back(TOTAL - 39_200).await;
        t.settle().await;
        let order = press(&t, &invoice).await;
        t.sim().razorpay().pay(&order, Method::Card).unwrap();
        quiet(&t).await;
        let rows: Vec<i64> = noted(&t, &invoice).await.into_iter().map(|(_, minor)| minor).collect();
        assert_eq!(rows, [-(TOTAL - 39_200), -39_200, TOTAL - 39_200, TOTAL]);
        assert_eq!((&shown(&t, &invoice).await["payment"], balance(&t, "receivables").await), (&json!("paid"), 0));
        // Thanks for what came, and none for what went; messages to one person keep a distance.
        t.advance(DAY).await;
        assert_eq!(t.sim().phones().messages_to("919876543210").len(), 2);
    }

    async fn nobody_says_by_hand_that_it_was_paid_online_and_what_is_missing_is_found(t: TestApp) {
        set_up(&t).await;
        let draft = make(&t, "i-0", milk(), false).await;
        assert_eq!(t.send(t.request("POST", &customers(&draft, "/pay"))).await.status, 404);
        let invoice = make(&t, "i-1", milk(), true).await;
        let online = json!({"amount": inr(TOTAL), "method": "online"});
        let refused = t.post_keyed(&path(&invoice, "/payments"), "p-1", online).await.expect(422);
        assert_eq!(refused["errors"][0]["field"], "method");
        let order = press(&t, &invoice).await;
        t.sim().razorpay().pay(&order, Method::Upi).unwrap();
        quiet(&t).await;
        t.db().clock().advance(DAY);
        let id: InvoiceId = invoice["id"].as_str().unwrap().parse().unwrap();
        t.db().run(&t.who(), Forget(id)).await.unwrap();
        let wrong = invoices::check(t.db()).await.unwrap();
        let expected = format!("invoice {id} has 0 noted as paid online, and the payment provider says {TOTAL}");
        assert!(wrong.iter().any(|wrong| wrong.contains(&expected)), "{wrong:?}");
    }

    async fn a_link_is_made_sent_paid_and_taken_back(t: TestApp) {
        set_up(&t).await;
        let (paid, voided) = (make(&t, "link-1", milk(), true).await, make(&t, "link-2", milk(), true).await);
        let made = t.post(&path(&paid, "/payment-link"), json!({})).await.expect(201);
        assert_eq!(made["amount"], inr(TOTAL));
        assert_eq!(t.post(&path(&paid, "/payment-link"), json!({})).await.expect(201)["url"], made["url"], "asked again it is the same");
        let pay = customers(&paid, "/pay");
        t.send(t.request("POST", &pay)).await;
        assert!(visit(&t, &pay).await.text.contains(made["url"].as_str().unwrap()), "and whoever presses the button comes to it");
        let link = t.sim().razorpay().links()[0].clone();
        let payment = t.sim().razorpay().pay(&link.order_id, Method::Upi).unwrap();
        let reference = link.reference_id.clone().unwrap();
        let back = |status: &str, signature: &str| {
            format!(
                "/payments/razorpay/return?razorpay_payment_id={payment}&razorpay_payment_link_id={}&razorpay_payment_link_status={status}\
                 &razorpay_payment_link_reference_id={reference}&razorpay_signature={signature}",
                link.id
            )
        };
        assert_eq!(visit(&t, &back("paid", "00")).await.status, 403);
        quiet(&t).await;
        assert_eq!(shown(&t, &paid).await["payment"], "paid");
        assert_eq!(t.post(&path(&paid, "/payment-link"), json!({})).await.expect(409)["code"], "nothing_due");

        t.post(&path(&voided, "/payment-link"), json!({})).await.expect(201);
        t.post(&path(&voided, "/void"), json!({"reason": "Called off"})).await.expect(200);
        quiet(&t).await;
        let link = t.sim().razorpay().links()[1].clone();
        assert!(link.cancelled, "nobody can pay it at the provider any more");
    }
}
