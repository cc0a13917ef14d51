//! `/admin/campaigns`: every campaign.

use super::{HERE, badge, number, words};
use crate::model::{Campaign, State};
use crate::queries;
use axum::extract::{RawQuery, State as Of};
use axum::response::Html;
use maud::{Markup, html};
use serde::Deserialize;
use web::ui::{self, Button, Calendar, Column, Empty, Row, Table};
use web::{Answer, App, BackOffice, Caller, Listed, Paging, Permission, Query, Route, back_office, filter_part};

#[derive(Debug, Default, Deserialize)]
struct ListQuery {
    state: Option<String>,
    limit: Option<String>,
    cursor: Option<String>,
}

async fn list(Of(app): Of<App>, caller: Caller, Query(query): Query<ListQuery>, RawQuery(raw): RawQuery) -> Answer<Html<String>> {
    let paging = Paging { limit: query.limit, cursor: query.cursor };
    let limit = paging.limit()?;
    let state = filter_part::<State>("state", query.state.as_deref(), "a state of campaigns, such as running")?;
    let rows = queries::page(&mut app.db.read_main(caller.tenant()), state.map(State::as_str), paging.cursor()?, limit + 1).await?;
    let page = Listed::new(rows, limit, queries::place_of);
    let calendar = Calendar::new(&caller.time_zone, app.db.clock().now());
    let columns = vec![
        Column::text("name", "Campaign").matters(),
        Column::text("state", "State").matters(),
        Column::text("channels", "By"),
        Column::number("messages", "Messages").matters(),
        Column::text("when", "When").optional(),
    ];
    let may = caller.may(Permission::MessagesWrite);
    let empty = Empty::new(
        "No campaigns yet",
        "A campaign says one thing to many: on WhatsApp, by SMS, by e-mail, as a push message. Who does not want it never gets it.",
    );
    let empty = if may { empty.action("Write a campaign", format!("{HERE}/new")) } else { empty };
    let states = State::ALL.iter().map(|state| (state.as_str(), words(*state).1, None)).collect::<Vec<_>>();
    let body = Table::new("Campaigns", &ui::Query::parse(HERE, &raw.unwrap_or_default()), columns)
        .filter("state", "State", &states)
        .choose_columns()
        .rows(page.data.iter().map(|campaign| row(campaign, &calendar)))
        .next(page.next_cursor)
        .empty(empty);
    let action = html! { @if may { (Button::primary("Write a campaign").href(format!("{HERE}/new"))) } };
    let lead = html! { "One thing that is said to many." };
    Ok(back_office(&app, &caller, BackOffice { title: "Campaigns", lead, action, place: HERE, crumbs: &[], body: html! { (body) } }))
}

fn row(campaign: &Campaign, calendar: &Calendar) -> Row {
    let channels: Vec<&str> = campaign.contents.0.iter().map(|text| text.channel.title()).collect();
    let when: Markup = match (campaign.started_at, campaign.starts_at) {
        (Some(at), _) => calendar.time(at),
        (None, Some(at)) => html! { "From " (calendar.time(at)) },
        (None, None) => html! { "Written " (calendar.day(campaign.created_at)) },
    };
    let messages = html! { @if campaign.frozen > 0 { (number(campaign.sent)) " of " (number(campaign.messages)) } };
    let cells = [html! { bdi { (campaign.name) } }, badge(campaign.state), html! { (channels.join(", ")) }, messages, when];
    Row::new(campaign.id, cells).href(format!("{HERE}/{}", campaign.id))
}

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get(HERE, Permission::MessagesRead, list).page().says("Campaigns", "One thing that is said to many.")]
}
