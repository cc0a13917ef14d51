//! An import, as its row has it.

use super::columns::Column;
use facts::{Change, ContactId, ContactImportId, ListId, Time};
use serde::Deserialize;
use store::Json;

facts::words! {
    /// How far an import is.
    pub enum State {
        /// The file is on its way in.
        Arriving = "arriving",
        /// All of it is there, and somebody has to say what its columns mean.
        Ready = "ready",
        /// It is gone through, to see what it would change.
        Looking = "looking",
        /// What it would change is known.
        Looked = "looked",
        /// It is taken in.
        Taking = "taking",
        /// Somebody stopped it for now.
        Paused = "paused",
        /// All of it was taken in.
        Done = "done",
        /// Somebody stopped it for good. What was taken in by then stays.
        Cancelled = "cancelled",
        /// The file never arrived whole, or is none.
        Stopped = "stopped",
    }
}

facts::words! {
    /// Who is right where a file says something else than what is known.
    pub enum Wins {
        /// What the file says replaces what was known.
        File = "file",
        /// What is known stays, and the file adds what is missing.
        Known = "known",
    }
}

facts::words! {
    /// Whether the people of a file have agreed to be written to, in the words of whoever imports it.
    pub enum Consent {
        /// Nothing was said yet.
        Unsaid = "unsaid",
        /// They have not, or nobody knows.
        None = "none",
        /// They have; the import says where that comes from.
        Given = "given",
    }
}

/// A file of people.
#[derive(Debug, Clone, Deserialize)]
pub struct Import {
    /// Its id.
    pub id: ContactImportId,
    /// What the file is called.
    pub name: String,
    /// How far it is.
    pub state: State,
    pub(crate) columns: Json<Vec<Column>>,
    pub(crate) wins: Wins,
    /// The list that everybody of it is put on.
    pub list_id: Option<ListId>,
    pub(crate) tags: Json<Vec<String>>,
    /// Whether these people have agreed to be written to.
    pub consent: Consent,
    /// Where that comes from, as whoever imported it wrote it.
    pub consent_source: Option<String>,
    /// Lines with people in them.
    pub lines: i64,
    pub(crate) of_pages: i64,
    pub(crate) pages: i64,
    /// Lines that it has gone through.
    pub seen: i64,
    pub(crate) new_contacts: i64,
    pub(crate) changed_contacts: i64,
    pub(crate) refused_lines: i64,
    pub(crate) trouble: Option<String>,
    /// When it was uploaded.
    pub created_at: Time,
    /// When it came to its end.
    pub ended_at: Option<Time>,
}

impl Import {
    /// Lines that say nothing new: what is known already, or was said further up.
    pub(crate) fn same(&self) -> i64 {
        self.seen - self.new_contacts - self.changed_contacts - self.refused_lines
    }

    /// Whether it goes on by itself.
    pub(crate) fn runs(&self) -> bool {
        matches!(self.state, State::Looking | State::Taking)
    }

    /// The same before its first page.
    pub(crate) fn anew(self, state: State) -> Self {
        Self { state, pages: 0, seen: 0, new_contacts: 0, changed_contacts: 0, refused_lines: 0, ..self }
    }
}

/// A line of a file: its number, counted from 1, and its cells.
pub(crate) type Cells = (i64, Vec<String>);

/// Somebody whom an import changes, or would change.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Difference {
    pub line: i64,
    pub contact_id: ContactId,
    pub changes: Json<Vec<Change>>,
}

/// A line that was left out.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Refused {
    pub line: i64,
    pub reason: String,
    pub cells: Json<Vec<String>>,
}
