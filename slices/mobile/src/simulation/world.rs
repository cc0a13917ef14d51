//! The devices, the network between them and us, and the book of who saw what when they edited.

use super::device::{Device, EditId, Seen};
use crate::change::{Change, Collection, Outcome, Status};
use crate::commands::{PushChanges, Settle};
use crate::queries;
use crate::rules::State;
use crate::sync::{Cursor, Pulled, pull};
use facts::ConflictId;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use store::Who;
use testkit::TestDb;
use uuid::Uuid;

const DEVICES: usize = 3;
const RECORDS: u128 = 3;
const STEPS: usize = 28;
/// How often the end is looked at again, a fiftieth of a second apart.
const PATIENCE: usize = 100;

/// What becomes of requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Network {
    /// They are lost, their answers are lost, they arrive twice and late.
    Bad,
    /// The same, and every change claims to know the latest version.
    Lying,
}

/// One edit, as the book has it.
struct Written {
    record: Uuid,
    state: State,
    /// The edits that whoever made it saw.
    saw: BTreeSet<EditId>,
}

/// One run.
pub(super) struct World<'a> {
    db: &'a TestDb,
    who: Who,
    network: Network,
    dice: StdRng,
    devices: Vec<Device>,
    /// Pushes that are still on their way, though nobody waits for them.
    late_pushes: Vec<Vec<Change>>,
    /// Pages that are still on their way.
    late_pages: Vec<(usize, Cursor, Pulled)>,
    book: Vec<Written>,
    /// Which edits each version of a record is.
    versions: BTreeMap<(Uuid, i64), BTreeSet<EditId>>,
    /// Edits that are kept as conflicts.
    kept: BTreeMap<EditId, ConflictId>,
    /// Of those, the ones that somebody chose against.
    chosen_against: BTreeSet<EditId>,
}

impl<'a> World<'a> {
    pub(super) fn new(db: &'a TestDb, network: Network, seed: u64) -> Self {
        Self {
            db,
            who: db.who_of(1_000 + u128::from(seed)),
            network,
            dice: StdRng::seed_from_u64(seed),
            devices: (0..DEVICES).map(Device::new).collect(),
            late_pushes: Vec::new(),
            late_pages: Vec::new(),
            book: Vec::new(),
            versions: BTreeMap::new(),
            kept: BTreeMap::new(),
            chosen_against: BTreeSet::new(),
        }
    }

    /// Lets the devices live for a while, then brings them all into the net, and looks at what is left.
    pub(super) async fn run(mut self) -> Result<(), String> {
        for _ in 0..STEPS {
            let device = self.dice.random_range(0..DEVICES);
            match self.dice.random_range(0..20) {
                0..=7 => self.edit(device),
                8..=11 => self.push(device, false).await,
                12..=15 => drop(self.fetch(device, false).await),
                16 => self.arrive_late().await,
                17 => self.both_push(device).await,
                18 => self.settle().await,
                _ => self.late_page(),
            }
        }
        // What was written is handed out once every older transaction on the server is over, other worlds' too: phones ask again.
        for _ in 0..PATIENCE {
            match self.end().await {
                Ok(()) => return Ok(()),
                Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
            }
        }
        self.end().await
    }

    async fn end(&mut self) -> Result<(), String> {
        self.calm().await?;
        self.check().await
    }

    fn edit(&mut self, device: usize) {
        let record = Uuid::from_u128(self.dice.random_range(1..=RECORDS));
        let id = self.book.len();
        let deletes = self.dice.random_bool(0.15);
        let state = State { body: (!deletes).then(|| json!({"title": format!("edit {id}"), "text": format!("by {device}")})) };
        let held = self.devices[device].held.entry(record).or_default();
        let saw = match held.seen() {
            Seen::Nothing => BTreeSet::new(),
            Seen::Edit(edit) => BTreeSet::from([edit]),
            Seen::Version(version) => self.versions.get(&(record, version)).cloned().unwrap_or_default(),
        };
        held.edit(id, state.clone());
        self.book.push(Written { record, state, saw });
    }

    /// A request reaches us: what we answer is written into the book, whoever hears it.
    async fn serve(&mut self, changes: &[Change]) -> Vec<Outcome> {
        let mut changes = changes.to_vec();
        if self.network == Network::Lying {
            for change in &mut changes {
                change.base_version = self.version(change.id).await;
            }
        }
        let outcomes = self.db.run(&self.who, PushChanges { changes: changes.clone() }).await.unwrap();
        self.note(&changes, &outcomes);
        outcomes
    }

    fn note(&mut self, changes: &[Change], outcomes: &[Outcome]) {
        for (change, outcome) in changes.iter().zip(outcomes) {
            let edit: EditId = change.change_id.trim_start_matches("edit-").parse().unwrap();
            match (outcome.status, &outcome.record, outcome.conflict_id) {
                (Status::Applied, Some(record), _) => drop(self.versions.entry((change.id, record.version)).or_default().insert(edit)),
                // The answer of long ago, to a change that came again.
                (Status::Conflict, ..) if self.chosen_against.contains(&edit) => {}
                (Status::Conflict, _, Some(id)) => drop(self.kept.insert(edit, id)),
                other => panic!("{other:?}"),
            }
        }
    }

    async fn push(&mut self, device: usize, calm: bool) {
        let changes = self.devices[device].outgoing();
        if changes.is_empty() {
            return;
        }
        if !calm && self.dice.random_bool(0.25) {
            self.late_pushes.push(changes.clone());
        }
        if !calm && self.dice.random_bool(0.25) {
            return;
        }
        let outcomes = self.serve(&changes).await;
        if calm || self.dice.random_bool(0.7) {
            self.devices[device].answered(&changes, &outcomes);
        }
    }

