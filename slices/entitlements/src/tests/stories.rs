//! Random stories of uses, events, limits and days that pass: after each step what is used is the sum of what was accepted, and every
//! threshold was told of once.

use super::{ALL, Open, allow, consume, feature, told};
use crate::commands::{Came, Record, Status};
use crate::model::NO_LIMIT;
use crate::rules::{self, THRESHOLDS};
use crate::{check, queries};
use facts::{ContactId, Id, Time};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rand::Rng;
use rand_chacha::ChaCha12Rng;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use store::{Dice, Who};
use testkit::TestDb;

/// How many stories are told on each database.
const STORIES: u64 = 25;
const STEPS: usize = 40;
const GRACE: i64 = 10;
/// Clocks change in all but the first within the months of the stories.
const ZONES: [&str; 3] = ["Asia/Kolkata", "Europe/Berlin", "America/St_Johns"];

struct Story {
    who: Who,
    contacts: Vec<ContactId>,
    dice: ChaCha12Rng,
    zone: TimeZone,
    limits: BTreeMap<ContactId, i64>,
    /// What was accepted, by customer and the period that it counts in.
    used: BTreeMap<(ContactId, Date), i64>,
    /// Customer, period, limit and percent.
    told: BTreeSet<(ContactId, String, i64, i64)>,
    sent: Vec<Came>,
}

impl Story {
    async fn open(db: &TestDb, seed: u64) -> Self {
        let who = db.who_of(u128::from(seed) + 100);
        let zone = ZONES[usize::try_from(seed).unwrap() % ZONES.len()];
        let contacts = db.run(&who, Open(zone, 2)).await.unwrap();
        feature(db, &who, GRACE).await;
        let limits = contacts.iter().map(|contact| (*contact, 0)).collect();
        let (dice, zone) = (Dice::seeded(seed).fork(), TimeZone::get(zone).unwrap());
        Self { who, contacts, dice, zone, limits, used: BTreeMap::new(), told: BTreeSet::new(), sent: Vec::new() }
    }

    fn day(&self, at: Time) -> Date {
        at.timestamp().to_zoned(self.zone.clone()).date()
    }

    fn accept(&mut self, contact: ContactId, start: Date, amount: i64) {
        let used = self.used.entry((contact, start)).or_default();
        *used += amount;
        let limit = self.limits[&contact];
        let reached = rules::reached(*used, limit);
        self.told.extend(
            THRESHOLDS.into_iter().filter(|percent| *percent <= reached).map(|percent| (contact, start.to_string(), limit, percent)),
        );
    }

    async fn step(&mut self, db: &TestDb) {
        let contact = self.contacts[self.dice.random_range(0..self.contacts.len())];
        match self.dice.random_range(0..10) {
            0..=3 => self.consume(db, contact).await,
            4..=6 => self.send(db).await,
            7 => {
                let limit = [Some(0), Some(20), Some(50), Some(100), None][self.dice.random_range(0..5)];
                allow(db, &self.who, contact, limit).await;
                self.limits.insert(contact, limit.unwrap_or(NO_LIMIT));
            }
            8 => db.clock().advance(Duration::from_secs(self.dice.random_range(0..3 * 86_400))),
            _ => db.clock().advance(Duration::from_secs(self.dice.random_range(0..20 * 86_400))),
        }
    }

    async fn consume(&mut self, db: &TestDb, contact: ContactId) {
        let (amount, dry) = (self.dice.random_range(1..30), self.dice.random_range(0..4) == 0);
        let start = self.day(db.clock().now()).first_of_month();
        let used = self.used.get(&(contact, start)).copied().unwrap_or(0);
        let fits = used + amount <= rules::ceiling(self.limits[&contact], GRACE);
        let done = consume(db, &self.who, contact, amount, dry).await;
        assert_eq!(done.is_ok(), fits, "{used} and {amount} of {}", self.limits[&contact]);
        if fits && !dry {
            self.accept(contact, start, amount);
        }
    }

    /// A batch in which some events were sent before, or are in it twice.
    async fn send(&mut self, db: &TestDb) {
        let now = db.clock().now();
        let mut batch: Vec<Came> = Vec::new();
        for _ in 0..self.dice.random_range(1..12) {
            let again = self.sent.iter().chain(&batch).cloned().collect::<Vec<_>>();
            if !again.is_empty() && self.dice.random_range(0..3) == 0 {
                batch.push(again[self.dice.random_range(0..again.len())].clone());
                continue;
            }
            let back = Duration::from_secs(self.dice.random_range(0..60 * 86_400));
            batch.push(Came {
                source: ["a", "b"][self.dice.random_range(0..2)].into(),
                event_id: format!("e-{}-{}", self.sent.len(), batch.len()),
                contact_id: self.contacts[self.dice.random_range(0..self.contacts.len())],
                feature: "calls".into(),
                quantity: self.dice.random_range(1..20),
                at: (self.dice.random_range(0..2) == 0).then(|| now.before(back)),
            });
        }
        let replies = db.run(&self.who, Record(batch.clone())).await.unwrap();
        let month = rules::month(self.day(now));
        let previous = rules::month(month.start.yesterday().unwrap());
        let mut sums: BTreeMap<(ContactId, Date), i64> = BTreeMap::new();
        for (came, reply) in batch.iter().zip(&replies) {
            let key = |it: &Came| (it.source.clone(), it.event_id.clone());
            let before = self.sent.iter().any(|it| key(it) == key(came));
            let at = came.at.unwrap_or(now);
            let old = at < now.before(Duration::from_secs(90 * 86_400));
            let expected = if old {
                Status::Rejected
            } else if before {
                Status::Duplicate
            } else {
                Status::Inserted
            };
            assert_eq!(reply.status, expected, "{came:?}");
            if expected == Status::Inserted {
                let place = rules::place(self.day(at), now, &self.zone, month, Some(previous));
                assert_eq!(reply.adjusts, place.adjusts.map(|day| day.to_string()));
                *sums.entry((came.contact_id, place.period.start)).or_default() += came.quantity;
                self.sent.push(came.clone());
            }
        }
        for ((contact, start), amount) in sums {
            self.accept(contact, start, amount);
        }
    }

    async fn holds(&self, db: &TestDb) {
        let mut look = db.read_main(self.who.tenant);
        for ((contact, start), expected) in &self.used {
            let used = queries::used(&mut look, contact.uuid(), "calls", *start).await.unwrap();
            assert_eq!(used, *expected, "{contact} from {start}");
        }
        let facts = told(db, &self.who).await;
        assert_eq!(facts.iter().cloned().collect::<BTreeSet<_>>(), self.told);
        assert_eq!(facts.len(), self.told.len(), "each once");
    }
}

testkit::both! { with &ALL;
    async fn what_is_used_is_what_was_accepted_and_each_threshold_is_told_once(db: TestDb) {
        for seed in 0..STORIES {
            let mut story = Story::open(&db, seed).await;
            for _ in 0..STEPS {
                story.step(&db).await;
            }
            story.holds(&db).await;
        }
        assert_eq!(check(&db).await.unwrap(), Vec::<String>::new());
    }
}
