//! Messages: how fast they are queued, and how fast they go out.

use std::time::{Duration, Instant};

use ::messages::{Cause, Hours, MessageType, NewMessage, Urgency, enqueue, enqueue_all};
use anyhow::{Context, Result, bail};
use facts::Id;
use facts::TenantId;
use facts::messages::Channel;
use serde_json::{Map, Value, json};
use sim::{At, Fault, Keep, Sim};
use store::{Command, Db, Options, Tx, Who};

use crate::ground::{Engine, Ground, providers, set_pace, shop};
use crate::office::Office;
use crate::origin::Home;
use crate::report::{Aim, Report};

/// Messages in one commit, where they are queued together.
pub const BATCH: u64 = 500;

/// Queues messages to people of their own, numbered from the first.
struct Queue {
    run: u32,
    first: u64,
    count: u64,
    urgency: Urgency,
}

impl Command for Queue {
    const NAME: &'static str = "bench_queue";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> store::Result<()> {
        let all: Vec<NewMessage> = (self.first..self.first + self.count).map(|n| message(self.run, n, self.urgency)).collect();
        match <[NewMessage; 1]>::try_from(all) {
            Ok([one]) => enqueue(tx, one).await.map(|_| ())?,
            Err(many) => enqueue_all(tx, many).await.map(|_| ())?,
        }
        Ok(())
    }
}

fn message(run: u32, n: u64, urgency: Urgency) -> NewMessage {
    let variables: Map<String, Value> =
        [("order_id", json!(format!("ord_{run}_{n}"))), ("total_amount", json!("₹99.00")), ("customer_name", json!("Asha"))]
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect();
    NewMessage {
        template: MessageType::OrderConfirmation,
        channel: Channel::Whatsapp,
        address: crate::orders::phone(run, n),
        contact_id: None,
        about: None,
        variables,
        urgency,
        cause: Cause { source: "bench", reference: format!("{run}-{n}"), step: String::new() },
        due: None,
        // What is measured does not depend on the hour.
        hours: (urgency == Urgency::Bulk).then(Hours::of_the_law),
        worth: None,
    }
}

/// A database with its tables and first tenant, opened in this process; nothing here carries out what is queued.
///
/// # Errors
/// When origin does not start there, or the database does not open.
pub async fn opened(home: &Home) -> Result<(Db, Who)> {
    drop(home.serve()?);
    set_pace(home).await?;
    let tenant = TenantId::from_uuid(shop(home).await?.tenant);
    Ok((Db::open(Options::new(&home.database_url)).await?, Who::system(tenant, "bench")))
}

/// Queues so many, with so many in one command and so many commands at once; gives messages a second.
///
/// # Errors
/// When the database fails.
pub async fn queue(db: &Db, who: &Who, run: u32, total: u64, each: u64, at_once: u64, urgency: Urgency) -> Result<f64> {
    let start = Instant::now();
    let mut tasks = tokio::task::JoinSet::new();
    for task in 0..at_once {
        let (db, who) = (db.clone(), who.clone());
        tasks.spawn(async move {
            for first in (task * each..total).step_by(usize::try_from(at_once * each).unwrap_or(usize::MAX)) {
                db.run(&who, Queue { run, first, count: each.min(total - first), urgency }).await?;
            }
            store::Result::Ok(())
        });
    }
    while let Some(ended) = tasks.join_next().await {
        ended?.map_err(told)?;
    }
    Ok(total as f64 / start.elapsed().as_secs_f64())
}

/// An error of the store, for a report.
pub fn told(error: store::Error) -> anyhow::Error {
    anyhow::anyhow!("{error:?}")
}

