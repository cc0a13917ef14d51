//! Promise 12: what steps change of people, so that what follows goes by it.

use super::{begun, counted, enrol, mail, mails, nothing_is_wrong, order, person, plan, with};
use serde_json::{Map, Value, json};
use store::journal::{Place, after};
use testkit::{ADMIN, Browser, TestApp};

/// More than one statement takes at once.
const PEOPLE: usize = 40;

fn update(id: &str, set: Value) -> Value {
    json!({"id": id, "kind": "update", "set": set})
}

/// A person as they are now.
async fn shown(t: &TestApp, id: &str) -> Value {
    t.get(&format!("/api/v1/contacts/{id}")).await.expect(200)
}

async fn knows(t: &TestApp, id: &str, attributes: Value) {
    t.put(&format!("/api/v1/contacts/{id}"), json!({"attributes": attributes})).await.expect(200);
}

/// Makes a segment; gives where it is.
async fn segment(t: &TestApp, filter: Value) -> String {
    let made = t.post("/api/v1/segments", json!({"name": "Segment", "filter": filter})).await.expect(201);
    t.settle().await;
    format!("/api/v1/segments/{}", made["id"].as_str().unwrap())
}

/// How many are in a segment, or on a list.
async fn size(t: &TestApp, path: &str) -> Value {
    t.get(path).await.expect(200)["contacts"].clone()
}

/// How many facts of a kind there are that fit.
async fn stated(t: &TestApp, kind: &str, fits: impl Fn(&Value) -> bool) -> usize {
    let all = after(t.db(), Place::default(), 10_000).await.unwrap();
    all.iter().filter(|fact| fact.kind == kind && fits(&fact.body.0)).count()
}

