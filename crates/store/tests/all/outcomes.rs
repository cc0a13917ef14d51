//! Errands that come back together: on PostgreSQL their outcomes share commits, and what each states is there once all the same.

use crate::common::{Counted, act, settle, tables};
use facts::TenantId;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use store::{Ended, Errand, ErrandKind, Error, Json, Look, Result, Trip, Tx, Works, params, sql};
use testkit::TestDb;
use tokio::sync::Barrier;

/// How many come back at once, a half of them for another tenant.
const ALL: i64 = 40;

/// An errand whose outcome states two facts.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Counts {
    n: i64,
}

struct World {
    all: Barrier,
    /// How often the outcome of the last one is still refused.
    refusals: AtomicI64,
}

impl Errand for Counts {
    const NAME: &'static str = "counts";
    type World = World;
    type Back = ();

    async fn go(&self, world: &World, _: &Trip) {
        world.all.wait().await;
    }

    async fn back(&self, world: &World, tx: &mut Tx, _: &Trip, (): &()) -> Result<Ended> {
        tx.state(Counted { n: self.n }).await?;
        tx.state(Counted { n: ALL + self.n }).await?;
        if self.n == ALL - 1 && world.refusals.fetch_sub(1, Ordering::SeqCst) > 0 {
            return Err(Error::internal("a test's failure"));
        }
        Ok(Ended::done(""))
    }
}

async fn stated(db: &TestDb, tenant: TenantId) -> Vec<i64> {
    let mut read = db.read(tenant);
    let statement = sql!("SELECT body FROM journal WHERE tenant_id = $1 AND kind = 'test.counted'");
    let bodies: Vec<(Json<Counted>,)> = read.all(statement, params![tenant]).await.unwrap();
    let mut numbers: Vec<i64> = bodies.into_iter().map(|(Json(fact),)| fact.n).collect();
    numbers.sort_unstable();
    numbers
}

testkit::both! { with &tables();
    async fn what_outcomes_state_is_there_once_whoever_of_them_is_refused(db: TestDb) {
        for refusals in [0, 1, 3] {
            let world = Arc::new(World { all: Barrier::new(ALL as usize), refusals: AtomicI64::new(refusals) });
            let mut works = Works::new((*db).clone(), Vec::new(), vec![ErrandKind::of::<Counts>(world)], Vec::new());
            let tenants = [db.who_of(10 + refusals as u128), db.who_of(20 + refusals as u128)];
            for (who, of) in tenants.iter().zip(0..) {
                let all = act(move |tx| Box::pin(async move {
                    for n in (of..ALL).step_by(2) {
                        tx.send(Counts { n }).await?;
                    }
                    Ok(())
                }));
                db.run(who, all).await.unwrap();
            }
            settle(&mut works).await;
            for (who, of) in tenants.iter().zip(0..) {
                let wanted: Vec<i64> = (of..2 * ALL).step_by(2).collect();
                assert_eq!(stated(&db, who.tenant).await, wanted, "{refusals}");
            }
        }
    }
}
