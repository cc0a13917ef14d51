//! Delivery: one call of a provider for one message, and never a second one while the provider may have the first.

use super::pace::Pace;
use super::{hand, outcome};
use crate::caps;
use crate::model::{Message, State, Urgency};
use crate::queries;
use crate::world::World;
use channels::Sent;
use facts::messages::Channel;
use facts::{MessageId, TenantId, Time};
use serde::{Deserialize, Serialize};
use store::{Ended, Errand, Lane, Result, Trip, Tx};

/// Of all lanes together so many messages are on their way from a node: whatever hangs, also with as many webhooks as may be, there are places
/// left for codes.
const PLACES: usize = 256;

/// Takes a message to its provider: all but one-time codes, which are [`DeliverCode`](super::DeliverCode)'s. The errand's id is the message's.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct DeliverMessage {
    message_id: MessageId,
    channel: Channel,
    urgency: Urgency,
    per_second: Option<u32>,
}

impl DeliverMessage {
    pub(crate) fn of(message: &Message, pace: &Pace) -> Self {
        let per_second = pace.of_channel(message.channel);
        Self { message_id: message.id, channel: message.channel, urgency: message.urgency, per_second }
    }
}

/// The lane of a number, or of what else a tenant writes from on a channel. One-time codes have it to themselves: whatever else goes out
/// stands on the lane behind it, so neither its length nor a silence that a provider asks for holds up a code. Both go at one pace.
pub(super) fn lane_of_codes(channel: Channel, tenant: TenantId) -> String {
    format!("{channel}/{tenant}")
}

/// What a trip came to, with the message as it was seen before it left.
pub(crate) enum Back {
    /// The message was not there, or could not be looked at.
    Unseen(Option<store::Error>),
    /// The message was there.
    Seen(Box<Message>, Trial),
}

/// What was done about a message.
pub(crate) enum Trial {
    /// Nothing: it has gone its way already.
    Settled,
    /// Nothing: it came too late.
    Expired,
    /// Nothing: its address is not written to any more.
    Stopped(String),
    /// Nothing: it is held until then, because the provider may have it.
    Held(Time),
    /// Nothing: its reader is not to be woken before then.
    Quiet(Time),
    /// Nothing yet: the try before never came back, so the provider may have it.
    Orphaned,
    /// The provider was called.
    Called {
        /// How that went.
        sent: Sent,
        /// Whether the provider may have had the message before.
        perhaps_again: bool,
    },
}

/// What to do about a message, before anything leaves: `None` is to call the provider.
pub(crate) fn before(message: &Message, now: Time, cut: bool) -> Option<Trial> {
    let held = message.retry_at.filter(|until| message.state == State::Unknown && *until > now);
    match message.state {
        _ if message.provider_has_it() => Some(Trial::Settled),
        State::Suppressed | State::Expired => Some(Trial::Settled),
        _ if held.is_some() => held.map(Trial::Held),
        _ if cut => Some(Trial::Orphaned),
        _ if message.expires_at <= now => Some(Trial::Expired),
        _ => message.stopped.clone().map(Trial::Stopped).or_else(|| quiet(message, now).map(Trial::Quiet)),
    }
}

/// Until when its reader is not to be written to. Hours that cannot be read are none: they were read before it was queued.
fn quiet(message: &Message, now: Time) -> Option<Time> {
    let hours = message.hours.as_ref()?;
    hours.0.opens(now, message.channel, &message.address).ok().filter(|opens| *opens > now)
}

/// Whether the last try that looked at the message never came back. That an errand was reopened stays true for all
/// its later tries, but once such a try has been answered with a hold, the next one after it may call.
async fn cut(world: &World, trip: &Trip) -> Result<bool> {
    if !trip.reopened {
        return Ok(false);
    }
    let attempts = store::errand::attempts(&mut world.db.read_main(trip.tenant), trip.id).await?;
    let looked =
        |attempt: &&store::errand::Attempt| attempt.try_number < trip.try_number && attempt.class.as_deref() != Some(outcome::NOT_SEEN);
    Ok(attempts.iter().rev().find(looked).is_some_and(|attempt| attempt.finished_at.is_none()))
}

async fn call(world: &World, tenant: TenantId, message: &Message) -> Trial {
    let perhaps_again = message.state == State::Unknown;
    Trial::Called { sent: hand::hand(world, tenant, message).await, perhaps_again }
}

impl Errand for DeliverMessage {
    const NAME: &'static str = "deliver_message";
    type World = World;
    type Back = Back;
    const PLACES: usize = PLACES;

    fn lane(&self, tenant: TenantId) -> Lane {
        Lane { name: format!("{}/rest", lane_of_codes(self.channel, tenant)), per_second: self.per_second }
    }

