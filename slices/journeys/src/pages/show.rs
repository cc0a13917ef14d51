//! `/admin/journeys/{id}`: the journey drawn, where people are, and what became of what they were sent.

use super::HERE;
use super::words::{badge, does, entry, kind};
use crate::api::{EXPORTS_A_MINUTE, ListQuery, as_file};
use crate::model::{Count, Enrolment, How, Journey, LEFT, LEFT_OUT, OUT, Run, STANDS, State, TOUCHED, WALKED};
use crate::plan::Plan;
use crate::queries::{self, Inside};
use axum::extract::{RawQuery, State as Of};
use axum::response::{Html, Response};
use facts::{ContactId, Id, JourneyId};
use maud::{Markup, html};
use std::collections::HashMap;
use store::Look;
use tracking::{Figure, Figures};
use web::ui::{self, Alert, Button, Calendar, Column, Dialog, Empty, Field, Flow, FlowStep, Meaning, Row, Stat, Table};
use web::{Answer, App, BackOffice, Caller, Failure, Listed, Path, Permission, Query, Route, back_office};

async fn show(
    Of(app): Of<App>,
    caller: Caller,
    Path(id): Path<JourneyId>,
    Query(query): Query<ListQuery>,
    RawQuery(raw): RawQuery,
) -> Answer<Html<String>> {
    page(&app, &caller, id, &query, &raw.unwrap_or_default(), None).await
}

/// A journey with all that its page shows.
struct Shown {
    journey: Journey,
    /// What people walk who enter now; the draft where nobody ever did.
    plan: Plan,
    counts: Vec<Count>,
    inside: Vec<Inside>,
    enrolment: Option<Enrolment>,
    segment: Option<String>,
    audiences: Vec<(String, String)>,
    /// What people did with its mails.
    mails: Figures,
}

impl Shown {
    async fn of(look: &mut impl Look, id: JourneyId) -> store::Result<Self> {
        let journey = queries::found(look, id).await?;
        let plan = if journey.live > 0 { queries::plan(look, id, journey.live).await? } else { journey.draft.0.clone() };
        let segment = match plan.entry.segment {
            Some(segment) => segments::segment(look, segment).await?.map(|segment| segment.name),
            None => None,
        };
        Ok(Self {
            counts: queries::counts(look, id, journey.live).await?,
            inside: queries::inside(look, id).await?,
            enrolment: queries::enrolment(look, id).await?,
            audiences: campaigns::audiences(look).await?,
            mails: tracking::figures(look, id.uuid()).await?,
            segment,
            plan,
            journey,
        })
    }

    /// How many are on a version before the one that people enter now.
    fn older(&self) -> i64 {
        self.inside.iter().filter(|one| one.number != self.journey.live).map(|one| one.came - one.went).sum()
    }

    fn count(&self, step: &str, about: &str, word: &str) -> i64 {
        self.counts.iter().filter(|count| count.step == step && count.about == about && count.word == word).map(|count| count.count).sum()
    }

    /// How many are at a step now.
    fn here(&self, step: &str) -> i64 {
        self.count(step, WALKED, "came") - self.count(step, WALKED, "went")
    }
}

/// The page, with what was wrong with what was just tried.
pub(super) async fn page(
    app: &App,
    caller: &Caller,
    id: JourneyId,
    query: &ListQuery,
    raw: &str,
    wrong: Option<&Failure>,
) -> Answer<Html<String>> {
    let paging = query.paging();
    let limit = paging.limit()?;
    let mut read = app.db.read_main(caller.tenant());
    let shown = Shown::of(&mut read, id).await?;
    let rows = queries::passes(&mut read, id, &query.which()?, paging.cursor()?, limit + 1).await?;
    let listed = Listed::new(rows, limit, queries::place_of_run);
    let ids: Vec<ContactId> = listed.data.iter().map(|run| run.contact_id).collect();
    let names = contacts::known(&mut read, &ids).await?;
    let calendar = Calendar::new(&caller.time_zone, app.db.clock().now());
    let may = caller.may(Permission::MessagesWrite);
    let journey = &shown.journey;
    let body = html! {
        @if let Some(wrong) = wrong { (Alert::new(Meaning::Bad, "That was not done").body(html! { p { (wrong.0.message()) } })) }
        @if journey.live > 0 { (ui::stats(figures(&shown))) }
        (ui::section("The way", "", html! { p { (entry(&shown.plan, shown.segment.as_deref())) } (drawn(&shown)) }))
        (ui::section("Step by step", "", steps(&shown)))
        @if shown.mails.opens != Figure::default() || shown.mails.clicks != Figure::default() { (tracking::section(&shown.mails)) }
        @if journey.live > 0 { (ui::section("People", html! { @if may && journey.state != State::Ended { (Button::quiet("Lead people in").small().opens("enrol")) } }, people(&shown, &names, &calendar, raw, listed))) }
        @if may { (enrol(&shown, caller.csrf())) (bring(&shown, caller.csrf())) }
    };
    let lead = html! { (badge(journey.state)) " " (says(&shown)) };
    let action = html! {
        @if journey.draft.0.entry.did.is_some() && journey.state != State::Ended { (Button::bare("Rehearse").href(format!("{HERE}/{id}/rehearsal"))) }
        @if may && shown.older() > 0 && journey.state != State::Ended { (Button::quiet("Bring people over").opens("bring")) }
        @if may { (actions(journey, caller.csrf())) }
    };
    let crumbs = [("Journeys", HERE)];
    Ok(back_office(app, caller, BackOffice { title: &journey.name, lead, action, place: HERE, crumbs: &crumbs, body }))
}

