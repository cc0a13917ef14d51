//! What a tenant may set: every name, its usual value, and what it may be.

use serde_json::{Map, Value, json};
use store::{Error, Result};
use web::Quiet;

/// One thing that may be set.
struct Known {
    name: &'static str,
    usual: fn() -> Value,
    /// What it may be, as it is told to whoever sets something else.
    is: &'static str,
    fits: fn(&Value) -> bool,
}

const DAY: u64 = 86_400;

/// All of them. Each is read where its slice says: `messages.*` by messages, `payments.*` by payments, and so on.
const KNOWN: &[Known] = &[
    Known {
        name: "messages.retry_minutes",
        usual: || json!([5, 10, 15]),
        is: "a list of at most 10 waits of 1 to 1440 minutes, one before each retry",
        fits: |value| numbers(value, 10, 1, 1_440),
    },
    Known {
        name: "messages.pace",
        usual: || json!({"per_second": 80, "gap_seconds": 6}),
        is: "an object of per_second, 1 to 1000, and gap_seconds, 0 to 3600",
        fits: |value| object(value, &[("per_second", 1, 1_000), ("gap_seconds", 0, 3_600)]),
    },
    Known {
        name: "messages.caps",
        usual: || json!([]),
        is: "a list of at most 10 objects of most, 1 to 1000, days, 1 to 31, and where it is not for all of them a channel (whatsapp, sms, email \
             or push) and a class (marketing or personal)",
        fits: caps,
    },
    Known {
        name: "messages.quiet",
        usual: || json!({"from": "21:00", "to": "09:00"}),
        is: "an object of from and to, two times of day that leave an hour of it at least, or the same for no quiet hours",
        fits: quiet,
    },
    Known { name: "messages.unknown_hold_seconds", usual: || json!(300), is: "0 to 86400 seconds", fits: |value| number(value, 0, DAY) },
    Known { name: "messages.sms_after_minutes", usual: || json!(0), is: "0 to 1440 minutes", fits: |value| number(value, 0, 1_440) },
    Known { name: "messages.whatsapp_people", usual: || json!(0), is: "0 to 1000000 people", fits: |value| number(value, 0, 1_000_000) },
    Known { name: "messages.track", usual: || json!(true), is: "true or false", fits: Value::is_boolean },
    Known { name: "messages.mail_hold_seconds", usual: || json!(60), is: "0 to 86400 seconds", fits: |value| number(value, 0, DAY) },
    Known {
        name: "channels.whatsapp",
        usual: || json!([]),
        is: "a list of meta, myoperator, twilio and gateway in the order in which they are tried, or an empty one for the usual",
        fits: |value| words(value, &["meta", "myoperator", "twilio", "gateway"]),
    },
    Known {
        name: "channels.whatsapp_prices",
        usual: || Value::Null,
        is: "an object of currency, and of marketing, utility and authentication: what a message costs in ten-thousandths of a unit of the \
             currency, 0 to 10000000",
        fits: prices,
    },
    Known {
        name: "otp.channels",
        usual: || json!([]),
        is: "a list of whatsapp, sms and email in the order in which codes go by them, or an empty one for the usual",
        fits: |value| words(value, &["whatsapp", "sms", "email"]),
    },
    Known {
        name: "otp.limits",
        usual: || json!({"address": 5, "ip": 20, "tenant": 1_000}),
        is: "an object of address, ip and tenant: codes within an hour, 1 to 1000000 each",
        fits: |value| object(value, &[("address", 1, 1_000_000), ("ip", 1, 1_000_000), ("tenant", 1, 1_000_000)]),
    },
    Known {
        name: "payments.janitor",
        usual: || json!([]),
        is: "a list of at most 10 waits of 1 to 86400 seconds before the provider is asked, or an empty one for the usual",
        fits: |value| numbers(value, 10, 1, DAY),
    },
];

fn number(value: &Value, least: u64, most: u64) -> bool {
    value.as_u64().is_some_and(|number| (least..=most).contains(&number))
}

fn numbers(value: &Value, count: usize, least: u64, most: u64) -> bool {
    value.as_array().is_some_and(|list| list.len() <= count && list.iter().all(|item| number(item, least, most)))
}

/// A list of some of these words.
fn words(value: &Value, known: &[&str]) -> bool {
    value
        .as_array()
        .is_some_and(|list| list.len() <= known.len() && list.iter().all(|item| item.as_str().is_some_and(|word| known.contains(&word))))
}

/// An object of some of these numbers, each with its least and most.
fn object(value: &Value, known: &[(&str, u64, u64)]) -> bool {
    let fits = |name: &str, value: &Value| known.iter().any(|(field, least, most)| *field == name && number(value, *least, *most));
    value.as_object().is_some_and(|fields| fields.iter().all(|(name, value)| fits(name, value)))
}

