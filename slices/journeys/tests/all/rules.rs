//! What is refused, who enters, and how people leave.

use super::{DAY, act, begun, counted, enrol, mail, mails, nothing_is_wrong, order, person, plan, with};
use serde_json::{Value, json};
use std::time::Duration;

/// A person's browser.
const PHONE: &str = "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36";

testkit::both_apps! {
    async fn what_cannot_be_walked_is_named(t: TestApp) {
        let hello = mail("hello", "Hello");
        for (steps, field) in [
            (json!([]), "steps"),
            (json!([hello, hello]), "steps.hello.id"),
            (json!([with(hello.clone(), json!({"id": "Hello"}))]), "steps.1"),
            (json!([with(hello.clone(), json!({"next": "hello"}))]), "steps.hello.next"),
            (json!([with(hello.clone(), json!({"texts": []}))]), "steps.hello.texts"),
            (json!([mail("hello", "{% for a in b %}{% endfor %}")]), "steps.hello.email.body"),
            (json!([{"id": "wait", "kind": "wait", "minutes": 0}]), "steps.wait.minutes"),
            (json!([{"id": "wait", "kind": "wait_for", "did": "sneezed", "minutes": 5}]), "steps.wait.did"),
            (json!([{"id": "fork", "kind": "branch", "filter": {"height": 3}}]), "steps.fork.filter"),
            (json!([{"id": "split", "kind": "split", "parts": [{"weight": 1}]}]), "steps.split.parts"),
            (json!([{"id": "tell", "kind": "call", "endpoint": "whe_01h2xcejqtf2nbrexx3vqjhp41"}]), "steps.tell.endpoint"),
            (json!([{"id": "list", "kind": "list", "list": "lst_01h2xcejqtf2nbrexx3vqjhp41"}]), "steps.list.list"),
        ] {
            let refused = t.post("/api/v1/journeys", json!({"name": "Welcome", "plan": plan(steps.clone())})).await.expect(422);
            assert_eq!(refused["errors"][0]["field"], field, "{steps}: {refused}");
        }
        let wrong = with(plan(json!([hello])), json!({"goal": "sneezed"}));
        assert_eq!(t.post("/api/v1/journeys", json!({"name": "x", "plan": wrong})).await.expect(422)["errors"][0]["field"], "goal");
    }

    async fn a_deed_or_a_segment_leads_people_in(t: TestApp) {
        order(&t, 1).await;
        let entry = json!({"entry": {"did": "order.placed"}});
        let deed = begun(&t, with(plan(json!([mail("thanks", "Thank you")])), entry)).await;
        let filter = json!({"attribute": "name", "begins_with": "P"});
        let segment = t.post("/api/v1/segments", json!({"name": "P", "filter": filter})).await.expect(201)["id"].clone();
        t.settle().await;
        let into = begun(&t, with(plan(json!([mail("welcome", "Welcome")])), json!({"entry": {"segment": segment}}))).await;
        assert_eq!(counted(&t, &deed, None, "came").await, 0, "what was done before leads nobody in");
        person(&t, 2).await;
        order(&t, 2).await;
        order(&t, 2).await;
        t.settle().await;
        assert_eq!((counted(&t, &deed, None, "came").await, counted(&t, &into, None, "came").await), (1, 1), "each once");
        let got = mails(&t, 2);
        assert!(got.contains(&"thanks".to_owned()) && got.contains(&"welcome".to_owned()), "{got:?}");
        nothing_is_wrong(&t).await;
    }

    async fn the_welcome_series_is_for_first_orders(t: TestApp) {
        let welcome: Value = serde_json::from_str(include_str!("../../ready/welcome.json")).unwrap();
        person(&t, 1).await;
        person(&t, 2).await;
        order(&t, 1).await;
        t.advance(DAY).await;
        let path = begun(&t, with(welcome, json!({"quiet_from": "00:00", "quiet_to": "00:00"}))).await;
        order(&t, 1).await;
        order(&t, 2).await;
        t.advance(Duration::from_secs(2 * 3_600)).await;
        let welcomed = |n: usize| mails(&t, n).iter().filter(|subject| subject.starts_with("Welcome")).count();
        assert_eq!((welcomed(1), welcomed(2)), (0, 1), "who has ordered before is not thanked for a first order");
        assert_eq!(counted(&t, &path, None, "done").await, 1);
        order(&t, 2).await;
        t.advance(DAY * 4).await;
        assert_eq!((welcomed(2), mails(&t, 2).iter().filter(|subject| *subject == "How was it?").count()), (1, 1), "once in a lifetime");
        nothing_is_wrong(&t).await;
    }

    async fn a_step_tells_a_program_and_goes_on(t: TestApp) {
        let endpoint = async |name: &str, kinds: Value| {
            let body = json!({"url": t.sim().receiver_url(name), "description": name, "kinds": kinds});
            let made = t.post("/api/v1/webhook-endpoints", body).await.expect(201);
            t.sim().receiver().trust(name, &[made["secret"].as_str().unwrap()]);
            made["endpoint"]["id"].as_str().unwrap().to_owned()
        };
        let (store, _) = (endpoint("store", json!(["order.paid"])).await, endpoint("everything", Value::Null).await);
        let steps = json!([{"id": "tell", "kind": "call", "endpoint": store}, mail("thanks", "Thank you")]);
        let path = begun(&t, plan(steps)).await;
        let (one, two) = (person(&t, 1).await, person(&t, 2).await);
        enrol(&t, &path, std::slice::from_ref(&one)).await;
        t.settle().await;
        t.advance(Duration::from_secs(5)).await;
        let calls = t.sim().receiver().calls("store");
        let told: Vec<Value> = calls.iter().map(|call| call.json()).collect();
        assert_eq!((told.len(), &told[0]["type"], &told[0]["data"]["contact_id"]), (1, &json!("journey.called"), &json!(one)), "{told:?}");
        assert_eq!((&told[0]["data"]["step"], calls[0].verified), (&json!("tell"), 1));
        let others = t.sim().receiver().calls("everything");
        assert!(others.iter().all(|call| call.json()["type"] != "journey.called"), "it is for one endpoint alone");
        t.put(&format!("/api/v1/webhook-endpoints/{store}"), json!({"enabled": false})).await.expect(200);
        enrol(&t, &path, &[two]).await;
        t.settle().await;
        assert_eq!((mails(&t, 1), mails(&t, 2)), (vec!["thanks".to_owned()], vec!["thanks".to_owned()]), "nobody is held up");
        assert_eq!(counted(&t, &path, Some("tell"), "endpoint_off").await, 1);
        nothing_is_wrong(&t).await;
    }

    async fn a_step_counts_who_opened_and_who_followed_a_link(t: TestApp) {
        let html = "<body><a href=\"https://shop.example/1\">One</a> <a href=\"https://shop.example/2\">Two</a></body>";
        let content = json!({"subject": "hello", "body": "Hello", "html": html});
        let path = begun(&t, plan(json!([{"id": "hello", "kind": "send", "texts": [{"channel": "email", "content": content}]}]))).await;
        enrol(&t, &path, &[person(&t, 1).await, person(&t, 2).await]).await;
        t.settle().await;
        t.advance(Duration::from_secs(600)).await;
        let mail = t.sim().mailboxes().mails_to("p1@example.com").pop().unwrap().html.unwrap();
        let after = |mark: &str, nth: usize| {
            let address = mail.split(mark).nth(nth).unwrap().split('"').next().unwrap();
            address.strip_prefix(t.url()).unwrap().to_owned()
        };
        for place in [after("src=\"", 1), after("href=\"", 1), after("href=\"", 2)] {
            t.send(t.request("GET", &place).header("user-agent", PHONE).header("x-forwarded-for", "203.0.113.7")).await;
            t.advance(Duration::from_secs(61)).await;
        }
        assert_eq!((counted(&t, &path, Some("hello"), "opened").await, counted(&t, &path, Some("hello"), "clicked").await), (1, 1));
    }

    async fn the_goal_ends_it_wherever_they_are(t: TestApp) {
        let one = person(&t, 1).await;
        let path = begun(&t, with(plan(json!([{"id": "week", "kind": "wait", "minutes": 10080}, mail("remind", "Still there?")])), json!({"goal": "order.placed"}))).await;
        enrol(&t, &path, std::slice::from_ref(&one)).await;
        t.advance(DAY).await;
        order(&t, 1).await;
        assert_eq!((counted(&t, &path, None, "goal").await, counted(&t, &path, None, "done").await), (1, 0));
        t.advance(DAY * 8).await;
        assert!(!mails(&t, 1).contains(&"remind".to_owned()));
        assert_eq!(enrol(&t, &path, &[one]).await, 0, "once in a lifetime");
        nothing_is_wrong(&t).await;
    }

    async fn people_are_led_out_by_hand_by_its_end_and_by_their_erasure(t: TestApp) {
        let mut people = Vec::new();
        for n in 1..=3 {
            people.push(person(&t, n).await);
        }
        let path = begun(&t, plan(json!([{"id": "week", "kind": "wait", "minutes": 10080}, mail("late", "Late")]))).await;
        assert_eq!(enrol(&t, &path, &people).await, 3);
        let out = |person: &str| t.request("DELETE", &format!("{path}/people/{person}")).bearer_auth(t.key());
        assert_eq!(t.send(out(&people[0])).await.status, 204);
        assert_eq!(t.send(out(&people[0])).await.expect(409)["code"], "not_inside");
        let erase = t.request("DELETE", &format!("/api/v1/contacts/{}?reason=asked", people[1])).bearer_auth(t.key());
        assert_eq!(t.send(erase).await.status, 204);
        t.settle().await;
        act(&t, &path, "end").await.expect(200);
        t.settle().await;
        for (how, number) in [("taken_out", 1), ("erased", 1), ("ended", 1)] {
            assert_eq!(counted(&t, &path, None, how).await, number, "{how}");
        }
        assert_eq!(t.post(&format!("{path}/people"), json!({"contact_ids": [people[2]]})).await.expect(409)["code"], "journey_state");
        let left = t.get(&format!("{path}/people?inside=no")).await.expect(200);
        assert_eq!(left["data"].as_array().unwrap().len(), 3);
        assert_eq!(t.get(&format!("{path}/people/export")).await.text.lines().count(), 4);
        nothing_is_wrong(&t).await;
    }

    async fn a_campaign_with_steps_is_a_journey(t: TestApp) {
        let one = person(&t, 1).await;
        let content = json!({"subject": "Mangoes", "body": "Mangoes"});
        let campaign = t.post("/api/campaigns", json!({"name": "Mangoes", "contents": [{"channel": "email", "content": content}]})).await.expect(201);
        let id = campaign["id"].as_str().unwrap();
        let steps = format!("/api/v1/campaigns/{id}/steps");
        t.post(&steps, mail("hello", "Hello")).await.expect(201);
        t.post(&steps, mail("more", "More")).await.expect(201);
        t.put(&format!("{steps}/more"), mail("more", "Much more")).await.expect(200);
        assert_eq!(t.put(&format!("{steps}/none"), mail("none", "x")).await.status, 404);
        let listed = t.get(&steps).await.expect(200);
        let ids: Vec<&Value> = listed["data"].as_array().unwrap().iter().map(|step| &step["id"]).collect();
        assert_eq!(ids, ["hello", "more"]);
        let journey = t.get("/api/v1/journeys").await.expect(200)["data"][0].clone();
        assert_eq!(journey["name"], "Mangoes");
        let path = format!("/api/v1/journeys/{}", journey["id"].as_str().unwrap());
        t.put(&path, json!({"name": "Mangoes", "plan": with(journey["plan"].clone(), plan(listed["data"].clone()))})).await.expect(200);
        act(&t, &path, "begin").await.expect(200);
        t.post(&format!("/api/v1/contacts/{one}/campaign/{id}/enroll"), json!({})).await.expect(200);
        t.settle().await;
        // Nothing stands between the two, so either may be there first.
        let mut got = mails(&t, 1);
        got.sort_unstable();
        assert_eq!(got, ["hello", "more"]);
        let progress = t.get(&format!("/api/v1/contacts/{one}/campaigns/{id}/progress")).await.expect(200);
        assert_eq!((progress["how"].as_str(), progress["messages"].as_array().unwrap().len()), (Some("done"), 2));
    }
}
