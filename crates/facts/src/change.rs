//! What a change changed: field by field, before and after.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What stands in the place of a secret.
pub const MASK: &str = "••••";
/// The letters of a text that a fact keeps: enough to see what was changed. The whole text is where it is in force.
const LONGEST: usize = 500;
/// How deep objects are taken apart into fields of their own.
const DEEPEST: u32 = 3;

/// One field that a change changed. Null, and left out of the JSON, is what was not there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// Its name, with dots where it lies inside another: `attributes.city`.
    pub field: String,
    /// What it was.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub before: Value,
    /// What it is from now on.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub after: Value,
}

impl Change {
    /// One field, of which it is known that it changed.
    pub fn new(field: impl Into<String>, before: impl Into<Value>, after: impl Into<Value>) -> Self {
        Self { field: field.into(), before: short(before.into()), after: short(after.into()) }
    }

    /// A secret that was set, or replaced where there `was` one. What it is, is nowhere told.
    pub fn secret(field: impl Into<String>, was: bool) -> Self {
        Self { field: field.into(), before: if was { MASK.into() } else { Value::Null }, after: MASK.into() }
    }

    /// The fields in which two things differ, by name. Null before is something that is new, null after something that is gone.
    pub fn between(before: &Value, after: &Value) -> Vec<Change> {
        let mut found = Vec::new();
        compare(String::new(), before, after, DEEPEST, &mut found);
        found
    }
}

fn compare(name: String, before: &Value, after: &Value, depth: u32, found: &mut Vec<Change>) {
    if before == after {
        return;
    }
    let empty = Map::new();
    let (old, new) = match (before, after) {
        (Value::Object(old), Value::Object(new)) if depth > 0 => (old, new),
        (Value::Object(old), Value::Null) if depth > 0 => (old, &empty),
        (Value::Null, Value::Object(new)) if depth > 0 => (&empty, new),
        _ => return found.push(Change::new(name, before.clone(), after.clone())),
    };
    let of = |fields: &Map<String, Value>, field: &str| fields.get(field).cloned().unwrap_or_default();
    let gone = old.keys().filter(|field| !new.contains_key(*field));
    for field in new.keys().chain(gone) {
        let inside = if name.is_empty() { field.clone() } else { format!("{name}.{field}") };
        compare(inside, &of(old, field), &of(new, field), depth - 1, found);
    }
}

/// Cuts a text that is too long to be kept for ever; anything else that is too long becomes a text.
fn short(value: Value) -> Value {
    let text = match &value {
        Value::String(text) => text.clone(),
        Value::Array(_) | Value::Object(_) => value.to_string(),
        Value::Null | Value::Bool(_) | Value::Number(_) => return value,
    };
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => Value::String(format!("{}…", &text[..end])),
        None => value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn between(before: Value, after: Value) -> Value {
        serde_json::to_value(Change::between(&before, &after)).unwrap()
    }

    #[test]
    fn only_what_differs_by_name() {
        let before = json!({"attributes": {"age": 30, "city": "Pune"}, "name": "Asha", "phone": null, "tags": [1], "was": 1});
        let after = json!({"attributes": {"age": 30, "city": "Delhi"}, "name": "Asha K", "phone": "+91", "tags": [1, 2]});
        let expected = json!([
            {"field": "attributes.city", "before": "Pune", "after": "Delhi"},
            {"field": "name", "before": "Asha", "after": "Asha K"},
            {"field": "phone", "after": "+91"},
            {"field": "tags", "before": [1], "after": [1, 2]},
            {"field": "was", "before": 1},
        ]);
        assert_eq!(between(before.clone(), after), expected);
        assert_eq!(between(before.clone(), before), json!([]));
    }

    #[test]
    fn what_is_new_has_no_before() {
        assert_eq!(between(Value::Null, json!({"a": 1, "b": null})), json!([{"field": "a", "after": 1}]));
        assert_eq!(between(json!({"a": {"b": 1}}), Value::Null), json!([{"field": "a.b", "before": 1}]));
    }

    #[test]
    fn what_is_long_is_cut_between_letters() {
        let change = Change::new("body", Value::Null, "é".repeat(501));
        assert_eq!(change.after, json!(format!("{}…", "é".repeat(500))));
        assert_eq!(Change::new("body", Value::Null, "é".repeat(500)).after, json!("é".repeat(500)));
        assert!(Change::new("list", Value::Null, vec![1; 1_000]).after.is_string());
    }

    #[test]
    fn a_secret_is_only_said_to_be_set() {
        assert_eq!(serde_json::to_value(Change::secret("key", false)).unwrap(), json!({"field": "key", "after": "••••"}));
        assert_eq!(serde_json::to_value(Change::secret("key", true)).unwrap(), json!({"field": "key", "before": "••••", "after": "••••"}));
    }
}
