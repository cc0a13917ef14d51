//! Usage as a merchant's own program tells it, in batches of a thousand.

use anyhow::{Result, ensure};
use serde_json::{Value, json};

use crate::client::{Ask, Line, closed, post};
use crate::ground::{Engine, Ground};
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
    let bearer = format!("Bearer {}", home.api_key()?);
    let mut line = Line::open(origin.address).await?;
    let feature = json!({"code": "calls", "name": "Calls", "kind": "metered", "unit": "calls", "resets": "month"});
    made(&mut line, ask(&bearer, "/api/v1/features", feature.to_string())?).await?;
    let mut customers = Vec::new();
    for number in 0..CUSTOMERS {
        let contact = json!({"name": format!("Customer {number}"), "email": format!("customer{number}@example.com")});
        let answer = made(&mut line, ask(&bearer, "/api/v1/contacts", contact.to_string())?).await?;
        customers.push(answer["id"].as_str().unwrap_or_default().to_owned());
    }
    for run in 1..=ground.repetitions {
        let cpu = origin.cpu_seconds()?;
        let (bearer, customers) = (bearer.clone(), customers.clone());
        let load = closed(origin.address, SENDERS, Some(ground.time), move |n| {
            ask(&bearer, "/api/v1/usage-events", batch(&customers, run, n)).ok()
        })
        .await?;
        report.aimed(&suite, "events", "1/s", load.per_second() * BATCH as f64, Aim::AtLeast(20_000.0));
        report.add(&suite, "half of the batches answered within", "ms", load.within_ms(0.5));
        report.add(&suite, "99 % of the batches answered within", "ms", load.within_ms(0.99));
        report.add(&suite, "processor time of an event", "us", (origin.cpu_seconds()? - cpu) * 1e6 / (load.ok * BATCH) as f64);
        refusals(&suite, &load, report);
    }
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

fn ask(bearer: &str, path: &str, body: String) -> Result<Ask> {
    post(path, &[("authorization", bearer)], body)
}

async fn made(line: &mut Line, ask: Ask) -> Result<Value> {
    let answer = line.ask(ask).await?;
    ensure!(answer.status.is_success(), "{}: {}", answer.status, String::from_utf8_lossy(&answer.body));
    Ok(serde_json::from_slice(&answer.body)?)
}
