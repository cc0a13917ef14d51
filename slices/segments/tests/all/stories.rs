//! What happens to segments, told one by one.

use super::{SEGMENTS, members, person, segment, stated};
use serde_json::{Value, json};
use std::time::Duration;
use testkit::TestApp;

const DAY: Duration = Duration::from_secs(86_400);

async fn order(t: &TestApp, n: usize) {
    let phone = format!("98765{n:05}");
    t.post("/create_order", json!({"amount": 99, "product": "starter", "customer": {"name": "P", "phone": phone}})).await.expect(201);
    t.settle().await;
}

testkit::both_apps! {
    async fn whoever_changes_comes_in_and_leaves(t: TestApp) {
        let asha = person(&t, 1, json!({"city": "Pune"})).await;
        person(&t, 2, json!({"city": "Delhi"})).await;
        let pune = segment(&t, "Pune", &json!({"attribute": "city", "is": "Pune"})).await;
        t.settle().await;
        assert_eq!(members(&t, &pune).await, [asha.clone()].into());
        assert_eq!(stated(&t, "segment.changed").await, Vec::<Value>::new(), "nobody is told of whom it was built with");
        assert_eq!(stated(&t, "segment.built").await.len(), 1);
        let ravi = person(&t, 2, json!({"city": "Pune"})).await;
        t.put(&format!("/api/v1/contacts/{asha}"), json!({"attributes": {"city": "Goa"}})).await.expect(200);
        t.settle().await;
        assert_eq!(members(&t, &pune).await, [ravi.clone()].into());
        let moves: Vec<Value> = stated(&t, "segment.changed").await;
        let all = |part: &str| moves.iter().flat_map(|one| one[part].as_array().cloned().unwrap_or_default()).collect::<Vec<_>>();
        assert_eq!((all("entered"), all("left")), (vec![json!(ravi)], vec![json!(asha)]));
    }

    async fn a_window_passes_by_itself(t: TestApp) {
        for n in 1..=2 {
            person(&t, n, json!({})).await;
        }
        order(&t, 1).await;
        let week = segment(&t, "Week", &json!({"did": "order.placed", "days": 7})).await;
        let not = segment(&t, "Not", &json!({"not": {"did": "order.placed", "days": 7}})).await;
        t.settle().await;
        assert_eq!((members(&t, &week).await.len(), members(&t, &not).await.len()), (1, 1), "what was done before counts");
        t.advance(DAY * 3).await;
        order(&t, 2).await;
        assert_eq!(members(&t, &week).await.len(), 2);
        t.advance(DAY * 4).await;
        assert_eq!((members(&t, &week).await.len(), members(&t, &not).await.len()), (1, 1));
        t.advance(DAY * 4).await;
        assert_eq!((members(&t, &week).await.len(), members(&t, &not).await.len()), (0, 2));
    }

    async fn another_filter_is_built_anew(t: TestApp) {
        let asha = person(&t, 1, json!({"city": "Pune"})).await;
        let ravi = person(&t, 2, json!({"city": "Delhi"})).await;
        let one = segment(&t, "One", &json!({"attribute": "city", "is": "Pune"})).await;
        t.settle().await;
        assert_eq!(members(&t, &one).await, [asha].into());
        let changed = t.put(&one, json!({"filter": {"attribute": "city", "is": "Delhi"}})).await.expect(200);
        assert_eq!((&changed["state"], &changed["says"]), (&json!("building"), &json!("city is Delhi")));
        t.settle().await;
        assert_eq!(members(&t, &one).await, [ravi].into());
        assert_eq!(t.put(&one, json!({"name": "Two"})).await.expect(200)["state"], "ready", "a name builds nothing");
    }

    async fn a_list_that_goes_is_noticed(t: TestApp) {
        let asha = person(&t, 1, json!({})).await;
        let list = t.post("/api/v1/lists", json!({"name": "Gifts"})).await.expect(201)["id"].as_str().unwrap().to_owned();
        t.post(&format!("/api/v1/lists/{list}/contacts"), json!({"contact_ids": [asha]})).await.expect(200);
        let on = segment(&t, "On", &json!({"list": list})).await;
        t.settle().await;
        assert_eq!(members(&t, &on).await.len(), 1);
        t.send(t.request("DELETE", &format!("/api/v1/lists/{list}")).bearer_auth(t.key())).await.expect(204);
        t.settle().await;
        assert_eq!(members(&t, &on).await.len(), 0);
        assert_eq!(t.get(&on).await.expect(200)["says"], "is on the list that was deleted");
        assert_eq!(t.post(SEGMENTS, json!({"name": "x", "filter": {"list": list}})).await.expect(422)["errors"][0]["field"], "filter");
    }

    async fn who_may_be_written_to_follows_words_and_rules(t: TestApp) {
        person(&t, 1, json!({})).await;
        let may = segment(&t, "May", &json!({"may": "marketing", "channel": "email"})).await;
        t.settle().await;
        assert_eq!(members(&t, &may).await.len(), 1);
        // Nobody says whose the address is: it is looked for.
        let stop = json!({"channel": "email", "address": "p1@example.com"});
        let stopped = t.post_keyed("/api/v1/suppressions", "a", stop).await.expect(201);
        t.settle().await;
        assert_eq!(members(&t, &may).await.len(), 0);
        let lift = format!("/api/v1/suppressions/{}", stopped["data"][0]["id"].as_str().unwrap());
        t.send(t.request("DELETE", &lift).query(&[("why", "they asked for it")]).bearer_auth(t.key())).await;
        t.settle().await;
        assert_eq!(members(&t, &may).await.len(), 1);
        person(&t, 2, json!({})).await;
        t.settle().await;
        assert_eq!(members(&t, &may).await.len(), 2);
        t.put("/api/v1/consent-settings", json!({"marketing": {"email": "opt_in"}})).await.expect(200);
        t.settle().await;
        assert_eq!(members(&t, &may).await.len(), 1, "only who agreed");
    }

    async fn an_erased_person_is_nowhere(t: TestApp) {
        let asha = person(&t, 1, json!({"city": "Pune"})).await;
        let one = segment(&t, "One", &json!({"attribute": "city", "is": "Pune"})).await;
        order(&t, 1).await;
        assert_eq!(members(&t, &one).await.len(), 1);
        let erase = t.request("DELETE", &format!("/api/v1/contacts/{asha}?reason=asked")).bearer_auth(t.key());
        t.send(erase).await.expect(204);
        t.settle().await;
        assert_eq!(members(&t, &one).await.len(), 0);
        let holdings = t.db().holdings(t.tenant()).await;
        assert_eq!((holdings["fact_days"].0, holdings["segment_members"].0), (0, 0));
    }
}
