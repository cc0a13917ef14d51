//! Charging customers who have agreed to it for what their subscription asks for.

use crate::held::Held;
use crate::model::{Charge, ChargeKind, ChargeState};
use crate::rules::{self, Event};
use crate::{queries, rows};
use facts::subscriptions::SubscriptionState;
use facts::{ContactId, InvoiceId};
use invoices::Collecting;
use jiff::ToSpan;
use store::{Result, Tx};

/// Whether the customer of a held subscription has agreed to be charged. Asked before anything is billed: whoever issues an invoice holds the
/// counter of all of them until the commit, so as little as possible comes after it.
///
/// # Errors
/// Whatever the engine refuses.
pub(crate) async fn agreed(tx: &mut Tx, held: &Held) -> Result<bool> {
    Ok(payments::mandate(tx, held.sub.contact_id).await?.is_some())
}

/// Lets a charge that has just been billed be tried today.
///
/// # Errors
/// Whatever the engine refuses.
pub(crate) async fn begin(tx: &mut Tx, held: &mut Held, charge: Charge) -> Result<()> {
    let today = held.desk.today;
    held.try_on = Some(held.try_on.map_or(today, |day| day.min(today)));
    rows::set_try(tx, &Charge { try_on: Some(today), ..charge }).await
}

/// Charges the customer of a held subscription for everything that is to be tried today.
///
/// # Errors
/// Whatever the engine refuses.
pub(crate) async fn collect(tx: &mut Tx, held: &mut Held) -> Result<()> {
    let today = held.desk.today;
    for mut charge in rows::open_charges(tx, held.sub.id).await? {
        let (Some(invoice), true) = (charge.invoice_id, charge.try_on.is_some_and(|day| day <= today)) else { continue };
        charge.try_on = match invoices::collect(tx, invoice).await? {
            Collecting::Begun => {
                charge.tries += 1;
                None
            }
            Collecting::Later => Some(today.saturating_add(1.days())),
            Collecting::No => None,
        };
        rows::set_try(tx, &charge).await?;
    }
    held.try_on = rows::next_try(tx, held.sub.id).await?;
    Ok(())
}

/// Whether money is on its way for a period that a held subscription asks for: a charge of which its customer has notice takes two days, and
/// nobody is late while it does.
///
/// # Errors
/// Whatever the engine refuses.
pub(crate) async fn on_its_way(tx: &mut Tx, held: &Held) -> Result<bool> {
    for charge in rows::open_charges(tx, held.sub.id).await? {
        if let Some(invoice) = charge.invoice_id.filter(|_| charge.kind == ChargeKind::Period)
            && invoices::on_its_way(tx, invoice).await?
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// A customer was charged and it failed. It is tried again, unless it never can succeed; the subscription is late from now on.
///
/// # Errors
/// Whatever the engine refuses.
pub(crate) async fn heard_of_refusal(tx: &mut Tx, invoice: InvoiceId, hard: bool) -> Result<()> {
    let Some(of) = queries::charge_of(tx, invoice).await? else { return Ok(()) };
    let mut held = Held::lock(tx, of.subscription_id).await?;
    let found = queries::charge_of(tx, invoice).await?.filter(|charge| charge.state == ChargeState::Open);
    let Some(mut charge) = found else { return Ok(()) };
    let today = held.desk.today;
    let failed_on = *charge.failed_on.get_or_insert(today);
    charge.try_on = match hard {
        false => rules::retry_on(failed_on, charge.tries, today),
        // They have agreed to something else while this was on its way.
        true if payments::mandate(tx, held.sub.contact_id).await?.is_some() => Some(today.saturating_add(1.days())),
        true => None,
    };
    rows::set_try(tx, &charge).await?;
    held.try_on = rows::next_try(tx, held.sub.id).await?;
    if charge.kind == ChargeKind::Period && held.sub.state == SubscriptionState::Active {
        held.sub.past_due_on = Some(today);
        held.move_by(tx, Event::FellDue, today, "The charge was refused").await?;
    }
    held.settle(tx).await.map(drop)
}

/// A customer has agreed to be charged by something else: what is open is tried at once.
///
/// # Errors
/// Whatever the engine refuses.
pub(crate) async fn heard_of_mandate(tx: &mut Tx, contact: ContactId) -> Result<()> {
    for id in rows::asking(tx, contact).await? {
        let mut held = Held::lock(tx, id).await?;
        let today = held.desk.today;
        for charge in rows::open_charges(tx, id).await? {
            rows::set_try(tx, &Charge { try_on: Some(today), tries: 0, failed_on: None, ..charge }).await?;
        }
        held.try_on = rows::next_try(tx, id).await?;
        held.settle(tx).await?;
    }
    Ok(())
}
