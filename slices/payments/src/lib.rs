//! Payments: what we want to be paid, each try at paying it, what goes back, and the providers.

mod api;
mod ask;
mod check;
mod checkout;
mod commands;
mod errands;
mod janitor;
mod line;
mod mandates;
mod merged;
mod mirror;
mod model;
mod pages;
mod payers;
mod provider;
mod queries;
mod razorpay;
mod rows;
mod rules;
mod settled;
mod stripe;
mod trouble;
mod wait;
mod world;

pub use ask::{ask, hold};
pub use check::check;
pub use checkout::{can_keep, can_pay, checkout, key_id};
pub use commands::{MatchPayment, RequestRefund, cancel, charge, open, open_link};
pub use errands::after;
pub use mandates::{EndMandate, KeepBy, Mandate, MandateState, active as mandate};
pub use model::{Intent, IntentState, LearntBy, NewIntent, Payment, PaymentState, Refund, RefundState, Way};
pub use pages::reconcile_tabs;
pub use payers::forget_payers;
pub use provider::Provider;
pub use queries::{intent, intent_by_provider_order, of, payment, refund, refunds_of};
pub use razorpay::RazorpayKeys;
pub use settled::{BalanceSource, BalanceTransaction, FeeDetail, Payout, SettledItem, SettledSum, Trace};
pub use stripe::StripeKeys;
pub use trouble::Trouble;
pub use wait::until;
pub use world::{Booked, Config, World};

use std::sync::Arc;
use store::{ErrandKind, Migration, TimerKind};

/// The tables of this slice.
pub const MIGRATIONS: &[Migration] = &[
    Migration::both("payments/0001_payments", include_str!("../migrations/0001_payments.sql")),
    Migration::both("payments/0002_indexes", include_str!("../migrations/0002_indexes.sql")),
    Migration::both("payments/0003_payable", include_str!("../migrations/0003_payable.sql")),
    Migration::both("payments/0004_providers", include_str!("../migrations/0004_providers.sql")),
    Migration::both("payments/0005_mandates", include_str!("../migrations/0005_mandates.sql")),
    Migration::both("payments/0006_tokens", include_str!("../migrations/0006_tokens.sql")),
    Migration::both("payments/0007_provider_subscriptions", include_str!("../migrations/0007_provider_subscriptions.sql")),
    Migration::both("payments/0008_matched_by_hand", include_str!("../migrations/0008_matched_by_hand.sql")),
    Migration::both("payments/0009_merged", include_str!("../migrations/0009_merged.sql")),
];

/// What payments bring to the house.
pub fn slice(config: Config) -> web::Slice {
    let world = Arc::new(World::from(config));
    let mut routes = api::routes();
    routes.extend(pages::routes());
    let mut extras = web::Extras::default();
    extras.put(world.clone());
    web::Slice {
        name: "payments",
        migrations: MIGRATIONS.to_vec(),
        routes,
        reactions: vec![Arc::new(contacts::WhenMerged { name: "bring_over_mandates", join: |tx, who| Box::pin(merged::join(tx, who)) })],
        errands: vec![
            ErrandKind::of::<errands::CreateProviderOrder>(world.clone()),
            ErrandKind::of::<errands::SettleInbound>(world.clone()),
            ErrandKind::of::<errands::AskProvider>(world.clone()),
            ErrandKind::of::<errands::SendRefund>(world.clone()),
            ErrandKind::of::<errands::AskRefund>(world.clone()),
            ErrandKind::of::<errands::CloseCheckout>(world.clone()),
            ErrandKind::of::<errands::ChargeMandate>(world.clone()),
            ErrandKind::of::<errands::DebitMandate>(world.clone()),
            ErrandKind::of::<errands::LookAtMandate>(world.clone()),
            ErrandKind::of::<errands::AskSubscription>(world),
        ],
        timers: vec![
            TimerKind::of::<janitor::AskForPayment>(),
            TimerKind::of::<janitor::AskForRefund>(),
            TimerKind::of::<janitor::AskForMandate>(),
            TimerKind::of::<janitor::DebitAfterNotice>(),
            TimerKind::of::<mirror::AskForSubscription>(),
        ],
        nav: pages::nav(),
        extras,
        ..web::Slice::default()
    }
}
