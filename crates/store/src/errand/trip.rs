//! One try of one errand, from the door and back.

use super::claim::Claimed;
use super::outcome::{ComeBack, GiveBack};
use super::{Brought, Goes, Trip};
use crate::node::ALIVE;
use crate::work::Command;
use crate::{Db, Error, Result, Who};
use facts::Time;
use futures::FutureExt;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// Nobody stays out longer: past this the try counts as never come back.
const LONGEST_TRIP: Duration = Duration::from_secs(60);
/// How often an outcome that is refused is offered. One that the database cannot take is offered until it can.
const OFFERS: u32 = 5;
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// Why a try could not be brought to an end.
struct Lost {
    /// Whether it may have reached the provider.
    left: bool,
    why: String,
}

impl Lost {
    fn at_home(why: impl Into<String>) -> Self {
        Self { left: false, why: why.into() }
    }

    fn out_there(why: impl Into<String>) -> Self {
        Self { left: true, why: why.into() }
    }
}

/// Makes the trip. Whatever happens on it, the errand does not stay this node's.
pub(crate) async fn make(db: Db, node: Uuid, claimed: Claimed, at: Time, goes: Option<Arc<dyn Goes>>) {
    let trip = claimed.trip(at);
    let who = Who::system(claimed.tenant_id, claimed.name.clone()).asked_by(claimed.request_id.as_deref().map(Into::into));
    let name = claimed.name.clone();
    let there_and_back = AssertUnwindSafe(there_and_back(&db, node, &who, claimed, &trip, goes)).catch_unwind().await;
    let lost = match there_and_back {
        Ok(Ok(())) => return metrics::counter!("errands_total", "name" => name).increment(1),
        Ok(Err(lost)) => lost,
        Err(_) => Lost::out_there("it panicked on its way"),
    };
    tracing::error!(errand = name, id = %trip.id, why = lost.why, "a try of an errand was lost");
    let offered = offer(&db, &who, &name, |_| GiveBack { node, trip: trip.clone(), left: lost.left, why: lost.why.clone() }).await;
    if let Err(error) = offered {
        tracing::error!(errand = name, ?error, "an errand could not be given back; it is looked after when this node is gone");
    }
}

async fn there_and_back(db: &Db, node: Uuid, who: &Who, claimed: Claimed, trip: &Trip, goes: Option<Arc<dyn Goes>>) -> Result<(), Lost> {
    let goes = goes.ok_or_else(|| Lost::at_home(format!("nothing runs errands named {}", claimed.name)))?;
    // A machine that slept between the claim and this moment may have been taken for dead.
    if db.clock().now().since(trip.started_at) > ALIVE / 2 {
        return Err(Lost::at_home("it was claimed too long ago to leave now"));
    }
    let brought: Brought = tokio::time::timeout(LONGEST_TRIP, goes.go(&claimed.body.0, trip))
        .await
        .map_err(|_| Lost::out_there("it stayed out too long"))?
        .map_err(|error| Lost::at_home(format!("it could not be read: {error}")))?;
    let come_back = |offers: u32| ComeBack {
        node,
        claimed: claimed.clone(),
        trip: trip.clone(),
        goes: goes.clone(),
        brought: brought.clone(),
        again: offers > 1,
    };
    offer(db, who, &claimed.name, come_back).await.map_err(|error| Lost::out_there(format!("its outcome was refused: {error}")))
}

/// Offers an outcome until it is stored: a few times while it is refused, and for as long as it takes while the
/// database is away, for what was brought back is in this process's memory alone.
async fn offer<C: Command<Out = ()>>(db: &Db, who: &Who, kind: &str, command: impl Fn(u32) -> C) -> Result<()> {
    let mut refused = 0;
    for offers in 1u32.. {
        let Err(error) = db.run_gathered(who, kind, command(offers)).await else { return Ok(()) };
        refused += u32::from(!error.is_away());
        if refused == OFFERS || error.code() == "shutting_down" {
            return Err(error);
        }
        tracing::warn!(command = C::NAME, ?error, offers, "an errand's outcome was not taken");
        tokio::time::sleep((Duration::from_millis(20) * offers * offers).min(LONGEST_WAIT)).await;
    }
    Err(Error::unavailable("database_away", "The database cannot be reached."))
}
