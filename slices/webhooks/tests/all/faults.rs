//! What receivers do on a bad day, and what follows: over real HTTP, on both databases.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use facts::ErrandId;
use serde_json::{Value, json};
use sim::{At, Fault, Received};
use std::time::Duration;
use store::{Command, Look, Result, Tx, params, sql};
use testkit::TestApp;
use uuid::Uuid;

const ENDPOINTS: &str = "/api/v1/webhook-endpoints";
const HOUR: Duration = Duration::from_secs(3_600);

async fn endpoint(t: &TestApp, url: &str) -> String {
    let made = t.post(ENDPOINTS, json!({"url": url, "kinds": ["contact.saved"]})).await.expect(201);
    made["endpoint"]["id"].as_str().unwrap().to_owned()
}

/// Something happens.
async fn contact(t: &TestApp, name: &str) {
    t.post("/api/v1/contacts", json!({"name": name, "email": format!("{name}@example.com")})).await.expect(201);
}

async fn shown(t: &TestApp, endpoint: &str) -> Value {
    t.get(&format!("{ENDPOINTS}/{endpoint}")).await.expect(200)
}

async fn deliveries(t: &TestApp, query: &str) -> Vec<Value> {
    t.get(&format!("/api/v1/webhook-deliveries?{query}")).await.expect(200)["data"].as_array().unwrap().clone()
}

fn calls(t: &TestApp) -> Vec<Received> {
    t.sim().receiver().calls("a")
}

/// Leaves the errands that wait for a receiver as a node does that was killed while they were out.
pub(crate) struct Killed;

impl Command for Killed {
    const NAME: &'static str = "test_killed";
    type Out = u64;

    async fn run(&self, tx: &mut Tx) -> Result<u64> {
        let gone = Uuid::from_u128(9);
        let out: Vec<(ErrandId, i64)> = tx
            .all(
                sql!("UPDATE errands SET state = 'running', node = $2, tries = tries + 1 WHERE tenant_id = $1 AND name = 'deliver_webhook' RETURNING id, tries"),
                params![tx.tenant(), gone],
            )
            .await?;
        for (id, tries) in &out {
            let attempt = sql!("INSERT INTO attempts (tenant_id, errand_id, try, started_at) VALUES ($1, $2, $3, $4)");
            tx.put(attempt, params![tx.tenant(), *id, *tries, tx.now()]).await?;
        }
        Ok(out.len() as u64)
    }
}

