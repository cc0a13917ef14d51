//! When a message that sells something may leave: by its reader's clock, and by the law's. It is asked as it is written and again as it
//! leaves, so neither a retry nor a long line wakes anybody.

use crate::model::{NewMessage, Urgency};
use facts::messages::Channel;
use facts::{ContactId, Time};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use store::{Look, Result};
use web::Quiet;

/// Offers by SMS go out in India between 10:00 and 21:00 alone (TRAI's regulations of commercial communication, 2018; operators refuse others).
const INDIA: (&str, &str, &str) = ("21:00", "10:00", "Asia/Kolkata");

/// The quiet hours of a message's reader.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hours {
    /// When it gets quiet, as `21:00`; never where both are the same.
    pub from: String,
    /// When it is over.
    pub to: String,
    /// By whose clock.
    pub zone: String,
}

impl Hours {
    /// None but the law's: for what is bounded by its sender otherwise.
    pub fn of_the_law() -> Self {
        Self { from: "00:00".to_owned(), to: "00:00".to_owned(), zone: "UTC".to_owned() }
    }

    /// The first moment from this one on at which this address may be written to. Where their hours and the law's leave none in common, the
    /// law's hold.
    ///
    /// # Errors
    /// A field error for an hour that is none.
    pub fn opens(&self, now: Time, channel: Channel, address: &str) -> Result<Time> {
        let (quiet, own) = (Quiet::between(&self.from, &self.to)?, known(&self.zone));
        if channel != Channel::Sms || !address.starts_with("+91") {
            return Ok(quiet.over(now, &own));
        }
        let (law, indian) = (Quiet::between(INDIA.0, INDIA.1)?, known(INDIA.2));
        let mut at = now;
        // Each may move it into the hours of the other.
        for _ in 0..3 {
            at = law.over(quiet.over(at, &own), &indian);
        }
        Ok(if quiet.holds(at, &own) { law.over(now, &indian) } else { at })
    }
}

/// What is set as `messages.quiet`: between which hours nothing that sells is sent, where its sender says nothing of it.
#[derive(Debug, Clone, Deserialize)]
struct Usual {
    from: String,
    to: String,
}

impl Default for Usual {
    fn default() -> Self {
        Self { from: "21:00".to_owned(), to: "09:00".to_owned() }
    }
}

/// The quiet hours of those to whom something is sold, for what says none itself: by their own clock, where it is known, else by the shop's.
#[derive(Default)]
pub(crate) struct Nights {
    usual: Usual,
    shop: String,
    own: HashMap<ContactId, String>,
}

impl Nights {
    /// Of all that these are for.
    pub(crate) async fn of(look: &mut impl Look, all: &[NewMessage]) -> Result<Self> {
        if !all.iter().any(says_none) {
            return Ok(Self::default());
        }
        let people: Vec<ContactId> = all.iter().filter(|new| says_none(new)).filter_map(|new| new.contact_id).collect();
        let own = contacts::those(look, &people).await?.into_iter().filter_map(|person| Some((person.id, person.time_zone?))).collect();
        let usual: Option<Usual> = settings::get(look, "messages.quiet").await?;
        Ok(Self { usual: usual.unwrap_or_default(), shop: identity::tenant(look).await?.time_zone, own })
    }

    /// When a message does not leave.
    pub(crate) fn hours(&self, new: &NewMessage) -> Option<Hours> {
        if !says_none(new) {
            return new.hours.clone();
        }
        let zone = new.contact_id.and_then(|id| self.own.get(&id)).unwrap_or(&self.shop);
        Some(Hours { from: self.usual.from.clone(), to: self.usual.to.clone(), zone: zone.clone() })
    }
}

/// Whether a message sells something, and says nothing of when.
fn says_none(new: &NewMessage) -> bool {
    new.urgency == Urgency::Bulk && new.hours.is_none()
}

fn known(zone: &str) -> TimeZone {
    TimeZone::get(zone).unwrap_or(TimeZone::UTC)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(text: &str) -> Time {
        text.parse().unwrap()
    }

    fn night(zone: &str) -> Hours {
        Hours { from: "21:00".to_owned(), to: "09:00".to_owned(), zone: zone.to_owned() }
    }

    #[test]
    fn the_night_of_each() {
        // 22:00 in India, 16:30 in London.
        let (now, morning) = (at("2026-11-22T16:30:00Z"), at("2026-11-23T03:30:00Z"));
        assert_eq!(night("Asia/Kolkata").opens(now, Channel::Whatsapp, "+919876543210").unwrap(), morning);
        assert_eq!(night("Europe/London").opens(now, Channel::Whatsapp, "+447700900123").unwrap(), now);
        let ten = at("2026-11-23T04:30:00Z");
        assert_eq!(night("Asia/Kolkata").opens(now, Channel::Sms, "+919876543210").unwrap(), ten, "offers by SMS from ten");
    }

    proptest! {
        #[test]
        fn nobody_is_written_to_at_night(minutes in 0i64..(366 * 24 * 60), sms: bool, zone in prop::sample::select(vec!["Asia/Kolkata", "America/New_York", "America/Los_Angeles", "Pacific/Auckland", "UTC"])) {
            let hours = night(zone);
            let now = at("2026-01-01T00:00:00Z").after(std::time::Duration::from_secs(minutes.unsigned_abs() * 60));
            let channel = if sms { Channel::Sms } else { Channel::Email };
            let opens = |from: Time| hours.opens(from, channel, "+919876543210").unwrap();
            let moment = opens(now);
            prop_assert!(moment >= now);
            prop_assert_eq!(opens(moment), moment, "whoever waited for it is written to then");
            let own = Quiet::between(&hours.from, &hours.to).unwrap().holds(moment, &known(zone));
            let legal = !sms || !Quiet::between(INDIA.0, INDIA.1).unwrap().holds(moment, &known(INDIA.2));
            prop_assert!(legal && (sms || !own));
            prop_assert!(!own || sms && zone != "Asia/Kolkata");
        }
    }
}
