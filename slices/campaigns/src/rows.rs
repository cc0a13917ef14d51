//! What writes this slice's tables.

use crate::model::{Campaign, Recipient};
use crate::queries::campaigns;
use crate::run::Later;
use crate::timing::Settled;
use facts::messages::Channel;
use facts::{CampaignId, MessageId};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use store::{Error, Look, Result, Tx, many, params, rows, sql};

/// Rows of an old audience that are cleared up in one commit.
const SWEPT: i64 = 5_000;

/// Puts a new campaign there.
pub(crate) async fn insert(tx: &mut Tx, campaign: &Campaign) -> Result<()> {
    tx.put(
        sql!(
            "INSERT INTO campaigns (tenant_id, id, name, state, contents, way, audience, quiet_from, quiet_to, local, per_second, worth_hours,
                best_hour, frozen, people, messages, sent, go, version, created_at, starts_at, over_days)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 0, 0, 0, 0, $14, 1, $15, $16, $17)"
        ),
        params![
            tx.tenant(),
            campaign.id,
            &campaign.name,
            campaign.state.as_str(),
            json!(campaign.contents.0),
            campaign.way.as_str(),
            json!(campaign.audience.0),
            &campaign.quiet_from,
            &campaign.quiet_to,
            campaign.local,
            campaign.per_second,
            campaign.worth_hours,
            campaign.best_hour,
            campaign.go,
            campaign.created_at,
            campaign.starts_at,
            campaign.over_days
        ],
    )
    .await
}

/// A campaign, its row held until the commit.
pub(crate) async fn lock(tx: &mut Tx, id: CampaignId) -> Result<Option<Campaign>> {
    tx.maybe(campaigns!("WHERE tenant_id = $1 AND id = $2 FOR UPDATE"), params![tx.tenant(), id]).await
}

/// The same, where there must be one.
pub(crate) async fn held(tx: &mut Tx, id: CampaignId) -> Result<Campaign> {
    lock(tx, id).await?.ok_or_else(|| Error::not_found("campaign"))
}

/// Writes a held campaign anew.
pub(crate) async fn update(tx: &mut Tx, campaign: &Campaign) -> Result<()> {
    tx.put(
        sql!(
            "UPDATE campaigns SET name = $3, state = $4, contents = $5, way = $6, audience = $7, quiet_from = $8, quiet_to = $9, local = $10,
                per_second = $11, worth_hours = $12, frozen = $13, frozen_after = $14, people = $15, messages = $16, sent = $17, go = $18,
                starts_at = $19, version = $20, started_at = $21, ended_at = $22, best_hour = $23, over_days = $24
             WHERE tenant_id = $1 AND id = $2"
        ),
        params![
            tx.tenant(),
            campaign.id,
            &campaign.name,
            campaign.state.as_str(),
            json!(campaign.contents.0),
            campaign.way.as_str(),
            json!(campaign.audience.0),
            &campaign.quiet_from,
            &campaign.quiet_to,
            campaign.local,
            campaign.per_second,
            campaign.worth_hours,
            campaign.frozen,
            campaign.frozen_after,
            campaign.people,
            campaign.messages,
            campaign.sent,
            campaign.go,
            campaign.starts_at,
            campaign.version,
            campaign.started_at,
            campaign.ended_at,
            campaign.best_hour,
            campaign.over_days
        ],
    )
    .await
}

/// Takes a campaign away that was never frozen, or whose audience is to be swept.
pub(crate) async fn delete(tx: &mut Tx, id: CampaignId) -> Result<()> {
    tx.put(sql!("DELETE FROM campaigns WHERE tenant_id = $1 AND id = $2"), params![tx.tenant(), id]).await
}

/// Puts a page of an audience there.
pub(crate) async fn insert_recipients(tx: &mut Tx, campaign: &Campaign, all: &[Recipient]) -> Result<()> {
    let campaign_recipients = rows!(
        "INSERT INTO campaign_recipients (tenant_id, campaign_id, frozen, contact_id, channel, message_id, address, state, reason, zone, \
         known, due_at) VALUES ",
        12,
        ""
    );
    let mut values = Vec::with_capacity(all.len() * 12);
    for one in all {
        values.extend_from_slice(params![
            tx.tenant(),
            campaign.id,
            campaign.frozen,
            one.contact_id,
            one.channel.as_str(),
            one.message_id,
            one.address.as_deref(),
            one.state.as_str(),
            one.reason.as_deref(),
            one.zone.as_deref(),
            Value::Object(one.known.0.clone()),
            one.due_at
        ]);
    }
    tx.put_rows(campaign_recipients, &values).await
}

