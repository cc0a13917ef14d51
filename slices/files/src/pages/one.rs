//! One file: the products that it comes with, and the downloads.

use super::HERE;
use super::list::title;
use crate::api::named;
use crate::commands::{AllowAgain, DeleteFile, SetProductFile};
use crate::model::{Kept, Used};
use crate::queries;
use crate::rules;
use crate::world::{Sold, World};
use axum::extract::State;
use axum::response::{Html, Redirect};
use facts::{FileId, GrantId};
use maud::{Markup, html};
use serde::Deserialize;
use store::{Error, Read, Result};
use web::ui::{self, Button, Calendar, Column, Dialog, Empty, Field, Row, Table};
use web::{Answer, App, BackOffice, Caller, Form, PRODUCTS, Path, Path2, Permission, Route, back_office};

/// Downloads that are shown.
const SHOWN: i64 = 50;

async fn show(State(app): State<App>, caller: Caller, Path(id): Path<FileId>) -> Answer<Html<String>> {
    let world = app.extra::<World>()?;
    let mut read = app.db.read_main(caller.tenant());
    let file = queries::file(&mut read, id).await?.ok_or_else(|| Error::not_found("file"))?;
    let products = queries::products_of(&mut read, id).await?;
    let used = last_used(&mut read, &products).await?;
    let sold = (world.products)(read).await?;
    let may = caller.may(Permission::CatalogueWrite);
    let calendar = Calendar::new(&caller.time_zone, app.db.clock().now());
    let body = html! {
        (ui::detail_list([
            ("Size", html! { (rules::size(file.size)) }),
            ("Kind", html! { (file.media_type) }),
            ("Downloads", html! { (ui::count(u64::try_from(file.downloads).unwrap_or(0))) }),
            ("Added", calendar.time(file.created_at)),
            ("SHA-256", html! { code { (file.sha256) } }),
            ("File id", ui::id(file.id)),
        ]))
        (ui::section("Comes with", Markup::default(), comes_with(&file, &products, &sold, may, caller.csrf())))
        (ui::section("Downloads", Markup::default(), downloads(&used, &sold, &world, may, caller.csrf(), &calendar)))
        @if may { (delete_dialog(&file, &products, &sold, caller.csrf())) }
    };
    let names: Vec<&str> = products.iter().map(|product| title(&sold, product)).collect();
    let lead = html! {
        @if names.is_empty() { "Nobody can buy it yet: choose the product that it comes with." }
        @else { "Buyers of " (names.join(", ")) " download it from the page of their order." }
    };
    let content = format!("/api/v1/files/{}/content", file.id);
    let action = html! { @if may { (Button::quiet("Fetch it").href(content)) (Button::quiet("Delete").opens("delete-file")) } };
    let crumbs = [("Files", HERE)];
    Ok(back_office(&app, &caller, BackOffice { title: &file.name, lead, action, place: PRODUCTS, crumbs: &crumbs, body }))
}

/// The rights to these products that were used last, newest first.
async fn last_used(read: &mut Read, products: &[String]) -> Result<Vec<Used>> {
    let mut used = Vec::new();
    for product in products {
        used.extend(queries::used(read, product, SHOWN).await?);
    }
    used.sort_by_key(|used| std::cmp::Reverse(used.last_used_at));
    used.truncate(usize::try_from(SHOWN).unwrap_or(0));
    Ok(used)
}

fn comes_with(file: &Kept, products: &[String], sold: &[Sold], may: bool, csrf: &str) -> Markup {
    let rest: Vec<(&str, &str)> =
        sold.iter().filter(|sold| !products.contains(&sold.slug)).map(|sold| (sold.slug.as_str(), sold.name.as_str())).collect();
    html! {
        div.stack {
            @for product in products {
                div.actions {
                    span { (title(sold, product)) }
                    @if may {
                        (ui::post(&format!("{HERE}/{}/products/{product}/remove", file.id), csrf, Button::quiet("Take it off").small()))
                    }
                }
            }
            @if products.is_empty() { p { "No product yet." } }
            @if may && !rest.is_empty() {
                form method="post" action={ (HERE) "/" (file.id) "/products" } {
                    (ui::csrf(csrf))
                    (Field::select("product", "Product", rest).required()
                        .help("It comes with this file from now on, and with no other. Whoever has bought it already gets this one too."))
                    (ui::actions(Button::quiet("Add the product")))
                }
            }
        }
    }
}

