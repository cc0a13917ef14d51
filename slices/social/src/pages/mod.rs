//! Posts in the back office.

mod acts;
mod calendar;
mod form;
mod list;
mod place;
mod places;
mod show;

use crate::model::{Delivery, DeliveryState, PostState};
use facts::Time;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use maud::{Markup, Render};
use web::ui::{self, Badge, Meaning};
use web::{Caller, NavItem, Permission, Route};

/// The calendar, which is also the place in the rail.
const HERE: &str = "/admin/social";
const POSTS: &str = "/admin/social/posts";
const PLACES: &str = "/admin/social/places";

/// Every page.
pub(crate) fn routes() -> Vec<Route> {
    [calendar::routes(), list::routes(), form::routes(), show::routes(), acts::routes(), places::routes(), place::routes()]
        .into_iter()
        .flatten()
        .collect()
}

/// Its place in the rail.
pub(crate) fn nav() -> Vec<NavItem> {
    vec![NavItem { label: "Social", href: HERE, icon: "social", needs: Permission::MessagesRead, order: 65 }]
}

/// What the pages share: places are for those who set them up.
fn tabs(caller: &Caller, here: &str) -> Markup {
    let all = [("Calendar", HERE), ("List", POSTS), ("Places", PLACES)];
    ui::tabs("Social", if caller.may(Permission::MessagesWrite) { &all[..] } else { &all[..2] }, here)
}

/// A post's state: what it means, and in words.
fn words(state: PostState) -> (Meaning, &'static str) {
    match state {
        PostState::Draft => (Meaning::Neutral, "Draft"),
        PostState::Planned => (Meaning::Information, "Planned"),
        PostState::Sending => (Meaning::Information, "Going out"),
        PostState::Sent => (Meaning::Good, "Sent"),
        PostState::Partly => (Meaning::Attention, "Not everywhere"),
        PostState::Failed => (Meaning::Bad, "Failed"),
        PostState::Cancelled => (Meaning::Neutral, "Cancelled"),
    }
}

/// A post's state, to be seen at a glance.
fn badge(state: PostState) -> Markup {
    let (meaning, words) = words(state);
    Badge::new(meaning, words).render()
}

/// How a post stands at a place, in words.
fn standing(delivery: &Delivery) -> Markup {
    let (meaning, words) = match delivery.state {
        DeliveryState::Chosen => (Meaning::Neutral, "Not yet"),
        DeliveryState::Waiting if delivery.attempts > 0 => (Meaning::Attention, "To be tried again"),
        DeliveryState::Waiting => (Meaning::Information, "On its way"),
        DeliveryState::Sent => (Meaning::Good, "Taken"),
        DeliveryState::Failed => (Meaning::Bad, "Not taken"),
        DeliveryState::Unknown => (Meaning::Attention, "Not known"),
    };
    Badge::new(meaning, words).render()
}

/// The day of a moment, on the shop's calendar.
fn day_of(at: Time, zone: &TimeZone) -> Date {
    at.timestamp().to_zoned(zone.clone()).date()
}

/// The beginning of a day, by the shop's clock.
fn midnight(day: Date, zone: &TimeZone) -> Time {
    day.to_zoned(zone.clone()).map_or(Time(0), |at| Time::from(at.timestamp()))
}

/// The beginning of a text, for a row or a cell.
fn short(text: &str, most: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_in_a_cell() {
        assert_eq!(short("Mangoes\n are  in", 40), "Mangoes are in");
        assert_eq!(short(&"é".repeat(50), 40).chars().count(), 41);
    }

    #[test]
    fn a_day_begins_by_the_shops_clock() {
        let zone = TimeZone::get("Asia/Kolkata").unwrap();
        let day: Date = "2026-11-22".parse().unwrap();
        assert_eq!(midnight(day, &zone).to_string(), "2026-11-21T18:30:00.000Z");
        assert_eq!(day_of(midnight(day, &zone), &zone), day);
    }
}
