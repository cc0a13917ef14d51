//! `/admin/social/posts/{id}`: one post, and what each of its places said.

use super::{HERE, PLACES, POSTS, badge, short, standing};
use crate::model::{Delivery, DeliveryState, PlaceState, PostState, Whole};
use crate::{queries, rules};
use axum::extract::State;
use axum::response::Html;
use facts::{Id, SocialPostId};
use maud::{Markup, html};
use store::journal;
use web::ui::{self, Alert, Button, Calendar, Column, Dialog, Meaning, Moment, Row, Table};
use web::{Answer, App, BackOffice, Caller, Failure, Path, Permission, Route, back_office};

/// How often an open page looks again, in seconds.
const EVERY: u32 = 3;
/// How much of a text is its page's title, in characters.
const TITLE: usize = 60;
/// Facts of one post that its page shows.
const MOMENTS: i64 = 40;

async fn show(State(app): State<App>, caller: Caller, Path(id): Path<SocialPostId>) -> Answer<Html<String>> {
    page(&app, &caller, id, None).await
}

/// The page, with what was wrong with what was just tried.
pub(super) async fn page(app: &App, caller: &Caller, id: SocialPostId, wrong: Option<&Failure>) -> Answer<Html<String>> {
    let mut read = app.db.read_main(caller.tenant());
    let whole = queries::whole(&mut read, id).await?;
    let moments: Vec<Moment> = journal::timeline(&mut read, id.uuid(), MOMENTS).await?.iter().rev().map(audit::moment).collect();
    let calendar = Calendar::new(&caller.time_zone, app.db.clock().now());
    let may = caller.may(Permission::MessagesWrite);
    let state = whole.post.state;
    let own = format!("{POSTS}/{id}");
    let places = table(&whole, &calendar);
    let body = html! {
        @if let Some(wrong) = wrong { (Alert::new(Meaning::Bad, "That was not done").body(html! { p { (wrong.0.message()) } })) }
        (cautions(&whole))
        (ui::section("What it says", "", says(&whole)))
        (ui::section("Where", "", if moves(state) { ui::live(&format!("{own}/part"), EVERY, places) } else { html! { (places) } }))
        (ui::section("What happened", "", ui::timeline(&calendar, &moments)))
        @if may && state == PostState::Planned { (cancel(&own, caller.csrf())) }
    };
    let lead = html! { (badge(state)) " " (how(&whole, &calendar)) };
    let action = html! { @if may { (actions(state, &own, caller.csrf())) } };
    let title = short(whole.post.body.lines().next().unwrap_or_default(), TITLE);
    let crumbs = [("Social posts", HERE)];
    Ok(back_office(app, caller, BackOffice { title: &title, lead, action, place: HERE, crumbs: &crumbs, body }))
}

/// How it stands at its places now, for the script that keeps the page fresh.
async fn part(State(app): State<App>, caller: Caller, Path(id): Path<SocialPostId>) -> Answer<Html<String>> {
    let whole = queries::whole(&mut app.db.read_main(caller.tenant()), id).await?;
    Ok(Html(table(&whole, &Calendar::new(&caller.time_zone, app.db.clock().now())).into_string()))
}

/// Whether it changes by itself.
fn moves(state: PostState) -> bool {
    matches!(state, PostState::Planned | PostState::Sending)
}

fn how(whole: &Whole, calendar: &Calendar) -> Markup {
    let at = calendar.time(whole.post.at);
    let taken = whole.deliveries.iter().filter(|delivery| delivery.state == DeliveryState::Sent).count();
    let all = whole.deliveries.len();
    match whole.post.state {
        PostState::Draft => html! { "For " (at) ". Nothing goes out until it is planned." },
        PostState::Planned => html! { "It goes out on " (at) "." },
        PostState::Sending => html! { "On its way since " (at) "." },
        PostState::Sent => html! { "It went out on " (at) ", and every place took it." },
        PostState::Partly | PostState::Failed => html! { "It was to go out on " (at) ": " (taken) " of " (all) " places took it." },
        PostState::Cancelled => html! { "It was to go out on " (at) ". Nothing of it went anywhere." },
    }
}

