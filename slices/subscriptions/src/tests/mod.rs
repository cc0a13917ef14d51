//! What must hold whatever happens, in whatever order.

mod stories;
mod year;

use crate::MIGRATIONS;
use crate::commands::{CreatePlan, Elsewhere, NewPrice};
use facts::subscriptions::Cadence;
use facts::{Id, Money};
use std::sync::LazyLock;
use store::{Command, Migration, Result, STORE, Tx, params, sql};

/// The tables that these tests need.
static ALL: LazyLock<Vec<Migration>> = LazyLock::new(|| {
    let rooms =
        [STORE, identity::MIGRATIONS, settings::MIGRATIONS, contacts::MIGRATIONS, payments::MIGRATIONS, invoices::MIGRATIONS, MIGRATIONS];
    rooms.into_iter().flatten().copied().collect()
});

/// A shop that says who sells.
struct Open;

impl Command for Open {
    const NAME: &'static str = "test_open";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        tx.put(
            sql!(
                "INSERT INTO tenants (tenant_id, name, slug, time_zone, currency, is_first, state, plan, created_at)
                 VALUES ($1, 'Shop', $3, 'Asia/Kolkata', 'INR', $4, 'active', 'free', $2)"
            ),
            params![tx.tenant(), tx.now(), tx.tenant().to_string(), tx.tenant().uuid().as_u128() == 1],
        )
        .await?;
        let seller = serde_json::json!({
            "legal_name": "Shop", "address": "Here", "state": "29", "gstin": "29AAGCB7383J1Z4", "composition": false, "prefix": "INV",
            "due_days": 7, "whole_rupees": false, "upi": null, "bank": "", "reminders": false, "invoice_orders": false,
            "shop_rate_bps": 1800, "shop_hsn": "998431"
        });
        settings::put(tx, "invoices.seller", &seller).await
    }
}

fn plan(code: &str, month: i64, year: i64, trial_days: i64) -> CreatePlan {
    let price = |cadence, minor| NewPrice { cadence, amount: Money::inr(minor), trial_days, hsn: "998431".into(), rate_bps: 1_800 };
    CreatePlan {
        code: code.into(),
        name: code.into(),
        description: String::new(),
        prices: vec![price(Cadence::Month, month), price(Cadence::Year, year)],
        elsewhere: Elsewhere::default(),
    }
}
