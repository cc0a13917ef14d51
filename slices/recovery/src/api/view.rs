//! Orders that were left, as they leave the house.

use crate::model::{Abandoned, State};
use facts::recovery::RecoveryEnd;
use facts::{ContactId, Money, OrderId, Time};
use serde::Serialize;
use utoipa::ToSchema;

/// An order that was begun and not paid.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AbandonedOrder)]
pub(super) struct AbandonedView {
    #[schema(value_type = String, example = "ord_01h2xcejqtf2nbrexx3vqjhp41")]
    order_id: OrderId,
    #[schema(value_type = String)]
    contact_id: ContactId,
    #[schema(example = "Asha Rao")]
    customer: String,
    /// What is in it, in words.
    #[schema(example = "Starter")]
    product: String,
    #[schema(value_type = web::MoneyShape)]
    total: Money,
    /// `waiting`, `over` or `recovered`.
    #[schema(value_type = String, example = "waiting")]
    state: State,
    /// Why it is over: `paid`, `bought`, `cancelled`, `opted_out`, `not_sold`, `stopped`, `replaced`, `late` or `done`.
    #[schema(value_type = Option<String>)]
    why: Option<RecoveryEnd>,
    #[schema(value_type = String, format = DateTime)]
    placed_at: Time,
    /// When its buyer did something last.
    #[schema(value_type = String, format = DateTime)]
    active_at: Time,
    /// The reminder that is next, from 1; null where none is.
    next_step: Option<i64>,
    /// When it is due, or the provider is asked again.
    #[schema(value_type = Option<String>, format = DateTime)]
    next_at: Option<Time>,
    #[schema(value_type = Option<String>, format = DateTime)]
    reminded_at: Option<Time>,
    /// The last reminder that was sent.
    reminded_step: Option<i64>,
    #[schema(value_type = Option<String>, format = DateTime)]
    opened_at: Option<Time>,
    #[schema(value_type = Option<String>, format = DateTime)]
    clicked_at: Option<Time>,
    #[schema(value_type = Option<String>, format = DateTime)]
    recovered_at: Option<Time>,
    /// The order that was paid: this one, or another for the same.
    #[schema(value_type = Option<String>)]
    paid_order_id: Option<OrderId>,
    #[schema(value_type = Option<web::MoneyShape>)]
    paid: Option<Money>,
    /// Whether its buyer had followed a reminder's link.
    by_link: bool,
    /// Whether the same contact paid.
    by_contact: bool,
}

impl From<Abandoned> for AbandonedView {
    fn from(left: Abandoned) -> Self {
        Self {
            total: left.total(),
            paid: left.paid(),
            next_step: (left.state == State::Waiting).then_some(left.next_step),
            order_id: left.order_id,
            contact_id: left.contact_id,
            customer: left.customer,
            product: left.product,
            state: left.state,
            why: left.why,
            placed_at: left.placed_at,
            active_at: left.active_at,
            next_at: left.next_at,
            reminded_at: left.reminded_at,
            reminded_step: left.reminded_step,
            opened_at: left.opened_at,
            clicked_at: left.clicked_at,
            recovered_at: left.recovered_at,
            paid_order_id: left.paid_order_id,
            by_link: left.by_link,
            by_contact: left.by_contact,
        }
    }
}
