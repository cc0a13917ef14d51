//! What places do on a bad day, and nodes that die: over real HTTP, on both databases.

use crate::{HOUR, PLACES, act, at, calls, place, planned, show};
use facts::ErrandId;
use serde_json::json;
use sim::{At, Fault};
use std::time::Duration;
use store::{Command, Look, Result, Tx, params, sql};
use testkit::{ADMIN, Browser};
use uuid::Uuid;

/// Leaves the posts that are under way as a node does that was killed while they were out.
struct Killed;

impl Command for Killed {
    const NAME: &'static str = "test_killed";
    type Out = usize;

    async fn run(&self, tx: &mut Tx) -> Result<usize> {
        let out: Vec<(ErrandId, i64)> = tx
            .all(
                sql!("UPDATE errands SET state = 'running', node = $2, tries = tries + 1 WHERE tenant_id = $1 AND name = 'deliver_post' RETURNING id, tries"),
                params![tx.tenant(), Uuid::from_u128(9)],
            )
            .await?;
        for (id, tries) in &out {
            let attempt = sql!("INSERT INTO attempts (tenant_id, errand_id, try, started_at) VALUES ($1, $2, $3, $4)");
            tx.put(attempt, params![tx.tenant(), *id, *tries, tx.now()]).await?;
        }
        Ok(out.len())
    }
}

/// Leaves what is under way to a person, as tries do that get lost again and again; tells which.
struct Bury;

impl Command for Bury {
    const NAME: &'static str = "test_bury";
    type Out = Vec<ErrandId>;

    async fn run(&self, tx: &mut Tx) -> Result<Vec<ErrandId>> {
        let bury = sql!("UPDATE errands SET state = 'buried' WHERE tenant_id = $1 AND name = 'deliver_post' RETURNING id");
        tx.all(bury, params![tx.tenant()]).await
    }
}

/// Has a place lead elsewhere, as a name does that changes its mind.
struct Lead(String);

impl Command for Lead {
    const NAME: &'static str = "test_lead";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        tx.put(sql!("UPDATE social_places SET address = $2 WHERE tenant_id = $1"), params![tx.tenant(), &self.0]).await
    }
}

