//! `POST /api/v1/invoices` and `PUT /api/v1/invoices/{id}`.

use super::view::InvoiceView;
use crate::commands::{BillOrder, ChangeInvoice, DraftInvoice, draft_once};
use crate::compose::{NewLine, Wanted};
use crate::gst::{Gstin, State as GstState};
use crate::model::{Buyer, Whole};
use crate::reactions::buyer;
use crate::{queries, today};
use axum::Json;
use axum::extract::State;
use axum::response::Response;
use facts::{ContactId, InvoiceId, Money, OrderId};
use serde::Deserialize;
use store::{Error, Result};
use utoipa::ToSchema;
use web::{Answer, App, Body, Caller, IdempotencyKey, Path, Permission, Route, made};

/// Who is asked to pay.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
struct CustomerIn {
    #[schema(example = "Asha Stores")]
    name: String,
    address: String,
    /// Two digits; the GSTIN's where there is one.
    #[schema(example = "29")]
    state: Option<String>,
    #[schema(example = "27AAPFU0939F1ZV")]
    gstin: Option<String>,
    /// The two digits of the state that goods are brought to, where it is another.
    delivered_to: Option<String>,
    /// Whether they are in a special economic zone.
    zone: bool,
    #[schema(example = "+919876543210")]
    phone: Option<String>,
    email: Option<String>,
}

/// One line of an invoice.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct LineIn {
    #[schema(example = "Cow milk")]
    description: String,
    /// HSN of goods, SAC of services.
    #[schema(example = "0401")]
    #[serde(default)]
    hsn: String,
    /// A decimal in text; 1 when not said.
    #[schema(example = "1.5")]
    quantity: Option<String>,
    #[schema(example = "l")]
    #[serde(default)]
    unit: String,
    /// What one costs.
    #[schema(value_type = web::MoneyShape)]
    price: Money,
    #[schema(value_type = Option<web::MoneyShape>)]
    discount: Option<Money>,
    /// The rate of its tax in basis points, 1800 for 18 %; nothing when not said.
    #[schema(example = 500)]
    rate_bps: Option<i64>,
}

/// An invoice: `lines` for a `customer` or a `contact_id`, or an `order_id` of an order that is paid later.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewInvoice {
    customer: Option<CustomerIn>,
    /// In place of `customer`: somebody who is known; their attributes `gstin`, `address` and `state` are used.
    #[schema(value_type = Option<String>)]
    contact_id: Option<ContactId>,
    #[schema(value_type = Option<String>)]
    order_id: Option<OrderId>,
    lines: Option<Vec<LineIn>>,
    /// Whether the prices have the tax in them; false when not said.
    #[serde(default)]
    inclusive: bool,
    /// The last day to pay.
    #[schema(example = "2026-11-28")]
    due_on: Option<String>,
    #[serde(default)]
    note: String,
    /// Whether it is issued at once; false when not said.
    #[serde(default)]
    issue: bool,
}

fn typed<T: std::str::FromStr>(field: &str, text: Option<&str>) -> Result<Option<T>>
where
    T::Err: std::fmt::Display,
{
    let text = text.map(str::trim).filter(|text| !text.is_empty());
    text.map(|text| text.parse().map_err(|why: T::Err| Error::field(format!("customer.{field}"), why.to_string()))).transpose()
}

impl CustomerIn {
    fn read(self) -> Result<Buyer> {
        let nested = |error: Error, field: &str| Error::field(format!("customer.{field}"), error.message().to_owned());
        let filled = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
        let gstin: Option<Gstin> = typed("gstin", self.gstin.as_deref())?;
        Ok(Buyer {
            name: self.name,
            address: self.address,
            state: typed("state", self.state.as_deref())?.or_else(|| gstin.as_ref().map(Gstin::state)),
            gstin,
            delivered_to: typed::<GstState>("delivered_to", self.delivered_to.as_deref())?,
            zone: self.zone,
            phone: filled(self.phone).map(|phone| contacts::phone(&phone)).transpose().map_err(|error| nested(error, "phone"))?,
            email: filled(self.email).map(|email| contacts::email(&email)).transpose().map_err(|error| nested(error, "email"))?,
        })
    }
}