/// Queueing, with nobody delivering meanwhile.
///
/// # Errors
/// When the database fails.
pub async fn enqueues(ground: &Ground, engine: Engine, report: &mut Report) -> Result<()> {
    let suite = format!("messages queued, {engine}");
    let home = ground.home(engine, Vec::new()).await?;
    let (db, who) = opened(&home).await?;
    let total = (ground.time.as_secs_f64() * 5_000.0) as u64;
    for run in 1..=ground.repetitions {
        let batched = queue(&db, &who, run * 3, total * 4, BATCH, 2, Urgency::Transactional).await?;
        report.aimed(&suite, &format!("{BATCH} in a command, 2 at once"), "1/s", batched, Aim::AtLeast(25_000.0));
        let single = queue(&db, &who, run * 3 + 1, total, 1, 64, Urgency::Transactional).await?;
        report.add(&suite, "one in a command, 64 at once", "1/s", single);
    }
    Ok(())
}

/// What is delivered: lane by lane, and a provider that takes its time for the one that orders go by.
const LANES: [(&str, Urgency, u64, Option<f64>); 5] = [
    ("about orders, provider answers at once", Urgency::Transactional, 0, Some(2_500.0)),
    ("about orders, provider takes 100 ms", Urgency::Transactional, 100, Some(1_000.0)),
    ("codes, provider answers at once", Urgency::Otp, 0, None),
    ("replies, provider answers at once", Urgency::Reply, 0, None),
    ("offers, provider answers at once", Urgency::Bulk, 0, None),
];

/// Delivery by a real `origin` of what was queued before it started, one call each.
///
/// # Errors
/// When origin or the database fails.
pub async fn deliveries(ground: &Ground, engine: Engine, report: &mut Report) -> Result<()> {
    let suite = format!("single-call deliveries, {engine}");
    let (sim, settings) = providers(Keep::Counts).await?;
    let home = ground.home(engine, settings).await?;
    let (db, who) = opened(&home).await?;
    offers_may_go(&home).await?;
    for run in 1..=ground.repetitions {
        for (number, (name, urgency, slow, aim)) in (0..).zip(LANES) {
            let total = (ground.time.as_secs_f64() * aim.unwrap_or(2_500.0) * 1.5) as u64;
            queue(&db, &who, run * 5 + number, total, BATCH, 1, urgency).await?;
            let rule = (slow > 0).then(|| sim.faults().until_cleared(At::phones(), Fault::Slow(Duration::from_millis(slow))));
            let rate = delivered(&home, &sim, total).await?;
            report.aimed(&suite, name, "1/s", rate, aim.map(Aim::AtLeast));
            if let Some(rule) = rule {
                sim.faults().clear(rule);
            }
        }
    }
    if sim.phones().repeated() > 0 {
        report.remark(format!("{suite}: {} messages reached the provider twice", sim.phones().repeated()));
    }
    report.remark("Deliveries and webhooks: the provider is crates/sim in the load generator's own process, keeping counts only.");
    Ok(())
}

/// Lets the shop sell to whoever has not said that they mind.
async fn offers_may_go(home: &Home) -> Result<()> {
    let origin = home.serve()?;
    let wanted = json!({"marketing": {"whatsapp": "opt_out"}});
    Office::open(home, &origin).await?.put("/api/v1/consent-settings", wanted.to_string()).await.map(drop)
}

/// Calls a second while the middle eight tenths go out: starting up and running dry are left out.
async fn delivered(home: &Home, sim: &Sim, total: u64) -> Result<f64> {
    let before = sim.phones().accepted();
    let origin = home.serve().context("origin, with messages waiting")?;
    let patience = Instant::now() + Duration::from_secs(120);
    let (mut from, mut gone);
    from = None;
    loop {
        gone = sim.phones().accepted() - before;
        let now = Instant::now();
        if gone >= total / 10 && from.is_none() {
            from = Some((now, gone));
        }
        if gone >= total * 9 / 10 {
            break;
        }
        if now > patience {
            bail!("{gone} of {total} messages went out in two minutes:\n{}", home.end_of_log());
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let (since, first) = from.context("no message went out")?;
    let rate = (gone - first) as f64 / since.elapsed().as_secs_f64();
    while sim.phones().accepted() - before < total && Instant::now() < patience {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    origin.quiet().await?;
    Ok(rate)
}
