//! Works on a shop's call after it has been answered.

use crate::connections;
use crate::model::Origin;
use crate::shop::World;
use facts::{InboundId, TenantId};
use orders::{Foreign, Seen, Verdict};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use store::{Ended, Errand, Error, Lane, Next, Result, Trip, Tx, inbound};

/// When a call is looked at again that could not be read.
const BLINK: Duration = Duration::from_secs(10);

/// Takes in the order that a shop told of. It says all there is to say, so nobody is asked.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct TakeCall {
    /// The call, whose id this errand shares.
    pub inbound_id: InboundId,
}

/// What a call says.
pub(crate) enum Told {
    Order(Box<Foreign>),
    /// Nothing to be done, and why.
    Nothing(String),
}

impl Errand for TakeCall {
    const NAME: &'static str = "take_shop_call";
    type World = World;
    type Back = Result<Told>;

    fn lane(&self, tenant: TenantId) -> Lane {
        Lane::open(format!("inbound/{tenant}"))
    }

    async fn go(&self, world: &World, trip: &Trip) -> Result<Told> {
        let mut read = world.db.read_main(trip.tenant);
        let nothing = |words: &str| Ok(Told::Nothing(words.to_owned()));
        let Some(call) = inbound::find(&mut read, self.inbound_id).await? else { return nothing("It is gone.") };
        let provider: Origin = call.provider.parse().map_err(Error::internal)?;
        let Some(shop) = connections::shop(&mut read, &world.vault, provider).await? else {
            return nothing("The shop is no longer connected.");
        };
        let Ok(said) = serde_json::from_slice(&call.body) else { return nothing("It is not JSON.") };
        match shop.order(&said) {
            Ok(Some(order)) => Ok(Told::Order(Box::new(order))),
            Ok(None) => nothing("It tells of no order that there is."),
            Err(message) => Ok(Told::Nothing(format!("It could not be read: {message}."))),
        }
    }

    async fn back(&self, _: &World, tx: &mut Tx, _: &Trip, brought: &Result<Told>) -> Result<Ended> {
        let order = match brought {
            Ok(Told::Order(order)) => order,
            Ok(Told::Nothing(words)) => {
                tx.processed(self.inbound_id, words).await?;
                return Ok(Ended::done(words.clone()));
            }
            Err(error) => return Ok(Ended::new(Next::Wait(tx.now().after(BLINK)), "not_seen", error.to_string())),
        };
        let taken = orders::take_in(tx, std::slice::from_ref(order), Seen::Told).await?;
        let words = match taken.first().map(|taken| taken.verdict) {
            Some(Verdict::New) => "The order was taken in.",
            Some(Verdict::Changed) => "The order was changed.",
            Some(Verdict::Same) => "The order is as it was known.",
            Some(Verdict::Older) | None => "A newer version of the order is known.",
        };
        tx.processed(self.inbound_id, words).await?;
        Ok(Ended::done(words))
    }
}
