//! What must hold whatever happens, and how fast a large round is planned.

mod plans;
mod stories;

use crate::MIGRATIONS;
use serde_json::json;
use std::sync::LazyLock;
use store::{Command, Migration, Result, STORE, Tx, params, sql};

/// The tables that these tests need.
static ALL: LazyLock<Vec<Migration>> = LazyLock::new(|| {
    let rooms = [STORE, identity::MIGRATIONS, settings::MIGRATIONS, contacts::MIGRATIONS, invoices::MIGRATIONS, MIGRATIONS];
    rooms.into_iter().flatten().copied().collect()
});

/// A tenant that delivers and bills.
struct Open;

impl Command for Open {
    const NAME: &'static str = "test_open";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        tx.put(
            sql!(
                "INSERT INTO tenants (tenant_id, name, slug, time_zone, currency, is_first, state, plan, created_at)
                 VALUES ($1, 'Dairy', $2, 'Asia/Kolkata', 'INR', FALSE, 'active', 'free', $3)"
            ),
            params![tx.tenant(), tx.tenant().to_string(), tx.now()],
        )
        .await?;
        let seller = json!({
            "legal_name": "Dairy", "address": "Here", "state": "29", "gstin": null, "composition": false, "prefix": "INV", "due_days": 7,
            "whole_rupees": false, "upi": null, "bank": "", "reminders": false, "invoice_orders": false, "shop_rate_bps": 0, "shop_hsn": ""
        });
        settings::put(tx, "invoices.seller", &seller).await
    }
}
