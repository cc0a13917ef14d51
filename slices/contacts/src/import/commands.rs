//! A file on its way in, and what somebody decides about it.

use super::columns::{Column, Says, guess, meant};
use super::model::{Consent, Import, State, Wins};
use super::states::{Act, after};
use super::timers::{KEPT, SweepImport, TakeLines};
use super::{rows, take};
use crate::{lists, tags};
use facts::{ContactImportId, ListId};
use store::{Command, Error, Json, Result, Tx};

/// The longest words about where consent comes from, in characters.
const SOURCE: usize = 500;

/// Begins to take a file in.
pub(super) struct BeginUpload {
    pub name: String,
}

impl Command for BeginUpload {
    const NAME: &'static str = "begin_contact_import";
    type Out = ContactImportId;

    async fn run(&self, tx: &mut Tx) -> Result<ContactImportId> {
        let import = Import {
            id: tx.id(),
            name: self.name.clone(),
            state: State::Arriving,
            columns: Json(Vec::new()),
            wins: Wins::File,
            list_id: None,
            tags: Json(Vec::new()),
            consent: Consent::Unsaid,
            consent_source: None,
            lines: 0,
            of_pages: 0,
            pages: 0,
            seen: 0,
            new_contacts: 0,
            changed_contacts: 0,
            refused_lines: 0,
            trouble: None,
            created_at: tx.now(),
            ended_at: None,
        };
        rows::insert(tx, &import).await?;
        tx.at(tx.now().after(KEPT), SweepImport { import_id: import.id }).await?;
        Ok(import.id)
    }
}

async fn arriving(tx: &mut Tx, id: ContactImportId) -> Result<Import> {
    let import = rows::lock(tx, id).await?.filter(|import| import.state == State::Arriving);
    import.ok_or_else(|| Error::conflict("import_state", "This import is over."))
}

/// Keeps a page of the file.
pub(super) struct KeepLines {
    pub import_id: ContactImportId,
    pub number: i64,
    /// As JSON.
    pub lines: String,
}

impl Command for KeepLines {
    const NAME: &'static str = "keep_contact_lines";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let import = arriving(tx, self.import_id).await?;
        rows::insert_page(tx, import.id, self.number, &self.lines).await
    }
}

/// All of the file is there.
pub(super) struct FinishUpload {
    pub import_id: ContactImportId,
    /// The names of its columns.
    pub names: Vec<String>,
    pub lines: i64,
    pub pages: i64,
}

impl Command for FinishUpload {
    const NAME: &'static str = "finish_contact_upload";
    type Out = Import;

    async fn run(&self, tx: &mut Tx) -> Result<Import> {
        let import = arriving(tx, self.import_id).await?;
        let columns = Json(guess(&self.names));
        let import = Import { state: State::Ready, columns, lines: self.lines, of_pages: self.pages, ..import };
        rows::update(tx, &import).await?;
        Ok(import)
    }
}

/// The file did not arrive whole, or is none.
pub(super) struct StopUpload {
    pub import_id: ContactImportId,
    pub trouble: String,
}

impl Command for StopUpload {
    const NAME: &'static str = "stop_contact_upload";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let import = arriving(tx, self.import_id).await?;
        stop(tx, import, &self.trouble).await
    }
}

/// Ends an import whose file never arrived.
pub(super) async fn stop(tx: &mut Tx, import: Import, trouble: &str) -> Result<()> {
    let import = Import { state: State::Stopped, trouble: Some(trouble.to_owned()), ended_at: Some(tx.now()), ..import };
    rows::update(tx, &import).await?;
    rows::delete_pages(tx, import.id).await
}

/// Goes through a file: to look at what it would change, or to take it in.
#[derive(Debug, Clone)]
pub(crate) struct StartImport {
    pub id: ContactImportId,
    /// Only looks.
    pub dry: bool,
    /// What each column says; as it was guessed, or said the last time, where nothing is said.
    pub columns: Option<Vec<Says>>,
    pub wins: Wins,
    /// Everybody of the file is put on this list.
    pub list_id: Option<ListId>,
    /// Everybody of the file gets these tags.
    pub tags: Vec<String>,
    pub consent: Consent,
    /// Where consent comes from; needed where it is given.
    pub consent_source: Option<String>,
}

impl Command for StartImport {
    const NAME: &'static str = "start_contact_import";
    type Out = Import;

    async fn run(&self, tx: &mut Tx) -> Result<Import> {
        let import = rows::held(tx, self.id).await?;
        let state = after(import.state, if self.dry { Act::Look } else { Act::Take })?;
        let columns = Json(self.columns(&import.columns.0)?);
        let (consent, consent_source) = self.consent()?;
        let mut marks = self.tags.iter().map(|text| tags::tag(text)).collect::<Result<Vec<_>>>()?;
        marks.sort();
        marks.dedup();
        if marks.len() > tags::MOST {
            return Err(Error::field("tags", format!("at most {} tags", tags::MOST)));
        }
        if let Some(id) = self.list_id {
            lists::list(tx, id).await?.ok_or_else(|| Error::field("list_id", "There is no such list."))?;
        }
        rows::forget_findings(tx, import.id).await?;
        let (wins, list_id, tags) = (self.wins, self.list_id, Json(marks));
        let import = Import { columns, wins, list_id, tags, consent, consent_source, ..import.anew(state) };
        begin(tx, import).await
    }
}

impl StartImport {
    fn columns(&self, known: &[Column]) -> Result<Vec<Column>> {
        match &self.columns {
            Some(says) => meant(known, says),
            None => meant(known, &known.iter().map(|column| column.says).collect::<Vec<_>>()),
        }
    }

    /// Consent is never taken for granted: whoever imports says that there is none, or where it comes from.
    fn consent(&self) -> Result<(Consent, Option<String>)> {
        let source = self.consent_source.as_deref().map(str::trim).filter(|text| !text.is_empty());
        match (self.consent, source) {
            (Consent::Unsaid, _) => Err(Error::field("consent", "none, or given where these people have agreed to be written to")),
            (Consent::None, _) => Ok((Consent::None, None)),
            (Consent::Given, Some(text)) if text.chars().count() <= SOURCE && !text.contains('\0') => {
                Ok((Consent::Given, Some(text.to_owned())))
            }
            (Consent::Given, _) => {
                let says = format!("where and when they agreed, such as: paper form at the counter, 2026 (1 to {SOURCE} characters)");
                Err(Error::field("consent_source", says))
            }
        }
    }
}

/// Writes an import that begins or goes on, and sees to its next page.
async fn begin(tx: &mut Tx, import: Import) -> Result<Import> {
    rows::update(tx, &import).await?;
    take::state(tx, &import).await?;
    tx.at(tx.now(), TakeLines { import_id: import.id, page: import.pages }).await?;
    Ok(import)
}

/// Stops an import for now or for good, or goes on with it.
pub(crate) struct MoveImport {
    pub id: ContactImportId,
    pub act: Act,
}

impl Command for MoveImport {
    const NAME: &'static str = "move_contact_import";
    type Out = Import;

    async fn run(&self, tx: &mut Tx) -> Result<Import> {
        let import = rows::held(tx, self.id).await?;
        let state = after(import.state, self.act)?;
        let import = Import { state, ..import };
        if state == State::Taking {
            return begin(tx, import).await;
        }
        let ended_at = (state == State::Cancelled).then_some(tx.now());
        let import = Import { ended_at, ..import };
        rows::update(tx, &import).await?;
        take::state(tx, &import).await?;
        if state == State::Cancelled {
            rows::delete_pages(tx, import.id).await?;
        }
        Ok(import)
    }
}
