//! Files of orders, looked at, taken in, and taken in again.

use serde_json::Value;
use std::fmt::Write;
use testkit::TestApp;

/// A file of so many orders, each in the version of this second.
fn csv(orders: usize, second: u32) -> String {
    let mut text = "order_id,placed_at,changed_at,total,customer_name,phone,item,quantity,unit_price\n".to_owned();
    for n in 0..orders {
        let total = 100 + second;
        for item in ["Milk", "Bread"] {
            let row = format!("{n},2025-01-01T00:00:00Z,2025-02-01T00:00:{second:02}Z,{total}.00,Asha,98765{:05},{item},1,50.00", n % 700);
            writeln!(text, "{row}").unwrap();
        }
    }
    text
}

async fn send(t: &TestApp, query: &str, body: String) -> Value {
    let request = t.request("POST", &format!("/api/v1/imports/files?{query}")).bearer_auth(t.key());
    let import = t.send(request.header("content-type", "text/csv").body(body)).await.expect(202);
    t.settle().await;
    t.get(&format!("/api/v1/imports/{}", import["id"].as_str().unwrap())).await.expect(200)
}

fn counts(import: &Value) -> Vec<i64> {
    ["new", "changed", "same", "older", "wrong"].iter().map(|name| import[name].as_i64().unwrap()).collect()
}

async fn orders(t: &TestApp) -> Vec<Value> {
    t.get("/api/v1/orders?limit=200").await.expect(200)["data"].as_array().unwrap().clone()
}

/// Everything that the tenant has, without what is about the import itself.
async fn without_imports(t: &TestApp) -> testkit::Holdings {
    let mut all = t.db().holdings(t.tenant()).await;
    let own = ["imports", "import_pages", "journal", "journal_heads", "timers", "journal_seals", "api_keys", "usage_counts", "usage_zones"];
    for own in own {
        all.remove(own);
    }
    all
}

testkit::both_apps! {
    async fn a_file_is_taken_in_once_however_often_it_comes(t: TestApp) {
        let before = without_imports(&t).await;
        let looked = send(&t, "dry=true&name=old.csv", csv(620, 1)).await;
        assert_eq!((looked["state"].as_str(), counts(&looked)), (Some("done"), vec![620, 0, 0, 0, 0]), "{looked}");
        let after = without_imports(&t).await;
        let changed: Vec<&String> = before.iter().zip(&after).filter(|(before, after)| before != after).map(|((name, _), _)| name).collect();
        assert_eq!(changed, Vec::<&String>::new(), "looking writes nothing but about itself");
        let id = looked["id"].as_str().unwrap();
        t.post(&format!("/api/v1/imports/{id}/apply"), serde_json::json!({})).await.expect(202);
        t.settle().await;
        let done = t.get(&format!("/api/v1/imports/{id}")).await.expect(200);
        assert_eq!((done["state"].as_str(), done["dry"].as_bool(), counts(&done)), (Some("done"), Some(false), vec![620, 0, 0, 0, 0]));
        assert_eq!(t.post(&format!("/api/v1/imports/{id}/apply"), serde_json::json!({})).await.status, 409);
        assert_eq!(counts(&send(&t, "", csv(620, 1)).await), [0, 0, 620, 0, 0]);
        let newer = send(&t, "", csv(130, 2)).await;
        assert_eq!(counts(&newer), [0, 130, 0, 0, 0]);
        assert_eq!(newer["differences"].as_array().unwrap().len(), 100);
        assert_eq!(counts(&send(&t, "", csv(130, 1)).await), [0, 0, 0, 130, 0]);
        let one = orders(&t).await.remove(0);
        assert_eq!((one["source"].as_str(), one["state"].as_str(), &one["number"]), (Some("file"), Some("paid"), &Value::Null));
        assert!(one["created_at"].as_str().unwrap().starts_with("2025-01-01"), "{one}");
        let told = t.get("/api/v1/notifications/history").await.expect(200);
        assert!(told["data"].as_array().unwrap().is_empty(), "nobody is written to because of an import: {told}");
        assert_eq!(orders::check(t.db()).await.unwrap(), Vec::<String>::new());
        assert_eq!(payments(&t).await, 0);
    }

    async fn mistakes_are_told_line_by_line(t: TestApp) {
        let text = "order_id,placed_at,total,item\n1,2026-11-01,10.00,Milk\n2,yesterday,10.00,Milk\n3,2026-11-01,\"1,5\",Milk\n";
        let import = send(&t, "", text.to_owned()).await;
        assert_eq!(counts(&import), [1, 0, 0, 0, 2]);
        let file = t.get(&format!("/api/v1/imports/{}/mistakes", import["id"].as_str().unwrap())).await;
        let lines: Vec<&str> = file.text.lines().collect();
        assert_eq!(lines.len(), 3, "{}", file.text);
        assert!(lines[1].starts_with("3,placed_at") || lines[1].starts_with("3,\"placed_at"), "{}", file.text);
        let request = t.request("POST", "/api/v1/imports/files").bearer_auth(t.key()).body("name,phone\nAsha,1\n");
        let refused = t.send(request).await.expect(422);
        assert_eq!(refused["code"], "import_unreadable");
        let list = t.get("/api/v1/imports").await.expect(200);
        let states = list["data"].as_array().unwrap().iter().filter(|import| import["state"] == "stopped").count();
        assert_eq!((states, t.get("/api/v1/imports?limit=1").await.expect(200)["next_cursor"].is_string()), (1, true));
    }

    async fn an_order_from_elsewhere_is_decided_on_elsewhere(t: TestApp) {
        let text = r#"{"order_id": 1, "placed_at": "2026-11-01", "total": "10.00", "state": "created", "pay": "later"}"#;
        send(&t, "", text.to_owned()).await;
        let id = orders(&t).await[0]["id"].as_str().unwrap().to_owned();
        let cancel = t.put(&format!("/api/v1/orders/{id}"), serde_json::json!({"cancel": true})).await.expect(409);
        assert_eq!(cancel["code"], "order_elsewhere");
        let (_, other) = t.another_tenant("Other Shop").await;
        let theirs = t.send(t.request("GET", "/api/v1/imports").bearer_auth(&other)).await.expect(200);
        assert!(theirs["data"].as_array().unwrap().is_empty());
    }
}

async fn payments(t: &TestApp) -> usize {
    t.get("/api/v1/payments").await.expect(200)["data"].as_array().unwrap().len()
}
