//! What writes this slice's tables.

use crate::model::{Figure, Kind, Touch, Verdict};
use facts::ContactId;
use std::collections::BTreeMap;
use store::{Result, Tx, many, params, rows, sql};
use uuid::Uuid;

/// Touches of one message that are kept: what comes after so many decides nothing any more.
const MOST: i64 = 200;

/// Keeps a touch, unless enough of its message are kept.
pub(crate) async fn keep(tx: &mut Tx, touch: &Touch, contact: Option<ContactId>) -> Result<()> {
    tx.put(
        sql!(
            "INSERT INTO touches (tenant_id, id, message_id, contact_id, kind, link, url, at, agent, visitor, ahead)
             SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11
             WHERE (SELECT COUNT(*) FROM (SELECT 1 AS one FROM touches WHERE tenant_id = $1 AND message_id = $3 LIMIT $12) AS kept) < $12"
        ),
        params![
            tx.tenant(),
            touch.id,
            touch.message_id,
            contact,
            touch.kind.as_str(),
            touch.link,
            touch.url.as_deref(),
            touch.at,
            &touch.agent,
            &touch.visitor,
            touch.ahead,
            MOST
        ],
    )
    .await
}

/// Writes whose touches are: a statement for so many of one verdict.
pub(crate) async fn judged(tx: &mut Tx, verdicts: &BTreeMap<Verdict, Vec<Uuid>>) -> Result<()> {
    for (verdict, touches) in verdicts {
        let why = verdict.why().map(|why| why.as_str());
        tx.put_in(
            sql!(concat!("UPDATE touches SET judged = $34, why = $35 WHERE tenant_id = $1 AND id IN (", many!(), ")")),
            touches,
            params![verdict.word(), why],
        )
        .await?;
    }
    Ok(())
}

/// Adds to the figures of what messages are about.
pub(crate) async fn count(tx: &mut Tx, figures: &BTreeMap<(Uuid, Kind), Figure>) -> Result<()> {
    let touch_counts = rows!(
        "INSERT INTO touch_counts (tenant_id, subject_id, kind, whole, human) VALUES ",
        5,
        " ON CONFLICT (tenant_id, subject_id, kind) DO UPDATE SET whole = touch_counts.whole + excluded.whole, \
         human = touch_counts.human + excluded.human"
    );
    let mut values = Vec::new();
    for ((subject, kind), figure) in figures {
        values.extend_from_slice(params![tx.tenant(), *subject, kind.as_str(), figure.raw, figure.human]);
    }
    tx.put_rows(touch_counts, &values).await
}
