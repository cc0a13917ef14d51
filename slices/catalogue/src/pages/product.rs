//! `/admin/products/new` and `/admin/products/{id}`: the form of a product, and what happened to it.

use super::currency;
use super::products::offered;
use crate::commands::{ChangeProduct, CreateProduct};
use crate::model::{Interval, Product};
use crate::queries;
use crate::tax::{RATES, percent};
use axum::extract::State;
use axum::response::{Html, IntoResponse, Redirect, Response};
use facts::{Currency, Id, Money, ProductId};
use http::Uri;
use maud::{Markup, html};
use serde::Deserialize;
use store::{Error, Result};
use web::page::{field_error, refused};
use web::problem::status;
use web::ui::{self, Alert, Button, Calendar, Field, Meaning};
use web::{Answer, App, BackOffice, Caller, Failure, Form, PRODUCTS, Path, Permission, Route, back_office};

/// The most that a timeline shows.
const MOMENTS: i64 = 100;

/// What was typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Typed {
    slug: String,
    name: String,
    description: String,
    features: String,
    price: String,
    interval: String,
    hsn: String,
    tax_bps: String,
    active: Option<String>,
}

impl Typed {
    fn of(product: &Product) -> Self {
        Self {
            slug: product.slug.clone(),
            name: product.name.clone(),
            description: product.description.clone(),
            features: product.features.0.join("\n"),
            price: product.price().decimal(),
            interval: product.interval.to_string(),
            hsn: product.hsn.clone(),
            tax_bps: product.tax_bps.map(|bps| bps.to_string()).unwrap_or_default(),
            active: product.active.then(|| "on".to_owned()),
        }
    }

    fn price(&self, currency: Currency) -> Result<Money> {
        Money::typed(&self.price, currency).ok_or_else(|| Error::field("price.minor", "an amount such as 199.00"))
    }

    fn interval(&self) -> Result<Interval> {
        self.interval.parse().map_err(|_| Error::field("interval", "once, month or year"))
    }

    fn tax(&self) -> Result<Option<i64>> {
        web::filter_part("tax_bps", Some(self.tax_bps.as_str()), "one of the rates")
    }

    fn features(&self) -> Vec<String> {
        self.features.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
    }

    fn create(&self, currency: Currency) -> Result<CreateProduct> {
        Ok(CreateProduct {
            slug: self.slug.trim().to_owned(),
            name: self.name.clone(),
            description: self.description.clone(),
            features: self.features(),
            active: self.active.is_some(),
            hsn: self.hsn.clone(),
            tax_bps: self.tax()?,
            price: self.price(currency)?,
            interval: self.interval()?,
        })
    }

    fn change(&self, id: ProductId, currency: Currency) -> Result<ChangeProduct> {
        Ok(ChangeProduct {
            id,
            name: Some(self.name.clone()),
            description: Some(self.description.clone()),
            features: Some(self.features()),
            active: Some(self.active.is_some()),
            hsn: Some(self.hsn.clone()),
            tax_bps: Some(self.tax()?),
            price: Some(self.price(currency)?),
            interval: Some(self.interval()?),
        })
    }
}

async fn new(State(app): State<App>, caller: Caller) -> Answer<Html<String>> {
    let currency = currency(&app, &caller).await?;
    let typed = Typed { active: Some("on".to_owned()), interval: Interval::Once.to_string(), ..Typed::default() };
    let form = form(&caller, currency, None, &typed, None);
    Ok(fresh(&app, &caller, form))
}

async fn create(State(app): State<App>, caller: Caller, Form(typed): Form<Typed>) -> Answer<Response> {
    let currency = currency(&app, &caller).await?;
    let outcome = match typed.create(currency) {
        Ok(create) => app.db.run(&caller.who, create).await,
        Err(error) => Err(error),
    };
    match refused(outcome)? {
        Ok(product) => Ok(Redirect::to(&format!("{PRODUCTS}/{}?done=made", product.id)).into_response()),
        Err(wrong) => {
            let form = form(&caller, currency, None, &typed, Some(&wrong));
            Ok((status(&wrong.0), fresh(&app, &caller, form)).into_response())
        }
    }
}

fn fresh(app: &App, caller: &Caller, body: Markup) -> Html<String> {
    let lead = html! { "It gets a page of its own in your shop." };
    let page =
        BackOffice { title: "New product", lead, action: Markup::default(), place: PRODUCTS, crumbs: &[("Products", PRODUCTS)], body };
    back_office(app, caller, page)
}

async fn show(State(app): State<App>, caller: Caller, Path(id): Path<ProductId>, uri: Uri) -> Answer<Html<String>> {
    let product = queries::product_by_id(&mut app.db.read_main(caller.tenant()), id).await?.ok_or_else(|| Error::not_found("product"))?;
    let saved = uri.query().is_some_and(|query| query.starts_with("done="));
    let form = form(&caller, product.currency, Some(id), &Typed::of(&product), None);
    let notice = html! { @if saved { (Alert::new(Meaning::Good, "It is saved.")) } };
    Ok(page(&app, &caller, &product, html! { (notice) (form) }).await?)
}

