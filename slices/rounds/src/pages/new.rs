//! `/admin/standing-orders/new`: the form of a standing order.

use super::{HERE, ORDERS, ROUTES, told};
use crate::commands::{BeginStandingOrder, Place, Who};
use crate::model::{Pricing, Route as Way};
use crate::queries;
use crate::schedule::{self, Day};
use axum::extract::State;
use axum::response::{Html, IntoResponse, Redirect, Response};
use catalogue::tax::{RATES, percent};
use contacts::{Contact, NewContact};
use facts::{ContactId, Currency, Money, StandingOrderId};
use maud::{Markup, html};
use serde::Deserialize;
use std::collections::HashMap;
use store::{Error, Result};
use web::page::field_error;
use web::problem::status;
use web::ui::{self, Alert, Button, Field, Meaning};
use web::{Answer, App, BackOffice, Caller, Failure, Form, Permission, Query, Route, back_office, form_key, sent_form};

/// What the form holds, by the names of its fields.
pub(super) type Typed = HashMap<String, String>;

/// Whom it is for, where that is known.
#[derive(Debug, Default, Deserialize)]
struct For {
    contact_id: Option<ContactId>,
}

/// What the form stands on.
struct Ground {
    currency: Currency,
    routes: Vec<Way>,
    contact: Option<Contact>,
}

impl Ground {
    async fn of(app: &App, caller: &Caller, contact: Option<ContactId>) -> Result<Self> {
        let mut read = caller.read(app);
        let contact = match contact {
            Some(id) => contacts::find(&mut read, id).await?,
            None => None,
        };
        Ok(Self { currency: identity::tenant(&mut read).await?.currency, routes: queries::routes(&mut read).await?, contact })
    }
}

pub(super) fn value<'a>(typed: &'a Typed, name: &str) -> &'a str {
    typed.get(name).map(|text| text.trim()).unwrap_or_default()
}

/// A field that is not empty.
pub(super) fn some(typed: &Typed, name: &str) -> Option<String> {
    Some(value(typed, name).to_owned()).filter(|text| !text.is_empty())
}

async fn new(State(app): State<App>, caller: Caller, Query(of): Query<For>) -> Answer<Response> {
    let ground = Ground::of(&app, &caller, of.contact_id).await?;
    if ground.routes.is_empty() {
        return Ok(Redirect::to(ROUTES).into_response());
    }
    let mut typed = Typed::from([
        ("key".to_owned(), form_key(&app)),
        ("quantity".to_owned(), "1".to_owned()),
        ("price_per".to_owned(), Pricing::Unit.to_string()),
    ]);
    typed.extend(Day::ALL.iter().map(|day| (day.to_string(), "on".to_owned())));
    Ok(page(&app, &caller, &ground, &typed, None).into_response())
}

/// The weekdays that are ticked.
///
/// # Errors
/// `weekdays`, where none is.
pub(super) fn ticked(typed: &Typed) -> Result<i64> {
    let days: Vec<Day> = Day::ALL.iter().copied().filter(|day| typed.contains_key(day.as_str())).collect();
    schedule::set_of(&days)
}

/// An amount as it was typed.
///
/// # Errors
/// `price`.
pub(super) fn price(typed: &Typed, currency: Currency) -> Result<Money> {
    Money::typed(value(typed, "price"), currency).ok_or_else(|| Error::field("price", "an amount such as 32.00"))
}

/// A place as it was typed.
///
/// # Errors
/// The first field that does not fit.
pub(super) fn place(typed: &Typed) -> Result<Place> {
    let stop =
        some(typed, "stop").map(|text| text.parse().map_err(|_| Error::field("stop", "a number, or nothing for the end of the route")));
    Ok(Place {
        route: Some(value(typed, "route_id").parse().map_err(|_| Error::field("route_id", "the route that it is brought on"))?),
        stop: stop.transpose()?,
        address: some(typed, "address"),
        note: Some(value(typed, "note").to_owned()),
    })
}

fn read(typed: &Typed, ground: &Ground) -> Result<BeginStandingOrder> {
    let who = match &ground.contact {
        Some(contact) => Who::Known(contact.id),
        None => {
            let phone = some(typed, "phone").map(|phone| contacts::phone(&phone)).transpose()?;
            let email = some(typed, "email").map(|email| contacts::email(&email)).transpose()?;
            if phone.is_none() && email.is_none() {
                return Err(Error::field("phone", "a phone number or an e-mail address, by which they are known next time"));
            }
            let name = some(typed, "name").ok_or_else(|| Error::field("name", "who gets it brought"))?;
            Who::Named(NewContact { name: Some(web::text("name", &name, 200)?), phone, email, ..NewContact::default() })
        }
    };
    Ok(BeginStandingOrder {
        who,
        place: place(typed)?,
        product: value(typed, "product").to_owned(),
        unit: value(typed, "unit").to_owned(),
        hsn: value(typed, "hsn").to_owned(),
        rate_bps: value(typed, "rate").parse().unwrap_or(0),
        quantity: value(typed, "quantity").to_owned(),
        weekdays: ticked(typed)?,
        pricing: value(typed, "price_per").parse().map_err(|_| Error::field("price_per", "unit or month"))?,
        price: price(typed, ground.currency)?,
        starts_on: some(typed, "starts_on"),
        ends_on: some(typed, "ends_on"),
    })
}

