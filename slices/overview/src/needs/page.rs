//! `/admin/needs`: what was given up, with the ways on beside it.

use super::{Buried, SetAside, buried, set_aside};
use axum::extract::State;
use axum::response::{Html, Redirect};
use facts::{ErrandId, FactId};
use maud::{Markup, html};
use store::errand::{Drop, Redrive};
use store::{Error, RunAgain};
use web::ui::{self, Button, Calendar, Column, Query, Row, Table};
use web::{Answer, App, BackOffice, Caller, Path, Path2, Reactions, back_office};

pub(crate) async fn show(State(app): State<App>, caller: Caller) -> Answer<Html<String>> {
    let mut read = caller.read(&app);
    let errands = buried(&mut read).await?;
    let facts = set_aside(&mut read).await?;
    let calendar = Calendar::new(&caller.time_zone, app.db.clock().now());
    let body = html! {
        (ui::section("Given up", html! {}, errand_table(&errands, &calendar, caller.csrf())))
        @if !facts.is_empty() {
            (ui::section("Set aside", html! { "The facts that follow were reacted to; these were not." }, fact_table(&facts, &calendar, caller.csrf())))
        }
    };
    let lead = match errands.len() + facts.len() {
        0 => html! { "Nothing waits for you." },
        1 => html! { "One thing waits for you." },
        count => html! { (count) " things wait for you." },
    };
    let page = BackOffice { title: "Needs you", lead, action: html! {}, place: "/admin", crumbs: &[("Overview", "/admin")], body };
    Ok(back_office(&app, &caller, page))
}

fn errand_table(errands: &[Buried], calendar: &Calendar, csrf: &str) -> Markup {
    let columns = vec![
        Column::text("what", "What").matters(),
        Column::text("why", "Why it was given up").matters(),
        Column::number("tries", "Failures"),
        Column::text("since", "Since"),
        Column::text("then", "What now"),
    ];
    let rows = errands.iter().map(|errand| {
        let act = |word: &str| format!("/admin/needs/errands/{}/{word}", errand.id);
        Row::new(
            errand.id,
            [
                html! { (words(&errand.name)) },
                html! { (errand.note.as_deref().unwrap_or("no reason was given")) },
                html! { (errand.failures) },
                calendar.time(errand.created_at),
                html! {
                    (ui::post(&act("retry"), csrf, Button::quiet("Try again").small()))
                    (ui::post(&act("drop"), csrf, Button::bare("Drop").small()))
                },
            ],
        )
    });
    let table = Table::new("Given up", &Query::parse("/admin/needs", ""), columns).rows(rows);
    html! { (table.empty(ui::Empty::new("Nothing was given up", "Payments and messages that cannot be carried out end up here, each with its reason."))) }
}

fn fact_table(facts: &[SetAside], calendar: &Calendar, csrf: &str) -> Markup {
    let columns = vec![
        Column::text("reaction", "What failed").matters(),
        Column::text("fact", "Because of"),
        Column::text("why", "Why").matters(),
        Column::text("since", "Since"),
        Column::text("then", "What now"),
    ];
    let rows = facts.iter().map(|fact| {
        let again = format!("/admin/needs/facts/{}/{}/retry", fact.reaction, fact.fact_id);
        let cells = [
            html! { (words(&fact.reaction)) },
            ui::id(fact.fact_id),
            html! { (fact.error) },
            calendar.time(fact.set_aside_at),
            ui::post(&again, csrf, Button::quiet("Run again").small()),
        ];
        Row::new(fact.fact_id, cells)
    });
    html! { (Table::new("Set aside", &Query::parse("/admin/needs", ""), columns).rows(rows)) }
}

/// `deliver_message` as people say it.
fn words(name: &str) -> String {
    let text = name.replace('_', " ");
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

pub(crate) async fn retry(State(app): State<App>, caller: Caller, Path(id): Path<ErrandId>) -> Answer<Redirect> {
    app.db.run(&caller.who, Redrive(id)).await?;
    Ok(Redirect::to("/admin/needs"))
}

pub(crate) async fn discard(State(app): State<App>, caller: Caller, Path(id): Path<ErrandId>) -> Answer<Redirect> {
    app.db.run(&caller.who, Drop(id)).await?;
    Ok(Redirect::to("/admin/needs"))
}

pub(crate) async fn run_again(State(app): State<App>, caller: Caller, Path2(name, fact_id): Path2<String, FactId>) -> Answer<Redirect> {
    let known = app.extra::<Reactions>()?;
    let reaction = known.0.iter().find(|reaction| reaction.name() == name).cloned().ok_or_else(|| Error::not_found("reaction"))?;
    app.db.run(&caller.who, RunAgain { reaction, fact_id }).await?;
    Ok(Redirect::to("/admin/needs"))
}
