//! With how many people campaigns begin on WhatsApp in a day: no more than its limit leaves, whoever else is written to. Who was written
//! to within the day is no new person.

use crate::model::{AUDIENCE, Campaign, Count, Recipient, WAITING};
use facts::Time;
use facts::messages::Channel;
use messages::Hours;
use store::{Error, Look, Result, Tx};

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

/// Leaves those of a page on WhatsApp in the line whom the day has no room for; gives when to look again, where there are any. New people
/// take their places in the order of the page.
///
/// # Errors
/// Whatever the engine refuses.
pub(crate) async fn admit(tx: &mut Tx, go: &mut Vec<(Recipient, Hours)>) -> Result<Option<Time>> {
    let numbers: Vec<String> = go.iter().map(|(one, _)| one.address.clone().unwrap_or_default()).collect();
    let (may, again) = messages::admit(tx, &numbers).await?;
    let mut may = may.into_iter();
    go.retain(|_| may.next().unwrap_or(false));
    Ok(again)
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
