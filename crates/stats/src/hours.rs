//! At which hour of the day somebody reads: by their own reads, and by everybody's for as long as theirs are few.

use std::cmp::Reverse;

/// Reads by the hour of the day of whoever reads, from 0 to 23.
pub type ByHour = [u64; 24];

/// How many reads of somebody's own what everybody does is worth: at eight of their own both are believed alike.
const PRIOR: u128 = 8;

/// The hour among those that are allowed at which somebody most likely reads; the earliest of several that are as likely. Nothing where nothing speaks for any.
///
/// Somebody's reads are multinomial over the hours of the day, with a Dirichlet prior: its parameters α stand to each other as everybody's reads do, and add up to
/// [`PRIOR`]. After n reads of their own, y by hour, the mean of the posterior of an hour is `(α + y) / (Σα + n)` (Gelman, Carlin, Stern, Dunson, Vehtari and
/// Rubin, "Bayesian Data Analysis", third edition, section 3.4). Which is the highest is all that is asked, so it is reckoned in whole numbers and without
/// what all hours are divided by.
///
/// Before that, each hour gives a quarter of its reads to either neighbour, midnight's being 23 and 1: who looks around nine looks at 8:55 and at 9:05.
pub fn best_hour(own: &ByHour, shared: &ByHour, allowed: &[bool; 24]) -> Option<u8> {
    let likely = likely(own, shared);
    let hours = (0u8..).zip(likely).zip(allowed).filter(|((_, likely), allowed)| **allowed && *likely > 0);
    hours.map(|((hour, likely), _)| (likely, Reverse(hour))).max().map(|(_, Reverse(hour))| hour)
}

/// How likely each hour is, up to one factor that is the same for all: `α + y`, times four times everybody's reads.
fn likely(own: &ByHour, shared: &ByHour) -> [u128; 24] {
    let whole: u128 = shared.iter().map(|reads| u128::from(*reads)).sum();
    let (own, shared) = (spread(own), spread(shared));
    std::array::from_fn(|hour| own[hour] * whole.max(1) + PRIOR * shared[hour])
}

/// Four times the reads of each hour, a quarter of them given to either neighbour.
fn spread(reads: &ByHour) -> [u128; 24] {
    let at = |hour: usize| u128::from(reads[hour % 24]);
    std::array::from_fn(|hour| at(hour + 23) + 2 * at(hour) + at(hour + 1))
}

#[cfg(test)]
mod simulation;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ANY: [bool; 24] = [true; 24];

    /// So many reads at each of these hours.
    fn reads(all: &[(usize, u64)]) -> ByHour {
        let mut reads = [0; 24];
        all.iter().for_each(|(hour, many)| reads[*hour] += many);
        reads
    }

    #[test]
    fn by_hand() {
        let shared = reads(&[(8, 500), (20, 300)]);
        assert_eq!(best_hour(&reads(&[]), &shared, &ANY), Some(8), "of whom nothing is known is taken for one of all");
        // Eight reads of everybody's: 5 at eight, 3 at twenty. Spread, eight has 2.5 and twenty 1.5; each own read adds a half.
        assert_eq!(best_hour(&reads(&[(20, 1)]), &shared, &ANY), Some(8));
        assert_eq!(best_hour(&reads(&[(20, 2)]), &shared, &ANY), Some(8), "as likely: the earlier");
        assert_eq!(best_hour(&reads(&[(20, 3)]), &shared, &ANY), Some(20));
        let evening: [bool; 24] = std::array::from_fn(|hour| hour >= 12);
        assert_eq!(best_hour(&reads(&[]), &shared, &evening), Some(20));
        assert_eq!(best_hour(&reads(&[]), &reads(&[]), &ANY), None, "nothing is known");
        assert_eq!(best_hour(&reads(&[]), &shared, &[false; 24]), None);
        let night: [bool; 24] = std::array::from_fn(|hour| hour < 5);
        assert_eq!(best_hour(&reads(&[]), &shared, &night), None, "nothing speaks for any of them");
        assert_eq!(best_hour(&reads(&[(23, 3), (1, 3)]), &reads(&[(12, 1)]), &night), Some(0), "midnight lies between both");
    }

    proptest! {
        #[test]
        fn promise_17_seventeen_reads_at_one_hour_outweigh_whatever_others_do(hour in 0usize..24, more in 17u64..10_000, shared: [u32; 24]) {
            let shared = shared.map(u64::from);
            prop_assert_eq!(best_hour(&reads(&[(hour, more)]), &shared, &ANY), Some(hour as u8));
        }

        #[test]
        fn promise_17_no_hour_that_is_not_allowed(own: [u32; 24], shared: [u32; 24], allowed: [bool; 24]) {
            if let Some(hour) = best_hour(&own.map(u64::from), &shared.map(u64::from), &allowed) {
                prop_assert!(allowed[usize::from(hour)]);
            }
        }

        #[test]
        fn promise_17_of_whom_nothing_is_known_is_taken_for_one_of_all(shared: [u16; 24], allowed: [bool; 24]) {
            let shared = shared.map(u64::from);
            let highest = |reads: &ByHour| best_hour(reads, &[0; 24], &allowed);
            prop_assert_eq!(best_hour(&[0; 24], &shared, &allowed), highest(&shared));
        }
    }
}
