//! Mails whose links and images show what became of them: written anew as they leave, so that nothing is stored for it. Where a link
//! leads is read from the stored text, in the same order.

use crate::content::{CAMPAIGN, JOURNEY};
use crate::link_token::{self, Place};
use crate::links;
use crate::model::{Message, Urgency};
use crate::world::World;
use facts::messages::Channel;
use facts::{ContactId, MessageId, TenantId, Time};
use serde::Deserialize;
use std::borrow::Cow;
use store::{Look, Result, many, sql};
use uuid::Uuid;

/// What says whether mails are tracked: `true` where nothing is set.
const SETTING: &str = "messages.track";

/// The message with links that come by us; as it is where it goes otherwise than by mail, sells nothing, or its shop does not want it. What
/// leads one person back to their own order says who they are, and is no campaign's.
///
/// # Errors
/// Whatever the engine refuses.
pub(crate) async fn rewritten<'m>(world: &World, tenant: TenantId, message: &'m Message) -> Result<Cow<'m, Message>> {
    let sells = message.urgency == Urgency::Bulk && matches!(message.template.as_str(), CAMPAIGN | JOURNEY);
    let look = &mut world.db.read(tenant);
    if !sells || message.channel != Channel::Email || !settings::get(look, SETTING).await?.unwrap_or(true) {
        return Ok(Cow::Borrowed(message));
    }
    let shop = identity::shop_url(look, &world.public_url).await?;
    let address = |place| format!("{shop}/l/{}", link_token::make(&world.vault, tenant, message.id, place));
    let (body, html) = links::rewrite(&message.body, &message.html, address);
    Ok(Cow::Owned(Message { body, html, ..message.clone() }))
}

/// Where a place in a message leads: only to what stands in the message. Nothing where it is no link of it, or its text was erased.
pub fn target(message: &Message, place: Place) -> Option<String> {
    let Place::Link(number) = place else { return None };
    links::of(&message.body, &message.html).into_iter().nth(usize::from(number))
}

/// To whom a message went, why, and when it arrived.
#[derive(Debug, Clone, Deserialize)]
pub struct Sending {
    /// The message.
    pub id: MessageId,
    /// Whom it is for, where they are known.
    pub contact_id: Option<ContactId>,
    /// What it is about.
    pub about: Option<Uuid>,
    /// How it went.
    pub channel: Channel,
    /// Its template's type.
    pub template: String,
    /// When it was delivered, as far as its provider tells; else when the provider took it.
    pub arrived_at: Option<Time>,
}

/// The same of many messages.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn sendings(look: &mut impl Look, messages: &[MessageId]) -> Result<Vec<Sending>> {
    look.all_in(
        sql!(concat!(
            "SELECT id, contact_id, about, channel, template, COALESCE((SELECT MIN(COALESCE(r.at, r.received_at)) FROM receipts r
               WHERE r.tenant_id = $1 AND r.message_id = messages.id AND r.status = 'delivered'), sent_at) AS arrived_at
             FROM messages WHERE tenant_id = $1 AND id IN (",
            many!(),
            ")"
        )),
        messages,
        &[],
    )
    .await
}

/// When each of these messages was first read, as its provider tells by receipts; those of which none tells it are left out.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn read_at(look: &mut impl Look, messages: &[MessageId]) -> Result<Vec<(MessageId, Time)>> {
    look.all_in(
        sql!(concat!(
            "SELECT message_id, MIN(COALESCE(at, received_at)) AS at FROM receipts
             WHERE tenant_id = $1 AND status = 'read' AND message_id IN (",
            many!(),
            ") GROUP BY message_id"
        )),
        messages,
        &[],
    )
    .await
}
