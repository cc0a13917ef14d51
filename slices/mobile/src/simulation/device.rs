//! What an app does: it keeps what it knows of us, edits over it, and freezes what it has sent until it is answered.

use crate::change::{Change, Collection, Outcome, Status};
use crate::model::Record;
use crate::rules::State;
use crate::sync::{Cursor, Pulled};
use std::collections::BTreeMap;
use store::secret::sha256;
use uuid::Uuid;

/// The number of an edit, in the order in which they were made anywhere.
pub(super) type EditId = usize;

/// An edit that we do not know of yet.
#[derive(Debug, Clone)]
pub(super) struct Edit {
    pub id: EditId,
    /// The version that it was made over.
    pub base: i64,
    pub state: State,
}

/// One record on a device.
#[derive(Debug, Clone, Default)]
pub(super) struct Held {
    /// Our version, as the device knows it.
    pub known: Option<(i64, State)>,
    /// Sent, and not answered yet: it is sent again word for word.
    pub flying: Option<Edit>,
    /// Edited since.
    pub waiting: Option<Edit>,
}

/// What somebody sees who looks at a record.
pub(super) enum Seen {
    Nothing,
    Version(i64),
    Edit(EditId),
}

impl Held {
    pub(super) fn seen(&self) -> Seen {
        match (&self.waiting, &self.flying, &self.known) {
            (Some(edit), ..) | (None, Some(edit), _) => Seen::Edit(edit.id),
            (None, None, Some((version, _))) => Seen::Version(*version),
            (None, None, None) => Seen::Nothing,
        }
    }

    /// Edits it. The edit stands on what the one before it stood on, until that one is answered.
    pub(super) fn edit(&mut self, id: EditId, state: State) {
        let before = self.waiting.as_ref().or(self.flying.as_ref()).map(|edit| edit.base);
        let base = before.unwrap_or(self.known.as_ref().map_or(0, |(version, _)| *version));
        self.waiting = Some(Edit { id, base, state });
    }

    fn learn(&mut self, record: &Record) {
        if self.known.as_ref().is_none_or(|(version, _)| *version < record.version) {
            self.known = Some((record.version, State { body: record.body.clone() }));
        }
    }
}

/// A phone.
pub(super) struct Device {
    pub name: usize,
    pub cursor: Cursor,
    pub held: BTreeMap<Uuid, Held>,
}

impl Device {
    pub(super) fn new(name: usize) -> Self {
        Self { name, cursor: Cursor::start(&[Collection::Prompts]), held: BTreeMap::new() }
    }

    /// Everything that was not answered yet, to be sent.
    pub(super) fn outgoing(&mut self) -> Vec<Change> {
        let mut changes = Vec::new();
        for (id, held) in &mut self.held {
            if held.flying.is_none() {
                held.flying = held.waiting.take();
            }
            changes.extend(held.flying.as_ref().map(|edit| change(*id, edit)));
        }
        changes
    }

    /// Hears what became of a push. An answer to something that is not under way any more is an old one.
    pub(super) fn answered(&mut self, sent: &[Change], outcomes: &[Outcome]) {
        for (change, outcome) in sent.iter().zip(outcomes) {
            let held = self.held.entry(change.id).or_default();
            let Some(edit) = held.flying.take_if(|edit| name(edit.id) == change.change_id) else { continue };
            let Some(record) = &outcome.record else { continue };
            held.learn(record);
            if let Some(waiting) = &mut held.waiting {
                waiting.base = if outcome.status == Status::Applied { record.version } else { edit.base };
            }
        }
    }

    /// Takes a page in, where it follows on what was taken in before.
    pub(super) fn pulled(&mut self, asked_with: &Cursor, page: &Pulled) {
        if *asked_with != self.cursor {
            return;
        }
        for record in &page.changes {
            let id = record.id.parse::<facts::RecordId>().expect("a record's id");
            self.held.entry(facts::Id::uuid(id)).or_default().learn(record);
        }
        self.cursor = Cursor::read(&page.next_cursor).expect("a cursor of ours");
    }

    pub(super) fn is_quiet(&self) -> bool {
        self.held.values().all(|held| held.flying.is_none() && held.waiting.is_none())
    }
}

/// What an edit is called when it is sent.
pub(super) fn name(edit: EditId) -> String {
    format!("edit-{edit}")
}

fn change(id: Uuid, edit: &Edit) -> Change {
    let wanted = edit.state.clone();
    let hash = sha256(format!("{id} {} {wanted:?}", edit.base));
    Change { change_id: name(edit.id), collection: Collection::Prompts, id, base_version: edit.base, wanted, hash }
}
