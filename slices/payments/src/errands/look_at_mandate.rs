//! Asks the provider what has become of what a customer agreed to.

use super::ended::after;
use super::lane;
use crate::janitor::AskForMandate;
use crate::mandates::{self, Mandate, MandateState, Token};
use crate::rules::next_ask;
use crate::trouble::Trouble;
use crate::world::World;
use facts::{MandateId, TenantId};
use serde::{Deserialize, Serialize};
use store::{Ended, Errand, Lane, Result, Trip, Tx};

/// Asks what has become of a mandate, and makes it true.
#[derive(Debug, Serialize, Deserialize)]
pub struct LookAtMandate {
    /// The mandate.
    pub mandate_id: MandateId,
}

impl Errand for LookAtMandate {
    const NAME: &'static str = "look_at_mandate";
    type World = World;
    /// What the provider says of it; `None` where there is nothing to ask.
    type Back = Result<Option<Token>, Trouble>;

    fn lane(&self, tenant: TenantId) -> Lane {
        lane(tenant)
    }

    fn key(&self) -> Option<String> {
        Some(self.mandate_id.to_string())
    }

    async fn go(&self, world: &World, trip: &Trip) -> Self::Back {
        let known: Option<Mandate> = mandates::find(&mut world.db.read_main(trip.tenant), self.mandate_id).await?;
        let Some(mandate) = known.filter(|mandate| mandate.state != MandateState::Ended) else { return Ok(None) };
        world.line_to(trip.tenant, mandate.provider).await?.token(&mandate).await
    }

    async fn back(&self, _: &World, tx: &mut Tx, trip: &Trip, brought: &Self::Back) -> Result<Ended> {
        let said = match brought {
            Ok(Some(said)) => said,
            Ok(None) => return Ok(Ended::done("There is nothing to ask.")),
            Err(trouble) => return Ok(after(trouble, tx, trip)),
        };
        Ok(Ended::done(match mandates::heard(tx, self.mandate_id, said).await? {
            Some(MandateState::Active) => "The customer can be charged.",
            Some(MandateState::Waiting) => self.wait(tx).await?,
            Some(MandateState::Ended) | None => "The customer cannot be charged by it.",
        }))
    }
}

impl LookAtMandate {
    /// Asks again at the janitor's next hour; after the last one it is given up.
    async fn wait(&self, tx: &mut Tx) -> Result<&'static str> {
        let Some(mandate) = mandates::find(tx, self.mandate_id).await? else { return Ok("It is gone.") };
        match next_ask(mandate.created_at, tx.now(), &[]) {
            Some(at) => tx.at(at, AskForMandate { mandate_id: mandate.id }).await?,
            None => mandates::ended(tx, mandate.id, "The bank never confirmed it.").await?,
        }
        Ok("The bank has not confirmed it yet.")
    }
}
