//! Three ways at once: a hundred thousand payments, the rows of their settlements, and the bank's statement.

use std::fmt::Write;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use facts::{Id, TenantId, Time};
use sim::Keep;
use store::{Clock, Command, Db, Options, Tx, Who, params, rows};

use crate::ground::{Engine, Ground, providers, shop};
use crate::office::Office;
use crate::origin::Home;
use crate::report::{Aim, Report};

/// Payments in one settlement.
const OF_ONE: u64 = 100;
/// What each payment is, what is kept of it, and the tax in that.
const PAID: (&str, &str, &str, &str) = ("0,96.66,99.00", "2.34", "0.36", "9666");
/// How long a run may take before it is given up.
const PATIENCE: Duration = Duration::from_secs(300);

/// From the first upload until payments, settlements and the bank are matched.
///
/// # Errors
/// When origin or the database fails, or something is left over.
pub async fn run(ground: &Ground, engine: Engine, report: &mut Report) -> Result<()> {
    let payments: u64 = if ground.time < Duration::from_secs(2) { 10_000 } else { 100_000 };
    let suite = format!("reconciling {payments} payments with their settlements and the bank, {engine}");
    for _ in 0..ground.repetitions {
        let (_sim, settings) = providers(Keep::Counts).await?;
        let home = ground.home(engine, settings).await?;
        let origin = home.serve()?;
        let mut office = Office::open(&home, &origin).await?;
        captured(&home, payments).await?;
        origin.quiet().await?;
        let start = Instant::now();
        for (source, text) in [("razorpay", settled(payments)), ("bank", banked(payments / OF_ONE))] {
            let sent = office.post(&format!("/api/v1/bank-statements?source={source}"), text).await?;
            let id = sent["id"].as_str().context("a statement without an id")?;
            office.post(&format!("/api/v1/bank-statements/{id}/take"), "{}").await?;
        }
        matched(&mut office, payments / OF_ONE, start).await?;
        report.aimed(&suite, "until all of it is matched", "s", start.elapsed().as_secs_f64(), Aim::AtMost(30.0));
        report.add(&suite, "processor time of it", "s", origin.cpu_seconds()?);
        report.add(&suite, "memory (VmHWM)", "MB", origin.memory_mb()?.1);
    }
    Ok(())
}

/// Waits until no settlement is left that is not in the bank.
async fn matched(office: &mut Office, settlements: u64, start: Instant) -> Result<()> {
    loop {
        let totals = office.get("/api/v1/reconciliation/totals").await?;
        let one = &totals["data"][0];
        let (settled, banked) = (one["settled"]["minor"].as_u64(), one["banked"]["minor"].as_u64());
        let whole = settlements * OF_ONE * PAID.3.parse::<u64>()?;
        if settled == Some(whole) && banked == Some(whole) {
            return Ok(());
        }
        if start.elapsed() > PATIENCE {
            bail!("{settled:?} of {whole} are settled and {banked:?} in the bank");
        }
        // Seldom: the totals are sums over all of it.
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

/// The provider's report.
fn settled(payments: u64) -> String {
    let mut text = "entity_id,type,debit,credit,amount,fee,tax,settled_at,settlement_id,settlement_utr\n".to_owned();
    let (sums, fee, tax, _) = PAID;
    for n in 0..payments {
        let of = n / OF_ONE;
        let _infallible = writeln!(text, "pay_{n},payment,{sums},{fee},{tax},{},setl_{of},UTRBENCH{of:08}", day());
    }
    text
}

/// The bank's statement.
fn banked(settlements: u64) -> String {
    let mut text = "Date,Narration,Withdrawal,Deposit\n".to_owned();
    for n in 0..settlements {
        let _infallible = writeln!(text, "{},NEFT-UTRBENCH{n:08}-RAZORPAY,,9666.00", day());
    }
    text
}

/// Today, as a bank writes it.
fn day() -> String {
    Clock::system().now().timestamp().strftime("%d/%m/%Y").to_string()
}

/// Writes down what was captured.
async fn captured(home: &Home, payments: u64) -> Result<()> {
    let db = Db::open(Options::new(&home.database_url)).await.map_err(anyhow::Error::msg)?;
    let who = Who::system(TenantId::from_uuid(shop(home).await?.tenant), "bench");
    for first in (0..payments).step_by(5_000) {
        db.run(&who, Captured(first..payments.min(first + 5_000))).await.map_err(anyhow::Error::msg)?;
    }
    Ok(())
}

struct Captured(std::ops::Range<u64>);

impl Command for Captured {
    const NAME: &'static str = "bench_captured";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> store::Result<()> {
        let insert = rows!(
            "INSERT INTO movements (tenant_id, id, entity_ref, kind, payment_id, amount_minor, fee_minor, fee_known, currency, happened_at, state) \
             VALUES ",
            11,
            ""
        );
        let mut values = Vec::new();
        let at: Time = tx.now();
        for n in self.0.clone() {
            let (id, payment) = (tx.uuid(), tx.uuid());
            let reference = format!("pay_{n}");
            values.extend_from_slice(params![tx.tenant(), id, reference, "payment", payment, 9_900, 234, true, "INR", at, "new"]);
        }
        tx.put_rows(insert, &values).await
    }
}
