//! Usage as a merchant's own program tells it, in batches of a thousand.

use anyhow::Result;
use serde_json::json;

use crate::client::{closed, post};
use crate::ground::{Engine, Ground};
use crate::office::Office;
use crate::orders::refusals;
use crate::report::{Aim, Report};

/// Events of one batch.
const BATCH: u64 = 1_000;
/// Batches under way at a time.
const SENDERS: usize = 8;
/// Customers whose usage it is.
const CUSTOMERS: u64 = 200;

/// Events a second, each counted once.
///
/// # Errors
/// When origin or the database fails.
pub async fn run(ground: &Ground, engine: Engine, report: &mut Report) -> Result<()> {
    let suite = format!("usage, batches of {BATCH}, {SENDERS} connections, {engine}");
    let home = ground.home(engine, Vec::new()).await?;
    let origin = home.serve()?;
    let mut office = Office::open(&home, &origin).await?;
    let feature = json!({"code": "calls", "name": "Calls", "kind": "metered", "unit": "calls", "resets": "month"});
    office.post("/api/v1/features", feature.to_string()).await?;
    let mut customers = Vec::new();
    for number in 0..CUSTOMERS {
        let contact = json!({"name": format!("Customer {number}"), "email": format!("customer{number}@example.com")});
        let made = office.post("/api/v1/contacts", contact.to_string()).await?;
        customers.push(made["id"].as_str().unwrap_or_default().to_owned());
    }
    for run in 1..=ground.repetitions {
        let cpu = origin.cpu_seconds()?;
        let (bearer, customers) = (office.bearer().to_owned(), customers.clone());
        let load = closed(origin.address, SENDERS, Some(ground.time), move |n| {
            post("/api/v1/usage-events", &[("authorization", &bearer)], batch(&customers, run, n)).ok()
        })
        .await?;
        report.aimed(&suite, "events", "1/s", load.per_second() * BATCH as f64, Aim::AtLeast(20_000.0));
        report.add(&suite, "half of the batches answered within", "ms", load.within_ms(0.5));
        report.add(&suite, "99 % of the batches answered within", "ms", load.within_ms(0.99));
        report.add(&suite, "processor time of an event", "us", (origin.cpu_seconds()? - cpu) * 1e6 / (load.ok * BATCH) as f64);
        refusals(&suite, &load, report);
    }
    report.add(&suite, "memory (VmHWM)", "MB", origin.memory_mb()?.1);
    Ok(())
}

/// A thousand events of all customers in turn.
fn batch(customers: &[String], run: u32, n: u64) -> String {
    let mut body = String::from(r#"{"events":["#);
    for (at, customer) in (0..BATCH).zip(customers.iter().cycle()) {
        let comma = if at == 0 { "" } else { "," };
        body.push_str(&format!(r#"{comma}{{"event_id":"e-{run}-{n}-{at}","contact_id":"{customer}","feature":"calls","quantity":1}}"#));
    }
    body.push_str("]}");
    body
}
