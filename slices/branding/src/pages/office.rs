//! `/admin/branding`: the form, the logo, and how it all looks.
//!
//! Two forms and not one: a browser forgets the file that was chosen when a text has to be corrected, and a form of
//! texts stays one that the preview can send.

use super::form::{Typed, form};
use super::sample::drawn;
use crate::commands::{PutLogo, RemoveLogo};
use crate::image::{Image, MOST_BYTES};
use crate::model::Brand;
use crate::queries;
use axum::extract::State;
use axum::response::{Html, IntoResponse, Redirect, Response};
use http::StatusCode;
use maud::{Markup, html};
use store::{Command, Error, Kind};
use web::ui::{self, Alert, Button, Calendar, Field, Meaning};
use web::{ACCOUNT, Answer, App, BackOffice, Caller, Form, Permission, Route, Upload, account_tabs, back_office};

const HERE: &str = "/admin/branding";
/// What stands around a file in a form.
const AROUND: usize = 16 * 1024;

async fn show(State(app): State<App>, caller: Caller) -> Answer<Html<String>> {
    let brand = queries::of(&mut app.db.read_main(caller.tenant())).await?;
    Ok(page(&app, &caller, &brand, &Typed::of(&brand), None))
}

async fn save(State(app): State<App>, caller: Caller, Form(typed): Form<Typed>) -> Answer<Response> {
    done(&app, &caller, Some(typed.clone()), app.db.run(&caller.who, typed.change()).await).await
}

async fn put_logo(State(app): State<App>, caller: Caller, upload: Upload) -> Answer<Response> {
    let bytes = upload.file("logo").map(|file| file.bytes.clone()).unwrap_or_default();
    let saved = match Image::read(bytes) {
        Ok(image) => app.db.run(&caller.who, PutLogo(image)).await,
        Err(error) => Err(error),
    };
    done(&app, &caller, None, saved).await
}

async fn remove_logo(State(app): State<App>, caller: Caller) -> Answer<Response> {
    done(&app, &caller, None, app.db.run(&caller.who, RemoveLogo).await).await
}

/// Back to the page, or the page with what was wrong.
async fn done(app: &App, caller: &Caller, typed: Option<Typed>, saved: store::Result<<PutLogo as Command>::Out>) -> Answer<Response> {
    match saved {
        Ok(_) => {
            queries::forget(app, caller.tenant()).await;
            Ok(Redirect::to(HERE).into_response())
        }
        Err(error) if matches!(error.kind(), Kind::Invalid | Kind::Conflict) => {
            let status = if error.kind() == Kind::Conflict { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY };
            let brand = queries::of(&mut app.db.read_main(caller.tenant())).await?;
            let typed = typed.unwrap_or_else(|| Typed::of(&brand));
            Ok((status, page(app, caller, &brand, &typed, Some(&error))).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

fn page(app: &App, caller: &Caller, brand: &Brand, typed: &Typed, error: Option<&Error>) -> Html<String> {
    let may = caller.may(Permission::TenantWrite);
    let calendar = Calendar::new(&caller.time_zone, app.db.clock().now());
    let body = html! {
        (account_tabs(HERE))
        @if let Some(error) = error { (Alert::new(Meaning::Bad, "Not saved").body(html! { (error.message()) })) }
        (ui::section("Logo", Markup::default(), html! { div.stack { (logo(brand, caller, may, error)) } }))
        (ui::section("Look", Markup::default(), form(typed, caller.csrf(), may, error)))
        (ui::section("As it looks", Markup::default(), ui::preview("as-it-looks", drawn(typed, brand, &caller.tenant_name))))
    };
    let lead = match brand.changed_at.filter(|_| brand.is_chosen()) {
        Some(at) => html! { "Last changed " (calendar.ago(at)) "." },
        None => html! { "Your shop looks as Origin comes. Give it a name, a logo and your colours." },
    };
    back_office(app, caller, BackOffice { title: "Branding", lead, action: Markup::default(), place: ACCOUNT, crumbs: &[], body })
}

fn logo(brand: &Brand, caller: &Caller, may: bool, error: Option<&Error>) -> Markup {
    let wrong = error.and_then(|error| error.fields().iter().find(|wrong| wrong.field == "logo")).map(|wrong| wrong.message.clone());
    html! {
        @match &brand.logo {
            Some(logo) => {
                @let (width, height) = logo.within(240, 56);
                p { img src={ "/admin/branding/logo/" (logo.sha256) } width=(width) height=(height) alt="Your logo"; }
                p { (logo.width) " × " (logo.height) " pixels, " (logo.size.div_ceil(1024)) " KB" }
                @if may { (ui::post("/admin/branding/logo/remove", caller.csrf(), Button::quiet("Take it away").small())) }
            }
            None => { p { "The name stands over the door until you give a logo." } }
        }
        @if may {
            form method="post" action="/admin/branding/logo" enctype="multipart/form-data" {
                // The guard looks for the token in the first part.
                (ui::csrf(caller.csrf()))
                (Field::input("file", "logo", "Picture").required().error(wrong)
                    .help("PNG, JPEG or WebP, at most 512 KB and 2000 × 2000 pixels. PNG is shown by every mail program."))
                (ui::actions(Button::quiet("Upload")))
            }
        }
    }
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(HERE, Permission::TenantRead, show).page().says("Branding", ""),
        Route::post(HERE, Permission::TenantWrite, save).page().says("Save the branding", ""),
        Route::post("/admin/branding/logo", Permission::TenantWrite, put_logo)
            .page()
            .says("Upload a logo", "")
            .body_limit(MOST_BYTES + AROUND),
        Route::post("/admin/branding/logo/remove", Permission::TenantWrite, remove_logo).page().says("Take the logo away", ""),
    ]
}
