//! Whether people met the variants in the shares that they were to meet them in. Where they did not, somebody is counted who should not be, or the
//! other way round, and no figure can be believed.

/// How sure the prior is of the shares: it spreads them by about 1.6 in a hundred, which is as large as mistakes in counting usually are.
const SURE: f64 = 1_000.0;
/// From here on the shares are off: if they are as they should be, it ever comes to this once in a thousand experiments.
const OFF: f64 = 1_000.0;

/// How many times more likely the counts are if the shares are others than if they are as the weights say, as a natural logarithm. 0 for nothing
/// counted yet.
///
/// It may be looked at at any time: under the weights it is a martingale, so by Ville's inequality it ever reaches `ln(1/α)` with a chance of at most α
/// (Lindon and Malek 2020, "Anytime-valid inference for multinomial count data": a Dirichlet prior around the weights, its likelihood over that of the
/// weights themselves).
pub fn ratio_evidence(counts: &[u64], weights: &[u32]) -> f64 {
    let whole: f64 = weights.iter().map(|weight| f64::from(*weight)).sum();
    let total: u64 = counts.iter().sum();
    let shares = weights.iter().map(|weight| f64::from(*weight) / whole);
    let each = counts.iter().zip(shares).map(|(count, share)| {
        let (count, prior) = (*count as f64, SURE * share);
        ln_gamma(prior + count) - ln_gamma(prior) - count * share.ln()
    });
    ln_gamma(SURE) - ln_gamma(SURE + total as f64) + each.sum::<f64>()
}

/// Whether the counts are off from the weights.
pub fn ratio_is_off(counts: &[u64], weights: &[u32]) -> bool {
    ratio_evidence(counts, weights) >= OFF.ln()
}

/// The logarithm of the gamma function of what is above 0: Stirling's series from 10 on, where its next part is below 1e-11, and by
/// `Γ(x) = Γ(x + 1) / x` before.
fn ln_gamma(x: f64) -> f64 {
    let (mut at, mut less) = (x, 0.0);
    while at < 10.0 {
        less += at.ln();
        at += 1.0;
    }
    let (one, square) = (1.0 / at, 1.0 / (at * at));
    let series = one * (1.0 / 12.0 - square * (1.0 / 360.0 - square * (1.0 / 1_260.0 - square / 1_680.0)));
    (at - 0.5) * at.ln() - at + 0.5 * std::f64::consts::TAU.ln() + series - less
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{Rng, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    #[test]
    fn factorials() {
        let mut expected = 0.0;
        for n in 1..60u32 {
            assert!((ln_gamma(f64::from(n)) - expected).abs() < 1e-9, "{n}");
            expected += f64::from(n).ln();
        }
        assert!((ln_gamma(0.5) - std::f64::consts::PI.sqrt().ln()).abs() < 1e-9);
    }

    #[test]
    fn forty_eight_of_a_hundred_are_found_among_many_and_fifty_are_left_alone() {
        assert!(ratio_is_off(&[12_000, 13_000], &[1, 1]));
        assert!(!ratio_is_off(&[48, 52], &[1, 1]), "of a hundred that is chance");
        assert!(!ratio_is_off(&[12_500, 12_500], &[1, 1]));
        assert!(!ratio_is_off(&[7_500, 2_500], &[3, 1]) && ratio_is_off(&[5_000, 5_000], &[3, 1]));
        assert!(!ratio_is_off(&[0, 0], &[1, 1]) && ratio_evidence(&[0, 0, 0], &[1, 2, 3]).abs() < 1e-9);
    }

    #[test]
    fn promise_16_the_check_of_the_ratio_hardly_ever_cries_wolf() {
        let mut chance = ChaCha8Rng::seed_from_u64(16);
        let alarms = (0..1_000).filter(|_| {
            let mut counts = [0u64; 2];
            (0..40).any(|_| {
                (0..50).for_each(|_| counts[usize::from(chance.random::<bool>())] += 1);
                ratio_is_off(&counts, &[1, 1])
            })
        });
        assert!(alarms.count() <= 3, "one in a thousand is allowed, looked at forty times each");
    }
}