    fn behind(&self, tenant: TenantId) -> Option<String> {
        Some(lane_of_codes(self.channel, tenant))
    }

    fn priority(&self) -> i64 {
        self.urgency.priority()
    }

    async fn go(&self, world: &World, trip: &Trip) -> Back {
        go(world, trip, self.message_id).await
    }

    async fn back(&self, _: &World, tx: &mut Tx, trip: &Trip, brought: &Back) -> Result<Ended> {
        back(tx, trip, brought).await
    }
}

/// One trip of a message: a look at it, and a call where nothing speaks against it.
pub(super) async fn go(world: &World, trip: &Trip, id: MessageId) -> Back {
    let message = match queries::letter(&mut world.db.read_main(trip.tenant), id).await {
        Ok(Some(message)) => message,
        Ok(None) => return Back::Unseen(None),
        Err(error) => return Back::Unseen(Some(error)),
    };
    let cut = match cut(world, trip).await {
        Ok(cut) => cut,
        Err(error) => return Back::Unseen(Some(error)),
    };
    let trial = match before(&message, trip.started_at, cut) {
        Some(trial) => trial,
        None => match caps::leaves(&world.db, trip.tenant, &message).await {
            Ok(true) => call(world, trip.tenant, &message).await,
            Ok(false) => Trial::Stopped(caps::CAPPED.to_owned()),
            Err(error) => return Back::Unseen(Some(error)),
        },
    };
    Back::Seen(Box::new(message), trial)
}

/// Writes down what it came to.
pub(super) async fn back(tx: &mut Tx, trip: &Trip, brought: &Back) -> Result<Ended> {
    match brought {
        Back::Unseen(error) => Ok(outcome::unseen(tx, error.as_ref())),
        Back::Seen(message, trial) => outcome::write(tx, trip, message, trial).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::message;

    #[test]
    fn before_anything_leaves() {
        let word = |trial: Option<Trial>| match trial {
            None => "call",
            Some(Trial::Settled) => "settled",
            Some(Trial::Expired) => "expired",
            Some(Trial::Stopped(_)) => "stopped",
            Some(Trial::Held(_)) => "held",
            Some(Trial::Quiet(_)) => "quiet",
            Some(Trial::Orphaned) => "orphaned",
            Some(Trial::Called { .. }) => "called",
        };
        let now = Time(1_000);
        for (state, retry_at, expires_at, stopped, cut, expected) in [
            (State::Queued, None, 2_000, false, false, "call"),
            (State::Scheduled, None, 2_000, false, false, "call"),
            (State::Queued, None, 2_000, false, true, "orphaned"),
            (State::Queued, None, 1_000, false, false, "expired"),
            (State::Queued, None, 2_000, true, false, "stopped"),
            (State::Failed, Some(900), 2_000, false, false, "call"),
            (State::Failed, Some(900), 2_000, false, true, "orphaned"),
            (State::Failed, None, 2_000, false, false, "settled"),
            (State::Unknown, Some(1_001), 2_000, false, false, "held"),
            (State::Unknown, Some(1_001), 2_000, false, true, "held"),
            (State::Unknown, Some(1_000), 2_000, false, false, "call"),
            (State::Unknown, Some(1_000), 2_000, false, true, "orphaned"),
            (State::Unknown, Some(1_000), 900, false, false, "expired"),
            (State::Dead, None, 2_000, false, false, "call"),
            (State::Sent, None, 2_000, false, true, "settled"),
            (State::Delivered, None, 2_000, false, false, "settled"),
            (State::Read, None, 900, false, false, "settled"),
            (State::Suppressed, None, 2_000, false, false, "settled"),
            (State::Expired, None, 2_000, false, true, "settled"),
        ] {
            let mut seen = message(state);
            seen.retry_at = retry_at.map(Time);
            seen.expires_at = Time(expires_at);
            seen.stopped = stopped.then(|| "asked us to stop".to_owned());
            assert_eq!(word(before(&seen, now, cut)), expected, "{state} {retry_at:?} {cut}");
        }
    }

    #[test]
    fn a_retry_waits_for_the_morning() {
        let hours = crate::hours::Hours { from: "21:00".to_owned(), to: "09:00".to_owned(), zone: "Asia/Kolkata".to_owned() };
        let seen = Message { hours: Some(store::Json(hours)), retry_at: Some(Time(0)), ..message(State::Failed) };
        let before = |now: &str| before(&Message { retry_at: Some(now.parse().unwrap()), ..seen.clone() }, now.parse().unwrap(), false);
        // 22:00 and 9:00 in India.
        assert!(matches!(before("2026-11-22T16:30:00Z"), Some(Trial::Quiet(until)) if until == "2026-11-23T03:30:00Z".parse().unwrap()));
        assert!(before("2026-11-23T03:30:00Z").is_none());
    }
}
