//! Where values fall between the ends of an axis.

/// An axis that contains zero and ends at round numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Scale {
    low: i64,
    high: i64,
    step: i64,
}

/// How many steps an axis has at most, on each side of zero.
const STEPS: i64 = 4;

impl Scale {
    /// The axis on which all these values fit. `unit` is the smallest step that makes sense, such as 100 paise.
    pub(super) fn over(values: impl IntoIterator<Item = i64> + Clone, unit: i64) -> Self {
        let high = values.clone().into_iter().max().unwrap_or(0).max(0);
        let low = values.into_iter().min().unwrap_or(0).min(0);
        let step = round_step(high.saturating_sub(low), unit);
        let up = |value: i64| (value + step - 1) / step * step;
        let (low, high) = (-up(low.saturating_neg()), up(high));
        Self { low, high: if low == high { step } else { high }, step }
    }

    /// The axis that ends exactly where the values do, for bars that carry their own numbers.
    pub(super) fn tight(values: impl IntoIterator<Item = i64> + Clone) -> Self {
        let high = values.clone().into_iter().max().unwrap_or(0).max(0);
        let low = values.into_iter().min().unwrap_or(0).min(0);
        Self { low, high: if low == high { 1 } else { high }, step: 1 }
    }

    /// The marks of the axis, lowest first.
    pub(super) fn ticks(&self) -> impl Iterator<Item = i64> {
        let (low, step) = (self.low, self.step);
        (0..=(self.high - self.low) / self.step).map(move |at| low + at * step)
    }

    /// How far up the axis a value lies: 0 at its lower end, 1 at its upper.
    pub(super) fn share(&self, value: i64) -> f64 {
        (value - self.low) as f64 / (self.high - self.low) as f64
    }
}

/// The smallest of 1, 2, 5, 10, 20 … units that covers the span in few steps.
fn round_step(span: i64, unit: i64) -> i64 {
    let mut size = unit.max(1);
    loop {
        for factor in [1, 2, 5] {
            let step = size.saturating_mul(factor);
            if step.saturating_mul(STEPS) >= span {
                return step;
            }
        }
        size = size.saturating_mul(10);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_contain_zero_and_end_round() {
        for (values, ticks) in [
            (vec![3, 7], vec![0, 2, 4, 6, 8]),
            (vec![180, 420], vec![0, 200, 400, 600]),
            (vec![-30, 50], vec![-40, -20, 0, 20, 40, 60]),
            (vec![], vec![0, 1]),
            (vec![0, 0], vec![0, 1]),
        ] {
            let scale = Scale::over(values.iter().copied(), 1);
            assert_eq!(scale.ticks().collect::<Vec<_>>(), ticks, "{values:?}");
            assert!(values.iter().all(|v| (0.0..=1.0).contains(&scale.share(*v))));
        }
    }

    #[test]
    fn rupees_step_by_whole_rupees() {
        assert_eq!(Scale::over([150, 250], 100).ticks().collect::<Vec<_>>(), [0, 100, 200, 300]);
    }
}
