//! Random stories of standing orders, told to the commands and to a plain model: after each step the sheets must be those of the
//! model, and at the end the month's bill.

use super::plans::{CutOff, standing};
use super::{ALL, Open};
use crate::commands::{
    BillCustomer, ChangeDelivery, ChangeStandingOrder, EndStandingOrder, MarkDelivery, MarkRound, Noted, PauseStandingOrder, Place,
    ResumeStandingOrder, SaveRoute, SetDay, Who as Whose,
};
use crate::model::{Pricing, StandingOrder};
use crate::{clock, month, queries};
use facts::rounds::DeliveryState;
use facts::{DeliveryId, InvoiceId, Money, RouteId};
use futures::future::join_all;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, ToSpan};
use rand::Rng;
use rand::seq::IndexedRandom;
use rand_chacha::ChaCha12Rng;
use std::collections::BTreeMap;
use std::time::Duration;
use store::{Command, Dice, Look, Result, Timer, Tx, Who, params, sql};
use testkit::TestDb;

/// How many stories are told on each database, and how many at once. ORIGIN_TEST_STORIES asks for more.
const STORIES: u64 = 100;
const AT_ONCE: u64 = 50;
/// Half days that a story lasts: from ten days before the first of a month to two days after it.
const STEPS: usize = 24;

/// What the billing timer does.
struct Bill(BillCustomer);

impl Command for Bill {
    const NAME: &'static str = "test_bill";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        self.0.ring(tx).await
    }
}

/// A standing order, as somebody with a notebook would keep it.
#[derive(Debug, Clone)]
struct Note {
    order: StandingOrder,
    ends: Date,
    pause: Option<(Date, Date)>,
    /// From which day on: how much, which weekdays, for how much.
    terms: Vec<(Date, i64, i64, i64)>,
    other: BTreeMap<Date, i64>,
    /// The sheets: how much, what became of it, and the price, weekdays and usual quantity of that day.
    sheets: BTreeMap<Date, Entry>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Entry {
    quantity: i64,
    state: DeliveryState,
    usual: i64,
    price: i64,
    weekdays: i64,
}

impl Note {
    fn terms(&self, day: Date) -> Option<(i64, i64, i64)> {
        self.terms
            .iter()
            .filter(|(from, ..)| *from <= day)
            .max_by_key(|(from, ..)| *from)
            .map(|(_, how_much, days, price)| (*how_much, *days, *price))
    }

    fn is_paused(&self, day: Date) -> bool {
        self.pause.is_some_and(|(from, to)| day >= from && day < to)
    }

    /// What is written on the sheet of a day when it is planned.
    fn planned(&self, day: Date) -> Option<Entry> {
        let (usual, weekdays, price) = self.terms(day)?;
        let comes = day <= self.ends && !self.is_paused(day) && weekdays >> day.weekday().to_monday_zero_offset() & 1 == 1;
        let quantity = self.other.get(&day).copied().unwrap_or(usual);
        let state = if quantity == 0 { DeliveryState::Skipped } else { DeliveryState::Planned };
        comes.then_some(Entry { quantity, state, usual, price, weekdays })
    }

    /// What a day costs, in paise.
    fn costs(&self, day: Date, entry: Entry) -> i64 {
        if matches!(entry.state, DeliveryState::Missed | DeliveryState::Skipped) {
            return 0;
        }
        let days: Vec<Date> = (0..day.days_in_month()).map(|nth| day.first_of_month() + i64::from(nth).days()).collect();
        let days: Vec<Date> = days.into_iter().filter(|of| entry.weekdays >> of.weekday().to_monday_zero_offset() & 1 == 1).collect();
        let (count, place) = (days.len() as i64, days.iter().position(|of| *of == day).unwrap() as i64);
        // The first days of the month bear what does not go into the number of days.
        let share = entry.price / count + i64::from(place < entry.price % count);
        (share * entry.quantity * 2 + entry.usual).div_euclid(entry.usual * 2)
    }

