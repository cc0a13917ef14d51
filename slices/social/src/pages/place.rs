//! `/admin/social/places/{id}`: one place, its test, and what can be done about it.

use super::places::{Typed, form, secret_once, standing, tested};
use super::{HERE, PLACES};
use crate::commands::{ChangePlace, RemovePlace, RotateSecret, TestPlace, Wanted};
use crate::model::{Place, PlaceState, Tested};
use crate::queries;
use axum::extract::State;
use axum::response::{Html, IntoResponse, Redirect, Response};
use facts::SocialPlaceId;
use maud::{Markup, html};
use store::Result;
use web::page::refused;
use web::problem::status;
use web::ui::{self, Alert, Button, Calendar, Dialog, Meaning};
use web::{Answer, App, BackOffice, Caller, Failure, Form, Path, Permission, Route, back_office};

/// How often an open page looks again while a test is out, in seconds.
const EVERY: u32 = 2;

/// What the page shows besides the place.
#[derive(Default)]
struct Shown {
    /// A secret that is told once.
    notice: Markup,
    typed: Option<Typed>,
    wrong: Option<Failure>,
}

async fn show(State(app): State<App>, caller: Caller, Path(id): Path<SocialPlaceId>) -> Answer<Html<String>> {
    page(&app, &caller, id, Shown::default()).await
}

async fn page(app: &App, caller: &Caller, id: SocialPlaceId, shown: Shown) -> Answer<Html<String>> {
    let Shown { notice, typed, wrong } = shown;
    let place = queries::place(&mut app.db.read_main(caller.tenant()), id).await?;
    let calendar = Calendar::new(&caller.time_zone, app.db.clock().now());
    let own = format!("{PLACES}/{id}");
    let known = known(&place, &calendar);
    let typed = typed.unwrap_or_else(|| Typed {
        version: place.version.to_string(),
        name: place.name.clone(),
        kind: place.kind.to_string(),
        address: place.address.clone(),
    });
    let gone = place.reason.is_some();
    let body = html! {
        (notice)
        @if let Some(wrong) = &wrong { (Alert::new(Meaning::Bad, "It was not saved").body(html! { p { (wrong.0.message()) } })) }
        @if gone {
            (Alert::new(Meaning::Bad, "Paused: it answered 410")
                .body(html! { "Whoever runs it says that it is gone for good. Put the new address in, resume it, and send again what did not arrive." }))
        }
        (ui::section("What is known", "", if place.tested == Some(Tested::Waiting) { ui::live(&format!("{own}/part"), EVERY, known) } else { known }))
        (ui::section("Change", "", form(caller, &own, Button::quiet("Save"), &typed, wrong.as_ref())))
        (ui::section("Secret and end", "", ending(&place, &own, caller.csrf())))
    };
    let lead = html! { (standing(&place)) " Posts to " (place.kind.title()) "." };
    let action = ui::post(&format!("{own}/test"), caller.csrf(), Button::primary("Send a test"));
    let crumbs = [("Social posts", HERE), ("Places", PLACES)];
    Ok(back_office(app, caller, BackOffice { title: &place.name, lead, action, place: HERE, crumbs: &crumbs, body }))
}

fn known(place: &Place, calendar: &Calendar) -> Markup {
    ui::detail_list([
        ("Last test", tested(place, calendar)),
        ("Old secret signs until", place.before_until.map(|at| calendar.time(at)).unwrap_or_default()),
        ("Id", ui::id(place.id)),
        ("Added", calendar.time(place.created_at)),
    ])
}

/// What came of its test by now, for the script that keeps the page fresh.
async fn part(State(app): State<App>, caller: Caller, Path(id): Path<SocialPlaceId>) -> Answer<Html<String>> {
    let place = queries::place(&mut app.db.read_main(caller.tenant()), id).await?;
    Ok(Html(known(&place, &Calendar::new(&caller.time_zone, app.db.clock().now())).into_string()))
}