/// Adds to what is counted of a campaign.
pub(crate) async fn count(tx: &mut Tx, id: CampaignId, about: &str, counts: &BTreeMap<(Channel, String), i64>) -> Result<()> {
    let campaign_counts = rows!(
        "INSERT INTO campaign_counts (tenant_id, campaign_id, channel, about, word, number) VALUES ",
        6,
        " ON CONFLICT (tenant_id, campaign_id, about, channel, word) DO UPDATE SET number = campaign_counts.number + excluded.number"
    );
    let mut values = Vec::new();
    for ((channel, word), number) in counts {
        values.extend_from_slice(params![tx.tenant(), id, channel.as_str(), about, word, *number]);
    }
    tx.put_rows(campaign_counts, &values).await
}

/// Forgets what was counted.
pub(crate) async fn uncount(tx: &mut Tx, id: CampaignId) -> Result<()> {
    tx.put(sql!("DELETE FROM campaign_counts WHERE tenant_id = $1 AND campaign_id = $2"), params![tx.tenant(), id]).await
}

/// Notes how messages of a campaign stand.
pub(crate) async fn stand(tx: &mut Tx, id: CampaignId, state: &str, reason: Option<&str>, messages: &[MessageId]) -> Result<()> {
    let stood = sql!(concat!(
        "UPDATE campaign_recipients SET state = $35, reason = $36 WHERE tenant_id = $1 AND campaign_id = $34
           AND frozen = (SELECT frozen FROM campaigns WHERE tenant_id = $1 AND id = $34)
           AND message_id IN (",
        many!(),
        ")"
    ));
    tx.put_in(stood, messages, params![id, state, reason]).await
}

/// Puts messages off until their recipients may be written to.
pub(crate) async fn put_off(tx: &mut Tx, campaign: &Campaign, later: &Later) -> Result<()> {
    for (until, messages) in later {
        let moved = sql!(concat!(
            "UPDATE campaign_recipients SET due_at = $35
             WHERE tenant_id = $1 AND campaign_id = $34 AND frozen = $36 AND message_id IN (",
            many!(),
            ")"
        ));
        tx.put_in(moved, messages, params![campaign.id, *until, campaign.frozen]).await?;
    }
    Ok(())
}

/// Notes when messages leave.
pub(crate) async fn settle(tx: &mut Tx, campaign: &Campaign, settled: &Settled) -> Result<()> {
    for ((timing, at), messages) in settled {
        let leaves = sql!(concat!(
            "UPDATE campaign_recipients SET timing = $36, leaves_at = $37, due_at = $37
             WHERE tenant_id = $1 AND campaign_id = $34 AND frozen = $35 AND message_id IN (",
            many!(),
            ")"
        ));
        tx.put_in(leaves, messages, params![campaign.id, campaign.frozen, timing.as_str(), *at]).await?;
    }
    Ok(())
}

/// Notes that messages have left for which a moment was settled.
pub(crate) async fn left(tx: &mut Tx, campaign: &Campaign, messages: &[MessageId]) -> Result<()> {
    let left = sql!(concat!(
        "UPDATE campaign_recipients SET leaves_at = $36
         WHERE tenant_id = $1 AND campaign_id = $34 AND frozen = $35 AND timing IS NOT NULL AND message_id IN (",
        many!(),
        ")"
    ));
    tx.put_in(left, messages, params![campaign.id, campaign.frozen, tx.now()]).await
}

/// Clears up a part of the audiences that a campaign had before; tells whether there may be more of them.
pub(crate) async fn sweep(tx: &mut Tx, id: CampaignId) -> Result<bool> {
    let swept = tx
        .exec(
            sql!(
                "DELETE FROM campaign_recipients WHERE tenant_id = $1 AND campaign_id = $2 AND (frozen, message_id) IN (
                   SELECT frozen, message_id FROM campaign_recipients WHERE tenant_id = $1 AND campaign_id = $2
                     AND frozen < COALESCE((SELECT frozen FROM campaigns WHERE tenant_id = $1 AND id = $2), 9223372036854775807) LIMIT $3)"
            ),
            params![tx.tenant(), id, SWEPT],
        )
        .await?;
    Ok(i64::try_from(swept).unwrap_or(0) == SWEPT)
}