    /// What a month comes to.
    fn month(&self, month: &str) -> i64 {
        let of_month = self.sheets.iter().filter(|(day, _)| month::of(**day) == month);
        if self.order.pricing == Pricing::Month {
            return of_month.map(|(day, entry)| self.costs(*day, *entry)).sum();
        }
        let mut by_price: BTreeMap<i64, i64> = BTreeMap::new();
        for (_, entry) in of_month.filter(|(_, entry)| !matches!(entry.state, DeliveryState::Missed | DeliveryState::Skipped)) {
            *by_price.entry(entry.price).or_default() += entry.quantity;
        }
        by_price.into_iter().map(|(price, milli)| (price * milli + 500).div_euclid(1_000)).sum()
    }
}

/// One story: a tenant of its own, and its notebook.
struct Story {
    seed: u64,
    who: Who,
    dice: ChaCha12Rng,
    route: RouteId,
    notes: Vec<Note>,
    planned: Date,
}

impl Story {
    async fn open(db: &TestDb, seed: u64) -> Self {
        let who = db.who_of(u128::from(seed) + 100);
        db.run(&who, Open).await.unwrap();
        let route = db.run(&who, SaveRoute { id: None, name: "North".into(), position: None }).await.unwrap().id;
        let dice = Dice::seeded(seed).fork();
        Self { seed, who, dice, route, notes: Vec::new(), planned: Date::MIN }
    }

    /// The days of the wall clock: today, and the last one whose sheet stands.
    fn days(db: &TestDb) -> (Date, Date) {
        let zone = TimeZone::get("Asia/Kolkata").unwrap();
        let cut_off = clock::hour("cut_off", "20:00").unwrap();
        (clock::today(db.clock().now(), &zone), clock::closed(db.clock().now(), &zone, cut_off))
    }

    /// Writes the sheets that are due.
    fn plan(&mut self, closed: Date) {
        let from = if self.planned == Date::MIN { closed } else { self.planned.tomorrow().unwrap() };
        for note in &mut self.notes {
            let mut day = from;
            while day <= closed {
                if let Some(entry) = note.planned(day) {
                    note.sheets.insert(day, entry);
                }
                day = day.tomorrow().unwrap();
            }
        }
        self.planned = closed;
    }

    async fn step(&mut self, db: &TestDb) {
        let (today, closed) = Self::days(db);
        db.run(&self.who, CutOff).await.unwrap();
        self.plan(closed);
        let what = if self.notes.is_empty() { 0 } else { self.dice.random_range(0..14) };
        match what {
            0 | 1 if self.notes.len() < 3 => self.begin(db, today, closed).await,
            0..=3 => self.set_day(db, closed).await,
            4..=5 => self.pause(db, closed).await,
            6 => self.resume(db, closed).await,
            7..=8 => self.change(db, closed).await,
            9 if self.dice.random_range(0..4) == 0 => self.end(db, closed).await,
            9..=11 => self.mark(db, today).await,
            12 => self.mark_all(db, today).await,
            _ => self.change_delivery(db).await,
        }
        self.holds(db).await;
    }

    fn any(&mut self) -> usize {
        self.dice.random_range(0..self.notes.len())
    }

    fn day_near(&mut self, day: Date) -> Date {
        day + Span::new().days(self.dice.random_range(-1..9))
    }

    fn is_over(&self, at: usize, db: &TestDb) -> bool {
        let note = &self.notes[at];
        note.ends < Self::days(db).0 || note.ends < note.order.starts_on
    }

    async fn begin(&mut self, db: &TestDb, today: Date, closed: Date) {
        let starts = today + Span::new().days(self.dice.random_range(0..4));
        let mut begin = standing(self.route, "+919876543210");
        begin.weekdays = *[127, 127, 31, 64, self.dice.random_range(1..128)].choose(&mut self.dice).unwrap();
        begin.pricing = if self.dice.random() { Pricing::Month } else { Pricing::Unit };
        begin.price = Money::inr(self.dice.random_range(1..200_000));
        begin.quantity = format!("{}.{:03}", self.dice.random_range(0..3), self.dice.random_range(1..1_000));
        begin.starts_on = Some(starts.to_string());
        if let Some(note) = self.notes.first() {
            begin.who = Whose::Known(note.order.contact_id);
        }
        let order = db.run(&self.who, begin).await.unwrap();
        let terms = vec![(starts, order.quantity_milli, order.weekdays, order.price_minor)];
        let mut note = Note { order, ends: Date::MAX, pause: None, terms, other: BTreeMap::new(), sheets: BTreeMap::new() };
        let mut day = starts;
        while day <= closed {
            if let Some(entry) = note.planned(day) {
                note.sheets.insert(day, entry);
            }
            day = day.tomorrow().unwrap();
        }
        self.notes.push(note);
    }

