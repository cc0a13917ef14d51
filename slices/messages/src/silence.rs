//! Providers that fall silent: they take messages, and for an hour say nothing of what becomes of any of them. What they are to call is then most
//! likely wrong or gone, and what customers write does not come in either. The owners are told once, and that it is over is seen by itself.

use channels::Provider;
use facts::Time;
use facts::messages::{Channel, ProviderSilence};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use store::{Look, Result, Timer, Tx, params, sql};

/// The channels whose providers say what became of a message.
const SPOKEN_OF: [Channel; 2] = [Channel::Whatsapp, Channel::Sms];
/// For how long nothing may be said, and how often is looked.
const PATIENCE: Duration = Duration::from_secs(3_600);
/// Messages that are older say nothing of how things are now.
const BACK: Duration = Duration::from_secs(24 * 3_600);
/// From how many messages on silence means something: of one, its phone may be off.
const FEW: i64 = 5;
/// The last messages, so many of them, are looked at.
const LAST: i64 = 20;

/// A provider that is silent.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Silence {
    /// What its messages go by.
    pub channel: Channel,
    /// Which.
    pub provider: Provider,
    /// When it took the first message of which it has said nothing.
    pub since: Time,
}

/// Those that are silent.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn silences(look: &mut impl Look) -> Result<Vec<Silence>> {
    let silent = sql!("SELECT channel, provider, since FROM silences WHERE tenant_id = $1 ORDER BY channel, provider");
    look.all(silent, params![look.tenant()]).await
}

/// Of the last messages of a channel, those that a provider took.
#[derive(Debug, Deserialize)]
struct Taken {
    provider: Provider,
    /// How many.
    taken: i64,
    /// Of how many of them it has said something.
    said: i64,
    /// When it took the first.
    since: Time,
}

/// What is learnt of a provider.
#[derive(Debug, PartialEq, Eq)]
enum Learnt {
    Speaks,
    Silent,
    Nothing,
}

impl Taken {
    /// A gateway of the tenant's own may never say anything; the others always do.
    fn means(&self, has_spoken: bool) -> Learnt {
        match (self.said, self.taken) {
            (1.., _) => Learnt::Speaks,
            (_, FEW..) if has_spoken || self.provider != Provider::Gateway => Learnt::Silent,
            _ => Learnt::Nothing,
        }
    }
}

/// Has what providers say of a message that was just taken looked at in a while.
pub(crate) async fn listen(tx: &mut Tx, channel: Channel) -> Result<()> {
    if SPOKEN_OF.contains(&channel) { tx.at_latest(tx.now().after(PATIENCE), Listen {}).await } else { Ok(()) }
}

/// Looks whether providers say what becomes of what they took, for as long as messages go out.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Listen {}

impl Timer for Listen {
    const NAME: &'static str = "listen_to_providers";

    fn key(&self) -> String {
        String::new()
    }

    async fn ring(&self, tx: &mut Tx) -> Result<()> {
        let known = silences(tx).await?;
        let mut goes_on = !known.is_empty();
        for channel in SPOKEN_OF {
            for taken in lately(tx, channel).await? {
                goes_on = true;
                let is_known = known.iter().any(|one| one.channel == channel && one.provider == taken.provider);
                match taken.means(has_spoken(tx, taken.provider).await?) {
                    Learnt::Silent if !is_known => fell_silent(tx, channel, &taken).await?,
                    Learnt::Speaks if is_known => speaks_again(tx, channel, &taken).await?,
                    _ => {}
                }
            }
        }
        // Whatever leaves later sets it anew.
        if goes_on { tx.at_latest(tx.now().after(PATIENCE), Self {}).await } else { Ok(()) }
    }
}

/// What providers took of a channel's last messages, of a day and older than an hour.
async fn lately(tx: &mut Tx, channel: Channel) -> Result<Vec<Taken>> {
    let now = tx.now();
    tx.all(
        sql!(
            "SELECT provider, COUNT(*) AS taken, COUNT(said) AS said, MIN(sent_at) AS since FROM
               (SELECT m.provider, m.sent_at,
                       (SELECT r.received_at FROM receipts r WHERE r.tenant_id = m.tenant_id AND r.message_id = m.id LIMIT 1) AS said
                FROM messages m
                WHERE m.tenant_id = $1 AND m.created_at > $3 AND m.created_at <= $4 AND m.channel = $2 AND m.sent_at <= $4 AND m.provider IS NOT NULL
                ORDER BY m.created_at DESC, m.id DESC LIMIT $5) l
             GROUP BY provider ORDER BY provider"
        ),
        params![tx.tenant(), channel.as_str(), now.before(BACK), now.before(PATIENCE), LAST],
    )
    .await
}

/// Whether a provider has ever said what became of a message.
async fn has_spoken(tx: &mut Tx, provider: Provider) -> Result<bool> {
    let one: Option<(i64,)> = tx
        .maybe(
            sql!("SELECT received_at FROM receipts WHERE tenant_id = $1 AND provider = $2 ORDER BY event_id LIMIT 1"),
            params![tx.tenant(), provider.as_str()],
        )
        .await?;
    Ok(one.is_some())
}

async fn fell_silent(tx: &mut Tx, channel: Channel, taken: &Taken) -> Result<()> {
    tx.put(
        sql!("INSERT INTO silences (tenant_id, channel, provider, since) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING"),
        params![tx.tenant(), channel.as_str(), taken.provider.as_str(), taken.since],
    )
    .await?;
    told(tx, channel, taken, false).await
}

async fn speaks_again(tx: &mut Tx, channel: Channel, taken: &Taken) -> Result<()> {
    tx.put(
        sql!("DELETE FROM silences WHERE tenant_id = $1 AND channel = $2 AND provider = $3"),
        params![tx.tenant(), channel.as_str(), taken.provider.as_str()],
    )
    .await?;
    told(tx, channel, taken, true).await
}

async fn told(tx: &mut Tx, channel: Channel, taken: &Taken, over: bool) -> Result<()> {
    tx.state(ProviderSilence { provider: taken.provider.to_string(), channel, since: taken.since, over }).await.map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_means_something_from_five_messages_on() {
        let means = |provider, taken, said, has_spoken| Taken { provider, taken, said, since: Time(0) }.means(has_spoken);
        for provider in [Provider::Meta, Provider::Myoperator, Provider::Twilio] {
            assert_eq!(means(provider, 4, 0, true), Learnt::Nothing, "{provider}");
            assert_eq!(means(provider, 5, 0, false), Learnt::Silent, "{provider}");
            assert_eq!(means(provider, 20, 1, true), Learnt::Speaks, "{provider}");
        }
        assert_eq!(means(Provider::Gateway, 20, 0, false), Learnt::Nothing);
        assert_eq!(means(Provider::Gateway, 20, 0, true), Learnt::Silent);
    }
}
