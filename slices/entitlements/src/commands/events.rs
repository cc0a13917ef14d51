//! What has been used already, told in batches: each event counts once, whatever is repeated.

use crate::entitle::{Desk, Gives};
use crate::model::{Feature, Kind, Subject, UsageEvent};
use crate::rules::{self, MOST, Place};
use crate::take::{self, Use};
use crate::{queries, rows};
use facts::{ContactId, Time};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::time::Duration;
use store::{Command, Error, Result, Tx};

/// Events of one batch.
const BATCH: usize = 1_000;
/// So far ahead may a sender's clock be.
const AHEAD: Duration = Duration::from_secs(300);
/// What is older is not counted any more.
const OLDEST: Duration = Duration::from_secs(90 * 24 * 3_600);

/// Something that was used, as somebody tells it.
#[derive(Debug, Clone)]
pub(crate) struct Came {
    /// Who tells; an id is one event for each of them.
    pub source: String,
    /// Its id there.
    pub event_id: String,
    /// Who used it.
    pub contact_id: ContactId,
    /// The feature's code.
    pub feature: String,
    /// How much.
    pub quantity: i64,
    /// When; now where nothing is said.
    pub at: Option<Time>,
}

facts::words! {
    /// What became of an event.
    pub enum Status {
        /// It counts.
        Inserted = "inserted",
        /// It was there before, and counts once.
        Duplicate = "duplicate",
        /// It does not count.
        Rejected = "rejected",
    }
}

/// What became of one event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Reply {
    pub source: String,
    pub event_id: String,
    pub status: Status,
    /// Why it was rejected.
    pub reason: Option<String>,
    /// The first day of the period that it came too late for, and is an adjustment of.
    pub adjusts: Option<String>,
}

/// Counts events that have happened; limits refuse none of them.
#[derive(Debug, Clone)]
pub(crate) struct Record(pub Vec<Came>);

impl Command for Record {
    const NAME: &'static str = "record_usage";
    type Out = Vec<Reply>;

    async fn run(&self, tx: &mut Tx) -> Result<Vec<Reply>> {
        if self.0.is_empty() || self.0.len() > BATCH {
            return Err(Error::field("events", format!("1 to {BATCH} events")));
        }
        let now = tx.now();
        let desk = Desk::of(tx, now).await?;
        let features: HashMap<String, Feature> =
            queries::features(tx).await?.into_iter().map(|feature| (feature.code.clone(), feature)).collect();
        let contacts: HashSet<ContactId> = self.0.iter().map(|came| came.contact_id).collect();
        let contacts: Vec<ContactId> = contacts.into_iter().collect();
        let known: HashSet<ContactId> = contacts::known(tx, &contacts).await?.into_keys().collect();
        let gives = Gives::of(tx, desk, &contacts).await?;

        let judged: Vec<Result<(&Feature, Place), &str>> = self.0.iter().map(|came| judge(came, &features, &known, &gives)).collect();
        let events = self.events(tx, &judged);
        let new = rows::insert_events(tx, &events.values().collect::<Vec<_>>()).await?;
        take::count(tx, &gives.desk, uses(&events, &new, &features, &gives)).await?;
        Ok(self.replies(&judged, &events, &new))
    }
}

/// The events of a batch by source and id: of one that is in it twice, the first.
type Events<'a> = BTreeMap<(&'a str, &'a str), UsageEvent>;

