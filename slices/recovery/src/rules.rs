//! Decisions about reminders: what may become of an order that was left, and when a reminder is due.

use crate::model::{RecoverySettings, State, Step};
use facts::Time;
use facts::recovery::RecoveryEnd;
use std::time::Duration;
use store::{Error, Result};
use web::Quiet;

/// How long nothing happens before an order counts as left.
pub const LEFT_AFTER: Duration = Duration::from_secs(3_600);
/// How long after a reminder a payment counts as its effect.
pub const RECOVERED_WITHIN: Duration = Duration::from_secs(7 * 86_400);
/// How long after its last step's time nobody is reminded any more, whatever was missed.
const TOO_LATE: Duration = Duration::from_secs(86_400);
/// Two reminders lie this far apart, or as far as their steps where that is less.
const APART: Duration = Duration::from_secs(6 * 3_600);
/// How long a discount is good.
pub const COUPON_FOR: Duration = Duration::from_secs(7 * 86_400);
/// The most that a reminder takes off, in basis points.
const MOST_OFF: i64 = 9_000;

/// Something that happens to an order that was left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// No more reminders.
    End,
    /// Somebody wants it reminded of.
    Resume,
    /// It was paid after a reminder.
    Recover,
}

/// Everything that may become of it. Whatever is not here is refused and changes nothing.
pub const TABLE: &[(State, Event, State)] = &[
    (State::Waiting, Event::End, State::Over),
    (State::Waiting, Event::Resume, State::Waiting),
    (State::Waiting, Event::Recover, State::Recovered),
    (State::Over, Event::Resume, State::Waiting),
    (State::Over, Event::Recover, State::Recovered),
];

/// The state that follows; `None` when the table has no such line.
pub fn next(from: State, event: Event) -> Option<State> {
    TABLE.iter().find(|(known, happens, _)| *known == from && *happens == event).map(|(.., to)| *to)
}

/// Whether somebody may have a reminder sent all the same once it is over.
///
/// # Errors
/// `not_to_be_reminded`, with the reason.
pub fn may_resume(state: State, why: Option<RecoveryEnd>) -> Result<()> {
    let refused = |words: &str| Err(Error::conflict("not_to_be_reminded", words));
    match why {
        _ if next(state, Event::Resume).is_none() => refused("It is paid: nobody is reminded of it."),
        Some(RecoveryEnd::Paid | RecoveryEnd::Bought) => refused("The customer has paid: nobody is reminded of it."),
        Some(RecoveryEnd::Cancelled) => refused("The order is cancelled: nobody is reminded of it."),
        Some(RecoveryEnd::OptedOut) => refused("The customer wants no reminders."),
        Some(RecoveryEnd::NotSold) => refused("Something in the order is no longer sold."),
        Some(RecoveryEnd::Replaced) => refused("The customer has another order in its place: remind of that one."),
        Some(RecoveryEnd::Stopped | RecoveryEnd::Late | RecoveryEnd::Done) | None => Ok(()),
    }
}

/// When a reminder is due: its time after the last activity, and not on the heels of the one before.
pub fn due(settings: &RecoverySettings, step: i64, active_at: Time, reminded_at: Option<Time>) -> Option<Time> {
    let this = settings.step(step)?;
    let by_activity = active_at.after(hours(this.hours));
    let before = settings.step(step - 1).map_or(0, |step| step.hours);
    let apart = APART.min(hours(this.hours.saturating_sub(before).max(0)));
    Some(reminded_at.map_or(by_activity, |at| by_activity.max(at.after(apart))))
}

/// Whether it is too long ago to remind of it.
pub fn too_late(settings: &RecoverySettings, active_at: Time, now: Time) -> bool {
    now > active_at.after(hours(settings.steps.last().map_or(0, |step| step.hours)) + TOO_LATE)
}

fn hours(hours: i64) -> Duration {
    Duration::from_secs(u64::try_from(hours).unwrap_or(0) * 3_600)
}

/// How long to wait for the provider's answer before asking again: half a minute, then always longer, an hour at the most.
pub fn patience(asked_for: Duration) -> Duration {
    asked_for.clamp(Duration::from_secs(30), Duration::from_secs(3_600))
}

