//! Payments that a provider reports: how many a second, and how soon the customer's message is on its way.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use bytes::Bytes;
use serde_json::Value;
use sim::{Keep, Method, Sim, Webhook};

use crate::client::{Ask, closed, paced, post};
use crate::ground::{CONNECTIONS, Engine, Ground, providers, set_pace};
use crate::orders::{phone, refusals};
use crate::origin::Origin;
use crate::report::{Aim, Report, quantile};

/// The pace at which the time to the provider's call is measured.
const A_SECOND: f64 = 200.0;

/// An order that is waiting to be paid: who placed it, and the provider's name of it.
struct Waiting {
    phone: String,
    provider_order: String,
}

/// Webhooks as fast as they are taken.
///
/// # Errors
/// When origin or the database fails.
pub async fn throughput(ground: &Ground, engine: Engine, report: &mut Report) -> Result<()> {
    let suite = format!("payment webhooks, {CONNECTIONS} connections, {engine}");
    let (sim, settings) = providers(Keep::Counts).await?;
    let home = ground.home(engine, settings).await?;
    let origin = home.serve()?;
    // As many as one repetition may use up.
    let many = (ground.time.as_secs_f64() * 2_000.0) as u64;
    for run in 1..=ground.repetitions {
        let webhooks = paid(&sim, &place(&origin, run, many).await?)?;
        origin.quiet().await?;
        let cpu = origin.cpu_seconds()?;
        let asks = Arc::new(webhooks);
        let load = closed(origin.address, CONNECTIONS, Some(ground.time), move |n| ask(asks.get(usize::try_from(n).ok()?)?).ok()).await?;
        report.add(&suite, "origin", "1/s", load.per_second());
        report.add(&suite, "half answered within", "ms", load.within_ms(0.5));
        report.aimed(&suite, "99 % answered within", "ms", load.within_ms(0.99), Aim::AtMost(100.0));
        refusals(&suite, &load, report);
        let behind = origin.quiet().await?;
        report.add(&suite, "until all that follows was done", "s", behind.as_secs_f64());
        report.add(&suite, "processor time of a webhook, all that follows", "ms", (origin.cpu_seconds()? - cpu) * 1e3 / load.ok as f64);
    }
    Ok(())
}

/// From a webhook to the call that tells the customer.
///
/// # Errors
/// When origin or the database fails, or a customer is not told.
pub async fn latency(ground: &Ground, engine: Engine, report: &mut Report) -> Result<()> {
    let suite = format!("from payment webhook to the provider's call, {A_SECOND} a second, {engine}");
    for run in 1..=ground.repetitions {
        let (sim, settings) = providers(Keep::Everything).await?;
        let home = ground.home(engine, settings).await?;
        let origin = home.serve()?;
        set_pace(&home).await?;
        let count = (ground.time.as_secs_f64() * A_SECOND) as u64;
        let waiting = place(&origin, run, count).await?;
        let webhooks = paid(&sim, &waiting)?;
        origin.quiet().await?;
        let before = sim.phones().calls().len();
        let start = Instant::now();
        let asks = Arc::new(webhooks);
        let load = paced(origin.address, 16, A_SECOND, count, move |n| ask(asks.get(usize::try_from(n).ok()?)?).ok()).await?;
        refusals(&suite, &load, report);
        let told = told(&sim, before, waiting.iter().map(|one| &one.phone), (start, A_SECOND)).await?;
        report.aimed(&suite, "half called within", "ms", quantile(&told, 0.5) / 1e3, None);
        report.aimed(&suite, "99 % called within", "ms", quantile(&told, 0.99) / 1e3, Aim::AtMost(100.0));
        report.add(&suite, "99 % of webhooks answered within", "ms", load.within_ms(0.99));
    }
    Ok(())
}

/// Microseconds from when each request was meant to leave, of so many a second, to the call for its customer, in order.
///
/// # Errors
/// When somebody is not told.
pub async fn told(
    sim: &Sim,
    before: usize,
    phones: impl ExactSizeIterator<Item = &String>,
    (start, a_second): (Instant, f64),
) -> Result<Vec<u32>> {
    let many = phones.len();
    let patience = Instant::now() + Duration::from_secs(60);
    while sim.phones().calls().len() - before < many {
        if Instant::now() > patience {
            bail!("{} of {many} customers were told", sim.phones().calls().len() - before);
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let calls: HashMap<String, Instant> =
        sim.phones().calls().into_iter().skip(before).map(|call| (call.number, call.span.opened_at)).collect();
    let mut micros = Vec::new();
    for (n, phone) in phones.enumerate() {
        let called = calls.get(phone).with_context(|| format!("{phone} was not told"))?;
        let meant = start + crate::client::LEAD + Duration::from_secs_f64(n as f64 / a_second);
        micros.push(u32::try_from(called.saturating_duration_since(meant).as_micros()).unwrap_or(u32::MAX));
    }
    micros.sort_unstable();
    Ok(micros)
}

/// Places orders in the shop, each by somebody of their own, to be paid at once.
async fn place(origin: &Origin, run: u32, count: u64) -> Result<Vec<Waiting>> {
    let found = Arc::new(std::sync::Mutex::new(Vec::new()));
    let mut lines = tokio::task::JoinSet::new();
    for first in 0..CONNECTIONS as u64 {
        let (found, address) = (found.clone(), origin.address);
        lines.spawn(async move {
            let mut line = crate::client::Line::open(address).await?;
            for n in (first..count).step_by(CONNECTIONS) {
                let phone = phone(run, n);
                let body = format!(r#"{{"amount":99,"product":"starter","customer":{{"name":"Asha Rao","phone":"{phone}"}}}}"#);
                let answer = line.ask(post("/create_order", &[("idempotency-key", &format!("shop-{run}-{n}"))], body)?).await?;
                let placed: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
                let Some(provider_order) = placed["id"].as_str().map(str::to_owned) else {
                    bail!("/create_order: {} {}", answer.status, String::from_utf8_lossy(&answer.body));
                };
                if let Ok(mut found) = found.lock() {
                    found.push((n, Waiting { phone, provider_order }));
                }
            }
            Ok(())
        });
    }
    while let Some(ended) = lines.join_next().await {
        ended??;
    }
    let mut found = std::mem::take(&mut *found.lock().map_err(|_| anyhow::anyhow!("a placing task panicked"))?);
    found.sort_by_key(|(n, _)| *n);
    Ok(found.into_iter().map(|(_, waiting)| waiting).collect())
}

/// Everybody pays; what the provider will say of it.
fn paid(sim: &Sim, waiting: &[Waiting]) -> Result<Vec<Webhook>> {
    let webhook = |one: &Waiting| {
        let refused = |refused| anyhow::anyhow!("the provider refuses {}: {refused:?}", one.provider_order);
        let payment = sim.razorpay().pay(&one.provider_order, Method::Upi).map_err(refused)?;
        sim.razorpay().webhook("payment.captured", &payment).map_err(refused)
    };
    waiting.iter().map(webhook).collect()
}

fn ask(webhook: &Webhook) -> Result<Ask> {
    let headers = [("x-razorpay-event-id", webhook.event_id.as_str()), ("x-razorpay-signature", webhook.signature.as_str())];
    post("/webhook", &headers, Bytes::from(webhook.body.clone()))
}
