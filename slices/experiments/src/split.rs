//! Who falls to which variant.

use facts::{ContactId, ExperimentId, Id};
use uuid::Uuid;

/// The place of the variant that somebody falls to: the same each time, in proportion to the weights, and by a lot of its own for each experiment.
/// Weights must not change while people meet the variants. The first where all weigh nothing.
pub fn variant_of(experiment: ExperimentId, contact: ContactId, weights: &[u32]) -> usize {
    place_of(experiment.uuid(), contact, weights)
}

/// The same of parts of something that is no experiment, by its id.
pub fn place_of(id: Uuid, contact: ContactId, weights: &[u32]) -> usize {
    stats::place_of(id.as_bytes(), contact.uuid().as_bytes(), weights)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const PEOPLE: u128 = 3_000;

    fn experiment(number: u128) -> ExperimentId {
        ExperimentId::from_uuid(Uuid::from_u128(number))
    }

    fn person(number: u128) -> ContactId {
        ContactId::from_uuid(Uuid::from_u128(number))
    }

    proptest! {
        #[test]
        fn promise_16_the_split_is_stable_and_in_proportion(number: u128, weights in prop::collection::vec(1u32..20, 2..6)) {
            let mut counts = vec![0u32; weights.len()];
            for number_of_person in 0..PEOPLE {
                let place = variant_of(experiment(number), person(number_of_person), &weights);
                prop_assert_eq!(place, variant_of(experiment(number), person(number_of_person), &weights));
                counts[place] += 1;
            }
            let whole: u32 = weights.iter().sum();
            for (count, weight) in counts.iter().zip(&weights) {
                let share = f64::from(*weight) / f64::from(whole);
                let expected = share * PEOPLE as f64;
                let spread = (expected * (1.0 - share)).sqrt();
                prop_assert!((f64::from(*count) - expected).abs() < 6.0 * spread, "{counts:?} for {weights:?}");
            }
        }

        #[test]
        fn promise_16_experiments_split_independently(first: u128, second: u128) {
            prop_assume!(first != second);
            let place = |number, one| variant_of(experiment(number), person(one), &[1, 1]);
            let both = (0..PEOPLE).filter(|one| place(first, *one) == place(second, *one)).count();
            prop_assert!((both as f64 - PEOPLE as f64 / 2.0).abs() < 6.0 * (PEOPLE as f64).sqrt() / 2.0, "{both} of {PEOPLE} fall alike");
        }
    }

    #[test]
    fn what_weighs_nothing_is_met_by_nobody() {
        assert!((0..PEOPLE).all(|one| variant_of(experiment(7), person(one), &[1, 0]) == 0));
        assert_eq!((variant_of(experiment(7), person(1), &[]), variant_of(experiment(7), person(1), &[0, 0])), (0, 0));
    }
}
