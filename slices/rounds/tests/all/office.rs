//! The pages of the back office.

use crate::{HOUR, begin, inr, milk, path, route, stop};
use serde_json::json;
use testkit::Browser;

testkit::both_apps! {
    async fn a_day_in_the_office(t: TestApp) {
        let office = Browser::signed_in(&t, testkit::ADMIN.0, testkit::ADMIN.1).await;
        assert!(office.get(&t, "/admin/rounds").await.text.contains("No routes yet"));
        assert_eq!(office.get(&t, "/admin/standing-orders/new").await.status, 303, "a route comes first");
        assert_eq!(office.post(&t, "/admin/rounds/routes", &[("name", "North"), ("position", "1")]).await.status, 303);
        assert_eq!(office.post(&t, "/admin/rounds/routes", &[("name", "North"), ("position", "1")]).await.status, 409);
        let form = office.get(&t, "/admin/standing-orders/new").await;
        let (key, route) = (form.between("name=\"key\" value=\"", "\"").to_owned(), form.between("option value=\"rte_", "\"").to_owned());
        let route = format!("rte_{route}");
        let fields = [
            ("key", key.as_str()), ("name", "Asha"), ("phone", "98765 43210"), ("product", "Cow milk"), ("quantity", "1"), ("unit", "l"),
            ("price", "60"), ("price_per", "unit"), ("rate", "500"), ("hsn", "0401"), ("route_id", &route), ("stop", ""), ("address", "4 Hill Road"),
            ("note", "Ring twice"), ("starts_on", "2026-11-20"), ("ends_on", ""), ("mon", "on"), ("fri", "on"),
        ];
        let begun = office.post(&t, "/admin/standing-orders/new", &fields).await;
        assert_eq!(begun.status, 303, "{}", begun.text);
        let page = begun.header("location").unwrap().to_owned();
        assert_eq!(office.post(&t, "/admin/standing-orders/new", &fields).await.header("location"), Some(page.as_str()), "sent twice is one");
        let mut wrong = fields;
        (wrong[0].1, wrong[4].1) = ("0000000000000000000000000000000000000000000000000000000000000000", "none");
        let refused = office.post(&t, "/admin/standing-orders/new", &wrong).await;
        assert!(refused.status == 422 && refused.text.contains("Ring twice"), "what was typed is kept");
        let shown = office.get(&t, &page).await;
        assert!(shown.status == 200 && shown.text.contains("Mon, Fri") && shown.text.contains("November 2026"), "{}", shown.text);
        let sheet = office.get(&t, "/admin/rounds").await;
        assert!(sheet.text.contains("Ring twice") && sheet.text.contains("All 1 delivered"), "{}", sheet.text);
        let today = stop(&t, "today", &route, "Asha").await;
        let mark = format!("/admin/rounds/deliveries/{}/mark", today["id"].as_str().unwrap());
        assert_eq!(office.post(&t, &mark, &[("state", "missed")]).await.status, 303);
        assert_eq!(office.post(&t, &mark, &[("state", "delivered")]).await.status, 409, "undo it first");
        assert_eq!(office.post(&t, &mark, &[("state", "planned")]).await.status, 303);
        let quantity = format!("/admin/rounds/deliveries/{}/quantity", today["id"].as_str().unwrap());
        assert_eq!(office.post(&t, &quantity, &[("quantity", "3")]).await.status, 303);
        assert_eq!(office.post(&t, "/admin/rounds/2026-11-20/marks", &[("state", "delivered"), ("route_id", &route)]).await.status, 303);
        assert_eq!(stop(&t, "today", &route, "Asha").await["amount"], inr(18_000));
        for (act, fields, status) in [
            ("day", &[("on_day", "2026-11-23"), ("quantity", "0")][..], 303),
            ("day", &[("on_day", "2026-11-20"), ("quantity", "0")][..], 409),
            ("pause", &[("from_on", ""), ("resumes_on", "2026-12-01")][..], 303),
            ("resume", &[][..], 303),
            ("change", &[("quantity", "2"), ("price", "60.00"), ("route_id", &route), ("tue", "on"), ("note", ""), ("from_on", "")][..], 303),
            ("end", &[("ends_on", "2026-12-31")][..], 303),
        ] {
            let reply = office.post(&t, &format!("{page}/{act}"), fields).await;
            assert_eq!(reply.status, status, "{act}: {}", reply.text);
        }
        assert_eq!(office.post(&t, "/admin/rounds/routes/settings", &[("cut_off", "21:30"), ("announce", "on")]).await.status, 303);
        let pages = [
            "/admin/rounds", "/admin/rounds?day=2026-11-24", "/admin/standing-orders", "/admin/standing-orders?status=active&q=asha",
            "/admin/rounds/routes", "/admin/rounds/bills", &format!("{page}?month=2026-12"), &format!("{page}/change"),
        ];
        for page in pages {
            assert_eq!(office.get(&t, page).await.status, 200, "{page}");
        }
        for file in ["/admin/standing-orders.csv", "/admin/rounds/2026-11-20/sheet.csv"] {
            let file = office.get(&t, file).await;
            assert!(file.status == 200 && file.text.contains("Asha"), "{}", file.text);
        }
    }

    async fn the_samples_are_a_day_of_work(t: TestApp) {
        let customers = (0..12).map(|at| (format!("Customer {at}"), format!("+9198765432{at:02}"))).collect();
        t.db().run(&t.who(), rounds::Samples { customers }).await.unwrap();
        // Monday is a day on which everything comes.
        t.advance(HOUR * 24 * 3).await;
        let sheet = t.get("/api/v1/rounds/2026-11-23").await.expect(200);
        assert_eq!((&sheet["deliveries"], sheet["routes"].as_array().unwrap().len(), sheet["load"].as_array().unwrap().len()), (&json!(12), 2, 4));
        assert_eq!(t.sim().phones().messages_to("919876543200").len(), 1, "that it begins, and nothing of each day");
    }

    async fn a_customer_is_called_by_the_name_they_have_now(t: TestApp) {
        let north = route(&t, "North").await;
        let order = begin(&t, "a", milk(&north, "Asha", "98765 43210")).await;
        let contact = order["contact_id"].as_str().unwrap();
        t.put(&format!("/api/v1/contacts/{contact}"), json!({"name": "Asha Rao"})).await.expect(200);
        t.settle().await;
        assert_eq!(t.get(&path(&order, "")).await.expect(200)["customer"], "Asha Rao");
        t.advance(HOUR * 11).await;
        stop(&t, "2026-11-21", &north, "Asha Rao").await;
    }
}
