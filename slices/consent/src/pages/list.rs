//! `/admin/consent`: the addresses that are not written to, one added by hand, one lifted.

use super::{CRUMBS, HERE, PLACE, calendar, tabs};
use crate::api::{EXPORTS_A_MINUTE, StopQuery, stop_file};
use crate::commands::{Lift, StopAddress};
use crate::lists::{self, place_of_stop};
use crate::model::{Reason, Suppression};
use axum::extract::{RawQuery, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use facts::SuppressionId;
use facts::consent::{How, Scope};
use facts::messages::Channel;
use maud::{Markup, html};
use serde::Deserialize;
use store::{Error, Result};
use web::page::{field_error, refused};
use web::problem::status;
use web::ui::{self, Alert, Button, Calendar, Column, Dialog, Empty, Field, Meaning, Row, Table};
use web::{Answer, App, BackOffice, Caller, Failure, Form, Listed, Path, Permission, Query, Route, back_office};

/// What was typed, to be shown again with what is wrong.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Typed {
    channel: String,
    address: String,
    scope: String,
    detail: String,
}

async fn show(State(app): State<App>, caller: Caller, Query(query): Query<StopQuery>, RawQuery(raw): RawQuery) -> Answer<Html<String>> {
    page(&app, &caller, &query, raw.as_deref().unwrap_or_default(), &Typed::default(), None).await
}

async fn page(app: &App, caller: &Caller, query: &StopQuery, raw: &str, typed: &Typed, wrong: Option<&Failure>) -> Answer<Html<String>> {
    let paging = query.paging();
    let limit = paging.limit()?;
    // The caller's own change is to be seen at once.
    let rows = lists::suppressions(&mut app.db.read_main(caller.tenant()), &query.filter()?, paging.cursor()?, limit + 1).await?;
    let stops = Listed::new(rows, limit, place_of_stop);
    let (may_add, may_lift) = (caller.may(Permission::ContactsWrite), caller.may(Permission::MessagesWrite));
    let body = html! {
        (tabs(HERE))
        @if let Some(wrong) = wrong { (Alert::new(Meaning::Bad, "It was not saved").body(html! { p { (wrong.0.message()) } })) }
        (table(raw, &calendar(app, caller), &stops, may_lift))
        @if may_lift { @for stop in &stops.data { (lifting(stop, caller.csrf())) } }
        @if may_add { (ui::section("Stop an address", "", add(typed, caller.csrf(), wrong))) }
    };
    Ok(back_office(
        app,
        caller,
        BackOffice {
            title: "Consent",
            lead: html! { "Addresses that are not written to, because somebody wished it or because nothing arrives there." },
            action: Markup::default(),
            place: PLACE,
            crumbs: &CRUMBS,
            body,
        },
    ))
}

/// How far a stop goes, for people.
pub(super) fn scope_words(scope: Scope) -> &'static str {
    match scope {
        Scope::All => "Everything",
        Scope::Marketing => "Offers",
    }
}

fn table(raw: &str, calendar: &Calendar, stops: &Listed<Suppression>, may_lift: bool) -> Table {
    let columns = vec![
        Column::text("address", "Address").matters(),
        Column::text("channel", "Channel").matters(),
        Column::text("scope", "What is stopped").matters(),
        Column::text("reason", "Why").matters(),
        Column::text("since", "Since"),
        Column::text("do", "What to do"),
    ];
    let rows = stops.data.iter().map(|stop| {
        let why = html! {
            (stop.reason.words())
            @if !stop.detail.is_empty() { ": " bdi { (stop.detail) } }
        };
        let lift = html! { @if may_lift { (Button::quiet("Lift").small().opens(format!("lift-{}", stop.id))) } };
        let cells = [
            html! { bdi { (stop.address) } },
            html! { (stop.channel.title()) },
            html! { (scope_words(stop.scope)) },
            why,
            calendar.day(stop.since),
            lift,
        ];
        let row = Row::new(stop.id, cells);
        match stop.contact_id {
            Some(contact) => row.href(format!("/admin/contacts/{contact}/consent")),
            None => row,
        }
    });
    let channels: Vec<(&str, &str, Option<u64>)> = Channel::ALL.iter().map(|channel| (channel.as_str(), channel.title(), None)).collect();
    let scopes: Vec<(&str, &str, Option<u64>)> = Scope::ALL.iter().map(|scope| (scope.as_str(), scope_words(*scope), None)).collect();
    let reasons: Vec<(&str, &str, Option<u64>)> = Reason::ALL.iter().map(|reason| (reason.as_str(), reason.words(), None)).collect();
    let empty = Empty::new(
        "Everybody may be written to",
        "Whoever unsubscribes, writes STOP, or has a mailbox that is closed will be here. Stop an address yourself with the form below.",
    );
    Table::new("Addresses", &ui::Query::parse(HERE, raw), columns)
        .filter("channel", "Channel", &channels)
        .filter("scope", "Stopped", &scopes)
        .filter("reason", "Why", &reasons)
        .find("A part of the address")
        .export(format!("{HERE}.csv?{raw}"))
        .rows(rows)
        .next(stops.next_cursor.as_deref())
        .empty(empty)
}

