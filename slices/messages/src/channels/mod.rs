//! Channels: how a message reaches its provider, and what the provider's answer comes to.

mod mail;
mod mailer;
mod myoperator;
mod smtp;

pub(crate) use mailer::Mailers;
pub(crate) use myoperator::Account as MyOperator;

use crate::account::{self, is_account_mail};
use crate::classes::{Class, Failure};
use crate::model::Message;
use crate::world::World;
use facts::TenantId;
use facts::messages::Channel;

/// What a call comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The provider took it.
    Accepted {
        /// Its id there, where it said one.
        provider_id: Option<String>,
    },
    /// The tenant has no account on this channel.
    NotConfigured,
    /// It did not take it, or nobody knows.
    Failed(Failure),
}

/// Where WhatsApp's provider is kept among the credentials.
const MYOPERATOR: &str = "myoperator";

/// Calls the provider of the message's channel, once.
pub(crate) async fn send(world: &World, tenant: TenantId, message: &Message) -> Outcome {
    match message.channel {
        Channel::Whatsapp => whatsapp(world, tenant, message).await.unwrap_or_else(|error| unopened(&error)),
        Channel::Email if is_account_mail(message) => account_mail(world, tenant, message).await,
        Channel::Email => match world.credentials.find(tenant, "smtp").await {
            Ok(Some(account)) => smtp::send(world, tenant, &account, message).await,
            Ok(None) => Outcome::NotConfigured,
            Err(error) => unopened(&error),
        },
    }
}

async fn whatsapp(world: &World, tenant: TenantId, message: &Message) -> store::Result<Outcome> {
    let Some(account) = world.credentials.find(tenant, MYOPERATOR).await? else { return Ok(Outcome::NotConfigured) };
    let address = world.credentials.address(tenant, MYOPERATOR).await?;
    Ok(myoperator::send(world, &address, &account, message).await)
}

/// A mail about somebody's account goes by the platform's own mail account, whoever's it is about.
async fn account_mail(world: &World, tenant: TenantId, message: &Message) -> Outcome {
    let platform = match world.credentials.postmaster(tenant).await {
        Ok(Some(platform)) => platform,
        Ok(None) => return Outcome::NotConfigured,
        Err(error) => return unopened(&error),
    };
    let filled = match account::fill(world, tenant, message).await {
        Ok(filled) => filled,
        Err(failure) => return Outcome::Failed(failure),
    };
    match world.credentials.find(platform, "smtp").await {
        Ok(Some(account)) => smtp::send(world, platform, &account, &filled).await,
        Ok(None) => Outcome::NotConfigured,
        Err(error) => unopened(&error),
    }
}

/// The credentials are there and cannot be read: nothing was called.
fn unopened(error: &store::Error) -> Outcome {
    Outcome::Failed(Failure::new(Class::Transient, format!("the credentials cannot be read: {}", error.message())))
}
