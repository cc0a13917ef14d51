//! What is used is counted once, by day and feature, and counts the same whenever it is counted.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use serde_json::{Value, json};
use std::time::Duration;
use store::{Command, Look, Result, Tx, params, sql};
use testkit::{ADMIN, Browser, TestApp};

async fn place_order(t: &TestApp, key: &str) -> String {
    let customer = json!({"name": "Asha Krishnan", "phone": "98765 43210", "email": "asha@example.com"});
    let body = json!({"amount": 99, "product": "starter", "customer": customer});
    let placed = t.send(t.request("POST", "/create_order").header("idempotency-key", key).json(&body)).await.expect(201);
    placed["id"].as_str().unwrap().to_owned()
}

fn stats(t: &TestApp, query: &str) -> String {
    format!("/api/v1/tenants/{}/usage/stats?{query}", t.tenant())
}

async fn days(t: &TestApp) -> Vec<Value> {
    t.get(&stats(t, "from=2026-01-01&to=2026-12-31")).await.expect(200)["days"].as_array().unwrap().clone()
}

/// Forgets all that was counted, as a reaction that is new begins.
struct CountAnew;

impl Command for CountAnew {
    const NAME: &'static str = "count_anew";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        tx.put(sql!(global "DELETE FROM usage_counts"), &[]).await?;
        tx.put(sql!(global "DELETE FROM usage_zones"), &[]).await?;
        tx.put(sql!(global "UPDATE reaction_cursors SET xid = 0, seq = 0 WHERE name = 'meter_usage'"), &[]).await
    }
}

/// Every count there is, of every tenant.
async fn all_counts(t: &TestApp) -> Vec<(String, String, i64)> {
    let mut read = t.db().read_main(t.tenant());
    read.all(sql!(global "SELECT day, feature, amount FROM usage_counts ORDER BY tenant_id, day, feature"), &[]).await.unwrap()
}

