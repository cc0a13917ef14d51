//! Orders from a file, new and then known: how long until all of them are taken in.

use anyhow::{Context, Result, bail};
use bytes::Bytes;
use sim::Keep;
use std::fmt::Write;
use std::time::{Duration, Instant};

use crate::ground::{Engine, Ground, providers};
use crate::office::Office;
use crate::report::{Aim, Report};

/// Orders of the file; fewer where only a short look is wanted.
const ORDERS: u64 = 100_000;
const FEW: u64 = 10_000;
/// How often is asked whether it is done.
const LOOK: Duration = Duration::from_millis(100);

/// The file: each order somebody's of their own, with one item.
fn file(orders: u64) -> String {
    let mut text = "order_id,placed_at,changed_at,total,customer_name,phone,item,quantity,unit_price\n".to_owned();
    for n in 0..orders {
        // A text takes whatever is written to it.
        let _written = writeln!(
            text,
            "{n},2025-01-01T00:00:00Z,2025-02-01T00:00:00Z,199.00,Asha Rao,{},Cow milk,1,199.00",
            crate::orders::phone(1, n)
        );
    }
    text
}

/// Imports on one database.
///
/// # Errors
/// When origin or the database fails, or an order is not taken in.
pub async fn run(ground: &Ground, engine: Engine, report: &mut Report) -> Result<()> {
    let orders = if ground.time < Duration::from_secs(2) { FEW } else { ORDERS };
    let suite = format!("{orders} orders from a file, {engine}");
    let (_sim, settings) = providers(Keep::Counts).await?;
    let home = ground.home(engine, settings).await?;
    let origin = home.serve()?;
    let mut office = Office::open(&home, &origin).await?;
    let file = Bytes::from(file(orders));
    let scale = orders as f64 / ORDERS as f64;
    for (name, field, aim) in [("until all are new", "new", 60.0), ("until all are known again", "same", 30.0)] {
        let took = import(&mut office, file.clone(), field, orders).await?;
        report.aimed(&suite, name, "s", took.as_secs_f64(), Aim::AtMost(aim * scale));
    }
    report.add(&suite, "memory (VmHWM)", "MB", origin.memory_mb()?.1);
    Ok(())
}

/// How long it takes until all of a file's orders are counted under a field.
async fn import(office: &mut Office, file: Bytes, field: &str, orders: u64) -> Result<Duration> {
    let start = Instant::now();
    // A file is read by what it begins with, whatever it is called.
    let begun = office.post("/api/v1/imports/files", file).await?;
    let path = format!("/api/v1/imports/{}", begun["id"].as_str().context("an import without an id")?);
    loop {
        let import = office.get(&path).await?;
        match import["state"].as_str() {
            Some("done") if import[field].as_u64() == Some(orders) => return Ok(start.elapsed()),
            Some("reading" | "running") => tokio::time::sleep(LOOK).await,
            _ => bail!("not every order was taken in: {import}"),
        }
    }
}