impl From<LineIn> for NewLine {
    fn from(line: LineIn) -> Self {
        let LineIn { description, hsn, quantity, unit, price, discount, rate_bps } = line;
        let quantity = quantity.unwrap_or_else(|| "1".to_owned());
        Self { description, hsn, quantity, unit, price, discount, rate_bps: rate_bps.unwrap_or(0) }
    }
}

impl NewInvoice {
    async fn wanted(&mut self, app: &App, caller: &Caller) -> Result<Wanted> {
        let buyer = match (self.customer.take(), self.contact_id) {
            (Some(customer), _) => customer.read()?,
            (None, Some(id)) => {
                let contact = contacts::find(&mut app.db.read_main(caller.tenant()), id).await?;
                buyer(None, Some(contact.ok_or_else(|| Error::field("contact_id", "There is no such contact."))?))
            }
            (None, None) => return Err(Error::field("customer", "a customer, or the contact_id of somebody who is known")),
        };
        let lines = self.lines.take().ok_or_else(|| Error::field("lines", "at least one line"))?;
        Ok(Wanted {
            buyer,
            lines: lines.into_iter().map(NewLine::from).collect(),
            inclusive: self.inclusive,
            due_on: self.due_on.take(),
            note: std::mem::take(&mut self.note),
        })
    }
}

async fn create(State(app): State<App>, caller: Caller, key: IdempotencyKey, body: Body<NewInvoice>) -> Answer<Response> {
    let key = key.required(&body.hash)?;
    let mut new = body.value;
    let today = today(&app, &caller.time_zone);
    if let Some(order) = new.order_id {
        if new.lines.is_some() || new.customer.is_some() || new.contact_id.is_some() {
            return Err(Error::field("order_id", "either an order, or lines and a customer").into());
        }
        let once = app.db.run_once(&caller.who, key, BillOrder { order, due_on: new.due_on, issue: new.issue }).await?;
        return Ok(made(InvoiceView::whole(once.out, &today), once.replayed));
    }
    let draft = DraftInvoice { wanted: new.wanted(&app, &caller).await?, contact: new.contact_id, issue: new.issue, key: Some(key) };
    let once = draft_once(&app.db, &caller.who, draft).await?;
    Ok(made(InvoiceView::whole(once.out, &today), once.replayed))
}

async fn show(State(app): State<App>, caller: Caller, Path(id): Path<InvoiceId>) -> Answer<Json<InvoiceView>> {
    let whole = queries::whole(&mut caller.read(&app), id).await?.ok_or_else(|| Error::not_found("invoice"))?;
    Ok(Json(InvoiceView::whole(whole, &today(&app, &caller.time_zone))))
}

async fn change(State(app): State<App>, caller: Caller, Path(id): Path<InvoiceId>, body: Body<NewInvoice>) -> Answer<Json<InvoiceView>> {
    let mut new = body.value;
    if new.order_id.is_some() || new.issue {
        return Err(Error::field("order_id", "only customer, lines, inclusive, due_on and note can change").into());
    }
    let wanted = new.wanted(&app, &caller).await?;
    let whole: Whole = app.db.run(&caller.who, ChangeInvoice { id, wanted }).await?;
    Ok(Json(InvoiceView::whole(whole, &today(&app, &caller.time_zone))))
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/api/v1/invoices", Permission::InvoicesWrite, create)
            .says(
                "Make an invoice",
                "A draft, or issued at once. The key is the invoice's for ever: the same request again gets the same invoice.",
            )
            .keyed()
            .takes::<NewInvoice>()
            .gives::<InvoiceView>(201),
        Route::get("/api/v1/invoices/{id}", Permission::InvoicesRead, show)
            .says("Show an invoice", "With its lines and taxes.")
            .gives::<InvoiceView>(200),
        Route::put("/api/v1/invoices/{id}", Permission::InvoicesWrite, change)
            .says("Change a draft", "All of it: what is left out is empty from then on. An issued invoice stands; credit it instead.")
            .takes::<NewInvoice>()
            .gives::<InvoiceView>(200),
    ]
}
