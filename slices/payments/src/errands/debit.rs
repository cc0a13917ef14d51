//! Debits a customer who is not present, after they have had notice of it.

use super::charge::{Charged, called_off, refused, unmade};
use super::ended::after;
use super::lane;
use crate::commands::settle_all;
use crate::mandates;
use crate::model::{IntentState, LearntBy};
use crate::provider::Opened;
use crate::trouble::Trouble;
use crate::world::World;
use crate::{queries, rows};
use facts::{IntentId, TenantId};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use store::{Ended, Errand, Lane, Next, Result, Trip, Tx};

/// How long a debit of which nobody knows what it came to is left alone, so that the provider has it in its lists when it is asked.
const HELD: Duration = Duration::from_secs(15 * 60);
/// How soon the janitor asks about one that was taken on.
const ASK_AFTER: Duration = Duration::from_secs(5 * 60);

/// Debits what an order has announced, once: before each try the order's payments are asked for, and any there is is what became of it.
#[derive(Debug, Serialize, Deserialize)]
pub struct DebitMandate {
    /// The charge.
    pub intent_id: IntentId,
}

impl Errand for DebitMandate {
    const NAME: &'static str = "debit_mandate";
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
        let Some(intent) = queries::intent_by_id(&mut read, self.intent_id).await? else { return Ok(Charged::Unwanted) };
        let (Some(order), Some(mandate_id)) = (intent.provider_order_id.clone(), intent.mandate_id) else { return Ok(Charged::Unwanted) };
        let Some(mandate) = mandates::find(&mut read, mandate_id).await? else { return Ok(Charged::Ended) };
        let line = world.line_to(trip.tenant, mandate.provider).await?;
        let opened = Opened { id: order, url: None };
        let earlier = line.ask(&intent, &opened.id).await?;
        if !earlier.payments.is_empty() {
            return Ok(Charged::Said(line.provider(), opened, earlier));
        }
        if let Some(called_off) = called_off(&intent, &mandate) {
            return Ok(called_off);
        }
        let made = line.debit(&intent, &mandate, &opened.id).await;
        let refusal = match made {
            Ok(()) => None,
            Err(refusal @ Trouble::Refused(..)) => Some(refusal),
            Err(trouble) => return Err(trouble),
        };
        // A bank that declines leaves a payment that says why.
        let came = line.ask(&intent, &opened.id).await?;
        match refusal.filter(|_| came.payments.is_empty()) {
            Some(refusal) => refused(&line, &mandate, refusal).await,
            None => Ok(Charged::Said(line.provider(), opened, came)),
        }
    }

    async fn back(&self, _: &World, tx: &mut Tx, trip: &Trip, brought: &Self::Back) -> Result<Ended> {
        match brought {
            Ok(Charged::Said(_, _, asked)) => {
                if let Some(intent) = rows::lock_intent(tx, self.intent_id).await?.filter(|intent| intent.state == IntentState::Open) {
                    rows::ask_soon(tx, intent.id, intent.created_at, ASK_AFTER).await?;
                }
                let words = settle_all(tx, self.intent_id, asked, LearntBy::Janitor).await?;
                Ok(Ended::done(words.unwrap_or("The money is on its way.")))
            }
            Ok(charged) => unmade(tx, self.intent_id, charged).await,
            Err(trouble) => {
                let held = tx.now().after(HELD);
                let mut ended = after(trouble, tx, trip);
                if let Next::Again(at) = ended.next {
                    ended.next = Next::Again(at.max(held));
                }
                Ok(ended)
            }
        }
    }
}