impl Record {
    fn events(&self, tx: &mut Tx, judged: &[Result<(&Feature, Place), &str>]) -> Events<'_> {
        let mut events = BTreeMap::new();
        for (came, judged) in self.0.iter().zip(judged) {
            let Ok((feature, place)) = judged else { continue };
            let (id, now) = (tx.id(), tx.now());
            events.entry((came.source.as_str(), came.event_id.as_str())).or_insert_with(|| UsageEvent {
                id,
                source: came.source.clone(),
                event_id: came.event_id.clone(),
                subject: Subject::Contact(came.contact_id).uuid(),
                feature: feature.code.clone(),
                quantity: came.quantity,
                at: came.at.unwrap_or(now),
                received_at: now,
                period_start: place.period.start,
                adjusts: place.adjusts,
            });
        }
        events
    }

    fn replies(&self, judged: &[Result<(&Feature, Place), &str>], events: &Events<'_>, new: &HashSet<uuid::Uuid>) -> Vec<Reply> {
        use facts::Id;
        let mut said = HashSet::new();
        let mut reply = |came: &Came, judged: &Result<(&Feature, Place), &str>| {
            let key = (came.source.as_str(), came.event_id.as_str());
            let counts = || events.get(&key).filter(|event| new.contains(&event.id.uuid()));
            let (status, reason, adjusts) = match judged {
                Err(reason) => (Status::Rejected, Some((*reason).to_owned()), None),
                Ok(_) => match counts().filter(|event| said.insert(event.id)) {
                    Some(event) => (Status::Inserted, None, event.adjusts),
                    None => (Status::Duplicate, None, None),
                },
            };
            let adjusts = adjusts.map(|day| day.to_string());
            Reply { source: came.source.clone(), event_id: came.event_id.clone(), status, reason, adjusts }
        };
        self.0.iter().zip(judged).map(|(came, judged)| reply(came, judged)).collect()
    }
}

/// Where an event counts, or why it does not.
fn judge<'a>(
    came: &Came,
    features: &'a HashMap<String, Feature>,
    known: &HashSet<ContactId>,
    gives: &Gives,
) -> Result<(&'a Feature, Place), &'static str> {
    let printable =
        |text: &str, longest: usize| (1..=longest).contains(&text.len()) && text.bytes().all(|byte| (0x20..0x7f).contains(&byte));
    if !printable(&came.event_id, 120) {
        return Err("event_id: 1 to 120 printable ASCII characters");
    }
    if !printable(&came.source, 60) || came.source == rows::ASKED {
        return Err("source: 1 to 60 printable ASCII characters, and not consume");
    }
    if !(1..=MOST).contains(&came.quantity) {
        return Err("quantity: a whole number from 1 to 1000000000");
    }
    let feature = features.get(&came.feature).ok_or("feature: there is no such feature")?;
    if feature.kind != Kind::Metered {
        return Err("feature: it is not metered, so nothing of it is counted");
    }
    if !known.contains(&came.contact_id) {
        return Err("contact_id: there is no such contact");
    }
    let at = came.at.unwrap_or(gives.desk.now);
    if at > gives.desk.now.after(AHEAD) {
        return Err("at: it has not happened yet");
    }
    if at < gives.desk.now.before(OLDEST) {
        return Err("at: more than 90 days ago");
    }
    let to = gives.to(came.contact_id, feature);
    Ok((feature, rules::place(gives.desk.day(at), gives.desk.now, &gives.desk.zone, to.period, to.previous)))
}

/// What the new events come to, counter by counter.
fn uses(events: &Events<'_>, new: &HashSet<uuid::Uuid>, features: &HashMap<String, Feature>, gives: &Gives) -> Vec<Use> {
    use facts::Id;
    let mut sums: BTreeMap<(ContactId, &str, jiff::civil::Date), i64> = BTreeMap::new();
    for event in events.values().filter(|event| new.contains(&event.id.uuid())) {
        *sums.entry((ContactId::from_uuid(event.subject), event.feature.as_str(), event.period_start)).or_default() += event.quantity;
    }
    let one = |((contact, feature, start), amount): ((ContactId, &str, jiff::civil::Date), i64)| {
        let of = gives.to(contact, features.get(feature)?);
        let period = of.previous.filter(|previous| previous.start == start).unwrap_or(of.period);
        Some(Use { of, place: Place { period, adjusts: None }, amount })
    };
    sums.into_iter().filter_map(one).collect()
}
