//! What an answer means, and when a delivery is tried again.

use facts::Time;
use std::time::Duration;
use web::http::away;

/// The waits between one try and the next, before chance: eight tries within about a day.
const WAITS: [Duration; 7] = [
    Duration::from_secs(5),
    Duration::from_secs(5 * 60),
    Duration::from_secs(30 * 60),
    Duration::from_secs(2 * 3_600),
    Duration::from_secs(5 * 3_600),
    Duration::from_secs(8 * 3_600),
    Duration::from_secs(8 * 3_600),
];
/// By how much chance moves a wait either way, in percent: what failed together comes back apart.
const JITTER: u32 = 10;
/// How often a receiver may ask us to stay away, for one delivery, before it counts as a failure.
const PUT_OFFS: i64 = 100;
/// How long everything may fail before an endpoint is disabled.
const PATIENCE: Duration = Duration::from_secs(5 * 24 * 3_600);
/// How long the secret before the last signs along.
pub const OVERLAP: Duration = Duration::from_secs(24 * 3_600);
/// Endpoints of one tenant.
pub(crate) const ENDPOINTS: i64 = 20;
/// Calls of one endpoint in any second, where it wants no fewer; more is set for none.
pub(crate) const PER_SECOND: u32 = 50;
/// Deliveries that are replayed at once.
pub(crate) const REPLAYED: i64 = 100_000;

/// When to try again after so many failures, this one counted; `None` after the last. `chance` is from 0 to 1000.
pub fn wait(failures: i64, chance: u32) -> Option<Duration> {
    let wait = WAITS.get(usize::try_from(failures).ok()?.checked_sub(1)?)?;
    Some(*wait * (100 - JITTER) / 100 + *wait * (2 * JITTER) / 100 * chance.min(1_000) / 1_000)
}

/// What an answer means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The receiver has it.
    Taken,
    /// The receiver wants nothing any more, ever.
    Gone,
    /// The receiver wants to be left alone for so long.
    Later(Duration),
    /// It did not arrive, as far as anybody knows.
    Missed,
}

/// What a status means; no status where nobody answered. `put_offs` is how often this delivery was put off before.
pub fn verdict(status: Option<u16>, retry_after: Option<&str>, put_offs: i64, now: Time) -> Verdict {
    match status {
        Some(200..=299) => Verdict::Taken,
        Some(410) => Verdict::Gone,
        Some(429 | 503) if put_offs < PUT_OFFS => retry_after.and_then(|text| away(text, now)).map_or(Verdict::Missed, Verdict::Later),
        _ => Verdict::Missed,
    }
}

/// Whether an endpoint that has failed since then is given up.
pub(crate) fn is_given_up(failing_since: Time, now: Time) -> bool {
    now.since(failing_since) >= PATIENCE
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const HOUR: Duration = Duration::from_secs(3_600);

    /// A span as the documentation writes it.
    fn words(span: Duration) -> String {
        match span.as_secs() {
            seconds @ 3_600.. => format!("{} h", seconds / 3_600),
            seconds @ 60.. => format!("{} min", seconds / 60),
            seconds => format!("{seconds} s"),
        }
    }

    #[test]
    fn eight_tries_in_about_a_day() {
        assert_eq!(WAITS.len() + 1, 8);
        assert!(WAITS.is_sorted());
        for (chance, least, most) in [(0, 21, 22), (500, 23, 24), (1_000, 25, 26)] {
            let all: Duration = (1..).map_while(|failures| wait(failures, chance)).sum();
            assert!(all >= HOUR * least && all <= HOUR * most, "{chance}: {all:?}");
        }
        assert_eq!((wait(0, 500), wait(8, 500), wait(-1, 0)), (None, None, None));
        let schedule = WAITS.map(words).join(", ");
        assert!(include_str!("../../../docs/webhooks.md").contains(&schedule), "docs/webhooks.md names the waits: {schedule}");
    }

    #[test]
    fn what_an_answer_means() {
        let now: Time = "1994-11-06T08:49:07Z".parse().unwrap();
        let later = |seconds| Verdict::Later(Duration::from_secs(seconds));
        for (status, retry_after, expected) in [
            (Some(200), None, Verdict::Taken),
            (Some(204), Some("5"), Verdict::Taken),
            (Some(301), None, Verdict::Missed),
            (Some(307), None, Verdict::Missed),
            (Some(400), None, Verdict::Missed),
            (Some(401), Some("5"), Verdict::Missed),
            (Some(404), None, Verdict::Missed),
            (Some(410), None, Verdict::Gone),
            (Some(429), None, Verdict::Missed),
            (Some(429), Some("120"), later(120)),
            (Some(503), Some("Sun, 06 Nov 1994 08:49:37 GMT"), later(30)),
            (Some(429), Some("soon"), Verdict::Missed),
            (Some(500), Some("5"), Verdict::Missed),
            (None, None, Verdict::Missed),
        ] {
            assert_eq!(verdict(status, retry_after, 0, now), expected, "{status:?} {retry_after:?}");
        }
        assert_eq!(verdict(Some(429), Some("1"), PUT_OFFS, now), Verdict::Missed, "not for ever");
    }

    #[test]
    fn five_days_of_nothing_but_failures() {
        let since = Time(0);
        assert!(!is_given_up(since, Time(5 * 86_400_000 - 1)));
        assert!(is_given_up(since, Time(5 * 86_400_000)));
    }

    proptest! {
        #[test]
        fn chance_moves_a_wait_by_a_tenth(failures in 1i64..8, chance in 0u32..2_000) {
            let usual = WAITS[failures as usize - 1];
            let moved = wait(failures, chance).unwrap();
            prop_assert!(moved >= usual * 9 / 10 && moved <= usual * 11 / 10);
        }
    }
}
