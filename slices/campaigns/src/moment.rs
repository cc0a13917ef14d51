//! When somebody may be written to: their own hours, the campaign's, and the law's.

use crate::model::Campaign;
use facts::Time;
use facts::messages::Channel;
use jiff::tz::TimeZone;
use store::Result;
use web::Quiet;

/// Offers by SMS go out in India between 10:00 and 21:00 alone (TRAI's regulations of commercial communication, 2018; operators refuse others).
const INDIA: (&str, &str, &str) = ("21:00", "10:00", "Asia/Kolkata");

/// The hours of a campaign.
pub(crate) struct Hours {
    quiet: Quiet,
    india: Quiet,
    indian: TimeZone,
    /// The shop's own.
    zone: TimeZone,
    local: bool,
}

impl Hours {
    /// Those of a campaign of a shop that lives by this time zone.
    ///
    /// # Errors
    /// A field error for an hour that is none.
    pub(crate) fn of(campaign: &Campaign, zone: &str) -> Result<Self> {
        let known = |name: &str| TimeZone::get(name).unwrap_or(TimeZone::UTC);
        Ok(Self {
            quiet: Quiet::between(&campaign.quiet_from, &campaign.quiet_to)?,
            india: Quiet::between(INDIA.0, INDIA.1)?,
            indian: known(INDIA.2),
            zone: known(zone),
            local: campaign.local,
        })
    }

    /// The first moment from this one on at which this address may be written to.
    pub(crate) fn moment(&self, now: Time, channel: Channel, address: &str, zone: Option<&str>) -> Time {
        let own = zone.filter(|_| self.local).and_then(|name| TimeZone::get(name).ok());
        let own = own.as_ref().unwrap_or(&self.zone);
        let mut at = self.quiet.over(now, own);
        if channel == Channel::Sms && address.starts_with("+91") {
            // Each may move it into the hours of the other; where the two leave no hour in common, the law's hold.
            for _ in 0..3 {
                at = self.india.over(self.quiet.over(at, own), &self.indian);
            }
            if self.quiet.holds(at, own) {
                return self.india.over(now, &self.indian);
            }
        }
        at
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::campaign;
    use proptest::prelude::*;

    fn at(text: &str) -> Time {
        text.parse().unwrap()
    }

    #[test]
    fn the_night_of_each() {
        let hours = Hours::of(&campaign(), "Asia/Kolkata").unwrap();
        // 22:00 in India, 16:30 in London.
        let night = at("2026-11-22T16:30:00Z");
        let morning = at("2026-11-23T03:30:00Z");
        assert_eq!(hours.moment(night, Channel::Whatsapp, "+919876543210", None), morning);
        assert_eq!(hours.moment(night, Channel::Whatsapp, "+447700900123", Some("Europe/London")), night);
        assert_eq!(hours.moment(night, Channel::Sms, "+919876543210", None), at("2026-11-23T04:30:00Z"), "offers by SMS from ten");
        let shop = Hours { local: false, ..hours };
        assert_eq!(shop.moment(night, Channel::Whatsapp, "+447700900123", Some("Europe/London")), morning);
    }

    proptest! {
        #[test]
        fn nobody_is_written_to_at_night(minutes in 0i64..(366 * 24 * 60), sms: bool, zone in prop::sample::select(vec!["Asia/Kolkata", "America/New_York", "America/Los_Angeles", "Pacific/Auckland", "UTC"])) {
            let hours = Hours::of(&campaign(), "Asia/Kolkata").unwrap();
            let now = at("2026-01-01T00:00:00Z").after(std::time::Duration::from_secs(minutes.unsigned_abs() * 60));
            let channel = if sms { Channel::Sms } else { Channel::Email };
            let moment = hours.moment(now, channel, "+919876543210", Some(zone));
            prop_assert!(moment >= now);
            prop_assert_eq!(hours.moment(moment, channel, "+919876543210", Some(zone)), moment, "whoever waited for it is written to then");
            let own = hours.quiet.holds(moment, &TimeZone::get(zone).unwrap());
            let legal = !sms || !hours.india.holds(moment, &hours.indian);
            prop_assert!(legal && (sms || !own));
            prop_assert!(!own || sms && zone != "Asia/Kolkata");
        }
    }
}
