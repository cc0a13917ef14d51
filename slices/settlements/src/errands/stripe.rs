//! Asks Stripe what it paid out: a page of payouts at a time, and of each what it is made of.

use super::{after, lane};
use crate::matching::Reconcile;
use crate::model::{RowKind, Settled, Told};
use crate::rows;
use facts::{Currency, TenantId, Time};
use payments::{BalanceTransaction, Payout, Provider, Trouble, World};
use serde::{Deserialize, Serialize};
use store::{Ended, Errand, Lane, Result, Sending, Trip, Tx};

/// A page of payouts since a moment, newest first.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct FetchPayouts {
    pub since: Time,
    pub after: Option<String>,
}

impl Errand for FetchPayouts {
    const NAME: &'static str = "fetch_stripe_payouts";
    type World = World;
    /// Nothing where there is no account.
    type Back = Result<Option<Vec<Payout>>, Trouble>;

    fn lane(&self, tenant: TenantId) -> Lane {
        lane(tenant)
    }

    fn key(&self) -> Option<String> {
        Some(self.after.clone().unwrap_or_default())
    }

    async fn go(&self, world: &World, trip: &Trip) -> Self::Back {
        world.stripe_payouts(trip.tenant, self.since.seconds(), self.after.as_deref()).await
    }

    async fn back(&self, _: &World, tx: &mut Tx, trip: &Trip, brought: &Self::Back) -> Result<Ended> {
        let payouts = match brought {
            Ok(Some(payouts)) => payouts,
            Ok(None) => {
                rows::note_fetched(tx, Provider::Stripe, tx.now()).await?;
                return Ok(Ended::done("There is no account at Stripe."));
            }
            Err(trouble) => return Ok(after(trouble, tx, trip)),
        };
        let paid: Vec<Told> = payouts.iter().filter(|payout| payout.status == "paid").filter_map(told).collect();
        rows::put_settlements(tx, Provider::Stripe.as_str(), &paid).await?;
        let made = paid.into_iter().map(|told| {
            let Told { settlement_ref, utr, settled_at, .. } = told;
            (FetchPayout { payout: settlement_ref, utr, settled_at, after: None }, Sending::default())
        });
        tx.send_all(made.collect::<Vec<_>>()).await?;
        if let Some(last) = payouts.last() {
            tx.send(Self { since: self.since, after: Some(last.id.clone()) }).await?;
        } else {
            rows::note_fetched(tx, Provider::Stripe, tx.now()).await?;
            Reconcile::soon(tx).await?;
        }
        Ok(Ended::done(format!("{} payouts.", payouts.len())))
    }
}

fn told(payout: &Payout) -> Option<Told> {
    Some(Told {
        settlement_ref: payout.id.clone(),
        utr: payout.trace_id.as_ref().and_then(|trace| trace.value.clone()),
        settled_at: Time(payout.arrival_date * 1_000),
        currency: payout.currency.to_uppercase().parse().ok()?,
        amount: payout.amount,
    })
}

/// A page of what a payout is made of.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct FetchPayout {
    pub payout: String,
    pub utr: Option<String>,
    pub settled_at: Time,
    pub after: Option<String>,
}

impl Errand for FetchPayout {
    const NAME: &'static str = "fetch_stripe_payout";
    type World = World;
    type Back = Result<Vec<BalanceTransaction>, Trouble>;

    fn lane(&self, tenant: TenantId) -> Lane {
        lane(tenant)
    }

    fn key(&self) -> Option<String> {
        Some(format!("{}/{}", self.payout, self.after.as_deref().unwrap_or_default()))
    }

    async fn go(&self, world: &World, trip: &Trip) -> Self::Back {
        world.stripe_transactions(trip.tenant, &self.payout, self.after.as_deref()).await
    }

    async fn back(&self, _: &World, tx: &mut Tx, trip: &Trip, brought: &Self::Back) -> Result<Ended> {
        let transactions = match brought {
            Ok(transactions) => transactions,
            Err(trouble) => return Ok(after(trouble, tx, trip)),
        };
        let settled: Vec<Settled> = transactions.iter().filter_map(|one| self.settled(one)).collect();
        let new = rows::put_settled(tx, Provider::Stripe.as_str(), &settled).await?;
        if let Some(last) = transactions.last() {
            let (payout, utr, settled_at) = (self.payout.clone(), self.utr.clone(), self.settled_at);
            tx.send(Self { payout, utr, settled_at, after: Some(last.id.clone()) }).await?;
        } else {
            Reconcile::soon(tx).await?;
        }
        Ok(Ended::done(format!("{}: {} rows, {new} new.", self.payout, transactions.len())))
    }
}

impl FetchPayout {
    /// A row; the payout itself is none of its own.
    fn settled(&self, one: &BalanceTransaction) -> Option<Settled> {
        let source = one.source.as_ref();
        let (kind, entity_ref) = match one.kind.as_str() {
            "payout" => return None,
            "charge" | "payment" => {
                (RowKind::Payment, source.map_or(&one.id, |source| source.payment_intent.as_ref().unwrap_or(&source.id)))
            }
            "refund" | "payment_refund" => (RowKind::Refund, source.map_or(&one.id, |source| &source.id)),
            _ => (RowKind::Adjustment, &one.id),
        };
        let currency: Currency = one.currency.to_uppercase().parse().ok()?;
        let tax = one.fee_details.iter().filter(|part| part.kind == "tax").map(|part| part.amount).sum();
        Some(Settled {
            settlement_ref: self.payout.clone(),
            utr: self.utr.clone(),
            settled_at: self.settled_at,
            entity_ref: entity_ref.clone(),
            kind,
            currency,
            gross: one.amount,
            fee: one.fee,
            tax,
            net: one.amount - one.fee,
            text: one.description.clone().unwrap_or_default(),
        })
    }
}