testkit::both_apps! {
    async fn promise_24_eight_tries_under_one_id_and_then_a_person(t: TestApp) {
        let id = endpoint(&t, &t.sim().receiver_url("a")).await;
        let rule = t.sim().faults().until_cleared(At::receiver("a"), Fault::reject(500));
        contact(&t, "asha").await;
        t.settle().await;
        assert_eq!(calls(&t).len(), 1);
        t.advance(Duration::from_secs(6)).await;
        assert_eq!(calls(&t).len(), 2);
        assert!(shown(&t, &id).await["failing_since"].is_string());
        let path = format!("/api/v1/webhook-deliveries/{}/replay", deliveries(&t, "state=waiting").await[0]["id"].as_str().unwrap());
        assert_eq!(t.post(&path, json!({})).await.expect(409)["code"], "on_its_way");
        t.advance(HOUR * 20).await;
        assert_eq!(calls(&t).len(), 7);
        t.advance(HOUR * 7).await;
        let all = calls(&t);
        assert_eq!(all.len(), 8);
        assert!(all.iter().all(|call| call.id == all[0].id && call.body == all[0].body), "{all:?}");
        let failed = deliveries(&t, "state=failed").await;
        assert_eq!((failed.len(), &failed[0]["attempts"], &failed[0]["status"], &failed[0]["next_at"]), (1, &json!(8), &json!(500), &json!(null)));
        t.advance(HOUR * 48).await;
        assert_eq!(calls(&t).len(), 8, "nothing more by itself");
        t.sim().faults().clear(rule);
        let path = format!("/api/v1/webhook-deliveries/{}", failed[0]["id"].as_str().unwrap());
        t.post(&format!("{path}/replay"), json!({})).await.expect(202);
        t.settle().await;
        assert_eq!((calls(&t).len(), &calls(&t)[8].id), (9, &all[0].id));
        let one = t.get(&path).await.expect(200);
        assert_eq!((&one["delivery"]["state"], &one["payload"]["id"], one["tries"].as_array().unwrap().len()), (&json!("delivered"), &json!(all[0].id), 9));
        assert_eq!((&one["tries"][0]["outcome"], &one["tries"][0]["answer"]), (&json!("not_taken"), &json!("refused by a fault")));
        assert_eq!(shown(&t, &id).await["failing_since"], json!(null));
    }

    async fn a_node_that_dies_on_the_way_loses_nothing(t: TestApp) {
        endpoint(&t, &t.sim().receiver_url("a")).await;
        t.sim().faults().next(1, At::receiver("a"), Fault::DropAnswer);
        contact(&t, "asha").await;
        // It was received, and the answer lost.
        t.settle().await;
        assert_eq!(calls(&t).len(), 1);
        // And then the node died with the next try out.
        assert_eq!(t.db().run(&t.who(), Killed).await.unwrap(), 1);
        t.advance(Duration::from_secs(60)).await;
        let all = calls(&t);
        assert!(all.len() == 2 && all[0].id == all[1].id && all[0].body == all[1].body, "{all:?}");
        assert_eq!(deliveries(&t, "state=delivered").await.len(), 1);
    }

    async fn promise_24_whoever_is_gone_is_left_alone(t: TestApp) {
        let id = endpoint(&t, &t.sim().receiver_url("a")).await;
        t.sim().faults().next(1, At::receiver("a"), Fault::reject(500));
        t.sim().faults().next(1, At::receiver("a"), Fault::reject(410));
        contact(&t, "first").await;
        t.advance(Duration::from_secs(1)).await;
        contact(&t, "second").await;
        t.settle().await;
        let endpoint = shown(&t, &id).await;
        assert_eq!((&endpoint["state"], &endpoint["reason"]), (&json!("disabled"), &json!("gone")));
        contact(&t, "third").await;
        t.advance(HOUR * 30).await;
        assert_eq!(calls(&t).len(), 2, "nothing goes there any more");
        let states: Vec<Value> = deliveries(&t, "").await.iter().map(|one| one["state"].clone()).collect();
        assert_eq!(states, [json!("failed"), json!("cancelled")]);
        // Back again: what did not arrive is sent in one go, what happened meanwhile is not.
        t.put(&format!("{ENDPOINTS}/{id}"), json!({"enabled": true})).await.expect(200);
        let again = t.post(&format!("{ENDPOINTS}/{id}/replay"), json!({"since": "2020-01-01T00:00:00Z"})).await.expect(202);
        assert_eq!(again["deliveries"], 2);
        t.advance(Duration::from_secs(10)).await;
        assert_eq!((calls(&t).len(), deliveries(&t, "state=delivered").await.len()), (4, 2));
        let none = t.post(&format!("{ENDPOINTS}/{id}/replay"), json!({"since": "2020-01-01T00:00:00Z"})).await.expect(202);
        assert_eq!(none["deliveries"], 0);
        let all = t.post(&format!("{ENDPOINTS}/{id}/replay"), json!({"since": "2020-01-01T00:00:00Z", "failed_only": false})).await.expect(202);
        assert_eq!(all["deliveries"], 2);
        t.advance(Duration::from_secs(10)).await;
        assert_eq!(calls(&t).len(), 6);
    }

    async fn promise_24_whoever_asks_for_time_gets_it_and_nothing_has_failed(t: TestApp) {
        endpoint(&t, &t.sim().receiver_url("a")).await;
        let busy = endpoint(&t, &t.sim().receiver_url("b")).await;
        let down = Fault::Reject { status: 503, body: None, retry_after: Some(7_200) };
        t.sim().faults().next(1, At::receiver("b"), Fault::too_many(Some(600)));
        t.sim().faults().next(1, At::receiver("b"), down);
        contact(&t, "first").await;
        t.settle().await;
        contact(&t, "second").await;
        t.advance(Duration::from_secs(590)).await;
        let b = || t.sim().receiver().calls("b").len();
        assert_eq!((calls(&t).len(), b()), (2, 1), "one that waits holds up no other");
        t.advance(Duration::from_secs(20)).await;
        let after_ten_minutes = b();
        assert!((2..=3).contains(&after_ten_minutes), "{after_ten_minutes}");
        t.advance(HOUR + Duration::from_secs(3_000)).await;
        assert_eq!(b(), after_ten_minutes);
        t.advance(HOUR).await;
        assert_eq!(deliveries(&t, &format!("state=delivered&endpoint={busy}")).await.len(), 2);
        let tries = t.sim().receiver().calls("b");
        assert_eq!(tries.len(), 4, "two refusals and two that were taken");
    }

    async fn five_days_of_failures_disable_it(t: TestApp) {
        let id = endpoint(&t, &t.sim().receiver_url("a")).await;
        t.sim().faults().until_cleared(At::receiver("a"), Fault::reject(404));
        contact(&t, "first").await;
        t.advance(HOUR * 119).await;
        contact(&t, "second").await;
        t.settle().await;
        assert_eq!(shown(&t, &id).await["state"], "enabled");
        t.advance(HOUR * 3).await;
        let endpoint = shown(&t, &id).await;
        assert_eq!((&endpoint["state"], &endpoint["reason"]), (&json!("disabled"), &json!("failing")));
        let before = calls(&t).len();
        t.advance(HOUR * 30).await;
        assert_eq!(calls(&t).len(), before);
    }

    async fn a_redirect_is_no_delivery_and_not_followed(t: TestApp) {
        endpoint(&t, &t.sim().receiver_url("a")).await;
        let elsewhere = Fault::Reject { status: 307, body: Some(t.sim().receiver_url("elsewhere")), retry_after: None };
        t.sim().faults().next(1, At::receiver("a"), elsewhere);
        contact(&t, "asha").await;
        t.settle().await;
        assert!(t.sim().receiver().calls("elsewhere").is_empty());
        assert_eq!(deliveries(&t, "").await[0]["status"], 307);
        t.advance(Duration::from_secs(10)).await;
        assert_eq!(deliveries(&t, "").await[0]["state"], "delivered");
    }

    async fn a_slow_answer_counts_and_a_huge_one_is_cut(t: TestApp) {
        endpoint(&t, &t.sim().receiver_url("a")).await;
        t.sim().faults().next(1, At::receiver("a"), Fault::Slow(Duration::from_millis(300)));
        contact(&t, "first").await;
        t.settle().await;
        assert_eq!(deliveries(&t, "state=delivered").await.len(), 1);
        let huge = Fault::Reject { status: 500, body: Some("x".repeat(100_000)), retry_after: None };
        t.sim().faults().next(1, At::receiver("a"), huge);
        contact(&t, "second").await;
        t.settle().await;
        let waiting = deliveries(&t, "state=waiting").await[0]["id"].as_str().unwrap().to_owned();
        let one = t.get(&format!("/api/v1/webhook-deliveries/{waiting}")).await.expect(200);
        assert_eq!((one["tries"][0]["answer"].as_str().unwrap().len(), &one["tries"][0]["status"]), (4_096, &json!(500)));
    }

    async fn many_are_replayed_a_page_at_a_time(t: TestApp) {
        let id = endpoint(&t, &t.sim().receiver_url("a")).await;
        let rule = t.sim().faults().until_cleared(At::receiver("a"), Fault::reject(500));
        for at in 0..5 {
            contact(&t, &format!("c{at}")).await;
        }
        t.advance(HOUR * 30).await;
        t.sim().faults().clear(rule);
        // More than a page of them, as a long outage leaves them.
        t.db().run(&t.who(), Multiply(90)).await.unwrap();
        let before = calls(&t).len();
        let again = t.post(&format!("{ENDPOINTS}/{id}/replay"), json!({"since": "2020-01-01T00:00:00Z"})).await.expect(202);
        assert_eq!(again["deliveries"], 455);
        t.advance(Duration::from_secs(30)).await;
        assert_eq!(calls(&t).len() - before, 455);
        assert_eq!(deliveries(&t, "state=delivered&limit=200").await.len(), 200);
        let mut read = t.db().read_main(t.tenant());
        let left: i64 = read.one(sql!("SELECT COUNT(*) FROM webhook_deliveries WHERE tenant_id = $1 AND state <> 'delivered'"), params![t.tenant()]).await.unwrap();
        assert_eq!(left, 0);
    }
}

