//! `/admin/templates`: each type on two channels, each on or off.

use super::look;
use crate::commands::SaveTemplate;
use crate::queries;
use crate::template::Template;
use crate::types::MessageType;
use axum::extract::State;
use axum::response::{Html, Redirect};
use facts::messages::Channel;
use maud::{Markup, html};
use serde::Deserialize;
use web::ui::{self, Badge, Button, Calendar, Column, Meaning, Row, Table};
use web::{Answer, App, BackOffice, Caller, Form, Path2, Permission, Route};

async fn page(State(app): State<App>, caller: Caller) -> Answer<Html<String>> {
    let all = queries::templates(&mut caller.read(&app)).await?;
    let calendar = Calendar::new(&caller.time_zone, app.db.clock().now());
    let off = all.iter().filter(|template| !template.active).count();
    let changed = all.iter().filter(|template| template.version > 0).count();
    let lead = html! {
        (all.len()) " texts, "
        @if changed == 0 { "all as Origin came with them" } @else { (changed) " changed by you" }
        @if off > 0 { ", " (off) " switched off" } "."
    };
    let may = caller.may(Permission::MessagesWrite);
    let body = html! {
        @for channel in Channel::ALL {
            (ui::section(channel.title(), Markup::default(), table(&caller, may, &calendar, *channel, &all)))
        }
    };
    let page = BackOffice {
        title: "Templates",
        lead,
        action: Markup::default(),
        place: "/admin/messages",
        crumbs: &[("Messages", "/admin/messages")],
        body,
    };
    Ok(web::back_office(&app, &caller, page))
}

fn table(caller: &Caller, may: bool, calendar: &Calendar, channel: Channel, all: &[Template]) -> Markup {
    let columns = vec![
        Column::text("type", "Message").matters(),
        Column::text("says", "Tells the customer"),
        Column::text("active", "Sent").matters(),
        Column::text("changed", "Changed"),
        Column::text("do", "What to do"),
    ];
    let rows = all.iter().filter(|template| template.channel == channel).map(|template| {
        let cells = [
            html! { (look::words(template.kind.as_str())) },
            html! { (template.kind.says()) },
            on_or_off(template),
            html! { @if template.version > 0 { (calendar.time(template.updated_at)) } @else { "Never" } },
            html! { @if may { (switch(caller, template)) } },
        ];
        Row::new(template.kind, cells).href(address(template))
    });
    let name = match channel {
        Channel::Whatsapp => "WhatsApp templates",
        Channel::Email => "E-mail templates",
        Channel::Sms => "SMS templates",
        Channel::Push => "Push templates",
    };
    html! { (Table::new(name, &ui::Query::parse("/admin/templates", ""), columns).rows(rows)) }
}

pub(super) fn address(template: &Template) -> String {
    format!("/admin/templates/{}/{}", template.kind, template.channel)
}

pub(super) fn on_or_off(template: &Template) -> Markup {
    let badge = if template.active { Badge::new(Meaning::Good, "On") } else { Badge::new(Meaning::Neutral, "Off") };
    html! { (badge) }
}

/// The button that switches a template on or off.
fn switch(caller: &Caller, template: &Template) -> Markup {
    let (label, active) = if template.active { ("Switch off", "false") } else { ("Switch on", "true") };
    let action = format!("{}/switch", address(template));
    ui::post(&action, caller.csrf(), Button::quiet(label).small().value("active", active))
}

#[derive(Debug, Deserialize)]
struct Switch {
    active: bool,
}

async fn switch_template(
    State(app): State<App>,
    caller: Caller,
    Path2(kind, channel): Path2<MessageType, Channel>,
    Form(switch): Form<Switch>,
) -> Answer<Redirect> {
    let command = SaveTemplate { active: Some(switch.active), ..SaveTemplate::of(kind, channel) };
    app.db.run(&caller.who, command).await?;
    Ok(Redirect::to("/admin/templates"))
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/admin/templates", Permission::MessagesRead, page).page(),
        Route::post("/admin/templates/{type}/{channel}/switch", Permission::MessagesWrite, switch_template).page(),
    ]
}
