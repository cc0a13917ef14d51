//! `/admin/experiments/new` and `/admin/experiments/{id}/edit`: writing an experiment, without script.

use super::HERE;
use super::draft::{Draft, Line, Typed};
use super::words::{capital, subject};
use crate::figures::in_points;
use crate::model::{Subject, Whole};
use crate::queries;
use axum::extract::State as Of;
use axum::response::{Html, IntoResponse, Redirect, Response};
use catalogue::Product;
use facts::ExperimentId;
use maud::{Markup, html};
use store::Result;
use web::page::{field_error, refused};
use web::problem::status;
use web::ui::{self, Alert, Button, Field, Meaning};
use web::{Answer, App, BackOffice, Caller, Failure, Form, Path, Permission, Route, back_office, form_key, sent_form};

/// The differences that the form offers, in basis points.
const MATTERS: [i64; 6] = [10, 50, 100, 200, 500, 1_000];

async fn new(Of(app): Of<App>, caller: Caller) -> Answer<Html<String>> {
    page(&app, &caller, None, &Draft::blank(form_key(&app)), None).await
}

async fn products(app: &App, caller: &Caller) -> Result<Vec<Product>> {
    catalogue::products(&mut app.db.read_main(caller.tenant())).await
}

async fn edit(Of(app): Of<App>, caller: Caller, Path(id): Path<ExperimentId>) -> Answer<Html<String>> {
    let whole = queries::whole(&mut app.db.read_main(caller.tenant()), id).await?;
    page(&app, &caller, Some(id), &Draft::of(&whole), None).await
}

async fn saved(app: &App, caller: &Caller, id: Option<ExperimentId>, draft: &Draft) -> Result<Whole> {
    let command = draft.save(id, &products(app, caller).await?)?;
    if id.is_some() {
        return app.db.run(&caller.who, command).await;
    }
    let key = sent_form(&draft.key, &format!("POST {HERE}/new"), &command)?;
    Ok(app.db.run_once(&caller.who, key, command).await?.out)
}

async fn save(app: &App, caller: &Caller, id: Option<ExperimentId>, typed: &Typed) -> Answer<Response> {
    let draft = Draft::typed(typed);
    match refused(saved(app, caller, id, &draft).await)? {
        Ok(whole) => Ok(Redirect::to(&format!("{HERE}/{}", whole.experiment.id)).into_response()),
        Err(failure) => Ok((status(&failure.0), page(app, caller, id, &draft, Some(&failure)).await?).into_response()),
    }
}

async fn make(Of(app): Of<App>, caller: Caller, Form(typed): Form<Typed>) -> Answer<Response> {
    save(&app, &caller, None, &typed).await
}

async fn change(Of(app): Of<App>, caller: Caller, Path(id): Path<ExperimentId>, Form(typed): Form<Typed>) -> Answer<Response> {
    save(&app, &caller, Some(id), &typed).await
}

async fn page(app: &App, caller: &Caller, id: Option<ExperimentId>, draft: &Draft, wrong: Option<&Failure>) -> Answer<Html<String>> {
    let products = products(app, caller).await?;
    let deeds = segments::deeds(&mut caller.read(app)).await?;
    let action = id.map_or(format!("{HERE}/new"), |id| format!("{HERE}/{id}/edit"));
    let body = html! {
        @if let Some(wrong) = wrong { (Alert::new(Meaning::Bad, "It was not saved").body(html! { p { (wrong.0.message()) } })) }
        form method="post" action=(action) {
            (ui::csrf(caller.csrf()))
            (ui::hidden("key", &draft.key))
            (ui::section("What is compared", "", what(draft, &products, wrong)))
            (ui::section("What it is for", "", goal(draft, &deeds, wrong)))
            (ui::section("The variants", "", html! {
                p { "The first is the one that the others are held against. Whoever falls to one with a tick gets nothing. Rows without a name are left out. Where prices of a product are compared, each says its own, and the first what it costs now." }
                @if let Some(says) = field_error(wrong, "prices") { p role="alert" { "Prices: " (says) } }
                @for (at, line) in draft.shown().iter().enumerate() { (row(at, line, wrong)) }
            }))
            (ui::actions(html! { (Button::primary("Save")) (Button::bare("Back").href(id.map_or(HERE.to_owned(), |id| format!("{HERE}/{id}")))) }))
        }
    };
    let title = if draft.name.is_empty() { "New experiment" } else { draft.name.as_str() };
    let lead = html! { "Settle what you ask before anybody is counted: it stays as it is once the experiment has begun." };
    let crumbs = [("Experiments", HERE)];
    Ok(back_office(app, caller, BackOffice { title, lead, action: Markup::default(), place: HERE, crumbs: &crumbs, body }))
}

