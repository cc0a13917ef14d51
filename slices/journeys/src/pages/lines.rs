//! Attributes as lines of a form: `tier: gold`. What a program has set keeps its kind and its spelling.

use serde_json::{Deserializer, Map, Value};

/// The lines of attributes, each as [`read`] understands it: what would be understood otherwise stands in quotes.
pub(super) fn written(set: &Map<String, Value>) -> String {
    set.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn line((name, value): (&String, &Value)) -> String {
    let plain = name.trim() == name && !name.contains([':', '"', '\n', '\r']);
    let name = if plain { name.clone() } else { quoted(name) };
    match value {
        Value::Null => format!("{name}:"),
        Value::String(text) if said(text) == *value && !text.contains(['\n', '\r']) => format!("{name}: {text}"),
        Value::String(text) => format!("{name}: {}", quoted(text)),
        other => format!("{name}: {other}"),
    }
}

fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

/// What lines say, and the first that says nothing, or what another has said. Nothing after the colon is null.
pub(super) fn read(lines: &str) -> (Map<String, Value>, Option<&str>) {
    let (mut set, mut unread) = (Map::new(), None);
    for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
        match one(line).filter(|(name, _)| !set.contains_key(name)) {
            Some((name, value)) => drop(set.insert(name, value)),
            None => unread = unread.or(Some(line)),
        }
    }
    (set, unread)
}

fn one(line: &str) -> Option<(String, Value)> {
    let (name, value) = in_quotes(line).or_else(|| line.split_once(':').map(|(name, value)| (name.trim().to_owned(), value)))?;
    (!name.is_empty()).then(|| (name, said(value)))
}

/// A name in quotes, and what stands after its colon.
fn in_quotes(line: &str) -> Option<(String, &str)> {
    let mut names = Deserializer::from_str(line).into_iter::<String>();
    let name = names.next()?.ok()?;
    let value = line.get(names.byte_offset()..)?.trim_start().strip_prefix(':')?;
    Some((name, value))
}

fn said(text: &str) -> Value {
    let text = text.trim();
    match serde_json::from_str(text) {
        Ok(value @ (Value::Bool(_) | Value::Number(_) | Value::String(_))) => value,
        _ if text.is_empty() => Value::Null,
        _ => text.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn lines_are_read_as_what_they_look_like() {
        let typed = "tier: gold\r\n visits : 3 \n\nvip: true\ntrial:\ncode: \"007\"\nfloor: 007\nat: 10:30\nodd: null";
        let set =
            json!({"tier": "gold", "visits": 3, "vip": true, "trial": null, "code": "007", "floor": "007", "at": "10:30", "odd": "null"});
        assert_eq!(read(typed), (set.as_object().cloned().unwrap(), None));
        for (typed, wrong) in [("no colon", "no colon"), ("a: 1\na: 2", "a: 2"), (": x", ": x")] {
            assert_eq!(read(typed).1, Some(wrong), "{typed}");
        }
    }

    fn value() -> impl Strategy<Value = Value> {
        prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            "[ -~\n\r]{0,12}".prop_map(Value::from),
            prop::sample::select(vec!["3", "true", "null", "\"x\"", "", " x "]).prop_map(Value::from),
        ]
    }

    proptest! {
        #[test]
        fn what_was_set_is_read_as_it_was(set in prop::collection::btree_map("[ -~\n\r]{1,8}", value(), 0..6)) {
            let set: Map<String, Value> = set.into_iter().collect();
            let lines = written(&set);
            prop_assert_eq!(read(&lines), (set, None), "{}", lines);
        }
    }
}
