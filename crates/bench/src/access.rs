//! What it costs a request that we know who sends it, count it, and write down what it did: in microseconds, as the
//! difference between two that are the same otherwise, in one run.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use facts::settings::SettingsChanged;
use http::StatusCode;
use serde_json::json;
use store::{Clock, Command, Db, Tx, Who};
use web::limits::{Limits, Rate};

use crate::client::{Ask, Line, closed, get, post};
use crate::ground::{CONNECTIONS, Engine, Ground};
use crate::messages::{opened, told};
use crate::origin::Origin;
use crate::report::{Aim, Report};
use crate::sign_in;

/// Requests that come to the same 404 before anything is read of what they ask for: one where anybody may knock, one
/// where only a caller may. What lies between is the guard.
const OPEN: &str = "/webhooks/razorpay/nowhere";
const GUARDED: &str = "/api/v1/orders/nowhere";

/// Nobody, a key, a session; and a key that Redis counts.
///
/// # Errors
/// When origin, the database or Redis fails.
pub async fn requests(ground: &Ground, engine: Engine, report: &mut Report) -> Result<()> {
    let suite = format!("who is calling, {engine}");
    let home = ground.home(engine, sign_in::settings()).await?;
    let origin = home.serve()?;
    let bearer = format!("Bearer {}", home.api_key()?);
    let cookie = sign_in::session(&home, &origin).await?;
    let by_key = || get(GUARDED, &[("authorization", &bearer)]);
    let by_session = || get(GUARDED, &[("cookie", &cookie)]);
    for _ in 0..ground.repetitions {
        let nobody = micros(ground, &origin, post(OPEN, &[], "{}")?).await?;
        let key = micros(ground, &origin, by_key()?).await?;
        let session = micros(ground, &origin, by_session()?).await?;
        report.add(&suite, "a request of nobody, half within", "us", nobody);
        report.aimed(&suite, "an API key and its limit add", "us", key - nobody, Aim::AtMost(200.0));
        report.aimed(&suite, "a session adds", "us", session - nobody, Aim::AtMost(200.0));
        report.add(&suite, "with a key to nobody's", "times", key / nobody);
    }
    drop(origin);
    let Some(redis) = &ground.redis else { return Ok(()) };
    let home = crate::origin::Home { settings: vec![("REDIS_URL", redis.clone())], ..home };
    let origin = home.serve()?;
    for _ in 0..ground.repetitions {
        let nobody = micros(ground, &origin, post(OPEN, &[], "{}")?).await?;
        let key = micros(ground, &origin, by_key()?).await?;
        report.add(&suite, "an API key and its limit in Redis add", "us", key - nobody);
    }
    Ok(())
}

/// Microseconds within which half of them are answered, one after the other on one connection.
async fn micros(ground: &Ground, origin: &Origin, ask: Ask) -> Result<f64> {
    let answer = Line::open(origin.address).await?.ask(ask.clone()).await?;
    ensure!(answer.status == StatusCode::NOT_FOUND, "{} in place of 404: {}", answer.status, String::from_utf8_lossy(&answer.body));
    let load = closed(origin.address, 1, Some(ground.time / 2), move |_| Some(ask.clone())).await?;
    Ok(load.within_ms(0.5) * 1e3)
}

/// A limit by itself, in this process and in Redis, whatever the engine.
///
/// # Errors
/// When Redis fails.
pub async fn limits(ground: &Ground, report: &mut Report) -> Result<()> {
    let suite = "a limit";
    let memory = Limits::in_memory(Clock::system(), HashMap::new());
    let redis = match &ground.redis {
        None => None,
        Some(url) => {
            let connection = redis::aio::ConnectionManager::new(redis::Client::open(url.as_str())?).await?;
            Some(Limits::in_redis(connection, Clock::system(), HashMap::new()))
        }
    };
    for _ in 0..ground.repetitions {
        let micros = each(&memory, ground.time / 4, 1).await?;
        report.aimed(suite, "in memory, one after the other", "us", micros, Aim::AtMost(10.0));
        let Some(redis) = &redis else { continue };
        report.add(suite, "in Redis, one after the other", "us", each(redis, ground.time / 4, 1).await?);
        let together = each(redis, ground.time / 4, CONNECTIONS as u64).await?;
        report.add(suite, &format!("in Redis, {CONNECTIONS} at once, each"), "us", together);
    }
    Ok(())
}

