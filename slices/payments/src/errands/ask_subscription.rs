//! Asks a provider about a subscription that it runs.

use super::ended::after;
use super::lane;
use crate::mirror::{self, Came, Seen};
use crate::model::LearntBy;
use crate::provider::Provider;
use crate::trouble::Trouble;
use crate::world::World;
use facts::TenantId;
use rand::Rng;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use store::{Ended, Errand, Lane, Next, Result, Trip, Tx};

/// Asks the provider how a subscription stands, and makes that true here.
#[derive(Debug, Serialize, Deserialize)]
pub struct AskSubscription {
    /// Who runs it.
    pub provider: Provider,
    /// The provider's id of it.
    pub theirs: String,
}

/// What the provider said.
pub struct Told(Seen);

impl Errand for AskSubscription {
    const NAME: &'static str = "ask_subscription";
    type World = World;
    type Back = Result<Told, Trouble>;

    fn lane(&self, tenant: TenantId) -> Lane {
        lane(tenant)
    }

    /// Nobody waits for it.
    fn priority(&self) -> i64 {
        6
    }

    fn key(&self) -> Option<String> {
        Some(format!("{}/{}", self.provider, self.theirs))
    }

    async fn go(&self, world: &World, trip: &Trip) -> Self::Back {
        mirror::ask(world, trip.tenant, self.provider, &self.theirs).await.map(Told)
    }

    async fn back(&self, _: &World, tx: &mut Tx, trip: &Trip, brought: &Self::Back) -> Result<Ended> {
        match brought {
            Ok(Told(seen)) => match mirror::keep(tx, seen, LearntBy::Janitor).await? {
                Came::Overtaken => Ok(again(tx)),
                came => Ok(Ended::done(came.words())),
            },
            Err(trouble) => Ok(after(trouble, tx, trip)),
        }
    }
}

/// Goes again soon, since another answer came first; nothing has failed. Spread out, so that two do not meet again.
pub(super) fn again(tx: &mut Tx) -> Ended {
    let pause = Duration::from_millis(tx.dice().random_range(100..=1_000));
    Ended::new(Next::Wait(tx.now().after(pause)), "overtaken", Came::Overtaken.words())
}