async fn create(State(app): State<App>, caller: Caller, Form(typed): Form<Typed>) -> Answer<Response> {
    let contact = some(&typed, "contact_id").and_then(|id| id.parse().ok());
    let ground = Ground::of(&app, &caller, contact).await?;
    match begin(&app, &caller, &typed, &ground).await {
        Ok(id) => Ok(Redirect::to(&format!("{ORDERS}/{id}")).into_response()),
        Err(error) => {
            let failure = told(error)?;
            Ok((status(&failure.0), page(&app, &caller, &ground, &typed, Some(&failure))).into_response())
        }
    }
}

/// The form's key makes the same form sent twice one standing order.
async fn begin(app: &App, caller: &Caller, typed: &Typed, ground: &Ground) -> Result<StandingOrderId> {
    let begin = read(typed, ground)?;
    let key = sent_form(typed.get("key").map_or("", String::as_str), &format!("POST {ORDERS}/new"), &begin)?;
    Ok(app.db.run_once(&caller.who, key, begin).await?.out.id)
}

fn page(app: &App, caller: &Caller, ground: &Ground, typed: &Typed, wrong: Option<&Failure>) -> Html<String> {
    let body = html! {
        @if let Some(wrong) = wrong { (Alert::new(Meaning::Bad, "It was not saved").body(html! { p { (wrong.0.message()) } })) }
        form method="post" action={ (ORDERS) "/new" } {
            (ui::csrf(caller.csrf())) (ui::hidden("key", value(typed, "key")))
            (ui::section("Who", "", who(ground, typed, wrong)))
            (ui::section("What", "", what(ground, typed, wrong)))
            (ui::section("When and where", "", html! {
                (weekdays(typed, wrong))
                (Field::input("date", "starts_on", "First day").value(value(typed, "starts_on")).error(field_error(wrong, "starts_on"))
                    .help("Left empty, the first that can still be planned."))
                (Field::input("date", "ends_on", "Last day").value(value(typed, "ends_on")).error(field_error(wrong, "ends_on")))
                (place_fields(&ground.routes, typed, wrong))
            }))
            (ui::actions(Button::primary("Begin")))
        }
    };
    back_office(
        app,
        caller,
        BackOffice {
            title: "New standing order",
            lead: html! { "Something that a customer gets brought, again and again." },
            action: Markup::default(),
            place: HERE,
            crumbs: &[("Standing orders", ORDERS)],
            body,
        },
    )
}

fn who(ground: &Ground, typed: &Typed, wrong: Option<&Failure>) -> Markup {
    if let Some(contact) = &ground.contact {
        let name = contact.name.as_deref().or(contact.phone.as_deref()).unwrap_or_default();
        return html! { (ui::hidden("contact_id", &contact.id.to_string())) p { a href={ "/admin/contacts/" (contact.id) } { bdi { (name) } } } };
    }
    ui::beside([
        Field::text("name", "Name").value(value(typed, "name")).required().error(field_error(wrong, "name")),
        Field::input("tel", "phone", "Phone").value(value(typed, "phone")).error(field_error(wrong, "phone")),
        Field::input("email", "email", "E-mail").value(value(typed, "email")).error(field_error(wrong, "email")),
    ])
}

fn what(ground: &Ground, typed: &Typed, wrong: Option<&Failure>) -> Markup {
    let text = |name: &str, label: &str| Field::text(name, label).value(value(typed, name)).error(field_error(wrong, name));
    let rates = RATES.map(|rate| (rate.to_string(), percent(rate)));
    html! {
        (ui::beside([
            text("product", "What is brought").required().placeholder("Cow milk"),
            text("quantity", "How much each time").required(),
            text("unit", "Unit").placeholder("l"),
        ]))
        (ui::beside([
            Field::money("price", "Price", ground.currency).value(value(typed, "price")).required().error(field_error(wrong, "price"))
                .help("With its tax in it."),
            Field::select("price_per", "The price is for", [("unit", "One unit"), ("month", "A whole month")]).value(value(typed, "price_per")).required(),
            Field::select("rate", "Tax", rates).value(value(typed, "rate")).required().error(field_error(wrong, "rate_bps")),
            text("hsn", "HSN").placeholder("0401"),
        ]))
    }
}

/// A tick for each day of the week.
pub(super) fn weekdays(typed: &Typed, wrong: Option<&Failure>) -> Markup {
    const NAMES: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
    let ticks = Day::ALL.iter().zip(NAMES).map(|(day, name)| Field::checkbox(day.as_str(), name, typed.contains_key(day.as_str())));
    html! {
        fieldset {
            legend { "Days of the week" }
            (ui::beside(ticks))
            @if let Some(none) = field_error(wrong, "weekdays") { (Alert::new(Meaning::Bad, none)) }
        }
    }
}

/// Where it is brought to.
pub(super) fn place_fields(routes: &[Way], typed: &Typed, wrong: Option<&Failure>) -> Markup {
    html! {
        (ui::beside([
            Field::select("route_id", "Route", routes.iter().map(|route| (route.id.to_string(), route.name.clone())))
                .value(value(typed, "route_id")).required().error(field_error(wrong, "route_id")),
            Field::input("number", "stop", "Stop").value(value(typed, "stop")).error(field_error(wrong, "stop"))
                .help("The place in the route; its end where nothing is said."),
        ]))
        (Field::area("address", "Address", 2).value(value(typed, "address")).error(field_error(wrong, "address")))
        (Field::text("note", "Note").value(value(typed, "note")).placeholder("Ring twice").error(field_error(wrong, "note"))
            .help("For whoever brings it."))
    }
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/admin/standing-orders/new", Permission::RoundsWrite, new).page().says("New standing order", ""),
        Route::post("/admin/standing-orders/new", Permission::RoundsWrite, create).page().says("New standing order", "Begins it."),
    ]
}
