//! Sending a campaign: a page of its recipients on each channel becomes messages, in one commit with their places in the audience.

use crate::model::{AUDIENCE, Campaign, EXCLUDED, QUEUED, Recipient, STANDS, WAITING};
use crate::states::{Act, after};
use crate::variants::{Compared, HOLDOUT, Said};
use crate::{daily, queries, rows, timing, variants};
use facts::messages::Channel;
use facts::{ContactId, Id, MessageId, Time};
use messages::{CAMPAIGN, Cause, Composed, Hours, Urgency, Written};
use std::collections::BTreeMap;
use std::time::Duration;
use store::{Error, Result, Tx};

/// Recipients of a channel that are looked at in one commit, at most.
const PAGE: i64 = 500;
/// How many seconds of a campaign may stand in line before more is put there: so few that a pause holds at once.
const AHEAD: i64 = 2;
/// How long a line is left alone where it is that long.
const PATIENCE: Duration = Duration::from_millis(500);

/// Puts the next page of a locked, running campaign on its way; gives when the page after it is due. At its end it is done.
pub(crate) async fn page(tx: &mut Tx, campaign: &mut Campaign) -> Result<Option<Time>> {
    let (now, zone) = (tx.now(), identity::tenant(tx).await?.time_zone);
    let channels: Vec<Channel> = campaign.contents.0.iter().map(|text| text.channel).collect();
    let compared = variants::of(tx, campaign.id).await?;
    let (mut sent, mut held, mut next) = (0, 0, None::<Time>);
    // Four at the most: one whose provider stands still keeps no other waiting.
    for channel in channels {
        let went = line(tx, campaign, compared.as_ref(), (channel, &zone)).await?;
        sent += went.sent;
        held += went.held;
        next = next.into_iter().chain(went.next).min();
    }
    campaign.sent += sent;
    campaign.messages -= held;
    let pause = u64::try_from(sent * 1_000 / campaign.per_second.max(1)).unwrap_or(0);
    Ok(next.map(|next| next.max(now.after(Duration::from_millis(pause)))))
}

/// What became of the next page of a channel.
#[derive(Default)]
struct Went {
    /// How many messages went.
    sent: i64,
    /// How many are not written, because their recipients are to get nothing.
    held: i64,
    /// When somebody is due next; nothing where nobody waits.
    next: Option<Time>,
}

/// The next page of one channel, by the shop's time zone.
async fn line(tx: &mut Tx, campaign: &Campaign, compared: Option<&Compared>, (channel, zone): (Channel, &str)) -> Result<Went> {
    let now = tx.now();
    let page = campaign.per_second.clamp(1, PAGE);
    if messages::still_queued(tx, campaign.id.uuid(), channel, page * AHEAD).await? >= page * AHEAD {
        return Ok(Went { next: Some(now.after(PATIENCE)), ..Went::default() });
    }
    let due = queries::due(tx, campaign, channel, PAGE).await?;
    // Nobody is due before the first: whoever waits longest comes first.
    let Some(first) = due.first().map(|first| first.due_at) else { return Ok(Went::default()) };
    if first > now {
        return Ok(Went { next: Some(first), ..Went::default() });
    }
    if campaign.best_hour && first == timing::UNSETTLED {
        timing::settle(tx, campaign, zone, &due).await?;
        return Ok(Went { next: Some(now), ..Went::default() });
    }
    let whole = i64::try_from(due.len()).unwrap_or(PAGE) < PAGE && due.iter().all(|one| one.due_at <= now);
    let (mut go, later) = sorted(campaign, zone, now, due)?;
    rows::put_off(tx, campaign, &later).await?;
    let rest = go.split_off(go.len().min(usize::try_from(page).unwrap_or(1)));
    let again = if channel == Channel::Whatsapp { daily::admit(tx, &mut go).await? } else { None };
    let said = Said::of(tx, campaign, compared).await?;
    let held = hold_back(tx, campaign, &said, &mut go).await?;
    let ids: Vec<MessageId> = go.iter().map(|(one, _)| one.message_id).collect();
    let sent = i64::try_from(ids.len()).unwrap_or(0);
    messages::enqueue_written(tx, write(campaign, &said, go)?).await?;
    rows::stand(tx, campaign.id, QUEUED, None, &ids).await?;
    if campaign.best_hour {
        rows::left(tx, campaign, &ids).await?;
    }
    rows::count(tx, campaign.id, STANDS, &BTreeMap::from([((channel, QUEUED.to_owned()), sent)])).await?;
    let over = whole && rest.is_empty() && later.is_empty();
    Ok(Went { sent, held, next: again.or((!over).then_some(now)) })
}

