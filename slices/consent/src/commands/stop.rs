//! An address is written to no more.

use super::{changed, linked};
use crate::model::{Addressee, Consent, Reason, Stop};
use crate::{rows, rules};
use facts::consent::{How, Scope};
use facts::messages::Channel;
use store::{Command, Result, Tx};
use uuid::Uuid;

/// Stops an address, at once and also for what is queued already; tells whether it was written to before. Somebody's wish is
/// noted in the log of consent; that nothing arrives is no wish.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn stop(tx: &mut Tx, to: &Addressee, stop: &Stop) -> Result<bool> {
    if stop.reason.is_wish() {
        let saying = rows::Saying { to, scope: stop.scope, said: Consent::Withdrawn, how: stop.how, evidence: &stop.detail };
        rows::say(tx, &saying, true).await?;
    }
    let new = rows::suppress(tx, to, stop).await?;
    if new {
        changed(tx, to, stop.scope, true, stop.how).await?;
    }
    Ok(new)
}

/// Ends offers for whom a link is for, on the channel that it came by.
pub(crate) struct Unsubscribe {
    pub link: Uuid,
    /// By the button of their mail program, or by that of our page.
    pub how: How,
}

impl Command for Unsubscribe {
    const NAME: &'static str = "unsubscribe";
    type Out = Addressee;

    async fn run(&self, tx: &mut Tx) -> Result<Addressee> {
        let to = linked(tx, self.link).await?;
        let wish = Stop { scope: Scope::Marketing, reason: Reason::Unsubscribed, how: self.how, detail: String::new() };
        stop(tx, &to, &wish).await?;
        Ok(to)
    }
}

/// Stops an address on the word of somebody of the shop, or of a program of theirs.
#[derive(Debug, Clone)]
pub(crate) struct StopAddress {
    pub channel: Channel,
    pub address: String,
    pub scope: Scope,
    pub reason: Reason,
    pub detail: String,
    pub how: How,
}

impl Command for StopAddress {
    const NAME: &'static str = "stop_address";
    /// The address in its one spelling.
    type Out = Addressee;

    async fn run(&self, tx: &mut Tx) -> Result<Addressee> {
        let address = rules::address(self.channel, &self.address)?;
        let to = Addressee { channel: self.channel, address, contact_id: None };
        let detail = rules::evidence("detail", &self.detail)?;
        stop(tx, &to, &Stop { scope: self.scope, reason: self.reason, how: self.how, detail }).await?;
        Ok(to)
    }
}
