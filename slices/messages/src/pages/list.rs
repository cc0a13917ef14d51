//! `/admin/messages`: what needs a person first, then everything, newest first.

use super::look;
use super::recover::{self, Recovery};
use crate::api::Narrow;
use crate::commands::{CloseMessage, ResendMessage};
use crate::model::State as Reached;
use crate::queries::{self, Line};
use crate::reason::reason;
use axum::extract::{OriginalUri, State};
use axum::response::{Html, Redirect};
use channels::Class;
use facts::MessageId;
use facts::messages::Channel;
use maud::{Markup, html};
use web::ui::{self, Button, Calendar, Column, Empty, Row, Table};
use web::{Answer, App, BackOffice, Caller, Listed, Path, Permission, Query, Route};

/// What failures mean, as people say it.
const CLASSES: [(Class, &str); 4] = [
    (Class::Transient, "The provider could not do it then"),
    (Class::Permanent, "It was refused for good"),
    (Class::Unknown, "Nobody knows what became of it"),
    (Class::Suppressed, "The reader has stopped it"),
];

/// The most messages that are shown as needing a person.
const URGENT: i64 = 20;

async fn show(State(app): State<App>, caller: Caller, OriginalUri(uri): OriginalUri, Query(narrow): Query<Narrow>) -> Answer<Html<String>> {
    page(&app, &caller, &narrow, uri.query().unwrap_or_default(), &Recovery::default()).await
}

/// The page, with what became of the wish to send what came to nothing once more.
pub(super) async fn page(app: &App, caller: &Caller, narrow: &Narrow, raw: &str, recovery: &Recovery) -> Answer<Html<String>> {
    let here = ui::Query::parse("/admin/messages", raw);
    let mut read = caller.read(app);
    let limit = narrow.paging().limit()?;
    let rows = queries::list(&mut read, &narrow.filter()?, narrow.paging().cursor()?, limit + 1).await?;
    let listed = Listed::new(rows, limit, Line::cursor);
    let urgent = queries::for_a_person(&mut read, URGENT).await?;
    let waiting: i64 = queries::standing(&mut read)
        .await?
        .iter()
        .filter(|standing| matches!(standing.state, Reached::Queued | Reached::Scheduled))
        .map(|standing| standing.messages)
        .sum();
    let calendar = Calendar::new(&caller.time_zone, app.db.clock().now());
    let may = caller.may(Permission::MessagesWrite);
    let body = html! {
        (recover::said(recovery))
        @if !urgent.is_empty() && narrow.cursor.is_none() { (needs_person(caller, may, &calendar, &urgent)) }
        @if may && !urgent.is_empty() { (recover::dialog(caller, narrow, recovery)) }
        (table(&here, &calendar, &listed))
    };
    Ok(web::back_office(
        app,
        caller,
        BackOffice {
            title: "Messages",
            lead: lead(urgent.len(), waiting),
            action: html! {
                // The page behind this address stands in a slice above.
                (Button::quiet("Codes").href("/admin/messages/codes"))
                (Button::quiet("Channels").href("/admin/messages/channels"))
                (Button::quiet("Templates").href("/admin/templates").icon(ui::Icon::Templates))
            },
            place: "/admin/messages",
            crumbs: &[],
            body,
        },
    ))
}

fn lead(urgent: usize, waiting: i64) -> Markup {
    let urgent = match urgent {
        0 => "Nothing needs you".to_owned(),
        1 => "1 message needs you".to_owned(),
        many if many as i64 == URGENT => format!("{many} or more messages need you"),
        many => format!("{many} messages need you"),
    };
    let waiting = match waiting {
        0 => "none is waiting to go".to_owned(),
        1 => "1 is on its way".to_owned(),
        many => format!("{many} are on their way"),
    };
    html! { (urgent) ", " (waiting) "." }
}