testkit::both_apps! {
    async fn what_happens_is_counted_once_and_counts_the_same_anew(t: TestApp) {
        let order = place_order(&t, "k-1").await;
        t.sim().razorpay().pay(&order, sim::Method::Upi).unwrap();
        t.settle().await;
        t.advance(Duration::from_secs(86_400)).await;
        place_order(&t, "k-2").await;
        t.another_tenant("Tea House").await;
        let path = format!("/api/v1/tenants/{}", t.tenant());
        t.put(&path, json!({"time_zone": "Pacific/Auckland"})).await.expect(200);
        t.advance(Duration::from_secs(13 * 3_600)).await;
        place_order(&t, "k-3").await;
        t.put(&path, json!({"time_zone": "America/Los_Angeles"})).await.expect(200);
        place_order(&t, "k-4").await;
        t.settle().await;
        let counted = days(&t).await;
        let orders: i64 = counted.iter().filter(|day| day["feature"] == "orders.placed").map(|day| day["amount"].as_i64().unwrap()).sum();
        assert_eq!(orders, 4, "{counted:?}");
        assert_eq!(counted.iter().filter(|day| day["feature"] == "payments.captured").count(), 1);
        assert!(counted.iter().any(|day| day["feature"] == "messages.email"), "{counted:?}");
        let kept = all_counts(&t).await;
        assert!(kept.iter().any(|(_, feature, amount)| feature == "api_keys.made" && *amount == 1), "Tea House's first key: {kept:?}");
        // Counted anew from the first fact on. The change of name counts as nothing and only wakes the reaction up, which
        // finds that its place is another, and then reads from there.
        t.db().run(&t.who(), CountAnew).await.unwrap();
        assert!(all_counts(&t).await.is_empty());
        t.put(&path, json!({"name": "Asha's shop"})).await.expect(200);
        t.settle().await;
        assert_eq!(all_counts(&t).await, kept);
        t.settle().await;
        assert_eq!(all_counts(&t).await, kept, "and not twice");
    }

    async fn answers_by_day_and_feature_or_says_what_is_wrong(t: TestApp) {
        place_order(&t, "k-1").await;
        t.settle().await;
        let answer = t.get(&stats(&t, "")).await.expect(200);
        assert_eq!((&answer["totals"]["orders.placed"], &answer["time_zone"]), (&json!(1), &json!("Asia/Kolkata")));
        assert_eq!(answer["days"].as_array().unwrap().iter().filter(|day| day["feature"] == "orders.placed").count(), 1);
        let one = t.get(&stats(&t, "feature=contacts.new")).await.expect(200);
        assert!(one["days"].as_array().unwrap().iter().all(|day| day["feature"] == "contacts.new"), "{one}");
        assert_eq!(t.get(&stats(&t, "from=2020-01-01&to=2020-12-31")).await.expect(200)["days"], json!([]));
        for (query, field) in [("from=x", "from"), ("to=2026-02-30", "to"), ("from=2026-02-02&to=2026-02-01", "to"), ("feature=x", "feature"), ("format=xml", "format")] {
            let refused = t.get(&stats(&t, query)).await.expect(422);
            assert_eq!(refused["errors"][0]["field"], field, "{refused}");
        }
        let file = t.get(&stats(&t, "format=csv")).await;
        assert!(file.text.starts_with("day,feature,amount\r\n") && file.text.contains(",orders.placed,1\r\n"), "{}", file.text);
        let (other, key) = t.another_tenant("Tea House").await;
        assert_eq!(t.get(&format!("/api/v1/tenants/{other}/usage/stats")).await.status, 404);
        t.settle().await;
        let theirs = t.send(t.request("GET", &format!("/api/v1/tenants/{other}/usage/stats")).bearer_auth(&key)).await.expect(200);
        assert_eq!(theirs["totals"], json!({"api_keys.made": 1}));
    }

    async fn the_page_says_what_is_used_and_what_is_left(t: TestApp) {
        t.another_tenant("Tea House").await;
        let tea = Browser::signed_in(&t, "tea.house@example.com", "another-long-password").await;
        let empty = tea.get(&t, "/admin/usage").await;
        assert!(empty.status == 200 && empty.text.contains("Nothing has been used yet"), "{}", empty.text);
        place_order(&t, "k-1").await;
        t.settle().await;
        let browser = Browser::signed_in(&t, ADMIN.0, ADMIN.1).await;
        let page = browser.get(&t, "/admin/usage").await;
        for said in ["Orders placed", "You are on the plan", "Members", "1 of 10", "Signed-in devices", "0 of 50", "usage/stats?from="] {
            assert!(page.text.contains(said), "{said} is not in {}", page.text);
        }
        t.db().run(&t.who(), ManyDays).await.unwrap();
        let first = browser.get(&t, "/admin/usage?from=2025-12-01&to=2026-11-30").await;
        let next = first.between("cursor=", "\"").split('&').next().unwrap().to_owned();
        let second = browser.get(&t, &format!("/admin/usage?from=2025-12-01&to=2026-11-30&cursor={next}")).await;
        assert!(second.status == 200 && second.text != first.text, "{}", second.text);
        let wrong = browser.get(&t, "/admin/usage?from=2026-12-01&to=2026-11-01").await;
        assert_eq!(wrong.status, 422, "{}", wrong.text);
    }
}

/// A count on each of many days.
struct ManyDays;

impl Command for ManyDays {
    const NAME: &'static str = "many_days";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        for month in 1..=3 {
            for day in 1..=28 {
                let (tenant, day) = (tx.tenant(), format!("2026-{month:02}-{day:02}"));
                let sql = sql!("INSERT INTO usage_counts (tenant_id, day, feature, amount) VALUES ($1, $2, 'sign_ins.office', 3)");
                tx.put(sql, params![tenant, day]).await?;
            }
        }
        Ok(())
    }
}
