//! How far two shares of people lie apart, as an interval that may be looked at at any time.

/// How many met a variant, and how many of them did what it was for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Arm {
    /// How many met it.
    pub exposed: u64,
    /// How many of them did it.
    pub converted: u64,
    /// What each who did it is worth, above 0 and up to 1: 1 where people are counted; where money is, a part of the highest price.
    pub worth: f64,
}

impl Arm {
    /// Of those that are counted, each the same: how many met it, and how many did it.
    pub fn counted(exposed: u64, converted: u64) -> Self {
        Self { exposed, converted, worth: 1.0 }
    }

    /// What everybody who met it brought on average: the share that did it, where each is worth 1. 0 where nobody met it.
    pub fn share(self) -> f64 {
        if self.exposed == 0 { 0.0 } else { self.worth * self.converted as f64 / self.exposed as f64 }
    }

    /// The variance of what one person brings. One who did and one who did not are added, so that a share of which nothing was seen yet is not
    /// taken for certain (Agresti and Caffo 2000, "Simple and effective confidence intervals for proportions").
    fn variance(self) -> f64 {
        let share = (self.converted as f64 + 1.0) / (self.exposed as f64 + 2.0);
        share * (1.0 - share) * self.worth * self.worth
    }
}

/// Between what and what a difference lies.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// The least.
    pub low: f64,
    /// The most.
    pub high: f64,
}

impl Interval {
    /// All that a difference of two shares can be.
    pub const ANYTHING: Interval = Interval { low: -1.0, high: 1.0 };

    /// Whether a difference of nothing lies outside it, above or below.
    pub fn is_clear(self) -> bool {
        self.low > 0.0 || self.high < 0.0
    }

    /// Whether it lies whole between `-margin` and `margin`.
    pub fn is_within(self, margin: f64) -> bool {
        -margin < self.low && self.high < margin
    }
}

/// Between what and what the variant's share less the control's lies. All the intervals that are ever looked at hold the true difference together,
/// but for a chance of at most `alpha`. `tightest` is how many people of both together it is tightest for; it must not be chosen by what was seen.
///
/// It is Robbins' normal mixture in its asymptotic form (Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas 2021, "Time-uniform central limit theory and
/// asymptotic confidence sequences", theorem 2.2; the mixture is that of Howard, Ramdas, McAuliffe and Sekhon 2021, "Time-uniform, nonparametric,
/// nonasymptotic confidence sequences", and of the mSPRT of Johari, Pekelis and Walsh 2017, "Always valid inference"): with t people and V the
/// variance of the difference, it reaches as far as
///
/// `√( V · (1 + 1/(t·ρ²)) · (ln(1 + t·ρ²) + 2·ln(1/α)) )`
///
/// to either side, where `ρ² = (2·ln(1/α) + ln(1 + 2·ln(1/α))) / tightest`.
pub fn difference(control: Arm, variant: Arm, alpha: f64, tightest: u64) -> Interval {
    if control.exposed == 0 || variant.exposed == 0 {
        return Interval::ANYTHING;
    }
    let doubt = -2.0 * alpha.ln();
    let rho_squared = (doubt + (1.0 + doubt).ln()) / tightest.max(1) as f64;
    let variance = control.variance() / control.exposed as f64 + variant.variance() / variant.exposed as f64;
    let time = (control.exposed + variant.exposed) as f64 * rho_squared;
    let reach = (variance * (1.0 + 1.0 / time) * (time.ln_1p() + doubt)).sqrt();
    let seen = variant.share() - control.share();
    Interval { low: (seen - reach).max(-1.0), high: (seen + reach).min(1.0) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn arm(exposed: u64, converted: u64) -> Arm {
        Arm::counted(exposed, converted)
    }

    #[test]
    fn by_hand() {
        // α 0.05: 2·ln(1/α) = 5.9915, ρ² = (5.9915 + ln 6.9915) / 400 = 0.01984, t·ρ² = 39.68, V = (0.25 + 0.24) / 1000, so √(0.00049 · 1.0252 · 9.697) = 0.0698.
        let found = difference(arm(1_000, 500), arm(1_000, 600), 0.05, 400);
        assert!((found.low - 0.0302).abs() < 0.0001 && (found.high - 0.1698).abs() < 0.0001, "{found:?}");
        assert!(found.is_clear() && found.is_within(0.2) && !found.is_within(0.1));
        assert_eq!(difference(arm(0, 0), arm(10, 5), 0.05, 400), Interval::ANYTHING);
    }

    #[test]
    fn of_what_is_worth_half_as_much_twice_as_much_is_needed() {
        let half = |exposed, converted| Arm { worth: 0.5, ..arm(exposed, converted) };
        let found = difference(arm(10_000, 1_000), half(10_000, 2_000), 0.05, 400);
        assert!(found.low < 0.0 && found.high > 0.0, "{found:?}");
        // All of it is scaled by what it is worth: the interval of shares, halved.
        let (whole, halved) = (difference(arm(500, 50), arm(500, 80), 0.05, 400), difference(half(500, 50), half(500, 80), 0.05, 400));
        assert!((whole.low / 2.0 - halved.low).abs() < 1e-9 && (whole.high / 2.0 - halved.high).abs() < 1e-9, "{whole:?} {halved:?}");
    }

    #[test]
    fn what_nobody_did_is_not_certain() {
        let found = difference(arm(100, 0), arm(100, 0), 0.05, 400);
        assert!(found.low < -0.01 && found.high > 0.01, "{found:?}");
    }

    proptest! {
        #[test]
        fn it_holds_what_was_seen_and_is_the_same_from_both_sides(a in 1u64..100_000, b in 1u64..100_000, x in 0.0f64..1.0, y in 0.0f64..1.0) {
            let part = |of: u64, share: f64| arm(of, (of as f64 * share) as u64);
            let (a, b) = (part(a, x), part(b, y));
            let (here, there) = (difference(a, b, 0.05, 400), difference(b, a, 0.05, 400));
            let seen = b.share() - a.share();
            prop_assert!(here.low <= seen && seen <= here.high);
            prop_assert!((here.low + there.high).abs() < 1e-9 && (here.high + there.low).abs() < 1e-9);
            let surer = difference(a, b, 0.01, 400);
            prop_assert!(surer.low <= here.low + 1e-9 && surer.high >= here.high - 1e-9);
        }
    }
}
