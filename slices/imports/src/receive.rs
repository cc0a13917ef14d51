//! From an upload to an import: read while it arrives, kept some hundred orders at a time.

use crate::commands::{BeginReading, FinishReading, StagePage, StopReading};
use crate::file::{Found, Ground, Reader};
use crate::model::Import;
use facts::ImportId;
use store::{Error, Result, Who};
use web::{App, Caller, Incoming};

/// Orders of one page: few enough for a commit that others hardly wait for.
const PAGE: usize = 250;
/// Mistakes that are written at once.
const MISTAKES: usize = 1_000;
/// The longest name of a file that is kept.
const LONGEST: usize = 100;

/// Takes a file of orders in, or only looks at what it would change. It goes on when the sender hangs up, to clear up.
///
/// # Errors
/// `import_unreadable`; a file that does not arrive whole. Nothing of it is taken in then.
pub(crate) async fn receive(app: &App, caller: &Caller, dry: bool, name: Option<String>, incoming: Incoming) -> Result<Import> {
    let given = name.or_else(|| incoming.name.clone()).unwrap_or_default();
    let name: String = given.chars().filter(|letter| !letter.is_control()).take(LONGEST).collect();
    let name = if name.trim().is_empty() { "A file".to_owned() } else { name.trim().to_owned() };
    let currency = identity::tenant(&mut caller.read(app)).await?.currency;
    let ground = Ground { currency, zone: caller.zone(), now: app.db.clock().now() };
    let (app, who) = (app.clone(), caller.who.clone());
    let taking = tokio::spawn(async move {
        let id = app.db.run(&who, BeginReading { name, dry }).await?;
        match stage(&app, &who, id, ground, incoming).await {
            Ok(()) => app.db.run(&who, FinishReading(id)).await,
            Err(error) => {
                let stopped = app.db.run(&who, StopReading { import_id: id, trouble: error.message().to_owned() }).await;
                if let Err(error) = stopped {
                    tracing::warn!(%id, ?error, "an import that was broken off is cleared up later");
                }
                Err(error)
            }
        }
    });
    taking.await.map_err(Error::internal)?
}

async fn stage(app: &App, who: &Who, import_id: ImportId, ground: Ground, mut incoming: Incoming) -> Result<()> {
    let (mut reader, mut found, mut number) = (Reader::new(ground), Found::default(), 0);
    while let Some(piece) = incoming.next().await? {
        reader.read(&piece, &mut found)?;
        while found.orders.len() >= PAGE || found.mistakes.len() >= MISTAKES {
            app.db.run(who, page(import_id, number, &mut found)).await?;
            number += 1;
        }
    }
    reader.end(&mut found)?;
    while !found.orders.is_empty() || !found.mistakes.is_empty() {
        app.db.run(who, page(import_id, number, &mut found)).await?;
        number += 1;
    }
    if number == 0 {
        let message = "There is no order in this file.";
        return Err(Error::invalid("import_unreadable", message).with_field("file", message));
    }
    Ok(())
}

fn page(import_id: ImportId, number: i64, found: &mut Found) -> StagePage {
    let orders = found.orders.drain(..found.orders.len().min(PAGE)).collect();
    StagePage { import_id, number, orders, mistakes: std::mem::take(&mut found.mistakes) }
}
