//! Asks the provider to give money back.

use super::ended::after;
use super::lane;
use crate::commands::{refuse_refund, settle_refund};
use crate::model::RefundState;
use crate::provider::ProviderRefund;
use crate::queries;
use crate::trouble::Trouble;
use crate::world::World;
use facts::{RefundId, TenantId};
use serde::{Deserialize, Serialize};
use store::{Ended, Errand, Lane, Next, Result, Trip, Tx};

/// Asks the provider to make a refund, once: its id is the provider's idempotency key, and a try that follows another
/// looks for the refund before it asks again.
#[derive(Debug, Serialize, Deserialize)]
pub struct SendRefund {
    /// The refund.
    pub refund_id: RefundId,
}

impl Errand for SendRefund {
    const NAME: &'static str = "send_refund";
    type World = World;
    /// The provider's refund; `None` where it is no longer ours to ask for.
    type Back = Result<Option<ProviderRefund>, Trouble>;

    fn lane(&self, tenant: TenantId) -> Lane {
        lane(tenant)
    }

    fn priority(&self) -> i64 {
        3
    }

    fn key(&self) -> Option<String> {
        Some(self.refund_id.to_string())
    }

    async fn go(&self, world: &World, trip: &Trip) -> Self::Back {
        let mut read = world.db.read_main(trip.tenant);
        let refund = queries::refund(&mut read, self.refund_id).await?.filter(|refund| refund.state == RefundState::Requested);
        let Some(refund) = refund else { return Ok(None) };
        let Some(payment) = queries::payment(&mut read, refund.payment_id).await? else { return Ok(None) };
        let line = world.line_of(trip.tenant, &payment).await?;
        if trip.try_number > 1 || trip.reopened {
            let made = line.find_refund(&refund, &payment.provider_payment_id).await?;
            if made.is_some() {
                return Ok(made);
            }
        }
        line.give_back(&refund, &payment.provider_payment_id).await.map(Some)
    }

    async fn back(&self, _: &World, tx: &mut Tx, trip: &Trip, brought: &Self::Back) -> Result<Ended> {
        match brought {
            Ok(Some(made)) => Ok(Ended::done(settle_refund(tx, made).await?)),
            Ok(None) => Ok(Ended::done("No longer wanted.")),
            Err(trouble @ Trouble::Refused(..)) => {
                if let Some(refund) = queries::refund(tx, self.refund_id).await? {
                    refuse_refund(tx, &refund, &trouble.to_string()).await?;
                }
                Ok(Ended::new(Next::Done, trouble.class(), trouble.to_string()))
            }
            Err(trouble) => Ok(after(trouble, tx, trip)),
        }
    }
}
