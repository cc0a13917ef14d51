//! Charges a customer who is not present.

use super::ended::after;
use super::lane;
use crate::commands::{refuse_charge, settle_all};
use crate::mandates::{self, MandateState};
use crate::model::{IntentState, LearntBy};
use crate::provider::{Asked, Opened, Provider};
use crate::trouble::Trouble;
use crate::world::World;
use crate::{queries, rows};
use facts::{IntentId, TenantId};
use serde::{Deserialize, Serialize};
use store::{Ended, Errand, Lane, Result, Trip, Tx};

/// Charges an intent's mandate, once: the intent's id is the provider's idempotency key, so a try that follows another is answered
/// with what became of the first.
#[derive(Debug, Serialize, Deserialize)]
pub struct ChargeMandate {
    /// The intent.
    pub intent_id: IntentId,
}

/// What a trip came to.
#[derive(Debug)]
pub enum Charged {
    /// Who was asked, and what became of it.
    Said(Provider, Opened, Asked),
    /// Nobody wants it any more.
    Unwanted,
    /// The customer has taken back what they had agreed to.
    Ended,
}

impl Errand for ChargeMandate {
    const NAME: &'static str = "charge_mandate";
    type World = World;
    type Back = Result<Charged, Trouble>;

    fn lane(&self, tenant: TenantId) -> Lane {
        lane(tenant)
    }

    /// Nobody waits for it.
    fn priority(&self) -> i64 {
        6
    }

    fn key(&self) -> Option<String> {
        Some(self.intent_id.to_string())
    }

    async fn go(&self, world: &World, trip: &Trip) -> Self::Back {
        let mut read = world.db.read_main(trip.tenant);
        let intent = queries::intent_by_id(&mut read, self.intent_id).await?;
        let Some(intent) = intent.filter(|intent| intent.provider_order_id.is_none()) else { return Ok(Charged::Unwanted) };
        let mandate = match intent.mandate_id {
            Some(id) => mandates::find(&mut read, id).await?,
            None => None,
        };
        let Some(mandate) = mandate else { return Ok(Charged::Ended) };
        let called_off = match (intent.state, mandate.state) {
            (IntentState::Cancelled, _) => Some(Charged::Unwanted),
            (_, MandateState::Ended) => Some(Charged::Ended),
            _ => None,
        };
        let line = world.line_to(trip.tenant, mandate.provider).await?;
        let found = match called_off {
            None => Some(line.charge(&intent, &mandate).await?),
            Some(called_off) if trip.try_number == 1 && !trip.reopened => return Ok(called_off),
            // An earlier try may have charged it: that has to be heard of, and must not be made now.
            Some(called_off) => match line.find_charge(&intent, &mandate).await? {
                None => return Ok(called_off),
                found => found,
            },
        };
        Ok(found.map_or(Charged::Unwanted, |(opened, asked)| Charged::Said(line.provider(), opened, asked)))
    }

    async fn back(&self, _: &World, tx: &mut Tx, trip: &Trip, brought: &Self::Back) -> Result<Ended> {
        match brought {
            Ok(Charged::Said(provider, opened, asked)) => {
                if let Some(intent) = rows::lock_intent(tx, self.intent_id).await? {
                    rows::keep_opened(tx, &intent, *provider, opened).await?;
                }
                let words = settle_all(tx, self.intent_id, asked, LearntBy::Janitor).await?;
                Ok(Ended::done(words.unwrap_or("The money is on its way.")))
            }
            Ok(Charged::Unwanted) => Ok(Ended::done("No longer wanted.")),
            Ok(Charged::Ended) => {
                refuse_charge(tx, self.intent_id, "The customer is charged by it no more.").await?;
                Ok(Ended::done("The customer is charged by it no more."))
            }
            Err(Trouble::Refused(status, words)) => {
                refuse_charge(tx, self.intent_id, words).await?;
                Ok(Ended::done(format!("{words} ({status})")))
            }
            Err(trouble) => Ok(after(trouble, tx, trip)),
        }
    }
}
