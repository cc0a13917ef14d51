//! Sending once more what came to nothing since a time, as after an outage: each as a new message, and each once however often it is asked for.
//! What came too late to be of use, what its reader has stopped and what the provider may have is left as it is.

use super::put;
use super::resend::again;
use crate::model::Message;
use crate::queries;
use crate::rows::{self, Fresh};
use channels::Class;
use facts::messages::{Channel, MessagesRecovered};
use facts::{ErrandId, Id, MessageId, Time};
use serde::{Deserialize, Serialize};
use store::{Command, Error, Result, Timer, Tx};
use uuid::Uuid;
use web::Cursor;

/// Messages that are sent once more in one commit.
const PAGE: i64 = 200;
/// The most that one call sends once more.
pub(crate) const MOST: i64 = 100_000;

/// Which messages that came to nothing.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Failed {
    /// Those that were made from then on.
    pub since: Time,
    pub channel: Option<Channel>,
    /// By what their last failure meant; where nothing is said, all but those that never work.
    pub class: Option<Class>,
    /// About this: a campaign, a journey, an order.
    pub about: Option<Uuid>,
}

/// Sends messages once more that came to nothing.
pub(crate) struct RecoverMessages(pub Failed);

impl Command for RecoverMessages {
    const NAME: &'static str = "recover_messages";
    /// How many go.
    type Out = i64;

    async fn run(&self, tx: &mut Tx) -> Result<i64> {
        let now = tx.now();
        let found = queries::failed_count(tx, &self.0, now, MOST + 1).await?;
        if found > MOST {
            return Err(Error::field("since", format!("a later time: more than {MOST} messages came to nothing since")));
        }
        if found > 0 {
            // What fails once more while it goes through them is not theirs.
            tx.at(now, SendAgain { failed: self.0.clone(), by: now, after: None }).await?;
            tx.state(MessagesRecovered { since: self.0.since, messages: found }).await?;
        }
        Ok(found)
    }
}

/// Sends a page of them.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct SendAgain {
    pub failed: Failed,
    /// Those that were made by then.
    pub by: Time,
    /// The last that was looked at.
    pub after: Option<(Time, MessageId)>,
}

impl Timer for SendAgain {
    const NAME: &'static str = "send_messages_again";

    fn key(&self) -> String {
        let Failed { since, channel, class, about } = &self.failed;
        let (channel, class) = (channel.map_or("", Channel::as_str), class.map_or("", Class::as_str));
        format!("{since}/{channel}/{class}/{}", about.unwrap_or_default())
    }

    async fn ring(&self, tx: &mut Tx) -> Result<()> {
        let after = self.after.map_or(Cursor { at: Time(0), id: Uuid::nil() }, |(at, id)| Cursor { at, id: id.uuid() });
        let page = queries::hold_failed(tx, &self.failed, self.by, after, PAGE).await?;
        let last = page.last().map(|message| (message.created_at, message.id));
        let whole = i64::try_from(page.len()).unwrap_or(PAGE) < PAGE;
        send(tx, page).await?;
        if whole {
            return Ok(());
        }
        tx.at(tx.now(), SendAgain { failed: self.failed.clone(), by: self.by, after: last }).await
    }
}

async fn send(tx: &mut Tx, page: Vec<Message>) -> Result<()> {
    let ids: Vec<MessageId> = page.iter().map(|message| message.id).collect();
    let errands: Vec<ErrandId> = ids.iter().map(|id| ErrandId::from_uuid(id.uuid())).collect();
    tx.recall_all(&errands).await?;
    rows::close(tx, &ids).await?;
    let mut fresh: Vec<Fresh> = Vec::with_capacity(page.len());
    for message in page {
        // It is worth no more for having been tried.
        let worth = message.expires_at;
        fresh.push(again(tx, message, worth));
    }
    put(tx, fresh).await.map(drop)
}
