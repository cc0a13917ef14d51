//! Makes what a buyer pays at the provider: Razorpay's order, Stripe's session.

use super::ended::after;
use super::lane;
use crate::provider::{Opened, Provider};
use crate::trouble::Trouble;
use crate::world::World;
use crate::{queries, rows, rules};
use facts::{IntentId, TenantId};
use serde::{Deserialize, Serialize};
use store::{Ended, Errand, Lane, Result, Trip, Tx};

/// Makes what a buyer pays for an intent, once: our receipt was stored before, and a try that follows another finds what was made.
#[derive(Debug, Serialize, Deserialize)]
pub struct CreateProviderOrder {
    /// The intent.
    pub intent_id: IntentId,
}

impl Errand for CreateProviderOrder {
    const NAME: &'static str = "create_provider_order";
    type World = World;
    /// Who made it, and what; `None` where none was wanted any more.
    type Back = Result<Option<(Provider, Opened)>, Trouble>;

    fn lane(&self, tenant: TenantId) -> Lane {
        lane(tenant)
    }

    /// A buyer waits for it.
    fn priority(&self) -> i64 {
        1
    }

    fn key(&self) -> Option<String> {
        Some(self.intent_id.to_string())
    }

    async fn go(&self, world: &World, trip: &Trip) -> Self::Back {
        let intent = queries::intent_by_id(&mut world.db.read_main(trip.tenant), self.intent_id).await?;
        let Some(intent) = intent.filter(|intent| intent.provider_order_id.is_none() && !rules::is_over(intent.state)) else {
            return Ok(None);
        };
        let line = world.line(trip.tenant, &intent).await?;
        let customer = world.customer(trip.tenant, &intent).await?.filter(|known| known.provider == line.provider());
        let customer = customer.as_ref().map(|known| known.customer.as_str());
        let opened = line.open(&intent, trip.try_number > 1 || trip.reopened, customer).await?;
        Ok(Some((line.provider(), opened)))
    }

    async fn back(&self, _: &World, tx: &mut Tx, trip: &Trip, brought: &Self::Back) -> Result<Ended> {
        match brought {
            Ok(Some((provider, opened))) => {
                if let Some(intent) = rows::lock_intent(tx, self.intent_id).await? {
                    rows::keep_opened(tx, &intent, *provider, opened).await?;
                }
                Ok(Ended::done(opened.id.as_str()))
            }
            Ok(None) => Ok(Ended::done("No longer wanted.")),
            Err(trouble) => Ok(after(trouble, tx, trip)),
        }
    }
}
