//! `/admin/campaigns/{id}`: whom it goes to, who is left out and why, how far it is, and what became of it.

use super::{HERE, badge, compared, doubt, number, timed, tracked, why};
use crate::api::{EXPORTS_A_MINUTE, ListQuery, as_file};
use crate::cost::Cost;
use crate::daily::{self, Over};
use crate::model::{AUDIENCE, CAPPED, Campaign, Count, EXCLUDED, FORECAST, Recipient, STANDS, State};
use crate::{cost, queries};
use axum::extract::{RawQuery, State as Of};
use axum::response::{Html, Response};
use facts::messages::Channel;
use facts::{CampaignId, ContactId, Id, Time};
use maud::{Markup, html};
use std::collections::{BTreeMap, HashMap};
use store::{Look, Result};
use tracking::Figures;
use web::ui::{self, Alert, Bar, BarChart, Button, Calendar, Column, Dialog, Empty, Field, Meaning, Row, Stat, Step, Table, Unit};
use web::{Answer, App, BackOffice, Caller, Failure, Listed, Path, Permission, Query, Route, back_office};

/// How often progress is looked at, in seconds.
const EVERY: u32 = 2;

async fn show(
    Of(app): Of<App>,
    caller: Caller,
    Path(id): Path<CampaignId>,
    Query(query): Query<ListQuery>,
    RawQuery(raw): RawQuery,
) -> Answer<Html<String>> {
    page(&app, &caller, id, &query, &raw.unwrap_or_default(), None).await
}

/// The page, with what was wrong with what was just tried.
pub(super) async fn page(
    app: &App,
    caller: &Caller,
    id: CampaignId,
    query: &ListQuery,
    raw: &str,
    wrong: Option<&Failure>,
) -> Answer<Html<String>> {
    let paging = query.paging();
    let limit = paging.limit()?;
    let mut read = app.db.read_main(caller.tenant());
    let campaign = queries::found(&mut read, id).await?;
    let counts = queries::counts(&mut read, id).await?;
    let rows = queries::recipients(&mut read, &campaign, &query.which()?, paging.cursor()?, limit + 1).await?;
    let listed = Listed::new(rows, limit, queries::place);
    let ids: Vec<ContactId> = listed.data.iter().map(|one| one.contact_id).collect();
    let names = contacts::known(&mut read, &ids).await?;
    let now = app.db.clock().now();
    let calendar = Calendar::new(&caller.time_zone, now);
    let may = caller.may(Permission::MessagesWrite);
    let cost = cost::of(&mut read, &campaign, &counts).await?;
    let compared = compared::of(&mut read, id).await?;
    let hours = timed::section(&mut read, &campaign, now).await?;
    let figures = tracking::figures(&mut read, id.uuid()).await?;
    let progress = progress(&campaign, &counts, cost.as_ref(), &figures);
    let over = over(&mut read, &campaign, &counts, now).await?;
    let capped = doubt::capped(&campaign, sum(&counts, FORECAST, CAPPED));
    let doubt = if wrong.is_none() { doubt::of(app, caller, &campaign).await? } else { None };
    let body = html! {
        @if let Some(doubt) = doubt { (doubt) }
        @if let Some(over) = over.filter(|_| wrong.is_none()) { (doubt::over(&campaign, over)) }
        @if let Some(capped) = capped { (capped) }
        @if let Some(wrong) = wrong { (Alert::new(Meaning::Bad, "That was not done").body(html! { p { (wrong.0.message()) } })) }
        (ui::stepper(&steps(campaign.state)))
        @if goes_on(campaign.state) { (ui::live(&format!("{HERE}/{id}/progress"), EVERY, progress)) } @else { (progress) }
        (hours)
        (ui::section("What it says", html! {
            @if may && matches!(campaign.state, State::Draft | State::Ready) { (Button::bare("Compare texts").small().href(format!("{HERE}/{id}/texts"))) " " }
            @if may { (Button::quiet("Send it to yourself").small().opens("test")) }
        }, texts(&campaign)))
        @if let Some(compared) = compared { (ui::section("What it says to whom", "", compared)) }
        @if campaign.state != State::Draft { (ui::section("Recipients", "", table(&campaign, &names, &calendar, raw, listed))) }
        @if may { (test(&campaign, caller.csrf())) (send(&campaign, cost.as_ref(), over, caller.csrf())) }
    };
    let lead = html! { (badge(campaign.state)) " " (says(&campaign, &calendar)) };
    let action = html! { @if may { (actions(&campaign, caller.csrf())) } };
    let crumbs = [("Campaigns", HERE)];
    Ok(back_office(app, caller, BackOffice { title: &campaign.name, lead, action, place: HERE, crumbs: &crumbs, body }))
}

