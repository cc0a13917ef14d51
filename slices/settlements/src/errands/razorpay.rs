//! Asks Razorpay what it settled, a page at a time, a day after the other.

use super::{after, india, lane};
use crate::matching::Reconcile;
use crate::model::{RowKind, Settled, Sums, Told};
use crate::reading;
use crate::rows;
use facts::{Currency, TenantId, Time};
use jiff::civil::Date;
use payments::{Provider, SettledItem, SettledSum, Trouble, World};
use serde::{Deserialize, Serialize};
use store::{Ended, Errand, Lane, Result, Trip, Tx};

/// A page of a day, and then of the next, up to a last one.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct FetchRazorpay {
    pub day: Date,
    pub until: Date,
    pub skip: usize,
}

/// A page of what was settled on a day, and with the first one the day's settlements.
#[derive(Debug)]
pub(crate) struct Page {
    items: Vec<SettledItem>,
    sums: Vec<SettledSum>,
}

impl Errand for FetchRazorpay {
    const NAME: &'static str = "fetch_razorpay_settlements";
    type World = World;
    /// Nothing where there is no account.
    type Back = Result<Option<Page>, Trouble>;

    fn lane(&self, tenant: TenantId) -> Lane {
        lane(tenant)
    }

    fn key(&self) -> Option<String> {
        Some(format!("{}/{}", self.day, self.skip))
    }

    async fn go(&self, world: &World, trip: &Trip) -> Self::Back {
        let Some(items) = world.razorpay_settled(trip.tenant, self.day, self.skip).await? else { return Ok(None) };
        let sums = if self.skip == 0 {
            let (from, to) = (seconds(self.day), seconds(self.day.tomorrow().unwrap_or(self.day)) - 1);
            world.razorpay_settlements(trip.tenant, from, to).await?
        } else {
            Vec::new()
        };
        Ok(Some(Page { items, sums }))
    }

    async fn back(&self, _: &World, tx: &mut Tx, trip: &Trip, brought: &Self::Back) -> Result<Ended> {
        let page = match brought {
            Ok(Some(page)) => page,
            Ok(None) => {
                rows::note_fetched(tx, Provider::Razorpay, tx.now()).await?;
                return Ok(Ended::done("There is no account at Razorpay."));
            }
            Err(trouble) => return Ok(after(trouble, tx, trip)),
        };
        let provider = Provider::Razorpay.as_str();
        let told: Vec<Told> = page.sums.iter().filter(|sum| sum.status == "processed").map(told).collect();
        rows::put_settlements(tx, provider, &told).await?;
        let settled: Vec<Settled> = page.items.iter().filter_map(settled).collect();
        let new = rows::put_settled(tx, provider, &settled).await?;
        let words = format!("{}: {} rows, {new} new.", self.day, page.items.len());
        if !page.items.is_empty() {
            tx.send(Self { day: self.day, until: self.until, skip: self.skip + page.items.len() }).await?;
        } else if self.day < self.until {
            let day = self.day.tomorrow().unwrap_or(self.until);
            tx.send(Self { day, until: self.until, skip: 0 }).await?;
        } else {
            rows::note_fetched(tx, Provider::Razorpay, tx.now()).await?;
            Reconcile::soon(tx).await?;
        }
        Ok(Ended::done(words))
    }
}

/// When a day begins on the provider's calendar, in seconds since 1970.
fn seconds(day: Date) -> i64 {
    day.to_zoned(india()).map_or(0, |moment| moment.timestamp().as_second())
}

/// Razorpay settles in rupees.
fn told(sum: &SettledSum) -> Told {
    let (settlement_ref, utr) = (sum.id.clone(), sum.utr.clone());
    Told { settlement_ref, utr, settled_at: Time(sum.created_at * 1_000), currency: Currency::INR, amount: sum.amount }
}

/// A row, where it is settled at all and says what it is.
fn settled(item: &SettledItem) -> Option<Settled> {
    let kind = match reading::kind(&item.kind)? {
        RowKind::Adjustment if item.dispute_id.is_some() => RowKind::Dispute,
        kind => kind,
    };
    let Sums { gross, fee, tax, net } = Sums::of(item.amount, item.credit, item.debit, item.fee.unwrap_or(0), item.tax.unwrap_or(0));
    Some(Settled {
        settlement_ref: item.settlement_id.clone()?,
        utr: item.settlement_utr.clone(),
        settled_at: Time(item.settled_at? * 1_000),
        entity_ref: item.entity_id.clone(),
        kind,
        currency: item.currency.parse().ok()?,
        gross,
        fee,
        tax,
        net,
        text: item.description.clone().unwrap_or_default(),
    })
}