/// Makes so many more of each delivery, of other facts that say the same.
struct Multiply(u32);

impl Command for Multiply {
    const NAME: &'static str = "test_multiply";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let ids: Vec<(Uuid, Uuid)> =
            tx.all(sql!("SELECT id, fact_id FROM webhook_deliveries WHERE tenant_id = $1"), params![tx.tenant()]).await?;
        for (id, fact) in ids {
            for _ in 0..self.0 {
                let (other, other_fact) = (tx.uuid(), tx.uuid());
                tx.put(
                    sql!(
                        "INSERT INTO webhook_deliveries (tenant_id, id, endpoint_id, fact_id, kind, state, round, attempts, created_at)
                         SELECT tenant_id, $3, endpoint_id, $4, kind, state, round, attempts, created_at FROM webhook_deliveries
                         WHERE tenant_id = $1 AND id = $2"
                    ),
                    params![tx.tenant(), id, other, other_fact],
                )
                .await?;
                tx.put(
                    sql!(
                        "INSERT INTO journal (tenant_id, id, kind, version, at, actor, body)
                         SELECT tenant_id, $3, 'coupon.saved', version, at, actor, body FROM journal WHERE tenant_id = $1 AND id = $2"
                    ),
                    params![tx.tenant(), fact, other_fact],
                )
                .await?;
            }
        }
        Ok(())
    }
}

