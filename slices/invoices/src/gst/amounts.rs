//! What an invoice comes to: per rate, in minor units, halves always equal.

use super::Supply;
use serde::{Deserialize, Serialize};
use store::{Error, Result};

/// A line, as far as tax is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Item {
    /// What it comes to after its discount, in minor units: with the tax in it or without, as the invoice says.
    pub net_minor: i64,
    /// Its rate, in basis points.
    pub rate_bps: i64,
}

/// The tax of all lines of one rate, in minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RateTax {
    /// The rate, in basis points.
    pub rate_bps: i64,
    /// What is taxed.
    pub taxable_minor: i64,
    /// The union's half, within a state.
    pub cgst_minor: i64,
    /// The state's half, within a state.
    pub sgst_minor: i64,
    /// The whole, between states.
    pub igst_minor: i64,
}

impl RateTax {
    /// All of it.
    pub fn tax_minor(&self) -> i64 {
        self.cgst_minor + self.sgst_minor + self.igst_minor
    }
}

/// What an invoice comes to, in minor units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amounts {
    /// By rate, lowest first.
    pub by_rate: Vec<RateTax>,
    /// Each line's part of what is taxed, in the order of the lines.
    pub taxable_by_line: Vec<i64>,
    /// What rounding adds or takes: where prices include tax the paise left over, and the nearest rupee where that is wanted.
    pub round_off_minor: i64,
    /// What is to be paid.
    pub total_minor: i64,
}

impl Amounts {
    fn sum(&self, of: impl Fn(&RateTax) -> i64) -> i64 {
        self.by_rate.iter().map(of).sum()
    }

    /// All that is taxed.
    pub fn taxable_minor(&self) -> i64 {
        self.sum(|rate| rate.taxable_minor)
    }

    /// The union's half.
    pub fn cgst_minor(&self) -> i64 {
        self.sum(|rate| rate.cgst_minor)
    }

    /// The state's half.
    pub fn sgst_minor(&self) -> i64 {
        self.sum(|rate| rate.sgst_minor)
    }

    /// The tax between states.
    pub fn igst_minor(&self) -> i64 {
        self.sum(|rate| rate.igst_minor)
    }
}

/// The most that a line may come to, in minor units: sums of a thousand such lines still fit with room.
const MOST: i64 = 1_000_000_000_000_000;

/// A fraction, halves up. Both sides are at least nothing.
fn round_half_up(over: i128, under: i128) -> i64 {
    i64::try_from((2 * over + under) / (2 * under)).unwrap_or(i64::MAX)
}

/// What the lines come to. `inclusive` says that their amounts have the tax in them, `supply` which taxes they bear, or that
/// there is none, and `whole` how many minor units a total is rounded to, 1 for none.
///
/// # Errors
/// A line that is below nothing or too large, or a rate above the whole.
pub fn amounts(items: &[Item], inclusive: bool, supply: Option<Supply>, whole: i64) -> Result<Amounts> {
    for (at, item) in items.iter().enumerate() {
        if !(0..=MOST).contains(&item.net_minor) || !(0..=10_000).contains(&item.rate_bps) {
            return Err(Error::field(
                format!("lines[{at}]"),
                "an amount that is not below nothing, and a rate from 0 to 10000 basis points",
            ));
        }
    }
    let mut rates: Vec<i64> = items.iter().map(|item| if supply.is_some() { item.rate_bps } else { 0 }).collect();
    let of_line = rates.clone();
    rates.sort_unstable();
    rates.dedup();
    let mut taxable_by_line = vec![0; items.len()];
    let mut by_rate = Vec::with_capacity(rates.len());
    let (mut gross, mut exact) = (0i64, 0i64);
    for rate_bps in rates {
        let lines: Vec<usize> = (0..items.len()).filter(|at| of_line[*at] == rate_bps).collect();
        let nets: Vec<i64> = lines.iter().map(|at| items[*at].net_minor).collect();
        let net: i64 = nets.iter().sum();
        let tax = taxed(net, rate_bps, inclusive, supply);
        for (at, share) in lines.into_iter().zip(facts::split(tax.taxable_minor, &nets)) {
            taxable_by_line[at] = share;
        }
        exact += tax.taxable_minor + tax.tax_minor();
        gross += if inclusive { net } else { tax.taxable_minor + tax.tax_minor() };
        by_rate.push(tax);
    }
    let total_minor = round_half_up(i128::from(gross), i128::from(whole.max(1))).saturating_mul(whole.max(1));
    Ok(Amounts { by_rate, taxable_by_line, round_off_minor: total_minor - exact, total_minor })
}

