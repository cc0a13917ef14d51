//! Orders: the shop that they are placed in, the API, and the back office's pages of them.

mod api;
mod check;
mod commands;
mod elsewhere;
mod erased;
mod merged;
mod model;
mod pages;
mod queries;
mod reactions;
mod referral;
mod rows;
mod rules;
mod to_pack;
mod visitor;

pub use check::check;
pub use commands::{Buyer, CancelOrder, PlaceOrder, Wanted, place};
pub use elsewhere::{Foreign, ForeignLine, Seen, Taken, Verdict, compare, take_in};
pub use model::{Line, OWN, Order, OrderState, Whole};
pub use queries::{Visited, bought_since, order, referral_of, visited, visitor_of, whole};
pub use referral::{COOKIE as REFERRAL_COOKIE, checked as referral_code};
pub use visitor::Visitor;

use std::sync::Arc;
use store::Migration;
use web::{NavItem, Permission, Slice};

/// The tables of the orders.
pub const MIGRATIONS: &[Migration] = &[
    Migration::both("orders/0001_orders", include_str!("../migrations/0001_orders.sql")),
    Migration::both("orders/0002_referral", include_str!("../migrations/0002_referral.sql")),
    Migration::pair(
        "orders/0003_sources",
        include_str!("../migrations/0003_sources.pg.sql"),
        include_str!("../migrations/0003_sources.sqlite.sql"),
    ),
    Migration::both("orders/0004_visitor", include_str!("../migrations/0004_visitor.sql")),
];

/// What the environment decides for the shop.
#[derive(Debug, Clone)]
pub struct Config {
    /// Whether an order from the shop's API needs an Idempotency-Key: ENFORCE_IDEMPOTENCY, true when not said.
    pub enforce_idempotency: bool,
}

/// The slice.
pub fn slice(config: Config) -> Slice {
    let mut extras = web::Extras::default();
    extras.put(Arc::new(config));
    Slice {
        name: "orders",
        migrations: MIGRATIONS.to_vec(),
        routes: api::routes().into_iter().chain(pages::routes()).collect(),
        reactions: vec![
            Arc::new(reactions::NumberPlacedOrder),
            Arc::new(reactions::SettlePaidOrder),
            Arc::new(contacts::WhenErased {
                name: "forget_erased_customer",
                forget: |tx, who| Box::pin(erased::forget(tx, who.contact_id)),
            }),
            Arc::new(contacts::WhenMerged { name: "bring_over_orders", join: |tx, who| Box::pin(merged::join(tx, who)) }),
        ],
        nav: vec![NavItem { label: "Orders", href: "/admin/orders", icon: "orders", needs: Permission::OrdersRead, order: 10 }],
        extras,
        told: &[store::Told { table: "orders", secret: &["request_hash"], plain: &["coupon_code", "idempotency_key"] }],
        ..Slice::default()
    }
}
