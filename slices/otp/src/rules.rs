//! Decisions: how often, how long, and by which channels.

use facts::messages::Channel;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use store::{Look, Result};

/// How long a code is good.
pub(crate) const GOOD_FOR: Duration = Duration::from_secs(5 * 60);
/// Wrong codes after which the right one counts no more.
pub(crate) const TRIES: i64 = 5;
/// How long one waits before another can be asked for.
pub(crate) const RESEND: Duration = Duration::from_secs(30);
/// How long a channel's providers have to take it before the next channel is used as well: they may hang, or be too slow for all there is.
pub(crate) const TAKEN_BY: Duration = Duration::from_secs(3);
/// How long a channel has to deliver before the next one is used as well.
pub(crate) const DELIVERED_BY: Duration = Duration::from_secs(20);
/// Codes to numbers that begin alike within an hour from which on it counts how many of them were of use.
const SUSPICIOUS_FROM: i64 = 50;
/// The share of them, one in so many, that is of use where people ask for them.
const ONE_IN: i64 = 10;

/// How many codes may be sent within an hour, as a tenant sets it under `otp.limits`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Limits {
    /// To one address.
    pub address: i64,
    /// For one of those who ask, where their address is told.
    pub ip: i64,
    /// In all.
    pub tenant: i64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { address: 5, ip: 20, tenant: 1_000 }
    }
}

impl Limits {
    pub(crate) async fn of(look: &mut impl Look) -> Result<Self> {
        Ok(settings::get(look, "otp.limits").await?.unwrap_or_default())
    }
}

/// Whether numbers that begin alike get codes that hardly anybody uses: somebody earns by their being sent.
pub(crate) fn is_pumped(sends: i64, verified: i64) -> bool {
    sends > SUSPICIOUS_FROM && verified.saturating_mul(ONE_IN) < sends
}

/// The channels of an address, in the order in which they are used.
pub(crate) fn channels(is_phone: bool, wanted: Option<&[Channel]>) -> Vec<Channel> {
    let fits = |channel: &Channel| matches!(channel, Channel::Whatsapp | Channel::Sms) == is_phone && *channel != Channel::Push;
    let usual: &[Channel] = if is_phone { &[Channel::Whatsapp, Channel::Sms] } else { &[Channel::Email] };
    let wanted: Vec<Channel> = wanted.unwrap_or_default().iter().copied().filter(fits).collect();
    if wanted.is_empty() { usual.to_vec() } else { wanted }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pumping() {
        for (sends, verified, pumped) in
            [(0, 0, false), (50, 0, false), (51, 0, true), (51, 5, true), (51, 6, false), (1_000, 99, true), (1_000, 100, false)]
        {
            assert_eq!(is_pumped(sends, verified), pumped, "{sends} {verified}");
        }
    }

    #[test]
    fn channels_of_an_address() {
        use Channel::{Email, Push, Sms, Whatsapp};
        assert_eq!(channels(true, None), [Whatsapp, Sms]);
        assert_eq!(channels(true, Some(&[Sms, Email, Push])), [Sms]);
        assert_eq!(channels(false, Some(&[Sms])), [Email]);
        assert_eq!(channels(true, Some(&[])), [Whatsapp, Sms]);
    }
}