fn ending(place: &Place, own: &str, csrf: &str) -> Markup {
    let (word, says) = match place.state {
        PlaceState::Active => ("pause", "Pause"),
        PlaceState::Paused | PlaceState::Removed => ("resume", "Resume"),
    };
    let dialog = |id: &str, title: &str, says: &str, button: Button| {
        let action = format!("{own}/{id}");
        html! { (Dialog { id, title, body: html! { p { (says) } }, action: &action, csrf, button, typed: None }) }
    };
    let rotate = "For 24 hours each post carries two signatures, one by each secret. Put the new one in its place before that.";
    let remove = "Nothing goes there any more, also nothing that is planned, and its address and secret are forgotten. What went there stays on its posts.";
    html! {
        (ui::actions(html! {
            (Button::quiet("New secret").opens("rotate"))
            (ui::post(&format!("{own}/{word}"), csrf, Button::quiet(says)))
            (Button::quiet("Remove").opens("remove"))
        }))
        (dialog("rotate", "Make a new secret?", rotate, Button::primary("Make it")))
        (dialog("remove", &format!("Remove {}?", place.name), remove, Button::danger("Remove it")))
    }
}

async fn change(State(app): State<App>, caller: Caller, Path(id): Path<SocialPlaceId>, Form(typed): Form<Typed>) -> Answer<Response> {
    let changed = match typed.wanted(&app.outside) {
        Ok(wanted) => app.db.run(&caller.who, ChangePlace { id, version: typed.version.parse().ok(), wanted, active: None }).await,
        Err(error) => Err(error),
    };
    done(&app, &caller, id, changed, Some(typed)).await
}

/// Back to the place, or the place with what is wrong beside the field.
async fn done(app: &App, caller: &Caller, id: SocialPlaceId, outcome: Result<()>, typed: Option<Typed>) -> Answer<Response> {
    match refused(outcome)? {
        Ok(()) => Ok(Redirect::to(&format!("{PLACES}/{id}")).into_response()),
        Err(failure) => {
            let status = status(&failure.0);
            let shown = Shown { typed, wrong: Some(failure), ..Shown::default() };
            Ok((status, page(app, caller, id, shown).await?).into_response())
        }
    }
}

async fn set(app: &App, caller: &Caller, id: SocialPlaceId, active: bool) -> Answer<Response> {
    let wanted = Wanted::new(&app.outside, None, None, None)?;
    let set = app.db.run(&caller.who, ChangePlace { id, version: None, wanted, active: Some(active) }).await;
    done(app, caller, id, set, None).await
}

async fn pause(State(app): State<App>, caller: Caller, Path(id): Path<SocialPlaceId>) -> Answer<Response> {
    set(&app, &caller, id, false).await
}

async fn resume(State(app): State<App>, caller: Caller, Path(id): Path<SocialPlaceId>) -> Answer<Response> {
    set(&app, &caller, id, true).await
}

async fn test(State(app): State<App>, caller: Caller, Path(id): Path<SocialPlaceId>) -> Answer<Response> {
    let sent = app.db.run(&caller.who, TestPlace(id)).await;
    done(&app, &caller, id, sent, None).await
}

async fn rotate(State(app): State<App>, caller: Caller, Path(id): Path<SocialPlaceId>) -> Answer<Html<String>> {
    let secret = app.db.run(&caller.who, RotateSecret { id, vault: app.vault.clone() }).await?;
    // No redirect: the secret is in this answer and nowhere else.
    let notice = html! { (secret_once("New secret made; the old one signs along for 24 hours".to_owned(), &secret)) };
    page(&app, &caller, id, Shown { notice, ..Shown::default() }).await
}

async fn remove(State(app): State<App>, caller: Caller, Path(id): Path<SocialPlaceId>) -> Answer<Redirect> {
    app.db.run(&caller.who, RemovePlace(id)).await?;
    Ok(Redirect::to(PLACES))
}

pub(super) fn routes() -> Vec<Route> {
    use Permission::MessagesWrite;
    vec![
        Route::get("/admin/social/places/{id}", MessagesWrite, show).page().says("A place", "What is known of it."),
        Route::get("/admin/social/places/{id}/part", MessagesWrite, part).page().says("How a place's test went", "By now."),
        Route::post("/admin/social/places/{id}", MessagesWrite, change).page().says("Change a place", "Its name, kind and address."),
        Route::post("/admin/social/places/{id}/test", MessagesWrite, test).page().says("Test a place", "Once."),
        Route::post("/admin/social/places/{id}/rotate", MessagesWrite, rotate).page().says("Make a new secret", "For a place."),
        Route::post("/admin/social/places/{id}/pause", MessagesWrite, pause).page().says("Pause a place", "For now."),
        Route::post("/admin/social/places/{id}/resume", MessagesWrite, resume).page().says("Resume a place", "Posts go there again."),
        Route::post("/admin/social/places/{id}/remove", MessagesWrite, remove).page().says("Remove a place", "For good."),
    ]
}
