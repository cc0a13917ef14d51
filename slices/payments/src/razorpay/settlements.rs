//! What Razorpay paid out, day by day. After its published reference; not yet verified against the live API.

use super::Razorpay;
use super::wire::Collection;
use crate::settled::{SettledItem, SettledSum};
use crate::trouble::Trouble;
use jiff::civil::Date;

/// Items of one page.
const PAGE: &str = "1000";
/// Settlements of one day: a shop has a few.
const SETTLEMENTS: &str = "100";

impl Razorpay<'_> {
    /// What was settled on a day of the provider's calendar, after so many that are known.
    ///
    /// # Errors
    /// What kept the provider from answering.
    pub async fn settled(&self, day: Date, skip: usize) -> Result<Vec<SettledItem>, Trouble> {
        let query = [
            ("year", format!("{:04}", day.year())),
            ("month", format!("{:02}", day.month())),
            ("day", format!("{:02}", day.day())),
            ("count", PAGE.to_owned()),
            ("skip", skip.to_string()),
        ];
        let found: Collection<SettledItem> = self.get("/settlements/recon/combined", &query).await?;
        Ok(found.items)
    }

    /// The settlements that were made between two moments, in seconds since 1970, each with its own sum.
    ///
    /// # Errors
    /// What kept the provider from answering.
    pub async fn settlements(&self, from: i64, to: i64) -> Result<Vec<SettledSum>, Trouble> {
        let query = [("from", from.to_string()), ("to", to.to_string()), ("count", SETTLEMENTS.to_owned())];
        let found: Collection<SettledSum> = self.get("/settlements", &query).await?;
        Ok(found.items)
    }
}