testkit::both_apps! {
    with &[("ORIGIN_ALLOW_LOOPBACK", "false")];
    async fn promise_24_a_name_that_leads_inside_is_not_called(t: TestApp) {
        let refused = t.post(ENDPOINTS, json!({"url": t.sim().receiver_url("a")})).await.expect(422);
        assert_eq!(refused["errors"][0]["field"], "url");
        let port = t.sim().http_url().rsplit(':').next().unwrap().to_owned();
        // A name can be typed; where it leads is judged when it is gone to.
        let id = endpoint(&t, &format!("http://localhost.localdomain:{port}/receiver/a")).await;
        t.db().run(&t.who(), Lead(format!("http://localhost:{port}/receiver/a"))).await.unwrap();
        t.post(&format!("{ENDPOINTS}/{id}/test"), json!({})).await.expect(202);
        t.settle().await;
        assert!(calls(&t).is_empty());
        let one = deliveries(&t, "").await[0].clone();
        assert_eq!((&one["state"], &one["status"], &one["attempts"]), (&json!("waiting"), &json!(null), &json!(1)));
        let detail = t.get(&format!("/api/v1/webhook-deliveries/{}", one["id"].as_str().unwrap())).await.expect(200);
        assert_eq!(detail["tries"][0]["outcome"], "refused", "{detail}");
    }
}

/// Has the tenant's endpoints lead elsewhere, as a name does that changes its mind.
struct Lead(String);

impl Command for Lead {
    const NAME: &'static str = "test_lead";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        tx.put(sql!("UPDATE webhook_endpoints SET url = $2 WHERE tenant_id = $1"), params![tx.tenant(), &self.0]).await
    }
}
