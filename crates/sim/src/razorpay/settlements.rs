//! Settlements: what was captured and not yet paid out goes to the bank when the provider is told to.

use super::Razorpay;
use super::guard::Whose;
use super::wire::{Answer, collection};
use axum::Extension;
use axum::extract::{Query, State};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::HashSet;

/// India's clock is so many seconds ahead.
const INDIA: i64 = 19_800;

/// One payment, refund or correction of a settlement.
#[derive(Clone, Debug)]
pub struct SettledRow {
    /// Its id.
    pub entity_id: String,
    /// `payment`, `refund` or `adjustment`.
    pub kind: &'static str,
    /// How much, in minor units.
    pub amount: i64,
    /// What is kept of it, tax included.
    pub fee: i64,
    /// The tax in the fee.
    pub tax: i64,
    /// What it adds to the payout; below zero what it takes.
    pub net: i64,
    /// ISO 4217 code.
    pub currency: String,
    /// The payment's order, where it is one of ours.
    pub order_id: Option<String>,
}

/// A settlement as the provider has it.
#[derive(Clone, Debug)]
pub struct Settlement {
    /// Its id, `setl_…`.
    pub id: String,
    /// The bank's reference.
    pub utr: String,
    /// Unix seconds.
    pub settled_at: i64,
    /// What it is made of.
    pub rows: Vec<SettledRow>,
}

impl Settlement {
    /// What was paid out.
    pub fn amount(&self) -> i64 {
        self.rows.iter().map(|row| row.net).sum()
    }
}

/// What a payment's fee and the tax in it are: 2 % and 18 % on that, each rounded to the nearest.
pub fn fee_of(amount: i64) -> (i64, i64) {
    let part = |of: i64, bps: i64| (of * bps + 5_000).div_euclid(10_000);
    let bare = part(amount, 200);
    let tax = part(bare, 1_800);
    (bare + tax, tax)
}

impl Razorpay {
    /// Pays out all that was captured and given back since the last time; nothing where there is nothing.
    pub fn settle(&self) -> Option<Settlement> {
        self.settle_with(Vec::new())
    }

    /// The same, with rows that the provider adds by itself, such as a correction.
    pub fn settle_with(&self, more: Vec<SettledRow>) -> Option<Settlement> {
        let mut books = self.0.books.lock();
        let known: HashSet<String> = books.settlements.iter().flat_map(|made| made.rows.iter().map(|row| row.entity_id.clone())).collect();
        // A guest's payments are paid out to nobody.
        let ours = |order: &str| books.orders.get(order).is_some_and(|order| order.guest.is_none());
        let open =
            books.payments.all().iter().filter(|payment| payment.captured() && !known.contains(&payment.id) && ours(&payment.order_id));
        let paid = open.map(|payment| {
            let (fee, tax) = payment.fee();
            SettledRow {
                entity_id: payment.id.clone(),
                kind: "payment",
                amount: payment.amount,
                fee,
                tax,
                net: payment.amount - fee,
                currency: payment.currency.clone(),
                order_id: Some(payment.order_id.clone()),
            }
        });
        let of_ours = |id: &str| books.payments.get(id).is_some_and(|payment| ours(&payment.order_id));
        let back = books.refunds.all().iter().filter(|refund| !known.contains(&refund.id) && of_ours(&refund.payment_id)).map(|refund| {
            SettledRow {
                entity_id: refund.id.clone(),
                kind: "refund",
                amount: refund.amount,
                fee: 0,
                tax: 0,
                net: -refund.amount,
                currency: refund.currency.clone(),
                order_id: None,
            }
        });
        let rows: Vec<SettledRow> = paid.chain(back).chain(more).collect();
        if rows.is_empty() {
            return None;
        }
        let made = Settlement { id: self.name("setl"), utr: format!("AXISCN{}", self.0.names.digits(10)), settled_at: self.now(), rows };
        books.settlements.push(made.clone());
        Some(made)
    }

    /// Every settlement, oldest first.
    pub fn settlements(&self) -> Vec<Settlement> {
        self.0.books.lock().settlements.clone()
    }
}

/// A day or a month of the report, and which page of it.
#[derive(Deserialize)]
pub(super) struct Wanted {
    year: i64,
    month: i64,
    day: Option<i64>,
    count: Option<usize>,
    skip: Option<usize>,
}

pub(super) async fn combined(State(razorpay): State<Razorpay>, Extension(whose): Extension<Whose>, Query(wanted): Query<Wanted>) -> Answer {
    let books = razorpay.0.books.lock();
    let of_day = books.settlements.iter().filter(|_| whose.0.is_none()).filter(|made| {
        let (year, month, day) = civil((made.settled_at + INDIA).div_euclid(86_400));
        (year, month) == (wanted.year, wanted.month) && wanted.day.is_none_or(|wanted| wanted == day)
    });
    let rows = of_day.flat_map(|made| made.rows.iter().map(|row| json_of(made, row)));
    Ok(collection(rows.skip(wanted.skip.unwrap_or(0)).take(wanted.count.unwrap_or(10).min(1_000)).collect()))
}

/// Which settlements.
#[derive(Deserialize)]
pub(super) struct Between {
    from: Option<i64>,
    to: Option<i64>,
    count: Option<usize>,
    skip: Option<usize>,
}

pub(super) async fn list(State(razorpay): State<Razorpay>, Extension(whose): Extension<Whose>, Query(between): Query<Between>) -> Answer {
    let books = razorpay.0.books.lock();
    let within = |made: &&Settlement| {
        whose.0.is_none() && between.from.is_none_or(|from| made.settled_at >= from) && between.to.is_none_or(|to| made.settled_at <= to)
    };
    let shown = books.settlements.iter().rev().filter(within).map(|made| {
        json!({
            "id": made.id, "entity": "settlement", "amount": made.amount(), "status": "processed", "fees": 0, "tax": 0, "utr": made.utr,
            "created_at": made.settled_at,
        })
    });
    Ok(collection(shown.skip(between.skip.unwrap_or(0)).take(between.count.unwrap_or(10).min(100)).collect()))
}

fn json_of(made: &Settlement, row: &SettledRow) -> Value {
    json!({
        "entity_id": row.entity_id, "type": row.kind, "debit": (-row.net).max(0), "credit": row.net.max(0), "amount": row.amount.abs(),
        "currency": row.currency, "fee": row.fee, "tax": row.tax, "on_hold": false, "settled": true, "created_at": made.settled_at,
        "settled_at": made.settled_at, "settlement_id": made.id, "posted_at": null, "credit_type": "default", "description": null,
        "notes": "", "payment_id": null, "settlement_utr": made.utr, "order_id": row.order_id, "order_receipt": null, "method": "upi",
        "dispute_id": null,
    })
}

/// The year, month and day of so many days since 1970 (Howard Hinnant, days from civil).
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let part = (5 * of_year + 2) / 153;
    let month = if part < 10 { part + 3 } else { part - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, of_year - (153 * part + 2) / 5 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_fees() {
        assert_eq!((civil(0), civil(20_779), civil(11_016)), ((1970, 1, 1), (2026, 11, 22), (2000, 2, 29)));
        assert_eq!((fee_of(9_900), fee_of(100), fee_of(0)), ((234, 36), (2, 0), (0, 0)));
    }
}
