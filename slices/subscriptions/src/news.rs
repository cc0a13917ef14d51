//! What has become of the invoices that a subscription asked with.

use crate::held::Held;
use crate::model::{Charge, ChargeKind, ChargeState, Pending};
use crate::rules::Event;
use crate::{queries, rows};
use facts::InvoiceId;
use facts::subscriptions::SubscriptionState;
use invoices::Standing;
use store::{Error, Result, Tx};

/// Makes true what has become of an invoice, if a subscription asked with it. News that is old changes nothing.
///
/// # Errors
/// Whatever the engine refuses.
pub(crate) async fn heard_of_invoice(tx: &mut Tx, invoice: InvoiceId) -> Result<()> {
    let Some(of) = queries::charge_of(tx, invoice).await? else { return Ok(()) };
    let mut held = Held::lock(tx, of.subscription_id).await?;
    // Looked at again under the lock: whoever had it before may have heard of the same thing.
    let Some(charge) = queries::charge_of(tx, invoice).await? else { return Ok(()) };
    hear(tx, &mut held, &charge).await?;
    held.settle(tx).await.map(drop)
}

/// Makes true what has become of everything that a subscription still asks for: before it is told that somebody has not paid, it looks
/// for itself. News of a payment may be under way.
///
/// # Errors
/// Whatever the engine refuses.
pub(crate) async fn look_for_payments(tx: &mut Tx, held: &mut Held) -> Result<()> {
    for charge in rows::open_charges(tx, held.sub.id).await? {
        hear(tx, held, &charge).await?;
    }
    Ok(())
}

async fn hear(tx: &mut Tx, held: &mut Held, charge: &Charge) -> Result<()> {
    let Some(invoice) = charge.invoice_id else { return Ok(()) };
    let state = match invoices::standing(tx, invoice).await? {
        Some(Standing::Settled) => ChargeState::Paid,
        Some(Standing::Dropped) => ChargeState::Dropped,
        Some(Standing::Open) | None => ChargeState::Open,
    };
    // A change that was paid has been made, whatever becomes of the money later.
    let made = charge.kind == ChargeKind::Change && charge.state == ChargeState::Paid;
    if charge.state == state || made {
        return Ok(());
    }
    rows::set_charge_state(tx, charge.id, state).await?;
    if charge.kind == ChargeKind::Usage {
        // It is asked for beside the periods: whether it is paid says nothing about them.
        return Ok(());
    }
    held.unpaid = rows::oldest_open(tx, held.sub.id).await?;
    if charge.kind == ChargeKind::Change { changed(tx, held, invoice, state).await } else { settled(tx, held, charge, state).await }
}

/// A period's invoice is paid, or does not count any more.
async fn settled(tx: &mut Tx, held: &mut Held, charge: &Charge, state: ChargeState) -> Result<()> {
    let today = held.desk.today;
    if state == ChargeState::Dropped && charge.period_start == held.sub.since_on {
        // What nobody will pay is nothing that could be given back.
        held.sub.since_minor = 0;
    }
    match held.sub.state {
        SubscriptionState::Incomplete if state == ChargeState::Paid => {
            held.sub.decide_by = None;
            held.move_by(tx, Event::Paid, charge.period_start, "").await
        }
        SubscriptionState::PastDue if held.unpaid.is_none_or(|due| due >= today) => {
            held.sub.past_due_on = None;
            // Whoever was to rest and was billed once more since they had not paid rests from now on: they had what they had until now.
            held.sub.pause_on = held.sub.pause_on.map(|on| if on <= held.sub.period_start { today } else { on });
            held.move_by(tx, Event::Paid, today, "").await
        }
        _ => Ok(()),
    }
}

/// The invoice of a change is paid, and so it counts; or it will never be.
async fn changed(tx: &mut Tx, held: &mut Held, invoice: InvoiceId, state: ChargeState) -> Result<()> {
    let Some(pending) = held.sub.pending.as_ref().filter(|pending| pending.0.invoice_id == invoice).map(|pending| pending.0.clone()) else {
        // It was paid after the change had been given up: the money goes off the next invoice.
        if state == ChargeState::Paid {
            held.sub.carry_minor += invoices::paid(tx, invoice).await?.minor;
        }
        return Ok(());
    };
    match state {
        ChargeState::Open => Ok(()),
        ChargeState::Dropped => {
            held.sub.pending = None;
            Ok(())
        }
        ChargeState::Paid => apply(tx, held, pending).await,
    }
}

async fn apply(tx: &mut Tx, held: &mut Held, pending: Pending) -> Result<()> {
    let price = queries::price(tx, pending.price_id).await?.ok_or_else(|| Error::not_found("price"))?;
    let plan = queries::plan(tx, pending.plan_id).await?.ok_or_else(|| Error::not_found("plan"))?;
    held.sub.pending = None;
    held.switch(plan, price, pending.quantity, (pending.on, pending.charge_minor));
    if pending.reset {
        held.restart(pending.on);
    }
    Ok(())
}
