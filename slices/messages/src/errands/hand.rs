//! Handing a message to the channels.

use crate::account::{self, is_account_mail};
use crate::attachments::{carried, link_to};
use crate::codes;
use crate::model::{Message, Urgency};
use crate::tracked;
use crate::unsubscribe;
use crate::world::World;
use channels::{Class, Failure, File, Letter, Outcome, ProviderTemplate, Sent, WINDOW};
use facts::{TenantId, Time};
use store::Result;

/// Calls the provider of the message's channel.
pub(super) async fn hand(world: &World, tenant: TenantId, message: &Message) -> Sent {
    if is_account_mail(message) {
        return account_mail(world, tenant, message).await;
    }
    match linked(world, tenant, message).await {
        Ok(message) => match file(world, tenant, &message).await {
            Ok(file) => {
                let letter = Letter { file, ..letter(&codes::fill(&world.vault, &message), world.db.clock().now()) };
                codes::hide(&world.vault, &message, world.channels.send(tenant, &letter).await)
            }
            Err(error) => {
                let words = format!("its file cannot be read: {}", error.message());
                nobody(Outcome::Failed(Failure::new(Class::Transient, words)))
            }
        },
        Err(error) => {
            let words = format!("its links cannot be made: {}", error.message());
            nobody(Outcome::Failed(Failure::new(Class::Transient, words)))
        }
    }
}

/// The message with the links that are made as it leaves. Those that are tracked come first, so that the one to unsubscribe never is.
async fn linked(world: &World, tenant: TenantId, message: &Message) -> Result<Message> {
    let tracked = tracked::rewritten(world, tenant, message).await?;
    Ok(unsubscribe::filled(world, tenant, &tracked).await?.into_owned())
}

/// A mail about somebody's account goes by the platform's own mail account, whoever's it is about.
async fn account_mail(world: &World, tenant: TenantId, message: &Message) -> Sent {
    let platform = match world.credentials.postmaster(tenant).await {
        Ok(Some(platform)) => platform,
        Ok(None) => return nobody(Outcome::NotConfigured),
        Err(error) => {
            let words = format!("the credentials cannot be read: {}", error.message());
            return nobody(Outcome::Failed(Failure::new(Class::Transient, words)));
        }
    };
    match account::fill(world, tenant, message).await {
        Ok(filled) => world.channels.send(platform, &letter(&filled, world.db.clock().now())).await,
        Err(failure) => nobody(Outcome::Failed(failure)),
    }
}

/// What it carries: what an agent answers alone carries anything.
async fn file(world: &World, tenant: TenantId, message: &Message) -> Result<Option<File>> {
    if message.urgency != Urgency::Reply {
        return Ok(None);
    }
    let Some(it) = carried(&mut world.db.read_main(tenant), message.id).await? else { return Ok(None) };
    let bytes = world.depot.read(tenant, it.id, u64::try_from(it.size).unwrap_or(0)).await?;
    let shop = identity::shop_url(&mut world.db.read(tenant), &world.public_url).await?;
    let link = link_to(&world.vault, &shop, tenant, it.id, world.db.clock().now());
    Ok(Some(File { name: it.file_name(), kind: it.kind, bytes, link }))
}

/// Nobody was called.
fn nobody(outcome: Outcome) -> Sent {
    Sent { provider: None, outcome, others: Vec::new() }
}

/// What the provider needs to know of it, now.
fn letter(message: &Message, now: Time) -> Letter {
    let template = message.provider_template.as_ref();
    let heard_by = message.heard_by.as_deref().and_then(|provider| provider.parse().ok());
    let lately = message.heard_at.is_some_and(|at| at.after(WINDOW) > now);
    Letter {
        id: message.id,
        channel: message.channel,
        address: message.address.clone(),
        subject: message.subject.clone(),
        body: message.body.clone(),
        html: message.html.clone(),
        template: template.map(|said| ProviderTemplate::of(said, &message.variables.0)),
        file: None,
        unsubscribe: message.unsubscribe_url.clone(),
        made_at: message.created_at,
        hasty: message.urgency == Urgency::Otp,
        first: heard_by.filter(|_| message.urgency == Urgency::Reply),
        open: heard_by.filter(|_| lately),
    }
}