fn lifting(stop: &Suppression, csrf: &str) -> Markup {
    let (id, action) = (format!("lift-{}", stop.id), format!("{HERE}/{}/lift", stop.id));
    html! {
        (Dialog {
            id: &id,
            title: &format!("Write to {} again?", stop.address),
            body: html! {
                @if stop.reason.is_wish() {
                    p { "Somebody wished that it stops. Lift it only if they asked you to: what you write here is kept as the proof." }
                }
                (Field::text("why", "How you know").of_form(&id).required().placeholder("Asked for it at the till on Monday"))
            },
            action: &action,
            csrf,
            button: Button::danger("Write to it again"),
            typed: None,
        })
    }
}

fn add(typed: &Typed, csrf: &str, wrong: Option<&Failure>) -> Markup {
    let channels = Channel::ALL.iter().map(|channel| (channel.as_str(), channel.title()));
    let scopes = [Scope::Marketing, Scope::All].map(|scope| (scope.as_str(), scope_words(scope)));
    html! {
        form method="post" action=(HERE) {
            (ui::csrf(csrf))
            (ui::beside([
                Field::select("channel", "Channel", channels).value(&typed.channel).required().of_form("add").error(field_error(wrong, "channel")),
                Field::text("address", "Phone or e-mail address").value(&typed.address).required().error(field_error(wrong, "address")),
                Field::select("scope", "Stop", scopes).value(&typed.scope).required().of_form("add").error(field_error(wrong, "scope")),
            ]))
            (Field::text("detail", "How you know").value(&typed.detail).placeholder("Asked on the phone").error(field_error(wrong, "detail")))
            (ui::actions(Button::primary("Stop it")))
        }
    }
}

impl Typed {
    fn read(&self) -> Result<StopAddress> {
        Ok(StopAddress {
            channel: self.channel.parse().map_err(|_| Error::field("channel", "one of the channels"))?,
            address: self.address.clone(),
            scope: self.scope.parse().map_err(|_| Error::field("scope", "all or marketing"))?,
            reason: Reason::ByHand,
            detail: self.detail.clone(),
            how: How::ByHand,
        })
    }
}

/// Back to the list, or the list again with what was wrong.
async fn done<T>(app: &App, caller: &Caller, typed: &Typed, outcome: Result<T>) -> Answer<Response> {
    match refused(outcome)? {
        Ok(_) => Ok(Redirect::to(HERE).into_response()),
        Err(failure) => {
            let page = page(app, caller, &StopQuery::default(), "", typed, Some(&failure)).await?;
            Ok((status(&failure.0), page).into_response())
        }
    }
}

async fn save(State(app): State<App>, caller: Caller, Form(typed): Form<Typed>) -> Answer<Response> {
    let outcome = match typed.read() {
        Ok(stop) => app.db.run(&caller.who, stop).await,
        Err(error) => Err(error),
    };
    done(&app, &caller, &typed, outcome).await
}

/// Why an address may be written to again.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Because {
    why: String,
}

async fn lift(State(app): State<App>, caller: Caller, Path(id): Path<SuppressionId>, Form(because): Form<Because>) -> Answer<Response> {
    let outcome = app.db.run(&caller.who, Lift { id, why: because.why }).await;
    done(&app, &caller, &Typed::default(), outcome).await
}

async fn export(State(app): State<App>, caller: Caller, Query(query): Query<StopQuery>) -> Answer<Response> {
    Ok(stop_file(caller.read(&app), query.filter()?).await?)
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(HERE, Permission::ContactsRead, show).page().says("Consent", "The addresses that are not written to."),
        Route::post(HERE, Permission::ContactsWrite, save).page().says("Stop an address", "By hand."),
        Route::post("/admin/consent/{id}/lift", Permission::MessagesWrite, lift).page().says("Lift a suppression", "With a reason."),
        Route::get("/admin/consent.csv", Permission::ContactsRead, export)
            .page()
            .at_most("EXPORT", EXPORTS_A_MINUTE)
            .says("Suppressed addresses", "As a file."),
    ]
}
