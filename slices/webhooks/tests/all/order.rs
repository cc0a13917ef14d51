//! Events arrive as their endpoint wants them, one after the other or so many a second: over real HTTP, on both databases.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use crate::faults::Killed;
use facts::journeys::JourneyCalled;
use facts::{FactId, WebhookEndpointId};
use serde_json::{Value, json};
use sim::{At, Fault, Received};
use std::time::Duration;
use store::{Command, Look, Result, Tx, params, sql};
use testkit::{ADMIN, Browser, TestApp};

pub(crate) const ENDPOINTS: &str = "/api/v1/webhook-endpoints";
pub(crate) const SECOND: Duration = Duration::from_secs(1);
pub(crate) const HOUR: Duration = Duration::from_secs(3_600);

/// An endpoint at the receiver of that name, which wants its events in some way.
pub(crate) async fn endpoint(t: &TestApp, name: &str, arriving: Value) -> String {
    let mut body = json!({"url": t.sim().receiver_url(name), "kinds": ["contact.saved"]});
    body.as_object_mut().unwrap().extend(arriving.as_object().unwrap().clone());
    let made = t.post(ENDPOINTS, body).await.expect(201);
    made["endpoint"]["id"].as_str().unwrap().to_owned()
}

/// So much happens, all in one millisecond.
pub(crate) async fn contacts(t: &TestApp, name: &str, count: usize) {
    for at in 0..count {
        t.post("/api/v1/contacts", json!({"name": name, "email": format!("{name}{at}@example.com")})).await.expect(201);
    }
}

/// What happened, in the order of the journal.
pub(crate) async fn journal(t: &TestApp) -> Vec<String> {
    let mut read = t.db().read_main(t.tenant());
    let ids: Vec<FactId> = read
        .all(
            sql!("SELECT id FROM journal WHERE tenant_id = $1 AND kind IN ('contact.saved', 'journey.called') ORDER BY xid, seq"),
            params![t.tenant()],
        )
        .await
        .unwrap();
    ids.iter().map(ToString::to_string).collect()
}

fn calls(t: &TestApp, name: &str) -> Vec<Received> {
    t.sim().receiver().calls(name)
}

/// The ids that a receiver was called with, but for tests.
pub(crate) fn ids(t: &TestApp, name: &str) -> Vec<String> {
    calls(t, name).into_iter().filter(|call| call.json()["type"] != "webhook.test").map(|call| call.id).collect()
}

/// The same, with tries of one event that follow each other as one: an event that is met twice was called again after a later one.
pub(crate) fn heard(t: &TestApp, name: &str) -> Vec<String> {
    let mut ids = ids(t, name);
    ids.dedup();
    ids
}

/// How many deliveries of an endpoint are in a state.
pub(crate) async fn many(t: &TestApp, endpoint: &str, state: &str) -> usize {
    let found = t.get(&format!("/api/v1/webhook-deliveries?endpoint={endpoint}&state={state}&limit=200")).await.expect(200);
    found["data"].as_array().unwrap().len()
}

/// No second, wherever it begins, saw more calls.
fn no_more_a_second(calls: &[Received], rate: usize) {
    for (first, late) in calls.iter().zip(calls.iter().skip(rate)) {
        assert!(late.at.since(first.at) >= SECOND, "more than {rate} in a second from {}", first.at);
    }
}

/// A step of a journey calls an endpoint.
struct Step(WebhookEndpointId);

impl Command for Step {
    const NAME: &'static str = "test_step";
    type Out = bool;

    async fn run(&self, tx: &mut Tx) -> Result<bool> {
        let called = JourneyCalled { journey_id: tx.id(), run_id: tx.id(), step: "tell".into(), contact_id: tx.id(), endpoint_id: self.0 };
        webhooks::send_to(tx, self.0, [called]).await
    }
}

