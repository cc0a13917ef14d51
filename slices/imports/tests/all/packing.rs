//! Packing orders from elsewhere: they stand on the list, and their customers hear of it once.

use serde_json::{Value, json};
use testkit::TestApp;

const FILE: &str = r#"[
  {"order_id": "a", "name": "A-1", "placed_at": "2026-11-01", "total": "30.00", "phone": "9876543210", "email": "asha@example.com",
   "items": [{"item": "Milk", "unit_price": "10.00"}, {"item": "Bread", "unit_price": "20.00"}]},
  {"order_id": "b", "placed_at": "2026-11-02", "total": "5.00", "items": [{"item": "Tea", "unit_price": "5.00"}]},
  {"order_id": "c", "placed_at": "2026-11-01", "total": "5.00", "sent": "yes", "items": [{"item": "Tea", "unit_price": "5.00"}]}]"#;

async fn list(t: &TestApp, query: &str) -> Vec<Value> {
    t.get(&format!("/api/v1/packing-list?{query}")).await.expect(200)["data"].as_array().unwrap().clone()
}

async fn messages(t: &TestApp) -> usize {
    t.settle().await;
    t.get("/api/v1/notifications/history?limit=200").await.expect(200)["data"].as_array().unwrap().len()
}

testkit::both_apps! {
    async fn what_is_packed_is_told_once(t: TestApp) {
        t.send(t.request("POST", "/api/v1/imports/files").bearer_auth(t.key()).body(FILE)).await.expect(202);
        t.settle().await;
        let open = list(&t, "").await;
        let names: Vec<&str> = open.iter().map(|order| order["source_name"].as_str().unwrap()).collect();
        assert_eq!(names, ["A-1", "b"], "the oldest first, and nothing that was sent elsewhere");
        assert_eq!((list(&t, "placed_on=2026-11-02").await.len(), list(&t, "delivery_date=2026-11-02").await.len()), (1, 0));
        assert_eq!(t.get("/api/v1/packing-list?placed_on=soon").await.status, 422);
        let next = t.get("/api/v1/packing-list?limit=1").await.expect(200)["next_cursor"].as_str().unwrap().to_owned();
        assert_eq!(list(&t, &format!("cursor={next}")).await[0]["source_name"], "b");

        let id = open[0]["id"].as_str().unwrap();
        let lines: Vec<&str> = open[0]["lines"].as_array().unwrap().iter().map(|line| line["id"].as_str().unwrap()).collect();
        let pack = |line: &str, packed: bool| {
            let (t, path) = (t.clone(), format!("/api/v1/orders/{id}/items/{line}/pack"));
            async move { t.put(&path, json!({ "packed": packed })).await.expect(200) }
        };
        pack(lines[0], true).await;
        let told = format!("/api/v1/orders/{id}/packing-messages");
        assert_eq!(t.post(&told, json!({})).await.expect(409)["code"], "order_not_packed");
        assert_eq!(messages(&t).await, 0);
        assert!(pack(lines[1], true).await["packed_at"].is_string());
        assert_eq!(messages(&t).await, 2, "on WhatsApp and by e-mail");
        pack(lines[1], false).await;
        pack(lines[1], true).await;
        assert_eq!(messages(&t).await, 2, "packed once more, it says nothing again");
        let again = t.post(&told, json!({})).await.expect(202);
        assert!(again["data"].as_array().unwrap().iter().all(|message| message["repeated"] == true), "{again}");
        assert_eq!((messages(&t).await, list(&t, "").await.len()), (2, 1));

        let nobody = list(&t, "").await.remove(0);
        let (id, line) = (nobody["id"].as_str().unwrap(), nobody["lines"][0]["id"].as_str().unwrap());
        t.put(&format!("/api/v1/orders/{id}/items/{line}/pack"), json!({})).await.expect(200);
        assert_eq!(messages(&t).await, 2);
        assert_eq!(t.post(&format!("/api/v1/orders/{id}/packing-messages"), json!({})).await.expect(409)["code"], "nobody_to_tell");
        assert!(list(&t, "").await.is_empty());
    }
}
