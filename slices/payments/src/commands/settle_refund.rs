//! The one way in which news of a refund becomes true here.

use crate::model::{PaymentState, Refund, RefundState};
use crate::provider::ProviderRefund;
use crate::queries;
use crate::{rows, rules};
use facts::payments::{PayableKind, RefundFailed, RefundSettled};
use facts::{Currency, PaymentId, RefundId};
use serde::Deserialize;
use store::{Look, Result, Tx, params, sql};
use uuid::Uuid;

/// The payment that a refund comes from, locked.
#[derive(Deserialize)]
struct Source {
    id: PaymentId,
    payable: PayableKind,
    payable_id: Uuid,
    amount_minor: i64,
    currency: Currency,
    state: PaymentState,
    matched: bool,
}

/// Makes news of a refund true; tells in words what it came to. A refund that was made at the provider and not here
/// gets a row of its own, so that the books stay right.
///
/// # Errors
/// Whatever the database refuses.
pub async fn settle_refund(tx: &mut Tx, news: &ProviderRefund) -> Result<&'static str> {
    let source: Option<Source> = tx
        .maybe(
            sql!(
                "SELECT id, payable, payable_id, amount_minor, currency, state, matched FROM payments
                 WHERE tenant_id = $1 AND provider_payment_id = $2 FOR UPDATE"
            ),
            params![tx.tenant(), news.payment_id.as_str()],
        )
        .await?;
    let Some(source) = source.filter(|source| source.state >= PaymentState::Captured) else {
        return Ok("It gives back what we never had.");
    };
    let refund = match find(tx, &source, news).await? {
        Some(refund) => refund,
        None => adopt(tx, &source, news).await?,
    };
    let Some(state) = rules::refund_after(refund.state, news.state) else {
        return Ok("All of it was known.");
    };
    let failure = (state == RefundState::Failed).then_some("The provider could not give the money back.");
    rows::keep_refund(tx, refund.id, state, Some(&news.id), failure).await?;
    match state {
        RefundState::Settled => settled(tx, &source, &refund).await,
        RefundState::Failed => fail(tx, &refund, failure.unwrap_or_default()).await,
        RefundState::Pending | RefundState::Requested => {
            rows::ask_for_refund_later(tx, refund.id, refund.created_at).await?;
            Ok("The refund is under way.")
        }
    }
}

/// Writes down that the provider will not make a refund, for good.
///
/// # Errors
/// Whatever the database refuses.
pub async fn refuse_refund(tx: &mut Tx, refund: &Refund, words: &str) -> Result<()> {
    if rules::refund_after(refund.state, RefundState::Failed).is_none() {
        return Ok(());
    }
    rows::keep_refund(tx, refund.id, RefundState::Failed, None, Some(words)).await?;
    fail(tx, refund, words).await?;
    Ok(())
}

/// Our own row of a refund: by the receipt that we gave it, else by the provider's id.
async fn find(tx: &mut Tx, source: &Source, news: &ProviderRefund) -> Result<Option<Refund>> {
    if let Some(id) = news.ours
        && let Some(refund) = queries::refund(tx, id).await?.filter(|refund| refund.payment_id == source.id)
    {
        return Ok(Some(refund));
    }
    let known: Option<RefundId> = tx
        .maybe(sql!("SELECT id FROM refunds WHERE tenant_id = $1 AND provider_refund_id = $2"), params![tx.tenant(), news.id.as_str()])
        .await?;
    match known {
        Some(id) => queries::refund(tx, id).await,
        None => Ok(None),
    }
}

/// Makes a row for a refund that somebody made at the provider.
async fn adopt(tx: &mut Tx, source: &Source, news: &ProviderRefund) -> Result<Refund> {
    let refund = Refund {
        id: tx.id(),
        payment_id: source.id,
        payable: source.payable,
        payable_id: source.payable_id,
        amount_minor: news.amount,
        currency: source.currency,
        state: RefundState::Requested,
        provider_refund_id: Some(news.id.clone()),
        reason: "Made at the provider.".to_owned(),
        failure: None,
        created_at: tx.now(),
        settled_at: None,
    };
    tx.put(
        sql!(
            "INSERT INTO refunds (tenant_id, id, payment_id, payable, payable_id, amount_minor, currency, state, provider_refund_id, reason,
                created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, 'requested', $8, $9, $10)"
        ),
        params![
            tx.tenant(),
            refund.id,
            source.id,
            source.payable.as_str(),
            source.payable_id,
            refund.amount_minor,
            refund.currency,
            news.id.as_str(),
            refund.reason.as_str(),
            tx.now()
        ],
    )
    .await?;
    Ok(refund)
}

async fn settled(tx: &mut Tx, source: &Source, refund: &Refund) -> Result<&'static str> {
    let back: i64 = tx
        .one(
            sql!(
                "SELECT CAST(COALESCE(SUM(amount_minor), 0) AS BIGINT) FROM refunds
                 WHERE tenant_id = $1 AND payment_id = $2 AND state = 'settled'"
            ),
            params![tx.tenant(), source.id],
        )
        .await?;
    if back >= source.amount_minor {
        tx.put(sql!("UPDATE payments SET state = 'refunded' WHERE tenant_id = $1 AND id = $2"), params![tx.tenant(), source.id]).await?;
    }
    tx.state(RefundSettled {
        refund_id: refund.id,
        payment_id: source.id,
        payable: refund.payable(),
        amount: refund.amount(),
        matched: source.matched,
    })
    .await?;
    Ok("The money went back.")
}

async fn fail(tx: &mut Tx, refund: &Refund, words: &str) -> Result<&'static str> {
    tx.state(RefundFailed { refund_id: refund.id, payable: refund.payable(), reason: words.to_owned() }).await?;
    Ok("The refund failed.")
}
