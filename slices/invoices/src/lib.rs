//! Invoices: what customers are asked to pay, numbered without a gap, with the tax that India wants named, and what takes some
//! of it back.

mod api;
mod check;
mod commands;
mod compose;
mod gst;
mod merged;
mod model;
mod pages;
mod pdf;
mod queries;
mod reactions;
mod returns;
mod rows;
mod rules;
mod upi;

pub use check::check;
pub use commands::{Bill, Billed, Collecting, NotePayment, bill, collect, take_back, would_bill};
pub use compose::NewLine;
pub use queries::{Standing, can_bill, on_its_way, paid, standing};
pub use reactions::without_tax;
pub use rules::{cost, quantity, quantity_text};

use jiff::tz::TimeZone;
use std::sync::Arc;
use store::{Migration, TimerKind};
use web::{App, Slice};

/// The tables of this slice.
pub const MIGRATIONS: &[Migration] = &[
    Migration::both("invoices/0001_invoices", include_str!("../migrations/0001_invoices.sql")),
    Migration::both("invoices/0002_online", include_str!("../migrations/0002_online.sql")),
];

/// The slice.
pub fn slice() -> Slice {
    Slice {
        name: "invoices",
        migrations: MIGRATIONS.to_vec(),
        routes: [api::routes(), pages::routes()].into_iter().flatten().collect(),
        nav: pages::nav(),
        reactions: vec![
            Arc::new(reactions::InvoicePaidOrder),
            Arc::new(reactions::NoteOnlinePayment),
            Arc::new(contacts::WhenMerged { name: "bring_over_invoices", join: |tx, who| Box::pin(merged::join(tx, who)) }),
        ],
        timers: vec![TimerKind::of::<commands::RemindOfInvoice>()],
        told: &[
            store::Told { table: "invoices", secret: &["request_hash"], plain: &["idempotency_key"] },
            store::Told { table: "invoice_payments", secret: &[], plain: &["idempotency_key"] },
        ],
        ..Slice::default()
    }
}

/// The day that a wall clock shows now, `2026-11-21`.
fn today(app: &App, zone: &str) -> String {
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    app.db.clock().now().timestamp().to_zoned(zone).date().to_string()
}

#[cfg(test)]
mod tests;
