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

/// A payout of Stripe's.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Payout {
    /// Its id: `po_…`.
    pub id: String,
    /// What was paid out, in minor units.
    pub amount: i64,
    /// ISO 4217 code, in small letters.
    pub currency: String,
    /// `pending`, `in_transit`, `paid`, `failed` or `canceled`.
    pub status: String,
    /// When it was made, in seconds since 1970.
    pub created: i64,
    /// When it is expected in the bank, in seconds since 1970.
    pub arrival_date: i64,
    /// The bank's reference.
    #[serde(default)]
    pub trace_id: Option<Trace>,
}

/// The bank's reference of a payout, as far as the bank gives one.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Trace {
    /// The reference.
    #[serde(default)]
    pub value: Option<String>,
}

/// One movement of Stripe's balance. Amounts in minor units.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct BalanceTransaction {
    /// Its id: `txn_…`.
    pub id: String,
    /// `charge`, `payment`, `refund`, `adjustment`, `payout` …
    #[serde(rename = "type")]
    pub kind: String,
    /// Above zero for what came.
    pub amount: i64,
    /// What is kept of it.
    pub fee: i64,
    /// ISO 4217 code, in small letters.
    pub currency: String,
    /// What it was for.
    #[serde(default)]
    pub description: Option<String>,
    /// What the fee is made of.
    #[serde(default)]
    pub fee_details: Vec<FeeDetail>,
    /// What it is of.
    #[serde(default)]
    pub source: Option<BalanceSource>,
}

/// A part of a fee.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct FeeDetail {
    /// `stripe_fee`, `application_fee` or `tax`.
    #[serde(rename = "type")]
    pub kind: String,
    /// How much, in minor units.
    pub amount: i64,
}

/// What moved Stripe's balance.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct BalanceSource {
    /// Its id: `ch_…`, `re_…`.
    pub id: String,
    /// The payment, of a charge.
    #[serde(default)]
    pub payment_intent: Option<String>,
}

impl World {
    /// Payouts that Stripe made since a moment, in seconds since 1970, newest first, after one that is known; nothing without an account there.
    ///
    /// # Errors
    /// What kept the provider from answering.
    pub async fn stripe_payouts(&self, tenant: TenantId, since: i64, after: Option<&str>) -> Result<Option<Vec<Payout>>, Trouble> {
        match self.stripe_keys(tenant).await? {
            Some(_) => self.stripe(tenant).await?.0.payouts(since, after).await.map(Some),
            None => Ok(None),
        }
    }

    /// What a payout of Stripe's is made of, after one that is known.
    ///
    /// # Errors
    /// What kept the provider from answering.
    pub async fn stripe_transactions(
        &self,
        tenant: TenantId,
        payout: &str,
        after: Option<&str>,
    ) -> Result<Vec<BalanceTransaction>, Trouble> {
        self.stripe(tenant).await?.0.transactions(payout, after).await
    }

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
