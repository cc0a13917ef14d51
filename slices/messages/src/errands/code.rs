//! Delivery of one-time codes: as of any other message, on a lane of their own, for which others leave places and tokens.

use super::deliver::{self, Back, lane_of_codes};
use super::pace::Pace;
use crate::model::Message;
use crate::world::World;
use facts::messages::Channel;
use facts::{MessageId, TenantId};
use serde::{Deserialize, Serialize};
use store::{Ended, Errand, Lane, Result, Trip, Tx};

/// Takes a code to its provider. The errand's id is the message's.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct DeliverCode {
    message_id: MessageId,
    channel: Channel,
    per_second: Option<u32>,
}

impl DeliverCode {
    pub(crate) fn of(message: &Message, pace: &Pace) -> Self {
        Self { message_id: message.id, channel: message.channel, per_second: pace.of_channel(message.channel) }
    }
}

impl Errand for DeliverCode {
    const NAME: &'static str = "deliver_code";
    type World = World;
    type Back = Back;

    fn lane(&self, tenant: TenantId) -> Lane {
        Lane { name: lane_of_codes(self.channel, tenant), per_second: self.per_second }
    }

    async fn go(&self, world: &World, trip: &Trip) -> Back {
        deliver::go(world, trip, self.message_id).await
    }

    async fn back(&self, _: &World, tx: &mut Tx, trip: &Trip, brought: &Back) -> Result<Ended> {
        deliver::back(tx, trip, brought).await
    }
}
