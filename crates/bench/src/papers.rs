//! Invoices as PDF: how long one takes to draw and to bring.

use std::time::Instant;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::ground::{Engine, Ground};
use crate::office::Office;
use crate::report::{Aim, Report, quantile};

/// Lines of the invoice.
const LINES: usize = 10;

/// One invoice after the other, each drawn anew.
///
/// # Errors
/// When origin or the database fails, or what comes is not a PDF.
pub async fn run(ground: &Ground, engine: Engine, report: &mut Report) -> Result<()> {
    let suite = format!("invoices of {LINES} lines as PDF, {engine}");
    let home = ground.home(engine, Vec::new()).await?;
    let origin = home.serve()?;
    let mut office = Office::open(&home, &origin).await?;
    office.say_who_sells().await?;
    let made = office.post("/api/v1/invoices", invoice().to_string()).await?;
    let path = format!("/api/v1/invoices/{}/pdf", made["id"].as_str().context("an invoice without an id")?);
    for _ in 0..ground.repetitions {
        let (cpu, start) = (origin.cpu_seconds()?, Instant::now());
        let mut micros = Vec::new();
        while start.elapsed() < ground.time {
            let asked = Instant::now();
            let paper = office.see(&path).await?;
            ensure!(paper.starts_with(b"%PDF-"), "an invoice is no PDF");
            micros.push(u32::try_from(asked.elapsed().as_micros()).unwrap_or(u32::MAX));
        }
        micros.sort_unstable();
        report.aimed(&suite, "half within", "ms", quantile(&micros, 0.5) / 1e3, Aim::AtMost(50.0));
        report.aimed(&suite, "99 % within", "ms", quantile(&micros, 0.99) / 1e3, Aim::AtMost(50.0));
        report.add(&suite, "processor time of one", "ms", (origin.cpu_seconds()? - cpu) * 1e3 / micros.len() as f64);
    }
    report.add(&suite, "memory (VmHWM)", "MB", origin.memory_mb()?.1);
    Ok(())
}

fn invoice() -> Value {
    let line = |n: usize| {
        json!({
            "description": format!("Cow milk, one litre, delivered to the door, week {n}"), "hsn": "0401", "quantity": "7", "unit": "l",
            "price": {"minor": 6_400, "currency": "INR"}, "rate_bps": 500,
        })
    };
    let customer = json!({"name": "Asha Rao", "address": "4 Temple Street\nMysuru 570001", "state": "29"});
    json!({"customer": customer, "lines": (1..=LINES).map(line).collect::<Vec<_>>(), "issue": true})
}
