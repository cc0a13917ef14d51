//! What follows from what became of the messages.

use crate::commands::{SOURCE, send_next, waiting};
use crate::rules;
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

/// A code that has gone one way does not come another way later, where it still waits there for its turn or for its provider.
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
        let Some(moved) = fact.read::<MessageMoved>()? else { return Ok(()) };
        let arrived = matches!(moved.state.as_str(), "delivered" | "read");
        let gone = moved.template == "one_time_code" && (arrived || moved.state == "sent");
        let Some(about) = moved.about.filter(|_| gone) else { return Ok(()) };
        let Some(code) = crate::rows::lock(tx, OtpId::from_uuid(about)).await? else { return Ok(()) };
        let off = rules::called_off(&code.used(), moved.channel, arrived);
        messages::call_off(tx, SOURCE, &code.id.to_string(), &off).await
    }
}
