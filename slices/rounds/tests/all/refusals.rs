//! What does not fit is refused by its field, and once is once.

use crate::{HOUR, begin, inr, milk, path, route, stops};
use serde_json::{Value, json};

testkit::both_apps! {
    async fn each_field_is_named(t: TestApp) {
        let north = route(&t, "North").await;
        assert_eq!(t.post_keyed("/api/v1/routes", "again", json!({"name": "North"})).await.expect(409)["code"], "route_exists");
        let wrong = |field: &str, value: Value| {
            let mut body = milk(&north, "Asha", "98765 43210");
            body[field] = value;
            body
        };
        for (at, (field, body)) in [
            ("quantity", wrong("quantity", json!("0"))),
            ("quantity", wrong("quantity", json!("-1"))),
            ("quantity", wrong("quantity", json!("1e3"))),
            ("quantity", wrong("quantity", json!("2000000"))),
            ("weekdays", wrong("weekdays", json!([]))),
            ("price", wrong("price", inr(0))),
            ("price", wrong("price", json!({"minor": 100, "currency": "USD"}))),
            ("rate_bps", wrong("rate_bps", json!(1_700))),
            ("hsn", wrong("hsn", json!("milk"))),
            ("product", wrong("product", json!("  "))),
            ("starts_on", wrong("starts_on", json!("2026-11-19"))),
            ("starts_on", wrong("starts_on", json!("2026-02-30"))),
            ("starts_on", wrong("starts_on", json!("9999-12-31"))),
            ("ends_on", wrong("ends_on", json!("2026-11-20"))),
            ("stop", wrong("stop", json!(0))),
            ("route_id", wrong("route_id", json!("rte_01h2xcejqtf2nbrexx3vqjhp41"))),
            ("contact_id", {
                let mut body = wrong("contact_id", json!("con_01h2xcejqtf2nbrexx3vqjhp41"));
                body.as_object_mut().unwrap().remove("customer");
                body
            }),
            ("customer", wrong("contact_id", json!("con_01h2xcejqtf2nbrexx3vqjhp41"))),
            ("customer.phone", wrong("customer", json!({"name": "Asha"}))),
            ("customer.phone", wrong("customer", json!({"name": "Asha", "phone": "12"}))),
        ].into_iter().enumerate() {
            let refused = t.post_keyed("/api/v1/standing-orders", &format!("w-{at}"), body).await.expect(422);
            assert!(refused["errors"].as_array().unwrap().iter().any(|wrong| wrong["field"] == field), "{field}: {refused}");
        }
        assert!(t.get("/api/v1/standing-orders").await.expect(200)["data"].as_array().unwrap().is_empty());
        let order = begin(&t, "a", milk(&north, "Asha", "98765 43210")).await;
        for (act, body, field) in [
            ("/skip", json!({"on_day": "soon"}), "on_day"),
            ("/pause", json!({"from_on": "2026-12-01", "resumes_on": "2026-12-01"}), "resumes_on"),
            ("/end", json!({"ends_on": "x"}), "ends_on"),
        ] {
            assert_eq!(t.post(&path(&order, act), body).await.expect(422)["errors"][0]["field"], field, "{act}");
        }
        assert_eq!(t.put(&path(&order, ""), json!({"price": inr(-1)})).await.expect(422)["errors"][0]["field"], "price");
        for cut_off in ["", "8 pm", "24:00"] {
            assert_eq!(t.put("/api/v1/round-settings", json!({"cut_off": cut_off})).await.expect(422)["errors"][0]["field"], "cut_off");
        }
        assert_eq!(t.get("/api/v1/rounds/monday").await.expect(422)["errors"][0]["field"], "day");
        assert_eq!(t.get("/api/v1/standing-orders?status=asleep").await.expect(422)["errors"][0]["field"], "status");
        assert_eq!(t.post("/api/v1/month-bills", json!({"month": "2026-13"})).await.expect(422)["errors"][0]["field"], "month");
        assert_eq!(t.post("/api/v1/month-bills", json!({"month": "2026-11"})).await.expect(409)["code"], "month_not_over");
        assert_eq!(t.post("/api/v1/month-bills", json!({"month": "2026-10"})).await.expect(409)["code"], "seller_unknown");
    }

    async fn the_same_request_begins_one(t: TestApp) {
        let north = route(&t, "North").await;
        let first = begin(&t, "same", milk(&north, "Asha", "98765 43210")).await;
        assert_eq!(begin(&t, "same", milk(&north, "Asha", "98765 43210")).await["id"], first["id"]);
        assert_eq!(t.get("/api/v1/standing-orders").await.expect(200)["data"].as_array().unwrap().len(), 1);
        let other = t.post_keyed("/api/v1/standing-orders", "same", milk(&north, "Ravi", "98765 43211")).await;
        assert_eq!(other.status, 422, "{}", other.text);
    }

    async fn another_cut_off_holds_at_once(t: TestApp) {
        let north = route(&t, "North").await;
        let order = begin(&t, "a", milk(&north, "Asha", "98765 43210")).await;
        // It is ten: with a cut-off at nine, tomorrow's sheet stands.
        t.put("/api/v1/round-settings", json!({"cut_off": "9:00", "announce": false})).await.expect(200);
        t.settle().await;
        assert_eq!(t.post(&path(&order, "/skip"), json!({"on_day": "2026-11-21"})).await.expect(409)["code"], "past_cut_off");
        assert_eq!(stops(&t, "2026-11-21", &north).await[0]["state"], "planned");
        let shown = t.get("/api/v1/round-settings").await.expect(200);
        assert_eq!((&shown["cut_off"], &shown["announce"], &shown["confirm"]), (&json!("09:00"), &json!(false), &json!(true)));
        t.advance(HOUR * 24).await;
        assert!(t.sim().phones().messages_to("919876543210").len() == 1, "that it has begun, and nothing the evening before");
    }
}