/// Microseconds that one takes, with so many callers at once.
async fn each(limits: &Limits, time: Duration, callers: u64) -> Result<f64> {
    let rate = Rate { limit: 1_000, window: Duration::from_secs(3_600) };
    let start = Instant::now();
    let mut tasks = tokio::task::JoinSet::new();
    for caller in 0..callers {
        let limits = limits.clone();
        tasks.spawn(async move {
            let mut count = 0u64;
            while start.elapsed() < time {
                limits.take(&format!("bench/{caller}/{}", count % 1_000), rate).await;
                count += 1;
            }
            count
        });
    }
    let mut count = 0;
    while let Some(ended) = tasks.join_next().await {
        count += ended?;
    }
    Ok(start.elapsed().as_secs_f64() * 1e6 / count as f64)
}

/// Writes one row of its own, and says so in the journal or not.
struct Touch {
    place: u64,
    times: u64,
    states: bool,
}

impl Command for Touch {
    const NAME: &'static str = "bench_touch";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> store::Result<()> {
        let name = format!("bench.{}", self.place);
        for time in 0..self.times {
            settings::put(tx, &name, &json!(time)).await?;
            if self.states {
                tx.state(SettingsChanged { names: vec![name.clone()], changes: Vec::new() }).await?;
            }
        }
        Ok(())
    }
}

/// Rows that a command of many writes; enough for the commit to weigh little.
const MANY: u64 = 100;

/// A command that states a fact beside one that does not; nobody reacts meanwhile.
///
/// # Errors
/// When the database fails.
pub async fn journal(ground: &Ground, engine: Engine, report: &mut Report) -> Result<()> {
    let suite = format!("the journal, {engine}");
    let home = ground.home(engine, Vec::new()).await?;
    let (db, who) = opened(&home).await?;
    for _ in 0..ground.repetitions {
        let mut taken = Vec::new();
        for (times, at_once) in [(1, CONNECTIONS as u64), (MANY, 1)] {
            for states in [false, true] {
                taken.push(touches(&db, &who, ground.time / 4, times, states, at_once).await?);
            }
        }
        let [silent, stating, many_silent, many_stating] = taken[..] else { continue };
        report.add(&suite, &format!("a command of one row, {CONNECTIONS} at once, each"), "us", silent);
        report.add(&suite, "a fact in it adds", "us", stating - silent);
        report.add(&suite, "with a fact to without", "times", stating / silent);
        report.add(&suite, &format!("a row among {MANY} in a command"), "us", many_silent);
        report.add(&suite, "a fact beside it adds", "us", many_stating - many_silent);
    }
    report.remark("The audit trail and an order's timeline are the journal, read: nothing else is written for them.");
    Ok(())
}

/// Microseconds that a row takes, by what all of them took.
async fn touches(db: &Db, who: &Who, time: Duration, times: u64, states: bool, at_once: u64) -> Result<f64> {
    let start = Instant::now();
    let mut tasks = tokio::task::JoinSet::new();
    for place in 0..at_once {
        let (db, who) = (db.clone(), who.clone());
        tasks.spawn(async move {
            let mut rows = 0;
            while start.elapsed() < time {
                db.run(&who, Touch { place, times, states }).await?;
                rows += times;
            }
            store::Result::Ok(rows)
        });
    }
    let mut rows = 0;
    while let Some(ended) = tasks.join_next().await {
        rows += ended?.map_err(told)?;
    }
    Ok(start.elapsed().as_secs_f64() * 1e6 / rows as f64)
}
