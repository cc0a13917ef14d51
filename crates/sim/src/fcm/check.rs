//! What a push has to look like, as strictly as Google reads it: no field that it does not know, one target, texts alone as data.

use super::wire::Refused;
use serde_json::{Map, Value};

/// The most that data and notification may have together, in bytes; half of it for topics.
const LARGEST: usize = 4_096;
const LARGEST_TO_TOPIC: usize = 2_048;
const TARGETS: [&str; 4] = ["token", "topic", "condition", "fid"];
const PARTS: [&str; 6] = ["notification", "data", "android", "apns", "webpush", "fcm_options"];

/// The message of a call, and whether it is only to be looked at. Names are written with underscores from here on.
pub(super) fn message(body: &[u8]) -> Result<(Map<String, Value>, bool), Refused> {
    let whole: Value = serde_json::from_slice(body).map_err(|error| Refused::argument("", format!("Invalid JSON payload: {error}")))?;
    let Value::Object(mut whole) = whole else { return Err(Refused::argument("", "Invalid JSON payload received.")) };
    let only_look = ["validate_only", "validateOnly"].iter().any(|name| whole.remove(*name) == Some(Value::Bool(true)));
    let Some(Value::Object(given)) = whole.remove("message") else { return Err(Refused::argument("message", "Message is required")) };
    if let Some(name) = whole.keys().next() {
        return Err(unknown("", name));
    }
    let message: Map<String, Value> = given.into_iter().map(|(name, value)| (underscored(&name), value)).collect();
    if let Some(name) = message.keys().find(|name| !TARGETS.contains(&name.as_str()) && !PARTS.contains(&name.as_str()) && *name != "name")
    {
        return Err(unknown("message", name));
    }
    fits(&message)?;
    Ok((message, only_look))
}

/// `fcmOptions` as `fcm_options`: Google takes either.
fn underscored(name: &str) -> String {
    name.chars().fold(String::new(), |mut out, letter| {
        if letter.is_ascii_uppercase() {
            out.push('_');
        }
        out.push(letter.to_ascii_lowercase());
        out
    })
}

fn unknown(at: &str, name: &str) -> Refused {
    let at = if at.is_empty() { String::new() } else { format!(" at '{at}'") };
    Refused::argument("message", format!("Invalid JSON payload received. Unknown name \"{name}\"{at}: Cannot find field."))
}

fn fits(message: &Map<String, Value>) -> Result<(), Refused> {
    let targets: Vec<&str> = TARGETS.into_iter().filter(|name| message.contains_key(*name)).collect();
    let [target] = targets.as_slice() else {
        return Err(Refused::argument("message", "Exactly one of token, topic or condition must be specified"));
    };
    let address = message[*target].as_str().unwrap_or_default();
    if address.is_empty() || address.contains(char::is_whitespace) && *target != "condition" {
        return Err(Refused::argument("message.token", "The registration token is not a valid FCM registration token"));
    }
    if *target == "topic" && !address.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.~%".contains(&byte)) {
        return Err(Refused::argument("message.topic", "Malformed topic name"));
    }
    let parts = [("notification", "message.notification"), ("android", "message.android"), ("webpush", "message.webpush")];
    if let Some((_, field)) = parts.iter().find(|(name, _)| message.get(*name).is_some_and(|part| !part.is_object())) {
        return Err(Refused::argument(field, "Invalid value: an object is expected"));
    }
    let data = size_of_data(message.get("data"))?;
    let shown = message.get("notification").map_or(0, |shown| shown.to_string().len());
    let largest = if *target == "topic" { LARGEST_TO_TOPIC } else { LARGEST };
    if data + shown > largest {
        return Err(Refused::argument("message", format!("Message payload is too big: at most {largest} bytes")));
    }
    android(message.get("android"))
}

/// How many bytes the data has, names and values together.
fn size_of_data(data: Option<&Value>) -> Result<usize, Refused> {
    let Some(data) = data else { return Ok(0) };
    let Value::Object(pairs) = data else { return Err(Refused::argument("message.data", "Invalid value: a map is expected")) };
    pairs.iter().try_fold(0, |size, (name, value)| {
        let Some(text) = value.as_str() else {
            return Err(Refused::argument(
                "message.data[0].value",
                format!("Invalid value at 'message.data[0].value' (TYPE_STRING), {value}"),
            ));
        };
        if name == "from" || name == "message_type" || name == "collapse_key" || name.starts_with("google.") || name.starts_with("gcm.") {
            return Err(Refused::argument("message.data", format!("Invalid data payload key: {name}")));
        }
        Ok(size + name.len() + text.len())
    })
}

fn android(part: Option<&Value>) -> Result<(), Refused> {
    let Some(part) = part else { return Ok(()) };
    if part["priority"].as_str().is_some_and(|word| !["normal", "high"].contains(&word.to_lowercase().as_str())) {
        return Err(Refused::argument("message.android.priority", "Invalid value at 'message.android.priority'"));
    }
    let seconds = |text: &str| text.strip_suffix('s').is_some_and(|number| number.parse::<f64>().is_ok_and(|number| number >= 0.0));
    if part.get("ttl").is_some_and(|ttl| !ttl.as_str().is_some_and(seconds)) {
        return Err(Refused::argument("message.android.ttl", "Invalid value at 'message.android.ttl': seconds and an s"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn judged(message_body: Value) -> bool {
        message(json!({"message": message_body}).to_string().as_bytes()).is_ok()
    }

    #[test]
    fn what_is_taken() {
        for (body, right) in [
            (json!({"token": "t"}), true),
            (json!({"token": "t", "notification": {"title": "a", "body": "b"}, "data": {"a": "b"}}), true),
            (json!({"token": "t", "fcmOptions": {"analytics_label": "x"}, "android": {"priority": "HIGH", "ttl": "3600s"}}), true),
            (json!({"topic": "news"}), true),
            (json!({}), false),
            (json!({"token": ""}), false),
            (json!({"token": "a b"}), false),
            (json!({"token": "t", "topic": "news"}), false),
            (json!({"topic": "/topics/news"}), false),
            (json!({"token": "t", "colour": "red"}), false),
            (json!({"token": "t", "data": {"a": 1}}), false),
            (json!({"token": "t", "data": {"google.x": "1"}}), false),
            (json!({"token": "t", "data": {"a": "b".repeat(4_095)}}), true),
            (json!({"token": "t", "data": {"a": "b".repeat(4_096)}}), false),
            (json!({"topic": "t", "data": {"a": "b".repeat(2_048)}}), false),
            (json!({"token": "t", "android": {"priority": "urgent"}}), false),
            (json!({"token": "t", "android": {"ttl": 3600}}), false),
        ] {
            assert_eq!(judged(body.clone()), right, "{body}");
        }
    }
}