testkit::both_apps! {
    async fn promise_24_an_ordered_endpoint_hears_in_order(t: TestApp) {
        let id = endpoint(&t, "a", json!({"ordered": true})).await;
        endpoint(&t, "b", json!({})).await;
        t.sim().faults().next(1, At::receiver("a"), Fault::reject(500));
        t.sim().faults().next(1, At::receiver("a"), Fault::DropAnswer);
        contacts(&t, "first", 12).await;
        t.advance(SECOND).await;
        assert_eq!((ids(&t, "a").len(), ids(&t, "b").len()), (1, 12), "one fails and holds up its own endpoint alone");
        assert_eq!((many(&t, &id, "waiting").await, many(&t, &id, "queued").await), (1, 11));
        // Neither time nor what else happens calls a later one. The second try arrives, and its answer is lost.
        contacts(&t, "more", 3).await;
        t.advance(SECOND * 60).await;
        assert_eq!((ids(&t, "a").len(), heard(&t, "a").len(), many(&t, &id, "queued").await), (2, 1, 14));
        t.advance(HOUR).await;
        let all = journal(&t).await;
        assert_eq!((all.len(), ids(&t, "a").len()), (15, 17));
        assert_eq!(heard(&t, "a"), all);
        assert_eq!(many(&t, &id, "delivered").await, 15);

        // One that is given up lets the next one go, and no sooner.
        let rule = t.sim().faults().until_cleared(At::receiver("a"), Fault::reject(400));
        contacts(&t, "last", 2).await;
        t.advance(HOUR * 27).await;
        let (all, called) = (journal(&t).await, ids(&t, "a"));
        assert_eq!(heard(&t, "a"), all);
        assert!(called[17..25].iter().all(|id| *id == all[15]) && called[25] == all[16], "{called:?}");
        assert_eq!((many(&t, &id, "failed").await, many(&t, &id, "waiting").await), (1, 1));
        t.sim().faults().clear(rule);
        t.advance(HOUR * 27).await;
        assert_eq!(many(&t, &id, "delivered").await, 16);

        // What is sent again goes in the same order, and before what is newer.
        let before = ids(&t, "a").len();
        t.sim().faults().next(1, At::receiver("a"), Fault::reject(500));
        let again = t.post(&format!("{ENDPOINTS}/{id}/replay"), json!({"since": "2020-01-01T00:00:00Z", "failed_only": false})).await.expect(202);
        assert_eq!(again["deliveries"], 17);
        t.settle().await;
        contacts(&t, "new", 1).await;
        t.advance(SECOND * 20).await;
        let mut again = ids(&t, "a").split_off(before);
        again.dedup();
        assert_eq!(again, journal(&t).await);
        assert_eq!(many(&t, &id, "delivered").await, 18);
    }

    async fn a_node_that_dies_leaves_the_line_as_it_was(t: TestApp) {
        let id = endpoint(&t, "a", json!({"ordered": true})).await;
        t.sim().faults().next(1, At::receiver("a"), Fault::DropAnswer);
        contacts(&t, "asha", 4).await;
        t.settle().await;
        assert_eq!(t.db().run(&t.who(), Killed).await.unwrap(), 1, "the others have no errand");
        t.advance(SECOND * 60).await;
        assert_eq!(heard(&t, "a"), journal(&t).await);
        assert_eq!((ids(&t, "a").len(), many(&t, &id, "delivered").await), (5, 4));
    }

    async fn a_test_stands_in_no_line_and_a_journeys_call_in_that_of_all(t: TestApp) {
        let id = endpoint(&t, "a", json!({"ordered": true})).await;
        t.sim().faults().next(1, At::receiver("a"), Fault::reject(500));
        contacts(&t, "before", 1).await;
        assert!(t.db().run(&t.who(), Step(id.parse().unwrap())).await.unwrap());
        contacts(&t, "after", 1).await;
        t.settle().await;
        assert_eq!(calls(&t, "a").len(), 1);
        let test = t.post(&format!("{ENDPOINTS}/{id}/test"), json!({})).await.expect(202)["id"].as_str().unwrap().to_owned();
        t.settle().await;
        assert_eq!((calls(&t, "a").len(), calls(&t, "a")[1].json()["type"].clone()), (2, json!("webhook.test")));
        // Sent again it waits like any other.
        t.post(&format!("/api/v1/webhook-deliveries/{test}/replay"), json!({})).await.expect(202);
        t.settle().await;
        assert_eq!(calls(&t, "a").len(), 2);
        t.advance(SECOND * 10).await;
        let kinds: Vec<Value> = calls(&t, "a").iter().map(|call| call.json()["type"].clone()).collect();
        let expected = ["contact.saved", "webhook.test", "contact.saved", "journey.called", "contact.saved", "webhook.test"];
        assert_eq!(kinds, expected.map(|kind| json!(kind)));
        assert_eq!(heard(&t, "a"), journal(&t).await);
    }

    async fn a_line_begins_after_what_is_on_its_way_and_may_end(t: TestApp) {
        let id = endpoint(&t, "a", json!({})).await;
        let path = format!("{ENDPOINTS}/{id}");
        t.sim().faults().next(2, At::receiver("a"), Fault::reject(500));
        contacts(&t, "loose", 2).await;
        t.settle().await;
        assert_eq!(t.put(&path, json!({"ordered": true})).await.expect(200)["ordered"], json!(true));
        contacts(&t, "line", 3).await;
        t.advance(SECOND).await;
        assert_eq!((calls(&t, "a").len(), many(&t, &id, "waiting").await, many(&t, &id, "queued").await), (2, 2, 3));
        t.advance(SECOND * 20).await;
        assert_eq!(ids(&t, "a")[4..], journal(&t).await[2..]);
        // It is over, and what stood in it goes at once.
        t.sim().faults().next(1, At::receiver("a"), Fault::reject(500));
        contacts(&t, "again", 3).await;
        t.settle().await;
        assert_eq!(calls(&t, "a").len(), 8);
        t.put(&path, json!({"ordered": false})).await.expect(200);
        t.advance(SECOND).await;
        assert_eq!((calls(&t, "a").len(), many(&t, &id, "waiting").await, many(&t, &id, "queued").await), (10, 1, 0));
        // Disabled while one holds the others up, and enabled: nothing of before is in the way.
        t.put(&path, json!({"ordered": true})).await.expect(200);
        contacts(&t, "stuck", 2).await;
        t.settle().await;
        t.put(&path, json!({"enabled": false})).await.expect(200);
        t.put(&path, json!({"enabled": true})).await.expect(200);
        t.advance(Duration::from_millis(1)).await;
        contacts(&t, "free", 2).await;
        t.settle().await;
        assert_eq!(ids(&t, "a")[10..], journal(&t).await[10..]);
        assert_eq!(many(&t, &id, "cancelled").await, 3);
    }

    async fn promise_24_no_more_a_second_than_is_set(t: TestApp) {
        let id = endpoint(&t, "a", json!({"per_second": 2})).await;
        endpoint(&t, "b", json!({})).await;
        contacts(&t, "one", 9).await;
        t.advance(SECOND).await;
        assert!(calls(&t, "a").len() <= 3 && calls(&t, "b").len() == 9, "no other goes slower");
        t.advance(SECOND * 9).await;
        assert_eq!(calls(&t, "a").len(), 9);
        no_more_a_second(&calls(&t, "a"), 2);
        // Another pace holds for what stands there already.
        contacts(&t, "two", 6).await;
        let path = format!("{ENDPOINTS}/{id}");
        assert_eq!(t.put(&path, json!({"per_second": 1})).await.expect(200)["per_second"], json!(1));
        t.advance(SECOND * 10).await;
        assert_eq!(calls(&t, "a").len(), 15);
        no_more_a_second(&calls(&t, "a")[9..], 1);
        t.put(&path, json!({"per_second": 50})).await.expect(200);
        contacts(&t, "three", 20).await;
        t.advance(SECOND).await;
        assert_eq!(calls(&t, "a").len(), 35);
        for wrong in [0, 51, -1] {
            for refused in [t.put(&path, json!({"per_second": wrong})).await, t.post(ENDPOINTS, json!({"url": "https://example.com", "per_second": wrong})).await] {
                assert_eq!(refused.expect(422)["errors"][0]["field"], "per_second", "{wrong}");
            }
        }
        let shown = t.get(&path).await.expect(200);
        assert_eq!((&shown["per_second"], &shown["ordered"]), (&json!(50), &json!(false)));
    }

    async fn how_events_arrive_is_said_on_the_page(t: TestApp) {
        let id = endpoint(&t, "a", json!({})).await;
        let owner = Browser::signed_in(&t, ADMIN.0, ADMIN.1).await;
        let page = format!("/admin/webhooks/endpoints/{id}");
        assert!(owner.get(&t, &page).await.text.contains("as they come"));
        let url = t.sim().receiver_url("a");
        let refused = owner.post(&t, &page, &[("url", &url), ("which", "all"), ("per_second", "51"), ("ordered", "on")]).await;
        assert!(refused.status == 422 && refused.text.contains("from 1 to 50") && refused.text.contains("value=\"51\""), "{}", refused.text);
        let saved = owner.post(&t, &page, &[("url", &url), ("which", "all"), ("per_second", "7"), ("ordered", "on")]).await;
        assert!(saved.status == 200 && saved.text.contains("at most 7") && saved.text.contains("one at a time"), "{}", saved.text);
        let shown = t.get(&format!("{ENDPOINTS}/{id}")).await.expect(200);
        assert_eq!((&shown["per_second"], &shown["ordered"]), (&json!(7), &json!(true)));
    }
}
