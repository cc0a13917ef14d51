//! What programs of the shop's tell, from the call to the page, on both databases.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use store::{Look, params, sql};
use testkit::{ADMIN, Browser, TestApp};

const EVENTS: &str = "/api/v1/events";

/// The nth person, with a phone and a mailbox; gives their id.
async fn person(t: &TestApp, n: usize) -> String {
    let body = json!({"name": format!("P{n}"), "phone": phone(n), "email": format!("p{n}@example.com")});
    t.post("/api/v1/contacts", body).await.expect(201)["id"].as_str().unwrap().to_owned()
}

fn phone(n: usize) -> String {
    format!("+9198765{n:05}")
}

/// Tells of an event, at a moment of its own.
async fn tell(t: &TestApp, body: Value) -> Value {
    t.advance(Duration::from_millis(1)).await;
    t.post(EVENTS, body).await.expect(201)
}

/// All events that fit, newest first, page by page.
async fn listed(t: &TestApp, narrow: &str, limit: usize) -> Vec<Value> {
    let (mut all, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = t.get(&format!("{EVENTS}?limit={limit}{narrow}{cursor}")).await.expect(200);
        all.extend(page["data"].as_array().unwrap().clone());
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return all,
        }
    }
}

/// The names that there have been, with how often each.
async fn names(t: &TestApp) -> BTreeMap<String, u64> {
    t.settle().await;
    let all = t.get(&format!("{EVENTS}/names")).await.expect(200);
    let of = |one: &Value| (one["name"].as_str().unwrap().to_owned(), one["count"].as_u64().unwrap());
    all["data"].as_array().unwrap().iter().map(of).collect()
}

