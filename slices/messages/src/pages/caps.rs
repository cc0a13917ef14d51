//! `/admin/messages/caps`: how often one person is written to by what sells something, and how many people WhatsApp takes in a day.

use crate::caps::{self, Cap, SetCaps};
use crate::daily;
use axum::extract::State;
use axum::response::{Html, IntoResponse, Redirect, Response};
use facts::messages::Channel;
use maud::{Markup, html};
use std::collections::HashMap;
use store::Result;
use web::page::{field_error, refused};
use web::problem::status;
use web::ui::{self, Button, Field};
use web::{Answer, App, BackOffice, Caller, Failure, Form, Permission, Route, back_office, filter_part};

const HERE: &str = "/admin/messages/caps";
/// What is said of WhatsApp's own limit.
const TIERS: &str = "Meta lets an account begin with 250 at first, later with 1,000, 10,000 and more: its WhatsApp Manager says how many. \
     A campaign to more of them says so before it goes out, or takes several days. Leave it empty where you have no limit.";
/// The row of the form that is about all channels together.
const ALL: &str = "all";

/// What the form says: `<row>_most` and `<row>_days`, and `people`.
type Typed = HashMap<String, String>;

/// The rows of the form: each channel by itself, and all of them together.
fn rows() -> impl Iterator<Item = (&'static str, Option<Channel>)> {
    [(ALL, None)].into_iter().chain(Channel::ALL.iter().map(|channel| (channel.as_str(), Some(*channel))))
}

fn typed(set: &[Cap], people: Option<i64>) -> Typed {
    let of = |channel| set.iter().find(move |cap| cap.channel == channel && cap.class.is_none());
    let fields = rows().filter_map(|(row, channel)| Some((row, of(channel)?)));
    let caps = fields.flat_map(|(row, cap)| [(format!("{row}_most"), cap.most.to_string()), (format!("{row}_days"), cap.days.to_string())]);
    caps.chain(people.map(|people| ("people".to_owned(), people.to_string()))).collect()
}

/// What the form says; a row without a number has no cap.
fn read(typed: &Typed) -> Result<SetCaps> {
    let mut all = Vec::new();
    let number = |field: &str| typed.get(field).map(|text| text.trim());
    for (row, channel) in rows() {
        let (most, days) = (format!("{row}_most"), format!("{row}_days"));
        let Some(most) = filter_part(&most, number(&most), "a whole number from 1 to 1000, or nothing")? else { continue };
        let days = filter_part(&days, number(&days), "a number of days from 1 to 31")?.unwrap_or(1);
        all.push(Cap { channel, class: None, most, days });
    }
    let people = filter_part("people", number("people"), "a whole number from 1 to 1000000, or nothing")?.unwrap_or(0);
    Ok(SetCaps { caps: all, people })
}

async fn show(State(app): State<App>, caller: Caller) -> Answer<Html<String>> {
    let mut read = caller.read(&app);
    let (set, people) = (caps::of(&mut read).await?, daily::daily_people(&mut read).await?);
    Ok(page(&app, &caller, &typed(&set, people), None))
}

fn page(app: &App, caller: &Caller, typed: &Typed, wrong: Option<&Failure>) -> Html<String> {
    let may = caller.may(Permission::TenantWrite);
    let field = |name: String, label: &str| {
        let value = typed.get(&name).map_or("", String::as_str);
        let field = Field::input("number", name.clone(), label).value(value).error(field_error(wrong, &name));
        if may { field } else { field.off() }
    };
    let title = |channel: Option<Channel>| channel.map_or("All of them together", |channel| channel.title());
    let row = |row: &str, channel| -> Markup {
        let fields = [field(format!("{row}_most"), "At most"), field(format!("{row}_days"), "In so many days")];
        ui::section(title(channel), "", ui::beside(fields))
    };
    let body = html! {
        p { "Whatever campaigns, journeys and reminders somebody is in: what would be one too many is not sent to them, and says so. "
            "Orders, bills, codes and answers always go. Leave a row empty where there is no limit." }
        form method="post" action=(HERE) {
            (ui::csrf(caller.csrf()))
            @for (name, channel) in rows() { (row(name, channel)) }
            (ui::section("How many people WhatsApp takes", "", field("people".to_owned(), "Different people in 24 hours").help(TIERS)))
            @if may { (ui::actions(Button::primary("Save"))) }
        }
    };
    let page = BackOffice {
        title: "How often",
        lead: html! { "How many offers one person gets." },
        action: Markup::default(),
        place: "/admin/messages",
        crumbs: &[("Messages", "/admin/messages"), ("Channels", "/admin/messages/channels")],
        body,
    };
    back_office(app, caller, page)
}

async fn save(State(app): State<App>, caller: Caller, Form(typed): Form<Typed>) -> Answer<Response> {
    let done = match read(&typed) {
        Ok(limits) => app.db.run(&caller.who, limits).await,
        Err(error) => Err(error),
    };
    match refused(done)? {
        Ok(()) => Ok(Redirect::to(HERE).into_response()),
        Err(failure) => {
            let code = status(&failure.0);
            Ok((code, page(&app, &caller, &typed, Some(&failure))).into_response())
        }
    }
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(HERE, Permission::MessagesRead, show)
            .page()
            .says("How often people are written to", "The most offers that one person gets."),
        Route::post(HERE, Permission::TenantWrite, save)
            .page()
            .says("Say how often people are written to", "At most so many in so many days."),
    ]
}
