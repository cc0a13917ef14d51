//! Who is not written to: asked of consent when a message is queued, and told to it when a provider says so. What is queued
//! already is asked about once more as it leaves, in the look at the message itself ([`crate::queries::letter`]).

use crate::account::is_account_mail;
use crate::content::{CAMPAIGN, JOURNEY};
use crate::model::{Message, State, Urgency};
use crate::rows::Fresh;
use channels::{Class as Failed, Failure};
use consent::{Addressee, Class, Reason, Stop};
use facts::ContactId;
use facts::consent::{How, Scope};
use facts::messages::Channel;
use std::collections::BTreeSet;
use store::{Result, Tx};

/// What a message is to the person who gets it. A mail about somebody's own account was asked for, whatever they want of a shop.
pub(crate) fn class(message: &Message) -> Class {
    match message.urgency {
        _ if is_account_mail(message) => Class::Asked,
        Urgency::Otp | Urgency::Reply => Class::Asked,
        Urgency::Transactional => Class::Service,
        Urgency::Bulk if matches!(message.template.as_str(), CAMPAIGN | JOURNEY) => Class::Marketing,
        Urgency::Bulk => Class::Personal,
    }
}

/// Marks those of these messages whose address is not written to. One whose address is stopped at this very moment is found out
/// on its way.
pub(crate) async fn suppress(tx: &mut Tx, all: &mut [Fresh]) -> Result<()> {
    // A few at the most: every message of a kind goes by the same one.
    let ways: BTreeSet<(Channel, Class)> = all.iter().map(|fresh| (fresh.message.channel, class(&fresh.message))).collect();
    for way in ways {
        let is_one = |fresh: &Fresh| (fresh.message.channel, class(&fresh.message)) == way;
        let addresses: Vec<&str> = all.iter().filter(|fresh| is_one(fresh)).map(|fresh| fresh.message.address.as_str()).collect();
        let stopped = consent::why_not(tx, way.0, &addresses, way.1).await?;
        for fresh in all.iter_mut().filter(|fresh| is_one(fresh)) {
            if let Some(why) = stopped.get(&fresh.message.address) {
                fresh.message.state = State::Suppressed;
                fresh.message.reason = Some(why.as_str().to_owned());
            }
        }
    }
    Ok(())
}

/// Makes the links by which readers of these messages end offers, for those that sell something.
pub(crate) async fn link(tx: &mut Tx, all: &[Fresh]) -> Result<()> {
    let sells = all.iter().map(|fresh| &fresh.message).filter(|message| message.urgency == Urgency::Bulk);
    let all: Vec<(Channel, &str, Option<ContactId>)> =
        sells.map(|message| (message.channel, message.address.as_str(), message.contact_id)).collect();
    if all.is_empty() { Ok(()) } else { consent::link(tx, &all).await }
}

/// Writes no more to the address of a message, where that is what a failure means.
pub(crate) async fn stop(tx: &mut Tx, message: &Message, failure: &Failure) -> Result<()> {
    let Some(scope) = failure.suppress.filter(|_| !message.address.is_empty()) else { return Ok(()) };
    let reason = match failure.class {
        Failed::Suppressed => Reason::ProviderOptOut,
        _ if message.channel == Channel::Email => Reason::Bounced,
        _ => Reason::Undeliverable,
    };
    let to = Addressee { channel: message.channel, address: message.address.clone(), contact_id: message.contact_id };
    let stop = Stop { scope, reason, how: How::Provider, detail: failure.reason.clone() };
    consent::stop(tx, &to, &stop).await.map(drop)
}

/// Sells nothing more to the address of a message that its reader called spam. What follows from what they do is still told.
pub(crate) async fn complained(tx: &mut Tx, message: &Message) -> Result<()> {
    // Whoever is erased has no address any more.
    if message.address.is_empty() {
        return Ok(());
    }
    let to = Addressee { channel: message.channel, address: message.address.clone(), contact_id: message.contact_id };
    let stop = Stop { scope: Scope::Marketing, reason: Reason::Complained, how: How::Provider, detail: String::new() };
    consent::stop(tx, &to, &stop).await.map(drop)
}
