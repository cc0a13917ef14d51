//! Errands whose tries get lost: the node dies, the process panics, the outcome is refused.

use crate::common::{World, act, bump, call, calls, send, settle, standing, tables, value};
use futures::future::pending;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;
use store::errand::attempts;
use store::{Ended, Errand, ErrandKind, Error, Next, Result, Trip, Tx, Works};
use testkit::TestDb;

const SECOND: Duration = Duration::from_secs(1);

/// A world in which the first try of each call never comes back.
fn hangs_once() -> Arc<World> {
    World::new(|_, trip| {
        let hangs = trip.try_number == 1;
        Box::pin(async move {
            if hangs {
                pending::<()>().await;
            }
            Next::Done
        })
    })
}

/// An errand whose way or whose outcome fails.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Fragile {
    how: String,
}

#[derive(Default)]
struct Ills {
    cured: AtomicBool,
    gone: AtomicU32,
}

impl Errand for Fragile {
    const NAME: &'static str = "fragile";
    type World = Ills;
    type Back = ();

    async fn go(&self, world: &Ills, _: &Trip) {
        world.gone.fetch_add(1, Ordering::SeqCst);
        assert!(self.how != "go_panics" || world.cured.load(Ordering::SeqCst), "a test's panic");
    }

    async fn back(&self, world: &Ills, tx: &mut Tx, _: &Trip, (): &()) -> Result<Ended> {
        bump(tx, "fragile").await?;
        match self.how.as_str() {
            _ if world.cured.load(Ordering::SeqCst) => Ok(Ended::done("")),
            "back_panics" => panic!("a test's panic"),
            "back_swallows" => {
                let _swallowed = tx.exec(store::sql!("INSERT INTO counters (tenant_id, name, value) VALUES (NULL, NULL, NULL)"), &[]).await;
                Ok(Ended::done(""))
            }
            _ => Err(Error::internal("a test's failure")),
        }
    }
}

