//! From a standing order to the sheet of a day and what becomes of it.

use crate::{HOUR, begin, delivery, inr, milk, path, route, stop, stops};
use serde_json::json;

testkit::both_apps! {
    async fn the_sheet_stands_from_the_cut_off_on(t: TestApp) {
        let north = route(&t, "North").await;
        let asha = begin(&t, "a", milk(&north, "Asha", "98765 43210")).await;
        assert_eq!((&asha["status"], &asha["starts_on"], &asha["stop"]), (&json!("upcoming"), &json!("2026-11-21"), &json!(1)));
        let mut early = milk(&north, "Ravi", "98765 43211");
        early["starts_on"] = json!("2026-11-20");
        early["quantity"] = json!("0.5");
        let ravi = begin(&t, "b", early).await;
        assert_eq!((&ravi["status"], &ravi["stop"]), (&json!("active"), &json!(2)));
        // Today's sheet stands, and who begins today is on it; tomorrow's is only as it would be now.
        let today = t.get(&format!("/api/v1/rounds/today?route_id={north}")).await.expect(200);
        assert_eq!((&today["stands"], &today["stops"][0]["customer"], &today["load"][0]["quantity"]), (&json!(true), &json!("Ravi"), &json!("0.5")));
        let tomorrow = t.get(&format!("/api/v1/rounds/tomorrow?route_id={north}")).await.expect(200);
        assert_eq!((&tomorrow["stands"], &tomorrow["routes"][0]["deliveries"], &tomorrow["stops"][0]["id"]), (&json!(false), &json!(2), &json!(null)));
        t.post(&path(&asha, "/skip"), json!({"on_day": "2026-11-22"})).await.expect(200);
        t.put(&path(&ravi, "/days"), json!({"on_day": "2026-11-21", "quantity": "2"})).await.expect(200);
        // 20:00 has come: what customers ask for is too late for tomorrow, whether the timer has rung or not.
        t.advance(HOUR * 10).await;
        let late = t.post(&path(&asha, "/skip"), json!({"on_day": "2026-11-21"})).await.expect(409);
        assert_eq!(late["code"], "past_cut_off");
        assert!(late["detail"].as_str().unwrap().contains("2026-11-22") && late["detail"].as_str().unwrap().contains("/api/v1/deliveries"), "{late}");
        assert_eq!(t.post(&path(&asha, "/pause"), json!({"from_on": "2026-11-21"})).await.expect(409)["code"], "past_cut_off");
        assert_eq!(t.put(&path(&asha, ""), json!({"from_on": "2026-11-21", "quantity": "2"})).await.expect(409)["code"], "past_cut_off");
        assert_eq!(t.post(&path(&asha, "/end"), json!({"ends_on": "2026-11-20"})).await.expect(409)["code"], "past_cut_off");
        // The merchant changes the sheet itself.
        let of_asha = stop(&t, "2026-11-21", &north, "Asha").await;
        assert_eq!(t.put(&delivery(&of_asha, ""), json!({"quantity": "1.5"})).await.expect(200)["amount"], inr(9_000));
        assert_eq!(t.put(&delivery(&of_asha, ""), json!({"quantity": "0"})).await.expect(200)["state"], "skipped");
        let back = t.put(&delivery(&of_asha, ""), json!({"quantity": "1"})).await.expect(200);
        assert_eq!((&back["state"], &back["amount"]), (&json!("planned"), &inr(6_000)));
        assert_eq!(stop(&t, "2026-11-21", &north, "Ravi").await["quantity"], "2");
        t.advance(HOUR * 24).await;
        let of_asha = stop(&t, "2026-11-22", &north, "Asha").await;
        assert_eq!((&of_asha["state"], &of_asha["amount"]), (&json!("skipped"), &inr(0)));
        let sheet = t.get("/api/v1/rounds/2026-11-22").await.expect(200);
        assert_eq!((&sheet["deliveries"], &sheet["skipped"], &sheet["load"][0]["quantity"]), (&json!(1), &json!(1), &json!("0.5")));
    }

    async fn deliveries_are_marked_one_by_one_and_all_at_once(t: TestApp) {
        let (north, south) = (route(&t, "North").await, route(&t, "South").await);
        for (at, name) in ["Asha", "Ravi", "Meera", "Sunita"].into_iter().enumerate() {
            let mut order = milk(if at < 3 { &north } else { &south }, name, &format!("98765 4321{at}"));
            order["starts_on"] = json!("2026-11-20");
            begin(&t, name, order).await;
        }
        let day = "2026-11-20";
        let (asha, ravi) = (stop(&t, day, &north, "Asha").await, stop(&t, day, &north, "Ravi").await);
        assert_eq!(t.post(&delivery(&asha, "/delayed"), json!({"eta": "7:30 pm"})).await.expect(422)["errors"][0]["field"], "eta");
        assert_eq!(t.post(&delivery(&asha, "/delayed"), json!({"eta": "19:30"})).await.expect(200)["eta"], "19:30");
        let missed = t.post(&delivery(&ravi, "/missed"), json!({})).await.expect(200);
        assert_eq!((&missed["state"], &missed["amount"]), (&json!("missed"), &inr(0)));
        assert_eq!(t.post(&delivery(&ravi, "/delivered"), json!({})).await.expect(409)["code"], "delivery_state");
        // All that is left of the route: what was missed stays missed, and the other route is another's.
        let all = t.post(&format!("/api/v1/rounds/{day}/marks"), json!({"state": "delivered", "route_id": north})).await.expect(200);
        assert_eq!((&all["marked"], &all["left"]), (&json!(2), &json!(0)));
        let again = t.post(&format!("/api/v1/rounds/{day}/marks"), json!({"state": "delivered", "route_id": north})).await.expect(200);
        assert_eq!(again["marked"], 0);
        let named = json!({"state": "planned", "delivery_ids": [ravi["id"], asha["id"], ravi["id"].as_str().unwrap().replace("dlv_0", "dlv_1")]});
        let undone = t.post(&format!("/api/v1/rounds/{day}/marks"), named).await.expect(200);
        assert_eq!((&undone["marked"], &undone["left"]), (&json!(2), &json!(1)));
        let sheet = t.get(&format!("/api/v1/rounds/{day}")).await.expect(200);
        assert_eq!((&sheet["planned"], &sheet["delivered"], &sheet["missed"]), (&json!(3), &json!(1), &json!(0)));
        // What is to come is not there yet.
        t.advance(HOUR * 11).await;
        let tomorrow = stop(&t, "2026-11-21", &north, "Asha").await;
        assert_eq!(t.post(&delivery(&tomorrow, "/delivered"), json!({})).await.expect(409)["code"], "not_yet");
        t.post(&delivery(&tomorrow, "/delayed"), json!({"eta": "08:00"})).await.expect(200);
        let file = t.get(&format!("/api/v1/rounds/{day}/export")).await;
        assert_eq!((file.status, file.text.lines().count()), (200, 5));
        assert!(file.text.contains("2026-11-20,South,1,Sunita,4 Hill Road,,Cow milk,1,l,planned,,60.00,INR,dlv_"), "{}", file.text);
    }

    async fn a_pause_and_a_change_hold_from_their_days_on(t: TestApp) {
        let north = route(&t, "North").await;
        let mut paper = milk(&north, "Asha", "98765 43210");
        paper["product"] = json!("Newspaper");
        paper["price_per"] = json!("month");
        paper["price"] = inr(30_000);
        paper["weekdays"] = json!(["mon", "tue", "wed", "thu", "fri"]);
        let order = begin(&t, "a", paper).await;
        assert_eq!(order["weekdays"], json!(["mon", "tue", "wed", "thu", "fri"]));
        assert_eq!(t.post(&path(&order, "/skip"), json!({"on_day": "2026-11-22"})).await.expect(409)["code"], "not_a_delivery_day");
        let paused = t.post(&path(&order, "/pause"), json!({"from_on": "2026-11-24", "resumes_on": "2026-11-27"})).await.expect(200);
        assert_eq!((&paused["paused_from"], &paused["resumes_on"]), (&json!("2026-11-24"), &json!("2026-11-27")));
        assert_eq!(t.post(&path(&order, "/skip"), json!({"on_day": "2026-11-25"})).await.expect(409)["code"], "standing_order_paused");
        // Two of it for twice the price, from the last day of the month on.
        let changed = t.put(&path(&order, ""), json!({"from_on": "2026-11-30", "quantity": "2"})).await.expect(200);
        assert_eq!((&changed["price"], &changed["quantity"]), (&inr(60_000), &json!("2")));
        t.advance(HOUR * 24 * 6).await;
        // The 26th, and the 27th stands at 20:00: the pause is over with the sheet of the 27th.
        assert_eq!(t.get(&path(&order, "")).await.expect(200)["status"], "paused");
        for (day, count) in [("2026-11-21", 0), ("2026-11-23", 1), ("2026-11-24", 0), ("2026-11-26", 0), ("2026-11-27", 1), ("2026-11-30", 1)] {
            assert_eq!(stops(&t, day, &north).await.len(), count, "{day}");
        }
        // 21 weekdays in November 2026: 300 rupees are 14.28 or 14.29 a day, 600 twice as much.
        let shown = |stop: &serde_json::Value| stop["amount"]["minor"].as_i64().unwrap();
        assert_eq!(shown(&stop(&t, "2026-11-23", &north, "Asha").await), 1_428);
        assert_eq!(shown(&stop(&t, "2026-11-30", &north, "Asha").await), 2_857);
        let resumed = t.post(&path(&order, "/resume"), json!({})).await.expect(409);
        assert_eq!(resumed["code"], "not_paused", "it is brought on the first day that can still change");
        t.post(&path(&order, "/pause"), json!({})).await.expect(200);
        assert_eq!(t.post(&path(&order, "/resume"), json!({})).await.expect(200)["paused_from"], json!(null), "a pause that has not begun is no more");
        let ended = t.post(&path(&order, "/end"), json!({"ends_on": "2026-11-30"})).await.expect(200);
        assert_eq!(ended["ends_on"], "2026-11-30");
        t.advance(HOUR * 24 * 5).await;
        assert_eq!(t.get(&path(&order, "")).await.expect(200)["status"], "ended");
        assert_eq!(t.post(&path(&order, "/pause"), json!({})).await.expect(409)["code"], "standing_order_ended");
        assert!(stops(&t, "2026-12-01", &north).await.is_empty());
        let list = t.get("/api/v1/standing-orders?status=ended").await.expect(200);
        assert_eq!((list["data"].as_array().unwrap().len(), &list["data"][0]["id"]), (1, &order["id"]));
        assert!(t.get("/api/v1/standing-orders?status=active").await.expect(200)["data"].as_array().unwrap().is_empty());
    }

    async fn who_was_away_is_planned_all_the_same(t: TestApp) {
        let north = route(&t, "North").await;
        let order = begin(&t, "a", milk(&north, "Asha", "98765 43210")).await;
        // Three days on which no timer rang: the first who asks finds every sheet.
        t.db().clock().move_to(t.db().clock().now().after(HOUR * 24 * 3));
        assert_eq!(t.post(&path(&order, "/skip"), json!({"on_day": "2026-11-23"})).await.expect(409)["code"], "past_cut_off");
        t.post(&path(&order, "/skip"), json!({"on_day": "2026-11-24"})).await.expect(200);
        t.settle().await;
        for day in ["2026-11-21", "2026-11-22", "2026-11-23"] {
            assert_eq!(stop(&t, day, &north, "Asha").await["state"], "planned", "{day}");
        }
        t.advance(HOUR * 11).await;
        assert_eq!(stop(&t, "2026-11-24", &north, "Asha").await["state"], "skipped");
    }
}
