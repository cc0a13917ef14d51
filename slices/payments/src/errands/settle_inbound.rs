//! Works on a webhook after it has been answered.

use crate::commands::{settle, settle_refund};
use crate::model::LearntBy;
use crate::queries;
use crate::razorpay::{Event, ProviderPayment, ProviderRefund, Trouble};
use crate::rules::pause_after;
use crate::world::World;
use facts::{InboundId, IntentId, TenantId};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use store::{Ended, Errand, Lane, Next, Result, Trip, Tx, inbound};

/// Failed tries after which an event is left to a person.
const MOST_TRIES: i64 = 10;

/// Makes true what a webhook says. It leaves the house only where the event does not say enough.
#[derive(Debug, Serialize, Deserialize)]
pub struct SettleInbound {
    /// The event, whose id this errand shares.
    pub inbound_id: InboundId,
}

/// What an event says, and what was asked about it.
#[derive(Default)]
pub struct Told {
    intent: Option<IntentId>,
    payments: Vec<ProviderPayment>,
    refund: Option<ProviderRefund>,
    note: &'static str,
}

impl Told {
    fn nothing(note: &'static str) -> Self {
        Self { note, ..Self::default() }
    }
}

impl Errand for SettleInbound {
    const NAME: &'static str = "settle_inbound";
    type World = World;
    type Back = Result<Told, Trouble>;

    /// A lane of its own: most events need no call, so a provider that asks us to slow down does not hold them up.
    fn lane(&self, tenant: TenantId) -> Lane {
        Lane::open(format!("inbound/{tenant}"))
    }

    fn priority(&self) -> i64 {
        2
    }

    async fn go(&self, world: &World, trip: &Trip) -> Self::Back {
        let mut read = world.db.read_main(trip.tenant);
        let Some(inbound) = inbound::find(&mut read, self.inbound_id).await? else { return Ok(Told::nothing("It is gone.")) };
        let Some(event) = Event::read(&inbound.body) else { return Ok(Told::nothing("It is not an event that can be read.")) };
        let Some(order) = event.order_id.as_deref().filter(|_| event.concerns_payments()) else {
            return Ok(Told { refund: event.refund, note: "It concerns no payment of ours.", ..Told::default() });
        };
        let known = queries::intent_by_provider_order(&mut read, order).await?.map(|intent| intent.id);
        let intent = match known {
            Some(intent) => Some(intent),
            None => world.razorpay(trip.tenant).await?.intent_of_order(order).await?,
        };
        let payments = match event.payment {
            Some(payment) => vec![payment],
            None if intent.is_some() => world.razorpay(trip.tenant).await?.payments_of_order(order).await?,
            None => Vec::new(),
        };
        Ok(Told { intent, payments, refund: event.refund, note: "It concerns nothing of ours." })
    }

    async fn back(&self, _: &World, tx: &mut Tx, trip: &Trip, brought: &Self::Back) -> Result<Ended> {
        let told = match brought {
            Ok(told) => told,
            Err(trouble) => return Ok(later(trouble, tx, trip)),
        };
        let mut words = told.note;
        if let Some(intent) = told.intent {
            for payment in &told.payments {
                words = settle(tx, intent, payment, LearntBy::Webhook).await?.words();
            }
        }
        if let Some(refund) = &told.refund {
            words = settle_refund(tx, refund).await?;
        }
        tx.processed(self.inbound_id, words).await?;
        Ok(Ended::done(words))
    }
}

/// An event waits while the provider is busy, and is left to a person after ten tries that failed.
fn later(trouble: &Trouble, tx: &Tx, trip: &Trip) -> Ended {
    let next = match trouble {
        Trouble::RateLimited(wait) => Next::Wait(tx.now().after(wait.unwrap_or(Duration::from_secs(2)))),
        _ if trip.failures + 1 >= MOST_TRIES => Next::Bury,
        _ => Next::Again(tx.now().after(pause_after(trip.failures))),
    };
    Ended::new(next, trouble.class(), trouble.to_string())
}