testkit::both! { with &tables();
    async fn promise_01_a_dead_nodes_errand_goes_again_as_reopened(db: TestDb) {
        let (world, who) = (hangs_once(), db.who());
        let id = send(&db, &who, vec![call(1, "l")]).await[0].unwrap();
        let mut dead = calls(&db.node().await, &world);
        assert!(tokio::time::timeout(Duration::from_millis(150), dead.turn()).await.is_err());
        drop(dead);
        assert_eq!(standing(&db).await.running, 1);
        let mut alive = calls(&db, &world);
        settle(&mut alive).await;
        assert_eq!(standing(&db).await.running, 1, "its heartbeat still counts");
        db.clock().advance(SECOND * 11);
        settle(&mut alive).await;
        assert_eq!((world.last().try_number, world.last().reopened, world.last().failures), (2, true, 0));
        let tries = attempts(&mut db.read(who.tenant), id).await.unwrap();
        assert_eq!((tries.len(), tries[0].finished_at, tries[1].finished_at.is_some()), (2, None, true));
    }

    async fn promise_01_a_dead_nodes_errand_does_not_wait_for_whoever_has_much_to_do(db: TestDb) {
        let world = World::new(|call, trip| {
            let hangs = call.n == 1 && trip.try_number == 1;
            Box::pin(async move {
                if hangs {
                    pending::<()>().await;
                }
                Next::Done
            })
        });
        send(&db, &db.who(), vec![call(1, "l")]).await;
        let _dies = tokio::time::timeout(Duration::from_millis(150), calls(&db.node().await, &world).turn()).await;
        send(&db, &db.who(), (2..1_500).map(|n| call(n, "m")).collect()).await;
        let mut busy = calls(&db, &world);
        busy.turn().await.unwrap();
        assert!(!world.numbers().contains(&1), "its heartbeat still counts");
        db.clock().advance(SECOND * 11);
        busy.turn().await.unwrap();
        assert!(world.numbers().contains(&1) && world.numbers().len() < 1_000, "{} are back", world.numbers().len());
    }

    async fn reopened_stays_so_until_it_is_done(db: TestDb) {
        let start = db.clock().now();
        let world = World::new(move |_, trip| {
            let tries = trip.try_number;
            Box::pin(async move {
                match tries {
                    1 => pending().await,
                    2 => Next::Pause(start.after(SECOND * 20)),
                    3 => Next::Again(start.after(SECOND * 30)),
                    4 => Next::Wait(start.after(SECOND * 40)),
                    _ => Next::Done,
                }
            })
        });
        send(&db, &db.who(), vec![call(1, "l")]).await;
        let _dies = tokio::time::timeout(Duration::from_millis(150), calls(&db.node().await, &world).turn()).await;
        let mut works = calls(&db, &world);
        db.clock().advance(SECOND * 11);
        settle(&mut works).await;
        while let Some(next) = works.next().await.unwrap() {
            db.clock().move_to(next);
            settle(&mut works).await;
        }
        let trips: Vec<(i64, bool)> = world.back.lock().unwrap().iter().map(|(_, trip)| (trip.try_number, trip.reopened)).collect();
        assert_eq!(trips, [(2, true), (3, true), (4, true), (5, true)]);
    }

    async fn promise_01_a_turn_cut_off_anywhere_loses_nothing(db: TestDb) {
        let world = World::new(|_, _| Box::pin(async { Next::Done }));
        let mut works = calls(&db, &world);
        for round in 0..30u64 {
            send(&db, &db.who(), vec![call(1, "l")]).await;
            // The claim goes on although nobody waits for its answer any more.
            let _cut_off = tokio::time::timeout(Duration::from_micros(round * 100), works.turn()).await;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
        settle(&mut works).await;
        let left = standing(&db).await;
        assert_eq!((left.ready, left.waiting, left.running, left.buried), (0, 0, 0, 0));
        assert_eq!(value(&db, &db.who(), "back").await, 30);
    }

    async fn a_stopping_node_is_not_taken_for_dead(db: TestDb) {
        let released = Arc::new(tokio::sync::Semaphore::new(0));
        let (waits, left) = (released.clone(), Arc::new(AtomicBool::new(false)));
        let leaving = left.clone();
        let world = World::new(move |_, _| {
            let waits = waits.clone();
            leaving.store(true, Ordering::SeqCst);
            Box::pin(async move {
                let _released = waits.acquire().await.unwrap();
                Next::Done
            })
        });
        send(&db, &db.who(), vec![call(1, "l")]).await;
        let running = calls(&db.node().await, &world).start();
        while !left.load(Ordering::SeqCst) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let stopped = tokio::spawn(running.stop(SECOND * 60));
        let mut other = calls(&db, &world);
        for _ in 0..2 {
            db.clock().advance(SECOND * 8);
            tokio::time::sleep(Duration::from_millis(2_200)).await;
            assert_eq!(tokio::time::timeout(SECOND, other.turn()).await.expect("nothing to claim").unwrap(), 0);
        }
        released.add_permits(1);
        stopped.await.unwrap();
        assert_eq!((world.numbers(), world.last().reopened), (vec![1], false));
        let nodes: i64 = store::Look::one(
            &mut db.read(db.who().tenant),
            store::sql!(global "SELECT COUNT(*) FROM nodes WHERE alive_until > $1"),
            store::params![db.clock().now()],
        ).await.unwrap();
        assert_eq!(nodes, 1, "the one that left has said so");
    }

    async fn what_fails_on_its_way_does_not_stay_out(db: TestDb) {
        for how in ["go_panics", "back_panics", "back_fails", "back_swallows"] {
            let world = Arc::new(Ills::default());
            let mut works = Works::new((*db).clone(), Vec::new(), vec![ErrandKind::of::<Fragile>(world.clone())], Vec::new());
            let fragile = act(move |tx| Box::pin(tx.send(Fragile { how: how.to_owned() })));
            let before = value(&db, &db.who(), "fragile").await;
            let id = db.run(&db.who(), fragile).await.unwrap().unwrap();
            settle(&mut works).await;
            let now = standing(&db).await;
            assert_eq!((now.running, now.waiting), (0, 1), "{how}");
            assert_eq!(value(&db, &db.who(), "fragile").await, before, "{how}");
            let tries = attempts(&mut db.read(db.who().tenant), id).await.unwrap();
            assert_eq!((tries[0].finished_at, tries[0].class.as_deref()), (None, Some("lost")), "{how}");
            world.cured.store(true, Ordering::SeqCst);
            db.clock().move_to(works.next().await.unwrap().unwrap());
            settle(&mut works).await;
            assert_eq!(standing(&db).await.waiting, 0, "{how}");
            assert_eq!(value(&db, &db.who(), "fragile").await, before + 1, "{how}");
            assert_eq!(world.gone.load(Ordering::SeqCst), 2, "{how}");
        }
    }

    async fn an_errand_that_nobody_knows_is_left_to_a_person(db: TestDb) {
        send(&db, &db.who(), vec![call(1, "l")]).await;
        let mut works = Works::new((*db).clone(), Vec::new(), Vec::new(), Vec::new());
        settle(&mut works).await;
        while let Some(next) = works.next().await.unwrap() {
            db.clock().move_to(next);
            settle(&mut works).await;
        }
        assert_eq!(standing(&db).await.buried, 1);
    }
}
