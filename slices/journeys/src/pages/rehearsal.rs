//! `/admin/journeys/{id}/rehearsal`: who would have got what.

use super::HERE;
use crate::api::Span;
use crate::queries;
use crate::rehearsal::{DAYS, Line, Rehearsal, rehearse};
use axum::extract::State as Of;
use axum::response::Html;
use facts::JourneyId;
use maud::{Markup, html};
use web::page::refused;
use web::ui::{self, Alert, Calendar, Column, Empty, Meaning, Row, Stat, Table};
use web::{Answer, App, BackOffice, Caller, Path, Permission, Query, Route, back_office};

/// Messages that the page shows, at most.
const SHOWN: usize = 200;

async fn show(Of(app): Of<App>, caller: Caller, Path(id): Path<JourneyId>, Query(span): Query<Span>) -> Answer<Html<String>> {
    let mut read = caller.read(&app);
    let journey = queries::found(&mut read, id).await?;
    let (days, now) = (span.days()?, app.db.clock().now());
    let done = refused(rehearse(&mut read, &journey, days, now).await)?;
    let calendar = Calendar::new(&caller.time_zone, now);
    let here = format!("{HERE}/{id}/rehearsal");
    let body = html! {
        p { "What is written of this journey, walked by what people did. Nobody is written to. What somebody is like is known as it is today only, "
            "and nobody waits in a line." }
        @match &done {
            Ok(done) => {
                (ui::section("In short", spans(&here, days), ui::stats(figures(done))))
                (ui::section("Who, what and when", "", lines(done, &calendar)))
            }
            Err(failure) => { (Alert::new(Meaning::Attention, "It cannot be rehearsed").body(html! { p { (failure.0.message()) } })) }
        }
    };
    let (title, link) = ("Rehearsal", format!("{HERE}/{id}"));
    let page = BackOffice {
        title,
        lead: html! { "Who would have got what, had it been there." },
        action: Markup::default(),
        place: HERE,
        crumbs: &[("Journeys", HERE), (&journey.name, &link)],
        body,
    };
    Ok(back_office(&app, &caller, page))
}

/// How far back it goes, to choose from.
fn spans(here: &str, days: u32) -> Markup {
    html! {
        nav.chips aria-label="How far back" {
            @for one in DAYS {
                a.chip href={ (here) "?days=" (one) } aria-current=[(one == days).then_some("true")] { "The last " (one) " days" }
            }
        }
    }
}

fn figures(done: &Rehearsal) -> [Stat; 3] {
    let sent = done.lines.iter().filter(|line| line.by.is_ok()).count();
    let count = |count: usize| ui::count(u64::try_from(count).unwrap_or(0));
    let note = if done.more { "the latest; there are more" } else { "would have entered" };
    [
        Stat::new("People", html! { (count(done.people)) }).note(note),
        Stat::new("Messages", html! { (count(sent)) }).note("would have been sent"),
        Stat::new("Left out", html! { (count(done.lines.len() - sent)) }).note("each with the reason below"),
    ]
}

fn lines(done: &Rehearsal, calendar: &Calendar) -> Table {
    let columns = vec![
        Column::text("contact", "Contact").matters(),
        Column::text("at", "When").matters(),
        Column::text("step", "Step"),
        Column::text("by", "How").matters(),
        Column::text("entered", "Entered").optional(),
    ];
    let row = |(nth, line): (usize, &Line)| {
        let by = match &line.by {
            Ok(channel) => html! { (channel.title()) },
            Err(why) => html! { "Not sent: " (why.replace('_', " ")) },
        };
        let name = line.name.as_deref().unwrap_or("Contact");
        let cells = [html! { bdi { (name) } }, calendar.time(line.when), html! { (line.step) }, by, calendar.time(line.entered)];
        Row::new(nth, cells).href(format!("/admin/contacts/{}", line.contact_id))
    };
    Table::new("Messages", &ui::Query::default(), columns)
        .rows(done.lines.iter().take(SHOWN).enumerate().map(row))
        .empty(Empty::new("Nobody would have got anything", "Nobody did what it begins with in these days, or it says nothing."))
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/admin/journeys/{id}/rehearsal", Permission::ContactsRead, show)
            .page()
            .says("Rehearse a journey", "Who would have got what, and when."),
    ]
}