/// Messages that nothing happens to by itself, each with what can be done.
fn needs_person(caller: &Caller, may: bool, calendar: &Calendar, urgent: &[Line]) -> Markup {
    let columns = vec![
        Column::text("message", "Message").matters(),
        Column::text("state", "State").matters(),
        Column::text("reason", "Why"),
        Column::text("at", "Since"),
        Column::text("do", "What to do"),
    ];
    let rows = urgent.iter().map(|line| {
        let cells = [
            html! { (look::words(&line.template)) " to " bdi { (look::address(line.channel, &line.address)) } },
            ui::badge(line.state.as_str()),
            html! { (reason(line.reason.as_deref().unwrap_or_default())) },
            calendar.time(line.updated_at),
            html! { @if may { (deeds(caller, line.id, line.state)) } },
        ];
        Row::new(line.id, cells).href(format!("/admin/messages/{}", line.id))
    });
    let here = ui::Query::parse("/admin/messages", "");
    let all = html! { @if may { (Button::quiet("Send them again").small().opens(recover::DIALOG)) } };
    ui::section("Needs you", all, html! { (Table::new("Messages that need you", &here, columns).rows(rows)) })
}

/// The buttons for a message that came to nothing.
pub(super) fn deeds(caller: &Caller, id: MessageId, state: Reached) -> Markup {
    let droppable = matches!(state, Reached::Dead | Reached::Failed | Reached::Unknown);
    html! {
        div.actions {
            (ui::post(&format!("/admin/messages/{id}/resend"), caller.csrf(), Button::quiet("Resend").small()))
            @if droppable { (ui::post(&format!("/admin/messages/{id}/drop"), caller.csrf(), Button::bare("Drop").small())) }
        }
    }
}

fn table(here: &ui::Query, calendar: &Calendar, listed: &Listed<Line>) -> Markup {
    let columns = vec![
        Column::text("to", "To").matters(),
        Column::text("type", "Message"),
        Column::text("channel", "Channel").optional(),
        Column::text("state", "State").matters(),
        Column::text("about", "About").optional(),
        Column::text("at", "Made"),
    ];
    let rows = listed.data.iter().map(|line| {
        let cells = [
            html! { bdi { (look::address(line.channel, &line.address)) } },
            html! { (look::words(&line.template)) },
            html! { (line.channel.title()) },
            ui::badge(line.state.as_str()),
            html! { @if let Some(about) = line.about { (look::about(&line.template, about)) } },
            calendar.time(line.created_at),
        ];
        Row::new(line.id, cells).href(format!("/admin/messages/{}", line.id))
    });
    let states: Vec<(&str, String)> = Reached::ALL
        .iter()
        .filter(|state| **state != Reached::Sending)
        .map(|state| (state.as_str(), look::words(state.as_str())))
        .collect();
    let states: Vec<(&str, &str, Option<u64>)> = states.iter().map(|(value, words)| (*value, words.as_str(), None)).collect();
    let channels: Vec<(&str, &str, Option<u64>)> = Channel::ALL.iter().map(|channel| (channel.as_str(), channel.title(), None)).collect();
    let classes: Vec<(&str, &str, Option<u64>)> = CLASSES.iter().map(|(class, says)| (class.as_str(), *says, None)).collect();
    let file = ui::Query::parse("/api/v1/notifications/history", "").with("format", "csv");
    let file = ["state", "channel", "class", "type", "q", "order_id", "campaign_id"]
        .into_iter()
        .filter_map(|key| here.get(key).map(|value| (key, value)))
        .fold(file, |file, (key, value)| file.with(key, value));
    let table = Table::new("Messages", here, columns)
        .rows(rows)
        .filter("state", "State", &states)
        .filter("channel", "Channel", &channels)
        .filter("class", "Why it failed", &classes)
        .find("A whole phone number or e-mail address")
        .choose_columns()
        .export(file.to_string())
        .next(listed.next_cursor.clone())
        .empty(
            Empty::new("No messages yet", "When an order is paid, its customer is told, and the message shows up here.")
                .action("Look at the templates", "/admin/templates"),
        );
    html! { (table) }
}

async fn resend(State(app): State<App>, caller: Caller, Path(id): Path<MessageId>) -> Answer<Redirect> {
    let done = app.db.run(&caller.who, ResendMessage(id)).await?;
    Ok(Redirect::to(&format!("/admin/messages/{}", done.id)))
}

async fn drop_message(State(app): State<App>, caller: Caller, Path(id): Path<MessageId>) -> Answer<Redirect> {
    app.db.run(&caller.who, CloseMessage(id)).await?;
    Ok(Redirect::to("/admin/messages"))
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/admin/messages", Permission::MessagesRead, show).page(),
        Route::post("/admin/messages/{id}/resend", Permission::MessagesWrite, resend).page(),
        Route::post("/admin/messages/{id}/drop", Permission::MessagesWrite, drop_message).page(),
    ]
}
