//! `/admin/consent/log`: every word that was said.

use super::list::scope_words;
use super::{CRUMBS, LOG, PLACE, calendar, plain, tabs};
use crate::api::{EXPORTS_A_MINUTE, LogQuery, log_file};
use crate::erased;
use crate::lists::{self, place_of_entry};
use crate::model::{Consent, Entry};
use axum::extract::{RawQuery, State};
use axum::response::{Html, Response};
use facts::consent::How;
use facts::messages::Channel;
use maud::{Markup, Render, html};
use web::ui::{self, Badge, Calendar, Column, Empty, Meaning, Row, Table};
use web::{Answer, App, BackOffice, Caller, Listed, Permission, Query, Route, back_office};

async fn show(State(app): State<App>, caller: Caller, Query(query): Query<LogQuery>, RawQuery(raw): RawQuery) -> Answer<Html<String>> {
    let paging = query.paging();
    let limit = paging.limit()?;
    let rows = lists::log(&mut caller.read(&app), &query.filter()?, paging.cursor()?, limit + 1).await?;
    let entries = Listed::new(rows, limit, place_of_entry);
    let body = html! { (tabs(LOG)) (table(raw.as_deref().unwrap_or_default(), &calendar(&app, &caller), &entries)) };
    Ok(back_office(
        &app,
        &caller,
        BackOffice {
            title: "What was said",
            lead: html! { "Who agreed to be written to, and who objected. Nothing here can be changed." },
            action: Markup::default(),
            place: PLACE,
            crumbs: &CRUMBS,
            body,
        },
    ))
}

fn said(entry: &Entry) -> Markup {
    match entry.said {
        Consent::Given => Badge::new(Meaning::Good, "Given").render(),
        Consent::Withdrawn => Badge::new(Meaning::Neutral, "Withdrawn").render(),
    }
}

/// The last words on one person, without filters.
pub(super) fn of_contact(calendar: &Calendar, entries: &[Entry]) -> Table {
    shown(&ui::Query::default(), calendar, entries)
}

fn shown(here: &ui::Query, calendar: &Calendar, entries: &[Entry]) -> Table {
    let columns = vec![
        Column::text("address", "Address").matters(),
        Column::text("channel", "Channel"),
        Column::text("scope", "What").matters(),
        Column::text("said", "Said").matters(),
        Column::text("how", "How").matters(),
        Column::text("evidence", "Evidence"),
        Column::text("at", "When"),
    ];
    let rows = entries.iter().map(|entry| {
        let cells = [
            html! { @if erased::is_gone(&entry.address) { "Erased" } @else { bdi { (entry.address) } } },
            html! { (entry.channel.title()) },
            html! { (scope_words(entry.scope)) },
            said(entry),
            html! { (plain(entry.how.as_str())) },
            html! { bdi { (entry.evidence) } },
            calendar.time(entry.at),
        ];
        Row::new(entry.id, cells)
    });
    let empty = Empty::new(
        "Nobody has said anything yet",
        "Whoever unsubscribes, writes STOP or START, or agrees to your offers will be here, with when and how.",
    );
    Table::new("Words of consent", here, columns).rows(rows).empty(empty)
}

fn table(raw: &str, calendar: &Calendar, entries: &Listed<Entry>) -> Table {
    let channels: Vec<(&str, &str, Option<u64>)> = Channel::ALL.iter().map(|channel| (channel.as_str(), channel.title(), None)).collect();
    let ways: Vec<(&str, String)> = How::ALL.iter().map(|how| (how.as_str(), plain(how.as_str()))).collect();
    let ways: Vec<(&str, &str, Option<u64>)> = ways.iter().map(|(word, words)| (*word, words.as_str(), None)).collect();
    shown(&ui::Query::parse(LOG, raw), calendar, &entries.data)
        .filter("channel", "Channel", &channels)
        .filter("said", "Said", &[("given", "Given", None), ("withdrawn", "Withdrawn", None)])
        .filter("how", "How", &ways)
        .export(format!("{LOG}.csv?{raw}"))
        .next(entries.next_cursor.as_deref())
}

async fn export(State(app): State<App>, caller: Caller, Query(query): Query<LogQuery>) -> Answer<Response> {
    Ok(log_file(caller.read(&app), query.filter()?).await?)
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(LOG, Permission::ContactsRead, show).page().says("What was said", "On being written to."),
        Route::get("/admin/consent/log.csv", Permission::ContactsRead, export)
            .page()
            .at_most("EXPORT", EXPORTS_A_MINUTE)
            .says("The log of consent", "As a file."),
    ]
}
