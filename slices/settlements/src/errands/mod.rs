//! What is asked of the providers: what they paid out, day by day.

mod razorpay;
mod stripe;

pub(crate) use razorpay::FetchRazorpay;
pub(crate) use stripe::{FetchPayout, FetchPayouts};

use crate::queries;
use facts::{TenantId, Time};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use payments::Trouble;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use store::{Ended, Lane, Next, Result, Timer, Trip, Tx};

/// How often the providers are asked.
const EVERY: Duration = Duration::from_secs(86_400);
/// How far back a shop's settlements are fetched at first.
const AT_FIRST: Duration = Duration::from_secs(30 * 86_400);
/// How far back is looked again each time, since what is settled shows up late.
const AGAIN: Duration = Duration::from_secs(2 * 86_400);

/// From when on the providers are asked at first.
pub(crate) fn first_day(now: Time) -> Time {
    now.before(AT_FIRST)
}

/// When they are asked next.
pub(crate) fn next_fetch(now: Time) -> Time {
    now.after(EVERY)
}

/// Razorpay's calendar, which is India's.
fn india() -> TimeZone {
    TimeZone::get("Asia/Kolkata").unwrap_or(TimeZone::UTC)
}

/// A moment's day on Razorpay's calendar.
fn day_of(at: Time) -> Date {
    at.timestamp().to_zoned(india()).date()
}

/// The lane of a tenant's questions: they wait behind no payment, and no payment behind them.
fn lane(tenant: TenantId) -> Lane {
    Lane::open(format!("settlements/{tenant}"))
}

/// What becomes of a call that brought nothing. It is asked again tomorrow in any case, so nothing waits for a person.
fn after(trouble: &Trouble, tx: &mut Tx, trip: &Trip) -> Ended {
    let ended = payments::after(trouble, tx, trip);
    if ended.next == Next::Bury { Ended { next: Next::Done, ..ended } } else { ended }
}

/// Sends somebody to ask the providers for all that is not known yet.
///
/// # Errors
/// Whatever the engine refuses.
pub(crate) async fn fetch(tx: &mut Tx) -> Result<()> {
    let Some(reconciler) = queries::reconciler(tx).await? else { return Ok(()) };
    let from = reconciler.razorpay_through.before(AGAIN);
    tx.send(FetchRazorpay { day: day_of(from), until: day_of(tx.now()), skip: 0 }).await?;
    tx.send(FetchPayouts { since: reconciler.stripe_through.before(AGAIN), after: None }).await?;
    Ok(())
}

/// Asks every day.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct FetchDaily {}

impl Timer for FetchDaily {
    const NAME: &'static str = "fetch_settlements";

    fn key(&self) -> String {
        "next".to_owned()
    }

    async fn ring(&self, tx: &mut Tx) -> Result<()> {
        fetch(tx).await?;
        tx.at(next_fetch(tx.now()), Self {}).await
    }
}
