//! What providers paid out, as they say it: for whoever settles the books with them.

use crate::trouble::Trouble;
use crate::world::World;
use facts::TenantId;
use jiff::civil::Date;
use serde::Deserialize;

/// One payment, refund or correction that Razorpay settled. Amounts in minor units.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct SettledItem {
    /// Its id: `pay_…`, `rfnd_…`, `adj_…`.
    pub entity_id: String,
    /// `payment`, `refund`, `adjustment`, `transfer` …
    #[serde(rename = "type")]
    pub kind: String,
    /// What it takes from the payout.
    #[serde(default)]
    pub debit: i64,
    /// What it adds to the payout.
    #[serde(default)]
    pub credit: i64,
    /// How much it is, before fees.
    #[serde(default)]
    pub amount: Option<i64>,
    /// ISO 4217 code.
    pub currency: String,
    /// What is kept of it, tax included.
    #[serde(default)]
    pub fee: Option<i64>,
    /// The tax in the fee.
    #[serde(default)]
    pub tax: Option<i64>,
    /// The settlement that it is in; nothing while it is held.
    #[serde(default)]
    pub settlement_id: Option<String>,
    /// The bank's reference of the payout.
    #[serde(default)]
    pub settlement_utr: Option<String>,
    /// When, in seconds since 1970.
    #[serde(default)]
    pub settled_at: Option<i64>,
    /// What it was for.
    #[serde(default)]
    pub description: Option<String>,
    /// The dispute that took it.
    #[serde(default)]
    pub dispute_id: Option<String>,
}

/// A settlement of Razorpay's with its own sum.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct SettledSum {
    /// Its id: `setl_…`.
    pub id: String,
    /// What was paid out, in minor units.
    pub amount: i64,
    /// `created`, `processed` or `failed`.
    pub status: String,
    /// The bank's reference of the payout.
    #[serde(default)]
    pub utr: Option<String>,
    /// When it was made, in seconds since 1970.
    pub created_at: i64,
}

impl World {
    /// What Razorpay settled on a day of its calendar, after so many that are known; nothing without an account there.
    ///
    /// # Errors
    /// What kept the provider from answering.
    pub async fn razorpay_settled(&self, tenant: TenantId, day: Date, skip: usize) -> Result<Option<Vec<SettledItem>>, Trouble> {
        match self.keys(tenant).await? {
            Some(_) => self.razorpay(tenant).await?.settled(day, skip).await.map(Some),
            None => Ok(None),
        }
    }

    /// The settlements that Razorpay made between two moments, in seconds since 1970; none without an account there.
    ///
    /// # Errors
    /// What kept the provider from answering.
    pub async fn razorpay_settlements(&self, tenant: TenantId, from: i64, to: i64) -> Result<Vec<SettledSum>, Trouble> {
        match self.keys(tenant).await? {
            Some(_) => self.razorpay(tenant).await?.settlements(from, to).await,
            None => Ok(Vec::new()),
        }
    }
}
