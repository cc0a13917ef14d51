//! What follows from what became of the messages.

use crate::commands::{SOURCE, send_next, waiting};
use async_trait::async_trait;
use facts::messages::MessageMoved;
use facts::{Id, OtpId};
use store::{Reaction, Result, Stated, Tx};

/// A code whose message cannot be delivered goes by the next channel at once.
pub(crate) struct FallBackWhenUndelivered;

#[async_trait]
impl Reaction for FallBackWhenUndelivered {
    fn name(&self) -> &'static str {
        "fall_back_when_undelivered"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &["message.moved"]
    }

    async fn react(&self, tx: &mut Tx, fact: &Stated) -> Result<()> {
        let Some(moved) = fact.read::<MessageMoved>()? else { return Ok(()) };
        let failed = matches!(moved.state.as_str(), "failed" | "dead" | "suppressed" | "unknown");
        let (true, Some(about)) = (failed && moved.template == "one_time_code", moved.about) else { return Ok(()) };
        let id = OtpId::from_uuid(about);
        let Some(code) = crate::rows::lock(tx, id).await? else { return Ok(()) };
        // Only where it was the last that was sent: an earlier one's failure has had its follower.
        if code.channel(code.sends - 1) != Some(moved.channel) {
            return Ok(());
        }
        match waiting(tx, id, code.sends).await? {
            Some(code) => send_next(tx, code).await.map(drop),
            None => Ok(()),
        }
    }
}

/// A code that has arrived one way does not come another way later, where it still waits there for its turn or for its provider. That a
/// provider took it is not enough: operators lose what they take, and then the other way is the one that is left.
pub(crate) struct CallOffOtherWays;

#[async_trait]
impl Reaction for CallOffOtherWays {
    fn name(&self) -> &'static str {
        "call_off_other_ways"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &["message.moved"]
    }

    async fn react(&self, tx: &mut Tx, fact: &Stated) -> Result<()> {
        let Some(moved) = fact.read::<MessageMoved>()?.filter(|moved| moved.template == "one_time_code") else { return Ok(()) };
        let arrived = matches!(moved.state.as_str(), "delivered" | "read");
        // A try that was out when the code arrived elsewhere comes back as failed, and would be made again.
        let Some(about) = moved.about.filter(|_| arrived || moved.state == "failed") else { return Ok(()) };
        let Some(code) = crate::rows::lock(tx, OtpId::from_uuid(about)).await? else { return Ok(()) };
        let (reference, mut others) = (code.id.to_string(), code.used());
        others.retain(|channel| *channel != moved.channel);
        if arrived {
            return messages::call_off(tx, SOURCE, &reference, &others).await;
        }
        // Few: the channels of one code.
        for other in others {
            if messages::has_arrived(tx, SOURCE, &reference, other).await? {
                return messages::call_off(tx, SOURCE, &reference, &[moved.channel]).await;
            }
        }
        Ok(())
    }
}
