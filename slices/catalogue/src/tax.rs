//! What the law calls a thing that is sold, and how much of its price is tax.

use store::{Error, Look, Result, many, sql};

/// The rates that a thing may bear, in basis points: the schedules of the GST Acts, before and since September 2025.
pub const RATES: [i64; 10] = [0, 10, 25, 150, 300, 500, 1_200, 1_800, 2_800, 4_000];

/// How a product is taxed, as a row has it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
pub struct Taxed {
    /// The product's name in addresses.
    pub slug: String,
    /// Its HSN or SAC; empty where nobody said.
    pub hsn: String,
    /// Its rate, in basis points, which its price includes; none where it is the shop's.
    pub tax_bps: Option<i64>,
}

/// An HSN or SAC: two to eight digits, or nothing.
///
/// # Errors
/// The field.
pub fn hsn(field: &str, text: &str) -> Result<String> {
    let code = text.trim();
    let fits = code.is_empty() || ((2..=8).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_digit()));
    if fits { Ok(code.to_owned()) } else { Err(Error::field(field, "the 2 to 8 digits of an HSN or SAC, such as 0401 or 998314")) }
}

/// A rate that the law knows.
///
/// # Errors
/// The field.
pub fn rate(field: &str, bps: i64) -> Result<i64> {
    if RATES.contains(&bps) {
        return Ok(bps);
    }
    let known = RATES.map(|rate| rate.to_string()).join(", ");
    Err(Error::field(field, format!("a rate of GST in basis points: {known}")))
}

/// A rate as people write it: `18 %`.
pub fn percent(bps: i64) -> String {
    let text = format!("{}.{:02}", bps / 100, bps % 100);
    format!("{} %", text.trim_end_matches('0').trim_end_matches('.'))
}

/// How these products are taxed, those that are no longer sold included, in no order.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn taxed(look: &mut impl Look, slugs: &[&str]) -> Result<Vec<Taxed>> {
    look.all_in(sql!(concat!("SELECT slug, hsn, tax_bps FROM products WHERE tenant_id = $1 AND slug IN (", many!(), ")")), slugs, &[]).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_read_as_people_write_them() {
        for (bps, text) in [(0, "0 %"), (25, "0.25 %"), (10, "0.1 %"), (150, "1.5 %"), (1_800, "18 %"), (4_000, "40 %")] {
            assert_eq!(percent(bps), text);
        }
    }

    #[test]
    fn codes_and_rates_that_the_law_knows() {
        assert_eq!(hsn("hsn", " 0401 ").unwrap(), "0401");
        assert_eq!(hsn("hsn", "").unwrap(), "");
        for wrong in ["4", "123456789", "04a1"] {
            assert_eq!(hsn("hsn", wrong).unwrap_err().fields()[0].field, "hsn");
        }
        assert!(rate("tax_bps", 1_800).is_ok() && rate("tax_bps", 1_801).is_err());
    }
}
