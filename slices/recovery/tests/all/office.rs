//! What the merchant sees and does.

use crate::{HOUR, STEPS, leave, left, reminders, turn_on};
use serde_json::json;

testkit::both_apps! {
    async fn a_shop_that_does_not_remind_can_by_hand(t: TestApp) {
        let page = t.get("/admin/recovery").await;
        assert!(page.status == 200 && page.text.contains("Nobody is reminded yet") && page.text.contains("No order was left"), "{}", page.text);
        let (order, _) = leave(&t, "a", "+919876543210").await;
        let send = |order: &str, sequence: &str| format!("/api/recovery/send-reminder?order_id={order}&sequence={sequence}");
        assert_eq!(t.post(&send(&order, "1"), json!({})).await.status, 404, "within the hour nothing is left");
        t.advance(HOUR * 5).await;
        assert_eq!(reminders(&t, &order).await.len(), 0);
        for (sequence, status) in [("0", 422), ("4", 422), ("x", 422), ("2", 200)] {
            assert_eq!(t.post(&send(&order, sequence), json!({})).await.status, status, "{sequence}");
        }
        t.post("/api/recovery/send-reminder?order_id=ord_7&sequence=1", json!({})).await.expect(422);
        t.advance(HOUR / 60).await;
        assert_eq!(reminders(&t, &order).await.iter().map(|(_, step)| *step).collect::<Vec<_>>(), [2]);
        assert_eq!(t.post(&send(&order, "2"), json!({})).await.expect(409)["code"], "reminder_sent");
        let page = t.get("/admin/recovery").await.text;
        for part in ["Asha", "₹499.00", "Send now", "Stop", "From reminder to payment", "Reminders are off"] {
            assert!(page.contains(part), "{part}: {page}");
        }
        let press = |what: &str| t.request("POST", &format!("/admin/recovery/{order}/{what}")).bearer_auth(t.key()).form(&[("x", "y")]);
        assert_eq!(t.send(press("stop")).await.status, 303);
        assert_eq!(left(&t, &order).await["why"], "stopped");
        assert_eq!(t.send(press("send")).await.status, 303);
        t.advance(HOUR / 60).await;
        assert_eq!(reminders(&t, &order).await.len(), 2, "somebody wanted it after all");
        let file = t.get("/admin/recovery.csv").await;
        assert!(file.status == 200 && file.text.lines().count() == 2 && file.text.contains("499.00"), "{}", file.text);
        let list = t.get("/api/recovery/abandoned-orders?state=waiting").await.expect(200);
        assert_eq!(list["data"].as_array().unwrap().len(), 1);
        t.get("/api/v1/recovery/abandoned-orders?state=gone").await.expect(422);
        t.get("/api/recovery/analytics?days=0").await.expect(422);
    }

    async fn settings_are_checked_and_told_beside_the_field(t: TestApp) {
        let shown = t.get("/api/v1/recovery/settings").await.expect(200);
        assert_eq!((&shown["on"], &shown["steps"][2]["hours"], &shown["quiet_from"]), (&json!(false), &json!(72), &json!("21:00")));
        let wrong = t.put("/api/v1/recovery/settings", json!({"on": true, "steps": [{"hours": 5, "discount_bps": 9_500}]})).await.expect(422);
        assert_eq!(wrong["errors"][0]["field"], "steps[0].discount_bps");
        let form = |hours: &'static str| {
            let fields = [("on", "on"), ("hours_1", hours), ("off_1", ""), ("hours_2", "24"), ("off_2", "10"), ("hours_3", ""), ("off_3", ""), ("quiet_from", "21:00"), ("quiet_to", "08:30")];
            t.send(t.request("POST", "/admin/recovery/settings").bearer_auth(t.key()).header("accept", "text/html").form(&fields))
        };
        let refused = form("48").await;
        assert!(refused.status == 422 && refused.text.contains("more than the reminder before") && refused.text.contains("value=\"48\""), "{}", refused.text);
        assert_eq!(form("1").await.status, 303);
        let set = t.get("/api/v1/recovery/settings").await.expect(200);
        assert_eq!(set["steps"], json!([{"hours": 1, "discount_bps": 0}, {"hours": 24, "discount_bps": 1_000}]));
        turn_on(&t, &STEPS).await;
        assert_eq!(t.get("/api/recovery/check").await.expect(200)["on"], true);
    }
}
