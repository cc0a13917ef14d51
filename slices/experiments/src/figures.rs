//! What an experiment says: its counts, judged, and a sentence that says it.

use crate::model::{State, Variant, Verdict, Whole};
use facts::Money;
use stats::{Arm, Asked, Interval};

/// Basis points of a whole.
const WHOLE: f64 = 10_000.0;

/// By how many basis points of all people a variant does better than the control, at the least and at the most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Between {
    /// At the least; below zero is worse.
    pub low_bps: i64,
    /// At the most.
    pub high_bps: i64,
}

impl Between {
    /// The interval, made no smaller by its rounding.
    pub fn of(interval: Interval) -> Self {
        Self { low_bps: (interval.low * WHOLE).floor() as i64, high_bps: (interval.high * WHOLE).ceil() as i64 }
    }

    /// As people say it.
    pub fn words(self) -> String {
        self.said(points, " points")
    }

    /// As people say it of an experiment: of prices in what each visitor brings.
    pub(crate) fn said_of(self, whole: &Whole) -> String {
        let Some(prices) = &whole.experiment.prices else { return self.words() };
        let highest = prices.0.highest();
        self.said(|bps| Money::new(part(highest.minor, bps), highest.currency).to_string(), " a visitor")
    }

    fn said(self, one: impl Fn(i64) -> String, unit: &str) -> String {
        let Self { low_bps, high_bps } = self;
        if low_bps >= 0 {
            format!("between {} and {}{unit} better", one(low_bps), one(high_bps))
        } else if high_bps <= 0 {
            format!("between {} and {}{unit} worse", one(-high_bps), one(-low_bps))
        } else {
            format!("between {}{unit} worse and {} better", one(-low_bps), one(high_bps))
        }
    }
}

/// Hundredths of a point as people write them: `1.2`.
pub(crate) fn points(bps: i64) -> String {
    let text = format!("{}.{:02}", bps / 100, bps % 100);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// So many basis points as people say them: `1 point`.
pub(crate) fn in_points(bps: i64) -> String {
    format!("{} {}", points(bps), if bps == 100 { "point" } else { "points" })
}

/// The smallest difference that matters, as people say it: of prices in what each visitor brings.
pub(crate) fn matters(whole: &Whole) -> String {
    let bps = whole.experiment.matters_bps;
    match &whole.experiment.prices {
        None => in_points(bps),
        Some(prices) => {
            let highest = prices.0.highest();
            format!("{} a visitor", Money::new(part(highest.minor, bps), highest.currency))
        }
    }
}

/// So many basis points of an amount, to the nearest minor unit, a half up.
fn part(minor: i64, bps: i64) -> i64 {
    i64::try_from((i128::from(minor) * i128::from(bps) + 5_000) / 10_000).unwrap_or(i64::MAX)
}

/// What each visitor who met a variant's price brought on average, rounded down; nothing where no prices are compared.
pub(crate) fn brought(whole: &Whole, place: usize) -> Option<Money> {
    let price = whole.experiment.prices.as_ref()?.0.at(place);
    let variant = whole.variants.get(place)?;
    let all = i128::from(price.minor) * i128::from(variant.converted);
    let each = if variant.exposed == 0 { 0 } else { all / i128::from(variant.exposed) };
    Some(Money::new(i64::try_from(each).unwrap_or(i64::MAX), price.currency))
}

/// How many of those who met a variant did what it is for, in basis points, rounded down; 0 where nobody met it.
pub(crate) fn rate_bps(variant: &Variant) -> i64 {
    if variant.exposed == 0 { 0 } else { variant.converted * 10_000 / variant.exposed }
}

/// An experiment's counts, judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Figures {
    pub verdict: Verdict,
    /// The place of the one that is better.
    pub winner: Option<usize>,
    /// By variants; nothing for the control.
    pub against: Vec<Option<Between>>,
}

impl Figures {
    pub fn of(whole: &Whole) -> Self {
        let count = |number: i64| u64::try_from(number).unwrap_or(0);
        let prices = whole.experiment.prices.as_ref().map(|prices| &prices.0);
        // Of prices it counts what they bring, not how many buy: the lowest would always win.
        let worth = |place: usize| prices.map_or(1.0, |prices| prices.at(place).minor as f64 / prices.highest().minor.max(1) as f64);
        let arm = |(place, variant): (usize, &Variant)| Arm {
            worth: worth(place),
            ..Arm::counted(count(variant.exposed), count(variant.converted))
        };
        let arms: Vec<Arm> = whole.variants.iter().enumerate().map(arm).collect();
        let asked = Asked { minimum: count(whole.experiment.minimum), matters: whole.experiment.matters_bps as f64 / WHOLE };
        let judged = stats::judge(&arms, &whole.weights(), asked);
        let (verdict, winner) = match judged.verdict {
            stats::Verdict::TooFew => (Verdict::TooFew, None),
            stats::Verdict::RatioOff => (Verdict::RatioOff, None),
            stats::Verdict::NoWinnerYet => (Verdict::NoWinnerYet, None),
            stats::Verdict::NoDifference => (Verdict::NoDifference, None),
            stats::Verdict::Winner(place) => (Verdict::Winner, Some(place)),
        };
        Self { verdict, winner, against: judged.against.into_iter().map(|interval| interval.map(Between::of)).collect() }
    }

    /// What it says, as a sentence.
    pub fn says(&self, whole: &Whole) -> String {
        if whole.experiment.state == State::Draft {
            return "It has not begun: nobody has met its variants.".to_owned();
        }
        let named = |place: usize| whole.variants.get(place).map(|variant| variant.name.as_str()).unwrap_or_default();
        let control = named(0);
        let each = |places: Vec<usize>| {
            let one = |place: &usize| {
                let between = self.against.get(*place).copied().flatten()?;
                Some(format!("{} is {} than {control}", named(*place), between.said_of(whole)))
            };
            places.iter().filter_map(one).collect::<Vec<_>>().join("; ")
        };
        let others: Vec<usize> = (1..whole.variants.len()).collect();
        match self.verdict {
            Verdict::TooFew => {
                let fewest = whole.variants.iter().min_by_key(|variant| variant.exposed);
                let so_far = fewest.map(|variant| format!("; {} by {}", variant.name, variant.exposed)).unwrap_or_default();
                format!("Too early to say: each variant must be met by {} people first{so_far}.", whole.experiment.minimum)
            }
            Verdict::RatioOff => {
                "These figures cannot be believed: people met the variants in other shares than they were to. Find out who is not counted."
                    .to_owned()
            }
            Verdict::NoWinnerYet => format!("No winner yet: {}.", each(others)),
            Verdict::NoDifference => format!("No difference that matters: {}.", each(others)),
            Verdict::Winner => match self.winner.unwrap_or(0) {
                0 => format!("{control} wins: {}.", each(others)),
                winner => format!("{} wins: {}.", named(winner), each(vec![winner])),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_an_amount() {
        assert_eq!([part(19_900, 100), part(19_900, 0), part(9_999, 1), part(4_999, 1)], [199, 0, 1, 0]);
    }

    #[test]
    fn intervals_in_words() {
        let words = |low_bps, high_bps| Between { low_bps, high_bps }.words();
        assert_eq!(words(-120, 340), "between 1.2 points worse and 3.4 better");
        assert_eq!(words(5, 340), "between 0.05 and 3.4 points better");
        assert_eq!(words(-340, -100), "between 1 and 3.4 points worse");
        assert_eq!(Between::of(Interval { low: 0.00015, high: 0.00015 }), Between { low_bps: 1, high_bps: 2 });
    }
}
