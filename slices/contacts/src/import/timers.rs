//! What imports do by the clock.

use super::commands::stop;
use super::model::{Import, State};
use super::{rows, take};
use facts::ContactImportId;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use store::{Result, Timer, Tx};

/// How long a file's lines are kept for whoever uploaded it and has not decided.
pub(super) const KEPT: Duration = Duration::from_secs(86_400);

/// How long is kept what an import found: lines that were left out, and who changed.
const FOUND: Duration = Duration::from_secs(30 * 86_400);

/// Takes a page in, or looks at it, and sets itself for the next. Killed anywhere, it goes on with the page that was not committed.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct TakeLines {
    pub import_id: ContactImportId,
    pub page: i64,
}

impl Timer for TakeLines {
    const NAME: &'static str = "take_contact_lines";

    fn key(&self) -> String {
        self.import_id.to_string()
    }

    async fn ring(&self, tx: &mut Tx) -> Result<()> {
        let found = rows::lock(tx, self.import_id).await?;
        let Some(import) = found.filter(|import| import.runs() && import.pages == self.page) else { return Ok(()) };
        let import = take::page(tx, import).await?;
        if import.runs() { tx.at(tx.now(), TakeLines { import_id: import.id, page: import.pages }).await } else { Ok(()) }
    }
}

/// Clears up what an import leaves behind: a day later lines that nobody decided about, and a file whose sender was cut off; a month
/// after its end what it found.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct SweepImport {
    pub import_id: ContactImportId,
}

impl Timer for SweepImport {
    const NAME: &'static str = "sweep_contact_import";

    fn key(&self) -> String {
        self.import_id.to_string()
    }

    async fn ring(&self, tx: &mut Tx) -> Result<()> {
        let Some(import) = rows::lock(tx, self.import_id).await? else { return Ok(()) };
        match import.state {
            State::Arriving => self.give_up(tx, import, "The file did not arrive whole.").await,
            State::Ready | State::Looked => {
                self.give_up(tx, import, "Nobody decided about it for a day, so its lines were cleared up.").await
            }
            State::Looking | State::Taking | State::Paused => tx.at(tx.now().after(KEPT), SweepImport { import_id: import.id }).await,
            State::Done | State::Cancelled | State::Stopped => {
                rows::delete_pages(tx, import.id).await?;
                let until = import.ended_at.unwrap_or(import.created_at).after(FOUND);
                if until > tx.now() {
                    return tx.at(until, SweepImport { import_id: import.id }).await;
                }
                rows::forget_findings(tx, import.id).await
            }
        }
    }
}

impl SweepImport {
    async fn give_up(&self, tx: &mut Tx, import: Import, trouble: &str) -> Result<()> {
        stop(tx, import, trouble).await?;
        tx.at(tx.now().after(FOUND), SweepImport { import_id: self.import_id }).await
    }
}
