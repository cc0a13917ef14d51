//! What a tenant may set: every name, its usual value, and what it may be.

use serde_json::{Map, Value, json};
use store::{Error, Result};

/// One thing that may be set.
struct Known {
    name: &'static str,
    usual: fn() -> Value,
    /// What it may be, as it is told to whoever sets something else.
    is: &'static str,
    fits: fn(&Value) -> bool,
}

const DAY: u64 = 86_400;

/// All of them. Each is read where its slice says: `messages.*` by messages, `payments.*` by payments.
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
        fits: is_pace,
    },
    Known { name: "messages.unknown_hold_seconds", usual: || json!(300), is: "0 to 86400 seconds", fits: |value| number(value, 0, DAY) },
    Known { name: "messages.mail_hold_seconds", usual: || json!(60), is: "0 to 86400 seconds", fits: |value| number(value, 0, DAY) },
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

fn is_pace(value: &Value) -> bool {
    let Some(fields) = value.as_object() else { return false };
    let fits = |(name, value): (&String, &Value)| match name.as_str() {
        "per_second" => number(value, 1, 1_000),
        "gap_seconds" => number(value, 0, 3_600),
        _ => false,
    };
    fields.iter().all(fits)
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
            ("payments.janitor", json!([30, 60]), true),
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
