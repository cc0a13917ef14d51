//! Consent for whoever runs the shop: API and pages.

use crate::promise::{MAIL, button, one_click};
use serde_json::{Value, json};
use std::time::Duration;
use testkit::{Reply, TestApp};

const SUPPRESSIONS: &str = "/api/v1/suppressions";

async fn lift(t: &TestApp, id: &str, why: &str) -> Reply {
    t.send(t.request("DELETE", &format!("{SUPPRESSIONS}/{id}?why={why}")).bearer_auth(t.key())).await
}

async fn stopped(t: &TestApp, query: &str) -> Vec<Value> {
    t.get(&format!("{SUPPRESSIONS}?{query}")).await.expect(200)["data"].as_array().unwrap().clone()
}

testkit::both_apps! {
    async fn an_address_is_stopped_and_lifted_with_a_reason(t: TestApp) {
        let body = json!({"channel": "email", "address": " Asha@Example.com ", "scope": "all", "detail": "asked at the till"});
        let one = t.post_keyed(SUPPRESSIONS, "k", body.clone()).await.expect(201);
        assert_eq!(t.post_keyed(SUPPRESSIONS, "k", body.clone()).await.expect(201), one);
        assert_eq!(t.post(SUPPRESSIONS, body).await.expect(201), one, "and without a key it is the same stop");
        let stop = &one["data"][0];
        assert_eq!((&stop["address"], &stop["reason"], &stop["scope"]), (&json!(MAIL), &json!("by_hand"), &json!("all")));
        let id = stop["id"].as_str().unwrap();
        assert_eq!(lift(&t, id, "").await.expect(422)["errors"][0]["field"], "why");
        t.advance(Duration::from_secs(1)).await;
        assert_eq!(lift(&t, id, "asked%20again").await.status, 204);
        assert_eq!(lift(&t, id, "asked%20again").await.status, 404);
        let said = t.get(&format!("/api/v1/consents?address={MAIL}")).await.expect(200);
        let words: Vec<(&str, &str)> = said["data"].as_array().unwrap().iter().map(|word| (word["said"].as_str().unwrap(), word["evidence"].as_str().unwrap())).collect();
        assert_eq!(words, [("given", "asked again"), ("withdrawn", "asked at the till")]);
        assert!(said["data"].as_array().unwrap().iter().all(|word| word["ip"].is_null()), "where the shop was proves nothing");
        assert_eq!(consent::check(t.db()).await.unwrap(), Vec::<String>::new());
    }

    async fn lists_are_narrowed_and_paged(t: TestApp) {
        for (n, scope) in ["all", "marketing", "marketing"].iter().enumerate() {
            t.post(SUPPRESSIONS, json!({"channel": "email", "address": format!("a{n}@example.com"), "scope": scope})).await.expect(201);
        }
        t.post(SUPPRESSIONS, json!({"channel": "whatsapp", "address": "98765 43210", "reason": "undeliverable"})).await.expect(201);
        for (query, found) in [("", 4), ("channel=email", 3), ("scope=all", 1), ("reason=undeliverable", 1), ("q=a1", 1), ("q=%25", 0)] {
            assert_eq!(stopped(&t, query).await.len(), found, "{query}");
        }
        let first = t.get(&format!("{SUPPRESSIONS}?limit=3")).await.expect(200);
        let rest = t.get(&format!("{SUPPRESSIONS}?limit=3&cursor={}", first["next_cursor"].as_str().unwrap())).await.expect(200);
        assert_eq!((first["data"].as_array().unwrap().len(), rest["data"].as_array().unwrap().len()), (3, 1));
        let file = t.get(&format!("{SUPPRESSIONS}?format=csv")).await;
        assert!(file.text.starts_with("id,since,channel,address") && file.text.lines().count() == 5, "{}", file.text);
        // What cannot be delivered is nobody's word.
        for (query, found) in [("", 3), ("scope=all", 1), ("said=given", 0), ("how=api", 3), ("address=A1@example.com", 1), ("address=9876543210", 0)] {
            let all = t.get(&format!("/api/v1/consents?{query}")).await.expect(200);
            assert_eq!(all["data"].as_array().unwrap().len(), found, "{query}");
        }
        for (path, field) in [("suppressions?channel=fax", "channel"), ("consents?how=loudly", "how"), ("consents?address=x", "address"), ("consents?contact_id=x", "contact_id")] {
            assert_eq!(t.get(&format!("/api/v1/{path}")).await.expect(422)["errors"][0]["field"], field, "{path}");
        }
        for (body, field) in [
            (json!({"channel": "email", "address": "98765 43210"}), "address"),
            (json!({"channel": "fax", "address": MAIL}), "channel"),
            (json!({"channel": "email", "address": MAIL, "detail": "x".repeat(501)}), "detail"),
        ] {
            assert_eq!(t.post(SUPPRESSIONS, body.clone()).await.expect(422)["errors"][0]["field"], field, "{body}");
        }
    }

    async fn nobody_consents_for_somebody_who_withdrew(t: TestApp) {
        let asha = t.post("/api/v1/contacts", json!({"name": "Asha", "phone": "98765 43210", "email": MAIL})).await.expect(201);
        let path = format!("/api/v1/contacts/{}/consent", asha["id"].as_str().unwrap());
        let wants = |channel: &str, choice: &str| json!({"channel": channel, "choice": choice, "evidence": "ticked the box"});
        let before = t.get(&path).await.expect(200);
        let phone = before["channels"].as_array().unwrap().iter().find(|one| one["channel"] == "whatsapp").unwrap().clone();
        assert_eq!((&phone["marketing_stopped_by"], &phone["said"]), (&json!("no_consent"), &json!(null)));
        let after = t.put(&path, wants("whatsapp", "everything")).await.expect(200);
        let phone = after["channels"].as_array().unwrap().iter().find(|one| one["channel"] == "whatsapp").unwrap().clone();
        assert_eq!((&phone["choice"], &phone["said"], &phone["marketing_stopped_by"]), (&json!("everything"), &json!("given"), &json!(null)));
        let button = button(&t).await;
        one_click(&t, &button).await;
        assert_eq!(t.put(&path, wants("email", "everything")).await.expect(409)["code"], "withdrawn");
        t.put(&path, wants("email", "no_marketing")).await.expect(200);
        t.put(&path, wants("email", "nothing")).await.expect(200);
        assert_eq!(t.put(&path, wants("email", "no_marketing")).await.expect(409)["code"], "withdrawn");
        for stop in stopped(&t, "channel=email").await {
            assert_eq!(lift(&t, stop["id"].as_str().unwrap(), "asked").await.status, 204);
        }
        t.put(&path, wants("email", "everything")).await.expect(200);
        assert_eq!(t.put(&path, json!({"channel": "email", "choice": "everything", "evidence": " "})).await.expect(422)["errors"][0]["field"], "evidence");
        t.get("/api/v1/contacts/con_01h2xcejqtf2nbrexx3vqjhp41/consent").await.expect(404);
        assert_eq!(consent::check(t.db()).await.unwrap(), Vec::<String>::new());
    }

    async fn a_shop_chooses_its_rules(t: TestApp) {
        let path = "/api/v1/consent-settings";
        let asha = t.post("/api/v1/contacts", json!({"name": "Asha", "email": MAIL})).await.expect(201);
        let of = format!("/api/v1/contacts/{}/consent", asha["id"].as_str().unwrap());
        assert_eq!(t.get(&of).await.expect(200)["channels"][0]["marketing_stopped_by"], json!(null));
        let rules = json!({"marketing": {"email": "opt_in"}, "words": {"stop": ["no more"], "start": [], "help": []}});
        assert_eq!(t.put(path, rules.clone()).await.expect(200), rules);
        assert_eq!(t.get(path).await.expect(200), rules);
        assert_eq!(t.get(&of).await.expect(200)["channels"][0]["marketing_stopped_by"], "no_consent");
        for (body, field) in [
            (json!({"marketing": {"fax": "opt_in"}}), "marketing"),
            (json!({"words": {"stop": ["!"]}}), "words.stop"),
            (json!({"words": {"stop": ["a"], "help": ["A."]}}), "words.help"),
        ] {
            assert_eq!(t.put(path, body.clone()).await.expect(422)["errors"][0]["field"], field, "{body}");
        }
    }

    async fn the_pages_answer(t: TestApp) {
        let asha = t.post("/api/v1/contacts", json!({"name": "Asha", "phone": "98765 43210", "email": MAIL})).await.expect(201);
        let of = format!("/admin/contacts/{}/consent", asha["id"].as_str().unwrap());
        assert!(t.get("/admin/consent").await.text.contains("Everybody may be written to"));
        let send = async |path: &str, form: &[(&str, &str)]| t.send(t.request("POST", path).bearer_auth(t.key()).form(form)).await;
        let wrong = send("/admin/consent", &[("channel", "email"), ("address", "asha"), ("scope", "all")]).await;
        assert!(wrong.status == 422 && wrong.text.contains("value=\"asha\""), "{}", wrong.text);
        assert_eq!(send("/admin/consent", &[("channel", "email"), ("address", MAIL), ("scope", "all")]).await.status, 303);
        let list = t.get("/admin/consent?reason=by_hand").await;
        assert!(list.status == 200 && list.text.contains(MAIL) && list.text.contains("Noted by the shop"), "{}", list.text);
        let id = stopped(&t, "").await[0]["id"].as_str().unwrap().to_owned();
        assert_eq!(send(&format!("/admin/consent/{id}/lift"), &[("why", " ")]).await.status, 422);
        assert_eq!(send(&format!("/admin/consent/{id}/lift"), &[("why", "asked for it")]).await.status, 303);
        let log = t.get("/admin/consent/log?said=given").await;
        assert!(log.status == 200 && log.text.contains("asked for it"), "{}", log.text);
        assert!(t.get("/admin/consent/log.csv").await.text.contains("asked for it"));
        assert!(t.get("/admin/consent.csv").await.text.starts_with("id,since"));
        assert_eq!(send(&of, &[("channel", "email"), ("choice", "everything"), ("evidence", "")]).await.status, 422);
        assert_eq!(send(&of, &[("channel", "email"), ("choice", "everything"), ("evidence", "at the till")]).await.status, 303);
        assert!(t.get(&of).await.text.contains("at the till"));
        let rules = "/admin/consent/settings";
        assert_eq!(send(rules, &[("email", "opt_in"), ("whatsapp", "opt_in"), ("stop", "no more\nenough"), ("start", ""), ("help", "")]).await.status, 303);
        let shown = t.get(rules).await;
        assert!(shown.text.contains("no more\nenough"), "{}", shown.text);
        assert_eq!(t.get("/api/v1/consent-settings").await.expect(200)["marketing"], json!({"email": "opt_in"}));
        assert_eq!(send(rules, &[("stop", "!!")]).await.status, 422);
    }
}
