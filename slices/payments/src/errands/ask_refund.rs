//! Asks the provider what became of a refund that is under way.

use super::ended::after;
use super::lane;
use crate::commands::settle_refund;
use crate::model::RefundState;
use crate::provider::ProviderRefund;
use crate::trouble::Trouble;
use crate::world::World;
use crate::{queries, rows};
use facts::{RefundId, TenantId};
use serde::{Deserialize, Serialize};
use store::{Ended, Errand, Lane, Result, Trip, Tx};

/// Asks what became of a refund that the provider has under way.
#[derive(Debug, Serialize, Deserialize)]
pub struct AskRefund {
    /// The refund.
    pub refund_id: RefundId,
}

impl Errand for AskRefund {
    const NAME: &'static str = "ask_refund";
    type World = World;
    type Back = Result<Option<ProviderRefund>, Trouble>;

    fn lane(&self, tenant: TenantId) -> Lane {
        lane(tenant)
    }

    fn key(&self) -> Option<String> {
        Some(self.refund_id.to_string())
    }

    async fn go(&self, world: &World, trip: &Trip) -> Self::Back {
        let mut read = world.db.read_main(trip.tenant);
        let refund = queries::refund(&mut read, self.refund_id).await?.filter(|refund| refund.state == RefundState::Pending);
        let Some(refund) = refund else { return Ok(None) };
        let Some(payment) = queries::payment(&mut read, refund.payment_id).await? else { return Ok(None) };
        world.line_of(trip.tenant, &payment).await?.find_refund(&refund, &payment.provider_payment_id).await
    }

    async fn back(&self, _: &World, tx: &mut Tx, trip: &Trip, brought: &Self::Back) -> Result<Ended> {
        let found = match brought {
            Ok(found) => found,
            Err(trouble) => return Ok(after(trouble, tx, trip)),
        };
        let words = match found {
            Some(made) => settle_refund(tx, made).await?,
            None => "The provider does not know of it.",
        };
        if let Some(refund) = queries::refund(tx, self.refund_id).await?.filter(|refund| refund.state == RefundState::Pending) {
            rows::ask_for_refund_later(tx, refund.id, refund.created_at).await?;
        }
        Ok(Ended::done(words))
    }
}
