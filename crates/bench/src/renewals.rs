//! A day on which everybody's month is over: how long until all of it is billed.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use facts::{Id, PlanId, PlanPriceId, SubscriptionId, TenantId, Time};
use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::json;
use store::{Command, Db, Look, Options, Tx, Who, params, rows, sql};

use crate::ground::{Engine, Ground, shop};
use crate::messages::told;
use crate::office::Office;
use crate::orders::phone;
use crate::origin::Home;
use crate::report::{Aim, Report};

/// Subscribers; fewer where only a short look is wanted.
const SUBSCRIBERS: u64 = 100_000;
const FEW: u64 = 5_000;
/// What each of them brings a month without its tax, in paise: what a renewal leaves as it is.
const NET: i64 = 8_390;
/// Subscribers that are written in one command.
const AT_ONCE: u64 = 5_000;
/// Minutes that a whole run may take.
const MINUTES: f64 = 5.0;
/// How often is counted.
const LOOK: Duration = Duration::from_millis(500);

/// A run of renewals.
///
/// # Errors
/// When origin or the database fails, or somebody is not billed.
pub async fn run(ground: &Ground, engine: Engine, report: &mut Report) -> Result<()> {
    let subscribers = if ground.time < Duration::from_secs(2) { FEW } else { SUBSCRIBERS };
    let suite = format!("{subscribers} renewals, {engine}");
    // One of them takes minutes.
    for _ in 0..ground.repetitions.min(2) {
        let home = ground.home(engine, Vec::new()).await?;
        let (plan, price) = opened(&home).await?;
        let db = Db::open(Options::new(&home.database_url)).await.map_err(told)?;
        let who = Who::system(TenantId::from_uuid(shop(&home).await?.tenant), "bench");
        let today = db.clock().now().timestamp().to_zoned(TimeZone::get("Asia/Kolkata")?).date();
        for first in (0..subscribers).step_by(usize::try_from(AT_ONCE)?) {
            let numbers = first..subscribers.min(first + AT_ONCE);
            db.run(&who, Subscribed { numbers, plan, price, today }).await.map_err(told)?;
        }
        let start = Instant::now();
        let origin = home.serve()?;
        billed(&db, &who, today, subscribers, start).await?;
        let took = start.elapsed().as_secs_f64();
        let aim = MINUTES * 60.0 * subscribers as f64 / SUBSCRIBERS as f64;
        report.aimed(&suite, "until everybody is billed", "s", took, Aim::AtMost(aim));
        report.add(&suite, "renewals", "1/s", subscribers as f64 / took);
        report.add(&suite, "until all that follows is done", "s", origin.quiet().await?.as_secs_f64());
        report.add(&suite, "processor time of a renewal, all that follows", "ms", origin.cpu_seconds()? * 1e3 / subscribers as f64);
        report.add(&suite, "memory (VmHWM)", "MB", origin.memory_mb()?.1);
    }
    Ok(())
}

/// A shop that says who sells, and offers a plan.
async fn opened(home: &Home) -> Result<(PlanId, PlanPriceId)> {
    let origin = home.serve()?;
    let mut office = Office::open(home, &origin).await?;
    office.say_who_sells().await?;
    let price = json!({"cadence": "month", "amount": {"minor": 9_900, "currency": "INR"}, "hsn": "998431", "rate_bps": 1_800});
    let plan = office.post("/api/v1/plans", json!({"code": "renewed", "name": "Renewed", "prices": [price]}).to_string()).await?;
    let id = |value: &serde_json::Value| value.as_str().map(str::to_owned).context("a plan without an id");
    Ok((id(&plan["id"])?.parse()?, id(&plan["prices"][0]["id"])?.parse()?))
}

/// Waits until nothing is due any more; the period that begins today is billed to everybody then, once.
async fn billed(db: &Db, who: &Who, today: Date, subscribers: u64, start: Instant) -> Result<()> {
    // By an index that empties while the run goes on: counting takes little of what is measured.
    let due = sql!("SELECT COUNT(*) FROM timers WHERE tenant_id = $1 AND name = 'look_after_subscription' AND due_at <= $2");
    let billed = sql!(
        "SELECT COUNT(*) FROM subscription_charges c JOIN invoices i ON i.tenant_id = c.tenant_id AND i.id = c.invoice_id
         WHERE c.tenant_id = $1 AND c.period_start = $2 AND c.kind = 'period' AND i.state = 'issued'"
    );
    let mut read = db.read_main(who.tenant);
    while read.one::<i64>(due, params![who.tenant, db.clock().now()]).await.map_err(told)? > 0 {
        ensure!(start.elapsed().as_secs_f64() < MINUTES * 180.0, "it takes more than three times as long as it may");
        tokio::time::sleep(LOOK).await;
    }
    let done: i64 = read.one(billed, params![who.tenant, today.to_string()]).await.map_err(told)?;
    ensure!(u64::try_from(done)? == subscribers, "{done} of {subscribers} were billed");
    Ok(())
}

/// Writes down people whose month has been paid and is over today.
struct Subscribed {
    numbers: std::ops::Range<u64>,
    plan: PlanId,
    price: PlanPriceId,
    today: Date,
}

impl Command for Subscribed {
    const NAME: &'static str = "bench_subscribed";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> store::Result<()> {
        let (tenant, now): (TenantId, Time) = (tx.tenant(), tx.now());
        let from = self.today.saturating_sub(1.month());
        let (from, to) = (from.to_string(), self.today.to_string());
        let (mut people, mut subscriptions, mut charges, mut timers) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for n in self.numbers.clone() {
            let (contact, sub, charge): (_, SubscriptionId, _) = (tx.uuid(), tx.id(), tx.uuid());
            let name = format!("Customer {n}");
            people.extend_from_slice(params![tenant, contact, &name, phone(1, n), json!({}), now, now]);
            subscriptions.extend_from_slice(params![
                tenant, sub, contact, &name, self.plan, self.price, 1, 0, "active", &from, 1, &from, &to, &from, 9_900, 0, NET, "INR", now
            ]);
            charges.extend_from_slice(params![tenant, charge, sub, "period", &from, &to, self.price, 1, 9_900, "paid", now]);
            let body = json!({"subscription_id": sub});
            timers.extend_from_slice(params![tenant, "look_after_subscription", sub.to_string(), now, body, 0]);
        }
        let insert = rows!("INSERT INTO contacts (tenant_id, id, name, phone, attributes, created_at, changed_at) VALUES ", 7, "");
        tx.put_rows(insert, &people).await?;
        let insert = rows!(
            "INSERT INTO subscriptions (tenant_id, id, contact_id, customer_name, plan_id, price_id, quantity, discount_bps, state, anchor_on, \
             periods, period_start, period_end, since_on, since_minor, carry_minor, mrr_minor, currency, created_at) VALUES ",
            19,
            ""
        );
        tx.put_rows(insert, &subscriptions).await?;
        let insert = rows!(
            "INSERT INTO subscription_charges (tenant_id, id, subscription_id, kind, period_start, period_end, price_id, quantity, \
             billed_minor, state, created_at) VALUES ",
            11,
            ""
        );
        tx.put_rows(insert, &charges).await?;
        tx.put_rows(rows!("INSERT INTO timers (tenant_id, name, key, due_at, body, failures) VALUES ", 6, ""), &timers).await
    }
}
