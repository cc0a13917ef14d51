//! `/admin/webhooks/endpoints/{id}`: one endpoint, how it does, and what can be done about it.

use super::endpoints::{HERE as ABOVE, standing};
use super::form::{Typed, form};
use super::short;
use crate::model::{Endpoint, Reason, Standing};
use crate::queries::{self, DayCount};
use crate::rows::day;
use axum::extract::State;
use axum::response::Html;
use facts::{Time, WebhookEndpointId};
use jiff::civil::Date;
use maud::{Markup, html};
use std::time::Duration;
use store::Error;
use web::ui::{self, Alert, Button, Calendar, Dialog, Field, LineChart, Meaning, Series, Unit};
use web::{ACCOUNT, Answer, App, BackOffice, Caller, Failure, Path, Permission, Route, back_office, webhook_tabs};

/// Days that the chart shows.
const DAYS: u32 = 14;

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get("/admin/webhooks/endpoints/{id}", Permission::WebhooksWrite, show).says("A webhook endpoint", "").page()]
}

/// What the page shows besides the endpoint.
#[derive(Default)]
pub(super) struct Shown {
    /// What was just done, or a secret that is told once.
    pub notice: Markup,
    pub typed: Option<Typed>,
    pub wrong: Option<Failure>,
}

async fn show(State(app): State<App>, caller: Caller, Path(id): Path<WebhookEndpointId>) -> Answer<Html<String>> {
    page(&app, &caller, id, Shown::default()).await
}

pub(super) async fn page(app: &App, caller: &Caller, id: WebhookEndpointId, shown: Shown) -> Answer<Html<String>> {
    let mut read = app.db.read_main(caller.tenant());
    let endpoint = queries::endpoint(&mut read, id).await?.ok_or_else(|| Error::not_found("webhook endpoint"))?;
    let now = app.db.clock().now();
    let since = now.before(Duration::from_secs(u64::from(DAYS - 1) * 86_400));
    let counts = queries::counts_since(&mut read, id, &day(since)).await?;
    let calendar = Calendar::new(&caller.time_zone, now);
    let here = format!("{ABOVE}/{id}");
    let typed = shown.typed.unwrap_or_else(|| Typed::from(&endpoint));
    let body = html! {
        (webhook_tabs(caller, ABOVE))
        (shown.notice)
        (trouble(&endpoint, &calendar))
        (ui::section("How it does", sent(&endpoint), chart(&counts, since, now, &calendar)))
        (ui::section("What is known", "", known(&endpoint, &calendar)))
        (ui::section("Change", "", form(caller, &here, Button::quiet("Save"), &typed, shown.wrong.as_ref())))
        @if endpoint.state == Standing::Enabled { (ui::section("Send again", "", again(caller, &here, since, shown.wrong.as_ref()))) }
        (ui::section("Secret and end", "", ending(&endpoint, caller, &here)))
    };
    let title = short(&endpoint.url);
    let lead = html! { (standing(&endpoint)) " " bdi { (endpoint.description) } };
    let page = BackOffice {
        title: &title,
        lead,
        action: action(caller, &endpoint, &here),
        place: ACCOUNT,
        crumbs: &[("Webhook endpoints", ABOVE)],
        body,
    };
    Ok(back_office(app, caller, page))
}

fn action(caller: &Caller, endpoint: &Endpoint, here: &str) -> Markup {
    html! {
        @if endpoint.state == Standing::Enabled {
            (ui::post(&format!("{here}/test"), caller.csrf(), Button::primary("Send a test event")))
        } @else {
            (ui::post(&format!("{here}/enable"), caller.csrf(), Button::primary("Enable")))
        }
    }
}

fn sent(endpoint: &Endpoint) -> Markup {
    let list = ui::Query::parse("/admin/webhooks/deliveries", "").with("endpoint", &endpoint.id.to_string());
    html! { (Button::quiet("Its deliveries").small().href(list.to_string())) }
}

/// What a person should know about how it stands.
fn trouble(endpoint: &Endpoint, calendar: &Calendar) -> Markup {
    let alert = match (endpoint.state, endpoint.reason, endpoint.failing_since) {
        (Standing::Disabled, Some(Reason::Gone), _) => Alert::new(Meaning::Bad, "Disabled: it answered 410")
            .body(html! { "Whoever runs it says that it is gone for good. Enable it once it is back, and send again what did not arrive." }),
        (Standing::Disabled, Some(Reason::Failing), _) => Alert::new(Meaning::Bad, "Disabled: everything failed for five days")
            .body(html! { "See what its last deliveries were answered, mend that, enable it, and send again what did not arrive." }),
        (Standing::Disabled, ..) => Alert::new(Meaning::Information, "Disabled")
            .body(html! { "Nothing is sent there, and what happens meanwhile is not kept for it." }),
        (_, _, Some(since)) => Alert::new(Meaning::Attention, "It takes nothing").body(
            html! {
                "Every call has failed since " (calendar.time(since)) ". Each event is tried eight times within about a day; after five days of this the endpoint is disabled."
                @if endpoint.ordered { " Its events come in order, so the one that fails holds back all that came after it." }
            },
        ),
        _ => return Markup::default(),
    };
    html! { (alert) }
}

