//! Promises 12 and 13: what the shop's own programs tell leads people in, is waited for, and is what a journey is for.

use super::{begun, counted, mail, mails, nothing_is_wrong, person, plan, with};
use serde_json::{Value, json};
use std::time::Duration;
use store::{Json, Look, params, sql};
use testkit::TestApp;

const HOUR: Duration = Duration::from_secs(3_600);

/// A program tells that somebody did something.
async fn tell(t: &TestApp, name: &str, who: &str, data: Value) {
    t.advance(Duration::from_millis(1)).await;
    t.post("/api/v1/events", json!({"name": name, "contact_id": who, "data": data})).await.expect(201);
    t.settle().await;
}

/// What texts are filled in with, of every way.
async fn given(t: &TestApp) -> String {
    let all: Vec<Json<Value>> =
        t.db().read_main(t.tenant()).all(sql!("SELECT given FROM journey_runs WHERE tenant_id = $1"), params![t.tenant()]).await.unwrap();
    Value::from(all.into_iter().map(|given| given.0).collect::<Vec<_>>()).to_string()
}

testkit::both_apps! {
    async fn promise_12_an_event_of_the_shop_leads_in_with_what_was_said_of_it(t: TestApp) {
        let asha = person(&t, 1).await;
        let wait = json!({"id": "wait", "kind": "wait_for", "did": "event:booked", "minutes": 1_440, "then": "leave"});
        let path = begun(&t, with(plan(json!([mail("due", "Your {{ machine }} is due, {{ name }}."), wait, mail("again", "Still due: {{ machine }}.")])),
            json!({"entry": {"did": "event:service_due"}, "again": "always"}))).await;
        tell(&t, "service_dues", &asha, json!({"machine": "fan"})).await;
        assert_eq!(counted(&t, &path, Some("due"), "came").await, 0, "that is another event");
        tell(&t, "service_due", &asha, json!({"machine": "RO filter", "name": "A filter"})).await;
        assert_eq!(mails(&t, 1), ["due"]);
        let says = t.sim().mailboxes().mails_to("p1@example.com").pop().unwrap().text.unwrap();
        assert!(says.starts_with("Your RO filter is due, P1."), "{says}");
        t.advance(25 * HOUR).await;
        t.settle().await;
        assert_eq!(mails(&t, 1), ["due", "again"], "nothing was booked");
        let says = t.sim().mailboxes().mails_to("p1@example.com").pop().unwrap().text.unwrap();
        assert!(says.starts_with("Still due: RO filter."), "{says}");
        tell(&t, "service_due", &asha, json!({"machine": "pump"})).await;
        tell(&t, "booked", &asha, json!({})).await;
        t.advance(25 * HOUR).await;
        t.settle().await;
        assert_eq!(mails(&t, 1), ["due", "again", "due"], "it was booked");
        nothing_is_wrong(&t).await;
    }

    async fn promise_12_an_event_of_the_shop_is_what_a_journey_is_for(t: TestApp) {
        let (asha, ravi) = (person(&t, 1).await, person(&t, 2).await);
        let path = begun(&t, with(plan(json!([{"id": "wait", "kind": "wait", "minutes": 600}, mail("still", "Still here?")])),
            json!({"entry": {"did": "event:class.missed"}, "goal": "event:class.taken"}))).await;
        for who in [&asha, &ravi] {
            tell(&t, "class.missed", who, json!({})).await;
        }
        tell(&t, "class.taken", &ravi, json!({})).await;
        t.advance(11 * HOUR).await;
        t.settle().await;
        assert_eq!((mails(&t, 1), mails(&t, 2)), (vec!["still".to_owned()], Vec::new()));
        assert_eq!(counted(&t, &path, None, "goal").await, 1);
        nothing_is_wrong(&t).await;
    }

    async fn a_rehearsal_says_what_events_would_have_brought(t: TestApp) {
        let (asha, ravi) = (person(&t, 1).await, person(&t, 2).await);
        for (who, machine) in [(&asha, "RO filter"), (&ravi, "pump")] {
            tell(&t, "service_due", who, json!({"machine": machine})).await;
            tell(&t, "other", who, json!({})).await;
        }
        let draft = with(plan(json!([mail("due", "Your {{ machine }} is due.")])), json!({"entry": {"did": "event:service_due"}, "service": true}));
        let made = t.post("/api/v1/journeys", json!({"name": "Service", "plan": draft})).await.expect(201);
        let path = format!("/api/v1/journeys/{}/rehearsal?days=7", made["id"].as_str().unwrap());
        let rehearsed = t.get(&path).await.expect(200);
        assert_eq!(rehearsed["people"], 2, "{rehearsed}");
        assert_eq!(rehearsed["data"].as_array().map(Vec::len), Some(2), "nothing is missing in the text: {rehearsed}");
        assert!(rehearsed["data"].as_array().unwrap().iter().all(|line| line["channel"] == "email"), "{rehearsed}");
    }

    async fn what_an_event_said_is_forgotten_with_its_person(t: TestApp) {
        let asha = person(&t, 1).await;
        let path = begun(&t, with(plan(json!([{"id": "wait", "kind": "wait", "minutes": 600}, mail("due", "{{ machine }}")])),
            json!({"entry": {"did": "event:service_due"}}))).await;
        tell(&t, "service_due", &asha, json!({"machine": "Asha's filter"})).await;
        assert_eq!(counted(&t, &path, Some("wait"), "came").await, 1);
        assert!(given(&t).await.contains("Asha's filter"));
        t.send(t.request("DELETE", &format!("/api/v1/contacts/{asha}?reason=asked")).bearer_auth(t.key())).await.expect(204);
        t.settle().await;
        assert_eq!(given(&t).await, "[{}]");
        nothing_is_wrong(&t).await;
    }
}
