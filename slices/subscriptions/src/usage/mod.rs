//! What was used above a plan: it is kept once, waits for the next renewal, and is billed with it or, where none comes soon, at once.

mod rows;

pub(crate) use rows::{billed, of, waiting};

use crate::held::Held;
use crate::model::{ChargeKind, ChargeState, PlanPrice};
use crate::{billing, collection, rows as charges, rules};
use facts::entitlements::{UsageBillable, UsageOver};
use facts::{Currency, InvoiceId, Money, SubscriptionId, Time, UsageId};
use invoices::NewLine;
use jiff::civil::Date;
use serde::Deserialize;
use std::collections::BTreeMap;
use store::{Error, Result, Tx};

/// So much of a feature that was used above a plan.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(crate) struct Used {
    pub id: UsageId,
    pub subscription_id: SubscriptionId,
    /// The feature's code.
    pub feature: String,
    /// What it is called.
    pub name: String,
    /// What is counted.
    pub unit: String,
    /// The first day of the period in which it was used.
    pub period_start: Date,
    /// The day after its last.
    pub period_end: Date,
    /// How many units above the plan were kept of the period before.
    pub after_units: i64,
    /// How many more these are.
    pub units: i64,
    /// How many are sold together.
    pub per_units: i64,
    /// How many packages they begin.
    pub packages: i64,
    /// What a package costs, the tax in it, in minor units.
    pub price_minor: i64,
    pub currency: Currency,
    /// The invoice that asks for it; none while it waits.
    pub invoice_id: Option<InvoiceId>,
    pub created_at: Time,
}

impl Used {
    /// What it costs, the tax in it.
    pub fn amount(&self) -> Result<Money> {
        Money::new(self.price_minor, self.currency).times(self.packages).map_err(Error::internal)
    }

    /// What it is, for the line of an invoice: how much, and when it was used.
    fn words(&self) -> String {
        let last = self.period_end.yesterday().unwrap_or(self.period_end);
        let packs = if self.per_units > 1 { format!(", in packs of {}", self.per_units) } else { String::new() };
        format!("{} above the plan, {} to {last}: {} {}{packs}", self.name, self.period_start, self.units, self.unit)
    }
}

/// What was used comes to, the tax in it, in minor units.
///
/// # Errors
/// Amounts that do not fit.
pub(crate) fn sum(used: &[Used]) -> Result<i64> {
    used.iter().try_fold(0i64, |sum, one| sum.checked_add(one.amount()?.minor).ok_or_else(|| Error::internal("more than can be billed")))
}

/// A line for each; taxed like the plan, of which it is more.
pub(crate) fn lines(used: &[Used], plan: &PlanPrice) -> Vec<NewLine> {
    let line = |one: &Used| NewLine {
        description: one.words(),
        hsn: plan.hsn.clone(),
        quantity: one.packages.to_string(),
        unit: String::new(),
        price: Money::new(one.price_minor, one.currency),
        discount: None,
        rate_bps: plan.rate_bps,
    };
    used.iter().map(line).collect()
}

/// Keeps what went over in a period that is over, and bills what has no renewal to wait for.
///
/// # Errors
/// `subscription_not_found`, another currency than the subscription's: the fact waits for a person then.
pub(crate) async fn heard_of_usage(tx: &mut Tx, fact: UsageBillable) -> Result<()> {
    let day = |text: &str| text.parse::<Date>().map_err(Error::internal);
    let span = (day(&fact.from)?, day(&fact.to)?);
    let mut by_subscription: BTreeMap<SubscriptionId, Vec<UsageOver>> = BTreeMap::new();
    for line in fact.lines {
        by_subscription.entry(line.subscription_id).or_default().push(line);
    }
    for (id, lines) in by_subscription {
        let held = Held::lock(tx, id).await?;
        if lines.iter().any(|line| line.price.currency != held.sub.currency) {
            return Err(Error::internal(format!("{id} is not billed in the currency of what was used")));
        }
        rows::keep(tx, span, &lines).await?;
        held.settle(tx).await?;
    }
    Ok(())
}

/// Bills what waits where no renewal will ask for it soon: the subscription rests or has ended, or its period is long.
///
/// # Errors
/// Whatever the engine refuses.
pub(crate) async fn bill_at_once(tx: &mut Tx, held: &mut Held) -> Result<()> {
    if held.sub.parked.is_some() || !rules::usage_at_once(&held.sub, held.desk.today) {
        return Ok(());
    }
    let used = waiting(tx, held.sub.id).await?;
    let (Some(from), Some(to)) = (used.iter().map(|one| one.period_start).min(), used.iter().map(|one| one.period_end).max()) else {
        return Ok(());
    };
    if !held.desk.can_bill {
        return held.park(tx, "Nobody has said who sells: fill in the billing settings, then let it go on.").await;
    }
    let charge = charges::charge(tx, &held.sub, held.price.id, (ChargeKind::Usage, (from, to), sum(&used)?));
    charges::insert_charge(tx, &charge).await?;
    // Whoever has left is asked and not charged.
    let agreed = held.sub.has_access() && collection::agreed(tx, held).await?;
    let issued = billing::issue(tx, &held.sub, lines(&used, &held.price), (from, to)).await?;
    let due = issued.due_on.as_deref().and_then(|day| day.parse().ok());
    let state = if issued.total.minor == 0 { ChargeState::Paid } else { ChargeState::Open };
    charges::set_invoice(tx, charge.id, issued.id, due, state).await?;
    billed(tx, held.sub.id, &used, issued.id).await?;
    if agreed && state == ChargeState::Open {
        collection::begin(tx, held, charge).await?;
    }
    Ok(())
}
