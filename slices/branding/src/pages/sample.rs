//! How a brand would look: a piece of the shop, and a mail. What is not saved yet travels in the query.

use super::form::Typed;
use crate::model::{Brand, Mode};
use crate::rules::{self, CONTROL, Standing, TEXT, shown};
use crate::{mail, queries, sheet};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header;
use maud::{Markup, html};
use web::ui::{self, Alert, Button, Colour, Meaning};
use web::{Answer, App, Caller, Form, Permission, Query, Route};

/// The sample of what is being typed, or what is wrong with it.
pub(super) fn drawn(typed: &Typed, brand: &Brand, tenant_name: &str) -> Markup {
    match typed.change().applied(brand) {
        Ok(wanted) => of(typed, &wanted, tenant_name),
        Err(error) => {
            let words: Vec<&str> = error.fields().iter().map(|field| field.message.as_str()).collect();
            html! { (Alert::new(Meaning::Attention, "This cannot be saved yet").body(html! { @for words in words { p { (words) } } })) }
        }
    }
}

fn of(typed: &Typed, brand: &Brand, tenant_name: &str) -> Markup {
    let query = typed.query();
    html! {
        link rel="stylesheet" href={ "/admin/branding/sample.css?" (query) };
        (contrasts(brand))
        div.brand-samples {
            @if brand.mode != Mode::Dark { (shop(brand, tenant_name, "light")) }
            @if brand.mode != Mode::Light { (shop(brand, tenant_name, "dark")) }
        }
        iframe.brand-mail title="A mail as it arrives" src={ "/admin/branding/mail?" (query) } {}
    }
}

/// The ratios, in words.
fn contrasts(brand: &Brand) -> Markup {
    let ground = rules::ground(brand.mode);
    let on = |colour: Colour, needs: f64| shown(Standing::of(colour, ground, needs).ratio);
    let (primary, accent) = (brand.primary_colour, brand.accent_colour);
    let ink = if primary.ink() == Colour::WHITE { "white" } else { "black" };
    ui::detail_list([
        ("Buttons on the page", html! { (on(primary, CONTROL)) ", 3:1 is needed" }),
        ("Words on buttons", html! { (shown(primary.contrast(primary.ink()))) ", in " (ink) }),
        ("Links on the page", html! { (on(accent, TEXT)) ", 4.5:1 is needed" }),
    ])
}

fn shop(brand: &Brand, tenant_name: &str, ground: &str) -> Markup {
    let name = brand.name(tenant_name);
    // The back office fetches the logo from the shop of whoever is signed in.
    let src = brand.logo.as_ref().map(|logo| (format!("/admin/branding/logo/{}", logo.sha256), logo));
    let logo = src.as_ref().map(|(src, logo)| ui::Logo { src, width: logo.width, height: logo.height });
    html! {
        div class={ "brand-sample " (ground) } {
            (ui::sign(name, "#as-it-looks", logo.as_ref()))
            @if !brand.tagline.is_empty() { p { (brand.tagline) } }
            (Button::primary("Continue to pay ₹499.00").href("#as-it-looks"))
            a href="#as-it-looks" { "Follow your order" }
            @if !brand.footer.is_empty() { p { small { (brand.footer) } } }
        }
    }
}

async fn preview(State(app): State<App>, caller: Caller, Form(typed): Form<Typed>) -> Answer<Response> {
    let brand = queries::of(&mut caller.read(&app)).await?;
    Ok(drawn(&typed, &brand, &caller.tenant_name).into_response())
}

async fn css(State(app): State<App>, caller: Caller, Query(typed): Query<Typed>) -> Answer<Response> {
    let wanted = typed.change().applied(&queries::of(&mut caller.read(&app)).await?)?;
    Ok(([(header::CONTENT_TYPE, "text/css; charset=utf-8")], sheet::sample(&wanted)).into_response())
}

/// A mail in a document of its own: it may have styles where our pages may not, and nothing else.
async fn letter(State(app): State<App>, caller: Caller, Query(typed): Query<Typed>) -> Answer<Response> {
    let wanted = typed.change().applied(&queries::of(&mut caller.read(&app)).await?)?;
    let said = html! {
        p { "Hello Asha," }
        p { "✓ We received your payment of " strong { "₹499.00" } " for November 2026 by UPI." }
        p { a href="#" { "Follow your order and get your download" } }
        p { "Thank you." }
    };
    let page = mail::layout(&wanted, wanted.name(&caller.tenant_name), &mail::Pictures::Office, said);
    let headers = [
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; frame-ancestors 'self'"),
        (header::X_FRAME_OPTIONS, "SAMEORIGIN"),
    ];
    Ok((headers, page).into_response())
}

/// The logo for whoever is signed in, under the name of its hash.
async fn logo(State(app): State<App>, caller: Caller, web::Path(sha256): web::Path<String>) -> Answer<Response> {
    let missing = || store::Error::not_found("picture");
    let (content_type, bytes) = queries::picture(&mut caller.read(&app), &sha256).await?.ok_or_else(missing)?;
    let headers = [
        (header::CONTENT_TYPE, content_type.as_str()),
        (header::CACHE_CONTROL, "private, max-age=31536000, immutable"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"),
    ];
    Ok((headers, bytes).into_response())
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/admin/branding/preview", Permission::TenantRead, preview).page(),
        Route::get("/admin/branding/sample.css", Permission::TenantRead, css).page(),
        Route::get("/admin/branding/mail", Permission::TenantRead, letter).page(),
        Route::get("/admin/branding/logo/{sha256}", Permission::TenantRead, logo).page(),
    ]
}
