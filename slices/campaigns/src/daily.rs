//! With how many people campaigns begin on WhatsApp in a day: no more than its limit leaves, whoever else is written to. Who was written
//! to within the day is no new person.

use crate::model::{AUDIENCE, Campaign, Count, Recipient, WAITING};
use facts::Time;
use facts::messages::Channel;
use messages::Hours;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::time::Duration;
use store::{Error, Look, Result, Tx, params, sql};

/// How often it is counted anew what the day leaves.
const RECOUNT: Duration = Duration::from_secs(15 * 60);

/// A campaign on WhatsApp that is to more people than the day leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Over {
    /// Those to whom it goes on WhatsApp.
    pub people: i64,
    /// With how many the shop may begin in a day.
    pub daily: i64,
    /// How many of these are taken already.
    pub taken: i64,
}

impl Over {
    /// How many days it takes, about.
    pub fn days(self) -> i64 {
        (self.people + self.taken + self.daily - 1) / self.daily
    }

    /// What is said to whoever wants to send it.
    pub fn says(self) -> String {
        let Self { people, daily, taken } = self;
        let taken = if taken > 0 { format!(", and has written to {taken} in the last 24 hours") } else { String::new() };
        format!("It goes to {people} people on WhatsApp, which lets your shop begin with {daily} a day{taken}.")
    }
}

/// Whether a campaign whose audience is frozen is to more people than the day leaves.
///
/// # Errors
/// Whatever the engine refuses.
pub(crate) async fn over(look: &mut impl Look, campaign: &Campaign, counts: &[Count], now: Time) -> Result<Option<Over>> {
    let waits = |count: &&Count| count.channel == Channel::Whatsapp && count.about == AUDIENCE && count.word == WAITING;
    let people: i64 = counts.iter().filter(waits).map(|count| count.number).sum();
    let Some(daily) = messages::daily_people(look).await?.filter(|_| people > 0) else { return Ok(None) };
    // Whoever was written to by now is forgotten by then.
    let later = campaign.starts_at.is_some_and(|at| at > now.after(messages::DAY));
    let taken = if later { 0 } else { messages::people_of_a_day(look, now).await? };
    Ok(Some(Over { people, daily, taken }).filter(|over| over.people + over.taken > over.daily))
}

/// Refuses to send a campaign that takes several days and may not.
///
/// # Errors
/// `over_daily_people`.
pub(crate) fn fits(campaign: &Campaign, over: Option<Over>) -> Result<()> {
    let Some(over) = over.filter(|_| !campaign.over_days) else { return Ok(()) };
    let says = format!("{} Let it take {} days (over_days), or send it to fewer.", over.says(), over.days());
    Err(Error::conflict("over_daily_people", says))
}

/// What a day leaves, as it was counted.
#[derive(Debug, Deserialize)]
struct Room {
    room: i64,
    counted_at: Time,
}

/// Leaves those of a page on WhatsApp in the line whom the day has no room for; gives when to look again, where there are any. New people
/// take their places in the order of the page.
///
/// # Errors
/// Whatever the engine refuses.
pub(crate) async fn admit(tx: &mut Tx, go: &mut Vec<(Recipient, Hours)>) -> Result<Option<Time>> {
    let Some(daily) = messages::daily_people(tx).await?.filter(|_| !go.is_empty()) else { return Ok(None) };
    let now = tx.now();
    let held: Room = tx
        .one(
            sql!(
                "INSERT INTO campaign_room (tenant_id, room, counted_at) VALUES ($1, 0, 0)
                 ON CONFLICT (tenant_id) DO UPDATE SET room = campaign_room.room RETURNING room, counted_at"
            ),
            params![tx.tenant()],
        )
        .await?;
    let mut room = match held.counted_at.after(RECOUNT) <= now {
        true => Room { room: daily - messages::people_of_a_day(tx, now).await?, counted_at: now },
        false => Room { room: held.room.min(daily), ..held },
    };
    let addresses = go.iter().filter_map(|(one, _)| one.address.as_deref()).collect();
    let mut known = messages::of_a_day(tx, now, &addresses).await?;
    let whole = go.len();
    go.retain(|(one, _)| {
        let address = one.address.clone().unwrap_or_default();
        known.contains(&address) || place(&mut room.room, &mut known, address)
    });
    tx.put(
        sql!("UPDATE campaign_room SET room = $2, counted_at = $3 WHERE tenant_id = $1"),
        params![tx.tenant(), room.room, room.counted_at],
    )
    .await?;
    Ok((go.len() < whole).then(|| room.counted_at.after(RECOUNT)))
}

/// A place for somebody new, where there is room.
fn place(room: &mut i64, known: &mut BTreeSet<String>, address: String) -> bool {
    if *room <= 0 {
        return false;
    }
    *room -= 1;
    known.insert(address)
}

#[cfg(test)]
mod tests {
    use super::Over;

    #[test]
    fn the_days_that_it_takes() {
        for (people, daily, taken, days) in
            [(1_200, 1_000, 0, 2), (1_000, 1_000, 1, 2), (2_000, 1_000, 0, 2), (5, 250, 250, 2), (2_001, 1_000, 0, 3)]
        {
            assert_eq!(Over { people, daily, taken }.days(), days, "{people} of {daily} beside {taken}");
        }
    }
}
