//! Makes what a buyer pays at the provider: Razorpay's order, Stripe's session.

use super::ended::after;
use super::lane;
use crate::provider::{Opened, Provider};
use crate::trouble::Trouble;
use crate::world::World;
use crate::{mandates, queries, rows, rules};
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
    /// Who made it, what, and for whom, where the provider has just come to know them; `None` where none was wanted any more.
    type Back = Result<Option<(Provider, Opened, Option<String>)>, Trouble>;

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
        let (customer, new) = line.customer(world, trip.tenant, &intent).await?;
        let opened = line.open(world, trip, &intent, customer.as_deref()).await?;
        Ok(Some((line.provider(), opened, customer.filter(|_| new))))
    }

    async fn back(&self, _: &World, tx: &mut Tx, trip: &Trip, brought: &Self::Back) -> Result<Ended> {
        match brought {
            Ok(Some((provider, opened, customer))) => {
                if let Some(intent) = rows::lock_intent(tx, self.intent_id).await? {
                    if let (Some(contact), Some(customer)) = (intent.contact_id, customer) {
                        let contact = contacts::now_known_as(tx, contact).await?;
                        mandates::know(tx, contact, *provider, customer).await?;
                    }
                    rows::keep_opened(tx, &intent, *provider, opened).await?;
                }
                Ok(Ended::done(opened.id.as_str()))
            }
            Ok(None) => Ok(Ended::done("No longer wanted.")),
            Err(trouble) => Ok(after(trouble, tx, trip)),
        }
    }
}
