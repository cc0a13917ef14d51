//! A line goes on, whatever becomes of the errand of its first: over real HTTP, on both databases.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use crate::order::{ENDPOINTS, HOUR, SECOND, contacts, endpoint, heard, ids, journal, many};
use facts::ErrandId;
use serde_json::json;
use sim::{At, Fault};
use store::{Command, Look, Result, Tx, params, sql};
use testkit::{ADMIN, Browser, TestApp};

/// Leaves the errands that wait for a receiver to a person, as tries do that get lost again and again; tells which.
struct Bury;

impl Command for Bury {
    const NAME: &'static str = "test_bury";
    type Out = Vec<ErrandId>;

    async fn run(&self, tx: &mut Tx) -> Result<Vec<ErrandId>> {
        let bury = sql!("UPDATE errands SET state = 'buried' WHERE tenant_id = $1 AND name = 'deliver_webhook' RETURNING id");
        tx.all(bury, params![tx.tenant()]).await
    }
}

/// Loses them; tells how many.
struct Lose;

impl Command for Lose {
    const NAME: &'static str = "test_lose";
    type Out = u64;

    async fn run(&self, tx: &mut Tx) -> Result<u64> {
        tx.exec(sql!("DELETE FROM errands WHERE tenant_id = $1 AND name = 'deliver_webhook'"), params![tx.tenant()]).await
    }
}

/// Has no events go to any endpoint, without a word to what is on its way.
struct Shut;

impl Command for Shut {
    const NAME: &'static str = "test_shut";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        tx.put(sql!("UPDATE webhook_endpoints SET state = 'disabled' WHERE tenant_id = $1"), params![tx.tenant()]).await
    }
}

/// The delivery that is on its way to an endpoint.
async fn waiting(t: &TestApp, endpoint: &str) -> String {
    let found = t.get(&format!("/api/v1/webhook-deliveries?endpoint={endpoint}&state=waiting")).await.expect(200);
    found["data"][0]["id"].as_str().unwrap().to_owned()
}

/// Somebody drops an errand that was given up.
async fn drop_errand(t: &TestApp, id: ErrandId) -> Browser {
    let owner = Browser::signed_in(t, ADMIN.0, ADMIN.1).await;
    let dropped = owner.post(t, &format!("/admin/needs/errands/{id}/drop"), &[]).await;
    assert_eq!(dropped.status, 303, "{}", dropped.text);
    t.settle().await;
    owner
}

testkit::both_apps! {
    async fn a_line_goes_on_without_what_a_person_dropped(t: TestApp) {
        let id = endpoint(&t, "a", json!({"ordered": true})).await;
        t.sim().faults().next(1, At::receiver("a"), Fault::reject(500));
        contacts(&t, "asha", 3).await;
        t.settle().await;
        let stuck = waiting(&t, &id).await;
        let buried = t.db().run(&t.who(), Bury).await.unwrap();
        assert_eq!(buried.len(), 1, "the others have no errand");
        t.advance(HOUR).await;
        assert_eq!((ids(&t, "a").len(), many(&t, &id, "queued").await), (1, 2), "it waits for a person");

        let owner = drop_errand(&t, buried[0]).await;
        assert_eq!(ids(&t, "a"), journal(&t).await, "those behind it go, in order");
        assert_eq!((many(&t, &id, "cancelled").await, many(&t, &id, "delivered").await), (1, 2));
        assert!(owner.get(&t, "/admin/audit").await.text.contains("Given up and dropped: deliver webhook"));
        t.post(&format!("/api/v1/webhook-deliveries/{stuck}/replay"), json!({})).await.expect(202);
        t.settle().await;
        assert_eq!((ids(&t, "a").len(), many(&t, &id, "delivered").await), (4, 3));
    }

    async fn what_nothing_goes_with_any_more_can_be_sent_again(t: TestApp) {
        let id = endpoint(&t, "a", json!({"ordered": true})).await;
        t.sim().faults().next(1, At::receiver("a"), Fault::reject(500));
        contacts(&t, "asha", 3).await;
        t.settle().await;
        let stuck = waiting(&t, &id).await;
        let (again, page) = (format!("/api/v1/webhook-deliveries/{stuck}/replay"), format!("/admin/webhooks/deliveries/{stuck}"));
        let owner = Browser::signed_in(&t, ADMIN.0, ADMIN.1).await;
        assert_eq!(t.post(&again, json!({})).await.expect(409)["code"], "on_its_way");
        assert!(!owner.get(&t, &page).await.text.contains("Send again"));
        assert_eq!(t.db().run(&t.who(), Lose).await.unwrap(), 1);
        t.advance(SECOND * 60).await;
        assert_eq!(ids(&t, "a").len(), 1);
        assert!(owner.get(&t, &page).await.text.contains("Send again"));
        t.post(&again, json!({})).await.expect(202);
        t.settle().await;
        assert_eq!(heard(&t, "a"), journal(&t).await);
        assert_eq!((ids(&t, "a").len(), many(&t, &id, "delivered").await), (4, 3));
    }

    async fn what_was_given_up_and_sent_again_is_over_when_it_is_dropped(t: TestApp) {
        let (line, loose) = (endpoint(&t, "a", json!({"ordered": true})).await, endpoint(&t, "b", json!({})).await);
        for name in ["a", "b"] {
            t.sim().faults().next(1, At::receiver(name), Fault::reject(500));
        }
        contacts(&t, "asha", 1).await;
        t.settle().await;
        let stuck = waiting(&t, &line).await;
        let buried = t.db().run(&t.who(), Bury).await.unwrap();
        assert_eq!(buried.len(), 2);
        t.post(&format!("/api/v1/webhook-deliveries/{stuck}/replay"), json!({})).await.expect(202);
        t.settle().await;
        assert_eq!((ids(&t, "a").len(), many(&t, &line, "delivered").await), (2, 1));
        for id in buried {
            drop_errand(&t, id).await;
        }
        assert_eq!(many(&t, &line, "delivered").await, 1, "a round that is over changes nothing");
        assert_eq!(many(&t, &loose, "cancelled").await, 1, "without an order as well nothing waits for what does not come");
    }

    async fn what_finds_its_endpoint_closed_holds_up_nobody(t: TestApp) {
        let id = endpoint(&t, "a", json!({"ordered": true})).await;
        t.sim().faults().next(1, At::receiver("a"), Fault::reject(500));
        contacts(&t, "asha", 2).await;
        t.settle().await;
        t.db().run(&t.who(), Shut).await.unwrap();
        t.advance(SECOND * 10).await;
        assert_eq!((ids(&t, "a").len(), many(&t, &id, "cancelled").await), (1, 2));
    }

    async fn replays_of_two_endpoints_at_once_go_both(t: TestApp) {
        let (line, loose) = (endpoint(&t, "a", json!({"ordered": true})).await, endpoint(&t, "b", json!({})).await);
        contacts(&t, "asha", 3).await;
        t.advance(SECOND).await;
        for id in [&line, &loose] {
            let again = t.post(&format!("{ENDPOINTS}/{id}/replay"), json!({"since": "2020-01-01T00:00:00Z", "failed_only": false})).await.expect(202);
            assert_eq!(again["deliveries"], 3);
        }
        t.advance(SECOND * 10).await;
        assert_eq!((ids(&t, "a").len(), ids(&t, "b").len()), (6, 6));
        assert_eq!((many(&t, &line, "delivered").await, many(&t, &loose, "delivered").await), (3, 3));
    }
}
