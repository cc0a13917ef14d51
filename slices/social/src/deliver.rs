//! Delivery: one post to one place, at least once and always under the same id.

use crate::model::{DeliveryState, PlaceState};
use crate::outcome;
use crate::queries::{self, Letter};
use crate::rows::Started;
use facts::{SocialDeliveryId, SocialPlaceId, SocialPostId, TenantId};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use store::{Ended, Errand, Error, Lane, Next, Result, Sending, Trip, Tx};
use webhooks::{Called, Config, Posting};

/// Calls of one place in any second.
const PER_SECOND: u32 = 5;
/// When a delivery is looked at again that could not be read.
pub(crate) const BLINK: Duration = Duration::from_secs(10);

/// Takes a post to one of its places.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct DeliverPost {
    pub delivery_id: SocialDeliveryId,
    pub post_id: SocialPostId,
    pub place_id: SocialPlaceId,
    /// The round that it goes for; in a later one it has nothing to do.
    pub round: i64,
}

/// What a trip came to.
pub(crate) enum Back {
    /// Nothing was left to do.
    Idle,
    /// It could not be looked at.
    Unread(Error),
    /// No posts go to the place.
    Closed(PlaceState),
    /// The place was called.
    Called(Called),
}

impl Errand for DeliverPost {
    const NAME: &'static str = "deliver_post";
    const PLACES: usize = 64;
    const LANE_PLACES: usize = 8;
    type World = Config;
    type Back = Back;

    fn lane(&self, tenant: TenantId) -> Lane {
        Lane { name: format!("social/{tenant}/{}", self.place_id), per_second: Some(PER_SECOND) }
    }

    /// After the messages that customers wait for.
    fn priority(&self) -> i64 {
        6
    }

    fn key(&self) -> Option<String> {
        Some(webhooks::key_of(self.delivery_id, self.round))
    }

    async fn go(&self, world: &Config, trip: &Trip) -> Back {
        self.call(world, trip).await.unwrap_or_else(Back::Unread)
    }

    async fn back(&self, _: &Config, tx: &mut Tx, trip: &Trip, brought: &Back) -> Result<Ended> {
        match brought {
            Back::Idle => Ok(Ended::done("nothing was left to do")),
            Back::Unread(error) => Ok(Ended::new(Next::Wait(tx.now().after(BLINK)), "not_seen", error.to_string())),
            Back::Closed(state) => outcome::closed(tx, trip, self, *state).await,
            Back::Called(called) => outcome::called(tx, trip, self, called).await,
        }
    }
}

impl DeliverPost {
    /// Calls the place, where the post is still to go there.
    async fn call(&self, world: &Config, trip: &Trip) -> Result<Back> {
        let mut read = world.db.read_main(trip.tenant);
        let wanted = |letter: &Letter| letter.state == DeliveryState::Waiting && letter.round == self.round;
        let Some(letter) = queries::letter(&mut read, self.delivery_id).await?.filter(wanted) else { return Ok(Back::Idle) };
        if letter.locked.is_none() || letter.place_state != PlaceState::Active {
            return Ok(Back::Closed(letter.place_state));
        }
        let secrets = letter.secrets().open(&world.vault, trip.tenant, self.place_id, trip.started_at)?;
        let (id, body) = (self.delivery_id.to_string(), serde_json::to_vec(&letter.payload(self.delivery_id))?);
        let posting = Posting { url: &letter.address, id: &id, at: trip.started_at, secrets: &secrets, body };
        Ok(Back::Called(webhooks::call(&world.outside, posting).await?))
    }
}

/// Puts deliveries of a post on their way.
pub(crate) async fn send(tx: &mut Tx, post_id: SocialPostId, started: Vec<Started>) -> Result<()> {
    let errand = |started: Started| DeliverPost { delivery_id: started.id, post_id, place_id: started.place_id, round: started.round };
    tx.send_all(started.into_iter().map(move |started| (errand(started), Sending::default()))).await
}
