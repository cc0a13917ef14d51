//! `/api/v1/reconciliation`: what is not final, and asking the provider about all of it.

use super::shown::{PaymentShown, RefundShown};
use crate::commands::{AskAll, Asking};
use crate::model::Intent;
use crate::queries;
use axum::Json;
use axum::extract::State;
use facts::payments::Payable;
use facts::{IntentId, InvoiceId, Money, OrderId, Time};
use serde::Serialize;
use utoipa::ToSchema;
use web::{Answer, App, Caller, Permission, Route};

/// What needs a person, or the provider's word.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReconciliationReport)]
struct Report {
    /// Orders and invoices that stay unpaid, up to fifty.
    unpaid: Vec<Unpaid>,
    /// Captured money that fits nothing, up to fifty.
    unmatched: Vec<PaymentShown>,
    /// Refunds that failed, up to fifty.
    failed_refunds: Vec<RefundShown>,
    /// About how many of the unpaid the provider is being asked.
    under_way: i64,
}

/// Something that is to be paid and is not.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UnpaidIntent)]
struct Unpaid {
    #[schema(value_type = String)]
    intent_id: IntentId,
    #[schema(value_type = Option<String>)]
    order_id: Option<OrderId>,
    #[schema(value_type = Option<String>)]
    invoice_id: Option<InvoiceId>,
    #[schema(value_type = web::MoneyShape)]
    amount: Money,
    /// `opening` or `open`.
    #[schema(value_type = String, example = "open")]
    state: crate::model::IntentState,
    /// When the provider was asked last.
    #[schema(value_type = Option<String>, format = DateTime)]
    asked_at: Option<Time>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Time,
}

impl From<Intent> for Unpaid {
    fn from(intent: Intent) -> Self {
        let payable: Payable = intent.payable();
        Self {
            intent_id: intent.id,
            order_id: payable.order(),
            invoice_id: payable.invoice(),
            amount: intent.amount(),
            state: intent.state,
            asked_at: intent.asked_at,
            created_at: intent.created_at,
        }
    }
}

async fn report(State(app): State<App>, caller: Caller) -> Answer<Json<Report>> {
    let mut read = app.db.read_main(caller.tenant());
    Ok(Json(Report {
        unpaid: queries::lingering(&mut read, app.db.clock().now()).await?.into_iter().map(Unpaid::from).collect(),
        unmatched: queries::unmatched(&mut read).await?.into_iter().map(PaymentShown::from).collect(),
        failed_refunds: queries::failed_refunds(&mut read).await?.into_iter().map(RefundShown::from).collect(),
        under_way: queries::under_way(&mut read).await?,
    }))
}

async fn apply(State(app): State<App>, caller: Caller) -> Answer<Json<Asking>> {
    Ok(Json(app.db.run(&caller.who, AskAll).await?))
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/reconciliation", Permission::PaymentsRead, report)
            .says("What is not final", "Unpaid orders and invoices, money that fits nothing, and refunds that failed.")
            .gives::<Report>(200),
        Route::post("/api/v1/reconciliation", Permission::PaymentsWrite, apply)
            .says(
                "Ask the provider about all of it",
                "Whatever it says becomes true as if its webhook had come; up to 500 at once, the oldest first.",
            )
            .gives::<Asking>(200),
    ]
}
