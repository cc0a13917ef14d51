//! What an experiment says.

use crate::difference::{Arm, Interval, difference};
use crate::ratio::ratio_is_off;

/// The chance that an experiment without any difference ever names a winner.
const ALPHA: f64 = 0.05;

/// What was settled before anybody was counted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Asked {
    /// How many must have met each variant before anything is said.
    pub minimum: u64,
    /// The smallest difference that matters, as a fraction: 0.01 is one in a hundred.
    pub matters: f64,
}

/// What is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Too few have met a variant.
    TooFew,
    /// People met the variants in other shares than they were to: nothing can be believed.
    RatioOff,
    /// Nothing is better than another that could be told yet.
    NoWinnerYet,
    /// Whatever difference there is, it is smaller than what matters.
    NoDifference,
    /// The variant at this place: better than the control, or the control, which is better than all others.
    Winner(usize),
}

/// What an experiment says, and between what and what each variant's share less the control's lies.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// What it says.
    pub verdict: Verdict,
    /// In the variants' order; nothing for the control.
    pub against: Vec<Option<Interval>>,
}

/// What an experiment says whose first variant is the control. Each other variant is held against it with its part of the error (Bonferroni), so all
/// of them together name a false winner with a chance of at most one in twenty, however often this is asked. Of several that are better than
/// the control it names the one with the highest share; whether that one is better than the others is not settled.
pub fn judge(arms: &[Arm], weights: &[u32], asked: Asked) -> Judged {
    let Some((control, others)) = arms.split_first() else { return Judged { verdict: Verdict::TooFew, against: Vec::new() } };
    let alpha = ALPHA / others.len().max(1) as f64;
    // Twice the minimum of each of the two: experiments are looked at most from there on.
    let tightest = asked.minimum.saturating_mul(4);
    let found: Vec<Interval> = others.iter().map(|other| difference(*control, *other, alpha, tightest)).collect();
    let exposed: Vec<u64> = arms.iter().map(|arm| arm.exposed).collect();
    let verdict = if ratio_is_off(&exposed, weights) {
        Verdict::RatioOff
    } else if others.is_empty() || exposed.iter().any(|count| *count < asked.minimum) {
        Verdict::TooFew
    } else {
        named(others, &found, asked)
    };
    let against = std::iter::once(None).chain(found.into_iter().map(Some)).collect();
    Judged { verdict, against }
}

fn named(others: &[Arm], found: &[Interval], asked: Asked) -> Verdict {
    let better = (0..others.len()).filter(|at| found[*at].low > 0.0);
    let best = better.max_by(|a, b| others[*a].share().total_cmp(&others[*b].share()));
    match best {
        Some(at) => Verdict::Winner(at + 1),
        None if found.iter().all(|interval| interval.high < 0.0) => Verdict::Winner(0),
        None if found.iter().all(|interval| interval.is_within(asked.matters)) => Verdict::NoDifference,
        None => Verdict::NoWinnerYet,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{Rng, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    const ASKED: Asked = Asked { minimum: 100, matters: 0.01 };

    fn arms(all: &[(u64, u64)]) -> Vec<Arm> {
        all.iter().map(|(exposed, converted)| Arm::counted(*exposed, *converted)).collect()
    }

    fn says(all: &[(u64, u64)]) -> Verdict {
        judge(&arms(all), &vec![1; all.len()], ASKED).verdict
    }

    #[test]
    fn each_answer() {
        assert_eq!(says(&[(99, 0), (99, 99)]), Verdict::TooFew);
        assert_eq!(says(&[(1_000, 100), (2_000, 900)]), Verdict::RatioOff);
        assert_eq!(says(&[(1_000, 100), (1_000, 110)]), Verdict::NoWinnerYet);
        assert_eq!(says(&[(1_000, 100), (1_000, 200)]), Verdict::Winner(1));
        assert_eq!(says(&[(1_000, 200), (1_000, 100)]), Verdict::Winner(0));
        assert_eq!(says(&[(1_000, 100), (1_000, 200), (1_000, 230)]), Verdict::Winner(2));
        assert_eq!(says(&[(1_000, 200), (1_000, 100), (1_000, 195)]), Verdict::NoWinnerYet, "one is worse, of the other nothing is known");
        assert_eq!(says(&[(100_000, 5_000), (100_000, 5_010)]), Verdict::NoDifference);
        assert_eq!(says(&[]), Verdict::TooFew);
        assert_eq!(judge(&arms(&[(0, 0), (0, 0)]), &[1, 1], ASKED).against, [None, Some(Interval::ANYTHING)]);
    }

    /// Adds so many people to each variant, by its true share.
    fn meet(arms: &mut [Arm], shares: &[f64], people: u64, chance: &mut ChaCha8Rng) {
        for (arm, share) in arms.iter_mut().zip(shares) {
            arm.exposed += people;
            arm.converted += (0..people).filter(|_| chance.random::<f64>() < *share).count() as u64;
        }
    }

    /// What the first look says that names a winner, of so many looks with 50 more people for each variant every time.
    fn first_winner(shares: &[f64], looks: usize, chance: &mut ChaCha8Rng) -> Option<usize> {
        let mut arms = arms(&vec![(0, 0); shares.len()]);
        (0..looks).find_map(|_| {
            meet(&mut arms, shares, 50, chance);
            match judge(&arms, &vec![1; shares.len()], ASKED).verdict {
                Verdict::Winner(at) => Some(at),
                _ => None,
            }
        })
    }

    #[test]
    fn promise_16_of_a_thousand_experiments_without_a_difference_at_most_one_in_twenty_names_a_winner() {
        let mut chance = ChaCha8Rng::seed_from_u64(1_616);
        for (variants, shares) in [(2, [0.01, 0.05, 0.2, 0.5]), (4, [0.02, 0.05, 0.1, 0.3])] {
            let winners = (0..1_000).filter(|round| {
                let share = shares[round % shares.len()];
                first_winner(&vec![share; variants], 40, &mut chance).is_some()
            });
            let winners = winners.count();
            assert!(winners <= 50, "{winners} false winners of a thousand with {variants} variants, each looked at forty times");
        }
    }

    #[test]
    fn promise_16_of_a_thousand_prices_that_bring_the_same_at_most_one_in_twenty_names_a_winner() {
        let mut chance = ChaCha8Rng::seed_from_u64(99);
        // Half the price, and twice as many buy.
        let winners = (0..1_000).filter(|_| {
            let mut arms = [Arm::counted(0, 0), Arm { worth: 0.5, ..Arm::counted(0, 0) }];
            (0..40).any(|_| {
                meet(&mut arms, &[0.05, 0.10], 50, &mut chance);
                matches!(judge(&arms, &[1, 1], ASKED).verdict, Verdict::Winner(_))
            })
        });
        let winners = winners.count();
        assert!(winners <= 50, "{winners} false winners of a thousand");
    }

    #[test]
    fn promise_16_a_real_difference_is_found() {
        let mut chance = ChaCha8Rng::seed_from_u64(61);
        let found = (0..100).filter(|_| first_winner(&[0.10, 0.15], 100, &mut chance) == Some(1)).count();
        assert!(found >= 95, "{found} of a hundred");
    }
}