    /// Two devices push at the same moment.
    async fn both_push(&mut self, one: usize) {
        let other = (one + 1) % DEVICES;
        let (first, second) = (self.devices[one].outgoing(), self.devices[other].outgoing());
        if self.network == Network::Lying || first.is_empty() || second.is_empty() {
            return;
        }
        let run = |changes: &Vec<Change>| self.db.run(&self.who, PushChanges { changes: changes.clone() });
        let (here, there) = futures::join!(run(&first), run(&second));
        let (here, there) = (here.unwrap(), there.unwrap());
        self.note(&first, &here);
        self.note(&second, &there);
        self.devices[one].answered(&first, &here);
        self.devices[other].answered(&second, &there);
    }

    async fn fetch(&mut self, device: usize, calm: bool) -> bool {
        let cursor = self.devices[device].cursor.clone();
        let limit = if calm { 50 } else { self.dice.random_range(1..4) };
        let page = pull(&mut self.db.read_main(self.who.tenant), &[Collection::Prompts], &cursor, limit).await.unwrap();
        let more = page.has_more;
        if !calm && self.dice.random_bool(0.3) {
            self.late_pages.push((device, cursor, page));
        } else if calm || self.dice.random_bool(0.8) {
            self.devices[device].pulled(&cursor, &page);
        }
        more
    }

    async fn arrive_late(&mut self) {
        if !self.late_pushes.is_empty() {
            let at = self.dice.random_range(0..self.late_pushes.len());
            let changes = self.late_pushes.swap_remove(at);
            self.serve(&changes).await;
        }
    }

    fn late_page(&mut self) {
        if !self.late_pages.is_empty() {
            let at = self.dice.random_range(0..self.late_pages.len());
            let (device, cursor, page) = self.late_pages.swap_remove(at);
            self.devices[device].pulled(&cursor, &page);
        }
    }

    /// A person chooses, who sees the device's version and ours.
    async fn settle(&mut self) {
        let Some((edit, id)) = self.kept.iter().next().map(|(edit, id)| (*edit, *id)) else { return };
        let take = self.dice.random_bool(0.5);
        let record = self.book[edit].record;
        let before = self.version(record).await;
        if self.db.run(&self.who, Settle { id, take }).await.is_err() {
            return;
        }
        self.kept.remove(&edit);
        self.chosen_against.insert(edit);
        if take {
            let saw = self.versions.get(&(record, before)).cloned().unwrap_or_default().into_iter().chain([edit]).collect();
            let state = self.book[edit].state.clone();
            let choice = self.book.len();
            self.book.push(Written { record, state, saw });
            let after = self.version(record).await;
            self.versions.entry((record, after)).or_default().insert(choice);
        }
    }

    async fn version(&self, record: Uuid) -> i64 {
        let now = queries::record(&mut self.db.read_main(self.who.tenant), Collection::Prompts, record).await.unwrap();
        now.map_or(0, |record| record.version)
    }

    /// Everybody is in the net, and all that is under way arrives.
    async fn calm(&mut self) -> Result<(), String> {
        while !self.late_pushes.is_empty() {
            self.arrive_late().await;
        }
        for _ in 0..6 {
            for device in 0..DEVICES {
                self.push(device, true).await;
                while self.fetch(device, true).await {}
            }
        }
        match self.devices.iter().find(|device| !device.is_quiet()) {
            Some(device) => Err(format!("device {} never comes to rest", device.name)),
            None => Ok(()),
        }
    }

    async fn check(&self) -> Result<(), String> {
        let mut read = self.db.read_main(self.who.tenant);
        let mut values = BTreeSet::new();
        for record in (1..=RECORDS).map(Uuid::from_u128) {
            let ours = queries::record(&mut read, Collection::Prompts, record).await.unwrap();
            let ours = ours.map(|record| (record.version, State { body: record.body }));
            for device in &self.devices {
                let theirs = device.held.get(&record).and_then(|held| held.known.clone());
                if theirs != ours {
                    return Err(format!("device {} has {theirs:?} and we have {ours:?}", device.name));
                }
            }
            let Some((version, state)) = ours else { continue };
            for before in 1..=version {
                let edits = self.versions.get(&(record, before)).ok_or(format!("version {before} of {record} was made by nobody"))?;
                if let Some(edit) = edits.iter().find(|edit| before == version && self.book[**edit].state != state) {
                    return Err(format!("edit {edit} is said to be the value, and is not"));
                }
            }
            values.extend(self.versions[&(record, version)].iter().copied());
        }
        let open = queries::conflicts(&mut read, 1_000).await.unwrap();
        if open.len() != self.kept.len() {
            return Err(format!("{} conflicts are kept, and {} were told", open.len(), self.kept.len()));
        }
        for (edit, id) in &self.kept {
            let kept = open.iter().find(|conflict| conflict.id == *id).ok_or(format!("conflict {id} is gone"))?;
            if kept.body.as_ref().map(|body| &body.0) != self.book[*edit].state.body.as_ref() {
                return Err(format!("conflict {id} does not hold edit {edit}"));
            }
        }
        let mut superseded: BTreeSet<EditId> = self.book.iter().flat_map(|written| written.saw.iter().copied()).collect();
        // Two edits that came to the same are one version: whoever saw one of them saw both.
        for same in self.versions.values() {
            if same.is_disjoint(&superseded) {
                continue;
            }
            superseded.extend(same);
        }
        let accounted = |edit: &EditId| {
            values.contains(edit) || self.kept.contains_key(edit) || self.chosen_against.contains(edit) || superseded.contains(edit)
        };
        match (0..self.book.len()).find(|edit| !accounted(edit)) {
            Some(edit) => Err(format!("edit {edit} is lost")),
            None => Ok(()),
        }
    }
}
