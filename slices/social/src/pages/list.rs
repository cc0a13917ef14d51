//! `/admin/social/posts`: every post, narrowed by state, place and day, and as a file.

use super::{HERE, POSTS, badge, short, standing, tabs, words};
use crate::api::Narrow;
use crate::model::{Place, PostState, Whole};
use crate::queries;
use axum::extract::{RawQuery, State};
use axum::response::Html;
use maud::{Markup, html};
use web::ui::{self, Button, Calendar, Column, Empty, Field, Row, Table};
use web::{Answer, App, BackOffice, Caller, Listed, Permission, Query, Route, back_office};

/// How much of a text stands in a row, in characters.
const SHORT: usize = 80;

async fn list(State(app): State<App>, caller: Caller, Query(narrow): Query<Narrow>, RawQuery(raw): RawQuery) -> Answer<Html<String>> {
    let paging = narrow.paging();
    let limit = paging.limit()?;
    let mut read = caller.read(&app);
    let places = queries::places(&mut read).await?;
    let rows = queries::page(&mut read, &narrow.filter(&caller.zone())?, paging.cursor()?, limit + 1).await?;
    let page = Listed::new(rows, limit, Whole::cursor);
    let calendar = Calendar::new(&caller.time_zone, app.db.clock().now());
    let here = ui::Query::parse(POSTS, &raw.unwrap_or_default());
    let may = caller.may(Permission::MessagesWrite);
    let narrows = ["place", "from", "to"].iter().any(|key| here.get(key).is_some());
    let body = html! {
        (tabs(&caller, POSTS))
        (ui::section("Posts", form(&here, &narrow, &places), table(&here, page, &calendar, (!narrows).then(|| empty(may)))))
    };
    let lead = html! { "The last to go out first. Days are those of " (caller.time_zone) "." };
    let action = html! { @if may && !places.is_empty() { (Button::primary("New post").href(format!("{POSTS}/new"))) } };
    let crumbs = [("Social posts", HERE)];
    Ok(back_office(&app, &caller, BackOffice { title: "All posts", lead, action, place: HERE, crumbs: &crumbs, body }))
}

fn empty(may: bool) -> Empty {
    let empty = Empty::new("No posts yet", "What you write ahead stands here, from its draft to what each place said.");
    if may { empty.action("Write a post", format!("{POSTS}/new")) } else { empty }
}

/// Narrows it to a place and to days; the state is kept.
fn form(here: &ui::Query, narrow: &Narrow, places: &[Place]) -> Markup {
    let value = |text: &Option<String>| text.clone().unwrap_or_default();
    let every = std::iter::once((String::new(), "Everywhere".to_owned()));
    let choices = every.chain(places.iter().map(|place| (place.id.to_string(), place.name.clone())));
    html! {
        details.drop {
            summary class="button quiet small" { "Narrow" }
            form.panel action=(POSTS) {
                @if let Some(state) = here.get("state") { (ui::hidden("state", state)) }
                (Field::select("place", "Place", choices).value(value(&narrow.place)))
                (Field::input("date", "from", "From").value(value(&narrow.from)))
                (Field::input("date", "to", "To").value(value(&narrow.to)))
                (ui::actions(Button::quiet("Show these").small()))
            }
        }
    }
}

fn table(here: &ui::Query, page: Listed<Whole>, calendar: &Calendar, empty: Option<Empty>) -> Markup {
    let columns = vec![
        Column::text("text", "Post").matters(),
        Column::text("at", "Goes out").matters(),
        Column::text("state", "State").matters(),
        Column::text("places", "Where").optional(),
    ];
    let states: Vec<(&str, &str, Option<u64>)> = PostState::ALL.iter().map(|state| (state.as_str(), words(*state).1, None)).collect();
    let export = here.to_string().split_once('?').map_or_else(String::new, |(_, query)| query.to_owned());
    let export = ui::Query::parse("/api/v1/social/posts", &export).without("cursor").with("format", "csv");
    let table = Table::new("Posts", here, columns)
        .filter("state", "State", &states)
        .choose_columns()
        .export(export.to_string())
        .rows(page.data.iter().map(|whole| row(whole, calendar)))
        .next(page.next_cursor);
    // Narrowed by what no chip tells of, a list without a row is no first step.
    let table = match empty {
        Some(empty) => table.empty(empty),
        None => table,
    };
    html! { (table) }
}

fn row(whole: &Whole, calendar: &Calendar) -> Row {
    let post = &whole.post;
    let places = html! {
        @for (number, delivery) in whole.deliveries.iter().enumerate() {
            @if number > 0 { br; }
            bdi { (delivery.name) } " " (standing(delivery))
        }
    };
    let cells = [html! { bdi { (short(&post.body, SHORT)) } }, calendar.time(post.at), badge(post.state), places];
    Row::new(post.id, cells).href(format!("{POSTS}/{}", post.id))
}

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get(POSTS, Permission::MessagesRead, list).page().says("All posts", "Narrowed by state, place and day.")]
}