/// Notes that these meet what they fall to, and leaves those out of them who are to get nothing; gives how many.
async fn hold_back(tx: &mut Tx, campaign: &Campaign, said: &Said<'_>, go: &mut Vec<(Recipient, Hours)>) -> Result<i64> {
    let people: Vec<ContactId> = go.iter().map(|(one, _)| one.contact_id).collect();
    let nothing = said.meet(tx, &people).await?;
    let (held, rest): (Vec<_>, Vec<_>) = std::mem::take(go).into_iter().zip(nothing).partition(|(_, nothing)| *nothing);
    *go = rest.into_iter().map(|(one, _)| one).collect();
    if held.is_empty() {
        return Ok(0);
    }
    let ids: Vec<MessageId> = held.iter().map(|((one, _), _)| one.message_id).collect();
    rows::stand(tx, campaign.id, EXCLUDED, Some(HOLDOUT), &ids).await?;
    let mut counts: BTreeMap<(Channel, String), i64> = BTreeMap::new();
    for ((one, _), _) in &held {
        *counts.entry((one.channel, HOLDOUT.to_owned())).or_default() += 1;
        *counts.entry((one.channel, WAITING.to_owned())).or_default() -= 1;
    }
    rows::count(tx, campaign.id, AUDIENCE, &counts).await?;
    Ok(i64::try_from(ids.len()).unwrap_or(0))
}

/// It has come to its end.
pub(crate) fn finish(campaign: &mut Campaign, now: Time) -> Result<()> {
    campaign.state = after(campaign.state, Act::Finish)?;
    campaign.ended_at = Some(now);
    Ok(())
}

/// Messages that are put off, by when they may go.
pub(crate) type Later = BTreeMap<Time, Vec<MessageId>>;

/// Those who may be written to now, each with their hours, and the others by when they may.
fn sorted(campaign: &Campaign, zone: &str, now: Time, due: Vec<Recipient>) -> Result<(Vec<(Recipient, Hours)>, Later)> {
    let (mut go, mut later) = (Vec::with_capacity(due.len()), Later::new());
    for one in due.into_iter().filter(|one| one.due_at <= now) {
        let hours = hours(campaign, zone, &one);
        let opens = hours.opens(now, one.channel, one.address.as_deref().unwrap_or_default())?;
        if opens > now { later.entry(opens).or_default().push(one.message_id) } else { go.push((one, hours)) }
    }
    Ok((go, later))
}

/// The quiet hours of somebody, by the shop's clock where theirs is not asked for or not known.
pub(crate) fn hours(campaign: &Campaign, zone: &str, one: &Recipient) -> Hours {
    let own = one.zone.as_deref().filter(|_| campaign.local);
    Hours { from: campaign.quiet_from.clone(), to: campaign.quiet_to.clone(), zone: own.unwrap_or(zone).to_owned() }
}

fn write(campaign: &Campaign, said: &Said<'_>, go: Vec<(Recipient, Hours)>) -> Result<Vec<Written>> {
    let worth = Duration::from_secs(u64::try_from(campaign.worth_hours).unwrap_or(24) * 3_600);
    let written = |(one, hours): (Recipient, Hours)| {
        let texts = said.to(one.contact_id)?;
        let reader = texts.reader(one.channel).ok_or_else(|| Error::internal("a recipient's channel has no text"))?;
        // It was composed when the audience was frozen, from the same.
        let composed: Composed =
            reader.compose(&one.known.0).map_err(|unfit| Error::internal(format!("a text does not fit any more: {unfit}")))?;
        Ok(Written {
            id: one.message_id,
            channel: one.channel,
            address: one.address.unwrap_or_default(),
            contact_id: Some(one.contact_id),
            about: Some(campaign.id.uuid()),
            kind: CAMPAIGN,
            composed,
            provider_template: texts.template(one.channel).map(str::to_owned),
            variables: one.known.0,
            urgency: Urgency::Bulk,
            cause: Cause { source: CAMPAIGN, reference: campaign.id.to_string(), step: one.message_id.to_string() },
            hours: Some(hours),
            worth: Some(worth),
        })
    };
    go.into_iter().map(written).collect()
}
