//! Receipts: kept word for word, each once, and applied in the same commit.

use crate::classes::by_code;
use crate::life;
use crate::model::{Message, State};
use crate::queries;
use crate::receipts::{self, Receipt};
use crate::rows::{self, Change};
use crate::stops;
use facts::{ErrandId, Id, InboundId};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use store::{Command, Result, Timer, Tx, inbound};

/// Who sends these.
const PROVIDER: &str = "myoperator";
/// A receipt may be here before the answer to its own call: it is looked at again after these.
const LATER: [Duration; 3] = [Duration::from_secs(5), Duration::from_secs(30), Duration::from_secs(300)];

/// Keeps a webhook and applies what it says; tells how many receipts moved a message.
pub(crate) struct ReceiveReceipts {
    pub event_id: String,
    pub body: Vec<u8>,
}

impl Command for ReceiveReceipts {
    const NAME: &'static str = "receive_receipts";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        match tx.receive(PROVIDER, &self.event_id, &self.body).await? {
            Some(id) => work_on(tx, id, &self.body, 0).await,
            None => Ok(()),
        }
    }
}

/// Looks once more for the message of a receipt that came before its id was known.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct MatchReceipts {
    inbound_id: InboundId,
    looks: usize,
}

impl Timer for MatchReceipts {
    const NAME: &'static str = "match_receipts";

    fn key(&self) -> String {
        self.inbound_id.to_string()
    }

    async fn ring(&self, tx: &mut Tx) -> Result<()> {
        match inbound::find(tx, self.inbound_id).await? {
            Some(inbound) => work_on(tx, inbound.id, &inbound.body, self.looks).await,
            None => Ok(()),
        }
    }
}

async fn work_on(tx: &mut Tx, id: InboundId, body: &[u8], looks: usize) -> Result<()> {
    let body = serde_json::from_slice(body).unwrap_or_default();
    let (mut known, mut unknown) = (0, 0);
    for receipt in receipts::read(&body) {
        match find(tx, &receipt).await? {
            Some(message) => {
                known += 1;
                apply(tx, &message, &receipt).await?;
            }
            None => unknown += 1,
        }
    }
    if unknown > 0
        && let Some(wait) = LATER.get(looks)
    {
        return tx.at(tx.now().after(*wait), MatchReceipts { inbound_id: id, looks: looks + 1 }).await;
    }
    tx.processed(id, &format!("{known} receipts, {unknown} for messages not known here")).await
}

async fn find(tx: &mut Tx, receipt: &Receipt) -> Result<Option<Message>> {
    if let Some(id) = receipt.reference
        && let Some(message) = queries::hold(tx, id).await?
    {
        return Ok(Some(message));
    }
    let Some(provider_id) = &receipt.provider_id else { return Ok(None) };
    match queries::by_provider_id(tx, provider_id).await? {
        Some(id) => queries::hold(tx, id).await,
        None => Ok(None),
    }
}

/// Moves the message forward, and takes its errand back: the provider has it, so it must not go again.
async fn apply(tx: &mut Tx, message: &Message, receipt: &Receipt) -> Result<()> {
    if !rows::keep_receipt(tx, message.id, PROVIDER, receipt).await? {
        return Ok(());
    }
    let there = message.provider_has_it();
    if !there {
        tx.recall(ErrandId::from_uuid(message.id.uuid())).await?;
    }
    let to = life::after_receipt(message.state, there, receipt.status);
    if there && to == message.state {
        return Ok(());
    }
    let mut change = Change { provider_id: receipt.provider_id.clone(), sent: true, ..Change::default() };
    if to == State::Failed {
        failed(tx, message, receipt, &mut change).await?;
    }
    rows::shift(tx, message.id, message.state, to, &change).await?;
    tx.state(message.moved(to, change.reason.as_deref())).await?;
    Ok(())
}

/// Says why, and stops writing to those who asked for it.
async fn failed(tx: &mut Tx, message: &Message, receipt: &Receipt, change: &mut Change) -> Result<()> {
    let code = receipt.code.clone().unwrap_or_default();
    let words = receipt.detail.clone().unwrap_or_default();
    let failure = by_code(&code, &words);
    change.reason = Some(match &failure {
        Some(failure) => failure.reason.clone(),
        None => format!("WhatsApp could not deliver it ({code} {words})"),
    });
    if let Some(failure) = failure {
        change.class = Some(failure.class);
        stops::stop(tx, message, &failure).await?;
    }
    Ok(())
}
