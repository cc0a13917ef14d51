//! Many who come at once.

use super::{ALL, Open, allow, consume, feature, told};
use crate::commands::{Came, Record, Status};
use crate::rules::THRESHOLDS;
use crate::{check, queries};
use facts::{ContactId, Id};
use futures::future::join_all;
use jiff::civil::date;
use testkit::TestDb;

fn came(contact_id: ContactId, number: usize, quantity: i64) -> Came {
    Came { source: "gateway".into(), event_id: format!("e-{number}"), contact_id, feature: "calls".into(), quantity, at: None }
}

async fn used(db: &TestDb, contact: ContactId) -> i64 {
    let start = date(2026, 11, 1);
    queries::used(&mut db.read_main(db.who().tenant), contact.uuid(), "calls", start).await.unwrap()
}

testkit::both! { with &ALL;
    async fn of_a_hundred_at_once_as_many_go_through_as_there_is_room_for(db: TestDb) {
        let who = db.who();
        let contact = db.run(&who, Open("Asia/Kolkata", 1)).await.unwrap()[0];
        feature(&db, &who, 0).await;
        allow(&db, &who, contact, Some(50)).await;
        consume(&db, &who, contact, 40, false).await.unwrap();
        let all = join_all((0..100).map(|_| consume(&db, &who, contact, 1, false))).await;
        let refused: Vec<_> = all.iter().filter_map(|one| one.as_ref().err()).collect();
        assert_eq!((all.len() - refused.len(), used(&db, contact).await), (10, 50));
        assert!(refused.iter().all(|error| (error.kind(), error.code()) == (store::Kind::PaymentRequired, "limit_reached")));
        let percents: Vec<i64> = told(&db, &who).await.into_iter().map(|(.., percent)| percent).collect();
        assert_eq!(percents, [80, 90, 100], "each once");
        assert_eq!(check(&db).await.unwrap(), Vec::<String>::new());
    }

    async fn a_batch_that_is_sent_by_many_counts_once(db: TestDb) {
        let who = db.who();
        let contacts = db.run(&who, Open("Asia/Kolkata", 40)).await.unwrap();
        feature(&db, &who, 10).await;
        let events: Vec<Came> = (0..500).map(|number| came(contacts[number % 40], number, 2)).collect();
        let turned: Vec<Came> = events.iter().rev().cloned().collect();
        let sent = join_all((0..8).map(|nth| db.run(&who, Record(if nth % 2 == 0 { events.clone() } else { turned.clone() })))).await;
        let inserted: usize = sent.iter().map(|one| one.as_ref().unwrap().iter().filter(|reply| reply.status == Status::Inserted).count()).sum();
        assert_eq!(inserted, 500);
        let mut sum = 0;
        for contact in contacts {
            sum += used(&db, contact).await;
        }
        assert_eq!(sum, 1_000);
        assert_eq!(check(&db).await.unwrap(), Vec::<String>::new());
    }

    async fn a_jump_tells_of_every_threshold_in_order_and_a_higher_limit_arms_them_again(db: TestDb) {
        let who = db.who();
        let contact = db.run(&who, Open("Europe/Berlin", 1)).await.unwrap()[0];
        feature(&db, &who, 10).await;
        allow(&db, &who, contact, Some(100)).await;
        consume(&db, &who, contact, 70, false).await.unwrap();
        assert_eq!(told(&db, &who).await, []);
        let replies = db.run(&who, Record(vec![came(contact, 1, 40), came(contact, 1, 40), came(contact, 2, 5)])).await.unwrap();
        let status: Vec<Status> = replies.iter().map(|reply| reply.status).collect();
        assert_eq!(status, [Status::Inserted, Status::Duplicate, Status::Inserted]);
        let percents: Vec<i64> = told(&db, &who).await.into_iter().map(|(.., percent)| percent).collect();
        assert_eq!((used(&db, contact).await, percents), (115, THRESHOLDS.to_vec()));
        assert_eq!(consume(&db, &who, contact, 1, true).await.unwrap_err().code(), "limit_reached");

        allow(&db, &who, contact, Some(200)).await;
        assert_eq!(told(&db, &who).await.len(), 4, "nothing was used");
        consume(&db, &who, contact, 45, false).await.unwrap();
        assert_eq!(told(&db, &who).await[4..], [(contact, "2026-11-01".to_owned(), 200, 80)]);
        allow(&db, &who, contact, None).await;
        consume(&db, &who, contact, 100_000, false).await.unwrap();
        assert_eq!(told(&db, &who).await.len(), 5, "there is no share of no limit");
    }

    async fn what_cannot_count_says_why(db: TestDb) {
        let who = db.who();
        let contact = db.run(&who, Open("Asia/Kolkata", 1)).await.unwrap()[0];
        feature(&db, &who, 10).await;
        let now = db.clock().now();
        let days = |days: u64| std::time::Duration::from_secs(days * 86_400);
        let good = came(contact, 1, 1);
        let wrong = [
            (Came { event_id: String::new(), ..good.clone() }, "event_id"),
            (Came { source: "consume".into(), ..good.clone() }, "source"),
            (Came { quantity: 0, ..good.clone() }, "quantity"),
            (Came { quantity: -1, ..good.clone() }, "quantity"),
            (Came { feature: "other".into(), ..good.clone() }, "feature"),
            (Came { contact_id: Id::from_uuid(uuid::Uuid::nil()), ..good.clone() }, "contact_id"),
            (Came { at: Some(now.after(days(1))), ..good.clone() }, "at"),
            (Came { at: Some(now.before(days(91))), ..good.clone() }, "at"),
        ];
        let batch: Vec<Came> = wrong.iter().map(|(came, _)| came.clone()).chain([good]).collect();
        let replies = db.run(&who, Record(batch)).await.unwrap();
        for ((_, field), reply) in wrong.iter().zip(&replies) {
            assert_eq!(reply.status, Status::Rejected, "{field}");
            assert!(reply.reason.as_deref().unwrap().starts_with(field), "{reply:?}");
        }
        assert_eq!((replies[8].status, used(&db, contact).await), (Status::Inserted, 1), "one that is wrong keeps no other from counting");
        assert_eq!(db.run(&who, Record(Vec::new())).await.unwrap_err().fields()[0].field, "events");
    }
}