/// The tax of what all lines of a rate come to. The half within a state is computed once and used twice.
fn taxed(net: i64, rate_bps: i64, inclusive: bool, supply: Option<Supply>) -> RateTax {
    let (net, rate) = (i128::from(net), i128::from(rate_bps));
    let taxable = if inclusive { round_half_up(net * 10_000, 10_000 + rate) } else { i64::try_from(net).unwrap_or(i64::MAX) };
    let over = i128::from(taxable) * rate;
    let (half, whole) = match supply {
        Some(Supply::Intra) => (round_half_up(over, 20_000), 0),
        Some(Supply::Inter) => (0, round_half_up(over, 10_000)),
        None => (0, 0),
    };
    RateTax { rate_bps, taxable_minor: taxable, cgst_minor: half, sgst_minor: half, igst_minor: whole }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn item(net_minor: i64, rate_bps: i64) -> Item {
        Item { net_minor, rate_bps }
    }

    #[test]
    fn a_small_invoice_by_hand() {
        let lines = [item(10_005, 1_800), item(5_000, 500), item(1_000, 1_800)];
        let intra = amounts(&lines, false, Some(Supply::Intra), 1).unwrap();
        assert_eq!((intra.taxable_minor(), intra.cgst_minor(), intra.sgst_minor(), intra.igst_minor()), (16_005, 1_115, 1_115, 0));
        assert_eq!((intra.round_off_minor, intra.total_minor), (0, 18_235));
        let inter = amounts(&lines, false, Some(Supply::Inter), 100).unwrap();
        assert_eq!((inter.igst_minor(), inter.round_off_minor, inter.total_minor), (2_231, -36, 18_200));
        assert_eq!(inter.taxable_by_line, [10_005, 5_000, 1_000]);
    }

    #[test]
    fn prices_with_tax_in_them_keep_their_sum() {
        let sold = amounts(&[item(9_900, 1_800)], true, Some(Supply::Intra), 1).unwrap();
        assert_eq!((sold.taxable_minor(), sold.cgst_minor(), sold.sgst_minor()), (8_390, 755, 755));
        assert_eq!((sold.round_off_minor, sold.total_minor), (0, 9_900));
        let odd = amounts(&[item(101, 1_800)], true, Some(Supply::Intra), 1).unwrap();
        assert_eq!(odd.total_minor, 101);
        assert_eq!(odd.taxable_minor() + 2 * odd.cgst_minor() + odd.round_off_minor, 101);
    }

    #[test]
    fn without_registration_there_is_no_tax() {
        let plain = amounts(&[item(9_950, 1_800)], true, None, 100).unwrap();
        assert_eq!((plain.taxable_minor(), plain.total_minor, plain.round_off_minor), (9_950, 10_000, 50));
        assert_eq!(plain.by_rate.len(), 1);
        assert!(amounts(&[item(-1, 0)], true, None, 1).is_err());
        assert!(amounts(&[item(1, 10_001)], true, None, 1).is_err());
        assert_eq!(amounts(&[], false, None, 1).unwrap().total_minor, 0);
    }

    proptest! {
        #[test]
        fn it_always_adds_up(
            lines in prop::collection::vec((0i64..10_000_000_000, prop::sample::select(vec![0i64, 25, 300, 500, 1_200, 1_800, 2_800])), 0..20),
            inclusive in any::<bool>(), which in 0usize..3, rupees in any::<bool>(),
        ) {
            let items: Vec<Item> = lines.iter().map(|(net, rate)| item(*net, *rate)).collect();
            let supply = [None, Some(Supply::Intra), Some(Supply::Inter)][which];
            let whole = if rupees { 100 } else { 1 };
            let sums = amounts(&items, inclusive, supply, whole).unwrap();
            let tax = sums.cgst_minor() + sums.sgst_minor() + sums.igst_minor();
            prop_assert_eq!(sums.taxable_minor() + tax + sums.round_off_minor, sums.total_minor);
            prop_assert_eq!(sums.taxable_by_line.iter().sum::<i64>(), sums.taxable_minor());
            prop_assert_eq!(sums.cgst_minor(), sums.sgst_minor(), "halves are equal");
            prop_assert_eq!(sums.total_minor % whole, 0);
            let net: i64 = items.iter().map(|item| item.net_minor).sum();
            if inclusive {
                prop_assert!((sums.total_minor - net).abs() <= whole / 2, "what was asked is what is paid");
            } else {
                prop_assert_eq!(sums.taxable_minor(), net);
            }
            if !rupees && !inclusive { prop_assert_eq!(sums.round_off_minor, 0); }
        }
    }
}
