//! `/admin/messages/codes`: how many codes were asked for and of use, day by day, and what became of each.

use crate::api::Narrow;
use crate::model::{OneTimeCode, Purpose, State as Stands};
use crate::queries::{self, Hour, place};
use crate::rows::{Counted, hour};
use crate::rules::Limits;
use axum::extract::State;
use axum::response::Html;
use facts::Time;
use http::Uri;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use maud::{Markup, html};
use std::collections::BTreeMap;
use std::time::Duration;
use web::ui::{self, Button, Calendar, Column, Empty, LineChart, Row, Series, Stat, Table, Unit};
use web::{Answer, App, BackOffice, Caller, Listed, Permission, Query, Route, back_office};

const HERE: &str = "/admin/messages/codes";
const ABOVE: &str = "/admin/messages";
/// Days that are drawn.
const DAYS: i64 = 30;

async fn show(State(app): State<App>, caller: Caller, uri: Uri, Query(narrow): Query<Narrow>) -> Answer<Html<String>> {
    let (filter, paging) = (narrow.filter()?, narrow.paging());
    let limit = paging.limit()?;
    let now = app.db.clock().now();
    let mut read = caller.read(&app);
    let rows = queries::list(&mut read, &filter, paging.cursor()?, limit + 1).await?;
    let codes = Listed::new(rows, limit, place);
    let limits = Limits::of(&mut read).await?;
    let hours = queries::hours(&mut read, hour(now) - (DAYS + 1) * 24).await?;
    let days = Days::of(&hours, now, &caller.time_zone);
    let this_hour = hours.iter().filter(|counted| counted.hour == hour(now)).map(|counted| counted.sends).sum();
    let calendar = Calendar::new(&caller.time_zone, now);
    let here = ui::Query::parse(HERE, uri.query().unwrap_or_default());
    let body = html! {
        @if !hours.is_empty() {
            (figures(days.today(), this_hour, limits))
            (ui::section("By day", "", days.chart(&calendar)))
        }
        (table(&here, &calendar, &codes))
    };
    let today = days.today();
    let lead = html! { (count(today.sends)) " asked for today, " (count(today.verified)) " found right." };
    let action = html! { (Button::quiet("Channels").href("/admin/messages/channels")) };
    let crumbs = &[("Messages", ABOVE)];
    Ok(back_office(&app, &caller, BackOffice { title: "One-time codes", lead, action, place: ABOVE, crumbs, body }))
}

/// What was counted, by the caller's days. An hour counts to the day in which it begins.
struct Days {
    each: Vec<(Date, Counted)>,
}

impl Days {
    fn of(hours: &[Hour], now: Time, zone: &str) -> Self {
        let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
        let date = |at: Time| at.timestamp().to_zoned(zone.clone()).date();
        let mut days: BTreeMap<Date, Counted> =
            (0..DAYS as u64).map(|back| (date(now.before(Duration::from_secs(back * 86_400))), Counted::default())).collect();
        for counted in hours {
            if let Some(day) = days.get_mut(&date(Time(counted.hour * 3_600_000))) {
                *day = day.and(counted.counted());
            }
        }
        Self { each: days.into_iter().collect() }
    }

    fn today(&self) -> Counted {
        self.each.last().map(|(_, counted)| *counted).unwrap_or_default()
    }

    fn chart(&self, calendar: &Calendar) -> Markup {
        let line = |name: &str, of: fn(&Counted) -> i64| Series {
            name: name.to_owned(),
            points: self.each.iter().map(|(_, counted)| Some(of(counted))).collect(),
        };
        let all = self.each.iter().fold(Counted::default(), |all, (_, counted)| all.and(*counted));
        let sentence = format!("{} of {} codes of {} days were found right.", count(all.verified), count(all.sends), self.each.len());
        let times = self.each.iter().map(|(day, _)| calendar.date_text(*day)).collect();
        let series = vec![
            line("Asked for", |counted| counted.sends),
            line("Found right", |counted| counted.verified),
            line("Refused", |counted| counted.refused),
        ];
        html! { (LineChart { sentence, each: "Day", unit: Unit::Count, times, series }) }
    }
}

