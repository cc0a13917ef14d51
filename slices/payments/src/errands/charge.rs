//! Charges a customer who is not present.

use super::ended::after;
use super::lane;
use crate::commands::{refuse_charge, settle_all};
use crate::line::Line;
use crate::mandates::{self, Mandate, MandateState, NOTICE};
use crate::model::{Intent, IntentState, LearntBy};
use crate::provider::{Asked, Opened, Provider};
use crate::trouble::Trouble;
use crate::world::World;
use crate::{queries, rows};
use facts::{IntentId, TenantId, Time};
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
    /// The provider will not make it, in its words, and whether it never can by this mandate.
    Refused(String, bool),
}

/// Why a charge is not to be made any more, where that is so.
pub(super) fn called_off(intent: &Intent, mandate: &Mandate) -> Option<Charged> {
    match (intent.state, mandate.state) {
        (IntentState::Cancelled | IntentState::Paid, _) => Some(Charged::Unwanted),
        (_, MandateState::Active) => None,
        (_, MandateState::Waiting | MandateState::Ended) => Some(Charged::Ended),
    }
}

/// What a refusal means: the provider knows whether the agreement itself is over. Any other trouble stays one.
pub(super) async fn refused(line: &Line<'_>, mandate: &Mandate, trouble: Trouble) -> Result<Charged, Trouble> {
    match trouble {
        Trouble::Refused(_, words) => Ok(Charged::Refused(words, line.is_over(mandate).await?)),
        other => Err(other),
    }
}

/// Makes true what a trip came to where nothing was charged by it. Gives what to write of it.
pub(super) async fn unmade(tx: &mut Tx, id: IntentId, charged: &Charged) -> Result<Ended> {
    const TAKEN_BACK: &str = "The customer is charged by it no more.";
    Ok(match charged {
        Charged::Said(..) | Charged::Unwanted => Ended::done("No longer wanted."),
        Charged::Ended => {
            refuse_charge(tx, id, TAKEN_BACK, true).await?;
            Ended::done(TAKEN_BACK)
        }
        Charged::Refused(words, hard) => {
            refuse_charge(tx, id, words, *hard).await?;
            Ended::done(words.as_str())
        }
    })
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
        let line = world.line_to(trip.tenant, mandate.provider).await?;
        let again = trip.try_number > 1 || trip.reopened;
        let found = match called_off(&intent, &mandate) {
            None => match line.charge(&intent, &mandate, again, debit_after(trip)).await {
                Ok(made) => Some(made),
                Err(trouble) => return refused(&line, &mandate, trouble).await,
            },
            Some(called_off) if !again => return Ok(called_off),
            // An earlier try may have charged it: that has to be heard of, and must not be made now.
            Some(called_off) => match line.find_charge(&intent, &mandate).await? {
                None => return Ok(called_off),
                found => found,
            },
        };
        Ok(found.map_or(Charged::Unwanted, |(opened, asked)| Charged::Said(line.provider(), opened, asked)))
    }

    async fn back(&self, _: &World, tx: &mut Tx, trip: &Trip, brought: &Self::Back) -> Result<Ended> {
        // Whoever finds the provider's order by its receipt knows from when on it may be debited.
        if !matches!(brought, Ok(Charged::Unwanted)) {
            rows::put_off_debit(tx, self.intent_id, debit_after(trip)).await?;
        }
        match brought {
            Ok(Charged::Said(provider, opened, asked)) => {
                if let Some(intent) = rows::lock_intent(tx, self.intent_id).await? {
                    rows::keep_opened(tx, &intent, *provider, opened).await?;
                }
                let words = settle_all(tx, self.intent_id, asked, LearntBy::Janitor).await?;
                Ok(Ended::done(words.unwrap_or("The money is on its way.")))
            }
            Ok(charged) => unmade(tx, self.intent_id, charged).await,
            Err(trouble) => Ok(after(trouble, tx, trip)),
        }
    }
}

/// When what a trip gives notice of may be debited.
fn debit_after(trip: &Trip) -> Time {
    trip.started_at.after(NOTICE)
}