    async fn set_day(&mut self, db: &TestDb, closed: Date) {
        let at = self.any();
        let day = self.day_near(closed);
        let quantity = [Some(0), Some(self.dice.random_range(1..5_000)), None].choose(&mut self.dice).copied().unwrap();
        let note = &self.notes[at];
        let comes = note.terms(day).is_some_and(|(_, days, _)| days >> day.weekday().to_monday_zero_offset() & 1 == 1);
        let may = day > closed && !self.is_over(at, db) && comes && day <= note.ends && !note.is_paused(day);
        let text = quantity.map(|milli| if milli == 0 { "0".to_owned() } else { invoices::quantity_text(milli) });
        let done = db.run(&self.who, SetDay { id: note.order.id, on_day: day.to_string(), quantity: text }).await;
        assert_eq!(done.is_ok(), may, "story {}: {day} of {note:?}: {:?}", self.seed, done.err());
        match quantity {
            _ if !may => {}
            Some(milli) => drop(self.notes[at].other.insert(day, milli)),
            None => drop(self.notes[at].other.remove(&day)),
        }
    }

    async fn pause(&mut self, db: &TestDb, closed: Date) {
        let at = self.any();
        let from = self.day_near(closed);
        let until = self.dice.random::<bool>().then(|| self.day_near(from));
        let note = &self.notes[at];
        let pause = PauseStandingOrder { id: note.order.id, from_on: Some(from.to_string()), resumes_on: until.map(|day| day.to_string()) };
        let until = until.unwrap_or(Date::MAX);
        // A pause that is under way began when it began, and may end later or sooner; nothing is left out between two of them.
        let first_open = closed.tomorrow().unwrap();
        let under_way = note.pause.filter(|(began, to)| *began <= closed && *to > first_open);
        let fits = match under_way {
            Some((began, to)) => from <= to && until > closed && until > began,
            None => from > closed && until > from,
        };
        let from = under_way.map_or(from, |(began, _)| began);
        let may = !self.is_over(at, db) && fits;
        let done = db.run(&self.who, pause).await;
        assert_eq!(done.is_ok(), may, "story {}: {from} to {until} of {note:?}: {:?}", self.seed, done.err());
        if may {
            self.notes[at].pause = Some((from, until));
        }
    }

    async fn resume(&mut self, db: &TestDb, closed: Date) {
        let at = self.any();
        let day = self.day_near(closed);
        let note = &self.notes[at];
        let may = !self.is_over(at, db) && day > closed && note.pause.is_some_and(|(_, to)| to > day);
        let done = db.run(&self.who, ResumeStandingOrder { id: note.order.id, on_day: Some(day.to_string()) }).await;
        assert_eq!(done.is_ok(), may, "story {}: {day} of {note:?}: {:?}", self.seed, done.err());
        if may {
            let note = &mut self.notes[at];
            note.pause = note.pause.map(|(from, _)| (from, day)).filter(|(from, to)| from < to);
        }
    }

    async fn change(&mut self, db: &TestDb, closed: Date) {
        let at = self.any();
        let from = self.day_near(closed).max(self.notes[at].order.starts_on);
        let quantity = self.dice.random_range(1..5_000);
        let weekdays = self.dice.random::<bool>().then(|| self.dice.random_range(1..128));
        let price = self.dice.random::<bool>().then(|| self.dice.random_range(1..200_000));
        let note = &self.notes[at];
        let change = ChangeStandingOrder {
            id: note.order.id,
            from_on: Some(from.to_string()),
            quantity: Some(invoices::quantity_text(quantity)),
            weekdays,
            price: price.map(Money::inr),
            place: Place::default(),
        };
        let done = db.run(&self.who, change).await;
        let Some((usual, days, before)) = note.terms(from) else { return assert!(done.is_err()) };
        let in_proportion = match note.order.pricing {
            Pricing::Month => (before * quantity * 2 + usual).div_euclid(usual * 2),
            Pricing::Unit => before,
        };
        let price = price.unwrap_or(in_proportion);
        let may = from > closed && from <= note.ends && !self.is_over(at, db) && price > 0;
        assert_eq!(done.is_ok(), may, "story {}: {from} of {note:?}: {:?}", self.seed, done.err());
        if may && (quantity, weekdays.unwrap_or(days), price) != (usual, days, before) {
            let note = &mut self.notes[at];
            note.terms.retain(|(of, ..)| *of < from);
            note.terms.push((from, quantity, weekdays.unwrap_or(days), price));
        }
    }

