//! What a change changed, in one line: the field, what it was, what it is.

use facts::Change;
use maud::{Markup, html};
use serde_json::Value;

/// One field, from what to what.
pub fn change(change: &Change) -> Markup {
    let text = |value: &Value| match value {
        Value::Null => "nothing".to_owned(),
        Value::String(text) => text.clone(),
        value => value.to_string(),
    };
    html! { div { (change.field.replace('_', " ")) ": " bdi { (text(&change.before)) } " → " bdi { (text(&change.after)) } } }
}
