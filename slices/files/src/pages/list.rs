//! The list of files, and the form that adds one.

use super::HERE;
use crate::api::{Narrow, listed};
use crate::model::Kept;
use crate::queries::{self, Comes};
use crate::receive::receive;
use crate::rules;
use crate::world::{Sold, World};
use axum::extract::State;
use axum::response::{Html, IntoResponse, Redirect, Response};
use http::{StatusCode, Uri};
use maud::{Markup, html};
use store::{Error, Kind, Result};
use web::ui::{self, Button, Calendar, Column, Empty, Field, Row, Table};
use web::{Answer, App, BackOffice, Caller, Incoming, PRODUCTS, Permission, Query, Route, back_office, product_tabs};

async fn show(State(app): State<App>, caller: Caller, uri: Uri, Query(narrow): Query<Narrow>) -> Answer<Html<String>> {
    Ok(page(&app, &caller, &narrow, uri.query().unwrap_or_default(), None).await?)
}

/// A file from the form. What is refused is said beside it.
async fn add(State(app): State<App>, caller: Caller, incoming: Incoming) -> Answer<Response> {
    match receive(&app, &caller.who, None, incoming).await {
        Ok(file) => Ok(Redirect::to(&format!("{HERE}/{}", file.id)).into_response()),
        Err(error) if matches!(error.kind(), Kind::Invalid | Kind::TooLarge | Kind::Conflict) => {
            let status = if error.kind() == Kind::TooLarge { StatusCode::PAYLOAD_TOO_LARGE } else { StatusCode::UNPROCESSABLE_ENTITY };
            Ok((status, page(&app, &caller, &Narrow::default(), "", Some(&error)).await?).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

async fn page(app: &App, caller: &Caller, narrow: &Narrow, query: &str, error: Option<&Error>) -> Result<Html<String>> {
    let world = app.extra::<World>()?;
    let mut read = app.db.read_main(caller.tenant());
    let listed = listed(&mut read, narrow).await?;
    let comes = queries::products(&mut read).await?;
    let sold = (world.products)(read).await?;
    let here = ui::Query::parse(HERE, query);
    let calendar = Calendar::new(&caller.time_zone, app.db.clock().now());
    let columns = vec![
        Column::text("name", "File").matters(),
        Column::text("products", "Comes with").matters(),
        Column::number("size", "Size"),
        Column::number("downloads", "Downloads"),
        Column::text("added", "Added").optional(),
    ];
    let rows = listed.data.iter().map(|file| row(file, &comes, &sold, &calendar));
    let file = ui::Query::parse("/api/v1/files", query).without("cursor").with("format", "csv");
    let searched = narrow.q.as_deref().is_some_and(|words| !words.trim().is_empty());
    let table = Table::new("Files", &here, columns)
        .find("A part of the name")
        .export(file.to_string())
        .choose_columns()
        .rows(rows)
        .next(listed.next_cursor)
        .empty(empty(searched));
    let body = html! {
        (product_tabs(HERE))
        @if caller.may(Permission::CatalogueWrite) { (ui::section("Add a file", Markup::default(), form(caller.csrf(), error))) }
        (ui::section("All files", Markup::default(), table))
    };
    let lead =
        html! { "What buyers download once they have paid, " (ui::count(u64::try_from(world.uses).unwrap_or(0))) " times at the most." };
    Ok(back_office(app, caller, BackOffice { title: "Files", lead, action: Markup::default(), place: PRODUCTS, crumbs: &[], body }))
}

fn form(csrf: &str, error: Option<&Error>) -> Markup {
    let wrong = error.map(|error| error.fields().first().map_or(error.message(), |field| field.message.as_str()).to_owned());
    html! {
        form method="post" action=(HERE) enctype="multipart/form-data" {
            // The token has to come before the file, which is read while it arrives.
            (ui::csrf(csrf))
            (Field::input("file", "file", "File").required().error(wrong)
                .help("A PDF, an archive, a recording: whatever it is, buyers save it and nobody looks into it. Choose a product for it next."))
            (ui::actions(Button::primary("Add")))
        }
    }
}

fn empty(searched: bool) -> Empty {
    if searched {
        return Empty::new("No file has this in its name", "Look for another part of the name.");
    }
    Empty::new(
        "Nothing to download yet",
        "Add a file above and choose the product that it comes with. Its buyers find it on the page of their order.",
    )
}

fn row(file: &Kept, comes: &[Comes], sold: &[Sold], calendar: &Calendar) -> Row {
    let products: Vec<&str> = comes.iter().filter(|one| one.file_id == file.id).map(|one| title(sold, &one.product)).collect();
    let cells = [
        html! { bdi { (file.name) } },
        html! { @if products.is_empty() { span.quiet { "Nothing yet" } } @else { (products.join(", ")) } },
        html! { (rules::size(file.size)) },
        html! { (ui::count(u64::try_from(file.downloads).unwrap_or(0))) },
        calendar.time(file.created_at),
    ];
    Row::new(file.id, cells).href(format!("{HERE}/{}", file.id))
}

/// What people call a product; its name in addresses where it is no longer for sale.
pub(super) fn title<'a>(sold: &'a [Sold], product: &'a str) -> &'a str {
    sold.iter().find(|sold| sold.slug == product).map_or(product, |sold| sold.name.as_str())
}

pub(super) fn routes(largest: u64) -> Vec<Route> {
    vec![
        Route::get(HERE, Permission::CatalogueRead, show).page().says("Files", ""),
        Route::post(HERE, Permission::CatalogueWrite, add).page().says("Add a file", "").streamed(largest),
    ]
}