    async fn end(&mut self, db: &TestDb, closed: Date) {
        let at = self.any();
        let day = self.day_near(closed);
        let may = !self.is_over(at, db) && day >= closed;
        let done = db.run(&self.who, EndStandingOrder { id: self.notes[at].order.id, ends_on: Some(day.to_string()) }).await;
        assert_eq!(done.is_ok(), may, "story {}: {:?}", self.seed, done.err());
        if may {
            self.notes[at].ends = day;
        }
    }

    /// A delivery of some sheet, and where the notebook has it.
    async fn any_delivery(&mut self, db: &TestDb) -> Option<(usize, Date, DeliveryId)> {
        let at = self.any();
        let day = *self.notes[at].sheets.keys().collect::<Vec<_>>().choose(&mut self.dice).copied()?;
        let found = queries::of_order(&mut db.read_main(self.who.tenant), self.notes[at].order.id, day, day).await.unwrap();
        Some((at, day, found[0].id))
    }

    async fn mark(&mut self, db: &TestDb, today: Date) {
        use DeliveryState as S;
        let Some((at, day, id)) = self.any_delivery(db).await else { return };
        let (to, noted) = [
            (S::Delivered, Noted::Delivered),
            (S::Missed, Noted::Missed),
            (S::Delayed, Noted::Delayed(clock::hour("eta", "07:30").unwrap())),
            (S::Planned, Noted::Undone),
        ][self.dice.random_range(0..4)];
        let now = self.notes[at].sheets[&day].state;
        let marked = matches!(now, S::Delivered | S::Missed);
        let possible = match to {
            S::Planned => marked || now == S::Delayed,
            _ => now != S::Skipped && !marked,
        };
        let may = possible && (day <= today || matches!(to, S::Delayed | S::Planned));
        let done = db.run(&self.who, MarkDelivery { id, noted }).await;
        assert_eq!(done.is_ok(), may, "story {}: {day} from {now} to {to}: {:?}", self.seed, done.err());
        if may {
            self.notes[at].sheets.get_mut(&day).unwrap().state = to;
        }
    }

    async fn mark_all(&mut self, db: &TestDb, day: Date) {
        db.run(&self.who, MarkRound { day, route: Some(self.route), ids: None, noted: Noted::Delivered }).await.unwrap();
        for entry in self.notes.iter_mut().filter_map(|note| note.sheets.get_mut(&day)) {
            if matches!(entry.state, DeliveryState::Planned | DeliveryState::Delayed) {
                entry.state = DeliveryState::Delivered;
            }
        }
    }

    async fn change_delivery(&mut self, db: &TestDb) {
        let Some((at, day, id)) = self.any_delivery(db).await else { return };
        let milli = if self.dice.random() { 0 } else { self.dice.random_range(1..5_000) };
        let quantity = if milli == 0 { "0".to_owned() } else { invoices::quantity_text(milli) };
        let may = matches!(self.notes[at].sheets[&day].state, DeliveryState::Planned | DeliveryState::Skipped);
        let done = db.run(&self.who, ChangeDelivery { id, quantity }).await;
        assert_eq!(done.is_ok(), may, "story {}: {:?}", self.seed, done.err());
        if may {
            let entry = self.notes[at].sheets.get_mut(&day).unwrap();
            (entry.quantity, entry.state) = (milli, if milli == 0 { DeliveryState::Skipped } else { DeliveryState::Planned });
        }
    }

    /// The sheets are those of the notebook, and cost what they cost there.
    async fn holds(&self, db: &TestDb) {
        let mut look = db.read_main(self.who.tenant);
        for note in &self.notes {
            let kept = queries::of_order(&mut look, note.order.id, Date::MIN, Date::MAX).await.unwrap();
            let sheets: Vec<(Date, i64, DeliveryState)> = kept.iter().map(|it| (it.on_day, it.quantity_milli, it.state)).collect();
            let noted: Vec<(Date, i64, DeliveryState)> =
                note.sheets.iter().map(|(day, entry)| (*day, entry.quantity, entry.state)).collect();
            assert_eq!(sheets, noted, "story {}", self.seed);
            if note.order.pricing == Pricing::Month {
                for it in &kept {
                    assert_eq!(it.amount(), note.costs(it.on_day, note.sheets[&it.on_day]), "story {}: {}", self.seed, it.on_day);
                }
            }
        }
    }

