//! Referrers, commissions and payouts, as they leave the house.

use crate::model::{Balance, Commission, Payout, Referrer, Refusal, State};
use facts::referrals::CommissionPaidBy;
use facts::{CommissionId, CommissionPayoutId, ContactId, Money, OrderId, ReferrerId, Time};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A referrer.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Referrer)]
pub(super) struct ReferrerView {
    #[schema(value_type = String, example = "rfr_01h2xcejqtf2nbrexx3vqjhp41")]
    id: ReferrerId,
    #[schema(value_type = Option<String>)]
    contact_id: Option<ContactId>,
    #[schema(example = "Asha Rao")]
    name: String,
    #[schema(example = "asha-7k2m")]
    code: String,
    /// What they give to others: an order that follows it counts for them for 30 days.
    #[schema(example = "https://shop.example/ref/asha-7k2m")]
    link: String,
    /// Their share in basis points; null for the shop's usual one.
    rate_bps: Option<i64>,
    /// Whether orders that they bring count.
    active: bool,
    /// How many followed their link.
    clicks: i64,
    sign_ups: i64,
    /// How many orders they brought that were paid.
    orders: i64,
    /// What they have to get, by currency.
    balances: Vec<BalanceView>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Time,
}

/// What a referrer has to get in one currency.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReferrerBalance)]
pub(super) struct BalanceView {
    /// What is not theirs yet, because the orders can still be given back.
    #[schema(value_type = web::MoneyShape)]
    pending: Money,
    /// What can be paid now; below nothing where they got more than is theirs by now.
    #[schema(value_type = web::MoneyShape)]
    payable: Money,
    /// What they were paid.
    #[schema(value_type = web::MoneyShape)]
    paid: Money,
}

impl From<&Balance> for BalanceView {
    fn from(balance: &Balance) -> Self {
        Self { pending: balance.money(balance.pending_minor), payable: balance.payable(), paid: balance.money(balance.paid_minor) }
    }
}

impl ReferrerView {
    /// A referrer, of whose balances `all` has those among others.
    pub(super) fn of(it: Referrer, home: &str, all: &[Balance]) -> Self {
        Self {
            link: format!("{home}/ref/{}", it.code),
            balances: all.iter().filter(|balance| balance.referrer_id == it.id).map(BalanceView::from).collect(),
            id: it.id,
            contact_id: it.contact_id,
            name: it.name,
            code: it.code,
            rate_bps: it.rate_bps,
            active: it.active,
            clicks: it.clicks,
            sign_ups: it.sign_ups,
            orders: it.orders,
            created_at: it.created_at,
        }
    }
}

/// A referrer's share of one order.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Commission)]
pub(super) struct CommissionView {
    #[schema(value_type = String, example = "cms_01h2xcejqtf2nbrexx3vqjhp41")]
    id: CommissionId,
    #[schema(value_type = String)]
    referrer_id: ReferrerId,
    #[schema(value_type = String)]
    order_id: OrderId,
    /// `open`, `pending`, `payable`, `reversed`, `void` or `refused`.
    #[schema(value_type = String, example = "pending")]
    state: State,
    /// Why it counts for nobody: `self_referral`.
    #[schema(value_type = Option<String>)]
    why: Option<Refusal>,
    /// The order without tax.
    #[schema(value_type = web::MoneyShape)]
    base: Money,
    rate_bps: i64,
    #[schema(value_type = web::MoneyShape)]
    amount: Money,
    /// What went back of it.
    #[schema(value_type = web::MoneyShape)]
    reversed: Money,
    #[schema(value_type = String, format = DateTime)]
    created_at: Time,
    #[schema(value_type = Option<String>, format = DateTime)]
    earned_at: Option<Time>,
    /// When it can be paid.
    #[schema(value_type = Option<String>, format = DateTime)]
    due_at: Option<Time>,
}

impl From<Commission> for CommissionView {
    fn from(it: Commission) -> Self {
        Self {
            base: it.money(it.base_minor),
            amount: it.money(it.amount_minor),
            reversed: it.money(it.reversed_minor),
            id: it.id,
            referrer_id: it.referrer_id,
            order_id: it.order_id,
            state: it.state,
            why: it.why,
            rate_bps: it.rate_bps,
            created_at: it.created_at,
            earned_at: it.earned_at,
            due_at: it.due_at,
        }
    }
}

/// What a referrer was paid.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = CommissionPayout)]
pub(super) struct PayoutView {
    #[schema(value_type = String, example = "cpay_01h2xcejqtf2nbrexx3vqjhp41")]
    id: CommissionPayoutId,
    #[schema(value_type = String)]
    referrer_id: ReferrerId,
    name: String,
    #[schema(value_type = web::MoneyShape)]
    amount: Money,
    /// `upi`, `bank` or `cash`.
    #[schema(value_type = String, example = "upi")]
    method: CommissionPaidBy,
    #[schema(example = "UTR 412345678901")]
    reference: String,
    #[schema(value_type = String, format = DateTime)]
    paid_at: Time,
}

impl From<Payout> for PayoutView {
    fn from(it: Payout) -> Self {
        Self {
            amount: it.amount(),
            id: it.id,
            referrer_id: it.referrer_id,
            name: it.name,
            method: it.method,
            reference: it.reference,
            paid_at: it.paid_at,
        }
    }
}