/// Today, and this hour against what may be sent within one.
fn figures(today: Counted, this_hour: i64, limits: Limits) -> Markup {
    let stat = |name: &'static str, number: i64, note: &'static str| Stat::new(name, html! { (count(number)) }).note(note);
    html! {
        (ui::stats([
            stat("Asked for", today.sends, "today"),
            stat("Found right", today.verified, "today"),
            stat("Refused", today.refused, "too many were asked for"),
            stat("Guessed at", today.spent, "wrong too often"),
        ]))
        (ui::progress("Codes of this hour", whole(this_hour), whole(limits.tenant)))
        p.quiet { "Within an hour " (count(limits.address)) " to one address, and " (count(limits.ip)) " for whoever asks from one network address: the setting otp.limits." }
    }
}

fn table(here: &ui::Query, calendar: &Calendar, codes: &Listed<OneTimeCode>) -> Table {
    let columns = vec![
        Column::text("to", "To").matters(),
        Column::text("purpose", "For"),
        Column::text("state", "State").matters(),
        Column::number("sends", "Sent").optional(),
        Column::number("tries", "Wrong tries").optional(),
        Column::text("at", "Asked for"),
    ];
    let rows = codes.data.iter().map(|code| {
        let to = match code.address.as_str() {
            "" => "Erased".to_owned(),
            address if address.contains('@') => address.to_owned(),
            address => ui::phone_text(address),
        };
        let cells = [
            html! { bdi { (to) } },
            html! { (purpose(code.purpose)) },
            html! { (state(code.state)) },
            html! { (code.sends) },
            html! { (code.tries) },
            calendar.time(code.created_at),
        ];
        Row::new(code.id, cells)
    });
    let states: Vec<(&str, &str, Option<u64>)> = Stands::ALL.iter().map(|stands| (stands.as_str(), state(*stands), None)).collect();
    let file = ["state", "q"]
        .into_iter()
        .filter_map(|key| here.get(key).map(|value| (key, value)))
        .fold(ui::Query::parse("/api/v1/otp", "").with("format", "csv"), |file, (key, value)| file.with(key, value));
    Table::new("One-time codes", here, columns)
        .rows(rows)
        .filter("state", "State", &states)
        .find("A whole phone number or e-mail address")
        .choose_columns()
        .export(file.to_string())
        .next(codes.next_cursor.clone())
        .empty(Empty::new(
            "No codes yet",
            "Your site sends one with POST /api/v1/otp/send: six digits that show whose a number or an address is.",
        ))
}

fn purpose(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Signup => "Signing up",
        Purpose::Login => "Signing in",
        Purpose::PasswordReset => "A new password",
        Purpose::Verification => "Showing the address",
    }
}

fn state(state: Stands) -> &'static str {
    match state {
        Stands::Sent => "Sent",
        Stands::Used => "Found right",
        Stands::Spent => "Guessed at too often",
        Stands::Replaced => "Replaced",
    }
}

fn whole(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

fn count(number: i64) -> String {
    ui::count(whole(number))
}

pub(crate) fn routes() -> Vec<Route> {
    vec![Route::get(HERE, Permission::MessagesRead, show).page().says("One-time codes", "How many, and what became of each.")]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_count_to_the_day_in_which_they_begin() {
        let now = Time(1_795_000_000_000);
        let at = |back: i64, sends: i64| Hour { hour: hour(now) - back, sends, verified: 0, refused: 0, spent: 0 };
        let days = Days::of(&[at(0, 1), at(1, 2), at(24, 4), at(24 * 40, 8)], now, "Asia/Kolkata");
        assert_eq!(days.each.len(), 30);
        assert_eq!(days.each.iter().map(|(_, counted)| counted.sends).sum::<i64>(), 7, "what is older is not drawn");
        assert!(days.today().sends >= 1);
    }
}
