//! What is counted of a campaign that writes to each at their hour, by when its messages left: how many a provider has taken, and how many were read within
//! a day of leaving. Both follow from the recipients' rows.

use crate::model::{Campaign, Timing};
use async_trait::async_trait;
use facts::messages::Channel;
use facts::{CampaignId, Id, MessageId, TenantId, Time};
use messages::CAMPAIGN;
use sendtime::Read;
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;
use store::{Look, Reaction, Result, Stated, Tx, many, params, rows, sql};

/// How long after it left a message is read in time.
pub(crate) const IN_TIME: Duration = Duration::from_secs(24 * 3_600);

/// How many messages were taken by a provider, and read in time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub sent: i64,
    pub read: i64,
}

/// By when messages left, and how they went.
pub(crate) type Tallies = BTreeMap<(Timing, Channel), Tally>;

/// Whether a provider has a message that stands so.
fn is_sent(state: &str) -> bool {
    matches!(state, "sent" | "delivered" | "read")
}

/// What it adds to the messages that a provider has when one that stood so stands so.
pub(crate) fn sent(from: &str, to: &str) -> i64 {
    i64::from(is_sent(to)) - i64::from(is_sent(from))
}

/// Counts what is read in time. It writes to nobody.
pub(crate) struct CountTimedReads;

/// Reads by campaign and message, each with when it became known.
type Reads = BTreeMap<CampaignId, BTreeMap<MessageId, Time>>;

#[async_trait]
impl Reaction for CountTimedReads {
    fn name(&self) -> &'static str {
        "count_timed_reads"
    }

    fn kinds(&self) -> &'static [&'static str] {
        Read::KINDS
    }

    async fn react(&self, tx: &mut Tx, fact: &Stated) -> Result<()> {
        self.react_all(tx, &[Arc::new(fact.clone())]).await
    }

    async fn react_all(&self, tx: &mut Tx, facts: &[Arc<Stated>]) -> Result<()> {
        let mut tenants: BTreeMap<TenantId, Reads> = BTreeMap::new();
        for fact in facts {
            let Some(read) = Read::of(fact)?.filter(|read| read.template == CAMPAIGN) else { continue };
            let Some(about) = read.about else { continue };
            let reads = tenants.entry(fact.tenant_id).or_default().entry(CampaignId::from_uuid(about)).or_default();
            reads.entry(read.message_id).or_insert(read.known_at);
        }
        for (tenant, campaigns) in tenants {
            tx.go_on_for(tenant);
            for (id, reads) in campaigns {
                note(tx, id, &reads).await?;
            }
        }
        Ok(())
    }
}

/// Somebody of whom it is not noted that they read theirs in time.
#[derive(Debug, Deserialize)]
struct Unread {
    message_id: MessageId,
    channel: Channel,
    timing: Timing,
    leaves_at: Time,
}

async fn note(tx: &mut Tx, id: CampaignId, reads: &BTreeMap<MessageId, Time>) -> Result<()> {
    let messages: Vec<MessageId> = reads.keys().copied().collect();
    let unread = unread(tx, id, &messages).await?;
    let messages: Vec<MessageId> = unread.iter().map(|one| one.message_id).collect();
    let first: HashMap<MessageId, Time> = sendtime::moments(tx, &messages).await?;
    let (mut done, mut tallies) = (Vec::new(), Tallies::new());
    for one in unread {
        let at = first.get(&one.message_id).or(reads.get(&one.message_id)).copied();
        if at.is_some_and(|at| at <= one.leaves_at.after(IN_TIME)) {
            tallies.entry((one.timing, one.channel)).or_default().read += 1;
            done.push(one.message_id);
        }
    }
    let read = sql!(concat!(
        "UPDATE campaign_recipients SET read_in_time = TRUE WHERE tenant_id = $1 AND campaign_id = $34
           AND frozen = (SELECT frozen FROM campaigns WHERE tenant_id = $1 AND id = $34) AND message_id IN (",
        many!(),
        ")"
    ));
    tx.put_in(read, &done, params![id]).await?;
    count(tx, id, &tallies).await
}

/// Those of these messages that have a timing and are not noted as read in time.
async fn unread(look: &mut impl Look, id: CampaignId, messages: &[MessageId]) -> Result<Vec<Unread>> {
    look.all_in(
        sql!(concat!(
            "SELECT message_id, channel, timing, leaves_at FROM campaign_recipients WHERE tenant_id = $1 AND campaign_id = $34
               AND frozen = (SELECT frozen FROM campaigns WHERE tenant_id = $1 AND id = $34)
               AND timing IS NOT NULL AND leaves_at IS NOT NULL AND read_in_time = FALSE AND message_id IN (",
            many!(),
            ")"
        )),
        messages,
        params![id],
    )
    .await
}

/// Adds to what is counted.
pub(crate) async fn count(tx: &mut Tx, id: CampaignId, tallies: &Tallies) -> Result<()> {
    let campaign_timings = rows!(
        "INSERT INTO campaign_timings (tenant_id, campaign_id, timing, channel, sent, read) VALUES ",
        6,
        " ON CONFLICT (tenant_id, campaign_id, timing, channel) DO UPDATE SET sent = campaign_timings.sent + excluded.sent, \
         read = campaign_timings.read + excluded.read"
    );
    let mut values = Vec::with_capacity(tallies.len() * 6);
    for ((timing, channel), Tally { sent, read }) in tallies {
        values.extend_from_slice(params![tx.tenant(), id, timing.as_str(), channel.as_str(), *sent, *read]);
    }
    tx.put_rows(campaign_timings, &values).await
}

/// What is counted of a campaign.
pub(crate) async fn tallies(look: &mut impl Look, campaign: &Campaign) -> Result<Tallies> {
    let all: Vec<(Timing, Channel, i64, i64)> = look
        .all(
            sql!("SELECT timing, channel, sent, read FROM campaign_timings WHERE tenant_id = $1 AND campaign_id = $2"),
            params![look.tenant(), campaign.id],
        )
        .await?;
    Ok(all.into_iter().map(|(timing, channel, sent, read)| ((timing, channel), Tally { sent, read })).collect())
}

#[cfg(test)]
mod tests {
    use super::sent;

    #[test]
    fn a_message_is_taken_once_however_it_goes_on() {
        for (words, expected) in [
            (&["queued", "sent", "delivered", "read"][..], 1),
            (&["queued", "read"], 1),
            (&["queued", "unknown", "dead"], 0),
            (&["queued", "sent", "failed"], 0),
            (&["queued", "sent", "failed", "delivered"], 1),
            (&["queued", "suppressed"], 0),
        ] {
            assert_eq!(words.windows(2).map(|pair| sent(pair[0], pair[1])).sum::<i64>(), expected, "{words:?}");
        }
    }
}
