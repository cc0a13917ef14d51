//! What Stripe paid out. After its published reference; not yet verified against the live API.

use super::Stripe;
use super::wire::List;
use crate::settled::{BalanceTransaction, Payout};
use crate::trouble::Trouble;

/// Items of one page: as many as there may be.
const PAGE: &str = "100";

impl Stripe<'_> {
    /// Payouts that were made since a moment, in seconds since 1970, newest first, after one that is known.
    ///
    /// # Errors
    /// What kept the provider from answering.
    pub async fn payouts(&self, since: i64, after: Option<&str>) -> Result<Vec<Payout>, Trouble> {
        let since = since.to_string();
        let query = [("limit", PAGE), ("created[gte]", since.as_str())];
        let found: List<Payout> = self.get("/payouts", query.into_iter().chain(after.map(|id| ("starting_after", id)))).await?;
        Ok(found.data)
    }

    /// What a payout is made of, after one that is known.
    ///
    /// # Errors
    /// What kept the provider from answering.
    pub async fn transactions(&self, payout: &str, after: Option<&str>) -> Result<Vec<BalanceTransaction>, Trouble> {
        let query = [("limit", PAGE), ("payout", payout), ("expand[]", "data.source")];
        let after = after.map(|id| ("starting_after", id));
        let found: List<BalanceTransaction> = self.get("/balance_transactions", query.into_iter().chain(after)).await?;
        Ok(found.data)
    }
}
