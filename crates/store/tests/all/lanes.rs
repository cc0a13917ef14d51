//! Lanes: nobody's queue delays another's, and none moves faster than it may.

use crate::common::{Call, World, act, bump, call, call_behind, calls, send, settle, tables, value};
use facts::{TenantId, Time};
use futures::future::join_all;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use store::{Ended, Errand, ErrandKind, Lane, Next, Result, Sending, TimerKind, Trip, Tx, Works};
use testkit::TestDb;
use tokio::sync::Semaphore;

testkit::both! { with &tables();
    async fn promise_07_a_long_lane_does_not_delay_a_short_one(db: TestDb) {
        let world = World::kind();
        send(&db, &db.who_of(1), (0..5_000).map(|_| call(1, "send/a")).collect()).await;
        send(&db, &db.who_of(2), vec![call(2, "send/b")]).await;
        let mut works = calls(&db, &world);
        works.turn().await.unwrap();
        assert!(world.numbers().contains(&2), "it goes with the first");
    }

    async fn many_lanes_all_get_their_turn(db: TestDb) {
        let world = World::kind();
        let lanes: Vec<Call> = (0..100).flat_map(|lane| (0..3).map(move |_| call(lane, &format!("lane/{lane:03}")))).collect();
        send(&db, &db.who(), lanes).await;
        settle(&mut calls(&db, &world)).await;
        assert_eq!(world.numbers().len(), 300);
    }

    async fn paused_lanes_do_not_hide_the_others(db: TestDb) {
        let world = World::new(|call, _| {
            let answer = if call.n == 0 { Next::Pause(Time(i64::MAX / 2)) } else { Next::Done };
            Box::pin(async move { answer })
        });
        let mut works = calls(&db, &world);
        send(&db, &db.who(), (0..70).map(|lane| call(0, &format!("lane/{lane:03}"))).collect()).await;
        settle(&mut works).await;
        assert_eq!(world.numbers().len(), 70);
        send(&db, &db.who(), vec![call(1, "lane/999")]).await;
        settle(&mut works).await;
        assert_eq!(world.numbers().last(), Some(&1));
        // Behind where the last claim stopped.
        send(&db, &db.who(), vec![call(2, "a")]).await;
        settle(&mut works).await;
        assert_eq!(world.numbers().last(), Some(&2));
    }

    async fn promise_06_three_nodes_together_keep_to_the_pace(db: TestDb) {
        let world = World::kind();
        let paced = |n| Call { per_second: Some(20), ..call(n, "paced") };
        send(&db, &db.who(), (0..200).map(paced).collect()).await;
        let mut nodes = Vec::new();
        for _ in 0..3 {
            nodes.push(calls(&db.node().await, &world));
        }
        while let Some(next) = turn_all(&mut nodes).await {
            db.clock().move_to(next);
        }
        let mut starts: Vec<Time> = world.back.lock().unwrap().iter().map(|(_, trip)| trip.started_at).collect();
        starts.sort_unstable();
        assert_eq!(starts.len(), 200);
        for (first, late) in starts.iter().zip(starts.iter().skip(20)) {
            assert!(late.since(*first) >= Duration::from_secs(1), "more than 20 in a second from {first}");
        }
        let took = starts[199].since(starts[0]);
        assert!(took < Duration::from_secs(12), "200 at 20 a second took {took:?}");
    }

    async fn a_lane_goes_by_the_pace_that_is_set_for_it(db: TestDb) {
        let world = World::kind();
        let paced = |n| Call { per_second: Some(50), ..call(n, "paced") };
        let mut nodes = vec![calls(&db, &world)];
        // It holds for what stands there already, for a lane that there was not yet, and until another is set.
        send(&db, &db.who(), (0..10).map(paced).collect()).await;
        for (pace, more) in [(2u32, 0), (5, 20)] {
            db.run(&db.who(), act(move |tx| Box::pin(tx.set_pace("paced", pace)))).await.unwrap();
            let before = world.back.lock().unwrap().len();
            send(&db, &db.who(), (0..more).map(paced).collect()).await;
            while let Some(next) = turn_all(&mut nodes).await {
                db.clock().move_to(next);
            }
            let mut starts: Vec<Time> = world.back.lock().unwrap().iter().skip(before).map(|(_, trip)| trip.started_at).collect();
            starts.sort_unstable();
            assert!(starts.len() >= 10, "{}", starts.len());
            for (first, late) in starts.iter().zip(starts.iter().skip(pace as usize)) {
                assert!(late.since(*first) >= Duration::from_secs(1), "more than {pace} in a second from {first}");
            }
            let took = starts[starts.len() - 1].since(starts[0]);
            assert!(took <= Duration::from_secs(8), "{} at {pace} a second took {took:?}", starts.len());
        }
    }

    async fn a_lane_behind_another_goes_after_it_and_both_keep_to_one_pace(db: TestDb) {
        let world = World::kind();
        let paced = |call: Call| Call { per_second: Some(20), ..call };
        send(&db, &db.who(), (0..100).map(|_| paced(call_behind(2, "paced"))).collect()).await;
        let mut nodes = vec![calls(&db, &world)];
        settle(&mut nodes[0]).await;
        let before = world.numbers().len();
        assert!(before > 0 && before < 20, "{before} at once");
        send(&db, &db.who(), (0..10).map(|_| paced(call(1, "paced"))).collect()).await;
        while let Some(next) = turn_all(&mut nodes).await {
            db.clock().move_to(next);
        }
        assert_eq!(world.numbers()[before..before + 10], [1; 10], "they go before those that came before them");
        let mut starts: Vec<Time> = world.back.lock().unwrap().iter().map(|(_, trip)| trip.started_at).collect();
        starts.sort_unstable();
        assert_eq!(starts.len(), 110);
        for (first, late) in starts.iter().zip(starts.iter().skip(20)) {
            assert!(late.since(*first) >= Duration::from_secs(1), "more than 20 in a second from {first}");
        }
    }

    async fn a_silence_leaves_the_lane_in_front_alone(db: TestDb) {
        let world = World::new(|call, _| {
            let answer = if call.n == 1 { Next::Done } else { Next::Pause(Time(i64::MAX / 2)) };
            Box::pin(async move { answer })
        });
        let mut works = calls(&db, &world);
        let paced = |call: Call| Call { per_second: Some(20), ..call };
        send(&db, &db.who(), vec![paced(call_behind(2, "paced"))]).await;
        settle(&mut works).await;
        assert_eq!(world.numbers(), [2]);
        send(&db, &db.who(), vec![paced(call_behind(2, "paced")), paced(call(1, "paced"))]).await;
        settle(&mut works).await;
        assert_eq!(world.numbers(), [2, 1]);
    }

    async fn a_hanging_lane_leaves_places_for_others(db: TestDb) {
        let world = World::new(|call, _| {
            let hangs = call.n == 0;
            Box::pin(async move {
                if hangs {
                    futures::future::pending::<()>().await;
                }
                Next::Done
            })
        });
        send(&db, &db.who_of(1), (0..300).map(|_| call(0, "send/a")).collect()).await;
        let running = calls(&db, &world).start();
        tokio::time::sleep(Duration::from_millis(100)).await;
        send(&db, &db.who_of(2), vec![call(1, "send/b")]).await;
        for _ in 0..500 {
            if value(&db, &db.who_of(2), "back").await == 1 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert_eq!(world.numbers(), [1]);
        running.stop(Duration::ZERO).await;
    }
}

/// A call of somebody whom anybody may name, and who may hang: few of it are out at once.
#[derive(Serialize, Deserialize)]
struct Stranger {
    lane: i64,
}

/// Where strangers are called: how many are out, the most that ever were, of any lane and of one; and a gate that keeps them.
struct Abroad {
    out: Mutex<BTreeMap<i64, usize>>,
    most: Mutex<(usize, usize)>,
    gate: Semaphore,
}

impl Errand for Stranger {
    const NAME: &'static str = "stranger";
    const LANE_PLACES: usize = 3;
    const PLACES: usize = 8;
    type World = Abroad;
    type Back = ();

    fn lane(&self, _: TenantId) -> Lane {
        Lane::open(format!("stranger/{}", self.lane))
    }

    async fn go(&self, world: &Abroad, _: &Trip) {
        {
            let mut out = world.out.lock().unwrap();
            *out.entry(self.lane).or_default() += 1;
            let mut most = world.most.lock().unwrap();
            *most = (most.0.max(out.values().sum()), most.1.max(out[&self.lane]));
        }
        world.gate.acquire().await.unwrap().forget();
        *world.out.lock().unwrap().entry(self.lane).or_default() -= 1;
    }

    async fn back(&self, _: &Abroad, tx: &mut Tx, _: &Trip, (): &()) -> Result<Ended> {
        bump(tx, "strangers").await?;
        Ok(Ended::done(""))
    }
}

testkit::both! { with &tables();
    async fn strangers_that_hang_hold_few_places_and_go_on_when_they_are_free(db: TestDb) {
        let abroad = Arc::new(Abroad { out: Mutex::default(), most: Mutex::default(), gate: Semaphore::new(0) });
        let world = World::kind();
        let sending = act(|tx| {
            Box::pin(async move {
                let all = (0..60).map(|n| (Stranger { lane: n % 6 }, Sending::default()));
                tx.send_all(all).await
            })
        });
        db.run(&db.who_of(1), sending).await.unwrap();
        let kinds = vec![ErrandKind::of::<Stranger>(abroad.clone()), ErrandKind::of::<Call>(world.clone())];
        let running = Works::new((*db).clone(), Vec::new(), kinds, Vec::<TimerKind>::new()).start();
        tokio::time::sleep(Duration::from_millis(200)).await;
        assert_eq!(abroad.out.lock().unwrap().values().sum::<usize>(), 8, "as many as the kind may have");
        send(&db, &db.who_of(2), vec![call(1, "send/b")]).await;
        until(|| async { value(&db, &db.who_of(2), "back").await == 1 }).await;
        abroad.gate.add_permits(60);
        until(|| async { value(&db, &db.who_of(1), "strangers").await == 60 }).await;
        let (most, of_one_lane) = *abroad.most.lock().unwrap();
        assert!(most == 8 && of_one_lane <= 3, "{most}, {of_one_lane} of one lane");
        running.stop(Duration::ZERO).await;
    }
}

/// Waits until something is so, for a few seconds at the most.
async fn until<F: Future<Output = bool>>(is_so: impl Fn() -> F) {
    for _ in 0..500 {
        if is_so().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("it never came to be");
}

/// Turns all nodes at once until none has anything to do now; tells when the first of them has.
async fn turn_all(nodes: &mut [Works]) -> Option<Time> {
    while join_all(nodes.iter_mut().map(Works::turn)).await.into_iter().any(|done| done.unwrap() > 0) {}
    join_all(nodes.iter().map(Works::next)).await.into_iter().filter_map(Result::unwrap).min()
}