testkit::both_apps! {
    async fn an_answer_that_is_lost_is_followed_by_the_same_id(t: TestApp) {
        let id = place(&t, "a").await;
        let post = planned(&t, &[&id]).await;
        t.sim().faults().next(1, At::receiver("a"), Fault::DropAnswer);
        t.advance(HOUR).await;
        let waiting = show(&t, &post).await;
        assert_eq!((&waiting["state"], &at(&waiting, "a")["state"], &at(&waiting, "a")["status"]), (&json!("sending"), &json!("waiting"), &json!(null)));
        assert_eq!(act(&t, &post, "retry").await.expect(409)["code"], "social_post_state", "it is tried again by itself");
        assert_eq!(act(&t, &post, "cancel").await.expect(409)["code"], "social_post_state", "it has begun");
        t.advance(Duration::from_secs(60)).await;
        let all = calls(&t, "a");
        assert!(all.len() == 2 && all[0].id == all[1].id && all[0].body == all[1].body, "{all:?}");
        let sent = show(&t, &post).await;
        assert_eq!((&sent["state"], &at(&sent, "a")["attempts"]), (&json!("sent"), &json!(2)), "what is known in the end counts");
    }

    async fn what_a_person_dropped_is_not_known_and_can_be_sent_again(t: TestApp) {
        let (a, b) = (place(&t, "a").await, place(&t, "b").await);
        t.sim().faults().next(1, At::receiver("a"), Fault::reject(500));
        let post = planned(&t, &[&a, &b]).await;
        t.advance(HOUR).await;
        assert_eq!(show(&t, &post).await["state"], "sending");
        let buried = t.db().run(&t.who(), Bury).await.unwrap();
        let owner = Browser::signed_in(&t, ADMIN.0, ADMIN.1).await;
        for id in &buried {
            assert_eq!(owner.post(&t, &format!("/admin/needs/errands/{id}/drop"), &[]).await.status, 303);
        }
        t.settle().await;
        let shown = show(&t, &post).await;
        assert_eq!((buried.len(), &shown["state"], &at(&shown, "a")["state"]), (1, &json!("partly"), &json!("unknown")), "{shown}");
        act(&t, &post, "retry").await.expect(200);
        // Its lane has its pace.
        t.advance(Duration::from_secs(1)).await;
        assert_eq!(show(&t, &post).await["state"], "sent");
    }

    async fn what_nobody_ever_answers_is_not_known(t: TestApp) {
        let (a, b) = (place(&t, "a").await, place(&t, "b").await);
        let rule = t.sim().faults().until_cleared(At::receiver("a"), Fault::DropAnswer);
        let post = planned(&t, &[&a, &b]).await;
        t.advance(HOUR * 30).await;
        let shown = show(&t, &post).await;
        assert_eq!((&shown["state"], &at(&shown, "a")["state"], &at(&shown, "b")["state"]), (&json!("partly"), &json!("unknown"), &json!("sent")));
        let all = calls(&t, "a");
        assert!(all.len() == 8 && all.iter().all(|call| call.id == all[0].id), "{all:?}");
        t.sim().faults().clear(rule);
        act(&t, &post, "retry").await.expect(200);
        t.settle().await;
        assert_eq!((calls(&t, "a").len(), &calls(&t, "a")[8].id, calls(&t, "b").len()), (9, &all[0].id, 1), "only where it did not arrive");
        assert_eq!(show(&t, &post).await["state"], "sent");
    }

    async fn a_node_that_dies_loses_nothing(t: TestApp) {
        let (a, b) = (place(&t, "a").await, place(&t, "b").await);
        let post = planned(&t, &[&a, &b]).await;
        // Both places are down as its time comes, so that both errands still wait when the node goes.
        t.sim().faults().next(1, At::receiver("a"), Fault::reject(500));
        t.sim().faults().next(1, At::receiver("b"), Fault::reject(500));
        t.advance(HOUR).await;
        assert_eq!(show(&t, &post).await["state"], "sending");
        assert_eq!(t.db().run(&t.who(), Killed).await.unwrap(), 2);
        t.advance(Duration::from_secs(60)).await;
        for name in ["a", "b"] {
            let all = calls(&t, name);
            assert!(all.len() == 2 && all[0].id == all[1].id, "{name}: {all:?}");
        }
        assert_eq!(show(&t, &post).await["state"], "sent");
        t.advance(HOUR * 30).await;
        assert_eq!((calls(&t, "a").len(), calls(&t, "b").len()), (2, 2));
    }

    async fn whoever_refuses_is_left_alone_and_quoted(t: TestApp) {
        let (a, b) = (place(&t, "a").await, place(&t, "b").await);
        let says = Fault::Reject { status: 400, body: Some("A picture is missing".to_owned()), retry_after: None };
        t.sim().faults().next(1, At::receiver("a"), says);
        t.sim().faults().next(1, At::receiver("b"), Fault::too_many(Some(120)));
        let post = planned(&t, &[&a, &b]).await;
        t.advance(HOUR + Duration::from_secs(60)).await;
        let shown = show(&t, &post).await;
        assert_eq!((&shown["state"], &at(&shown, "a")["state"], &at(&shown, "a")["said"]), (&json!("sending"), &json!("failed"), &json!("A picture is missing")));
        assert_eq!((calls(&t, "b").len(), &at(&shown, "b")["status"]), (1, &json!(429)), "left alone for two minutes");
        t.advance(HOUR).await;
        assert_eq!((calls(&t, "a").len(), calls(&t, "b").len()), (1, 2));
        assert_eq!(show(&t, &post).await["state"], "partly");
    }

    async fn whoever_is_gone_is_paused(t: TestApp) {
        let a = place(&t, "a").await;
        t.sim().faults().next(1, At::receiver("a"), Fault::reject(410));
        let (first, second) = (planned(&t, &[&a]).await, planned(&t, &[&a]).await);
        t.advance(HOUR).await;
        t.advance(Duration::from_secs(10)).await;
        let stood = show(&t, &format!("{PLACES}/{a}")).await;
        assert_eq!((&stood["state"], &stood["reason"]), (&json!("paused"), &json!("gone")));
        let states = [show(&t, &first).await, show(&t, &second).await].map(|post| post["state"].clone());
        let sent = calls(&t, "a").iter().filter(|call| call.json()["type"] == "social.post").count();
        assert!(states.contains(&json!("failed")) && (1..=2).contains(&sent), "{states:?}, {sent} calls");
        t.put(&format!("{PLACES}/{a}"), json!({"active": true})).await.expect(200);
        for post in [&first, &second] {
            if show(&t, post).await["state"] == "failed" {
                act(&t, post, "retry").await.expect(200);
            }
        }
        t.advance(Duration::from_secs(2)).await;
        for post in [&first, &second] {
            assert_eq!(show(&t, post).await["state"], "sent");
        }
    }
}

testkit::both_apps! {
    with &[("ORIGIN_ALLOW_LOOPBACK", "false")];
    async fn promise_24_a_name_that_leads_inside_is_not_called(t: TestApp) {
        let own = json!({"name": "a", "kind": "x", "address": t.sim().receiver_url("a")});
        assert_eq!(t.post(PLACES, own).await.expect(422)["errors"][0]["field"], "address");
        let port = t.sim().http_url().rsplit(':').next().unwrap().to_owned();
        // A name can be typed; where it leads is judged when it is gone to.
        let address = format!("http://localhost.localdomain:{port}/receiver/a");
        let made = t.post(PLACES, json!({"name": "a", "kind": "x", "address": address})).await.expect(201);
        t.db().run(&t.who(), Lead(format!("http://localhost:{port}/receiver/a"))).await.unwrap();
        let post = planned(&t, &[made["place"]["id"].as_str().unwrap()]).await;
        t.advance(HOUR * 2).await;
        assert!(calls(&t, "a").is_empty());
        let shown = show(&t, &post).await;
        assert_eq!((&shown["state"], &at(&shown, "a")["state"], &at(&shown, "a")["attempts"]), (&json!("failed"), &json!("failed"), &json!(1)));
    }
}
