//! Looking: what other slices, the API and the pages show.

/// A statement that gives whole [`crate::Intent`]s: what stands behind the list of columns.
macro_rules! intent_rows {
    ($rest:literal) => {
        store::sql!(concat!(
            "SELECT id, payable, payable_id, amount_minor, currency, receipt, state, way, contact_id, mandate_id, keep, keep_by, debit_after,
                    provider, provider_order_id, checkout_url, description, name, phone, email, asks, asked_at, created_at
             FROM intents ",
            $rest
        ))
    };
}

/// A statement that gives whole [`crate::Payment`]s.
macro_rules! payment_rows {
    ($rest:literal) => {
        payment_rows!("", $rest)
    };
    ($before:literal, $rest:literal) => {
        store::sql!(concat!(
            $before,
            "SELECT id, intent_id, payable, payable_id, provider_payment_id, amount_minor, fee_minor, currency, method, state, matched, reason,
                    learnt_by, created_at, captured_at, came_by,
                    CAST((SELECT COALESCE(SUM(r.amount_minor), 0) FROM refunds r
                          WHERE r.tenant_id = p.tenant_id AND r.payment_id = p.id AND r.state <> 'failed') AS BIGINT) AS refunded_minor
             FROM payments p ",
            $rest
        ))
    };
}

/// A statement that gives whole [`crate::Refund`]s.
macro_rules! refund_rows {
    ($rest:literal) => {
        store::sql!(concat!(
            "SELECT id, payment_id, payable, payable_id, amount_minor, currency, state, provider_refund_id, reason, failure, created_at, settled_at
             FROM refunds f ",
            $rest
        ))
    };
}

mod events;
mod list;
mod of;
mod waiting;

pub use events::{EventRow, EventState, events};
pub use list::{Wanted, payments, refunds};
pub use of::{intent, intent_by_id, intent_by_provider_order, of, payment, refund, refunds_of, refunds_of_payment};
pub use waiting::{ASKED_AT_ONCE, Buried, buried, captured, failed_refunds, lingering, not_final, under_way, unmatched, unpaid};
