//! How many people a shop's WhatsApp may begin with in a day: Meta counts different people over 24 hours, and refuses whoever comes after
//! them (shared limits of an account: 250 upward, by tiers).

use facts::Time;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::time::Duration;
use store::{Look, Result, Tx, many, params, sql};

/// The settings' name of it; 0 where no limit is known.
const SETTING: &str = "messages.whatsapp_people";
/// The most that may be said.
pub(crate) const MOST: u32 = 1_000_000;
/// The time over which people are counted.
pub const DAY: Duration = Duration::from_secs(24 * 3_600);
/// How often it is counted anew what the day leaves.
const RECOUNT: Duration = Duration::from_secs(15 * 60);

/// How many people WhatsApp lets the shop begin with in a day; nothing where no limit is known.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn daily_people(look: &mut impl Look) -> Result<Option<i64>> {
    let people: Option<i64> = settings::get(look, SETTING).await?;
    Ok(people.filter(|people| *people > 0))
}

/// Says how many; 0 where no limit is known.
pub(crate) async fn set(tx: &mut Tx, people: u32) -> Result<()> {
    let before = daily_people(tx).await?.unwrap_or(0);
    settings::replace(tx, SETTING, &before, &i64::from(people)).await
}

/// How many people were written to by WhatsApp within a day before a moment. Whoever is answered is none: they began it themselves.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn people_of_a_day(look: &mut impl Look, now: Time) -> Result<i64> {
    look.one(
        sql!(
            "SELECT CAST(COUNT(DISTINCT address) AS BIGINT) FROM messages
             WHERE tenant_id = $1 AND created_at > $2 AND channel = 'whatsapp' AND urgency <> 'reply' AND state <> 'suppressed'"
        ),
        params![look.tenant(), now.before(DAY)],
    )
    .await
}

/// What a day leaves, as it was counted.
#[derive(Debug, Deserialize)]
struct Room {
    room: i64,
    counted_at: Time,
}

/// Which of these numbers may be begun with on WhatsApp now, each in its place, whoever else is written to; and when to look again where the day
/// has no room for some. Who was written to within the day is no new person; new people take their places in this order, under the lock of
/// the tenant's row, whichever campaign or journey asks.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn admit(tx: &mut Tx, numbers: &[String]) -> Result<(Vec<bool>, Option<Time>)> {
    let daily = if numbers.is_empty() { None } else { daily_people(tx).await? };
    let Some(daily) = daily else { return Ok((vec![true; numbers.len()], None)) };
    let now = tx.now();
    let held: Room = tx
        .one(
            sql!(
                "INSERT INTO whatsapp_room (tenant_id, room, counted_at) VALUES ($1, 0, 0)
                 ON CONFLICT (tenant_id) DO UPDATE SET room = whatsapp_room.room RETURNING room, counted_at"
            ),
            params![tx.tenant()],
        )
        .await?;
    let mut room = match held.counted_at.after(RECOUNT) <= now {
        true => Room { room: daily - people_of_a_day(tx, now).await?, counted_at: now },
        false => Room { room: held.room.min(daily), ..held },
    };
    let mut known = of_a_day(tx, now, &numbers.iter().map(String::as_str).collect()).await?;
    let may: Vec<bool> = numbers.iter().map(|number| known.contains(number) || place(&mut room.room, &mut known, number)).collect();
    tx.put(
        sql!("UPDATE whatsapp_room SET room = $2, counted_at = $3 WHERE tenant_id = $1"),
        params![tx.tenant(), room.room, room.counted_at],
    )
    .await?;
    let again = may.contains(&false).then(|| room.counted_at.after(RECOUNT));
    Ok((may, again))
}

/// A place for somebody new, where there is room.
fn place(room: &mut i64, known: &mut BTreeSet<String>, number: &str) -> bool {
    if *room <= 0 {
        return false;
    }
    *room -= 1;
    known.insert(number.to_owned())
}

/// Those of these numbers that were written to by WhatsApp within a day before a moment.
async fn of_a_day(look: &mut impl Look, now: Time, numbers: &BTreeSet<&str>) -> Result<BTreeSet<String>> {
    let statement = sql!(concat!(
        "SELECT DISTINCT address FROM messages WHERE tenant_id = $1 AND address IN (",
        many!(),
        ") AND created_at > $34 AND channel = 'whatsapp' AND urgency <> 'reply' AND state <> 'suppressed'"
    ));
    let numbers: Vec<&str> = numbers.iter().copied().collect();
    let known: Vec<String> = look.all_in(statement, &numbers, params![now.before(DAY)]).await?;
    Ok(known.into_iter().collect())
}