/// How often somebody is written to: each at most so many in so many days.
fn caps(value: &Value) -> bool {
    const NUMBERS: [(&str, u64, u64); 2] = [("most", 1, 1_000), ("days", 1, 31)];
    const WORDS: [(&str, &[&str]); 2] = [("channel", &["whatsapp", "sms", "email", "push"]), ("class", &["marketing", "personal"])];
    let one = |cap: &Value| {
        let Some(fields) = cap.as_object() else { return false };
        let numbers = NUMBERS.iter().all(|(name, least, most)| fields.get(*name).is_some_and(|value| number(value, *least, *most)));
        let rest = fields.iter().filter(|(name, _)| NUMBERS.iter().all(|(known, ..)| known != name));
        let word = |name: &str, value: &Value| {
            WORDS.iter().any(|(known, words)| *known == name && value.as_str().is_some_and(|word| words.contains(&word)))
        };
        numbers && rest.into_iter().all(|(name, value)| word(name, value))
    };
    value.as_array().is_some_and(|all| all.len() <= 10 && all.iter().all(one))
}

/// Two times of day.
fn quiet(value: &Value) -> bool {
    let Some(fields) = value.as_object().filter(|fields| fields.len() == 2) else { return false };
    let hour = |name: &str| fields.get(name).and_then(Value::as_str).unwrap_or_default();
    Quiet::between(hour("from"), hour("to")).and_then(|quiet| quiet.leaves_room()).is_ok()
}

/// A currency, and some of the prices of a message; nothing where none is said.
fn prices(value: &Value) -> bool {
    const KINDS: [&str; 3] = ["marketing", "utility", "authentication"];
    let Some(fields) = value.as_object() else { return value.is_null() };
    let currency = fields.get("currency").and_then(Value::as_str).is_some_and(|code| code.parse::<facts::Currency>().is_ok());
    let rest = fields.iter().filter(|(name, _)| *name != "currency");
    currency && rest.into_iter().all(|(name, price)| KINDS.contains(&name.as_str()) && number(price, 0, 10_000_000))
}

/// What holds for a tenant that has set `own`.
pub(crate) fn in_force(own: impl IntoIterator<Item = (String, Value)>) -> Map<String, Value> {
    let mut all: Map<String, Value> = KNOWN.iter().map(|known| (known.name.to_owned(), (known.usual)())).collect();
    for (name, value) in own {
        if let Some(place) = all.get_mut(&name) {
            *place = value;
        }
    }
    all
}

/// Whether these may be set; null goes back to the usual.
///
/// # Errors
/// The first name that is unknown or has a value it may not have.
pub(crate) fn check(wanted: &Map<String, Value>) -> Result<()> {
    for (name, value) in wanted {
        let known = KNOWN.iter().find(|known| known.name == name).ok_or_else(|| {
            let names: Vec<&str> = KNOWN.iter().map(|known| known.name).collect();
            Error::field(name.as_str(), format!("no such setting; there are {}", names.join(", ")))
        })?;
        if !value.is_null() && !(known.fits)(value) {
            return Err(Error::field(name.as_str(), known.is));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_is_allowed() {
        for known in KNOWN {
            assert!((known.fits)(&(known.usual)()), "{}", known.name);
        }
    }

    #[test]
    fn only_what_fits_is_set() {
        let table = [
            ("messages.retry_minutes", json!([1, 2]), true),
            ("messages.retry_minutes", json!([]), true),
            ("messages.retry_minutes", json!([0]), false),
            ("messages.retry_minutes", json!([-5]), false),
            ("messages.retry_minutes", json!([1.5]), false),
            ("messages.retry_minutes", json!("5,10,15"), false),
            ("messages.retry_minutes", json!([1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]), false),
            ("messages.retry_minutes", json!(null), true),
            ("messages.pace", json!({"per_second": 10}), true),
            ("messages.pace", json!({"per_second": 0}), false),
            ("messages.pace", json!({"color": 1}), false),
            ("messages.mail_hold_seconds", json!(86_401), false),
            ("messages.caps", json!([{"most": 2, "days": 7}, {"channel": "sms", "class": "marketing", "most": 1, "days": 1}]), true),
            ("messages.caps", json!([{"most": 0, "days": 7}]), false),
            ("messages.caps", json!([{"most": 2}]), false),
            ("messages.caps", json!([{"most": 2, "days": 7, "channel": "fax"}]), false),
            ("messages.quiet", json!({"from": "00:00", "to": "00:00"}), true),
            ("messages.quiet", json!({"from": "21:00"}), false),
            ("messages.quiet", json!({"from": "21:00", "to": "20:30"}), false),
            ("payments.janitor", json!([30, 60]), true),
            ("channels.whatsapp_prices", json!({"currency": "INR", "marketing": 8_631}), true),
            ("channels.whatsapp_prices", json!({"currency": "INR", "marketing": 0.8631}), false),
            ("channels.whatsapp_prices", json!({"marketing": 8_631}), false),
            ("channels.whatsapp_prices", json!({"currency": "XXQ"}), false),
            ("channels.whatsapp_prices", json!({"currency": "INR", "service": 1}), false),
            ("unheard", json!(1), false),
        ];
        for (name, value, fits) in table {
            let wanted = Map::from_iter([(name.to_owned(), value.clone())]);
            assert_eq!(check(&wanted).is_ok(), fits, "{name} {value}");
        }
    }

    #[test]
    fn what_is_set_stands_in_for_the_usual() {
        let all = in_force([("messages.retry_minutes".to_owned(), json!([1])), ("gone".to_owned(), json!(1))]);
        assert_eq!(all["messages.retry_minutes"], json!([1]));
        assert_eq!(all["messages.mail_hold_seconds"], json!(60));
        assert!(!all.contains_key("gone"));
    }
}
