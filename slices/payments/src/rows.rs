//! Rows of this slice that commands and outcomes change.

use crate::errands::CloseCheckout;
use crate::janitor::{AskForPayment, AskForRefund, DebitAfterNotice};
use crate::model::{Intent, IntentState, LearntBy, Payment, PaymentState, RefundState, Way};
use crate::provider::{Opened, Provider, ProviderPayment};
use crate::queries;
use crate::rules::{self, Held, IntentEvent, Verdict};
use facts::payments::{CheckoutOpened, Payable};
use facts::{IntentId, PaymentId, RefundId, Time};
use serde::Deserialize;
use std::time::Duration;
use store::{Look, Result, Timer, Tx, params, sql};

/// Takes an intent's row for this transaction: whoever else would change the intent or its payments waits.
pub(crate) async fn lock_intent(tx: &mut Tx, id: IntentId) -> Result<Option<Intent>> {
    let found: Option<IntentId> =
        tx.maybe(sql!("SELECT id FROM intents WHERE tenant_id = $1 AND id = $2 FOR UPDATE"), params![tx.tenant(), id]).await?;
    match found {
        Some(id) => queries::intent_by_id(tx, id).await,
        None => Ok(None),
    }
}

/// Takes a payment's row for this transaction, and tells how it stands.
pub(crate) async fn lock_payment(tx: &mut Tx, id: PaymentId) -> Result<Option<PaymentState>> {
    tx.maybe(sql!("SELECT state FROM payments WHERE tenant_id = $1 AND id = $2 FOR UPDATE"), params![tx.tenant(), id]).await
}

/// The one intent of a thing that can still be paid, or of an order that has been.
pub(crate) async fn live(tx: &mut Tx, what: Payable) -> Result<Option<IntentId>> {
    tx.maybe(
        sql!(
            "SELECT id FROM intents
             WHERE tenant_id = $1 AND payable_id = $2 AND state <> 'cancelled' AND (state <> 'paid' OR payable = 'order')"
        ),
        params![tx.tenant(), what.uuid()],
    )
    .await
}

/// Moves a locked intent along its table, and gives the state that it is in now.
pub(crate) async fn move_intent(tx: &mut Tx, intent: &Intent, event: IntentEvent) -> Result<IntentState> {
    let to = rules::intent_after(intent.state, event)?;
    if to != intent.state {
        tx.put(sql!("UPDATE intents SET state = $3 WHERE tenant_id = $1 AND id = $2"), params![tx.tenant(), intent.id, to.as_str()])
            .await?;
    }
    Ok(to)
}

/// Keeps what the provider made for a locked intent, once, and says that the buyer can pay. What was cancelled
/// meanwhile, or paid by money that came otherwise, is closed.
pub(crate) async fn keep_opened(tx: &mut Tx, intent: &Intent, provider: Provider, opened: &Opened) -> Result<()> {
    if intent.provider_order_id.is_some() {
        return Ok(());
    }
    tx.put(
        sql!("UPDATE intents SET provider = $3, provider_order_id = $4, checkout_url = $5 WHERE tenant_id = $1 AND id = $2"),
        params![tx.tenant(), intent.id, provider.as_str(), opened.id.as_str(), opened.url.as_deref()],
    )
    .await?;
    if rules::is_over(move_intent(tx, intent, IntentEvent::Opened).await?) {
        close(tx, intent, Some(provider)).await?;
    }
    if let (Some(at), IntentState::Opening | IntentState::Open | IntentState::Expired) = (intent.debit_after, intent.state) {
        tx.at(at, DebitAfterNotice { intent_id: intent.id }).await?;
    }
    tx.state(CheckoutOpened { intent_id: intent.id, payable: intent.payable(), provider_order_id: opened.id.clone() }).await?;
    Ok(())
}

/// Puts off the debit of a charge of which no notice is known to have been given yet; nothing where there is none to give.
pub(crate) async fn put_off_debit(tx: &mut Tx, intent: IntentId, until: Time) -> Result<()> {
    tx.put(
        sql!("UPDATE intents SET debit_after = $3 WHERE tenant_id = $1 AND id = $2 AND debit_after < $4 AND provider_order_id IS NULL"),
        params![tx.tenant(), intent, until, until],
    )
    .await
}

/// Sends somebody to close the checkout of an intent that is cancelled or was paid in another way, where its provider offers that.
pub(crate) async fn close(tx: &mut Tx, intent: &Intent, provider: Option<Provider>) -> Result<()> {
    if provider == Some(Provider::Stripe) || intent.way == Way::Link {
        tx.send(CloseCheckout { intent_id: intent.id }).await?;
    }
    Ok(())
}

/// Notes that nobody can pay a locked intent at its provider any more, and asks no further.
pub(crate) async fn expire(tx: &mut Tx, intent: &Intent) -> Result<()> {
    move_intent(tx, intent, IntentEvent::Expired).await?;
    let timer = AskForPayment { intent_id: intent.id };
    tx.stop(AskForPayment::NAME, &timer.key()).await
}

#[derive(Deserialize)]
struct HeldRow {
    state: PaymentState,
    matched: bool,
}

/// What we hold of a payment already, by the provider's id of it.
pub(crate) async fn held(tx: &mut Tx, provider_payment_id: &str) -> Result<Option<Held>> {
    let row: Option<HeldRow> = tx
        .maybe(
            sql!("SELECT state, matched FROM payments WHERE tenant_id = $1 AND provider_payment_id = $2"),
            params![tx.tenant(), provider_payment_id],
        )
        .await?;
    Ok(row.map(|row| Held { state: row.state, matched: row.matched }))
}

