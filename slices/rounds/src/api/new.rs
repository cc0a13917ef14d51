//! `POST /api/v1/standing-orders`, and one of them shown and changed.

use super::today;
use super::view::{DayView, OrderView, TermsView, WholeView};
use crate::commands::{BeginStandingOrder, ChangeStandingOrder, Place, Who};
use crate::model::Pricing;
use crate::queries;
use crate::schedule::{self, Day};
use axum::Json;
use axum::extract::State;
use axum::response::Response;
use contacts::NewContact;
use facts::{ContactId, Money, RouteId, StandingOrderId};
use jiff::Span;
use serde::Deserialize;
use store::{Error, Result};
use utoipa::ToSchema;
use web::{Answer, App, Body, Caller, IdempotencyKey, Path, Permission, Route, made};

/// Who gets it brought.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[schema(as = StandingOrderCustomer)]
#[serde(deny_unknown_fields, default)]
struct CustomerIn {
    #[schema(example = "Asha Rao")]
    name: String,
    #[schema(example = "+919876543210")]
    phone: Option<String>,
    email: Option<String>,
}

/// Something that is brought again and again, to a `customer` or a `contact_id`.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewStandingOrder {
    customer: Option<CustomerIn>,
    /// In place of `customer`: somebody who is known.
    #[schema(value_type = Option<String>)]
    contact_id: Option<ContactId>,
    #[schema(value_type = String, example = "rte_01h2xcejqtf2nbrexx3vqjhp41")]
    route_id: RouteId,
    /// The place in the route; its end when not said.
    stop: Option<i64>,
    /// The contact's when not said.
    address: Option<String>,
    #[schema(example = "ring twice")]
    note: Option<String>,
    #[schema(example = "Cow milk")]
    product: String,
    #[schema(example = "l")]
    #[serde(default)]
    unit: String,
    #[schema(example = "0401")]
    #[serde(default)]
    hsn: String,
    /// The rate of its tax in basis points, which the price includes; nothing when not said.
    #[serde(default)]
    rate_bps: i64,
    /// How much each time: a decimal in text, 1 when not said.
    #[schema(example = "1.5")]
    quantity: Option<String>,
    /// `mon` to `sun`; every day when not said.
    #[schema(value_type = Option<Vec<String>>, example = json!(["mon", "wed", "fri"]))]
    weekdays: Option<Vec<Day>>,
    /// What the price is for: a `unit`, or a whole `month`.
    #[schema(value_type = String, example = "unit")]
    price_per: Pricing,
    /// With its tax in it.
    #[schema(value_type = web::MoneyShape)]
    price: Money,
    /// The first day, today at the earliest; the first whose sheet does not stand when not said.
    #[schema(example = "2026-11-22")]
    starts_on: Option<String>,
    /// The last day, where it is known.
    ends_on: Option<String>,
}

impl NewStandingOrder {
    fn read(self) -> Result<BeginStandingOrder> {
        let who = match (self.contact_id, self.customer) {
            (Some(id), None) => Who::Known(id),
            (None, Some(customer)) => Who::Named(person(customer)?),
            _ => return Err(Error::field("customer", "either a customer, or the contact_id of somebody who is known")),
        };
        Ok(BeginStandingOrder {
            who,
            place: Place { route: Some(self.route_id), stop: self.stop, address: self.address, note: self.note },
            product: self.product,
            unit: self.unit,
            hsn: self.hsn,
            rate_bps: self.rate_bps,
            quantity: self.quantity.unwrap_or_else(|| "1".to_owned()),
            weekdays: self.weekdays.map_or(Ok(schedule::DAILY), |days| schedule::set_of(&days))?,
            pricing: self.price_per,
            price: self.price,
            starts_on: self.starts_on,
            ends_on: self.ends_on,
        })
    }
}