/// What stands against sending one that is ready in one day.
async fn over(look: &mut impl Look, campaign: &Campaign, counts: &[Count], now: Time) -> Result<Option<Over>> {
    if campaign.state != State::Ready {
        return Ok(None);
    }
    daily::over(look, campaign, counts, now).await
}

/// Whether it changes by itself.
fn goes_on(state: State) -> bool {
    matches!(state, State::Freezing | State::Scheduled | State::Running)
}

fn says(campaign: &Campaign, calendar: &Calendar) -> Markup {
    match campaign.state {
        State::Draft => html! { "Count whom it would reach, and send it when you are content." },
        State::Freezing => html! { "It is gone through who is written to. Nothing is sent by that." },
        State::Ready => html! { "Nothing is sent yet. From here on the audience stays as it is, whatever happens to the lists." },
        State::Scheduled => html! { @if let Some(at) = campaign.starts_at { "It goes out from " (calendar.time(at)) " on." } },
        State::Running => html! { "Each recipient gets it once, outside their quiet hours." },
        State::Paused => html! { "Nobody is left out by a pause, and nobody gets it twice." },
        State::Done => html! { "All of it is on its way." },
        State::Cancelled => html! { "What was sent by then stays sent." },
    }
}

fn steps(state: State) -> [(&'static str, Step); 4] {
    use Step::{Ahead, Current, Done, Failed};
    let at = match state {
        State::Draft => [Current, Ahead, Ahead, Ahead],
        State::Freezing => [Done, Current, Ahead, Ahead],
        State::Ready | State::Scheduled => [Done, Done, Current, Ahead],
        State::Running | State::Paused => [Done, Done, Done, Current],
        State::Done => [Done; 4],
        State::Cancelled => [Done, Done, Failed, Ahead],
    };
    [("Write", at[0]), ("Count", at[1]), ("Decide", at[2]), ("Send", at[3])]
}

/// How many of what a word counts, over all channels.
fn sum(counts: &[Count], about: &str, word: &str) -> i64 {
    counts.iter().filter(|count| count.about == about && count.word == word).map(|count| count.number).sum()
}

/// How far it is, in figures; fetched anew while it goes on.
fn progress(campaign: &Campaign, counts: &[Count], cost: Option<&Cost>, figures: &Figures) -> Markup {
    if campaign.frozen == 0 {
        return Markup::default();
    }
    let out = counts.iter().filter(|count| count.about == AUDIENCE && count.word != "waiting").map(|count| count.number).sum();
    let stats = [
        Stat::new("People", html! { (number(campaign.people)) }).note("of the audience"),
        Stat::new("Messages", html! { (number(campaign.messages)) }).note("that it sends"),
        Stat::new("Left out", html! { (number(out)) }).note("each with the reason below"),
    ];
    let spent = cost.map(|cost| match campaign.sent {
        0 => Stat::new("WhatsApp costs", ui::money(cost.whole)).note("about, by your price of today"),
        _ => Stat::new("WhatsApp cost", ui::money(cost.spent)).note(format!("so far, of about {} in all", cost.whole)),
    });
    let whole = |count: i64| u64::try_from(count).unwrap_or(0);
    html! {
        @if matches!(campaign.state, State::Running | State::Paused) { (ui::progress("On their way", whole(campaign.sent), whole(campaign.messages))) }
        (ui::stats(stats.into_iter().chain(spent)))
        @if out > 0 { (left_out(counts)) }
        @if campaign.sent > 0 { (became(counts)) }
        (tracked::figures(campaign, figures))
    }
}

/// Who is left out, by reason.
fn left_out(counts: &[Count]) -> Markup {
    let mut reasons: BTreeMap<&str, i64> = BTreeMap::new();
    for count in counts.iter().filter(|count| count.about == AUDIENCE && count.word != "waiting") {
        *reasons.entry(&count.word).or_default() += count.number;
    }
    let mut reasons: Vec<(&str, i64)> = reasons.into_iter().collect();
    reasons.sort_by_key(|(_, number)| -number);
    let most = reasons.first().map(|(word, _)| why(word)).unwrap_or_default();
    let chart = BarChart {
        sentence: format!("Most who are left out: {}.", most.to_lowercase()),
        of: "Reason",
        unit: Unit::Count,
        bars: reasons
            .into_iter()
            .map(|(word, number)| Bar::new(why(word), number).href(format!("?state={EXCLUDED}&reason={word}")))
            .collect(),
    };
    ui::section("Who is left out", "", chart)
}

/// How messages may stand, in the order in which they come there, and how people say it.
const STATES: [(&str, &str); 9] = [
    ("queued", "On its way"),
    ("sent", "Taken by the provider"),
    ("delivered", "Delivered"),
    ("read", "Read"),
    ("failed", "Failed"),
    ("unknown", "Not known yet"),
    ("dead", "Given up"),
    ("suppressed", "Stopped meanwhile"),
    ("expired", "Too late"),
];

/// How its messages stand now. Each stands in one place.
fn became(counts: &[Count]) -> Markup {
    let stand = |word: &str| sum(counts, STANDS, word);
    let arrived = stand("delivered") + stand("read");
    let taken = arrived + stand("sent");
    let share = if taken > 0 { arrived * 100 / taken } else { 0 };
    let bars =
        STATES.into_iter().map(|(word, label)| (label, word, stand(word))).filter(|(_, word, number)| *word == "sent" || *number > 0);
    let chart = BarChart {
        sentence: format!("Of {} that a provider took, {share} % are known to have arrived.", number(taken)),
        of: "How they stand",
        unit: Unit::Count,
        bars: bars.map(|(label, word, number)| Bar::new(label, number).href(format!("?state={word}"))).collect(),
    };
    ui::section("What became of it", "", chart)
}

fn texts(campaign: &Campaign) -> Markup {
    html! {
        @for text in &campaign.contents.0 {
            figure.bubble {
                blockquote dir="auto" {
                    @if !text.content.subject.is_empty() { strong { (text.content.subject) } br; }
                    @for line in text.content.body.lines() { (line) br; }
                }
                figcaption {
                    (text.channel.title())
                    @if let Some(name) = &text.content.provider_template { ", by the approved template " (name) }
                }
            }
        }
    }
}

fn table(
    campaign: &Campaign,
    names: &HashMap<ContactId, Option<String>>,
    calendar: &Calendar,
    raw: &str,
    page: Listed<Recipient>,
) -> Table {
    let path = format!("{HERE}/{}", campaign.id);
    let columns = vec![
        Column::text("contact", "Contact").matters(),
        Column::text("channel", "By"),
        Column::text("address", "Address").optional(),
        Column::text("state", "State").matters(),
        Column::text("reason", "Why"),
        Column::text("did", "What they did").optional(),
    ];
    let row = |one: &Recipient| {
        let name = names.get(&one.contact_id).and_then(Option::as_deref).unwrap_or("Contact");
        let unsent = matches!(one.state.as_str(), "waiting" | EXCLUDED);
        let cells = [
            // A row leads to its message, where there is one.
            html! { @if unsent { a href={ "/admin/contacts/" (one.contact_id) } { bdi { (name) } } } @else { bdi { (name) } } },
            html! { (one.channel.title()) },
            html! { bdi { (one.address.as_deref().unwrap_or_default()) } },
            ui::badge(&one.state),
            html! { (timed::waits(one, campaign, calendar)) (one.reason.as_deref().map(why).unwrap_or_default()) },
            html! { (tracked::did(one.touched)) },
        ];
        let row = Row::new(one.message_id, cells);
        if unsent { row } else { row.href(format!("/admin/messages/{}", one.message_id)) }
    };
    let states: Vec<(&str, &str, Option<u64>)> =
        [("waiting", "To be sent"), (EXCLUDED, "Left out")].into_iter().chain(STATES).map(|(word, label)| (word, label, None)).collect();
    let channels: Vec<(&str, &str, Option<u64>)> = Channel::ALL.iter().map(|channel| (channel.as_str(), channel.title(), None)).collect();
    let empty = Empty::new("Nobody here", "No recipient is like that.");
    Table::new("Recipients", &ui::Query::parse(&path, raw), columns)
        .filter("state", "State", &states)
        .filter("channel", "By", &channels)
        .choose_columns()
        .export(format!("{path}/recipients.csv?{raw}"))
        .rows(page.data.iter().map(row))
        .next(page.next_cursor)
        .empty(empty)
}

fn actions(campaign: &Campaign, csrf: &str) -> Markup {
    let to = |what: &str| format!("{HERE}/{}/{what}", campaign.id);
    html! {
        @match campaign.state {
            State::Draft => {
                (Button::bare("Change").href(to("edit")))
                (ui::post(&to("delete"), csrf, Button::bare("Delete")))
                (ui::post(&to("freeze"), csrf, Button::primary("Count the audience")))
            }
            State::Freezing => { (Button::bare("Change").href(to("edit"))) }
            State::Ready => {
                (ui::post(&to("delete"), csrf, Button::bare("Delete")))
                (Button::bare("Change").href(to("edit")))
                (Button::primary("Send").opens("send"))
            }
            State::Scheduled | State::Running => {
                (ui::post(&to("pause"), csrf, Button::quiet("Pause")))
                (ui::post(&to("cancel"), csrf, Button::danger("Cancel")))
            }
            State::Paused => {
                (ui::post(&to("cancel"), csrf, Button::danger("Cancel")))
                (ui::post(&to("resume"), csrf, Button::primary("Go on")))
            }
            State::Done | State::Cancelled => {}
        }
    }
}

fn send(campaign: &Campaign, cost: Option<&Cost>, over: Option<Over>, csrf: &str) -> Markup {
    html! {
        @if campaign.state == State::Ready {
            (Dialog {
                id: "send",
                title: &format!("Send {} messages?", number(campaign.messages)),
                body: html! {
                    p { "What is sent cannot be taken back. You can pause it while it goes out." }
                    @if let Some(cost) = cost { p { "On WhatsApp it costs about " (ui::money(cost.whole)) ", by your price of today." } }
                    (Field::input("datetime-local", "starts_at", "From").help("By your shop's clock; leave it empty to send at once."))
                    @if let Some(over) = over {
                        (Field::checkbox("over_days", format!("Over about {} days, as many a day as WhatsApp takes", over.days()), campaign.over_days))
                    }
                },
                action: &format!("{HERE}/{}/send", campaign.id),
                csrf,
                button: Button::primary("Send"),
                typed: None,
            })
        }
    }
}

fn test(campaign: &Campaign, csrf: &str) -> Markup {
    let channels = campaign.contents.0.iter().map(|text| (text.channel.as_str(), text.channel.title()));
    html! {
        (Dialog {
            id: "test",
            title: "Send it to yourself",
            body: html! {
                (Field::select("channel", "By", channels).of_form("test"))
                (Field::text("to", "To").of_form("test").required().placeholder("+91 98765 43210").help("A number, or an e-mail address. An example in brackets stands for what is known of each person."))
            },
            action: &format!("{HERE}/{}/test", campaign.id),
            csrf,
            button: Button::primary("Send it"),
            typed: None,
        })
    }
}

async fn progressed(Of(app): Of<App>, caller: Caller, Path(id): Path<CampaignId>) -> Answer<Html<String>> {
    let mut read = app.db.read_main(caller.tenant());
    let campaign = queries::found(&mut read, id).await?;
    let counts = queries::counts(&mut read, id).await?;
    let cost = cost::of(&mut read, &campaign, &counts).await?;
    let figures = tracking::figures(&mut read, id.uuid()).await?;
    let now = html! {
        (progress(&campaign, &counts, cost.as_ref(), &figures))
        @if !goes_on(campaign.state) { p { a href={ (HERE) "/" (id) } { "Show how it stands now" } } }
    };
    Ok(Html(now.into_string()))
}

async fn export(Of(app): Of<App>, caller: Caller, Path(id): Path<CampaignId>, Query(query): Query<ListQuery>) -> Answer<Response> {
    let mut read = caller.read(&app);
    let campaign = queries::found(&mut read, id).await?;
    Ok(as_file(read, campaign, query.which()?).await?)
}

pub(super) fn routes() -> Vec<Route> {
    use Permission::MessagesRead;
    vec![
        Route::get("/admin/campaigns/{id}", MessagesRead, show).page().says("A campaign", "Whom it goes to, and what became of it."),
        Route::get("/admin/campaigns/{id}/progress", MessagesRead, progressed).page().says("A campaign's figures", "As they are now."),
        Route::get("/admin/campaigns/{id}/recipients.csv", MessagesRead, export)
            .page()
            .at_most("EXPORT", EXPORTS_A_MINUTE)
            .says("A campaign's recipients", "As a file."),
    ]
}