/// Two lines over the last days; each day is one of UTC, as the counts are.
fn chart(counts: &[DayCount], since: Time, now: Time, calendar: &Calendar) -> Markup {
    let date = |at: Time| day(at).parse::<Date>().unwrap_or_default();
    let days: Vec<Date> = date(since).series(jiff::Span::new().days(1)).take_while(|day| *day <= date(now)).collect();
    let of = |day: &Date| counts.iter().find(|count| count.day == day.to_string());
    let line = |name: &str, value: fn(&DayCount) -> i64| Series {
        name: name.to_owned(),
        points: days.iter().map(|day| Some(of(day).map_or(0, value))).collect(),
    };
    let sum = |value: fn(&DayCount) -> i64| counts.iter().map(value).sum::<i64>();
    let (delivered, failed) = (sum(|count| count.delivered), sum(|count| count.failed));
    let sentence = match (delivered, failed) {
        (0, 0) => return html! { p { "Nothing has arrived or failed for good in the last " (DAYS) " days." } },
        (_, 0) => format!("All {delivered} events of the last {DAYS} days arrived."),
        (0, _) => format!("None of {failed} events of the last {DAYS} days arrived."),
        _ => format!("{delivered} events arrived in the last {DAYS} days, {failed} did not."),
    };
    let series = vec![line("Delivered", |count| count.delivered), line("Failed", |count| count.failed)];
    let times = days.iter().map(|day| calendar.date_text(*day)).collect();
    html! { (LineChart { sentence, each: "Day", unit: Unit::Count, times, series }) }
}

fn known(endpoint: &Endpoint, calendar: &Calendar) -> Markup {
    let kinds = endpoint.kinds().map_or_else(|| "everything".to_owned(), |kinds| kinds.join(", "));
    ui::detail_list([
        ("Address", html! { bdi { (endpoint.url) } }),
        ("Events", html! { (kinds) }),
        ("Order", html! { (if endpoint.ordered { "one at a time, in the order in which things happened" } else { "as they come" }) }),
        ("Calls a second", html! { "at most " (endpoint.per_second) }),
        ("Id", ui::id(endpoint.id)),
        ("Old secret signs until", endpoint.before_until.map(|at| calendar.time(at)).unwrap_or_default()),
        ("Made", calendar.time(endpoint.created_at)),
        ("Changed", calendar.time(endpoint.updated_at)),
    ])
}

fn again(caller: &Caller, here: &str, since: Time, wrong: Option<&Failure>) -> Markup {
    html! {
        p { "Events keep the id that they had, so a receiver that knows one already can tell. What is on its way is left alone." }
        form method="post" action={ (here) "/replay" } {
            (ui::csrf(caller.csrf()))
            (Field::input("date", "since", "Made since").required().value(day(since)).error(web::page::field_error(wrong, "since")))
            (Field::checkbox("delivered", "Those that arrived as well", false))
            (ui::actions(Button::quiet("Send again")))
        }
    }
}

fn ending(endpoint: &Endpoint, caller: &Caller, here: &str) -> Markup {
    let dialog = |id: &str, title: &str, says: &str, button: Button| {
        let action = format!("{here}/{id}");
        html! { (Dialog { id, title, body: html! { p { (says) } }, action: &action, csrf: caller.csrf(), button, typed: None }) }
    };
    html! {
        (ui::actions(html! {
            (Button::quiet("New secret").opens("rotate"))
            @if endpoint.state == Standing::Enabled { (Button::quiet("Disable").opens("disable")) }
            (Button::quiet("Remove").opens("remove"))
        }))
        (dialog("rotate", "Make a new secret?", "For 24 hours each event carries two signatures, one by each secret. Put the new one in its place before that.", Button::primary("Make it")))
        (dialog("disable", "Disable this endpoint?", "Nothing is sent there any more. What is on its way is called off, and what happens meanwhile is not kept for it.", Button::primary("Disable it")))
        (dialog("remove", "Remove this endpoint?", "Nothing is sent there any more, and its secret is forgotten. What was sent stays in the list.", Button::danger("Remove it")))
    }
}
