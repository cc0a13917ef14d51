//! `/admin/social`: a month of posts, day by day.

use super::{HERE, PLACES, POSTS, badge, day_of, midnight, short, tabs};
use crate::model::{PostState, Whole};
use crate::queries::{self, Filter};
use axum::extract::State;
use axum::response::Html;
use facts::Time;
use jiff::Span;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use maud::{Markup, html};
use serde::Deserialize;
use std::collections::BTreeMap;
use store::{Error, Result};
use web::ui::{self, Alert, Button, Empty, Icon, Meaning};
use web::{Answer, App, BackOffice, Caller, Cursor, Permission, Query, Route, back_office};

/// The most posts that a month shows.
const MOST: usize = 500;
/// How much of a text stands in a day, in characters.
const SHORT: usize = 48;

/// Which month is shown.
#[derive(Debug, Default, Deserialize)]
struct Asked {
    month: Option<String>,
}

/// A month, and what goes out in it.
struct Month {
    first: Date,
    today: Date,
    zone: TimeZone,
    posts: BTreeMap<Date, Vec<Whole>>,
    /// Whether there are more than are shown.
    more: bool,
    may: bool,
}

/// The first day of a month such as `2026-11`.
fn first_of(month: &str) -> Result<Date> {
    let day: Option<Date> = Some(month).filter(|month| month.len() == 7).and_then(|month| format!("{month}-01").parse().ok());
    let day = day.filter(|day| (1_970..=9_000).contains(&day.year()));
    day.ok_or_else(|| Error::field("month", "a month such as 2026-11"))
}

async fn show(State(app): State<App>, caller: Caller, Query(asked): Query<Asked>) -> Answer<Html<String>> {
    let (now, zone) = (app.db.clock().now(), caller.zone());
    let today = day_of(now, &zone);
    let first = asked.month.as_deref().filter(|month| !month.is_empty()).map_or(Ok(today.first_of_month()), first_of)?;
    let next = first.saturating_add(Span::new().months(1));
    let filter = Filter { from: midnight(first, &zone), to: midnight(next, &zone), ..Filter::default() };
    let mut read = app.db.read_main(caller.tenant());
    let none = queries::places(&mut read).await?.is_empty();
    let mut rows = queries::page(&mut read, &filter, Cursor::START, MOST as i64 + 1).await?;
    let more = rows.len() > MOST;
    rows.truncate(MOST);
    let mut posts: BTreeMap<Date, Vec<Whole>> = BTreeMap::new();
    for whole in rows.into_iter().rev() {
        posts.entry(day_of(whole.post.at, &zone)).or_default().push(whole);
    }
    let may = caller.may(Permission::MessagesWrite);
    let month = Month { first, today, zone, posts, more, may };
    let first_steps = none && month.posts.is_empty();
    let body = html! {
        (tabs(&caller, HERE))
        @if first_steps { (begin(may)) } @else { (month.show(&filter)) }
    };
    let action = html! { @if may && !none { (Button::primary("New post").href(month.new_on(month.first.max(today)))) } };
    let lead = html! { @if first_steps { "What you say in public, written ahead." } @else { (month.lead()) } };
    Ok(back_office(&app, &caller, BackOffice { title: "Social posts", lead, action, place: HERE, crumbs: &[], body }))
}

/// What there is to do first.
fn begin(may: bool) -> Markup {
    let empty = Empty::new(
        "No places yet",
        "A place is where posts go: the webhook of a Buffer, Zapier, Make, n8n or Pabbly flow, or of a program of your own, that posts for you.",
    );
    html! { (if may { empty.action("Add a place", PLACES) } else { empty }) }
}

impl Month {
    fn all(&self) -> impl Iterator<Item = &Whole> {
        self.posts.values().flatten()
    }

    /// The month in a sentence.
    fn lead(&self) -> Markup {
        let count = |states: &[PostState]| self.all().filter(|whole| states.contains(&whole.post.state)).count();
        let parts = [
            (count(&[PostState::Planned, PostState::Sending]), "to go out"),
            (count(&[PostState::Sent]), "sent"),
            (count(&[PostState::Partly, PostState::Failed]), "not taken everywhere"),
            (count(&[PostState::Draft]), "in draft"),
        ];
        let said: Vec<String> = parts.iter().filter(|(count, _)| *count > 0).map(|(count, words)| format!("{count} {words}")).collect();
        let said = if said.is_empty() { "nothing is planned".to_owned() } else { said.join(", ") };
        html! { (self.first.strftime("%B %Y").to_string()) ": " (said) "." }
    }

