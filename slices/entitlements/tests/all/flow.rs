//! Features, plans that give them, a customer who uses them, and everything that follows, as a program sees it.

use serde_json::{Value, json};
use std::time::Duration;
use testkit::{ADMIN, Browser, TestApp};

pub const DAY: Duration = Duration::from_secs(86_400);

/// Three features, a plan that gives some of each, and somebody who tries it out.
async fn set_up(t: &TestApp) -> (String, String) {
    let seller = json!({"legal_name": "Ananda", "address": "12 MG Road", "state": "29", "gstin": "29AAGCB7383J1Z4", "due_days": 7});
    t.put("/api/v1/invoice-settings", seller).await.expect(200);
    let features = [
        json!({"code": "calls", "name": "API calls", "kind": "metered", "unit": "calls"}),
        json!({"code": "seats", "name": "Seats", "kind": "limit", "unit": "seats"}),
        json!({"code": "export", "name": "Export", "kind": "switch"}),
    ];
    for feature in features {
        t.post("/api/v1/features", feature).await.expect(201);
    }
    let price = json!({"cadence": "month", "amount": {"minor": 9_900, "currency": "INR"}, "hsn": "998431", "rate_bps": 1800});
    let plan = t.post("/api/v1/plans", json!({"code": "starter", "name": "Starter", "prices": [price]})).await.expect(201);
    let plan = plan["id"].as_str().unwrap().to_owned();
    let gives = json!({"features": [{"feature": "calls", "limit": 50}, {"feature": "seats", "limit": 3}, {"feature": "export"}]});
    t.put(&format!("/api/v1/plans/{plan}/features"), gives).await.expect(200);
    let body = json!({"plan": "starter", "quantity": 2, "trial_days": 40, "customer": {"name": "Asha Rao", "email": "asha@example.com"}});
    let sub = t.post_keyed("/api/v1/subscriptions", "s-1", body).await.expect(201);
    t.settle().await;
    (sub["contact_id"].as_str().unwrap().to_owned(), plan)
}

pub async fn has(t: &TestApp, contact: &str, feature: &str) -> Value {
    let all = t.get(&format!("/api/v1/contacts/{contact}/entitlements")).await.expect(200);
    all["data"].as_array().unwrap().iter().find(|it| it["feature"] == feature).unwrap().clone()
}

pub async fn quiet(t: &TestApp) {
    t.settle().await;
    for wrong in [entitlements::check(t.db()).await, subscriptions::check(t.db()).await, invoices::check(t.db()).await] {
        assert_eq!(wrong.unwrap(), Vec::<String>::new());
    }
}