async fn change(State(app): State<App>, caller: Caller, Path(id): Path<ProductId>, Form(typed): Form<Typed>) -> Answer<Response> {
    let product = queries::product_by_id(&mut app.db.read_main(caller.tenant()), id).await?.ok_or_else(|| Error::not_found("product"))?;
    let outcome = match typed.change(id, product.currency) {
        Ok(change) => app.db.run(&caller.who, change).await,
        Err(error) => Err(error),
    };
    match refused(outcome)? {
        Ok(_) => Ok(Redirect::to(&format!("{PRODUCTS}/{id}?done=saved")).into_response()),
        Err(wrong) => {
            let form = form(&caller, product.currency, Some(id), &typed, Some(&wrong));
            Ok((status(&wrong.0), page(&app, &caller, &product, form).await?).into_response())
        }
    }
}

async fn page(app: &App, caller: &Caller, product: &Product, form: Markup) -> Result<Html<String>> {
    let calendar = Calendar::new(&caller.time_zone, app.db.clock().now());
    let happened = store::journal::timeline(&mut caller.read(app), product.id.uuid(), MOMENTS).await?;
    let moments: Vec<_> = happened.iter().rev().map(audit::moment).collect();
    let body = html! {
        (form)
        @if !moments.is_empty() { (ui::section("What happened", "", ui::timeline(&calendar, &moments))) }
    };
    let lead = html! { (offered(product.active)) " " (ui::money(product.price())) " " "" (changed(product.price_version)) };
    let action = html! { @if product.active { (Button::quiet("See it in the shop").href(format!("/buy/{}", product.slug))) } };
    let crumbs = [("Products", PRODUCTS)];
    Ok(back_office(app, caller, BackOffice { title: &product.name, lead, action, place: PRODUCTS, crumbs: &crumbs, body }))
}

fn changed(version: i64) -> String {
    match version {
        1 => "since the beginning.".to_owned(),
        2 => "after one change of price.".to_owned(),
        more => format!("after {} changes of price.", more - 1),
    }
}

fn form(caller: &Caller, currency: Currency, id: Option<ProductId>, typed: &Typed, wrong: Option<&Failure>) -> Markup {
    let action = id.map_or_else(|| format!("{PRODUCTS}/new"), |id| format!("{PRODUCTS}/{id}"));
    html! {
        @if let Some(wrong) = wrong { (Alert::new(Meaning::Bad, "It is not saved yet").body(html! { p { (wrong.0.message()) } })) }
        form method="post" action=(action) {
            (ui::csrf(caller.csrf()))
            (ui::section("What it is", "", words(typed, id.is_none(), wrong)))
            (ui::section("What it costs", "", price(typed, currency, wrong)))
            @if caller.may(Permission::CatalogueWrite) { (ui::actions(html! { (Button::primary("Save")) })) }
        }
    }
}

fn words(typed: &Typed, new: bool, wrong: Option<&Failure>) -> Markup {
    let error = |field: &str| field_error(wrong, field);
    html! {
        (Field::text("name", "Name").value(typed.name.as_str()).required().error(error("name")))
        @if new {
            (Field::text("slug", "Address").value(typed.slug.as_str()).required().error(error("slug")).placeholder("gold-plan")
                .help("Small letters, digits and hyphens; its page is /buy/gold-plan. It stays."))
        }
        (Field::area("description", "Description", 3).value(typed.description.as_str()).error(error("description")))
        (Field::area("features", "What it has, a line each", 4).value(typed.features.as_str()).error(error("features")))
        (Field::checkbox("active", "The shop offers it", typed.active.is_some()))
    }
}

fn price(typed: &Typed, currency: Currency, wrong: Option<&Failure>) -> Markup {
    let error = |field: &str| field_error(wrong, field);
    let rates = std::iter::once((String::new(), "The shop's".to_owned())).chain(RATES.map(|bps| (bps.to_string(), percent(bps))));
    let intervals = [("once", "Once"), ("month", "Each month"), ("year", "Each year")];
    html! {
        (ui::beside([
            Field::money("price", "Price, tax included", currency).value(typed.price.as_str()).required().error(error("price.minor")).help("For orders from now on."),
            Field::select("interval", "Paid", intervals).value(typed.interval.as_str()).error(error("interval")),
        ]))
        (ui::beside([
            Field::text("hsn", "HSN or SAC").value(typed.hsn.as_str()).error(error("hsn")).placeholder("0401").help("Stands on invoices from now on."),
            Field::select("tax_bps", "Tax", rates).value(typed.tax_bps.as_str()).error(error("tax_bps")),
        ]))
    }
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/admin/products/new", Permission::CatalogueWrite, new).page().says("New product", ""),
        Route::post("/admin/products/new", Permission::CatalogueWrite, create).page().says("New product", "Makes it."),
        Route::get("/admin/products/{id}", Permission::CatalogueRead, show).page().says("A product", ""),
        Route::post("/admin/products/{id}", Permission::CatalogueWrite, change).page().says("A product", "Changes it."),
    ]
}
