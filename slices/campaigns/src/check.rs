//! What must hold of campaigns, for `origin verify`.

use facts::{CampaignId, Id, TenantId};
use serde::Deserialize;
use store::{Db, Look, Result, sql};
use uuid::Uuid;

#[derive(Deserialize)]
struct Off {
    id: CampaignId,
    counted: i64,
    found: i64,
}

#[derive(Deserialize)]
struct Timed {
    id: CampaignId,
    timing: String,
    sent: i64,
    read: i64,
    taken: i64,
    noted: i64,
}

/// What is wrong in any tenant, a sentence each: a campaign's audience that is known does not add up to its messages and those who
/// are left out, what is counted of its messages is not how they stand, or what is counted by when they left is not what is noted of each.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn check(db: &Db) -> Result<Vec<String>> {
    let off: Vec<Off> = db
        .read_main(TenantId::from_uuid(Uuid::nil()))
        .all(
            sql!(global
                "SELECT c.id, c.messages + COALESCE((SELECT CAST(SUM(n.number) AS BIGINT) FROM campaign_counts n
                     WHERE n.tenant_id = c.tenant_id AND n.campaign_id = c.id AND n.about = 'audience' AND n.word <> 'waiting'), 0) AS counted,
                   (SELECT COUNT(*) FROM campaign_recipients r
                     WHERE r.tenant_id = c.tenant_id AND r.campaign_id = c.id AND r.frozen = c.frozen) AS found
                 FROM campaigns c WHERE c.state NOT IN ('draft', 'freezing')"
            ),
            &[],
        )
        .await?;
    let stand: Vec<Off> = db
        .read_main(TenantId::from_uuid(Uuid::nil()))
        .all(
            sql!(global
                "SELECT c.id, COALESCE((SELECT CAST(SUM(n.number) AS BIGINT) FROM campaign_counts n
                     WHERE n.tenant_id = c.tenant_id AND n.campaign_id = c.id AND n.about = 'stands'), 0) AS counted,
                   (SELECT COUNT(*) FROM campaign_recipients r WHERE r.tenant_id = c.tenant_id AND r.campaign_id = c.id
                     AND r.frozen = c.frozen AND r.state NOT IN ('waiting', 'excluded')) AS found
                 FROM campaigns c WHERE c.sent > 0"
            ),
            &[],
        )
        .await?;
    let wrong = |of: &'static str, all: Vec<Off>| {
        let wrong = all.into_iter().filter(|one| one.counted != one.found);
        wrong.map(move |one| format!("campaign {}: {} counted {of}, {} found", one.id, one.counted, one.found))
    };
    Ok(wrong("in its audience", off).chain(wrong("of its messages", stand)).chain(timed(db).await?).collect())
}

async fn timed(db: &Db) -> Result<Vec<String>> {
    let all: Vec<Timed> = db
        .read_main(TenantId::from_uuid(Uuid::nil()))
        .all(
            sql!(global
                "SELECT t.campaign_id AS id, t.timing, t.sent, t.read,
                   CAST(COALESCE(SUM(CASE WHEN r.state IN ('sent', 'delivered', 'read') THEN 1 ELSE 0 END), 0) AS BIGINT) AS taken,
                   CAST(COALESCE(SUM(CASE WHEN r.read_in_time THEN 1 ELSE 0 END), 0) AS BIGINT) AS noted
                 FROM campaign_timings t
                 JOIN campaigns c ON c.tenant_id = t.tenant_id AND c.id = t.campaign_id
                 LEFT JOIN campaign_recipients r ON r.tenant_id = t.tenant_id AND r.campaign_id = t.campaign_id AND r.frozen = c.frozen
                   AND r.timing = t.timing AND r.channel = t.channel
                 GROUP BY t.tenant_id, t.campaign_id, t.timing, t.channel, t.sent, t.read"
            ),
            &[],
        )
        .await?;
    let wrong = all.into_iter().filter(|one| (one.sent, one.read) != (one.taken, one.noted));
    let says = |one: Timed| {
        let Timed { id, timing, sent, read, taken, noted } = one;
        format!("campaign {id}: of those at {timing} {sent} are counted as sent and {read} as read, {taken} and {noted} are noted")
    };
    Ok(wrong.map(says).collect())
}
