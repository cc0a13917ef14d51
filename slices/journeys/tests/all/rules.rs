//! What is refused, who enters, and how people leave.

use super::{DAY, act, begun, counted, enrol, mail, mails, nothing_is_wrong, order, person, plan, with};
use serde_json::{Value, json};

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
