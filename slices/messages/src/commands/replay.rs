//! Reading once more what a provider said since a time: after a fault of ours, or of a copy that was restored.

use super::receive::{LISTED, read_again};
use crate::rows::Call;
use channels::Provider;
use facts::messages::CallsReplayed;
use facts::{Id, InboundId, Time};
use serde::{Deserialize, Serialize};
use store::{Command, Error, Result, Timer, Tx, inbound};

/// Calls that are gone through in one commit, those of other providers among them.
const PAGE: i64 = 100;
/// The most that are read at once.
const MOST: i64 = 1_000_000;

/// Reads once more what a provider said since a time.
pub(crate) struct ReplayCalls {
    pub provider: Provider,
    pub since: Time,
}

impl Command for ReplayCalls {
    const NAME: &'static str = "replay_calls";
    /// How many calls are read.
    type Out = i64;

    async fn run(&self, tx: &mut Tx) -> Result<i64> {
        let Self { provider, since } = *self;
        if !provider.calls_us() {
            return Err(Error::field("provider", "`meta`, `myoperator`, `twilio`, `gateway` or `smtp`"));
        }
        let calls = inbound::count(tx, provider.as_str(), since).await?;
        if calls > MOST {
            return Err(Error::field("since", format!("a later time: more than {MOST} calls came since")));
        }
        if calls > 0 {
            let (by, after) = (tx.now(), (since, InboundId::from_uuid(uuid::Uuid::nil())));
            tx.at(by, ReadAgain { provider, by, after }).await?;
            tx.state(CallsReplayed { provider: provider.to_string(), since, calls }).await?;
        }
        Ok(calls)
    }
}

/// Reads a page of them, in the order in which they came.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ReadAgain {
    provider: Provider,
    /// What came by then.
    by: Time,
    /// The last that was read.
    after: (Time, InboundId),
}

impl Timer for ReadAgain {
    const NAME: &'static str = "read_calls_again";

    fn key(&self) -> String {
        self.provider.to_string()
    }

    async fn ring(&self, tx: &mut Tx) -> Result<()> {
        let page = inbound::since(tx, self.after, self.by, PAGE).await?;
        for call in page.iter().filter(|call| call.provider == self.provider.as_str()) {
            read_again(tx, Call { provider: self.provider, id: call.id, late: call.event_id.starts_with(LISTED) }, &call.body).await?;
        }
        match page.last() {
            Some(last) if page.len() as i64 == PAGE => {
                let after = (last.received_at, last.id);
                tx.at(tx.now(), Self { provider: self.provider, by: self.by, after }).await
            }
            _ => Ok(()),
        }
    }
}