testkit::both_apps! {
    async fn whoever_is_named_is_found_or_made_known(t: TestApp) {
        let asha = person(&t, 1).await;
        for who in [json!({"contact_id": asha}), json!({"phone": "98765 00001"}), json!({"email": "P1@example.com"})] {
            let mut body = json!({"name": "service_due", "data": {"machine": "RO filter"}});
            body.as_object_mut().unwrap().extend(who.as_object().unwrap().clone());
            let told = tell(&t, body).await;
            assert_eq!((&told["contact_id"], &told["data"]["machine"]), (&json!(asha), &json!("RO filter")), "{who}");
        }
        let both = tell(&t, json!({"name": "service_due", "phone": phone(1), "email": "else@example.com"})).await;
        let kept = t.get(&format!("/api/v1/contacts/{}", both["contact_id"].as_str().unwrap())).await.expect(200);
        assert_eq!((&kept["id"], &kept["email"]), (&json!(asha), &json!("p1@example.com")), "who is known stays as they are");
        let stranger = tell(&t, json!({"name": "service_due", "phone": phone(2)})).await;
        let known = t.get(&format!("/api/v1/contacts/{}", stranger["contact_id"].as_str().unwrap())).await.expect(200);
        assert_eq!(known["phone"], phone(2));
        assert_eq!(names(&t).await, BTreeMap::from([("service_due".to_owned(), 5)]));
    }

    async fn what_is_wrong_is_said_and_nothing_is_kept(t: TestApp) {
        let asha = person(&t, 1).await;
        let nobody = "con_01h2xcejqtf2nbrexx3vqjhp41";
        for (field, body) in [
            ("name", json!({"name": "Service due", "contact_id": asha})),
            ("data", json!({"name": "due", "contact_id": asha, "data": {"inner": {}}})),
            ("contact_id", json!({"name": "due"})),
            ("contact_id", json!({"name": "due", "contact_id": asha, "phone": phone(1)})),
            ("contact_id", json!({"name": "due", "contact_id": nobody})),
            ("phone", json!({"name": "due", "phone": "12"})),
        ] {
            let wrong = t.post(EVENTS, body.clone()).await.expect(422);
            assert_eq!(wrong["errors"][0]["field"], field, "{body}: {wrong}");
        }
        assert_eq!((listed(&t, "", 50).await, names(&t).await), (Vec::new(), BTreeMap::new()));
    }

    async fn an_event_that_is_sent_again_happens_once(t: TestApp) {
        let body = json!({"name": "service_due", "phone": phone(1)});
        let first = t.post_keyed(EVENTS, "service-1", body.clone()).await.expect(201);
        assert_eq!(t.post_keyed(EVENTS, "service-1", body).await.expect(201), first);
        t.post_keyed(EVENTS, "service-1", json!({"name": "other", "phone": phone(1)})).await.expect(422);
        assert_eq!(listed(&t, "", 50).await, [first]);
        assert_eq!(names(&t).await, BTreeMap::from([("service_due".to_owned(), 1)]));
    }

    async fn events_are_listed_narrowed_and_counted(t: TestApp) {
        let mut people = Vec::new();
        for n in 0..3 {
            people.push(person(&t, n).await);
        }
        let mut told = Vec::new();
        for at in 0..23_usize {
            let name = ["due", "missed", "due.again"][at % 3];
            told.push(tell(&t, json!({"name": name, "contact_id": people[at % 2], "data": {"at": at}})).await);
        }
        told.reverse();
        assert_eq!(listed(&t, "", 5).await, told);
        let of = |fits: &dyn Fn(&Value) -> bool| told.iter().filter(|one| fits(one)).cloned().collect::<Vec<_>>();
        assert_eq!(listed(&t, "&name=due", 4).await, of(&|one| one["name"] == "due"));
        let mine = format!("&contact_id={}", people[1]);
        assert_eq!(listed(&t, &mine, 4).await, of(&|one| one["contact_id"] == json!(people[1])));
        let both = format!("{mine}&name=missed");
        assert_eq!(listed(&t, &both, 2).await, of(&|one| one["contact_id"] == json!(people[1]) && one["name"] == "missed"));
        let counts = BTreeMap::from([("due".to_owned(), 8), ("missed".to_owned(), 8), ("due.again".to_owned(), 7)]);
        assert_eq!(names(&t).await, counts);
        let file = t.send(t.request("GET", &format!("{EVENTS}?format=csv&name=due")).bearer_auth(t.key())).await;
        assert_eq!((file.status, file.text.lines().count()), (200, 9), "{}", file.text);
        t.get(&format!("{EVENTS}?contact_id=x")).await.expect(422);
    }

    async fn names_that_are_numbered_do_not_hide_the_others(t: TestApp) {
        let asha = person(&t, 1).await;
        for n in 0..220 {
            tell(&t, json!({"name": format!("due.{n}"), "contact_id": asha})).await;
        }
        tell(&t, json!({"name": "service_due", "contact_id": asha})).await;
        let names = names(&t).await;
        assert_eq!((names.len(), names.get("service_due")), (200, Some(&1)));
    }

    async fn events_go_with_their_person(t: TestApp) {
        let (asha, other) = (person(&t, 1).await, t.post("/api/v1/contacts", json!({"email": "a@example.com"})).await.expect(201));
        let other = other["id"].as_str().unwrap().to_owned();
        for who in [&asha, &other] {
            tell(&t, json!({"name": "due", "contact_id": who})).await;
        }
        t.post(&format!("/api/v1/contacts/{asha}/merge"), json!({"other": other})).await.expect(200);
        t.settle().await;
        assert_eq!(listed(&t, &format!("&contact_id={asha}"), 50).await.len(), 2);
        let late = tell(&t, json!({"name": "due", "contact_id": other})).await;
        assert_eq!(late["contact_id"], json!(asha), "whoever says the old id means the one who stays");
        t.post_keyed(EVENTS, "told", json!({"name": "due", "contact_id": asha, "data": {"note": "her knee"}})).await.expect(201);
        assert_eq!(listed(&t, &format!("&contact_id={other}"), 50).await.len(), 4, "and is asked for by the old id as well");
        let told = t.get(&format!("/api/v1/contacts/{asha}/export")).await.expect(200);
        assert_eq!(told["tables"]["events"].as_array().map(Vec::len), Some(4), "{told}");
        t.send(t.request("DELETE", &format!("/api/v1/contacts/{asha}?reason=asked")).bearer_auth(t.key())).await.expect(204);
        t.settle().await;
        assert_eq!(listed(&t, "", 50).await, Vec::<Value>::new());
        assert_eq!(names(&t).await, BTreeMap::from([("due".to_owned(), 4)]), "how often it happened stays");
        let answers: Vec<(Option<String>,)> = t.db().read_main(t.tenant()).all(
            sql!("SELECT CAST(answer AS TEXT) FROM idempotency_keys WHERE tenant_id = $1 AND key = 'told'"), params![t.tenant()]).await.unwrap();
        assert!(answers.len() == 1 && !format!("{answers:?}").contains("knee"), "{answers:?}");
    }

    async fn the_page_says_what_to_do_first_and_then_what_was_told(t: TestApp) {
        let office = Browser::signed_in(&t, ADMIN.0, ADMIN.1).await;
        let empty = office.get(&t, "/admin/contacts/events").await;
        assert!(empty.text.contains("No events yet") && empty.text.contains("api/v1/events"), "{}", empty.text);
        let asha = person(&t, 1).await;
        tell(&t, json!({"name": "service_due", "contact_id": asha, "data": {"machine": "RO <b>filter</b>"}})).await;
        t.settle().await;
        let page = office.get(&t, "/admin/contacts/events").await.text;
        let shows = ["service_due", "P1", "machine: RO &lt;b&gt;filter&lt;/b&gt;", "/admin/contacts/events.csv"];
        assert_eq!(shows.into_iter().filter(|part| !page.contains(part)).collect::<BTreeSet<_>>(), BTreeSet::new(), "{page}");
        let other = office.get(&t, "/admin/contacts/events?name=other").await.text;
        assert!(!other.contains("RO &lt;b&gt;"), "{other}");
    }
}
