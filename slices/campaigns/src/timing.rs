//! Each at the hour at which they read: when each message of a campaign leaves, settled for all of its audience as it begins. Until then its recipient waits
//! in the line like one whose quiet hours are on, so nothing is made before its time, and a pause or an end holds them as well.

use crate::model::{Campaign, Recipient, Timing};
use crate::{rows, run};
use facts::messages::Channel;
use facts::{CampaignId, ContactId, Id, MessageId, Time};
use jiff::tz::TimeZone;
use messages::Hours;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::time::Duration;
use store::{Result, Tx};

/// When somebody is due of whom it is not settled yet when their message leaves.
pub(crate) const UNSETTLED: Time = Time(0);
/// The control and the others: one in five of those whose hour is known gets it at the campaign's own time.
pub(crate) const WEIGHTS: [u32; 2] = [1, 4];

const HOUR: Duration = Duration::from_secs(3_600);
/// The most hours after its beginning in which a campaign looks for each one's.
const WINDOW: i64 = 24;

/// Whom it is settled for, by what and for when.
pub(crate) type Settled = BTreeMap<(Timing, Time), Vec<MessageId>>;

/// Settles when the messages of these recipients of a channel leave, as far as it is not yet; by the shop's time zone where theirs is not known.
pub(crate) async fn settle(tx: &mut Tx, campaign: &Campaign, zone: &str, waiting: &[Recipient]) -> Result<()> {
    let open: Vec<&Recipient> = waiting.iter().filter(|one| one.due_at == UNSETTLED).collect();
    let people: Vec<ContactId> = open.iter().map(|one| one.contact_id).collect();
    let known = sendtime::hours_of(tx, &people).await?;
    let (now, until) = (tx.now(), until(campaign, tx.now()));
    // What is open to somebody goes by their clock and, where the law asks for it, by the country of their number.
    let mut open_hours: BTreeMap<(String, String), Slots> = BTreeMap::new();
    let mut settled = Settled::new();
    for one in open {
        let (hours, address) = (run::hours(campaign, zone, one), one.address.as_deref().unwrap_or_default());
        let country = if one.channel == Channel::Sms { address.get(..3).unwrap_or_default() } else { "" };
        let slots = match open_hours.entry((hours.zone.clone(), country.to_owned())) {
            Entry::Occupied(found) => *found.get(),
            Entry::Vacant(new) => *new.insert(Slots::of(&hours, (now, until), one.channel, address)?),
        };
        let best = known.best(one.contact_id, &slots.allowed()).and_then(|hour| slots.at(hour));
        let when = match best {
            None => (Timing::Own, now),
            Some(_) if is_control(campaign.id, one.contact_id) => (Timing::Control, now),
            Some(at) => (Timing::Best, at),
        };
        settled.entry(when).or_default().push(one.message_id);
    }
    rows::settle(tx, campaign, &settled).await
}

/// Until when a campaign looks for each one's hour.
fn until(campaign: &Campaign, now: Time) -> Time {
    let hours = u32::try_from(campaign.worth_hours.clamp(1, WINDOW)).unwrap_or(1);
    campaign.started_at.unwrap_or(now).after(HOUR * hours)
}

/// Whether somebody gets a campaign at its own time, by lot.
fn is_control(campaign: CampaignId, person: ContactId) -> bool {
    experiments::place_of(campaign.uuid(), person, &WEIGHTS) == 0
}

/// By hour of somebody's day the first moment of it at which they may be written to, where there is one before the window ends.
#[derive(Debug, Clone, Copy)]
struct Slots([Option<Time>; 24]);

impl Slots {
    /// Those from now until the window ends.
    ///
    /// # Errors
    /// As [`Hours::opens`].
    fn of(hours: &Hours, (now, until): (Time, Time), channel: Channel, address: &str) -> Result<Self> {
        let zone = TimeZone::get(&hours.zone).unwrap_or(TimeZone::UTC);
        let mut slots = [None; 24];
        let mut at = now;
        while at < until {
            let next = at.after(left_of_hour(at, &zone));
            let opens = hours.opens(at, channel, address)?;
            let hour = usize::try_from(at.timestamp().to_zoned(zone.clone()).hour()).ok();
            if let Some(slot) = hour.and_then(|hour| slots.get_mut(hour)).filter(|_| opens < next.min(until)) {
                slot.get_or_insert(opens);
            }
            at = next;
        }
        Ok(Self(slots))
    }

