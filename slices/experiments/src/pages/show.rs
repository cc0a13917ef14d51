//! `/admin/experiments/{id}`: what an experiment says, its figures, and who met what.

use super::HERE;
use super::words::{badge, goal, number, subject, verdict};
use crate::api::{EXPORTS_A_MINUTE, PeopleQuery, as_file};
use crate::figures::{Figures, brought, matters, points, rate_bps};
use crate::model::{State, Verdict, Whole};
use crate::queries::{self, Met};
use axum::extract::{RawQuery, State as Of};
use axum::response::{Html, Response};
use facts::{ContactId, ExperimentId};
use maud::{Markup, html};
use std::collections::HashMap;
use web::ui::{self, Alert, Bar, BarChart, Button, Calendar, Column, Dialog, Empty, Field, Meaning, Row, Table, Unit};
use web::{Answer, App, BackOffice, Caller, Failure, Listed, Path, Permission, Query, Route, back_office};

async fn show(
    Of(app): Of<App>,
    caller: Caller,
    Path(id): Path<ExperimentId>,
    Query(query): Query<PeopleQuery>,
    RawQuery(raw): RawQuery,
) -> Answer<Html<String>> {
    page(&app, &caller, id, &query, &raw.unwrap_or_default(), None).await
}

/// The page, with what was refused on it.
pub(super) async fn page(
    app: &App,
    caller: &Caller,
    id: ExperimentId,
    query: &PeopleQuery,
    raw: &str,
    wrong: Option<&Failure>,
) -> Answer<Html<String>> {
    let paging = query.paging();
    let limit = paging.limit()?;
    let mut read = app.db.read_main(caller.tenant());
    let whole = queries::whole(&mut read, id).await?;
    let rows = queries::people(&mut read, id, &query.which()?, paging.cursor()?, limit + 1).await?;
    let listed = Listed::new(rows, limit, queries::place_of_person);
    let ids: Vec<ContactId> = listed.data.iter().filter_map(|met| met.contact_id).collect();
    let names = contacts::known(&mut read, &ids).await?;
    let calendar = Calendar::new(&caller.time_zone, app.db.clock().now());
    let (experiment, figures) = (&whole.experiment, Figures::of(&whole));
    let begun = experiment.state != State::Draft;
    let may = caller.may(Permission::MessagesWrite);
    let body = html! {
        @if let Some(wrong) = wrong { (Alert::new(Meaning::Bad, "That was not done").body(html! { p { (wrong.0.message()) } })) }
        @if begun && figures.verdict == Verdict::RatioOff { (Alert::new(Meaning::Bad, "Counted wrongly").body(html! { p { (figures.says(&whole)) } })) }
        (ui::section("The variants", "", html! {
            @if begun { (chart(&whole)) }
            (variants(&whole, &figures))
        }))
        (ui::section("What was settled", "", settled(&whole, &calendar)))
        @if begun && caller.may(Permission::ContactsRead) { (ui::section("People", "", people(&whole, &names, &calendar, raw, listed))) }
        @if may && begun { (decide(&whole, &figures, caller.csrf())) }
    };
    let lead = html! { (badge(experiment.state)) " " (figures.says(&whole)) };
    let action = html! { @if may { (actions(&whole, caller.csrf())) } };
    let crumbs = [("Experiments", HERE)];
    Ok(back_office(app, caller, BackOffice { title: &experiment.name, lead, action, place: HERE, crumbs: &crumbs, body }))
}

fn chart(whole: &Whole) -> BarChart {
    let experiment = &whole.experiment;
    if let Some(prices) = &experiment.prices {
        let each = |(place, variant): (usize, &crate::Variant)| Bar::new(&variant.name, brought(whole, place).map_or(0, |each| each.minor));
        return BarChart {
            sentence: "What each visitor who was asked a price brought.".to_owned(),
            of: "Variant",
            unit: Unit::Money(prices.0.currency),
            bars: whole.variants.iter().enumerate().map(each).collect(),
        };
    }
    let days = if experiment.within_days == 1 { "a day".to_owned() } else { format!("{} days", experiment.within_days) };
    BarChart {
        sentence: format!("Who {} within {days}, of those who met each variant.", segments::deed_words(&experiment.goal)),
        of: "Variant",
        unit: Unit::BasisPoints,
        bars: whole.variants.iter().map(|variant| Bar::new(&variant.name, rate_bps(variant))).collect(),
    }
}

fn variants(whole: &Whole, figures: &Figures) -> Table {
    let columns = vec![
        Column::text("variant", "Variant").matters(),
        Column::number("weight", "Weight").optional(),
        Column::number("met", "Met it"),
        Column::number("did", "Did it"),
        Column::number("rate", "Share").matters(),
        Column::text("against", "Against the control"),
    ];
    let prices = whole.experiment.prices.as_ref().map(|prices| &prices.0);
    let row = |(place, variant): (usize, &crate::Variant)| {
        let against = figures.against.get(place).copied().flatten();
        let cells = [
            html! {
                bdi { (variant.name) }
                @if variant.holdout { " (gets nothing)" }
                @if let Some(prices) = prices { ", " (ui::money(prices.at(place))) }
            },
            html! { (variant.weight) },
            html! { (number(variant.exposed)) },
            html! { (number(variant.converted)) },
            html! {
                (points(rate_bps(variant))) " %"
                @if let Some(each) = brought(whole, place) { ", " (ui::money(each)) " a visitor" }
            },
            html! { @match against {
                None => { "The control" }
                Some(between) if variant.exposed > 0 => { (between.said_of(whole)) }
                Some(_) => { "Nothing is known yet" }
            } },
        ];
        Row::new(variant.place, cells)
    };
    Table::new("Variants", &ui::Query::parse(HERE, ""), columns).rows(whole.variants.iter().enumerate().map(row))
}