/// Settings as somebody wants them.
///
/// # Errors
/// The first field that does not fit.
pub fn checked(mut settings: RecoverySettings) -> Result<RecoverySettings> {
    if !(1..=5).contains(&settings.steps.len()) {
        return Err(Error::field("steps", "one to five reminders"));
    }
    let mut before = 0;
    for (at, Step { hours, discount_bps }) in settings.steps.iter().copied().enumerate() {
        if !(1..=720).contains(&hours) || hours <= before {
            return Err(Error::field(format!("steps[{at}].hours"), "1 to 720 hours, more than the reminder before"));
        }
        if !(0..=MOST_OFF).contains(&discount_bps) {
            return Err(Error::field(format!("steps[{at}].discount_bps"), format!("0 to {MOST_OFF} basis points")));
        }
        before = hours;
    }
    settings.quiet_from = web::hour_text(web::hour("quiet_from", &settings.quiet_from)?);
    settings.quiet_to = web::hour_text(web::hour("quiet_to", &settings.quiet_to)?);
    Quiet::between(&settings.quiet_from, &settings.quiet_to)?.leaves_room()?;
    Ok(settings)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_the_whole_truth() {
        for (at, (from, event, _)) in TABLE.iter().enumerate() {
            assert!(!TABLE[..at].iter().any(|(f, e, _)| f == from && e == event), "{from} {event:?}");
        }
        assert!([Event::End, Event::Resume, Event::Recover].into_iter().all(|event| next(State::Recovered, event).is_none()));
        assert!(next(State::Over, Event::End).is_none());
        for why in RecoveryEnd::ALL {
            let may = matches!(why, RecoveryEnd::Stopped | RecoveryEnd::Late | RecoveryEnd::Done);
            assert_eq!(may_resume(State::Over, Some(*why)).is_ok(), may, "{why}");
        }
        assert!(may_resume(State::Recovered, None).is_err());
    }

    #[test]
    fn when_a_reminder_is_due() {
        let settings = RecoverySettings::default();
        let hour = |hour: i64| Time(hour * 3_600_000);
        assert_eq!(due(&settings, 1, hour(0), None), Some(hour(1)));
        assert_eq!(due(&settings, 2, hour(0), Some(hour(1))), Some(hour(24)));
        assert_eq!(due(&settings, 2, hour(10), Some(hour(1))), Some(hour(34)), "activity begins the clock anew");
        assert_eq!(due(&settings, 2, hour(0), Some(hour(30))), Some(hour(36)), "two never come together");
        assert_eq!(due(&settings, 4, hour(0), None), None);
        assert!(!too_late(&settings, hour(0), hour(96)) && too_late(&settings, hour(0), hour(97)));
    }

    #[test]
    fn settings_that_make_sense() {
        let with = |steps: &[(i64, i64)], from: &str, to: &str| {
            let steps = steps.iter().map(|(hours, discount_bps)| Step { hours: *hours, discount_bps: *discount_bps }).collect();
            checked(RecoverySettings { on: true, steps, quiet_from: from.into(), quiet_to: to.into() })
        };
        assert!(checked(RecoverySettings::default()).is_ok());
        assert_eq!(with(&[(1, 0), (24, 1_000)], "9:00 ", "9:00").unwrap().quiet_from, "09:00");
        for (steps, from, to, field) in [
            (&[][..], "21:00", "09:00", "steps"),
            (&[(0, 0)], "21:00", "09:00", "steps[0].hours"),
            (&[(2, 0), (2, 0)], "21:00", "09:00", "steps[1].hours"),
            (&[(1, 9_001)], "21:00", "09:00", "steps[0].discount_bps"),
            (&[(1, 0)], "25:00", "09:00", "quiet_from"),
            (&[(1, 0)], "21:00", "nine", "quiet_to"),
            (&[(1, 0)], "09:00", "08:30", "quiet_to"),
        ] {
            assert_eq!(with(steps, from, to).unwrap_err().fields()[0].field, field);
        }
    }
}
