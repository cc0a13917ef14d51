//! Payouts: what came and went since the last one goes to the bank when the provider is told to.

use super::Stripe;
use super::books::{Money, fee_of};
use super::guard::Whose;
use axum::extract::{Query, State};
use axum::{Extension, Json};
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet};

/// One balance transaction of a payout.
#[derive(Clone, Debug)]
pub struct PaidOut {
    /// Its id, `txn_…`.
    pub id: String,
    /// `charge` or `refund`.
    pub kind: &'static str,
    /// The payment or the refund: `pi_…`, `re_…`.
    pub source: String,
    /// Above zero for what came.
    pub amount: i64,
    /// What is kept of it.
    pub fee: i64,
    /// ISO 4217 code, in small letters.
    pub currency: String,
}

/// A payout as the provider has it.
#[derive(Clone, Debug)]
pub struct Payout {
    /// Its id, `po_…`.
    pub id: String,
    /// The bank's reference.
    pub trace: String,
    /// Unix seconds.
    pub created: i64,
    /// What it is made of; all of one currency.
    pub rows: Vec<PaidOut>,
}

impl Payout {
    /// What was paid out.
    pub fn amount(&self) -> i64 {
        self.rows.iter().map(|row| row.amount - row.fee).sum()
    }

    fn json(&self) -> Value {
        json!({
            "id": self.id, "object": "payout", "amount": self.amount(), "currency": self.rows.first().map(|row| row.currency.clone()),
            "status": "paid", "created": self.created, "arrival_date": self.created, "automatic": true,
            "trace_id": {"status": "supported", "value": self.trace},
        })
    }
}

impl Stripe {
    /// Pays out all that came and went since the last time, in the currency of the first; nothing where there is nothing.
    pub fn pay_out(&self) -> Option<Payout> {
        let mut books = self.0.books.lock();
        let known: HashSet<String> = books.payouts.iter().flat_map(|made| made.rows.iter().map(|row| row.source.clone())).collect();
        let paid = books.sessions.iter().filter(|session| session.money == Some(Money::Succeeded)).filter_map(|session| {
            let source = session.payment_intent.clone()?;
            Some(("charge", source, session.amount, session.fee(), session.currency.clone()))
        });
        let charged = books.charges.iter().filter(|charge| charge.declined.is_none());
        let charged = charged.map(|charge| ("charge", charge.id.clone(), charge.amount, fee_of(charge.amount), charge.currency.clone()));
        let back = books.refunds.iter().map(|refund| ("refund", refund.id.clone(), -refund.amount, 0, refund.currency.clone()));
        let open: Vec<_> = paid.chain(charged).chain(back).filter(|(_, source, ..)| !known.contains(source)).collect();
        let currency = open.first()?.4.clone();
        let rows = open.into_iter().filter(|row| row.4 == currency);
        let rows = rows.map(|(kind, source, amount, fee, currency)| PaidOut { id: self.name("txn"), kind, source, amount, fee, currency });
        let rows = rows.collect();
        let made = Payout { id: self.name("po"), trace: format!("STRIPE{}", self.0.names.digits(10)), created: self.now(), rows };
        books.payouts.push(made.clone());
        Some(made)
    }
}

fn number(query: &HashMap<String, String>, name: &str) -> Option<i64> {
    query.get(name).and_then(|text| text.parse().ok())
}

/// A page of a list, as Stripe cuts it.
fn page(all: Vec<Value>, query: &HashMap<String, String>, url: &str) -> Json<Value> {
    let limit = number(query, "limit").and_then(|limit| usize::try_from(limit).ok()).unwrap_or(10).min(100);
    let skip = query.get("starting_after").and_then(|id| all.iter().position(|one| one["id"] == **id)).map_or(0, |at| at + 1);
    let left = all.len().saturating_sub(skip);
    let data: Vec<Value> = all.into_iter().skip(skip).take(limit).collect();
    Json(json!({"object": "list", "url": url, "has_more": left > data.len(), "data": data}))
}

pub(super) async fn list(
    State(stripe): State<Stripe>,
    Extension(whose): Extension<Whose>,
    Query(query): Query<HashMap<String, String>>,
) -> Json<Value> {
    let books = stripe.0.books.lock();
    let since = number(&query, "created[gte]").unwrap_or(0);
    // A guest's payments are paid out to nobody.
    let shown = books.payouts.iter().rev().filter(|made| whose.0.is_none() && made.created >= since);
    page(shown.map(Payout::json).collect(), &query, "/v1/payouts")
}

pub(super) async fn transactions(
    State(stripe): State<Stripe>,
    Extension(whose): Extension<Whose>,
    Query(query): Query<HashMap<String, String>>,
) -> Json<Value> {
    let books = stripe.0.books.lock();
    let made = books.payouts.iter().find(|made| whose.0.is_none() && query.get("payout") == Some(&made.id));
    let row = |row: &PaidOut| {
        let source = match row.kind {
            "charge" => json!({"id": row.source.replacen("pi_", "ch_", 1), "object": "charge", "payment_intent": row.source}),
            _ => json!({"id": row.source, "object": "refund"}),
        };
        json!({
            "id": row.id, "object": "balance_transaction", "type": row.kind, "amount": row.amount, "fee": row.fee, "net": row.amount - row.fee,
            "currency": row.currency, "description": null, "source": source,
            "fee_details": [{"type": "stripe_fee", "amount": row.fee, "currency": row.currency}],
        })
    };
    let payout = made.map(|made| {
        json!({
            "id": made.id.replacen("po_", "txn_", 1), "object": "balance_transaction", "type": "payout", "amount": -made.amount(), "fee": 0,
            "net": -made.amount(), "currency": made.rows.first().map(|row| row.currency.clone()), "source": {"id": made.id, "object": "payout"},
            "fee_details": [],
        })
    });
    let all = payout.into_iter().chain(made.into_iter().flat_map(|made| made.rows.iter().map(row))).collect();
    page(all, &query, "/v1/balance_transactions")
}
