//! A filter in JSON, as [`super::read`] reads it.

use super::model::{Did, Filter, Test};
use serde_json::{Value, json};

/// The filter in JSON, in its one spelling.
pub(crate) fn write(filter: &Filter) -> Value {
    let all = |parts: &[Filter]| parts.iter().map(write).collect::<Vec<_>>();
    match filter {
        Filter::All(parts) => json!({"all": all(parts)}),
        Filter::Any(parts) => json!({"any": all(parts)}),
        Filter::Not(part) => json!({"not": write(part)}),
        Filter::Attribute(name, test) => {
            let (key, value) = tested(test);
            json!({"attribute": name, key: value})
        }
        Filter::Did(Did { kind, at_least, days: None }) => json!({"did": kind, "at_least": at_least}),
        Filter::Did(Did { kind, at_least, days: Some(days) }) => json!({"did": kind, "at_least": at_least, "days": days}),
        Filter::List(list) => json!({"list": list}),
        Filter::Tag(tag) => json!({"tag": tag}),
        Filter::May(class, channel) => json!({"may": class.as_str(), "channel": channel.as_str()}),
    }
}

/// The name of a test, and what it is held against.
pub(crate) fn tested(test: &Test) -> (&'static str, Value) {
    match test {
        Test::Is(value) => ("is", value.clone()),
        Test::IsNot(value) => ("is_not", value.clone()),
        Test::Contains(text) => ("contains", json!(text)),
        Test::BeginsWith(text) => ("begins_with", json!(text)),
        Test::MoreThan(number) => ("more_than", Value::Number(number.clone())),
        Test::LessThan(number) => ("less_than", Value::Number(number.clone())),
        Test::OnOrAfter(day) => ("on_or_after", json!(day.to_string())),
        Test::Before(day) => ("before", json!(day.to_string())),
        Test::IsSet(set) => ("is_set", json!(set)),
    }
}
