//! `/invoice/{id}/pay`: what is left to pay, and the button that leads to the provider's page. As in the shop, all of it is
//! forms, so that paying works without script.

use super::customer::standing;
use crate::commands::PayOnline;
use crate::model::Whole;
use crate::queries;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use branding::Front;
use facts::{InvoiceId, Money, TenantId};
use http::{HeaderName, HeaderValue};
use maud::{Markup, html};
use payments::{Intent, IntentState, KeepBy, Provider};
use serde::Deserialize;
use std::time::Duration;
use store::{Kind, Result, Who};
use web::ui::{self, Alert, Button, Field, Meaning};
use web::{Access, Answer, App, Asked, Form, Path, Route};

/// How long the page waits before it comes without a button and looks again by itself.
const PATIENCE: Duration = Duration::from_millis(1_500);
/// After how many seconds a page that waits looks again.
const AGAIN: u32 = 3;

/// How paying an invoice online stands, for the customer's page.
pub(super) enum Online {
    /// Nothing is to be paid, or not this way.
    No,
    /// This can be paid.
    Can(Offer),
    /// A payment is on its way.
    UnderWay,
    /// The customer has just come back, and the provider has not said yet that it has the money.
    Awaited,
    /// The payment from which the customer comes back did not succeed; this can still be paid.
    Failed(Offer),
}

/// What can be paid.
pub(super) struct Offer {
    due: Money,
    /// With whom whoever pays it can agree to be charged in the same way from now on.
    keeps: Option<Provider>,
}

impl Online {
    /// How it stands; `came` is what the way back from the provider's page says.
    pub(super) async fn of(app: &App, tenant: TenantId, whole: &Whole, came: Option<&str>) -> Result<Self> {
        let due = whole.invoice.due();
        if due.minor == 0 || !payments::can_pay(app, tenant, due).await? {
            return Ok(Online::No);
        }
        if queries::under_way(&mut app.db.read_main(tenant), whole.invoice.id).await? {
            return Ok(Online::UnderWay);
        }
        let keeps = match whole.invoice.contact_id {
            Some(_) => payments::can_keep(app, tenant, due, whole.invoice.buyer.0.phone.as_deref()).await?,
            None => None,
        };
        Ok(match came {
            Some("made") => Online::Awaited,
            Some("failed") => Online::Failed(Offer { due, keeps }),
            _ => Online::Can(Offer { due, keeps }),
        })
    }

    /// What the customer's page says of it, and the button.
    pub(super) fn shown(&self, base: &str, id: InvoiceId) -> Markup {
        let button = |Offer { due, keeps }: &Offer| {
            html! {
                form method="post" action={ (base) "/invoice/" (id) "/pay" } {
                    @if keeps.is_some() {
                        (Field::checkbox("keep", "Charge my next invoices the same way, without asking me again", false))
                    }
                    @if *keeps == Some(Provider::Razorpay) {
                        (Field::select("keep_by", "Charge them by", [(KeepBy::Upi.as_str(), "UPI"), (KeepBy::Card.as_str(), "Card")])
                            .help("Only if you agree to the above. You hear of each charge a day before, and can take this back with your bank or UPI app."))
                    }
                    (Button::primary(format!("Pay {due} online")))
                }
                p.safe { (ui::Icon::Lock) "You pay on our payment provider's page." }
            }
        };
        match self {
            Online::No => Markup::default(),
            Online::Can(offer) => html! { h2 { "Pay online" } (button(offer)) },
            Online::UnderWay | Online::Awaited => html! {
                div role="status" {
                    (Alert::new(Meaning::Information, "Your payment is on its way.")
                        .body(html! { "We are waiting for the bank's word. You need not pay again; this page looks again by itself." }))
                }
            },
            Online::Failed(offer) => html! {
                (Alert::new(Meaning::Bad, "The payment did not go through.").body(html! { "Nothing was taken. You can try again, or another way." }))
                h2 { "Pay online" }
                (button(offer))
            },
        }
    }

    /// The page, which looks again by itself while a payment is on its way.
    pub(super) fn settle(&self, page: Response) -> Response {
        if matches!(self, Online::UnderWay | Online::Awaited) { again(page) } else { page }
    }
}

fn again(mut page: Response) -> Response {
    page.headers_mut().insert(HeaderName::from_static("refresh"), HeaderValue::from(AGAIN));
    page
}

/// Back to the invoice, which says how it stands.
fn back(shop: &Front, id: InvoiceId) -> Answer<Response> {
    Ok(Redirect::to(&format!("{}/invoice/{id}", shop.base)).into_response())
}

/// What the customer ticked.
#[derive(Debug, Default, Deserialize)]
struct Ticked {
    keep: Option<String>,
    keep_by: Option<String>,
}

async fn begin(
    State(app): State<App>,
    shop: Front,
    asked: Asked,
    Path(id): Path<InvoiceId>,
    Form(ticked): Form<Ticked>,
) -> Answer<Response> {
    let whole = standing(&app, shop.tenant, id).await?;
    if !payments::can_pay(&app, shop.tenant, whole.invoice.due()).await? {
        return back(&shop, id);
    }
    let keep_by = ticked.keep_by.and_then(|word| word.parse().ok());
    match app.db.run(&asked.by(Who::visitor(shop.tenant)), PayOnline { id, keep: ticked.keep.is_some(), keep_by }).await {
        Ok(()) => Ok(Redirect::to(&format!("{}/invoice/{id}/pay", shop.base)).into_response()),
        Err(error) if error.kind() == Kind::Conflict => back(&shop, id),
        Err(error) => Err(error.into()),
    }
}

async fn show(State(app): State<App>, shop: Front, Path(id): Path<InvoiceId>) -> Answer<Response> {
    let whole = standing(&app, shop.tenant, id).await?;
    let settled = |intent: &Intent| intent.provider_order_id.is_some() || !wanted(intent);
    let intent = payments::until(&app.db, shop.tenant, id, PATIENCE, settled).await?.filter(wanted);
    let Some(intent) = intent else { return back(&shop, id) };
    let button = Button::primary(format!("Pay {}", intent.amount()));
    Ok(match payments::checkout(&app, &shop, &intent, button).await? {
        Some(way) => page(&shop, &whole, &intent, way),
        None => again(page(&shop, &whole, &intent, preparing())),
    })
}

fn wanted(intent: &Intent) -> bool {
    matches!(intent.state, IntentState::Opening | IntentState::Open)
}

fn page(shop: &Front, whole: &Whole, intent: &Intent, action: Markup) -> Response {
    let title = format!("Pay invoice {}", whole.invoice.title());
    let safe = intent.provider.map_or("", Provider::safe);
    let body = html! {
        h1 { (title) }
        (ui::receipt(&[(intent.description.as_str(), intent.amount())], intent.amount(), safe))
        (action)
        p { a href={ (shop.base) "/invoice/" (whole.invoice.id) } { "Back to the invoice" } }
    };
    branding::page(shop, &title, "What is left to pay.", body, html! { p { (shop.name) } })
}

fn preparing() -> Markup {
    html! {
        div role="status" {
            (Alert::new(Meaning::Information, "We are preparing your payment…").body(html! { "This page looks again by itself." }))
        }
    }
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/invoice/{id}/pay", Access::Public, show)
            .page()
            .at_most("INVOICE", 60)
            .says("Pay an invoice", "What is left to pay, and the way to the provider's page."),
        Route::post("/invoice/{id}/pay", Access::Public, begin)
            .page()
            .at_most("INVOICE_PAY", 10)
            .says("Pay an invoice online", "Opens a checkout for what is left to pay now."),
    ]
}
