//! From a payment to the line of the bank's statement.

use serde_json::{Value, json};
use sim::{At, Fault, Method, SettledRow};
use std::time::Duration;
use testkit::TestApp;

const DAY: Duration = Duration::from_secs(86_400);

/// Buys the starter and pays; gives the provider's id of the payment.
pub(crate) async fn paid(t: &TestApp, number: usize) -> String {
    let body =
        json!({"amount": 99, "product": "starter", "customer": {"name": "Asha", "phone": "+919000000001", "email": "asha@example.com"}});
    let request = t.request("POST", "/create_order").header("idempotency-key", format!("buy-{number}")).json(&body);
    let order = t.send(request).await.expect(201);
    let payment = t.sim().razorpay().pay(order["id"].as_str().unwrap(), Method::Upi).unwrap();
    t.settle().await;
    payment
}

/// Sends a statement and takes it as it is understood; gives it as it is then.
pub(crate) async fn bank(t: &TestApp, lines: &[String]) -> Value {
    let text = format!("Date,Narration,Chq./Ref.No.,Value Dt,Withdrawal Amt.,Deposit Amt.,Closing Balance\r\n{}\r\n", lines.join("\r\n"));
    let request = t.request("POST", "/api/v1/bank-statements?name=nov.csv").bearer_auth(t.key()).header("content-type", "text/csv");
    let sent = t.send(request.body(text)).await.expect(201);
    let id = sent["id"].as_str().unwrap();
    t.post(&format!("/api/v1/bank-statements/{id}/take"), json!({})).await.expect(200);
    t.settle().await;
    t.get(&format!("/api/v1/bank-statements/{id}")).await.expect(200)
}

async fn balance(t: &TestApp, account: &str) -> i64 {
    let balances = t.get("/api/v1/ledger/balances").await.expect(200);
    let found = balances["data"].as_array().unwrap().iter().find(|it| it["account"] == account).cloned();
    found.map_or(0, |it| it["balance"]["minor"].as_i64().unwrap())
}

async fn reasons(t: &TestApp) -> Vec<String> {
    let list = t.get("/api/v1/reconciliation/exceptions").await.expect(200);
    let mut reasons: Vec<String> = list["data"].as_array().unwrap().iter().map(|it| it["reason"].as_str().unwrap().to_owned()).collect();
    reasons.sort_unstable();
    reasons
}

async fn sound(t: &TestApp) {
    assert_eq!(settlements::check(t.db()).await.unwrap(), Vec::<String>::new());
    let balances = t.get("/api/v1/ledger/balances").await.expect(200);
    let sum: i64 = balances["data"].as_array().unwrap().iter().map(|it| it["balance"]["minor"].as_i64().unwrap()).sum();
    assert_eq!(sum, 0);
}

