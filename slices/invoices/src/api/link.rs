//! An address by which an invoice is paid, to be sent to whoever is to pay.

use crate::commands::MakePaymentLink;
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use facts::{InvoiceId, Money};
use http::StatusCode;
use payments::{Intent, IntentState, Way};
use serde::Serialize;
use std::time::Duration;
use store::{Error, Result};
use utoipa::ToSchema;
use web::{Answer, App, Caller, Path, Permission, Route};

/// How long a program waits for the provider before it is told to ask again.
const PATIENCE: Duration = Duration::from_secs(8);

/// Where an invoice is paid.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PaymentLink)]
pub(crate) struct LinkView {
    /// At the provider. It can be paid once.
    #[schema(example = "https://rzp.io/i/nxrHnLJ")]
    pub url: String,
    /// What is left to pay.
    #[schema(value_type = web::MoneyShape)]
    pub amount: Money,
}

/// Makes the link of an invoice, or finds the one that is live.
///
/// # Errors
/// `nothing_due`, `payment_under_way`, `payments_not_set_up`; `provider_pending` while the provider does not answer: the same again goes
/// on where this stopped.
pub(crate) async fn link(app: &App, caller: &Caller, id: InvoiceId) -> Result<LinkView> {
    let tenant = caller.tenant();
    let invoice = crate::queries::invoice(&mut caller.read(app), id).await?.ok_or_else(|| Error::not_found("invoice"))?;
    if invoice.due().minor > 0 && !payments::can_pay(app, tenant, invoice.due()).await? {
        let message = "No payment provider takes this amount in this currency. Connect one first.";
        return Err(Error::conflict("payments_not_set_up", message));
    }
    app.db.run(&caller.who, MakePaymentLink { id }).await?;
    let live = |intent: &Intent| intent.way == Way::Link && matches!(intent.state, IntentState::Opening | IntentState::Open);
    let made = payments::until(&app.db, tenant, id, PATIENCE, |intent| intent.checkout_url.is_some() || !live(intent)).await?;
    let made = made.filter(live).and_then(|intent| Some(LinkView { amount: intent.amount(), url: intent.checkout_url? }));
    made.ok_or_else(|| Error::unavailable("provider_pending", "The payment provider has not answered yet. Ask again in a moment."))
}

async fn make(State(app): State<App>, caller: Caller, Path(id): Path<InvoiceId>) -> Answer<Response> {
    Ok((StatusCode::CREATED, Json(link(&app, &caller, id).await?)).into_response())
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/api/v1/invoices/{id}/payment-link", Permission::InvoicesWrite, make)
            .says(
                "Make a payment link",
                "An address at the payment provider by which what is left is paid, to be sent to the customer. Asked again it is the same \
                 one, until what is left has changed.",
            )
            .gives::<LinkView>(201),
    ]
}
