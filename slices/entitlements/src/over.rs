//! What is used above a limit, and what that costs: whole packages, of which one that is begun is a whole one.

use crate::model::Terms;
use facts::Money;
use store::{Error, Result};

/// The most that is stated at once comes to this much, in minor units; what is beyond follows in the next statement.
const MOST_MINOR: i64 = 1_000_000_000_000;
/// The most packages of one statement, which is what one line of an invoice takes.
const MOST_PACKAGES: i64 = 999_999_999;

/// Packages that so many units begin.
pub(crate) fn packages(units: i64, per: i64) -> i64 {
    units / per + i64::from(units % per > 0)
}

/// So much that is to be billed and was not stated before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Next {
    pub units: i64,
    pub packages: i64,
}

impl Terms {
    /// How many units go over.
    pub fn over(&self, used: i64) -> i64 {
        used.saturating_sub(self.limit).max(0)
    }

    /// What so much costs above the limit.
    ///
    /// # Errors
    /// More than an amount can be.
    pub fn cost(&self, used: i64) -> Result<Money> {
        self.price.times(packages(self.over(used), self.per)).map_err(Error::internal)
    }

    /// What is to be stated next, after so many units above the limit were. Units that lie in a package that was begun before are not: they
    /// follow with the next package, so that packages add up to those of all units together.
    pub fn next(&self, used: i64, told: i64) -> Option<Next> {
        let over = self.over(used);
        let before = packages(told, self.per);
        let most = (MOST_MINOR / self.price.minor.max(1)).clamp(1, MOST_PACKAGES);
        let upto = over.min((before + most).saturating_mul(self.per));
        let begun = packages(upto, self.per) - before;
        (upto > told && begun > 0).then_some(Next { units: upto - told, packages: begun })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use facts::Id;
    use proptest::prelude::*;

    fn terms(limit: i64, minor: i64, per: i64) -> Terms {
        Terms { subscription_id: Id::from_uuid(Default::default()), limit, price: Money::inr(minor), per }
    }

    #[test]
    fn what_goes_over_costs() {
        for (limit, per, used, minor) in
            [(100, 1, 100, 0), (100, 1, 101, 50), (100, 10, 101, 50), (100, 10, 110, 50), (100, 10, 111, 100), (0, 1, 3, 150), (7, 5, 0, 0)]
        {
            assert_eq!(terms(limit, 50, per).cost(used).unwrap(), Money::inr(minor), "{used} of {limit}, {per} together");
        }
        assert_eq!(terms(100, 50, 10).next(111, 0), Some(Next { units: 11, packages: 2 }));
        assert_eq!(terms(100, 50, 10).next(119, 11), None, "that package was begun before");
        assert_eq!(terms(100, 50, 10).next(121, 11), Some(Next { units: 10, packages: 1 }));
        assert_eq!(terms(200, 50, 10).next(121, 11), None, "nothing is given back");
        assert_eq!(terms(0, 10_000_000, 1).next(i64::MAX, 0), Some(Next { units: 100_000, packages: 100_000 }));
    }

    proptest! {
        #[test]
        fn statements_add_up_to_all_packages(per in 1i64..2_000, steps in prop::collection::vec(1i64..5_000, 1..40), minor in 1i64..10_000) {
            let terms = terms(500, minor, per);
            let (mut used, mut told, mut asked) = (0, 0, 0);
            for step in steps {
                used += step;
                while let Some(next) = terms.next(used, told) {
                    told += next.units;
                    asked += next.packages * minor;
                }
                prop_assert_eq!(asked, terms.cost(used).unwrap().minor);
                prop_assert!(told <= terms.over(used) && packages(told, per) == packages(terms.over(used), per));
            }
        }
    }
}
