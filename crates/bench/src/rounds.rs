//! Daily deliveries: how long until tomorrow's sheet stands, from the moment at which it is due.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::client::{closed, post};
use crate::ground::{CONNECTIONS, Engine, Ground};
use crate::office::Office;
use crate::orders::phone;
use crate::origin::Origin;
use crate::report::{Aim, Report};

/// Who gets something brought every day; fewer where only a short look is wanted.
const SUBSCRIBERS: u64 = 10_000;
const FEW: u64 = 1_000;
/// Stops of one route.
const STOPS: u64 = 100;
const SETTINGS: &str = "/api/v1/round-settings";
/// How often is asked whether the sheet stands.
const LOOK: Duration = Duration::from_millis(20);

/// Planning a day.
///
/// # Errors
/// When origin or the database fails, or somebody is not on the sheet.
pub async fn run(ground: &Ground, engine: Engine, report: &mut Report) -> Result<()> {
    let subscribers = if ground.time < Duration::from_secs(2) { FEW } else { SUBSCRIBERS };
    let suite = format!("the day's sheet of {subscribers} subscribers, {engine}");
    for _ in 0..ground.repetitions {
        let home = ground.home(engine, Vec::new()).await?;
        let origin = home.serve()?;
        let mut office = Office::open(&home, &origin).await?;
        let mut settings = office.get(SETTINGS).await?;
        // As late as can be, so that tomorrow's sheet is still open.
        settings["cut_off"] = json!("23:59");
        office.put(SETTINGS, settings.to_string()).await?;
        subscribe(&origin, &mut office, subscribers).await?;
        origin.quiet().await?;
        settings["cut_off"] = json!("00:00");
        let (cpu, start) = (origin.cpu_seconds()?, Instant::now());
        office.put(SETTINGS, settings.to_string()).await?;
        let sheet = standing(&mut office).await?;
        report.aimed(&suite, "until it stands", "s", start.elapsed().as_secs_f64(), Aim::AtMost(2.0));
        let planned = sheet["deliveries"].as_u64();
        ensure!(planned == Some(subscribers), "{planned:?} of {subscribers} are on the sheet: {sheet}");
        report.add(&suite, "until all that follows is done", "s", origin.quiet().await?.as_secs_f64());
        report.add(
            &suite,
            "processor time of a delivery, all that follows",
            "us",
            (origin.cpu_seconds()? - cpu) * 1e6 / subscribers as f64,
        );
        report.add(&suite, "memory (VmHWM)", "MB", origin.memory_mb()?.1);
    }
    Ok(())
}

/// Tomorrow's sheet, as soon as it stands.
async fn standing(office: &mut Office) -> Result<Value> {
    loop {
        let sheet = office.get("/api/v1/rounds/tomorrow").await?;
        if sheet["stands"] == true {
            return Ok(sheet);
        }
        tokio::time::sleep(LOOK).await;
    }
}

async fn subscribe(origin: &Origin, office: &mut Office, subscribers: u64) -> Result<()> {
    let mut routes = Vec::new();
    for route in 0..subscribers.div_ceil(STOPS) {
        let made = office.post("/api/v1/routes", json!({"name": format!("Route {route}")}).to_string()).await?;
        routes.push(made["id"].as_str().context("a route without an id")?.to_owned());
    }
    let bearer = office.bearer().to_owned();
    let begin = move |n: u64| {
        let route = routes.get(usize::try_from(n / STOPS).ok()?).filter(|_| n < subscribers)?;
        let order = json!({
            "customer": {"name": format!("Customer {n}"), "phone": phone(1, n)}, "route_id": route, "stop": n % STOPS + 1, "product": "Cow milk",
            "unit": "l", "price_per": "unit", "price": {"minor": 6_400, "currency": "INR"},
        });
        let key = format!("standing-order-{n}");
        post("/api/v1/standing-orders", &[("authorization", &bearer), ("idempotency-key", &key)], order.to_string()).ok()
    };
    let load = closed(origin.address, CONNECTIONS, None, begin).await?;
    ensure!(load.refused == 0, "a standing order was refused: {:?}", load.first_refusal);
    Ok(())
}
