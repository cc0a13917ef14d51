//! A filter as it is written, in JSON. What is wrong with it is said with its place, such as `filter.all[1].attribute`.

use super::kinds;
use super::model::{Did, Filter, Test};
use consent::Class;
use jiff::civil::Date;
use serde_json::{Map, Value};
use std::str::FromStr;
use store::{Error, Result};

/// How deep groups may stand in each other.
const DEPTH: usize = 6;
/// How many conditions a filter may have.
const CONDITIONS: usize = 40;
/// The longest text of a condition, in characters.
const TEXT: usize = 200;
/// The longest look back, in days: ten years.
pub(super) const DAYS: i64 = 3_650;
/// The most times that may be asked for.
const TIMES: i64 = 10_000;

/// The tests of an attribute, by their names.
const TESTS: [&str; 9] = ["is", "is_not", "contains", "begins_with", "more_than", "less_than", "on_or_after", "before", "is_set"];

/// Reads a filter; `place` is where it stands, such as `filter`.
///
/// # Errors
/// The place that is wrong, and what may stand there.
pub(crate) fn read(place: &str, value: &Value) -> Result<Filter> {
    let mut left = CONDITIONS;
    filter(place, value, DEPTH, &mut left)
}

fn filter(place: &str, value: &Value, depth: usize, left: &mut usize) -> Result<Filter> {
    let Value::Object(map) = value else {
        return Err(Error::field(place, "an object such as {\"attribute\": \"city\", \"is\": \"Pune\"}"));
    };
    if depth == 0 {
        return Err(Error::field(place, format!("groups stand at most {DEPTH} deep in each other")));
    }
    let of = |key: &str| format!("{place}.{key}");
    if let Some(parts) = map.get("all") {
        only(place, map, &["all"])?;
        return Ok(Filter::All(group(&of("all"), parts, depth, left)?));
    }
    if let Some(parts) = map.get("any") {
        only(place, map, &["any"])?;
        return Ok(Filter::Any(group(&of("any"), parts, depth, left)?));
    }
    if let Some(part) = map.get("not") {
        only(place, map, &["not"])?;
        return Ok(Filter::Not(Box::new(filter(&of("not"), part, depth - 1, left)?)));
    }
    *left = left.checked_sub(1).ok_or_else(|| Error::field(place, format!("at most {CONDITIONS} conditions in one filter")))?;
    condition(place, map)
}

fn group(place: &str, value: &Value, depth: usize, left: &mut usize) -> Result<Vec<Filter>> {
    let parts = value.as_array().filter(|parts| !parts.is_empty());
    let parts = parts.ok_or_else(|| Error::field(place, "a list of one condition or more"))?;
    parts.iter().enumerate().map(|(at, part)| filter(&format!("{place}[{at}]"), part, depth - 1, left)).collect()
}

fn condition(place: &str, map: &Map<String, Value>) -> Result<Filter> {
    let of = |key: &str| format!("{place}.{key}");
    if let Some(name) = map.get("attribute") {
        let name = text(&of("attribute"), name)?;
        return Ok(Filter::Attribute(name, test(place, map)?));
    }
    if let Some(kind) = map.get("did") {
        only(place, map, &["did", "at_least", "days"])?;
        let kind = text(&of("did"), kind)?;
        if !kinds::is_deed(&kind) {
            return Err(Error::field(of("did"), kinds::deed_names()));
        }
        let at_least = number(&of("at_least"), map.get("at_least"), TIMES)?.unwrap_or(1);
        let days = number(&of("days"), map.get("days"), DAYS)?;
        return Ok(Filter::Did(Did { kind, at_least, days }));
    }
    if let Some(list) = map.get("list") {
        only(place, map, &["list"])?;
        return Ok(Filter::List(word(&of("list"), list, "the id of a list")?));
    }
    if let Some(tag) = map.get("tag") {
        only(place, map, &["tag"])?;
        let tag = text(&of("tag"), tag)?;
        return Ok(Filter::Tag(
            contacts::tag(&tag).map_err(|_| Error::field(of("tag"), "1 to 50 characters without a comma, such as vip"))?,
        ));
    }
    if let Some(class) = map.get("may") {
        only(place, map, &["may", "channel"])?;
        let class: Class = word(&of("may"), class, "marketing or service")?;
        if !matches!(class, Class::Marketing | Class::Service) {
            return Err(Error::field(of("may"), "marketing or service"));
        }
        let channel = map.get("channel").unwrap_or(&Value::Null);
        return Ok(Filter::May(class, word(&of("channel"), channel, "whatsapp, email or sms")?));
    }
    Err(Error::field(place, "one of all, any, not, attribute, did, list, tag, may"))
}

/// Refuses what stands beside the keys that belong together.
fn only(place: &str, map: &Map<String, Value>, keys: &[&str]) -> Result<()> {
    match map.keys().find(|key| !keys.contains(&key.as_str())) {
        Some(other) => Err(Error::field(format!("{place}.{other}"), format!("nothing but {} may stand here", keys.join(", ")))),
        None => Ok(()),
    }
}

fn test(place: &str, map: &Map<String, Value>) -> Result<Test> {
    let mut found = map.iter().filter(|(key, _)| key.as_str() != "attribute");
    let (Some((name, value)), None) = (found.next(), found.next()) else {
        return Err(Error::field(place, format!("an attribute and one of {}", TESTS.join(", "))));
    };
    let at = format!("{place}.{name}");
    Ok(match name.as_str() {
        "is" => Test::Is(plain(&at, value)?),
        "is_not" => Test::IsNot(plain(&at, value)?),
        "contains" => Test::Contains(text(&at, value)?),
        "begins_with" => Test::BeginsWith(text(&at, value)?),
        "more_than" => Test::MoreThan(amount(&at, value)?),
        "less_than" => Test::LessThan(amount(&at, value)?),
        "on_or_after" => Test::OnOrAfter(word::<Date>(&at, value, "a day such as 2026-11-22")?),
        "before" => Test::Before(word::<Date>(&at, value, "a day such as 2026-11-22")?),
        "is_set" => Test::IsSet(value.as_bool().ok_or_else(|| Error::field(at, "true or false"))?),
        _ => return Err(Error::field(at, format!("one of {}", TESTS.join(", ")))),
    })
}

fn text(place: &str, value: &Value) -> Result<String> {
    let text = value.as_str().map(str::trim);
    let fits = |text: &&str| !text.is_empty() && text.chars().count() <= TEXT && !text.chars().any(char::is_control);
    text.filter(fits).map(str::to_owned).ok_or_else(|| Error::field(place, format!("a text of 1 to {TEXT} characters, on one line")))
}

fn plain(place: &str, value: &Value) -> Result<Value> {
    match value {
        Value::Bool(_) | Value::Number(_) => Ok(value.clone()),
        Value::String(_) => text(place, value).map(Value::String),
        _ => Err(Error::field(place, "a text, a number, true or false")),
    }
}

fn amount(place: &str, value: &Value) -> Result<serde_json::Number> {
    value.as_number().cloned().ok_or_else(|| Error::field(place, "a number, without quotation marks"))
}

fn number(place: &str, value: Option<&Value>, most: i64) -> Result<Option<i64>> {
    let Some(value) = value else { return Ok(None) };
    let number = value.as_i64().filter(|number| (1..=most).contains(number));
    number.map(Some).ok_or_else(|| Error::field(place, format!("a number from 1 to {most}")))
}

fn word<T: FromStr>(place: &str, value: &Value, hint: &str) -> Result<T> {
    value.as_str().and_then(|text| text.parse().ok()).ok_or_else(|| Error::field(place, hint))
}
