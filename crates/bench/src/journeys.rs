//! From what somebody does to the step of a journey that answers it.

use std::collections::HashMap;
use std::fmt;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use serde_json::{Value, json};
use sim::Keep;
use store::Clock;

use crate::client::{Ask, LEAD, paced, post};
use crate::crowd;
use crate::ground::{CONNECTIONS, Engine, Ground, providers, set_pace};
use crate::office::Office;
use crate::orders::{phone, refusals};
use crate::report::{Aim, Report, quantile};
use crate::webhooks::told;

/// How much is done in a second, each of which leads somebody in.
const A_SECOND: f64 = 500.0;
/// For so many times as long as other load lasts: whoever falls behind shall be seen to.
const LONGER: u32 = 5;

/// What people do.
#[derive(Debug, Clone, Copy)]
enum Deed {
    /// Somebody whom the shop knows has an event of the shop's own, of which a program tells.
    Event,
    /// Somebody new places an order, for which the provider is asked for an order of its own.
    Order,
}

impl fmt::Display for Deed {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(match self {
            Self::Event => "an event",
            Self::Order => "an order",
        })
    }
}

/// Events and orders at an even pace, and a journey that writes to whoever does them: the time from each to the provider's call.
///
/// # Errors
/// When origin or the database fails, or somebody is not written to.
pub async fn run(ground: &Ground, engine: Engine, report: &mut Report) -> Result<()> {
    for deed in [Deed::Event, Deed::Order] {
        for run in 1..=ground.repetitions {
            answered(ground, engine, deed, run, report).await?;
        }
    }
    Ok(())
}

async fn answered(ground: &Ground, engine: Engine, deed: Deed, run: u32, report: &mut Report) -> Result<()> {
    let suite = format!("from {deed} to a journey's message, {A_SECOND} a second, {engine}");
    let (sim, settings) = providers(Keep::Everything).await?;
    let home = ground.home(engine, settings).await?;
    drop(home.serve()?);
    set_pace(&home).await?;
    let origin = home.serve()?;
    let count = ((ground.time * LONGER).as_secs_f64() * A_SECOND) as u64;
    let mut office = Office::open(&home, &origin).await?;
    if matches!(deed, Deed::Event) {
        crowd::take(&mut office, crowd::file(count, "Pune")).await?;
    }
    begin(&mut office, deed).await?;
    origin.quiet().await?;
    let began = Clock::system().now().timestamp();
    let (before, start, bearer) = (sim.phones().calls().len(), Instant::now(), office.bearer().to_owned());
    let done = move |n| match deed {
        Deed::Event => event(&bearer, n).ok(),
        Deed::Order => order(run, n).ok(),
    };
    let load = paced(origin.address, CONNECTIONS as u64, A_SECOND, count, done).await?;
    refusals(&suite, &load, report);
    // The people of a file have the numbers of a first run.
    let whose = if matches!(deed, Deed::Event) { 1 } else { run };
    let phones: Vec<String> = (0..count).map(|n| phone(whose, n)).collect();
    let took = told(&sim, before, phones.iter(), (start, A_SECOND)).await?;
    let steps = stepped(&mut office, &phones, began).await?;
    report.aimed(&suite, "half at their step within", "ms", quantile(&steps, 0.5) / 1e3, None);
    report.aimed(&suite, "95 % at their step within", "ms", quantile(&steps, 0.95) / 1e3, Aim::AtMost(1_000.0));
    report.aimed(&suite, "half called within", "ms", quantile(&took, 0.5) / 1e3, None);
    report.aimed(&suite, "95 % called within", "ms", quantile(&took, 0.95) / 1e3, Aim::AtMost(1_000.0));
    report.add(&suite, "99 % answered within", "ms", load.within_ms(0.99));
    Ok(())
}

/// Microseconds from when each was meant to be done to the step that answers it, in order. The step is where its message is from, which
/// says when it was made.
async fn stepped(office: &mut Office, phones: &[String], began: jiff::Timestamp) -> Result<Vec<u32>> {
    let mut made: HashMap<String, jiff::Timestamp> = HashMap::new();
    let mut path = "/api/v1/notifications/history?limit=200".to_owned();
    loop {
        let page = office.get(&path).await?;
        for message in page["data"].as_array().context("a history without messages")? {
            let (address, at) = (message["address"].as_str().unwrap_or_default(), message["created_at"].as_str().unwrap_or_default());
            made.insert(address.to_owned(), at.parse()?);
        }
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        path = format!("/api/v1/notifications/history?limit=200&cursor={cursor}");
    }
    let mut micros = Vec::new();
    for (n, phone) in phones.iter().enumerate() {
        let at = made.get(phone).with_context(|| format!("no step answered {phone}"))?;
        let meant = began + LEAD + Duration::from_secs_f64(n as f64 / A_SECOND);
        micros.push(u32::try_from((*at - meant).total(jiff::Unit::Microsecond)? as i64).unwrap_or_default());
    }
    micros.sort_unstable();
    Ok(micros)
}

/// Writes a journey that answers whoever does it, and begins it.
async fn begin(office: &mut Office, deed: Deed) -> Result<()> {
    let (did, body) = match deed {
        Deed::Event => ("event:service_due", "Your {{ machine }} is due, {{ name }}."),
        Deed::Order => ("order.placed", "Thank you, {{ name }}."),
    };
    let text = json!({"channel": "whatsapp", "content": {"body": body}});
    let steps: Value = json!([{"id": "answer", "kind": "send", "texts": [text]}]);
    let plan = json!({"entry": {"did": did}, "again": "always", "service": true, "steps": steps});
    let made = office.post("/api/v1/journeys", json!({"name": "Answer", "plan": plan}).to_string()).await?;
    let id = made["id"].as_str().context("a journey without an id")?;
    office.post(&format!("/api/v1/journeys/{id}/begin"), "{}").await.map(drop)
}

/// A program tells of somebody by their number.
fn event(bearer: &str, n: u64) -> Result<Ask> {
    let body = json!({"name": "service_due", "phone": phone(1, n), "data": {"machine": "RO filter"}});
    post("/api/v1/events", &[("authorization", bearer), ("idempotency-key", &format!("due-{n}"))], body.to_string())
}

/// An order that is to be paid at once, of which nobody is told before it is.
fn order(run: u32, n: u64) -> Result<Ask> {
    let customer = json!({"name": "Asha Rao", "phone": phone(run, n)});
    let body = json!({"amount": 99, "product": "starter", "customer": customer});
    post("/create_order", &[("idempotency-key", &format!("led-{run}-{n}"))], body.to_string())
}
