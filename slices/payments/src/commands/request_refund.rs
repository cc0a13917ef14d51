//! Giving money back.

use crate::errands::SendRefund;
use crate::model::{PaymentState, Refund, RefundState};
use crate::{queries, rows};
use facts::payments::RefundRequested;
use facts::{ErrandId, Id, Money, PaymentId, RefundId};
use store::{Command, Error, Result, Sending, Tx, params, sql};

/// The longest reason, in characters.
const LONGEST_REASON: usize = 500;

/// Asks the provider to give money of a captured payment back.
#[derive(Debug, Clone)]
pub struct RequestRefund {
    /// The payment.
    pub payment_id: PaymentId,
    /// How much; all that is left when not said.
    pub amount: Option<Money>,
    /// Why, for the books and for the buyer's question later.
    pub reason: String,
}

impl Command for RequestRefund {
    const NAME: &'static str = "request_refund";
    type Out = Refund;

    async fn run(&self, tx: &mut Tx) -> Result<Refund> {
        if self.reason.chars().count() > LONGEST_REASON {
            return Err(Error::field("reason", format!("at most {LONGEST_REASON} characters")));
        }
        let state = rows::lock_payment(tx, self.payment_id).await?.ok_or_else(|| Error::not_found("payment"))?;
        if state < PaymentState::Captured {
            return Err(Error::conflict("payment_not_captured", "Only money that was captured can be given back."));
        }
        let payment = queries::payment(tx, self.payment_id).await?.ok_or_else(|| Error::not_found("payment"))?;
        let amount = self.amount.unwrap_or_else(|| payment.refundable());
        if amount.currency != payment.currency {
            return Err(Error::field("amount", format!("an amount in {}", payment.currency)));
        }
        if amount.minor <= 0 && self.amount.is_some() {
            return Err(Error::field("amount", "more than nothing"));
        }
        let id: RefundId = tx.id();
        if amount.minor <= 0 || !self.insert(tx, id, amount).await? {
            let left = payment.refundable();
            return Err(Error::conflict("refund_too_large", format!("At most {left} of this payment can be given back.")));
        }
        tx.state(RefundRequested { refund_id: id, payment_id: payment.id, payable: payment.payable(), amount }).await?;
        let how = Sending { id: Some(ErrandId::from_uuid(id.uuid())), ..Sending::default() };
        tx.send_with(SendRefund { refund_id: id }, how).await?;
        Ok(Refund {
            id,
            payment_id: payment.id,
            payable: payment.payable,
            payable_id: payment.payable_id,
            amount_minor: amount.minor,
            currency: amount.currency,
            state: RefundState::Requested,
            provider_refund_id: None,
            reason: self.reason.clone(),
            failure: None,
            created_at: tx.now(),
            settled_at: None,
        })
    }
}

impl RequestRefund {
    /// Writes the refund only if all refunds together stay within what was captured; tells whether it did.
    async fn insert(&self, tx: &mut Tx, id: RefundId, amount: Money) -> Result<bool> {
        let made = tx
            .exec(
                sql!(
                    "INSERT INTO refunds (tenant_id, id, payment_id, payable, payable_id, amount_minor, currency, state, reason, created_at)
                     SELECT p.tenant_id, $3, p.id, p.payable, p.payable_id, $4, p.currency, 'requested', $5, $6 FROM payments p
                     WHERE p.tenant_id = $1 AND p.id = $2 AND p.amount_minor >= $4 +
                       (SELECT CAST(COALESCE(SUM(r.amount_minor), 0) AS BIGINT) FROM refunds r
                        WHERE r.tenant_id = p.tenant_id AND r.payment_id = p.id AND r.state <> 'failed')"
                ),
                params![tx.tenant(), self.payment_id, id, amount.minor, self.reason.trim(), tx.now()],
            )
            .await?;
        Ok(made == 1)
    }
}
