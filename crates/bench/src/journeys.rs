//! From what somebody does to the step of a journey that answers it.

use std::time::Instant;

use anyhow::{Context, Result};
use serde_json::json;
use sim::Keep;

use crate::client::{Ask, paced, post};
use crate::ground::{CONNECTIONS, Engine, Ground, providers, set_pace};
use crate::office::Office;
use crate::orders::{phone, refusals};
use crate::report::{Aim, Report, quantile};
use crate::webhooks::told;

/// Orders a second, each of which leads somebody in.
const A_SECOND: f64 = 500.0;

/// Orders in the shop at an even pace, and a journey that writes to whoever places one: the time from the order to the provider's call.
///
/// # Errors
/// When origin or the database fails, or somebody is not written to.
pub async fn run(ground: &Ground, engine: Engine, report: &mut Report) -> Result<()> {
    let suite = format!("from an order to a journey's message, {A_SECOND} a second, {engine}");
    for run in 1..=ground.repetitions {
        let (sim, settings) = providers(Keep::Everything).await?;
        let home = ground.home(engine, settings).await?;
        drop(home.serve()?);
        set_pace(&home).await?;
        let origin = home.serve()?;
        begin(&mut Office::open(&home, &origin).await?).await?;
        origin.quiet().await?;
        let count = (ground.time.as_secs_f64() * A_SECOND) as u64;
        let (before, start) = (sim.phones().calls().len(), Instant::now());
        let load = paced(origin.address, CONNECTIONS as u64, A_SECOND, count, move |n| order(run, n).ok()).await?;
        refusals(&suite, &load, report);
        let phones: Vec<String> = (0..count).map(|n| phone(run, n)).collect();
        let took = told(&sim, before, phones.iter(), (start, A_SECOND)).await?;
        report.aimed(&suite, "half called within", "ms", quantile(&took, 0.5) / 1e3, None);
        report.aimed(&suite, "95 % called within", "ms", quantile(&took, 0.95) / 1e3, Aim::AtMost(1_000.0));
        report.add(&suite, "99 % of orders answered within", "ms", load.within_ms(0.99));
    }
    Ok(())
}

/// Writes a journey that thanks whoever places an order, and begins it.
async fn begin(office: &mut Office) -> Result<()> {
    let text = json!({"channel": "whatsapp", "content": {"body": "Thank you, {{ name }}."}});
    let plan = json!({
        "entry": {"did": "order.placed"}, "again": "always", "service": true, "steps": [{"id": "thanks", "kind": "send", "texts": [text]}],
    });
    let made = office.post("/api/v1/journeys", json!({"name": "Thanks", "plan": plan}).to_string()).await?;
    let id = made["id"].as_str().context("a journey without an id")?;
    office.post(&format!("/api/v1/journeys/{id}/begin"), "{}").await.map(drop)
}

/// An order that is to be paid at once, of which nobody is told before it is.
fn order(run: u32, n: u64) -> Result<Ask> {
    let customer = json!({"name": "Asha Rao", "phone": phone(run, n)});
    let body = json!({"amount": 99, "product": "starter", "customer": customer});
    post("/create_order", &[("idempotency-key", &format!("led-{run}-{n}"))], body.to_string())
}
