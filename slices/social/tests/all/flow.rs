//! What goes well, and what people may and may not do.

use crate::{HOUR, PLACES, POSTS, act, at, calls, later, mangoes, place, planned, show};
use serde_json::{Value, json};
use std::time::Duration;
use testkit::{Reply, TestApp};

async fn call(t: &TestApp, key: &str, method: &str, path: &str, body: Value) -> Reply {
    t.send(t.request(method, path).bearer_auth(key).header("idempotency-key", path).json(&body)).await
}

testkit::both_apps! {
    async fn at_its_time_each_place_gets_it_once_and_signed(t: TestApp) {
        let made = t.post(PLACES, json!({"name": "page", "kind": "facebook", "address": t.sim().receiver_url("page")})).await.expect(201);
        let secret = made["secret"].as_str().unwrap().to_owned();
        t.sim().receiver().trust("page", &[&secret]);
        let (page, channel) = (made["place"]["id"].as_str().unwrap(), place(&t, "channel").await);
        place(&t, "elsewhere").await;
        let post = planned(&t, &[page, &channel]).await;
        t.settle().await;
        t.advance(HOUR - Duration::from_secs(1)).await;
        assert!(calls(&t, "page").is_empty(), "not before its time");
        t.advance(HOUR * 30).await;
        for name in ["page", "channel"] {
            let all = calls(&t, name);
            assert_eq!((all.len(), all[0].verified), (1, 1), "{name}: {all:?}");
        }
        assert!(calls(&t, "elsewhere").is_empty());
        let (got, shown) = (&calls(&t, "page")[0], show(&t, &post).await);
        let body = got.json();
        assert_eq!((&body["type"], &body["text"], &body["link"]), (&json!("social.post"), &json!("Mangoes are in"), &json!("https://shop.example/m")));
        assert_eq!((&body["id"], &body["post_id"], &body["at"]), (&json!(got.id), &shown["id"], &shown["at"]));
        assert_eq!((&body["place"], &body["picture"]), (&json!({"id": page, "name": "page", "kind": "facebook"}), &json!(null)));
        assert_eq!(json!(got.id), at(&shown, "page")["id"]);
        let reference = standardwebhooks::Webhook::new(&secret).unwrap();
        assert_eq!(reference.sign(&got.id, got.timestamp.parse().unwrap(), got.body.as_bytes()).unwrap(), got.signatures[0]);
        assert_eq!((&shown["state"], &at(&shown, "page")["status"], &at(&shown, "page")["said"]), (&json!("sent"), &json!(200), &json!("taken")));
        assert_eq!(act(&t, &post, "retry").await.expect(409)["code"], "social_post_state");
        let audit = t.get("/api/v1/audit").await.text;
        assert!(audit.contains("social_post.sent") && !audit.contains("whsec_") && !t.get(PLACES).await.text.contains("whsec_"));
    }

    async fn what_is_cancelled_goes_nowhere_and_what_is_moved_goes_later(t: TestApp) {
        let id = place(&t, "a").await;
        let (gone, moved, back) = (planned(&t, &[&id]).await, planned(&t, &[&id]).await, planned(&t, &[&id]).await);
        assert_eq!(act(&t, &gone, "cancel").await.expect(200)["state"], "cancelled");
        let other = json!({"text": "Later", "at": later(&t, HOUR * 3), "places": [id], "version": 1});
        assert_eq!(t.put(&moved, other.clone()).await.expect(200)["state"], "planned", "as it was");
        assert_eq!(t.put(&moved, other).await.expect(409)["code"], "version");
        let mut draft = mangoes(&t, &[&id]);
        draft["plan"] = json!(false);
        assert_eq!(t.put(&back, draft).await.expect(200)["state"], "draft");
        t.advance(HOUR * 2).await;
        assert!(calls(&t, "a").is_empty());
        assert_eq!(act(&t, &back, "plan").await.expect(422)["errors"][0]["field"], "at", "its time has passed");
        t.advance(HOUR * 2).await;
        assert_eq!((calls(&t, "a").len(), &calls(&t, "a")[0].json()["text"]), (1, &json!("Later")));
        t.advance(HOUR * 100).await;
        assert_eq!((calls(&t, "a").len(), &show(&t, &gone).await["state"]), (1, &json!("cancelled")));
        for what in ["plan", "cancel", "retry"] {
            assert_eq!(act(&t, &gone, what).await.expect(409)["code"], "social_post_state", "{what}");
        }
    }

    async fn the_list_narrows_and_is_a_file(t: TestApp) {
        let (a, b) = (place(&t, "a").await, place(&t, "b").await);
        let first = planned(&t, &[&a]).await;
        t.advance(HOUR * 2).await;
        let mut texts = Vec::new();
        for number in 0..3 {
            let asked = json!({"text": format!("Number {number}"), "at": later(&t, HOUR * (number + 1)), "places": [a, b]});
            texts.push(t.post_keyed(POSTS, "same key", asked.clone()).await.status);
            t.post_keyed(POSTS, &format!("key {number}"), asked.clone()).await.expect(201);
            assert_eq!(t.post_keyed(POSTS, &format!("key {number}"), asked).await.header("idempotency-replayed"), Some("true"));
        }
        assert_eq!(texts, [201, 422, 422], "one key, one post");
        let list = |query: &str| {
            let (t, path) = (t.clone(), format!("{POSTS}?{query}"));
            async move { t.get(&path).await }
        };
        let count = |page: Value| page["data"].as_array().unwrap().len();
        assert_eq!(count(list("").await.expect(200)), 5);
        assert_eq!(count(list("state=draft").await.expect(200)), 4);
        assert_eq!(count(list(&format!("place={b}")).await.expect(200)), 4);
        assert_eq!(count(list(&format!("to={}", later(&t, Duration::ZERO))).await.expect(200)), 1);
        assert_eq!(count(list(&format!("from={}&state=sent", later(&t, Duration::ZERO))).await.expect(200)), 0);
        let page = list("limit=3").await.expect(200);
        assert_eq!((count(page.clone()), &page["data"][0]["text"]), (3, &json!("Number 2")), "the last to go out first");
        let rest = list(&format!("limit=3&cursor={}", page["next_cursor"].as_str().unwrap())).await.expect(200);
        assert_eq!((count(rest.clone()), &rest["data"][1]["id"], &rest["next_cursor"]), (2, &show(&t, &first).await["id"], &json!(null)));
        let file = list("format=csv").await;
        assert!(file.text.lines().count() == 6 && file.text.contains("a: sent") && file.text.contains("a: chosen; b: chosen"), "{}", file.text);
        // Half past midnight of the next day in India, which is still the twentieth in Greenwich.
        let night = json!({"text": "At night", "at": "2026-11-20T19:00:00Z", "places": [b]});
        t.post_keyed(POSTS, "night", night).await.expect(201);
        for (query, expected) in [
            ("from=2026-11-20&to=2026-11-20", 5), ("from=2026-11-21", 1), ("to=2026-11-20", 5), ("to=2026-11-21&state=draft", 5), ("to=2026-11-19", 0),
            ("from=2026-11-20T19:00:00Z", 1), ("to=2026-11-20T19:00:00Z", 5),
        ] {
            assert_eq!(count(list(query).await.expect(200)), expected, "{query}");
        }
        for wrong in ["state=lost", "place=nowhere", "from=yesterday", "format=pdf"] {
            assert_eq!(list(wrong).await.status, 422, "{wrong}");
        }
    }

    async fn what_is_typed_is_judged(t: TestApp) {
        let a = place(&t, "a").await;
        let refused = |field: &'static str, value: Value| {
            let mut asked = mangoes(&t, &[&a]);
            asked[field] = value;
            let t = t.clone();
            async move {
                let refused = t.post(POSTS, asked.clone()).await.expect(422);
                assert_eq!(refused["errors"][0]["field"], field, "{asked}: {refused}");
            }
        };
        refused("text", json!("  ")).await;
        refused("link", json!("javascript:alert(1)")).await;
        refused("picture", json!("mango.jpg")).await;
        refused("at", json!(later(&t, Duration::ZERO))).await;
        refused("at", json!(later(&t, HOUR * 24 * 400))).await;
        refused("places", json!([])).await;
        refused("places", json!(["spl_01h2xcejqtf2nbrexx3vqjhp41"])).await;
        for (body, field) in [
            (json!({"name": "", "kind": "x", "address": "https://example.com"}), "name"),
            (json!({"name": "A", "kind": "myspace", "address": "https://example.com"}), "kind"),
            (json!({"name": "A", "kind": "x", "address": "ftp://example.com"}), "address"),
            (json!({"name": "A", "kind": "x", "address": "http://169.254.169.254/latest"}), "address"),
            (json!({"name": "A", "kind": "x", "address": "https://10.0.0.1/hook"}), "address"),
        ] {
            let refused = t.post(PLACES, body.clone()).await.expect(422);
            assert!(refused["errors"][0]["field"].as_str().is_some_and(|at| at == field), "{body}: {refused}");
        }
        for number in 1..20 {
            place(&t, &format!("more-{number}")).await;
        }
        let asked = json!({"name": "A", "kind": "x", "address": "https://example.com"});
        assert_eq!(t.post(PLACES, asked).await.expect(409)["code"], "too_many_places");
    }

    async fn a_place_is_tested_paused_and_taken_out(t: TestApp) {
        let (a, b) = (place(&t, "a").await, place(&t, "b").await);
        let (one, other) = (format!("{PLACES}/{a}"), format!("{PLACES}/{b}"));
        assert_eq!(act(&t, &one, "test").await.expect(202)["tested"], "waiting");
        t.settle().await;
        let tested = show(&t, &one).await;
        assert_eq!((&tested["tested"], &tested["tested_said"]), (&json!("taken"), &json!("200 taken")));
        assert_eq!((&calls(&t, "a")[0].json()["type"], calls(&t, "a")[0].verified), (&json!("social.test"), 1));
        let paused = t.put(&one, json!({"active": false, "name": "Renamed", "version": 1})).await.expect(200);
        assert_eq!((&paused["state"], &paused["name"], &paused["version"]), (&json!("paused"), &json!("Renamed"), &json!(2)));
        assert_eq!(t.put(&one, json!({"name": "Again", "version": 1})).await.expect(409)["code"], "version");
        let post = planned(&t, &[&a, &b]).await;
        t.send(t.request("DELETE", &other).bearer_auth(t.key())).await.expect(204);
        assert_eq!(t.get(&other).await.status, 404);
        t.advance(HOUR * 2).await;
        let shown = show(&t, &post).await;
        assert_eq!((&shown["state"], &at(&shown, "Renamed")["said"]), (&json!("failed"), &json!("This place is paused.")));
        assert_eq!((at(&shown, "b")["said"].as_str(), calls(&t, "b").len()), (Some("This place was removed."), 0));
        assert_eq!(act(&t, &post, "retry").await.expect(409)["code"], "places_closed");
        t.put(&one, json!({"active": true})).await.expect(200);
        assert_eq!(act(&t, &post, "retry").await.expect(200)["state"], "sending");
        t.settle().await;
        let shown = show(&t, &post).await;
        assert_eq!((&shown["state"], &at(&shown, "Renamed")["state"], calls(&t, "a").len()), (&json!("partly"), &json!("sent"), 2));
    }

    async fn two_secrets_sign_for_a_day_after_a_rotation(t: TestApp) {
        let made = t.post(PLACES, json!({"name": "a", "kind": "x", "address": t.sim().receiver_url("a")})).await.expect(201);
        let (first, id) = (made["secret"].as_str().unwrap().to_owned(), made["place"]["id"].as_str().unwrap().to_owned());
        let own = format!("{PLACES}/{id}");
        let rotated = act(&t, &own, "rotate").await.expect(201);
        let second = rotated["secret"].as_str().unwrap().to_owned();
        assert!(second.starts_with("whsec_") && second != first && rotated["place"]["old_secret_until"].is_string(), "{rotated}");
        t.sim().receiver().trust("a", &[&first, &second]);
        // A post and a test, signed alike.
        planned(&t, &[&id]).await;
        t.advance(HOUR).await;
        act(&t, &own, "test").await.expect(202);
        t.settle().await;
        let reference = standardwebhooks::Webhook::new(&second).unwrap();
        let signed = |call: &sim::Received| reference.sign(&call.id, call.timestamp.parse().unwrap(), call.body.as_bytes()).unwrap();
        let all = calls(&t, "a");
        assert_eq!(all.len(), 2, "{all:?}");
        for call in &all {
            assert_eq!((call.signatures.len(), call.verified), (2, 2), "{call:?}");
            assert_eq!(call.signatures[0], signed(call), "the new one first");
        }
        t.advance(HOUR * 23).await;
        planned(&t, &[&id]).await;
        t.advance(HOUR).await;
        act(&t, &own, "test").await.expect(202);
        t.settle().await;
        let all = calls(&t, "a");
        assert_eq!(all.len(), 4, "{all:?}");
        for call in &all[2..] {
            assert_eq!((&call.signatures, call.verified), (&vec![signed(call)], 1), "the new one alone");
        }
        assert_eq!(show(&t, &own).await["old_secret_until"], json!(null));
        // Never more than two.
        let third = act(&t, &own, "rotate").await.expect(201)["secret"].as_str().unwrap().to_owned();
        let fourth = act(&t, &own, "rotate").await.expect(201)["secret"].as_str().unwrap().to_owned();
        t.sim().receiver().trust("a", &[&second, &third, &fourth]);
        t.advance(Duration::from_secs(60)).await;
        act(&t, &own, "test").await.expect(202);
        t.settle().await;
        assert_eq!((calls(&t, "a")[4].signatures.len(), calls(&t, "a")[4].verified), (2, 2));
        let audit = t.get("/api/v1/audit").await.text;
        assert!(audit.contains("rotated") && !audit.contains("whsec_") && !t.get(PLACES).await.text.contains("whsec_"));
        t.send(t.request("DELETE", &own).bearer_auth(t.key())).await.expect(204);
        assert_eq!(act(&t, &own, "rotate").await.status, 404);
    }

    async fn another_tenants_posts_and_places_are_nowhere(t: TestApp) {
        let id = place(&t, "mine").await;
        let post = planned(&t, &[&id]).await;
        let (_, other) = t.another_tenant("Tea House").await;
        for all in [POSTS, PLACES] {
            assert_eq!(call(&t, &other, "GET", all, json!(null)).await.expect(200)["data"], json!([]));
        }
        let body = mangoes(&t, &[&id]);
        for (method, path, body) in [
            ("GET", post.clone(), json!({})),
            ("PUT", post.clone(), body.clone()),
            ("POST", format!("{post}/plan"), json!({})),
            ("POST", format!("{post}/cancel"), json!({})),
            ("POST", format!("{post}/retry"), json!({})),
            ("GET", format!("{PLACES}/{id}"), json!({})),
            ("PUT", format!("{PLACES}/{id}"), json!({"active": false})),
            ("DELETE", format!("{PLACES}/{id}"), json!({})),
            ("POST", format!("{PLACES}/{id}/test"), json!({})),
            ("POST", format!("{PLACES}/{id}/rotate"), json!({})),
        ] {
            let reply = call(&t, &other, method, &path, body).await;
            assert!(reply.status == 404 || method == "PUT" && reply.status == 422, "{method} {path}: {} {}", reply.status, reply.text);
        }
        assert_eq!(call(&t, &other, "POST", POSTS, body).await.expect(422)["errors"][0]["field"], "places");
        t.advance(HOUR * 2).await;
        assert_eq!((calls(&t, "mine").len(), &show(&t, &post).await["state"]), (1, &json!("sent")));
    }
}
