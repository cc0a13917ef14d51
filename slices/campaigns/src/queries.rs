//! Looking at campaigns.

use crate::model::{Campaign, Count, EXCLUDED, Recipient, Timing};
use crate::variants::{self, HOLDOUT};
use facts::messages::Channel;
use facts::{CampaignId, ContactId, Id, MessageId};
use serde::Deserialize;
use store::{Error, Look, Result, many, params, sql};
use web::Cursor;

/// A statement that gives whole [`Campaign`]s.
macro_rules! campaigns {
    ($rest:literal) => {
        store::sql!(concat!(
            "SELECT id, name, state, contents, way, audience, quiet_from, quiet_to, local, per_second, worth_hours, best_hour, over_days, frozen, frozen_after,
                people, messages, sent, go, starts_at, version, created_at, started_at, ended_at FROM campaigns ",
            $rest
        ))
    };
}
pub(crate) use campaigns;

/// A statement that gives [`Recipient`]s of a campaign's audience as it is frozen now.
macro_rules! recipients {
    ($rest:literal) => {
        store::sql!(concat!(
            "SELECT contact_id, channel, message_id, address, state, reason, zone, known, due_at, timing, leaves_at
             FROM campaign_recipients
             WHERE tenant_id = $1 AND campaign_id = $2 AND frozen = $3 ",
            $rest
        ))
    };
}

/// A campaign.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn campaign(look: &mut impl Look, id: CampaignId) -> Result<Option<Campaign>> {
    look.maybe(campaigns!("WHERE tenant_id = $1 AND id = $2"), params![look.tenant(), id]).await
}

/// A campaign that must be there.
///
/// # Errors
/// `campaign_not_found`.
pub(crate) async fn found(look: &mut impl Look, id: CampaignId) -> Result<Campaign> {
    campaign(look, id).await?.ok_or_else(|| Error::not_found("campaign"))
}

/// Where a campaign stands in the list.
pub(crate) fn place_of(campaign: &Campaign) -> Cursor {
    Cursor { at: campaign.created_at, id: campaign.id.uuid() }
}

/// Campaigns after a place in the list, newest first.
pub(crate) async fn page(look: &mut impl Look, state: Option<&str>, after: Cursor, limit: i64) -> Result<Vec<Campaign>> {
    look.all(
        campaigns!(
            "WHERE tenant_id = $1 AND (created_at, id) < ($2, $3) AND (state = $4 OR $4 IS NULL) ORDER BY created_at DESC, id DESC LIMIT $5"
        ),
        params![look.tenant(), after.at, after.id, state, limit],
    )
    .await
}

/// What is counted of a campaign.
pub(crate) async fn counts(look: &mut impl Look, id: CampaignId) -> Result<Vec<Count>> {
    look.all(
        sql!("SELECT channel, about, word, number FROM campaign_counts WHERE tenant_id = $1 AND campaign_id = $2 ORDER BY about, channel, word"),
        params![look.tenant(), id],
    )
    .await
}

/// The recipients of a campaign who wait the longest for a channel, whether they are due yet or not.
pub(crate) async fn due(look: &mut impl Look, campaign: &Campaign, channel: Channel, limit: i64) -> Result<Vec<Recipient>> {
    look.all(
        recipients!("AND state = 'waiting' AND channel = $5 ORDER BY due_at, message_id LIMIT $4"),
        params![look.tenant(), campaign.id, campaign.frozen, limit, channel.as_str()],
    )
    .await
}

/// How somebody stands.
#[derive(Debug, Deserialize)]
pub(crate) struct Stands {
    pub message_id: MessageId,
    pub channel: Channel,
    pub state: String,
    pub timing: Option<Timing>,
}

/// How the recipients of these messages stand: those of the audience as it is frozen now.
pub(crate) async fn standing(look: &mut impl Look, id: CampaignId, messages: &[MessageId]) -> Result<Vec<Stands>> {
    look.all_in(
        sql!(concat!(
            "SELECT message_id, channel, state, timing FROM campaign_recipients WHERE tenant_id = $1 AND campaign_id = $34
               AND frozen = (SELECT frozen FROM campaigns WHERE tenant_id = $1 AND id = $34) AND message_id IN (",
            many!(),
            ")"
        )),
        messages,
        params![id],
    )
    .await
}

/// Which recipients.
#[derive(Debug, Clone, Default)]
pub(crate) struct Which {
    /// `waiting`, `excluded`, or a state of their message.
    pub state: Option<String>,
    /// Why they are left out, or why their message stands so.
    pub reason: Option<String>,
    pub channel: Option<Channel>,
}

/// Recipients after a place in the list, each with what they did with their message and which variant they met.
pub(crate) async fn recipients(
    look: &mut impl Look,
    campaign: &Campaign,
    which: &Which,
    after: Cursor,
    limit: i64,
) -> Result<Vec<Recipient>> {
    let Which { state, reason, channel } = which;
    let params = params![
        look.tenant(),
        campaign.id,
        campaign.frozen,
        after.at,
        after.id,
        channel.map(Channel::as_str),
        reason.as_deref(),
        limit,
        state.as_deref()
    ];
    let mut found: Vec<Recipient> = if state.is_some() {
        let some = recipients!(
            "AND (due_at, message_id) < ($4, $5) AND (channel = $6 OR $6 IS NULL) AND (reason = $7 OR $7 IS NULL) AND state = $9
             ORDER BY due_at DESC, message_id DESC LIMIT $8"
        );
        look.all(some, params).await?
    } else {
        let all = recipients!(
            "AND message_id < $4 AND (channel = $5 OR $5 IS NULL) AND (reason = $6 OR $6 IS NULL) ORDER BY message_id DESC LIMIT $7"
        );
        let rest = [&params[..3], &params[4..8]].concat();
        look.all(all, &rest).await?
    };
    let messages: Vec<MessageId> = found.iter().filter(|one| one.channel == Channel::Email).map(|one| one.message_id).collect();
    let touched = tracking::touched(look, &messages).await?;
    for one in &mut found {
        one.touched = touched.get(&one.message_id).copied().unwrap_or_default();
    }
    met(look, campaign.id, &mut found).await?;
    Ok(found)
}

/// Notes which variant of the campaign's experiment they met. Whoever is left out for another reason met none by this campaign, whatever they
/// met by another.
async fn met(look: &mut impl Look, id: CampaignId, all: &mut [Recipient]) -> Result<()> {
    let Some(compared) = variants::of(look, id).await? else { return Ok(()) };
    let people: Vec<ContactId> = all.iter().map(|one| one.contact_id).collect();
    let met = experiments::met(look, compared.experiment_id, &people).await?;
    for one in all {
        if one.state != EXCLUDED || one.reason.as_deref() == Some(HOLDOUT) {
            one.variant = met.get(&one.contact_id).cloned();
        }
    }
    Ok(())
}

/// Where a recipient stands in the list.
pub(crate) fn place(recipient: &Recipient) -> Cursor {
    Cursor { at: recipient.due_at, id: recipient.message_id.uuid() }
}