fn downloads(used: &[Used], sold: &[Sold], world: &World, may: bool, csrf: &str, calendar: &Calendar) -> Markup {
    let columns = vec![
        Column::text("order", "Order").matters(),
        Column::text("product", "Product"),
        Column::number("used", "Downloaded").matters(),
        Column::text("last", "Last"),
        Column::text("again", ""),
    ];
    let rows = used.iter().map(|used| {
        let again = html! {
            @if used.revoked_at.is_some() { "Given back" }
            @else if may { (ui::post(&format!("{HERE}/downloads/{}/again", used.grant_id), csrf, Button::quiet("Allow again").small())) }
        };
        Row::new(
            used.grant_id,
            [
                html! { a href={ "/admin/orders/" (used.order_id) } { (short(&used.order_id.to_string())) } },
                html! { (title(sold, &used.product)) },
                html! { (used.used) " of " (world.uses) },
                calendar.time(used.last_used_at),
                again,
            ],
        )
    });
    let empty = Empty::new("Nobody has downloaded it yet", "Each order's downloads show up here, the last first.");
    html! { (Table::new("Downloads", &ui::Query::default(), columns).rows(rows).empty(empty)) }
}

/// The end of an id.
fn short(id: &str) -> String {
    format!("…{}", &id[id.len().saturating_sub(6)..])
}

/// Names what sells the file, or what will be gone.
fn delete_dialog(file: &Kept, products: &[String], sold: &[Sold], csrf: &str) -> Markup {
    let names: Vec<&str> = products.iter().map(|product| title(sold, product)).collect();
    let body = html! {
        @if names.is_empty() {
            p { "The file is gone for good. " (ui::count(u64::try_from(file.downloads).unwrap_or(0))) " downloads have been made of it; who has it keeps it." }
        } @else {
            p { "It is sold with " strong { (names.join(", ")) } ". Take it off first, or its buyers would find nothing." }
        }
    };
    let button = Button::danger("Delete the file");
    let button = if names.is_empty() { button } else { button.off() };
    let action = format!("{HERE}/{}/delete", file.id);
    html! { (Dialog { id: "delete-file", title: &format!("Delete {}?", file.name), body, action: &action, csrf, button, typed: None }) }
}

#[derive(Debug, Deserialize)]
struct Chosen {
    product: String,
}

async fn add_product(State(app): State<App>, caller: Caller, Path(id): Path<FileId>, Form(chosen): Form<Chosen>) -> Answer<Redirect> {
    let sold = named(&app, &caller, &chosen.product).await?;
    app.db.run(&caller.who, SetProductFile { product: sold.slug, file: Some(id) }).await?;
    Ok(Redirect::to(&format!("{HERE}/{id}")))
}

/// Also of a product that is not for sale any more.
async fn remove_product(State(app): State<App>, caller: Caller, Path2(id, product): Path2<FileId, String>) -> Answer<Redirect> {
    app.db.run(&caller.who, SetProductFile { product, file: None }).await?;
    Ok(Redirect::to(&format!("{HERE}/{id}")))
}

async fn delete(State(app): State<App>, caller: Caller, Path(id): Path<FileId>) -> Answer<Redirect> {
    app.db.run(&caller.who, DeleteFile(id)).await?;
    Ok(Redirect::to(HERE))
}

async fn again(State(app): State<App>, caller: Caller, Path(grant): Path<GrantId>) -> Answer<Redirect> {
    let right = queries::download(&mut app.db.read_main(caller.tenant()), grant).await?.ok_or_else(|| Error::not_found("download"))?;
    app.db.run(&caller.who, AllowAgain(grant)).await?;
    Ok(Redirect::to(&right.file_id.map_or_else(|| HERE.to_owned(), |file| format!("{HERE}/{file}"))))
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/admin/files/{id}", Permission::CatalogueRead, show).page().says("A file", ""),
        Route::post("/admin/files/{id}/products", Permission::CatalogueWrite, add_product).page().says("Choose a product for a file", ""),
        Route::post("/admin/files/{id}/products/{product}/remove", Permission::CatalogueWrite, remove_product)
            .page()
            .says("Take a file off a product", ""),
        Route::post("/admin/files/{id}/delete", Permission::CatalogueWrite, delete).page().says("Delete a file", ""),
        Route::post("/admin/files/downloads/{grant}/again", Permission::CatalogueWrite, again).page().says("Allow downloads again", ""),
    ]
}
