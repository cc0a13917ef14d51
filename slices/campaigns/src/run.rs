//! Sending a campaign: a page of its recipients becomes messages, in one commit with their places in the audience.

use crate::gather::Texts;
use crate::model::{Campaign, Recipient};
use crate::moment::Hours;
use crate::states::{Act, after};
use crate::{queries, rows};
use facts::{Id, MessageId, Time};
use messages::{CAMPAIGN, Cause, Composed, Urgency, Written};
use std::collections::BTreeMap;
use std::time::Duration;
use store::{Error, Result, Tx};

/// Messages of one commit, at most.
const PAGE: i64 = 500;
/// How many pages may stand in line before more is put there: so few that a pause holds at once.
const AHEAD: i64 = 2;
/// How long the line is left alone where it is that long.
const PATIENCE: Duration = Duration::from_millis(500);

/// Puts the next page of a locked, running campaign on its way; gives when the page after it is due. At its end it is done.
pub(crate) async fn page(tx: &mut Tx, campaign: &mut Campaign) -> Result<Option<Time>> {
    let now = tx.now();
    let page = campaign.per_second.clamp(1, PAGE);
    if messages::still_queued(tx, campaign.id.uuid(), page * AHEAD).await? >= page * AHEAD {
        return Ok(Some(now.after(PATIENCE)));
    }
    let due = queries::due(tx, campaign, page).await?;
    if due.is_empty() {
        return Ok(None);
    }
    // Nothing is due before it: whatever waits longest comes first.
    if let Some(first) = due.first().filter(|first| first.due_at > now) {
        return Ok(Some(first.due_at));
    }
    let seen = due.len();
    let due: Vec<Recipient> = due.into_iter().filter(|one| one.due_at <= now).collect();
    let whole = due.len() == seen && i64::try_from(seen).unwrap_or(page) < page;
    let zone = identity::tenant(tx).await?.time_zone;
    let (go, later) = sorted(campaign, &zone, now, due)?;
    rows::put_off(tx, campaign, &later).await?;
    let ids: Vec<MessageId> = go.iter().map(|one| one.message_id).collect();
    let written = write(campaign, go)?;
    messages::enqueue_written(tx, written).await?;
    rows::moved(tx, campaign.id, "queued", None, &ids).await?;
    let sent = i64::try_from(ids.len()).unwrap_or(0);
    campaign.sent += sent;
    if whole && later.is_empty() {
        return Ok(None);
    }
    let pause = u64::try_from(sent * 1_000 / campaign.per_second.max(1)).unwrap_or(0);
    Ok(Some(now.after(Duration::from_millis(pause))))
}

/// It has come to its end.
pub(crate) fn finish(campaign: &mut Campaign, now: Time) -> Result<()> {
    campaign.state = after(campaign.state, Act::Finish)?;
    campaign.ended_at = Some(now);
    Ok(())
}

/// Messages that are put off, by when they may go.
pub(crate) type Later = BTreeMap<Time, Vec<MessageId>>;

/// Those who may be written to now, and the others by when they may.
fn sorted(campaign: &Campaign, zone: &str, now: Time, due: Vec<Recipient>) -> Result<(Vec<Recipient>, Later)> {
    let hours = Hours::of(campaign, zone)?;
    let (mut go, mut later) = (Vec::with_capacity(due.len()), Later::new());
    for one in due {
        let moment = hours.moment(now, one.channel, one.address.as_deref().unwrap_or_default(), one.zone.as_deref());
        if moment > now { later.entry(moment).or_default().push(one.message_id) } else { go.push(one) }
    }
    Ok((go, later))
}

fn write(campaign: &Campaign, go: Vec<Recipient>) -> Result<Vec<Written>> {
    let texts = Texts::of(campaign)?;
    let worth = Duration::from_secs(u64::try_from(campaign.worth_hours).unwrap_or(24) * 3_600);
    let written = |one: Recipient| {
        let reader = texts.reader(one.channel).ok_or_else(|| Error::internal("a recipient's channel has no text"))?;
        // It was composed when the audience was frozen, from the same.
        let composed: Composed =
            reader.compose(&one.known.0).map_err(|unfit| Error::internal(format!("a text does not fit any more: {unfit}")))?;
        let text = campaign.contents.0.iter().find(|text| text.channel == one.channel);
        Ok(Written {
            id: one.message_id,
            channel: one.channel,
            address: one.address.unwrap_or_default(),
            contact_id: Some(one.contact_id),
            about: Some(campaign.id.uuid()),
            kind: CAMPAIGN,
            composed,
            provider_template: text.and_then(|text| text.content.provider_template.clone()),
            variables: one.known.0,
            urgency: Urgency::Bulk,
            cause: Cause { source: CAMPAIGN, reference: campaign.id.to_string(), step: one.message_id.to_string() },
            worth: Some(worth),
        })
    };
    go.into_iter().map(written).collect()
}
