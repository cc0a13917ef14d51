//! What customers are told, and how often: once.

use crate::{HOUR, begin, delivery, milk, path, route, stop};
use serde_json::json;
use testkit::TestApp;

/// What a phone was told so far, as the words of it.
fn told(t: &TestApp) -> Vec<String> {
    t.sim().phones().messages_to("919876543210").iter().map(|message| format!("{message:?}")).collect()
}

/// Until everything is sent: nobody gets two messages within seconds.
async fn sent(t: &TestApp) {
    t.advance(HOUR / 60).await;
}

fn count(t: &TestApp, words: &str) -> usize {
    told(t).iter().filter(|message| message.contains(words)).count()
}

testkit::both_apps! {
    async fn each_moment_is_told_once(t: TestApp) {
        let north = route(&t, "North").await;
        let order = begin(&t, "a", milk(&north, "Asha", "98765 43210")).await;
        let mut paper = milk(&north, "Asha", "98765 43210");
        paper["product"] = json!("Newspaper");
        begin(&t, "b", paper).await;
        sent(&t).await;
        assert_eq!((count(&t, "active from 21 Nov 2026"), count(&t, "Cow milk"), count(&t, "Newspaper")), (2, 1, 1), "{:?}", told(&t));
        // The evening before: once for both.
        t.advance(HOUR * 11).await;
        assert_eq!(count(&t, "planned for *21 Nov 2026*"), 1, "{:?}", told(&t));
        let of_milk = stop(&t, "2026-11-21", &north, "Asha").await;
        t.advance(HOUR * 8).await;
        t.post(&delivery(&of_milk, "/delayed"), json!({"eta": "07:30"})).await.expect(200);
        sent(&t).await;
        assert_eq!(count(&t, "arrives at *7:30 am*"), 1, "{:?}", told(&t));
        t.post(&delivery(&of_milk, "/delayed"), json!({"eta": "08:15"})).await.expect(200);
        sent(&t).await;
        assert_eq!(count(&t, "arrives at *8:15 am*"), 1, "another time is told");
        t.post("/api/v1/rounds/today/marks", json!({"state": "delivered"})).await.expect(200);
        t.post(&delivery(&of_milk, "/undo"), json!({})).await.expect(200);
        t.post(&delivery(&of_milk, "/delivered"), json!({})).await.expect(200);
        sent(&t).await;
        assert_eq!(count(&t, "delivery of 21 Nov 2026 has arrived"), 1, "once for both, and no second time: {:?}", told(&t));
        // A pause has its day, or none.
        t.post(&path(&order, "/pause"), json!({"resumes_on": "2026-12-15"})).await.expect(200);
        t.post(&path(&order, "/pause"), json!({})).await.expect(200);
        sent(&t).await;
        assert_eq!((count(&t, "paused until *15 Dec 2026*"), count(&t, "paused until *further notice*")), (1, 1), "{:?}", told(&t));
    }

    async fn yesterday_is_told_to_nobody(t: TestApp) {
        let north = route(&t, "North").await;
        begin(&t, "a", milk(&north, "Asha", "98765 43210")).await;
        t.advance(HOUR * 40).await;
        let before = told(&t).len();
        let of_milk = stop(&t, "2026-11-21", &north, "Asha").await;
        t.post(&delivery(&of_milk, "/delivered"), json!({})).await.expect(200);
        sent(&t).await;
        assert_eq!(told(&t).len(), before, "it was of yesterday");
        t.put("/api/v1/round-settings", json!({"cut_off": "20:00", "confirm": false, "announce": false})).await.expect(200);
        let of_today = stop(&t, "today", &north, "Asha").await;
        t.post(&delivery(&of_today, "/delivered"), json!({})).await.expect(200);
        t.advance(HOUR * 24).await;
        assert_eq!(told(&t).len(), before, "the merchant wants no messages");
    }
}
