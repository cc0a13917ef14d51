//! The ledger: double entry, one transaction for each thing that moved money or what is owed, always in balance.

mod api;
mod check;
mod model;
mod queries;
mod reactions;
mod rows;
mod rules;

pub use check::check;
pub use model::{Account, EntryView};
pub use queries::{of_invoice, of_order, received};

use std::sync::Arc;
use store::Migration;

/// The tables of this slice.
pub const MIGRATIONS: &[Migration] = &[
    Migration::both("ledger/0001_ledger", include_str!("../migrations/0001_ledger.sql")),
    Migration::both("ledger/0002_invoices", include_str!("../migrations/0002_invoices.sql")),
    Migration::both("ledger/0003_subscriptions", include_str!("../migrations/0003_subscriptions.sql")),
];

/// What the ledger brings to the house.
pub fn slice() -> web::Slice {
    web::Slice {
        name: "ledger",
        migrations: MIGRATIONS.to_vec(),
        routes: api::routes(),
        reactions: vec![
            Arc::new(reactions::BookCapturedPayment),
            Arc::new(reactions::BookSettledRefund),
            Arc::new(reactions::BookInvoice),
            Arc::new(reactions::BookSettlement),
            Arc::new(reactions::BookCommission),
        ],
        ..web::Slice::default()
    }
}