testkit::both_apps! {
    async fn from_the_buyer_to_the_bank(t: TestApp) {
        paid(&t, 1).await;
        paid(&t, 2).await;
        // 2 % and 18 % tax on that of 99 rupees.
        let net = 2 * (9_900 - 234);
        assert_eq!((balance(&t, "gateway_receivable").await, balance(&t, "gateway_fees").await), (net, 468));
        let made = t.sim().razorpay().settle().unwrap();
        assert_eq!(made.amount(), net);
        t.advance(DAY).await;
        let list = t.get("/api/v1/settlements").await.expect(200);
        let settlement = &list["data"][0];
        assert_eq!((&settlement["amount"]["minor"], &settlement["rows"], &settlement["state"]), (&json!(net), &json!(2), &json!("waiting")));
        assert_eq!((balance(&t, "gateway_receivable").await, balance(&t, "bank_clearing").await), (0, net));
        assert_eq!((balance(&t, "input_tax").await, balance(&t, "gateway_fees").await), (72, 396));
        assert_eq!(reasons(&t).await, Vec::<String>::new());
        // The bank: in it among other things, and the same file twice.
        let lines = [
            format!("20/11/26,NEFT CR-{}-RAZORPAY SOFTWARE,0000123456,21/11/26,,193.32,1000.00", made.utr),
            "21/11/26,ATM,1,21/11/26,500.00,,500.00".to_owned(),
            "21/11/26,RENT FROM RAVI,2,21/11/26,,\"1,500.00\",2000.00".to_owned(),
        ];
        let taken = bank(&t, &lines).await;
        assert_eq!((&taken["state"], &taken["lines"], &taken["added"]), (&json!("taken"), &json!(3), &json!(3)));
        assert_eq!(bank(&t, &lines).await["added"], 0);
        assert_eq!((balance(&t, "bank").await, balance(&t, "bank_clearing").await), (net, 0));
        let id = settlement["id"].as_str().unwrap();
        assert_eq!(t.get(&format!("/api/v1/settlements/{id}")).await.expect(200)["state"], "matched");
        let rows = t.get(&format!("/api/v1/settlements/{id}/rows")).await.expect(200);
        assert!(rows["data"].as_array().unwrap().iter().all(|row| row["state"] == "matched" && row["payment_id"].is_string()));
        assert_eq!(reasons(&t).await, ["bank_row_unknown"]);
        let open = t.get("/api/v1/reconciliation/exceptions?side=bank_row").await.expect(200);
        let row = open["data"][0]["id"].as_str().unwrap();
        let accept = format!("/api/v1/reconciliation/exceptions/{row}/accept");
        assert_eq!(t.post(&accept, json!({"note": " "})).await.status, 422);
        assert_eq!(t.post(&accept, json!({"note": "Rent"})).await.status, 204);
        assert_eq!(reasons(&t).await, Vec::<String>::new());
        assert_eq!(t.get("/api/v1/reconciliation/exceptions?state=accepted").await.expect(200)["data"][0]["note"], "Rent");
        let totals = t.get("/api/v1/reconciliation/totals").await.expect(200);
        let one = &totals["data"][0];
        assert_eq!((&one["captured"]["minor"], &one["settled"]["minor"], &one["banked"]["minor"]), (&json!(19_800), &json!(net), &json!(net)));
        sound(&t).await;
    }

    async fn what_does_not_add_up_is_named(t: TestApp) {
        paid(&t, 1).await;
        let row = |entity_id: &str, kind, amount: i64| SettledRow {
            entity_id: entity_id.to_owned(), kind, amount, fee: 0, tax: 0, net: amount, currency: "INR".into(), order_id: None,
        };
        t.sim().razorpay().settle_with(vec![row("pay_elsewhere", "payment", 700), row("adj_1", "adjustment", -500)]).unwrap();
        let unsettled = paid(&t, 2).await;
        t.advance(DAY * 7).await;
        assert_eq!(reasons(&t).await, ["correction", "not_in_ledger", "not_settled", "settlement_not_in_bank"]);
        let late = t.get("/api/v1/reconciliation/exceptions?reason=not_settled").await.expect(200);
        assert_eq!(late["data"][0]["text"], json!(unsettled));
        // What the provider holds by the books: the payment that it did not settle, less what it settled and nobody here knows of.
        assert_eq!((balance(&t, "gateway_receivable").await, balance(&t, "provider_corrections").await), (9_900 - 234 - 700, 500));
        // The bank shows less: somebody looks and says so.
        let settlement = t.get("/api/v1/settlements").await.expect(200)["data"][0].clone();
        let (id, net) = (settlement["id"].as_str().unwrap(), settlement["amount"]["minor"].as_i64().unwrap());
        bank(&t, &["21/11/26,RAZORPAY PAYOUT,,21/11/26,,98.00,1.00".to_owned()]).await;
        let line = t.get("/api/v1/bank-rows?q=payout").await.expect(200)["data"][0]["id"].clone();
        let place = format!("/api/v1/settlements/{id}/match");
        assert_eq!(t.put(&place, json!({"bank_row_id": line})).await.status, 422, "the amounts differ: a note is needed");
        t.put(&place, json!({"bank_row_id": line, "note": "the bank kept a charge"})).await.expect(200);
        t.settle().await;
        assert_eq!(t.get(&format!("/api/v1/settlements/{id}")).await.expect(200)["state"], "matched");
        assert_eq!((balance(&t, "bank").await, balance(&t, "bank_clearing").await), (9_800, net - 9_800));
        assert_eq!(t.put(&place, json!({"bank_row_id": line})).await.expect(409)["code"], "already_matched");
        let apart = t.request("DELETE", &place).bearer_auth(t.key());
        t.send(apart).await.expect(200);
        t.settle().await;
        assert_eq!((balance(&t, "bank").await, balance(&t, "bank_clearing").await), (0, net));
        for path in ["/api/v1/settlements?format=csv", "/api/v1/bank-rows?format=csv", "/api/v1/reconciliation/exceptions?format=csv"] {
            assert!(t.get(path).await.text.lines().count() > 1, "{path}");
        }
        sound(&t).await;
    }

    async fn what_is_no_statement_is_refused(t: TestApp) {
        let send = async |text: &str| {
            let request = t.request("POST", "/api/v1/bank-statements").bearer_auth(t.key()).header("content-type", "text/csv");
            t.send(request.body(text.to_owned())).await
        };
        assert_eq!(send("").await.status, 422);
        assert_eq!(send("Date,Narration,Deposit\n1,\"never closed").await.status, 422);
        assert_eq!(send(&format!("Date,Narration,Deposit\n{}", "x".repeat(70_000))).await.status, 422);
        let wrong = send("Date,Narration,Deposit\n22/11/26,ok,5.00\n31/13/26,odd,5.00\n").await.expect(201);
        let take = format!("/api/v1/bank-statements/{}/take", wrong["id"].as_str().unwrap());
        let refused = t.post(&take, json!({})).await.expect(422);
        assert!(refused["detail"].as_str().unwrap().contains("line 3") && refused["detail"].as_str().unwrap().contains("31/13/26"), "{refused}");
        assert_eq!(t.post(&take, json!({"mapping": {"colour": 1}})).await.status, 422);
        // Its columns have names that nobody knows: somebody says what they mean.
        let strange = send("Tag,Worum,Wert\n22.11.2026,AXISCN12345678,5.00\n").await.expect(201);
        let take = format!("/api/v1/bank-statements/{}/take", strange["id"].as_str().unwrap());
        assert_eq!(t.post(&take, json!({})).await.status, 422);
        assert_eq!(t.post(&take, json!({"mapping": {"date": 0, "narration": 1, "amount": 2}})).await.expect(200)["added"], 1);
        t.settle().await;
        let gone = t.request("DELETE", take.trim_end_matches("/take")).bearer_auth(t.key());
        assert_eq!(t.send(gone).await.status, 409);
        assert_eq!(t.get("/api/v1/bank-rows").await.expect(200)["data"].as_array().unwrap().len(), 1);
        for path in ["/api/v1/settlements?state=odd", "/api/v1/reconciliation/exceptions?reason=odd", "/api/v1/bank-rows?limit=0"] {
            assert_eq!(t.get(path).await.status, 422, "{path}");
        }
    }

    async fn a_report_by_hand_is_as_good(t: TestApp) {
        let payment = paid(&t, 1).await;
        let text = format!(
            "entity_id,type,debit,credit,amount,currency,fee,tax,settled_at,settlement_id,settlement_utr\n\
             {payment},payment,0,96.66,99.00,INR,2.34,0.36,20/11/2026 10:00:00,setl_hand,AXISCN7777777777\n"
        );
        let request = t.request("POST", "/api/v1/bank-statements?source=razorpay").bearer_auth(t.key()).header("content-type", "text/csv");
        let sent = t.send(request.body(text)).await.expect(201);
        t.post(&format!("/api/v1/bank-statements/{}/take", sent["id"].as_str().unwrap()), json!({})).await.expect(200);
        t.settle().await;
        let settlement = t.get("/api/v1/settlements").await.expect(200)["data"][0].clone();
        assert_eq!((&settlement["provider_settlement_id"], &settlement["amount"]["minor"]), (&json!("setl_hand"), &json!(9_666)));
        assert_eq!((reasons(&t).await, balance(&t, "gateway_receivable").await), (Vec::new(), 0));
        sound(&t).await;
    }

    async fn a_lost_webhook_is_found_when_somebody_asks_about_all(t: TestApp) {
        t.sim().razorpay().webhooks_off();
        paid(&t, 1).await;
        // Before the janitor asks by itself.
        t.db().clock().advance(Duration::from_secs(130));
        let asked = t.post("/admin/reconcile", json!({"action": "apply"})).await.expect(200);
        assert_eq!((&asked["asked"], &asked["more"]), (&json!(1), &json!(false)));
        t.settle().await;
        let report = t.get("/api/v1/reconciliation").await.expect(200);
        assert_eq!((&report["unpaid"], &report["under_way"]), (&json!([]), &json!(0)));
        assert_eq!(t.post("/api/v1/reconciliation", json!({})).await.expect(200)["asked"], 0);
        assert_eq!(t.post("/admin/reconcile", json!({"action": "dance"})).await.status, 422);
        assert_eq!(t.get("/api/v1/payments").await.expect(200)["data"][0]["state"], "captured");
    }

    async fn the_provider_is_away_for_a_while(t: TestApp) {
        paid(&t, 1).await;
        t.sim().razorpay().settle().unwrap();
        t.sim().faults().next(2, At::razorpay_call("GET /settlements/recon/combined"), Fault::reject(503));
        t.advance(DAY * 2).await;
        assert_eq!(t.get("/api/v1/settlements").await.expect(200)["data"].as_array().unwrap().len(), 1);
        sound(&t).await;
    }
}
