//! How many people a shop's WhatsApp may begin with in a day: Meta counts different people over 24 hours, and refuses whoever comes after
//! them (shared limits of an account: 250 upward, by tiers).

use facts::Time;
use std::collections::BTreeSet;
use std::time::Duration;
use store::{Look, Result, Tx, params, sql, texts};

/// The settings' name of it; 0 where no limit is known.
const SETTING: &str = "messages.whatsapp_people";
/// The most that may be said.
pub(crate) const MOST: u32 = 1_000_000;
/// The time over which people are counted.
pub const DAY: Duration = Duration::from_secs(24 * 3_600);

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

/// Those of these numbers that were written to by WhatsApp within a day before a moment.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn of_a_day(look: &mut impl Look, now: Time, numbers: &BTreeSet<&str>) -> Result<BTreeSet<String>> {
    let known: Vec<String> = look
        .all(
            sql!(
                "SELECT DISTINCT address FROM messages WHERE tenant_id = $1 AND address IN (SELECT key FROM json_each($2))
                   AND created_at > $3 AND channel = 'whatsapp' AND urgency <> 'reply' AND state <> 'suppressed'"
            ),
            params![look.tenant(), texts(numbers.iter().copied()), now.before(DAY)],
        )
        .await?;
    Ok(known.into_iter().collect())
}
