//! A filter in words: "city is Pune and paid an order at least 2 times in 30 days".

use super::kinds;
use super::model::{Did, Filter, Test};
use super::write::tested;
use consent::Class;
use facts::ListId;
use serde_json::Value;
use std::borrow::Cow;
use std::collections::HashMap;

/// What lists are called; one that is not named here was deleted.
pub(crate) type Lists = HashMap<ListId, String>;

/// The filter in words.
pub(crate) fn words(filter: &Filter, lists: &Lists) -> String {
    match filter {
        Filter::All(parts) => joined(parts, " and ", lists),
        Filter::Any(parts) => joined(parts, " or ", lists),
        Filter::Not(part) => negated(part, lists),
        Filter::Attribute(name, test) => attribute(name, test),
        Filter::Did(did) => deed(did),
        Filter::List(list) => format!("is on the list {}", called(*list, lists)),
        Filter::Tag(tag) => format!("has the tag {tag}"),
        Filter::May(class, channel) => format!("may get {} by {}", letters(*class), channel.title()),
    }
}

fn joined(parts: &[Filter], by: &str, lists: &Lists) -> String {
    let one = |part: &Filter| match part {
        Filter::All(inner) | Filter::Any(inner) if inner.len() > 1 && parts.len() > 1 => format!("({})", words(part, lists)),
        _ => words(part, lists),
    };
    parts.iter().map(one).collect::<Vec<_>>().join(by)
}

/// The usual negations have words of their own.
fn negated(filter: &Filter, lists: &Lists) -> String {
    match filter {
        Filter::List(list) => format!("is not on the list {}", called(*list, lists)),
        Filter::Tag(tag) => format!("does not have the tag {tag}"),
        Filter::May(class, channel) => format!("may not get {} by {}", letters(*class), channel.title()),
        Filter::Did(did) if did.at_least == 1 => format!("never {}{}", action(did), window(did)),
        Filter::Did(did) => format!("{} fewer than {} times{}", action(did), did.at_least, window(did)),
        other => format!("not ({})", words(other, lists)),
    }
}

fn called(list: ListId, lists: &Lists) -> &str {
    lists.get(&list).map_or("that was deleted", String::as_str)
}

fn letters(class: Class) -> &'static str {
    if class == Class::Marketing { "offers" } else { "messages about orders" }
}

/// An attribute's name, for people.
pub(crate) fn attribute_words(name: &str) -> String {
    match name {
        "email" => "e-mail".to_owned(),
        "locale" => "language".to_owned(),
        "created_at" => "known since".to_owned(),
        other => other.replace('_', " "),
    }
}

fn attribute(name: &str, test: &Test) -> String {
    let name = attribute_words(name);
    let value = plain(&tested(test).1);
    match test {
        Test::Is(_) => format!("{name} is {value}"),
        Test::IsNot(_) => format!("{name} is not {value}"),
        Test::Contains(_) => format!("{name} contains {value}"),
        Test::BeginsWith(_) => format!("{name} begins with {value}"),
        Test::MoreThan(_) => format!("{name} is more than {value}"),
        Test::LessThan(_) => format!("{name} is less than {value}"),
        Test::OnOrAfter(_) => format!("{name} is on or after {value}"),
        Test::Before(_) => format!("{name} is before {value}"),
        Test::IsSet(true) => format!("{name} is known"),
        Test::IsSet(false) => format!("{name} is not known"),
    }
}

fn action(did: &Did) -> Cow<'_, str> {
    kinds::deed_words(&did.kind)
}

fn window(did: &Did) -> String {
    match did.days {
        None => String::new(),
        Some(1) => " today".to_owned(),
        Some(days) => format!(" in {days} days"),
    }
}

fn deed(did: &Did) -> String {
    let times = if did.at_least == 1 { String::new() } else { format!(" at least {} times", did.at_least) };
    format!("{}{times}{}", action(did), window(did))
}

/// A plain value as it is typed.
pub(crate) fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