    /// The month as a list.
    fn listed(&self) -> String {
        let list = ui::Query::parse(POSTS, "").with("from", &self.first.to_string());
        list.with("to", &self.first.last_of_month().to_string()).to_string()
    }

    fn new_on(&self, day: Date) -> String {
        format!("{POSTS}/new?day={day}")
    }

    fn show(&self, filter: &Filter) -> Markup {
        let title = self.first.strftime("%B %Y").to_string();
        let blanks = self.first.weekday().to_monday_zero_offset();
        let empty = Empty::new(format!("Nothing in {title}"), "Write a post, say when it goes out and where, and see it here.");
        html! {
            (ui::section(&title, self.turn(filter), html! {
                @if self.more {
                    (Alert::new(Meaning::Information, format!("More than {MOST} posts go out in this month: the earliest are not shown here."))
                        .action(Button::quiet("All of them").small().href(self.listed())))
                }
                @if self.posts.is_empty() {
                    (if self.may { empty.action("Write a post", self.new_on(self.first.max(self.today))) } else { empty })
                }
                ol.month {
                    @for _ in 0..blanks { li.bare aria-hidden="true" {} }
                    @for day in self.first.series(Span::new().days(1)).take_while(|day| *day <= self.first.last_of_month()) { (self.day(day)) }
                }
            }))
        }
    }

    /// The months beside it, and this one as a file.
    fn turn(&self, filter: &Filter) -> Markup {
        let link = |words: &str, day: Date| Button::quiet(words).small().href(format!("{HERE}?month={}", day.strftime("%Y-%m")));
        let file = ui::Query::parse("/api/v1/social/posts", "").with("format", "csv");
        let file = file.with("from", &filter.from.to_string()).with("to", &filter.to.to_string());
        html! {
            (link("Earlier", self.first.saturating_sub(Span::new().months(1))))
            @if self.today.first_of_month() != self.first { (link("This month", self.today)) }
            (link("Later", self.first.saturating_add(Span::new().months(1))))
            (Button::bare("As a list").small().href(self.listed()))
            (Button::bare("Export").small().icon(Icon::Download).href(file.to_string()))
        }
    }

    fn day(&self, day: Date) -> Markup {
        let posts = self.posts.get(&day);
        let name = day.strftime("%a %-d").to_string();
        html! {
            li.bare[posts.is_none()] aria-current=[(day == self.today).then_some("date")] {
                header {
                    time datetime=(day) { @if day == self.today { strong { (name) ", today" } } @else { (name) } }
                    @if self.may && day >= self.today {
                        a href=(self.new_on(day)) { (Icon::Plus) span.unseen { "New post on " (day.strftime("%-d %B").to_string()) } }
                    }
                }
                @for whole in posts.into_iter().flatten() { (self.post(whole)) }
            }
        }
    }

    fn post(&self, whole: &Whole) -> Markup {
        let post = &whole.post;
        html! {
            a href={ (POSTS) "/" (post.id) } { (clock(post.at, &self.zone)) " " bdi { (short(&post.body, SHORT)) } }
            p { (badge(post.state)) }
        }
    }
}

/// The hour of a moment, by the shop's clock.
fn clock(at: Time, zone: &TimeZone) -> Markup {
    html! { time datetime=(at) { (at.timestamp().to_zoned(zone.clone()).strftime("%H:%M").to_string()) } }
}

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get(HERE, Permission::MessagesRead, show).page().says("Social posts", "A month of them.")]
}

#[cfg(test)]
mod tests {
    use super::first_of;

    #[test]
    fn a_month_of_an_address() {
        assert_eq!(first_of("2026-11").unwrap().to_string(), "2026-11-01");
        for wrong in ["2026", "2026-13", "2026-1", "0001-01", "9999-12", "november"] {
            assert!(first_of(wrong).is_err(), "{wrong}");
        }
    }
}
