//! Lanes: nobody's queue delays another's, and none moves faster than it may.

use crate::common::{Call, World, call, calls, send, settle, tables, value};
use facts::Time;
use futures::future::join_all;
use std::time::Duration;
use store::{Next, Works};
use testkit::TestDb;

testkit::both! { with &tables();
    async fn a_long_lane_does_not_delay_a_short_one(db: TestDb) {
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

    async fn three_nodes_together_keep_to_the_pace(db: TestDb) {
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

/// Turns all nodes at once until none has anything to do now; tells when the first of them has.
async fn turn_all(nodes: &mut [Works]) -> Option<Time> {
    while join_all(nodes.iter_mut().map(Works::turn)).await.into_iter().any(|done| done.unwrap() > 0) {}
    join_all(nodes.iter().map(Works::next)).await.into_iter().filter_map(Result::unwrap).min()
}