testkit::both_apps! {
    async fn a_customer_uses_what_the_plan_gives_and_no_more(t: TestApp) {
        let (contact, _) = set_up(&t).await;
        let calls = has(&t, &contact, "calls").await;
        assert_eq!((&calls["limit"], &calls["used"], &calls["left"], &calls["because"]), (&json!(100), &json!(0), &json!(110), &json!("plan")));
        assert_eq!((&has(&t, &contact, "export").await["on"], &has(&t, &contact, "seats").await["limit"]), (&json!(true), &json!(6)));

        let consume = format!("/api/v1/contacts/{contact}/entitlements/calls/consume");
        let used = t.post_keyed(&consume, "c-1", json!({"amount": 85})).await.expect(200);
        assert_eq!((&used["used"], &used["left"]), (&json!(85), &json!(25)));
        assert_eq!(t.post_keyed(&consume, "c-1", json!({"amount": 85})).await.expect(200)["used"], 85, "the same request again");
        t.post(&consume, json!({"amount": 25, "dry_run": true})).await.expect(200);
        t.post(&consume, json!({"amount": 25})).await.expect(200);
        let reply = t.post(&consume, json!({})).await;
        assert_eq!(reply.header("content-type"), Some("application/problem+json"));
        let refused = reply.expect(402);
        assert_eq!((&refused["code"], &refused["used"], &refused["limit"], &refused["feature"]), (&json!("limit_reached"), &json!(110), &json!(100), &json!("calls")));
        assert_eq!(refused["reset_at"], calls["reset_at"]);
        assert!(refused["upgrade_url"].as_str().unwrap().starts_with("http"), "{refused}");
        t.put("/api/v1/entitlement-settings", json!({"upgrade_url": "https://app.example.com/more"})).await.expect(200);
        assert_eq!(t.post(&consume, json!({})).await.expect(402)["upgrade_url"], "https://app.example.com/more");
        assert_eq!(t.put("/api/v1/entitlement-settings", json!({"upgrade_url": "javascript:1"})).await.expect(422)["errors"][0]["field"], "upgrade_url");

        let thresholds = t.get(&format!("/api/v1/usage-thresholds?contact_id={contact}")).await.expect(200);
        assert_eq!(thresholds["data"].as_array().unwrap().len(), 4);
        let seats = format!("/api/v1/contacts/{contact}/entitlements/seats/consume");
        t.post(&seats, json!({"amount": 6})).await.expect(200);
        assert_eq!(t.post(&seats, json!({"amount": 7})).await.expect(402)["code"], "limit_reached");
        assert_eq!(t.post(&seats, json!({"amount": 0})).await.expect(422)["errors"][0]["field"], "amount");
        assert_eq!(t.post(&format!("/api/v1/contacts/{contact}/entitlements/none/consume"), json!({})).await.status, 404);
        quiet(&t).await;
    }

    async fn more_is_given_for_a_while_and_what_ended_gives_nothing(t: TestApp) {
        let (contact, plan) = set_up(&t).await;
        let path = format!("/api/v1/contacts/{contact}/entitlements/calls/override");
        let given = t.put(&path, json!({"limit": null, "until": "2026-11-25", "note": "a launch"})).await.expect(200);
        assert_eq!((&given["limit"], &given["left"], &given["because"]), (&Value::Null, &Value::Null, &json!("override")));
        t.advance(DAY * 6).await;
        assert_eq!(has(&t, &contact, "calls").await["limit"], 100, "the plan's again");
        let off = t.put(&format!("/api/v1/contacts/{contact}/entitlements/export/override"), json!({"on": false})).await.expect(200);
        assert_eq!((&off["on"], &off["because"]), (&json!(false), &json!("override")));
        let refused = t.post(&format!("/api/v1/contacts/{contact}/entitlements/export/consume"), json!({})).await.expect(402);
        assert_eq!(refused["code"], "not_included");
        let back = t.send(t.request("DELETE", &format!("/api/v1/contacts/{contact}/entitlements/export/override")).bearer_auth(t.key())).await;
        assert_eq!(back.expect(200)["on"], true);

        let gives = async |features: Value| t.put(&format!("/api/v1/plans/{plan}/features"), json!({"features": features})).await;
        let all = "9223372036854775807".parse::<i64>().unwrap();
        for (wrong, field) in [
            (json!([{"feature": "none"}]), "features.none"),
            (json!([{"feature": "export", "limit": 1}]), "features.export"),
            (json!([{"feature": "calls", "limit": -1}]), "features.calls"),
            (json!([{"feature": "calls", "limit": all}]), "features.calls"),
            (json!([{"feature": "calls"}, {"feature": "calls"}]), "features.calls"),
        ] {
            assert_eq!(gives(wrong).await.expect(422)["errors"][0]["field"], field);
        }
        assert_eq!(gives(json!([{"feature": "calls"}])).await.expect(200)["features"], json!([{"feature": "calls", "limit": null, "overage": null}]));
        assert_eq!((&has(&t, &contact, "calls").await["limit"], &has(&t, &contact, "seats").await["on"]), (&Value::Null, &json!(false)));

        let subs = t.get("/api/v1/subscriptions").await.expect(200);
        t.post("/api/v1/subscriptions/cancel", json!({"subscription_id": subs["data"][0]["id"]})).await.expect(200);
        assert_eq!(has(&t, &contact, "calls").await["because"], "nothing");
        quiet(&t).await;
    }

    async fn events_count_once_and_a_new_period_begins_at_nothing(t: TestApp) {
        let (contact, _) = set_up(&t).await;
        let event = |id: &str, quantity: i64| json!({"event_id": id, "contact_id": contact, "feature": "calls", "quantity": quantity});
        let first = t.post("/api/v1/usage-events", json!({"events": [event("a", 30), event("b", 40), event("a", 30), event("c", 0)]})).await.expect(200);
        let status: Vec<&Value> = first["events"].as_array().unwrap().iter().map(|reply| &reply["status"]).collect();
        assert_eq!(status, [&json!("inserted"), &json!("inserted"), &json!("duplicate"), &json!("rejected")]);
        let again = t.post("/api/v1/usage-events", json!({"events": [event("b", 40), event("d", 5)]})).await.expect(200);
        assert_eq!((&again["events"][0]["status"], &again["events"][1]["status"]), (&json!("duplicate"), &json!("inserted")));
        assert_eq!(has(&t, &contact, "calls").await["used"], 75);
        assert_eq!(t.post("/api/v1/usage-events", json!({"events": []})).await.expect(422)["errors"][0]["field"], "events");

        let list = t.get("/api/v1/usage-events?limit=2&feature=calls").await.expect(200);
        assert_eq!((list["data"].as_array().unwrap().len(), list["next_cursor"].is_string()), (2, true));
        let file = t.get("/api/v1/usage-events/export?source=api").await;
        assert_eq!((file.status, file.text.lines().count()), (200, 4));
        assert_eq!(t.get("/api/v1/usage-thresholds?format=csv").await.text.lines().count(), 1);

        t.advance(DAY * 41).await;
        let next = has(&t, &contact, "calls").await;
        assert_eq!((&next["used"], &next["from"], &next["limit"]), (&json!(0), &json!("2026-12-30"), &json!(100)), "the trial is over, and a month begins");
        let late = t
            .post("/api/v1/usage-events", json!({"events": [{"event_id": "e", "contact_id": contact, "feature": "calls", "at": "2026-12-20T00:00:00Z"}]}))
            .await
            .expect(200);
        assert_eq!(late["events"][0]["adjusts"], "2026-12-20", "nothing was billed for the trial");
        assert_eq!(has(&t, &contact, "calls").await["used"], 1);
        quiet(&t).await;
    }

    async fn the_account_has_what_its_plan_gives(t: TestApp) {
        let own = format!("/api/v1/tenants/{}/entitlements", t.tenant());
        let all = t.get(&own).await.expect(200);
        let limits: Vec<&Value> = all["data"].as_array().unwrap().iter().map(|it| &it["limit"]).collect();
        assert_eq!(limits, [&json!(100), &json!(1), &json!(7), &json!(0)]);
        let runs = format!("{own}/attribution_runs/consume");
        t.post(&runs, json!({"amount": 110})).await.expect(200);
        let refused = t.post(&runs, json!({})).await.expect(402);
        assert!(refused["upgrade_url"].as_str().unwrap().ends_with("/admin/usage"), "{refused}");
        let (_, key) = t.another_tenant("Other Shop").await;
        assert_eq!(t.send(t.request("GET", &own).bearer_auth(key)).await.status, 404);
        assert_eq!(t.get("/api/v1/usage-thresholds").await.expect(200)["data"][0]["contact_id"], Value::Null);
        quiet(&t).await;
    }
}

