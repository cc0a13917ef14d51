//! Makes the provider's order that a buyer pays.

use super::ended::after;
use super::lane;
use crate::model::IntentState;
use crate::razorpay::Trouble;
use crate::world::World;
use crate::{queries, rows};
use facts::{IntentId, TenantId};
use serde::{Deserialize, Serialize};
use store::{Ended, Errand, Lane, Result, Trip, Tx};

/// Makes the provider's order of an intent, once: our receipt was stored before, and a try that follows another asks
/// for the order of that receipt before it makes one.
#[derive(Debug, Serialize, Deserialize)]
pub struct CreateProviderOrder {
    /// The intent.
    pub intent_id: IntentId,
}

impl Errand for CreateProviderOrder {
    const NAME: &'static str = "create_provider_order";
    type World = World;
    /// The provider's order; `None` where none was wanted any more.
    type Back = Result<Option<String>, Trouble>;

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
        let Some(intent) = intent.filter(|intent| intent.provider_order_id.is_none() && intent.state != IntentState::Cancelled) else {
            return Ok(None);
        };
        let razorpay = world.razorpay(trip.tenant).await?;
        if trip.try_number > 1 || trip.reopened {
            let made = razorpay.order_of_receipt(&intent.receipt).await?;
            if made.is_some() {
                return Ok(made);
            }
        }
        razorpay.make_order(&intent).await.map(Some)
    }

    async fn back(&self, _: &World, tx: &mut Tx, trip: &Trip, brought: &Self::Back) -> Result<Ended> {
        match brought {
            Ok(Some(order)) => {
                if let Some(intent) = rows::lock_intent(tx, self.intent_id).await? {
                    rows::keep_provider_order(tx, &intent, order).await?;
                }
                Ok(Ended::done(order.as_str()))
            }
            Ok(None) => Ok(Ended::done("No longer wanted.")),
            Err(trouble) => Ok(after(trouble, tx, trip)),
        }
    }
}