fn settled(whole: &Whole, calendar: &Calendar) -> Markup {
    let experiment = &whole.experiment;
    let about = html! { (subject(experiment.subject)) @if let Some(about) = &experiment.about { " " bdi { (about) } } };
    let mut all = vec![
        ("What it compares", about),
        ("What people are to do", html! { (goal(experiment)) }),
        ("People for each variant", html! { (number(experiment.minimum)) " before anything is said" }),
        ("The smallest difference that matters", html! { (matters(whole)) }),
        ("Id", ui::id(experiment.id)),
    ];
    all.extend(experiment.started_at.map(|at| ("Started", calendar.time(at))));
    all.extend(experiment.stopped_at.map(|at| ("Stopped", calendar.time(at))));
    if let Some(chosen) = experiment.chosen.and_then(|place| whole.name_of(place)) {
        let decided = html! {
            "Everybody gets " bdi { (chosen) }
            @if let Some(at) = experiment.decided_at { ", since " (calendar.time(at)) }
            @if let Some(known) = &experiment.known { ". Known then: " (verdict(known.0.verdict)) }
        };
        all.push(("Decision", decided));
    }
    ui::detail_list(all)
}

fn people(whole: &Whole, names: &HashMap<ContactId, Option<String>>, calendar: &Calendar, raw: &str, page: Listed<Met>) -> Table {
    let path = format!("{HERE}/{}", whole.experiment.id);
    let columns = vec![
        Column::text("contact", "Contact").matters(),
        Column::text("variant", "Variant").matters(),
        Column::text("at", "Met it"),
        Column::text("converted", "Did it"),
        Column::text("until", "Counts until").optional(),
    ];
    let row = |met: &Met| {
        let name = met.contact_id.and_then(|contact| names.get(&contact)).and_then(Option::as_deref);
        let cells = [
            html! { bdi { (name.unwrap_or(nameless(met))) } },
            html! { bdi { (met.variant) } },
            calendar.time(met.at),
            html! { (if met.converted { "Yes" } else { "No" }) },
            calendar.time(met.counts_until),
        ];
        let row = Row::new(met.id, cells);
        match met.contact_id {
            Some(contact) => row.href(format!("/admin/contacts/{contact}")),
            None => row,
        }
    };
    let all: Vec<(&str, &str, Option<u64>)> = whole.variants.iter().map(|one| (one.name.as_str(), one.name.as_str(), None)).collect();
    Table::new("People", &ui::Query::parse(&path, raw), columns)
        .filter("variant", "Variant", &all)
        .filter("converted", "Did it", &[("true", "Yes", None), ("false", "No", None)])
        .choose_columns()
        .export(format!("{path}/people.csv?{raw}"))
        .rows(page.data.iter().map(row))
        .next(page.next_cursor)
        .empty(Empty::new("Nobody here", "Nobody has met a variant who is like that."))
}

/// What stands in the place of a name.
fn nameless(met: &Met) -> &'static str {
    match (met.contact_id, met.visitor_id) {
        (Some(_), _) => "Contact",
        (None, Some(_)) => "A browser",
        (None, None) => "Erased",
    }
}

fn actions(whole: &Whole, csrf: &str) -> Markup {
    let to = |what: &str| format!("{HERE}/{}/{what}", whole.experiment.id);
    html! {
        @match whole.experiment.state {
            State::Draft => {
                (ui::post(&to("delete"), csrf, Button::bare("Delete")))
                (Button::bare("Change").href(to("edit")))
                (ui::post(&to("start"), csrf, Button::primary("Start")))
            }
            State::Running => {
                (ui::post(&to("stop"), csrf, Button::quiet("Stop")))
                (Button::primary("Choose a variant").opens("decide"))
            }
            State::Stopped => { (Button::primary("Choose a variant").opens("decide")) }
        }
    }
}

fn decide(whole: &Whole, figures: &Figures, csrf: &str) -> Markup {
    let names = whole.variants.iter().map(|variant| (variant.name.as_str(), variant.name.as_str()));
    let likely = figures.winner.and_then(|place| whole.variants.get(place)).map(|variant| variant.name.as_str());
    let chosen = Field::select("variant", "Everybody gets", names).of_form("decide");
    html! {
        (Dialog {
            id: "decide",
            title: "Choose a variant",
            body: html! {
                p { (figures.says(whole)) }
                @match likely { Some(name) => { (chosen.value(name)) } None => { (chosen) } }
                @if whole.experiment.state == State::Running { p { "The experiment is stopped by it: nobody new is counted." } }
            },
            action: &format!("{HERE}/{}/decide", whole.experiment.id),
            csrf,
            button: Button::primary("Choose it"),
            typed: None,
        })
    }
}

async fn export(Of(app): Of<App>, caller: Caller, Path(id): Path<ExperimentId>, Query(query): Query<PeopleQuery>) -> Answer<Response> {
    let mut read = caller.read(&app);
    queries::found(&mut read, id).await?;
    Ok(as_file(read, id, query.which()?).await?)
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/admin/experiments/{id}", Permission::MessagesRead, show)
            .page()
            .says("An experiment", "What it says, and its figures."),
        Route::get("/admin/experiments/{id}/people.csv", Permission::ContactsRead, export)
            .page()
            .at_most("EXPORT", EXPORTS_A_MINUTE)
            .says("An experiment's people", "As a file."),
    ]
}
