//! Asks the provider what became of an intent.

use super::ended::after;
use super::lane;
use crate::commands::settle_all;
use crate::model::LearntBy;
use crate::provider::{Asked, Opened, Provider};
use crate::trouble::Trouble;
use crate::world::World;
use crate::{queries, rows};
use facts::{IntentId, TenantId};
use serde::{Deserialize, Serialize};
use store::{Ended, Errand, Lane, Look, Result, Trip, Tx, params, sql};

/// Asks the provider for every try at paying an intent, takes the money of one that is only authorised, and settles
/// what there is.
#[derive(Debug, Serialize, Deserialize)]
pub struct AskProvider {
    /// The intent.
    pub intent_id: IntentId,
    /// On whose account we ask.
    pub learnt_by: LearntBy,
}

/// What the provider said: who, of what, and what became of it.
pub type Said = Option<(Provider, Opened, Asked)>;

impl Errand for AskProvider {
    const NAME: &'static str = "ask_provider";
    type World = World;
    type Back = Result<Said, Trouble>;

    fn lane(&self, tenant: TenantId) -> Lane {
        lane(tenant)
    }

    /// A buyer who has come back waits for it; the janitor has time.
    fn priority(&self) -> i64 {
        if self.learnt_by == LearntBy::Return { 1 } else { 5 }
    }

    fn key(&self) -> Option<String> {
        Some(format!("{}/{}", self.intent_id, self.learnt_by))
    }

    async fn go(&self, world: &World, trip: &Trip) -> Self::Back {
        let intent = queries::intent_by_id(&mut world.db.read_main(trip.tenant), self.intent_id).await?;
        let Some(intent) = intent else { return Ok(None) };
        let line = world.line(trip.tenant, &intent).await?;
        let Some(opened) = line.find(&intent).await? else { return Ok(None) };
        let asked = line.ask(&intent, &opened.id).await?;
        Ok(Some((line.provider(), opened, asked)))
    }

    async fn back(&self, _: &World, tx: &mut Tx, trip: &Trip, brought: &Self::Back) -> Result<Ended> {
        let said = match brought {
            Ok(said) => said,
            Err(trouble) => return Ok(after(trouble, tx, trip)),
        };
        let mut words = "Nobody has tried to pay.";
        if let Some((provider, opened, asked)) = said
            && let Some(intent) = rows::lock_intent(tx, self.intent_id).await?
        {
            rows::keep_opened(tx, &intent, *provider, opened).await?;
            words = settle_all(tx, self.intent_id, asked, self.learnt_by).await?.unwrap_or(words);
        }
        tx.put(
            sql!("UPDATE intents SET asks = asks + 1, asked_at = $3 WHERE tenant_id = $1 AND id = $2"),
            params![tx.tenant(), self.intent_id, tx.now()],
        )
        .await?;
        Ok(Ended::done(words))
    }
}

/// Sends somebody to ask now: one who waits to go again is hurried, so nobody asks twice at once.
///
/// # Errors
/// Whatever the database refuses.
pub(crate) async fn ask_now(tx: &mut Tx, intent_id: IntentId, learnt_by: LearntBy) -> Result<()> {
    let errand = AskProvider { intent_id, learnt_by };
    let key = errand.key();
    if tx.send(errand).await?.is_some() {
        return Ok(());
    }
    let alive: Option<facts::ErrandId> = tx
        .maybe(
            sql!("SELECT id FROM errands WHERE tenant_id = $1 AND name = $2 AND key = $3 AND state <> 'buried' AND state = 'waiting'"),
            params![tx.tenant(), AskProvider::NAME, key],
        )
        .await?;
    if let Some(id) = alive {
        tx.hurry(id).await?;
    }
    Ok(())
}
