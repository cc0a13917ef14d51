//! Asking a shop for its orders: because somebody wants it, and every hour, since a shop's calls get lost.

use super::read::new;
use crate::errands::FetchPage;
use crate::model::{Import, Origin};
use crate::shop::Place;
use crate::{connections, rows};
use facts::Time;
use facts::imports::ImportBegun;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use store::{Command, Error, Json, Result, Timer, Tx};

/// How often a shop is asked what changed.
const HOUR: Duration = Duration::from_secs(3_600);

/// Begins an import of a connected shop's orders.
pub(crate) struct BeginShopImport {
    pub provider: Origin,
    /// Those that changed at this moment or later; all where nothing is said.
    pub from: Option<Time>,
    pub dry: bool,
}

impl Command for BeginShopImport {
    const NAME: &'static str = "begin_shop_import";
    type Out = Import;

    async fn run(&self, tx: &mut Tx) -> Result<Import> {
        let connection = connections::lock(tx, self.provider).await?.ok_or_else(|| Error::not_found("shop"))?;
        if connections::is_asked(tx, self.provider).await? {
            return Err(Error::conflict("import_running", "An import of this shop is under way. Wait until it is done."));
        }
        let import = Import { cursor: place(self.from), ..new(tx, self.provider, connection.address, self.dry) };
        tx.state(ImportBegun { import_id: import.id, origin: import.name.clone(), dry: import.dry }).await?;
        begin(tx, import).await
    }
}

fn place(since: Option<Time>) -> Option<Json<Place>> {
    Some(Json(Place { since, ..Place::default() }))
}

async fn begin(tx: &mut Tx, import: Import) -> Result<Import> {
    rows::insert(tx, &import).await?;
    tx.send(FetchPage { import_id: import.id, page: 0 }).await?;
    Ok(import)
}

/// Asks a shop what changed since it was asked the last time, and sets itself for the next hour.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct PollShop {
    pub provider: Origin,
}

impl Timer for PollShop {
    const NAME: &'static str = "poll_shop";

    fn key(&self) -> String {
        self.provider.to_string()
    }

    async fn ring(&self, tx: &mut Tx) -> Result<()> {
        let Some(connection) = connections::lock(tx, self.provider).await? else { return Ok(()) };
        tx.at(tx.now().after(HOUR), PollShop { provider: self.provider }).await?;
        if connections::is_asked(tx, self.provider).await? {
            return Ok(());
        }
        // What was placed before the shop was connected is taken in when somebody says so.
        let since = connection.since_at.unwrap_or(tx.now().before(HOUR));
        let import = Import { cursor: place(Some(since)), polled: true, ..new(tx, self.provider, connection.address, false) };
        begin(tx, import).await.map(drop)
    }
}