fn what(draft: &Draft, products: &[Product], wrong: Option<&Failure>) -> Markup {
    let sold = products.iter().map(|product| (product.slug.clone(), format!("{}, {} now", product.name, product.price())));
    let sold = [(String::new(), "No prices".to_owned())].into_iter().chain(sold);
    let subjects = Subject::ALL.iter().map(|one| (one.as_str(), subject(*one)));
    html! {
        (Field::text("name", "Name").value(&draft.name).required().placeholder("Price of the starter box").error(field_error(wrong, "name")))
        (ui::beside([
            Field::select("subject", "What it compares", subjects).value(&draft.subject).error(field_error(wrong, "subject")),
            Field::text("about", "Its id").value(&draft.about).help("Of the campaign, journey or product. May stay empty.")
                .error(field_error(wrong, "about")),
        ]))
        (Field::select("product", "Whose prices it compares", sold).value(&draft.product).error(field_error(wrong, "product").or(field_error(wrong, "prices.product")))
            .help("Each browser in your shop is asked the price that it falls to, and always the same one. Compared is what each visitor brings."))
    }
}

fn goal(draft: &Draft, deeds: &[(String, String)], wrong: Option<&Failure>) -> Markup {
    let typed: Option<i64> = draft.matters_bps.parse().ok();
    let own = typed.filter(|bps| !MATTERS.contains(bps));
    let matters = MATTERS.into_iter().chain(own).map(|bps| (bps.to_string(), in_points(bps)));
    html! {
        (ui::beside([
            Field::select("goal", "What people are to do", deeds.iter().map(|(name, words)| (name.clone(), capital(words))))
                .value(&draft.goal).error(field_error(wrong, "goal")),
            Field::input("number", "within_days", "Within how many days").value(&draft.within_days).required()
                .error(field_error(wrong, "within_days")),
        ]))
        (ui::beside([
            Field::input("number", "minimum", "People for each variant").value(&draft.minimum).required()
                .help("Nothing is said before each was met by so many.").error(field_error(wrong, "minimum")),
            Field::select("matters_bps", "The smallest difference that matters", matters).value(&draft.matters_bps)
                .help("Of a hundred people; of prices, of each hundred of the highest. What is surely smaller is called no difference.").error(field_error(wrong, "matters_bps")),
        ]))
    }
}

fn row(at: usize, line: &Line, wrong: Option<&Failure>) -> Markup {
    let error = |part: &str| field_error(wrong, &format!("variants[{at}].{part}")).map(str::to_owned);
    let of_all = field_error(wrong, "variants").filter(|_| at == 0).map(str::to_owned);
    let label = if at == 0 { "Control".to_owned() } else { format!("Variant {}", at + 1) };
    ui::beside([
        Field::text(format!("name{at}"), label).value(&line.name).error(error("name").or(of_all)),
        Field::text(format!("weight{at}"), "Weight").value(&line.weight).placeholder("1").error(error("weight")),
        Field::text(format!("price{at}"), "Price").value(&line.price).error(field_error(wrong, &format!("price{at}")).map(str::to_owned)),
        Field::checkbox(format!("holdout{at}"), "Gets nothing", line.holdout),
    ])
}

pub(super) fn routes() -> Vec<Route> {
    use Permission::MessagesWrite;
    vec![
        Route::get("/admin/experiments/new", MessagesWrite, new).page().says("New experiment", "The form."),
        Route::post("/admin/experiments/new", MessagesWrite, make).page().says("Save an experiment", "A new one."),
        Route::get("/admin/experiments/{id}/edit", MessagesWrite, edit).page().says("Change an experiment", "The form."),
        Route::post("/admin/experiments/{id}/edit", MessagesWrite, change).page().says("Save an experiment", "A draft."),
    ]
}
