//! Looking at what was touched.

use crate::model::{Figure, Figures, HUMAN, Kind, Touch, Touched};
use facts::{MessageId, Time};
use std::collections::HashMap;
use store::{Look, Result, many, params, sql};
use uuid::Uuid;

/// How many messages about something, such as a campaign, were opened, and how many had a link followed.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn figures(look: &mut impl Look, subject: Uuid) -> Result<Figures> {
    let counted: Vec<(Kind, i64, i64)> = look
        .all(
            sql!("SELECT kind, whole, human FROM touch_counts WHERE tenant_id = $1 AND subject_id = $2 ORDER BY kind"),
            params![look.tenant(), subject],
        )
        .await?;
    let figure = |kind: Kind| {
        let found = counted.iter().find(|(counted, ..)| *counted == kind);
        found.map(|(_, raw, human)| Figure { raw: *raw, human: *human }).unwrap_or_default()
    };
    Ok(Figures { opens: figure(Kind::Open), clicks: figure(Kind::Click) })
}

/// What people did with each of these messages; those of which nothing is known are left out.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn touched(look: &mut impl Look, messages: &[MessageId]) -> Result<HashMap<MessageId, Touched>> {
    let mut found: HashMap<MessageId, Touched> = HashMap::new();
    let some: Vec<(MessageId, Kind)> = look
        .all_in(
            sql!(concat!(
                "SELECT DISTINCT message_id, kind FROM touches WHERE tenant_id = $1 AND judged = $34 AND message_id IN (",
                many!(),
                ")"
            )),
            messages,
            params![HUMAN],
        )
        .await?;
    for (message, kind) in some {
        let touched = found.entry(message).or_default();
        touched.opened |= kind == Kind::Open;
        touched.clicked |= kind == Kind::Click;
    }
    Ok(found)
}

/// When people first touched each of these messages; those of which nothing is known are left out.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn touched_at(look: &mut impl Look, messages: &[MessageId]) -> Result<Vec<(MessageId, Time)>> {
    look.all_in(
        sql!(concat!(
            "SELECT message_id, MIN(at) AS at FROM touches WHERE tenant_id = $1 AND judged = $34 AND message_id IN (",
            many!(),
            ") GROUP BY message_id"
        )),
        messages,
        params![HUMAN],
    )
    .await
}

/// The messages whose touches have waited the longest to be judged, of those that came up to a time: so many touches' at the most.
pub(crate) async fn due(look: &mut impl Look, until: Time, most: i64) -> Result<Vec<MessageId>> {
    look.all(
        sql!(
            "SELECT DISTINCT message_id FROM (SELECT message_id FROM touches
               WHERE tenant_id = $1 AND judged IS NULL AND at <= $2 ORDER BY at, id LIMIT $3) AS oldest"
        ),
        params![look.tenant(), until, most],
    )
    .await
}

/// When the touch came that has waited the longest to be judged.
pub(crate) async fn oldest(look: &mut impl Look) -> Result<Option<Time>> {
    look.maybe(sql!("SELECT at FROM touches WHERE tenant_id = $1 AND judged IS NULL ORDER BY at, id LIMIT 1"), params![look.tenant()]).await
}

/// Every touch of these messages, by message, in the order in which they came.
pub(crate) async fn of_messages(look: &mut impl Look, messages: &[MessageId]) -> Result<HashMap<MessageId, Vec<Touch>>> {
    let mut found: HashMap<MessageId, Vec<Touch>> = HashMap::new();
    let some: Vec<Touch> = look
        .all_in(
            sql!(concat!(
                "SELECT id, message_id, kind, link, url, at, agent, visitor, ahead, judged FROM touches
                 WHERE tenant_id = $1 AND message_id IN (",
                many!(),
                ") ORDER BY message_id, at, id"
            )),
            messages,
            &[],
        )
        .await?;
    for touch in some {
        found.entry(touch.message_id).or_default().push(touch);
    }
    Ok(found)
}