    /// Which hours there are.
    fn allowed(&self) -> [bool; 24] {
        self.0.map(|slot| slot.is_some())
    }

    fn at(&self, hour: u8) -> Option<Time> {
        self.0.get(usize::from(hour)).copied().flatten()
    }
}

/// How long it is until the clock of a zone shows the next full hour.
fn left_of_hour(at: Time, zone: &TimeZone) -> Duration {
    let shown = at.timestamp().to_zoned(zone.clone());
    let gone = i64::from(shown.minute()) * 60_000 + i64::from(shown.second()) * 1_000 + i64::from(shown.millisecond());
    HOUR.saturating_sub(Duration::from_millis(u64::try_from(gone).unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn at(text: &str) -> Time {
        text.parse().unwrap()
    }

    fn night(zone: &str) -> Hours {
        Hours { from: "21:00".to_owned(), to: "07:30".to_owned(), zone: zone.to_owned() }
    }

    #[test]
    fn the_hours_that_are_open() {
        // 10:20 in India.
        let now = at("2026-11-20T04:50:00Z");
        let slots = Slots::of(&night("Asia/Kolkata"), (now, now.after(HOUR * 24)), Channel::Email, "asha@example.com").unwrap();
        assert_eq!((slots.at(10), slots.at(20)), (Some(now), Some(at("2026-11-20T14:30:00Z"))));
        assert_eq!((slots.at(7), slots.at(8)), (Some(at("2026-11-21T02:00:00Z")), Some(at("2026-11-21T02:30:00Z"))));
        assert_eq!([21, 23, 0, 6].map(|hour| slots.at(hour)), [None; 4]);
        let few = Slots::of(&night("Asia/Kolkata"), (now, now.after(HOUR * 2)), Channel::Email, "").unwrap();
        assert_eq!((0..24).filter(|hour| few.at(*hour).is_some()).collect::<Vec<u8>>(), [10, 11, 12]);
        let law = Slots::of(&night("Asia/Kolkata"), (now, now.after(HOUR * 24)), Channel::Sms, "+919876543210").unwrap();
        assert_eq!((law.at(8), law.at(9), law.at(10)), (None, None, Some(now)), "offers by SMS from ten");
    }

    #[test]
    fn one_in_five_by_lot_and_another_lot_for_each_campaign() {
        let control = |campaign: u128| -> Vec<bool> {
            let campaign = CampaignId::from_uuid(Uuid::from_u128(campaign));
            (0..5_000).map(|person| is_control(campaign, ContactId::from_uuid(Uuid::from_u128(person)))).collect()
        };
        let (one, other) = (control(1), control(2));
        let number = one.iter().filter(|control| **control).count();
        assert!((850..1_150).contains(&number), "{number}");
        let both = one.iter().zip(&other).filter(|(one, other)| **one && **other).count();
        assert!((130..270).contains(&both), "{both}");
    }

    proptest! {
        #[test]
        fn promise_17_nobody_is_written_to_in_their_quiet_hours(minutes in 0u64..(366 * 24 * 60), hours in 1u32..25, zone in prop::sample::select(vec!["Asia/Kolkata", "Asia/Kathmandu", "America/New_York", "Europe/Berlin", "UTC"])) {
            let now = at("2026-01-01T00:00:00Z").after(Duration::from_secs(minutes * 60));
            let until = now.after(HOUR * hours);
            let quiet = night(zone);
            let slots = Slots::of(&quiet, (now, until), Channel::Whatsapp, "+919876543210").unwrap();
            let clock = TimeZone::get(zone).unwrap();
            for hour in 0..24u8 {
                let Some(moment) = slots.at(hour) else { continue };
                prop_assert!(moment >= now && moment < until);
                prop_assert_eq!(quiet.opens(moment, Channel::Whatsapp, "+919876543210").unwrap(), moment);
                prop_assert_eq!(moment.timestamp().to_zoned(clock.clone()).hour(), i8::try_from(hour).unwrap());
            }
        }
    }
}