fn says(shown: &Shown) -> Markup {
    let older = shown.older();
    html! {
        @match shown.journey.state {
            State::Draft => { "Nobody is in it. Begin it when you are content." }
            State::Active => { "People walk version " (shown.journey.live) "." }
            State::Paused => { "Everybody stays where they are." }
            State::Ended => { "Nobody enters it any more." }
        }
        @if older > 0 { " " (number(older)) " are still on earlier versions." }
    }
}

fn figures(shown: &Shown) -> [Stat; 4] {
    let left = |how: How| shown.count(OUT, LEFT, how.as_str());
    let came = shown.count(OUT, WALKED, "came");
    let gone: i64 = How::ALL.iter().map(|how| left(*how)).sum();
    let goal = left(How::Goal);
    let share = if gone > 0 { format!("{} % of those who left", goal * 100 / gone) } else { "nobody has left yet".to_owned() };
    [
        Stat::new("Entered", html! { (number(came)) }).note("this version"),
        Stat::new("Inside", html! { (number(came - gone)) }).note("on their way now").href("?inside=yes"),
        Stat::new("Reached the goal", html! { (number(goal)) }).note(share),
        Stat::new("Came to the end", html! { (number(left(How::Done))) }).note("without reaching it"),
    ]
}

fn drawn(shown: &Shown) -> Flow {
    let plan = &shown.plan;
    let steps = plan.steps.iter().enumerate().map(|(at, step)| FlowStep {
        title: format!("{} · {}", kind(&step.what), step.id),
        says: does(step),
        here: shown.here(&step.id),
        exits: step.exits().iter().map(|exit| (exit.label, plan.leads(at, exit.to))).collect(),
    });
    Flow { sentence: format!("A way of {} steps. The table below says the same.", plan.steps.len()), steps: steps.collect() }
}

fn steps(shown: &Shown) -> Table {
    let columns = vec![
        Column::text("step", "Step").matters(),
        Column::text("does", "What it does").optional(),
        Column::number("here", "Here now").matters(),
        Column::number("went", "Went on"),
        Column::number("sent", "Sent"),
        Column::number("read", "Read or opened"),
        Column::number("clicked", "Clicked"),
        Column::number("out", "Not written to"),
    ];
    let row = |step: &crate::plan::Step| {
        let stands = |words: &[&str]| words.iter().map(|word| shown.count(&step.id, STANDS, word)).sum::<i64>();
        let out: i64 = shown.counts.iter().filter(|count| count.step == step.id && count.about == LEFT_OUT).map(|count| count.count).sum();
        let cells = [
            html! { (step.id) },
            html! { (does(step)) },
            html! { (number(shown.here(&step.id))) },
            html! { (number(shown.count(&step.id, WALKED, "went"))) },
            html! { (number(stands(&["sent", "delivered", "read"]))) },
            html! { (number(stands(&["read"]) + shown.count(&step.id, TOUCHED, "opened"))) },
            html! { (number(shown.count(&step.id, TOUCHED, "clicked"))) },
            html! { (number(out)) },
        ];
        Row::new(&step.id, cells).href(format!("?step={}", step.id))
    };
    Table::new("Steps", &ui::Query::parse(HERE, ""), columns)
        .rows(shown.plan.steps.iter().map(row))
        .empty(Empty::new("No steps yet", "Change the journey, and add its first step."))
}