fn actions(state: PostState, own: &str, csrf: &str) -> Markup {
    let edit = |look: Button| look.href(format!("{own}/edit"));
    match state {
        PostState::Draft => html! {
            (ui::post(&format!("{own}/cancel"), csrf, Button::quiet("Discard")))
            (edit(Button::quiet("Change")))
            (ui::post(&format!("{own}/plan"), csrf, Button::primary("Plan it")))
        },
        PostState::Planned => html! { (Button::quiet("Cancel it").opens("cancel")) (edit(Button::primary("Change"))) },
        PostState::Partly | PostState::Failed => ui::post(&format!("{own}/retry"), csrf, Button::primary("Send it again")),
        PostState::Sending | PostState::Sent | PostState::Cancelled => Markup::default(),
    }
}

fn cancel(own: &str, csrf: &str) -> Markup {
    let action = format!("{own}/cancel");
    let body = html! { p { "Nothing of it goes anywhere, and that cannot be taken back. To move it, change its time." } };
    html! { (Dialog { id: "cancel", title: "Cancel this post?", body, action: &action, csrf, button: Button::danger("Cancel it"), typed: None }) }
}

/// What somebody should know before its time comes.
fn cautions(whole: &Whole) -> Markup {
    if !matches!(whole.post.state, PostState::Draft | PostState::Planned) {
        return Markup::default();
    }
    let of = |delivery: &Delivery| rules::caution(delivery.kind, &whole.post.body, whole.post.picture.is_some());
    let mut all: Vec<String> = whole.deliveries.iter().filter_map(of).collect();
    all.sort();
    all.dedup();
    html! {
        @if !all.is_empty() {
            (Alert::new(Meaning::Attention, "Some places may not show it as it is").body(html! { @for one in all { p { (one) } } }))
        }
    }
}

fn says(whole: &Whole) -> Markup {
    let post = &whole.post;
    let link = |url: &Option<String>| html! { @if let Some(url) = url { a href=(url) rel="noreferrer nofollow" { bdi { (url) } } } };
    html! {
        figure.bubble { blockquote dir="auto" { @for line in post.body.lines() { (line) br; } } }
        @if post.link.is_some() || post.picture.is_some() {
            (ui::detail_list([("Link", link(&post.link)), ("Picture", link(&post.picture))]))
        }
    }
}

/// What each place said.
fn table(whole: &Whole, calendar: &Calendar) -> Markup {
    let columns = vec![
        Column::text("place", "Place").matters(),
        Column::text("state", "State").matters(),
        Column::text("said", "What it said").matters(),
        Column::number("attempts", "Tries"),
        Column::text("at", "Last tried"),
    ];
    let rows = whole.deliveries.iter().map(|delivery| {
        let cells = [
            html! { bdi { (delivery.name) } " (" (delivery.kind.title()) (closed(delivery)) ")" },
            html! { (standing(delivery)) @if let Some(at) = delivery.next_at.filter(|_| delivery.attempts > 0) { " " (calendar.ago(at)) } },
            said(delivery),
            html! { (delivery.attempts) },
            delivery.tried_at.map(|at| calendar.time(at)).unwrap_or_default(),
        ];
        Row::new(delivery.id, cells)
    });
    html! { (Table::new("Places", &ui::Query::parse(PLACES, ""), columns).rows(rows)) }
}

/// What stops a post from going to a place now.
fn closed(delivery: &Delivery) -> &'static str {
    match delivery.place_state {
        PlaceState::Active => "",
        PlaceState::Paused => ", paused",
        PlaceState::Removed => ", removed",
    }
}

fn said(delivery: &Delivery) -> Markup {
    html! {
        @if let Some(status) = delivery.status { (status) " " }
        bdi { (delivery.said) }
        @if delivery.state == DeliveryState::Unknown { " It may have arrived: look there before you send it again." }
    }
}

pub(super) fn routes() -> Vec<Route> {
    use Permission::MessagesRead;
    vec![
        Route::get("/admin/social/posts/{id}", MessagesRead, show).page().says("A social post", "What each of its places said."),
        Route::get("/admin/social/posts/{id}/part", MessagesRead, part).page().says("How a social post stands", "At each of its places."),
    ]
}