/// Writes what is known of a payment now, under its intent's lock.
pub(crate) async fn keep_payment(
    tx: &mut Tx,
    intent: &Intent,
    payment: &ProviderPayment,
    verdict: &Verdict,
    reason: Option<&str>,
    learnt_by: LearntBy,
) -> Result<PaymentId> {
    let id: PaymentId = tx.id();
    let captured_at: Option<Time> = (verdict.state >= PaymentState::Captured).then(|| tx.now());
    let kept: PaymentId = tx
        .one(
            sql!(
                "INSERT INTO payments (tenant_id, id, intent_id, payable, payable_id, provider_payment_id, amount_minor, fee_minor, currency,
                                       method, state, matched, reason, learnt_by, created_at, captured_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
                 ON CONFLICT (tenant_id, provider_payment_id) DO UPDATE SET
                   amount_minor = excluded.amount_minor, fee_minor = excluded.fee_minor, method = excluded.method, state = excluded.state,
                   matched = excluded.matched, reason = excluded.reason, learnt_by = excluded.learnt_by, captured_at = excluded.captured_at
                 RETURNING id"
            ),
            params![
                tx.tenant(),
                id,
                intent.id,
                intent.payable.as_str(),
                intent.payable_id,
                payment.id.as_str(),
                payment.amount,
                payment.fee,
                payment.currency.as_str(),
                payment.method.as_deref().unwrap_or("unknown"),
                verdict.state.as_str(),
                verdict.matched,
                reason,
                learnt_by.as_str(),
                tx.now(),
                captured_at
            ],
        )
        .await?;
    Ok(kept)
}

/// Makes a locked payment that fitted nothing the one that paid a locked intent, with whatever was tried of giving it back.
pub(crate) async fn match_payment(tx: &mut Tx, payment: &Payment, intent: &Intent) -> Result<()> {
    tx.put(
        sql!(
            "UPDATE payments SET intent_id = $3, payable = $4, payable_id = $5, matched = TRUE, reason = NULL, came_by = $6
             WHERE tenant_id = $1 AND id = $2"
        ),
        params![tx.tenant(), payment.id, intent.id, intent.payable.as_str(), intent.payable_id, payment.intent_id],
    )
    .await?;
    tx.put(
        sql!("UPDATE refunds SET payable = $3, payable_id = $4 WHERE tenant_id = $1 AND payment_id = $2"),
        params![tx.tenant(), payment.id, intent.payable.as_str(), intent.payable_id],
    )
    .await
}

/// Whether an intent has tries beside the one that paid it, which may still turn into money.
pub(crate) async fn has_other_tries(tx: &mut Tx, intent: IntentId) -> Result<bool> {
    let others: i64 = tx
        .one(
            sql!(
                "SELECT COUNT(*) FROM payments
                 WHERE tenant_id = $1 AND intent_id = $2 AND NOT matched AND state IN ('created', 'failed', 'authorized')"
            ),
            params![tx.tenant(), intent],
        )
        .await?;
    Ok(others > 0)
}

/// The first delays of the janitor, in seconds, where the tenant has set others than the usual.
async fn first_asks(tx: &mut Tx) -> Result<Vec<u64>> {
    Ok(settings::get(tx, "payments.janitor").await?.unwrap_or_default())
}

/// Lets the janitor ask about an intent at its next hour; `false` after the last.
pub(crate) async fn ask_later(tx: &mut Tx, intent: IntentId, began: Time) -> Result<bool> {
    let first = first_asks(tx).await?;
    let Some(at) = rules::next_ask(began, tx.now(), &first) else { return Ok(false) };
    tx.at(at, AskForPayment { intent_id: intent }).await?;
    Ok(true)
}

/// Lets the janitor ask about an intent soon: somebody may have to take the money.
pub(crate) async fn ask_soon(tx: &mut Tx, intent: IntentId, began: Time, soon: Duration) -> Result<()> {
    let first = first_asks(tx).await?;
    let soon = tx.now().after(soon);
    let at = rules::next_ask(began, tx.now(), &first).map_or(soon, |usual| usual.min(soon));
    tx.at(at, AskForPayment { intent_id: intent }).await
}

/// Lets the janitor ask about a refund that is under way at its next hour.
pub(crate) async fn ask_for_refund_later(tx: &mut Tx, refund: RefundId, began: Time) -> Result<()> {
    let first = first_asks(tx).await?;
    match rules::next_ask(began, tx.now(), &first) {
        Some(at) => tx.at(at, AskForRefund { refund_id: refund }).await,
        None => Ok(()),
    }
}

/// Writes a refund's state and what the provider said with it.
pub(crate) async fn keep_refund(
    tx: &mut Tx,
    id: RefundId,
    state: RefundState,
    provider_refund_id: Option<&str>,
    failure: Option<&str>,
) -> Result<()> {
    let settled_at: Option<Time> = (state == RefundState::Settled).then(|| tx.now());
    tx.put(
        sql!(
            "UPDATE refunds SET state = $3, provider_refund_id = COALESCE(provider_refund_id, $4), failure = $5, settled_at = $6
             WHERE tenant_id = $1 AND id = $2"
        ),
        params![tx.tenant(), id, state.as_str(), provider_refund_id, failure, settled_at],
    )
    .await
}
