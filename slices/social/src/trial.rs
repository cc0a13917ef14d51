//! A place's test: one call that shows whether it takes what is sent.

use crate::deliver::BLINK;
use crate::model::{Place, Tested};
use crate::{queries, rows};
use facts::{SocialPlaceId, TenantId};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Ended, Errand, Error, Kind, Lane, Next, Result, Trip, Tx};
use webhooks::{Called, Config, Posting, Verdict, verdict};

/// How much of an answer is shown, in characters.
const SHOWN: usize = 120;

/// Takes a test to a place, once.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct TryPlace {
    pub place_id: SocialPlaceId,
}

/// What a trip came to.
pub(crate) enum Back {
    /// The place is no more.
    Idle,
    /// It could not be looked at.
    Unread(Error),
    /// The place was called.
    Called(Called),
}

impl Errand for TryPlace {
    const NAME: &'static str = "try_place";
    const PLACES: usize = 64;
    const LANE_PLACES: usize = 8;
    type World = Config;
    type Back = Back;

    fn lane(&self, tenant: TenantId) -> Lane {
        Lane { name: format!("social-test/{tenant}"), per_second: Some(1) }
    }

    fn key(&self) -> Option<String> {
        Some(self.place_id.to_string())
    }

    async fn go(&self, world: &Config, trip: &Trip) -> Back {
        match self.call(world, trip).await {
            Ok(called) => Back::Called(called),
            Err(error) if error.kind() == Kind::NotFound => Back::Idle,
            Err(error) => Back::Unread(error),
        }
    }

    async fn back(&self, _: &Config, tx: &mut Tx, _: &Trip, brought: &Back) -> Result<Ended> {
        let called = match brought {
            Back::Idle => return Ok(Ended::done("the place is no more")),
            Back::Unread(error) => return Ok(Ended::new(Next::Wait(tx.now().after(BLINK)), "not_seen", error.to_string())),
            Back::Called(called) => called,
        };
        let taken = verdict(called.status, None, 0, tx.now()) == Verdict::Taken;
        let answer: String = called.answer.trim().chars().take(SHOWN).collect();
        let said = called.status.map_or(answer.clone(), |status| format!("{status} {answer}"));
        rows::tested(tx, self.place_id, if taken { Tested::Taken } else { Tested::Failed }, said.trim()).await?;
        Ok(Ended::done(if taken { "taken" } else { "not taken" }))
    }
}

impl TryPlace {
    async fn call(&self, world: &Config, trip: &Trip) -> Result<Called> {
        let mut read = world.db.read_main(trip.tenant);
        let place = queries::place(&mut read, self.place_id).await?;
        let held = queries::secrets(&mut read, place.id).await?.filter(|held| held.locked.is_some());
        let held = held.ok_or_else(|| Error::not_found("social place"))?;
        let secrets = held.open(&world.vault, trip.tenant, place.id, trip.started_at)?;
        let Place { name, kind, .. } = &place;
        let id = trip.id.to_string();
        let body = json!({
            "type": "social.test", "id": id, "place": {"id": place.id, "name": name, "kind": kind}, "text": "This is a test. Nothing is to be posted.",
            "link": null, "picture": null, "at": trip.created_at,
        });
        let posting = Posting { url: &place.address, id: &id, at: trip.started_at, secrets: &secrets, body: serde_json::to_vec(&body)? };
        webhooks::call(&world.outside, posting).await
    }
}