    /// The month is billed once, for what the notebook says, and stands.
    async fn bill(&mut self, db: &TestDb, month: &str) {
        let contact = self.notes[0].order.contact_id;
        let bill = BillCustomer { contact_id: contact, month: month.to_owned(), currency: facts::Currency::INR };
        for billed in join_all((0..3).map(|_| db.run(&self.who, Bill(bill.clone())))).await {
            billed.unwrap();
        }
        let bills: Vec<i64> = db
            .read_main(self.who.tenant)
            .all(sql!("SELECT total_minor FROM invoices WHERE tenant_id = $1 AND state = 'issued'"), params![self.who.tenant])
            .await
            .unwrap();
        let counts = |entry: &Entry| !matches!(entry.state, DeliveryState::Missed | DeliveryState::Skipped);
        let brought = |note: &Note| note.sheets.iter().any(|(day, entry)| month::of(*day) == month && counts(entry));
        let expected: Vec<i64> =
            if self.notes.iter().any(brought) { vec![self.notes.iter().map(|note| note.month(month)).sum()] } else { vec![] };
        assert_eq!(bills, expected, "story {}: {:#?}", self.seed, self.notes);
        if let Some((_, day, id)) = self.any_delivery(db).await.filter(|(_, day, _)| month::of(*day) == month && !bills.is_empty()) {
            let refused = db.run(&self.who, ChangeDelivery { id, quantity: "1".into() }).await.unwrap_err();
            assert_eq!(refused.code(), "month_billed", "{day}");
        }
    }
}

/// Somebody who writes to the database behind our back: takes a delivery off its bill, or puts it on another.
struct Damage(Option<InvoiceId>);

impl Command for Damage {
    const NAME: &'static str = "test_damage";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        tx.put(sql!("UPDATE deliveries SET invoice_id = $2, state = 'delivered' WHERE tenant_id = $1"), params![tx.tenant(), self.0]).await
    }
}

testkit::both! { with &ALL;
    async fn a_damaged_sheet_is_found(db: TestDb) {
        let mut story = Story::open(&db, 1).await;
        let (today, closed) = Story::days(&db);
        story.begin(&db, today, closed).await;
        story.notes[0].sheets.clear();
        db.clock().move_to(db.clock().now().after(Duration::from_secs(20 * 86_400)));
        db.run(&story.who, CutOff).await.unwrap();
        let contact_id = story.notes[0].order.contact_id;
        let bill = BillCustomer { contact_id, month: month::of(today), currency: facts::Currency::INR };
        db.run(&story.who, Bill(bill)).await.unwrap();
        assert_eq!(crate::check(&db).await.unwrap(), Vec::<String>::new());
        db.run(&story.who, Damage(None)).await.unwrap();
        assert!(crate::check(&db).await.unwrap().iter().any(|wrong| wrong.contains("is not on the bill of its month")));
        db.run(&story.who, Damage(Some(facts::Id::from_uuid(uuid::Uuid::nil())))).await.unwrap();
        assert!(crate::check(&db).await.unwrap().iter().any(|wrong| wrong.contains("not the bill of its month")));
    }

    async fn the_sheets_and_the_bill_are_those_of_the_notebook(db: TestDb) {
        let stories = std::env::var("ORIGIN_TEST_STORIES").ok().and_then(|count| count.parse().ok()).unwrap_or(STORIES);
        let zone = TimeZone::get("Asia/Kolkata").unwrap();
        for first in (0..stories).step_by(usize::try_from(AT_ONCE).unwrap()) {
            // From ten days before the end of a month on, by half days: ten in the morning and ten at night.
            let (today, _) = Story::days(&db);
            let begins = today.last_of_month().saturating_sub(9.days());
            let begins = if begins > today { begins } else { today.last_of_month().tomorrow().unwrap().last_of_month().saturating_sub(9.days()) };
            db.clock().move_to(begins.at(10, 0, 0, 0).to_zoned(zone.clone()).unwrap().timestamp().into());
            let mut told = join_all((first..stories.min(first + AT_ONCE)).map(|seed| Story::open(&db, seed))).await;
            for _ in 0..STEPS {
                join_all(told.iter_mut().map(|story| story.step(&db))).await;
                db.clock().move_to(db.clock().now().after(Duration::from_secs(12 * 3_600)));
            }
            let month = month::of(begins);
            join_all(told.iter_mut().map(|story| story.bill(&db, &month))).await;
        }
        assert_eq!(invoices::check(&db).await.unwrap(), Vec::<String>::new());
        assert_eq!(crate::check(&db).await.unwrap(), Vec::<String>::new());
    }
}
