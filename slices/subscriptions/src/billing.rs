//! What a subscription asks for: an invoice and a charge in the transaction of whatever it is for.

use crate::collection;
use crate::held::Held;
use crate::model::{ChargeKind, ChargeState, PlanPrice, Subscription};
use crate::{money, queries, rows, usage};
use facts::subscriptions::{Cadence, SubscriptionBilled};
use facts::{InvoiceId, Money, SubscriptionId};
use invoices::{Bill, Billed, NewLine};
use jiff::civil::Date;
use store::{Error, Result, Tx};

/// Bills the period that a held subscription has just begun, less what is carried, and what was used above the plan before. Gives the last day to pay; none where there was
/// nothing to ask for.
///
/// # Errors
/// `period_billed`, where it was billed before: nothing of this transaction becomes true then.
pub(crate) async fn period(tx: &mut Tx, held: &mut Held, whole: i64) -> Result<Option<Date>> {
    let span = (held.sub.period_start, held.sub.period_end);
    let charge = rows::charge(tx, &held.sub, held.price.id, (ChargeKind::Period, span, whole));
    if !rows::insert_charge(tx, &charge).await? {
        return Err(Error::conflict("period_billed", format!("The period from {} was billed before.", span.0)));
    }
    let (off, left) = money::carried(held.sub.carry_minor, whole);
    let owed = held.sub.carry_minor.min(0).saturating_neg();
    held.sub.carry_minor = left;
    let lines = [
        line(
            format!("{}, {}", held.plan.name, each(&held.price)),
            &held.price,
            held.sub.quantity,
            (held.price.amount_minor, held.sub.quantity),
            whole,
            off,
        )?,
        line("Carried over from a change".to_owned(), &held.price, 1, (owed, 1), owed, 0)?,
    ];
    let used = usage::waiting(tx, held.sub.id).await?;
    let lines = lines.into_iter().filter(|line| line.price.minor > 0);
    let lines: Vec<NewLine> = lines.chain(usage::lines(&used, &held.price)).collect();
    if lines.is_empty() {
        rows::set_charge_state(tx, charge.id, ChargeState::Paid).await?;
        return Ok(None);
    }
    let agreed = collection::agreed(tx, held).await?;
    let billed = issue(tx, &held.sub, lines, span).await?;
    usage::billed(tx, held.sub.id, &used, billed.id).await?;
    let due: Option<Date> = billed.due_on.as_deref().and_then(|day| day.parse().ok());
    let state = if billed.total.minor == 0 { ChargeState::Paid } else { ChargeState::Open };
    rows::set_invoice(tx, charge.id, billed.id, due, state).await?;
    if agreed && state == ChargeState::Open {
        collection::begin(tx, held, charge).await?;
    }
    Ok(due.filter(|_| state == ChargeState::Open))
}

/// Bills a change within a period at once.
///
/// # Errors
/// Whatever the engine refuses.
pub(crate) async fn change(tx: &mut Tx, held: &mut Held, lines: Vec<NewLine>, span: (Date, Date), charged: i64) -> Result<InvoiceId> {
    let charge = rows::charge(tx, &held.sub, held.price.id, (ChargeKind::Change, span, charged));
    rows::insert_charge(tx, &charge).await?;
    let agreed = collection::agreed(tx, held).await?;
    let billed = issue(tx, &held.sub, lines, span).await?;
    let due = billed.due_on.as_deref().and_then(|day| day.parse().ok());
    rows::set_invoice(tx, charge.id, billed.id, due, ChargeState::Open).await?;
    if agreed {
        collection::begin(tx, held, charge).await?;
    }
    Ok(billed.id)
}

/// Issues an invoice for a subscription, and states it.
///
/// # Errors
/// Whatever the engine refuses.
pub(crate) async fn issue(tx: &mut Tx, sub: &Subscription, lines: Vec<NewLine>, span: (Date, Date)) -> Result<Billed> {
    let billed = invoices::bill(tx, invoice(sub, lines, span)).await?;
    tx.state(SubscriptionBilled {
        subscription_id: sub.id,
        contact_id: sub.contact_id,
        invoice_id: billed.id,
        number: billed.number.clone(),
        total: billed.total,
        from: span.0.to_string(),
        to: span.1.to_string(),
    })
    .await?;
    Ok(billed)
}

/// The invoice that a subscription asks with.
pub(crate) fn invoice(sub: &Subscription, lines: Vec<NewLine>, span: (Date, Date)) -> Bill {
    let last = span.1.yesterday().unwrap_or(span.1);
    Bill { contact_id: sub.contact_id, lines, inclusive: true, due_on: None, note: format!("{} to {last}", span.0) }
}

/// A line that comes to `net` before `off`: what `price` for each of `count` comes to beyond that is its discount.
pub(crate) fn line(description: String, of: &PlanPrice, quantity: i64, price: (i64, i64), net: i64, off: i64) -> Result<NewLine> {
    let (each, count) = price;
    let whole = each.checked_mul(count).ok_or_else(|| Error::field("quantity", "less of it"))?;
    let discount = whole - net + off;
    Ok(NewLine {
        description,
        hsn: of.hsn.clone(),
        quantity: quantity.to_string(),
        unit: String::new(),
        price: Money::new(each, of.currency),
        discount: (discount > 0).then(|| Money::new(discount, of.currency)),
        rate_bps: of.rate_bps,
    })
}

fn each(price: &PlanPrice) -> &'static str {
    match price.cadence {
        Cadence::Month => "a month",
        Cadence::Year => "a year",
    }
}

/// Takes back an invoice that nobody has paid anything of, and drops its charge. Where something was paid it stands.
///
/// # Errors
/// Whatever the engine refuses.
pub(crate) async fn drop_invoice(tx: &mut Tx, invoice: InvoiceId, reason: &str) -> Result<()> {
    if invoices::take_back(tx, invoice, reason).await?
        && let Some(charge) = queries::charge_of(tx, invoice).await?
    {
        rows::set_charge_state(tx, charge.id, ChargeState::Dropped).await?;
    }
    Ok(())
}

/// Takes back what a subscription has asked for last, if nobody has paid anything of it.
///
/// # Errors
/// Whatever the engine refuses.
pub(crate) async fn drop_open(tx: &mut Tx, id: SubscriptionId, reason: &str) -> Result<()> {
    let last = queries::charges(tx, id, 1).await?;
    match last.first().and_then(|charge| charge.invoice_id.filter(|_| charge.state == ChargeState::Open)) {
        Some(invoice) => drop_invoice(tx, invoice, reason).await,
        None => Ok(()),
    }
}