/// Somebody with a name, and a phone number or an e-mail address to be known by.
fn person(customer: CustomerIn) -> Result<NewContact> {
    let nested = |field: &'static str| move |error: Error| Error::field(format!("customer.{field}"), error.message().to_owned());
    let filled = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
    let name = web::text("customer.name", &customer.name, 200)?;
    if name.is_empty() {
        return Err(Error::field("customer.name", "who gets it brought"));
    }
    let phone = filled(customer.phone).map(|phone| contacts::phone(&phone)).transpose().map_err(nested("phone"))?;
    let email = filled(customer.email).map(|email| contacts::email(&email)).transpose().map_err(nested("email"))?;
    if phone.is_none() && email.is_none() {
        return Err(Error::field("customer.phone", "a phone number or an e-mail address, by which they are known next time"));
    }
    Ok(NewContact { name: Some(name), phone, email, ..NewContact::default() })
}

async fn create(State(app): State<App>, caller: Caller, key: IdempotencyKey, body: Body<NewStandingOrder>) -> Answer<Response> {
    let key = key.required(&body.hash)?;
    let begin = body.value.read()?;
    let once = app.db.run_once(&caller.who, key, begin).await?;
    Ok(made(OrderView::of(once.out, today(&app, &caller)), once.replayed))
}

async fn show(State(app): State<App>, caller: Caller, Path(id): Path<StandingOrderId>) -> Answer<Json<WholeView>> {
    let today = today(&app, &caller);
    let mut read = caller.read(&app);
    let order = queries::order(&mut read, id, today).await?.ok_or_else(|| Error::not_found("standing order"))?;
    let terms = queries::terms(&mut read, id).await?.into_iter().map(|terms| TermsView::of(terms, &order)).collect();
    let days = queries::days(&mut read, id, today, today.saturating_add(Span::new().years(1))).await?;
    let days = days.into_iter().map(|(day, milli)| DayView { on_day: day.to_string(), quantity: invoices::quantity_text(milli) }).collect();
    Ok(Json(WholeView { order: OrderView::of(order, today), terms, days }))
}

/// What is to be another from a day on, or in another place at once. What is not said stays.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
struct StandingOrderChange {
    /// From which day on quantity, weekdays and price hold; the first whose sheet does not stand when not said.
    #[schema(example = "2026-12-01")]
    from_on: Option<String>,
    #[schema(example = "2")]
    quantity: Option<String>,
    #[schema(value_type = Option<Vec<String>>)]
    weekdays: Option<Vec<Day>>,
    /// Of a month's price in proportion when only the quantity changes.
    #[schema(value_type = Option<web::MoneyShape>)]
    price: Option<Money>,
    #[schema(value_type = Option<String>)]
    route_id: Option<RouteId>,
    stop: Option<i64>,
    address: Option<String>,
    note: Option<String>,
}

async fn change(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<StandingOrderId>,
    body: Body<StandingOrderChange>,
) -> Answer<Json<OrderView>> {
    let StandingOrderChange { from_on, quantity, weekdays, price, route_id, stop, address, note } = body.value;
    let weekdays = weekdays.map(|days| schedule::set_of(&days)).transpose()?;
    let place = Place { route: route_id, stop, address, note };
    let order = app.db.run(&caller.who, ChangeStandingOrder { id, from_on, quantity, weekdays, price, place }).await?;
    Ok(Json(OrderView::of(order, today(&app, &caller))))
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/api/v1/standing-orders", Permission::RoundsWrite, create)
            .says(
                "Begin a standing order",
                "Something brought every day or on chosen weekdays. Where the sheet of its first day stands already, it is added to it.",
            )
            .keyed()
            .takes::<NewStandingOrder>()
            .gives::<OrderView>(201),
        Route::get("/api/v1/standing-orders/{id}", Permission::RoundsRead, show)
            .says("Show a standing order", "With all terms, and the single days that are other than the rest.")
            .gives::<WholeView>(200),
        Route::put("/api/v1/standing-orders/{id}", Permission::RoundsWrite, change)
            .says("Change a standing order", "Quantity, weekdays and price from a day on; route, stop, address and note at once.")
            .takes::<StandingOrderChange>()
            .gives::<OrderView>(200),
    ]
}
