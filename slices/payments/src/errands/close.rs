//! Tells the provider that something is no longer to be paid.

use super::ended::after;
use super::lane;
use crate::queries;
use crate::rules;
use crate::trouble::Trouble;
use crate::world::World;
use facts::{IntentId, TenantId};
use serde::{Deserialize, Serialize};
use store::{Ended, Errand, Lane, Result, Trip, Tx};

/// Closes the checkout of an intent that nobody is to pay any more, where the provider offers that; done twice it is the same.
#[derive(Debug, Serialize, Deserialize)]
pub struct CloseCheckout {
    /// The intent.
    pub intent_id: IntentId,
}

impl Errand for CloseCheckout {
    const NAME: &'static str = "close_checkout";
    type World = World;
    type Back = Result<(), Trouble>;

    fn lane(&self, tenant: TenantId) -> Lane {
        lane(tenant)
    }

    fn priority(&self) -> i64 {
        2
    }

    fn key(&self) -> Option<String> {
        Some(self.intent_id.to_string())
    }

    async fn go(&self, world: &World, trip: &Trip) -> Self::Back {
        let intent = queries::intent_by_id(&mut world.db.read_main(trip.tenant), self.intent_id).await?;
        let Some(intent) = intent.filter(|intent| rules::is_over(intent.state)) else { return Ok(()) };
        match &intent.provider_order_id {
            Some(opened) => world.line(trip.tenant, &intent).await?.close(opened).await,
            None => Ok(()),
        }
    }

    async fn back(&self, _: &World, tx: &mut Tx, trip: &Trip, brought: &Self::Back) -> Result<Ended> {
        match brought {
            Ok(()) => Ok(Ended::done("Nobody can pay it any more.")),
            Err(trouble) => Ok(after(trouble, tx, trip)),
        }
    }
}