fn people(shown: &Shown, names: &HashMap<ContactId, Option<String>>, calendar: &Calendar, raw: &str, page: Listed<Run>) -> Table {
    let path = format!("{HERE}/{}", shown.journey.id);
    let columns = vec![
        Column::text("contact", "Contact").matters(),
        Column::text("step", "Step").matters(),
        Column::text("entered", "Entered"),
        Column::text("until", "Goes on, or left"),
        Column::number("version", "Version").optional(),
    ];
    let row = |run: &Run| {
        let name = names.get(&run.contact_id).and_then(Option::as_deref).unwrap_or("Contact");
        let until = html! {
            @match (run.ended_at, run.how) {
                (Some(at), how) => { (calendar.time(at)) " (" (how.map(left_words).unwrap_or_default()) ")" }
                (None, _) => { (calendar.time(run.wakes_at)) }
            }
        };
        let cells = [html! { bdi { (name) } }, html! { (run.step) }, calendar.time(run.entered_at), until, html! { (run.number) }];
        Row::new(run.id, cells).href(format!("/admin/contacts/{}", run.contact_id))
    };
    let all: Vec<(&str, &str, Option<u64>)> = shown.plan.steps.iter().map(|step| (step.id.as_str(), step.id.as_str(), None)).collect();
    Table::new("People", &ui::Query::parse(&path, raw), columns)
        .filter("step", "At", &all)
        .filter("inside", "Inside", &[("yes", "Yes", None), ("no", "Left", None)])
        .choose_columns()
        .export(format!("{path}/people.csv?{raw}"))
        .rows(page.data.iter().map(row))
        .next(page.next_cursor)
        .empty(Empty::new("Nobody here", "Nobody is in it who is like that."))
}

fn left_words(how: How) -> &'static str {
    match how {
        How::Done => "came to its end",
        How::Goal => "reached the goal",
        How::TakenOut => "was taken out",
        How::Ended => "the journey was ended",
        How::Erased => "was erased",
        How::Merged => "was merged with somebody who is in it",
    }
}

fn number(count: i64) -> String {
    ui::count(u64::try_from(count).unwrap_or(0))
}

fn actions(journey: &Journey, csrf: &str) -> Markup {
    let to = |what: &str| format!("{HERE}/{}/{what}", journey.id);
    html! {
        @match journey.state {
            State::Draft => {
                (ui::post(&to("delete"), csrf, Button::bare("Delete")))
                (Button::bare("Change").href(to("edit")))
                (ui::post(&to("begin"), csrf, Button::primary("Begin")))
            }
            State::Active => {
                (ui::post(&to("end"), csrf, Button::danger("End")))
                (ui::post(&to("pause"), csrf, Button::quiet("Pause")))
                (Button::bare("Change").href(to("edit")))
                (ui::post(&to("begin"), csrf, Button::quiet("Begin the new version")))
            }
            State::Paused => {
                (ui::post(&to("end"), csrf, Button::danger("End")))
                (Button::bare("Change").href(to("edit")))
                (ui::post(&to("resume"), csrf, Button::primary("Go on")))
            }
            State::Ended => {}
        }
    }
}

fn bring(shown: &Shown, csrf: &str) -> Markup {
    html! {
        (Dialog {
            id: "bring",
            title: &format!("Bring {} people onto version {}?", number(shown.older()), shown.journey.live),
            body: html! { p { "Each goes on from the step of the same name as it is written now. Whoever is at a step that is not there any more stays on their version." } },
            action: &format!("{HERE}/{}/bring-over", shown.journey.id),
            csrf,
            button: Button::primary("Bring them over"),
            typed: None,
        })
    }
}

fn enrol(shown: &Shown, csrf: &str) -> Markup {
    let last = shown.enrolment.as_ref();
    html! {
        (Dialog {
            id: "enrol",
            title: "Lead people in",
            body: html! {
                (Field::select("audience", "Who", shown.audiences.iter().cloned()).of_form("enrol").help("Whoever is in it, or has been and may not enter again, is left out by itself."))
                @if let Some(last) = last {
                    p { "Last time: " (number(last.entered)) " of " (number(last.looked_at)) " entered" @if last.done_at.is_none() { " so far" } "." }
                }
            },
            action: &format!("{HERE}/{}/enrol", shown.journey.id),
            csrf,
            button: Button::primary("Lead them in"),
            typed: None,
        })
    }
}

async fn export(Of(app): Of<App>, caller: Caller, Path(id): Path<JourneyId>, Query(query): Query<ListQuery>) -> Answer<Response> {
    let mut read = caller.read(&app);
    queries::found(&mut read, id).await?;
    Ok(as_file(read, id, query.which()?).await?)
}

pub(super) fn routes() -> Vec<Route> {
    use Permission::MessagesRead;
    vec![
        Route::get("/admin/journeys/{id}", MessagesRead, show).page().says("A journey", "The way, and where people are."),
        Route::get("/admin/journeys/{id}/people.csv", MessagesRead, export)
            .page()
            .at_most("EXPORT", EXPORTS_A_MINUTE)
            .says("A journey's people", "As a file."),
    ]
}