mod flags {
    use super::*;

    testkit::both_apps! { with &[("FLAG_FORCED", "true")];
        async fn a_flag_is_for_some_and_the_environment_goes_before(t: TestApp) {
            let (contact, _) = set_up(&t).await;
            let states = || async { t.get(&format!("/api/v1/contacts/{contact}/flags")).await.expect(200)["flags"].clone() };
            assert_eq!(states().await, json!({"forced": {"on": true, "because": "environment"}}));
            let put = async |name: &str, body: Value| t.put(&format!("/api/v1/flags/{name}"), body).await;
            put("new_checkout", json!({"on": true, "contacts": [contact]})).await.expect(200);
            let forced = put("forced", json!({"on": false})).await.expect(200);
            assert_eq!((&forced["on"], &forced["overridden"]), (&json!(false), &json!(true)));
            put("rest", json!({"on": true, "share_bps": 10_000})).await.expect(200);
            let turned = states().await;
            let because = ["new_checkout", "forced", "rest"].map(|name| (turned[name]["on"].clone(), turned[name]["because"].clone()));
            assert_eq!(because, [(json!(true), json!("named")), (json!(true), json!("environment")), (json!(true), json!("share"))]);
            put("rest", json!({"on": false, "share_bps": 10_000})).await.expect(200);
            assert_eq!(states().await["rest"], json!({"on": false, "because": "off"}));
            assert_eq!(put("Not-A-Name", json!({"on": true})).await.expect(422)["errors"][0]["field"], "name");
            assert_eq!(put("x", json!({"on": true, "share_bps": 10_001})).await.expect(422)["errors"][0]["field"], "share_bps");
            let gone = t.send(t.request("DELETE", "/api/v1/flags/rest").bearer_auth(t.key())).await;
            assert_eq!((gone.status, t.get("/api/v1/flags/rest").await.status), (204, 404));
        }

        async fn by_hand_in_the_back_office(t: TestApp) {
            let browser = Browser::signed_in(&t, ADMIN.0, ADMIN.1).await;
            for page in ["/admin/entitlements", "/admin/entitlements/features", "/admin/entitlements/plans", "/admin/entitlements/usage", "/admin/flags"] {
                assert_eq!(browser.get(&t, page).await.status, 200, "{page}");
            }
            let (contact, plan) = set_up(&t).await;
            t.post(&format!("/api/v1/contacts/{contact}/entitlements/calls/consume"), json!({"amount": 95})).await.expect(200);
            let near = browser.get(&t, "/admin/entitlements").await;
            assert!(near.text.contains("Asha Rao") && near.text.contains("95 of 100"), "{}", near.text);
            for page in ["/features", "/plans", "/usage", "/account", &format!("/plans/{plan}"), &format!("/customers/{contact}")] {
                assert_eq!(browser.get(&t, &format!("/admin/entitlements{page}")).await.status, 200, "{page}");
            }
            let features = "/admin/entitlements/features";
            let typed = [("name", "Exports"), ("code", "calls"), ("kind", "metered"), ("unit", "files"), ("resets", "month"), ("grace_percent", "0")];
            let taken = browser.post(&t, features, &typed).await;
            assert_eq!((taken.status, taken.text.contains("Another feature has this code")), (409, true));
            let saved = browser.post(&t, &format!("/admin/entitlements/plans/{plan}"), &[("calls", "no limit"), ("seats", ""), ("export", "on")]).await;
            assert_eq!((saved.status, &has(&t, &contact, "calls").await["limit"]), (303, &Value::Null));
            let wrong = browser.post(&t, &format!("/admin/entitlements/plans/{plan}"), &[("calls", "many")]).await;
            assert_eq!((wrong.status, wrong.text.contains("a whole number, or")), (422, true));
            let here = format!("/admin/entitlements/customers/{contact}");
            let given = browser.post(&t, &here, &[("feature", "seats"), ("limit", "9"), ("until", ""), ("note", "a friend")]).await;
            assert_eq!((given.status, &has(&t, &contact, "seats").await["limit"]), (303, &json!(9)));
            assert_eq!(browser.post(&t, &here, &[("take_back", "seats")]).await.status, 303);
            assert_eq!(has(&t, &contact, "seats").await["on"], false);
            let flag = [("name", "new_search"), ("description", "Faster"), ("on", "on"), ("share", "12.5"), ("contacts", contact.as_str())];
            assert_eq!(browser.post(&t, "/admin/flags/new", &flag).await.status, 303);
            assert_eq!(browser.post(&t, "/admin/flags/new", &flag).await.status, 409);
            assert_eq!(t.get("/api/v1/flags/new_search").await.expect(200)["share_bps"], 1_250);
            assert_eq!(browser.get(&t, "/admin/flags/new_search").await.status, 200);
            assert_eq!(browser.post(&t, "/admin/flags/new_search/remove", &[]).await.status, 303);
            quiet(&t).await;
        }
    }
}
