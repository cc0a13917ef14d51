//! Whether somebody fits a filter: no database, no clock. Building a segment and keeping it up both ask here.

use super::model::{Did, Filter, Test};
use consent::Class;
use contacts::Contact;
use facts::ListId;
use facts::messages::Channel;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::{Number, Value};
use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};

/// The attributes that everybody has a place for; one of somebody's own by the same name is not looked at.
pub(crate) const BUILT_IN: [&str; 6] = ["name", "phone", "email", "locale", "time_zone", "created_at"];

/// Somebody, with all that filters in use ask about.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub contact: Contact,
    pub tags: HashSet<String>,
    pub lists: HashSet<ListId>,
    /// By which messages they may be reached.
    pub may: HashSet<(Class, Channel)>,
    /// How often they did what on which day.
    pub did: HashMap<String, Vec<(i64, i64)>>,
}

/// The tenant's day.
#[derive(Debug, Clone)]
pub(crate) struct Day {
    /// Days since 1970 on the tenant's wall clock.
    pub number: i64,
    /// Its wall clock.
    pub zone: TimeZone,
}

impl Day {
    /// The first day that a look back over so many days sees, today among them.
    pub(crate) fn first_of(&self, days: i64) -> i64 {
        self.number - days + 1
    }
}

/// Whether somebody fits.
pub(crate) fn holds(filter: &Filter, person: &Person, today: &Day) -> bool {
    match filter {
        Filter::All(parts) => parts.iter().all(|part| holds(part, person, today)),
        Filter::Any(parts) => parts.iter().any(|part| holds(part, person, today)),
        Filter::Not(part) => !holds(part, person, today),
        Filter::Attribute(name, test) => passes(test, attribute(name, person, today).as_ref()),
        Filter::Did(did) => times(did, person, today) >= did.at_least,
        Filter::List(list) => person.lists.contains(list),
        Filter::Tag(tag) => person.tags.contains(tag),
        Filter::May(class, channel) => person.may.contains(&(*class, *channel)),
    }
}

fn times(did: &Did, person: &Person, today: &Day) -> i64 {
    let since = did.days.map_or(i64::MIN, |days| today.first_of(days));
    let counts = person.did.get(&did.kind).map_or(&[][..], Vec::as_slice);
    counts.iter().filter(|(day, _)| *day >= since).map(|(_, count)| *count).sum()
}

fn attribute(name: &str, person: &Person, today: &Day) -> Option<Value> {
    let contact = &person.contact;
    let text = |text: &Option<String>| text.clone().map(Value::String);
    match name {
        "name" => text(&contact.name),
        "phone" => text(&contact.phone),
        "email" => text(&contact.email),
        "locale" => text(&contact.locale),
        "time_zone" => text(&contact.time_zone),
        "created_at" => Some(contact.created_at.timestamp().to_zoned(today.zone.clone()).date().to_string().into()),
        _ => contact.attributes.get(name).filter(|value| !value.is_null()).cloned(),
    }
}

/// Whether what an attribute says passes; nothing where somebody does not have it.
fn passes(test: &Test, value: Option<&Value>) -> bool {
    if let Test::IsSet(set) = test {
        return value.is_some_and(|value| !said(value).is_empty()) == *set;
    }
    if let Test::IsNot(wanted) = test {
        return !value.is_some_and(|value| same(value, wanted));
    }
    let Some(value) = value else { return false };
    match test {
        Test::Is(wanted) => same(value, wanted),
        Test::Contains(part) => said(value).contains(&part.to_lowercase()),
        Test::BeginsWith(part) => said(value).starts_with(&part.to_lowercase()),
        Test::MoreThan(than) => compared(value, than) == Some(Ordering::Greater),
        Test::LessThan(than) => compared(value, than) == Some(Ordering::Less),
        Test::OnOrAfter(day) => date(value).is_some_and(|found| found >= *day),
        Test::Before(day) => date(value).is_some_and(|found| found < *day),
        Test::IsNot(_) | Test::IsSet(_) => false,
    }
}

/// A value as it is read aloud, in small letters.
fn said(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), |text| text.trim().to_lowercase())
}

fn same(value: &Value, wanted: &Value) -> bool {
    let numbers = (number(value), wanted.as_number().and_then(Number::as_f64));
    said(value) == said(wanted) || matches!(numbers, (Some(one), Some(other)) if one == other)
}

fn compared(value: &Value, than: &Number) -> Option<Ordering> {
    number(value)?.partial_cmp(&than.as_f64()?)
}

/// An attribute as a number: a file may have brought one as words.
fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// A day, or the day of a moment.
fn date(value: &Value) -> Option<Date> {
    value.as_str()?.trim().get(..10)?.parse().ok()
}