testkit::both_apps! {
    async fn promise_12_a_step_updates_attributes_and_what_follows_goes_by_it(t: TestApp) {
        let mut people = Vec::new();
        for n in 1..=PEOPLE {
            people.push(person(&t, n).await);
        }
        knows(&t, &people[0], json!({"tier": "silver", "trial": true, "city": "Pune"})).await;
        let gold = segment(&t, json!({"attribute": "tier", "is": "gold"})).await;
        let all = json!([
            {"attribute": "tier", "is": "gold"}, {"attribute": "visits", "more_than": 2}, {"attribute": "trial", "is_set": false},
        ]);
        let path = begun(&t, with(plan(json!([
            update("note", json!({"tier": "gold", "visits": 3, "news": false, "trial": null})),
            {"id": "fork", "kind": "branch", "filter": {"all": all}, "then": "thanks", "otherwise": "leave"},
            mail("thanks", "You are {{ tier }} now"),
        ])), json!({"again": "always"}))).await;
        assert_eq!(enrol(&t, &path, &people).await, PEOPLE);
        t.settle().await;
        assert_eq!(counted(&t, &path, Some("thanks"), "came").await, 40, "the fork sees what was set");
        assert_eq!((mails(&t, 1), mails(&t, PEOPLE)), (vec!["thanks".to_owned()], vec!["thanks".to_owned()]));
        let says = t.sim().mailboxes().mails_to("p1@example.com").pop().unwrap().text.unwrap();
        assert!(says.starts_with("You are gold now"), "and so do texts: {says}");
        let set = json!({"tier": "gold", "visits": 3, "news": false});
        assert_eq!(shown(&t, &people[0]).await["attributes"], with(set.clone(), json!({"city": "Pune"})), "what is not named stays");
        assert_eq!(shown(&t, &people[1]).await["attributes"], set);
        assert_eq!(size(&t, &gold).await, json!(PEOPLE), "segments follow");
        let turned = |body: &Value| {
            body["changes"].as_array().is_some_and(|all| all.iter().any(|one| one["field"] == "attributes.tier" && one["after"] == "gold"))
        };
        assert_eq!(stated(&t, "contact.saved", turned).await, PEOPLE);
        let told = stated(&t, "contact.saved", |_| true).await;
        assert_eq!(enrol(&t, &path, &people).await, PEOPLE);
        t.settle().await;
        assert_eq!(stated(&t, "contact.saved", |_| true).await, told, "whom it changes nothing of, of them nothing is told");
        nothing_is_wrong(&t).await;
    }

    async fn promise_12_tags_and_lists_are_taken_away(t: TestApp) {
        let mut people = Vec::new();
        for n in 1..=PEOPLE {
            people.push(person(&t, n).await);
        }
        let list = t.post("/api/v1/lists", json!({"name": "Trial"})).await.expect(201)["id"].clone();
        let list_path = format!("/api/v1/lists/{}", list.as_str().unwrap());
        t.post(&format!("{list_path}/contacts"), json!({"contact_ids": people[1..]})).await.expect(200);
        t.put(&format!("/api/v1/contacts/{}/tags/trial", people[0]), json!({})).await.expect(200);
        t.put(&format!("/api/v1/contacts/{}/tags/other", people[0]), json!({})).await.expect(200);
        let tries = json!({"any": [{"tag": "trial"}, {"list": list}]});
        let trying = segment(&t, tries.clone()).await;
        assert_eq!(size(&t, &trying).await, json!(PEOPLE));
        let path = begun(&t, plan(json!([
            {"id": "mark", "kind": "tag", "tag": "been"},
            {"id": "untag", "kind": "tag", "tag": "Trial", "off": true},
            {"id": "unlist", "kind": "list", "list": list, "off": true},
            {"id": "fork", "kind": "branch", "filter": tries, "then": "still", "otherwise": "gone"},
            with(mail("still", "Still"), json!({"next": "leave"})),
            mail("gone", "Gone"),
        ]))).await;
        assert_eq!(t.get(&path).await.expect(200)["plan"]["steps"][0]["off"], false, "a step that says nothing gives, as it did before");
        assert_eq!(enrol(&t, &path, &people).await, PEOPLE);
        t.settle().await;
        assert_eq!((counted(&t, &path, Some("gone"), "came").await, counted(&t, &path, Some("still"), "came").await), (40, 0));
        let (first, last) = (shown(&t, &people[0]).await, shown(&t, &people[PEOPLE - 1]).await);
        assert_eq!((&first["tags"], &last["tags"]), (&json!(["been", "other"]), &json!(["been"])));
        assert_eq!((&last["lists"], size(&t, &list_path).await, size(&t, &trying).await), (&json!([]), json!(0), json!(0)));
        let tags = t.get("/api/v1/tags").await.expect(200)["data"].clone();
        assert_eq!(tags, json!([{"tag": "been", "contacts": PEOPLE}, {"tag": "other", "contacts": 1}]));
        assert_eq!(stated(&t, "contact.tagged", |body| body["tag"] == "trial" && body["tagged"] == false).await, 1, "of whom had it");
        assert_eq!(stated(&t, "contact.listed", |body| body["listed"] == false).await, PEOPLE - 1);
        // A list that is there no more holds nobody up.
        t.send(t.request("DELETE", &list_path).bearer_auth(t.key())).await.expect(204);
        let late = person(&t, PEOPLE + 1).await;
        assert_eq!(enrol(&t, &path, &[late]).await, 1);
        t.settle().await;
        assert_eq!(mails(&t, PEOPLE + 1), ["gone"]);
        nothing_is_wrong(&t).await;
    }

    async fn promise_12_a_rehearsal_changes_nobody(t: TestApp) {
        let one = person(&t, 1).await;
        knows(&t, &one, json!({"trial": true})).await;
        t.put(&format!("/api/v1/contacts/{one}/tags/trial"), json!({})).await.expect(200);
        let list = t.post("/api/v1/lists", json!({"name": "Trial"})).await.expect(201)["id"].clone();
        t.post(&format!("/api/v1/lists/{}/contacts", list.as_str().unwrap()), json!({"contact_ids": [one]})).await.expect(200);
        let steps = json!([
            update("note", json!({"tier": "gold", "trial": null})), {"id": "untag", "kind": "tag", "tag": "trial", "off": true},
            {"id": "unlist", "kind": "list", "list": list, "off": true}, mail("thanks", "Thank you"),
        ]);
        let plan = with(plan(steps), json!({"entry": {"did": "order.placed"}}));
        let made = t.post("/api/v1/journeys", json!({"name": "Thanks", "plan": plan})).await.expect(201);
        order(&t, 1).await;
        let before = shown(&t, &one).await;
        let rehearsed = t.get(&format!("/api/v1/journeys/{}/rehearsal", made["id"].as_str().unwrap())).await.expect(200);
        let lines = rehearsed["data"].as_array().unwrap();
        assert_eq!((lines.len(), &lines[0]["step"]), (1, &json!("thanks")), "it goes on past them: {rehearsed}");
        t.settle().await;
        assert_eq!(shown(&t, &one).await, before);
        assert_eq!((&before["attributes"], &before["tags"]), (&json!({"trial": true}), &json!(["trial"])));
    }

    async fn what_cannot_be_set_is_refused_and_ten_are_not_too_many(t: TestApp) {
        let many = |count: usize| Value::Object((0..count).map(|n| (format!("a{n}"), json!(n))).collect::<Map<_, _>>());
        let posted = async |set: Value| t.post("/api/v1/journeys", json!({"name": "Notes", "plan": plan(json!([update("note", set)]))})).await;
        let long = Value::Object([("n".repeat(65), json!(1))].into_iter().collect());
        for set in [json!({}), many(11), long, json!({"": 1}), json!({"a": {"b": 1}}), json!({"a": [1]}), json!({"a": "x".repeat(20_000)})] {
            let refused = posted(set).await.expect(422);
            assert_eq!(refused["errors"][0]["field"], "steps.note.set", "{refused}");
        }
        for set in [many(10), json!({"a": null}), json!({"a": "नमस्ते", "b": 1.5, "c": true})] {
            let made = posted(set.clone()).await.expect(201);
            assert_eq!(made["plan"]["steps"][0]["set"], set);
        }
    }

    async fn whoever_has_no_room_for_more_attributes_goes_on(t: TestApp) {
        let (one, two) = (person(&t, 1).await, person(&t, 2).await);
        let full = Value::Object((0..50).map(|n| (format!("a{n}"), json!(n))).collect::<Map<_, _>>());
        knows(&t, &one, full.clone()).await;
        let steps = json!([update("more", json!({"tier": "gold"})), update("other", json!({"a0": "x"})), mail("thanks", "Thank you")]);
        let path = begun(&t, plan(steps)).await;
        assert_eq!(enrol(&t, &path, &[one.clone(), two.clone()]).await, 2);
        t.settle().await;
        assert_eq!((mails(&t, 1), mails(&t, 2)), (vec!["thanks".to_owned()], vec!["thanks".to_owned()]), "nobody is held up");
        assert_eq!(shown(&t, &one).await["attributes"], with(full, json!({"a0": "x"})));
        assert_eq!(shown(&t, &two).await["attributes"], json!({"tier": "gold", "a0": "x"}));
        assert_eq!((counted(&t, &path, Some("more"), "attributes_full").await, counted(&t, &path, Some("other"), "attributes_full").await), (1, 0));
        nothing_is_wrong(&t).await;
    }

    async fn the_form_writes_what_is_set(t: TestApp) {
        let browser = Browser::signed_in(&t, ADMIN.0, ADMIN.1).await;
        let page = browser.get(&t, "/admin/journeys/new").await;
        let key = page.between("name=\"key\" value=\"", "\"").to_owned();
        let empty = json!({"id": "note", "kind": "update", "set": {}}).to_string();
        let form = |lines: &'static str| {
            [
                ("key", key.as_str()), ("version", ""), ("id", ""), ("name", "Notes"), ("entry", ""), ("again", "never"), ("goal", ""),
                ("quiet_from", "21:00"), ("quiet_to", "09:00"), ("step1", empty.as_str()), ("id1", "note"), ("set1", lines), ("next1", ""),
            ]
        };
        let wrong = browser.post(&t, "/admin/journeys/new", &form("tier: gold\r\nno colon")).await;
        assert_eq!(wrong.status, 422, "{}", wrong.text);
        assert!(wrong.text.contains("a colon and what it is") && wrong.text.contains("tier: gold</textarea>"), "{}", wrong.text);
        let done = browser.post(&t, "/admin/journeys/new", &form("tier: gold\r\ntrial:\r\nvisits: 3")).await;
        assert_eq!(done.status, 303, "{}", done.text);
        let path = done.header("location").unwrap().to_owned();
        let shown = browser.get(&t, &path).await;
        assert!(shown.text.contains("Sets tier to gold, trial to nothing, visits to 3"), "{}", shown.text);
        let edit = browser.get(&t, &format!("{path}/edit")).await;
        assert!(edit.text.contains("tier: gold\ntrial:\nvisits: 3</textarea>"), "{}", edit.text);
        let more = [("do", "add"), ("add", "update")].into_iter().chain(form("tier: gold")).collect::<Vec<_>>();
        let more = browser.post(&t, "/admin/journeys/form", &more).await;
        assert!(more.text.contains("name=\"set2\""), "{}", more.text);
    }
}
