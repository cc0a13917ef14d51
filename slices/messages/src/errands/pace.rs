//! How fast, how often, how long: what a tenant may set about delivery, with what holds where nothing is set.

use facts::messages::Channel;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use store::{Look, Result};

/// What is set as `messages.pace`: WhatsApp's own ceilings, where nothing is.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Pace {
    /// Messages a second for the tenant's number.
    pub per_second: u32,
    /// Seconds between two messages to one person.
    pub gap_seconds: u32,
}

impl Default for Pace {
    fn default() -> Self {
        Self { per_second: 80, gap_seconds: 6 }
    }
}

impl Pace {
    /// What the tenant has set.
    pub(crate) async fn of(look: &mut impl Look) -> Result<Self> {
        Ok(settings::get(look, "messages.pace").await?.unwrap_or_default())
    }

    /// Messages a second on a channel, where it has a ceiling.
    pub(crate) fn of_channel(self, channel: Channel) -> Option<u32> {
        (channel == Channel::Whatsapp).then_some(self.per_second)
    }

    pub(crate) fn gap(self) -> Duration {
        Duration::from_secs(u64::from(self.gap_seconds))
    }
}

/// The waits before each retry; after the last of them a message is given up. `messages.retry_minutes`, or 5, 10, 15.
pub(crate) async fn retries(look: &mut impl Look) -> Result<Vec<Duration>> {
    let minutes: Option<Vec<u32>> = settings::get(look, "messages.retry_minutes").await?;
    let minutes = minutes.unwrap_or_else(|| vec![5, 10, 15]);
    Ok(minutes.into_iter().map(|minutes| Duration::from_secs(u64::from(minutes) * 60)).collect())
}

/// How long a message that the provider may have is held before it is tried again. WhatsApp and SMS are reported back, so they
/// get `messages.unknown_hold_seconds` or five minutes; mail and push are not, so they get `messages.mail_hold_seconds` or one.
pub(crate) async fn hold(look: &mut impl Look, channel: Channel) -> Result<Duration> {
    let (name, usual) = match channel {
        Channel::Whatsapp | Channel::Sms => ("messages.unknown_hold_seconds", 300),
        Channel::Email | Channel::Push => ("messages.mail_hold_seconds", 60),
    };
    let seconds: Option<u32> = settings::get(look, name).await?;
    Ok(Duration::from_secs(u64::from(seconds.unwrap_or(usual))))
}
