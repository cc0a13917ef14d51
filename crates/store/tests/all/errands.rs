//! What becomes of an errand after each try.

use crate::common::{Call, World, act, call, call_behind, calls, send, settle, standing, tables, value};
use facts::{ErrandId, Time};
use std::sync::Arc;
use std::time::Duration;
use store::errand::{Drop, Redrive, attempts};
use store::{Json, Look, Next, Sending, params, sql};
use testkit::{START, TestDb};

fn later(seconds: u64) -> Time {
    START.after(Duration::from_secs(seconds))
}

async fn failures(db: &TestDb, id: ErrandId) -> i64 {
    let mut read = db.read(db.who().tenant);
    read.one(sql!("SELECT failures FROM errands WHERE tenant_id = $1 AND id = $2"), params![read.tenant(), id]).await.unwrap()
}

/// A world that answers with one thing for a while and then with success.
fn first(times: i64, next: impl Fn(i64) -> Next + Send + Sync + 'static) -> Arc<World> {
    World::new(move |_, trip| {
        let answer = if trip.try_number <= times { next(trip.try_number) } else { Next::Done };
        Box::pin(async move { answer })
    })
}

testkit::both! { with &tables();
    async fn done_leaves_its_attempts(db: TestDb) {
        let (world, who) = (World::kind(), db.who());
        let ids = send(&db, &who, vec![call(1, "l"), call(2, "l")]).await;
        assert_eq!(standing(&db).await.ready, 2);
        settle(&mut calls(&db, &world)).await;
        assert_eq!(world.numbers().len(), 2);
        let left = standing(&db).await;
        assert_eq!((left.ready, left.waiting, left.running, left.buried), (0, 0, 0, 0));
        let tries = attempts(&mut db.read(who.tenant), ids[0].unwrap()).await.unwrap();
        assert_eq!(tries.len(), 1);
        assert_eq!((tries[0].try_number, tries[0].class.as_deref(), tries[0].note.as_deref()), (1, Some("test"), Some("call 1")));
        assert_eq!((tries[0].started_at, tries[0].finished_at), (START, Some(START)));
    }

    async fn again_counts_and_wait_does_not(db: TestDb) {
        let world = first(4, |n| if n % 2 == 1 { Next::Again(later(n as u64 * 10)) } else { Next::Wait(later(n as u64 * 10)) });
        let id = send(&db, &db.who(), vec![call(1, "l")]).await[0].unwrap();
        let mut works = calls(&db, &world);
        for (at, counted) in [(0, 1), (10, 1), (20, 2), (30, 2)] {
            db.clock().move_to(later(at));
            settle(&mut works).await;
            assert_eq!(failures(&db, id).await, counted);
            assert_eq!(works.next().await.unwrap(), Some(later(at + 10)));
        }
        db.clock().move_to(later(40));
        settle(&mut works).await;
        let trips: Vec<(i64, i64)> = world.back.lock().unwrap().iter().map(|(_, trip)| (trip.try_number, trip.failures)).collect();
        assert_eq!(trips, [(1, 0), (2, 1), (3, 1), (4, 2), (5, 2)]);
        assert_eq!(works.next().await.unwrap(), None);
    }

    async fn promise_04_a_thousand_pauses_use_no_attempt(db: TestDb) {
        let world = first(1_000, |n| Next::Pause(later(n as u64)));
        let id = send(&db, &db.who(), vec![call(1, "l")]).await[0].unwrap();
        let mut works = calls(&db, &world);
        for at in 0..1_000 {
            db.clock().move_to(later(at));
            assert_eq!(works.turn().await.unwrap(), 1);
        }
        settle(&mut works).await;
        assert_eq!((failures(&db, id).await, works.next().await.unwrap()), (0, Some(later(1_000))));
        db.clock().move_to(later(1_000));
        settle(&mut works).await;
        assert_eq!((world.last().try_number, world.last().failures), (1_001, 0));
    }

    async fn a_pause_silences_the_lane_and_no_other(db: TestDb) {
        let world = World::new(|call, trip| {
            let answer = if call.n == 1 && trip.try_number == 1 { Next::Pause(later(60)) } else { Next::Done };
            Box::pin(async move { answer })
        });
        let mut works = calls(&db, &world);
        send(&db, &db.who(), vec![call(1, "a")]).await;
        settle(&mut works).await;
        send(&db, &db.who(), vec![call(2, "a"), call(3, "b")]).await;
        settle(&mut works).await;
        assert_eq!(world.numbers(), [1, 3]);
        assert_eq!(works.next().await.unwrap(), Some(later(60)));
        db.clock().move_to(later(60));
        settle(&mut works).await;
        assert_eq!(world.numbers().len(), 4);
    }

    async fn buried_ones_are_sent_again_or_dropped_by_hand(db: TestDb) {
        let (world, who) = (first(1, |_| Next::Bury), db.who());
        let mut works = calls(&db, &world);
        let ids = send(&db, &who, vec![call(1, "l"), call(2, "l")]).await;
        settle(&mut works).await;
        assert_eq!(standing(&db).await.buried, 2);
        assert_eq!(db.run(&db.who_of(2), Redrive(ids[0].unwrap())).await.unwrap_err().code(), "not_found");
        db.run(&who, Redrive(ids[0].unwrap())).await.unwrap();
        db.run(&who, Drop(ids[1].unwrap())).await.unwrap();
        assert_eq!(db.run(&who, Drop(ids[0].unwrap())).await.unwrap_err().code(), "not_found");
        settle(&mut works).await;
        assert_eq!((world.last().try_number, world.last().failures), (2, 0));
        assert_eq!(standing(&db).await.buried, 0);
        let mut read = db.read(who.tenant);
        let told = sql!("SELECT body FROM journal WHERE tenant_id = $1 AND kind = 'errand.dropped'");
        let told: Vec<Json<serde_json::Value>> = read.all(told, params![read.tenant()]).await.unwrap();
        let dropped: Vec<&serde_json::Value> = told.iter().map(|fact| &fact.0["errand_id"]).collect();
        assert_eq!(dropped, [&serde_json::json!(ids[1].unwrap())], "whoever waits for it hears of it");
    }

    async fn one_is_alive_for_each_key(db: TestDb) {
        let (world, who) = (first(1, |_| Next::Bury), db.who());
        let mut works = calls(&db, &world);
        let keyed = |n| Call { key: Some("k".to_owned()), ..call(n, "l") };
        let first = send(&db, &who, vec![keyed(1), keyed(2)]).await;
        assert_eq!((first[0].is_some(), first[1]), (true, None));
        assert!(send(&db, &db.who_of(2), vec![keyed(3)]).await[0].is_some(), "another tenant's key is another key");
        settle(&mut works).await;
        let second = send(&db, &who, vec![keyed(4)]).await;
        assert!(second[0].is_some(), "a buried one is not alive");
        assert_eq!(db.run(&who, Redrive(first[0].unwrap())).await.unwrap_err().code(), "errand_key_taken");
        settle(&mut works).await;
        db.run(&who, Redrive(first[0].unwrap())).await.unwrap();
    }

    async fn one_recipient_is_not_written_to_too_often(db: TestDb) {
        let who = db.who();
        let send_to = |recipient: &'static str| act(move |tx| Box::pin(async move {
            let gap = Some((recipient.to_owned(), Duration::from_secs(10)));
            tx.send_with(call(1, "l"), Sending { gap, ..Sending::default() }).await
        }));
        for recipient in ["a", "a", "b", "a"] {
            db.run(&who, send_to(recipient)).await.unwrap();
        }
        let mut read = db.read(who.tenant);
        let dues: Vec<Time> =
            read.all(sql!("SELECT due_at FROM errands WHERE tenant_id = $1 ORDER BY due_at"), params![who.tenant]).await.unwrap();
        assert_eq!(dues, [later(0), later(0), later(10), later(20)]);
        let world = World::kind();
        let mut works = calls(&db, &world);
        settle(&mut works).await;
        assert_eq!((world.numbers().len(), works.next().await.unwrap()), (2, Some(later(10))));
        db.clock().move_to(later(300));
        settle(&mut works).await;
        db.run(&who, send_to("a")).await.unwrap();
        assert_eq!(standing(&db).await.ready, 1, "an old gap is over");
    }

    async fn who_goes_at_once_is_waited_for_by_the_next(db: TestDb) {
        let who = db.who();
        let send = |at_once: bool| act(move |tx| Box::pin(async move {
            let gap = Some(("a".to_owned(), Duration::from_secs(10)));
            let errand = if at_once { call(1, "l") } else { call_behind(2, "l") };
            tx.send_with(errand, Sending { gap, at_once, ..Sending::default() }).await
        }));
        for at_once in [false, true, false] {
            db.run(&who, send(at_once)).await.unwrap();
        }
        let mut read = db.read(who.tenant);
        let dues: Vec<(String, Time)> =
            read.all(sql!("SELECT lane, due_at FROM errands WHERE tenant_id = $1 ORDER BY due_at, lane"), params![who.tenant]).await.unwrap();
        let due = |lane: &str, seconds| (lane.to_owned(), later(seconds));
        assert_eq!(dues, [due("l", 0), due("l/rest", 0), due("l/rest", 20)]);
    }

    async fn waiting_ones_are_hurried_or_recalled(db: TestDb) {
        let (world, who) = (World::kind(), db.who());
        let wait = || act(|tx| Box::pin(async move {
            let due = Some(tx.now().after(Duration::from_secs(60)));
            tx.send_with(call(1, "l"), Sending { due, ..Sending::default() }).await
        }));
        let (one, other) = (db.run(&who, wait()).await.unwrap().unwrap(), db.run(&who, wait()).await.unwrap().unwrap());
        let mut works = calls(&db, &world);
        settle(&mut works).await;
        assert_eq!(world.numbers().len(), 0);
        assert!(db.run(&who, act(move |tx| Box::pin(tx.hurry(one)))).await.unwrap());
        assert!(db.run(&who, act(move |tx| Box::pin(tx.recall(other)))).await.unwrap());
        settle(&mut works).await;
        assert_eq!(world.numbers().len(), 1);
        assert!(!db.run(&who, act(move |tx| Box::pin(tx.recall(one)))).await.unwrap());
        assert_eq!(value(&db, &who, "back").await, 1);
    }
}
