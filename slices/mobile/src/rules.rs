//! What is decided: no database, no clock of its own.

use serde_json::Value;
use std::time::Duration;
use store::{Error, Result};

/// For how long an access token opens.
pub(crate) const ACCESS: Duration = Duration::from_secs(15 * 60);
/// For how long a refresh token can be used.
pub(crate) const REFRESH: Duration = Duration::from_secs(60 * 86_400);
/// Within this time the same refresh again is the same request, whose answer was lost.
pub(crate) const AGAIN_WITHIN: Duration = Duration::from_secs(30);
/// A device's last sign of life is written at most this often.
pub(crate) const SEEN_EVERY: Duration = Duration::from_secs(60);
/// For how long it is remembered what became of a change: half as long again as a phone may be away and still be let in.
pub(crate) const REMEMBERED: Duration = Duration::from_secs(90 * 86_400);
/// Changes in one push at the most.
pub(crate) const CHANGES: usize = 500;

/// The longest name of a device, in characters.
const NAME: usize = 80;
/// The longest text for an app's version, in characters.
const APP_VERSION: usize = 40;
/// The longest title of a prompt, in characters.
const TITLE: usize = 120;
/// The longest prompt, in characters.
const PROMPT: usize = 8_000;
/// The longest id of a change, in bytes.
const CHANGE_ID: usize = 64;

/// What a refresh token that is shown to us is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shown {
    /// Used for the first time.
    Fresh,
    /// The same request again, by a device that never heard the answer.
    Again,
    /// Used again although its successor was used, or after a while: somebody else has it as well.
    Stolen,
}

/// What a token is that was used `ago`, or not yet; `successor_used` tells whether the one after it was.
pub(crate) fn shown(ago: Option<Duration>, successor_used: bool) -> Shown {
    match ago {
        None => Shown::Fresh,
        Some(ago) if ago <= AGAIN_WITHIN && !successor_used => Shown::Again,
        Some(_) => Shown::Stolen,
    }
}

/// One state of a record: what it holds, or that it is deleted.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct State {
    /// `None` where it is deleted.
    pub body: Option<Value>,
}

/// What becomes of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Decision {
    /// It is so already.
    AsIs,
    /// It becomes this version.
    Write(i64),
    /// It was made without knowing what the record is now.
    Conflict,
}

/// What becomes of a change that was made knowing version `base` (0: nothing yet), where the record is `now`.
pub(crate) fn decide(now: Option<(i64, &State)>, base: i64, wanted: &State) -> Decision {
    match now {
        None if base == 0 => Decision::Write(1),
        None => Decision::Conflict,
        Some((_, state)) if state == wanted => Decision::AsIs,
        Some((version, _)) if version == base => Decision::Write(version + 1),
        Some(_) => Decision::Conflict,
    }
}

/// A prompt, as it may be kept: a title and a text, and nothing else.
pub(crate) fn prompt(body: &Value) -> Result<()> {
    let Some(fields) = body.as_object() else { return Err(Error::field("body", "an object with title and text")) };
    if let Some(unknown) = fields.keys().find(|name| !matches!(name.as_str(), "title" | "text")) {
        return Err(Error::field(format!("body.{unknown}"), "a prompt has a title and a text"));
    }
    text_of(body, "title", TITLE, true)?;
    text_of(body, "text", PROMPT, false)
}

fn text_of(body: &Value, field: &str, most: usize, one_line: bool) -> Result<()> {
    let text = body[field].as_str().unwrap_or_default();
    let controls = text.chars().any(|letter| letter.is_control() && (one_line || !matches!(letter, '\n' | '\t')));
    if text.trim().is_empty() || text.chars().count() > most || controls {
        return Err(Error::field(format!("body.{field}"), format!("a text of 1 to {most} characters")));
    }
    Ok(())
}

/// A device's own id for a change.
pub(crate) fn change_id(text: &str) -> Result<()> {
    let fits = (1..=CHANGE_ID).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
    if fits { Ok(()) } else { Err(Error::field("change_id", format!("1 to {CHANGE_ID} printable ASCII characters"))) }
}

/// What a device is called, without the spaces around it.
pub(crate) fn device_name(text: &str) -> Result<String> {
    line("device.name", text, NAME)
}

/// The version of an app, as it says itself.
pub(crate) fn app_version(text: &str) -> Result<String> {
    line("device.app_version", text, APP_VERSION)
}

fn line(field: &str, text: &str, most: usize) -> Result<String> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > most || text.chars().any(char::is_control) {
        return Err(Error::field(field, format!("1 to {most} characters, on one line")));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_refresh_token_is_used_once() {
        let seconds = |seconds| Some(Duration::from_secs(seconds));
        let table = [
            (None, false, Shown::Fresh),
            (seconds(0), false, Shown::Again),
            (seconds(30), false, Shown::Again),
            (seconds(31), false, Shown::Stolen),
            (seconds(1), true, Shown::Stolen),
        ];
        for (ago, successor_used, wanted) in table {
            assert_eq!(shown(ago, successor_used), wanted, "{ago:?} {successor_used}");
        }
    }

    #[test]
    fn a_change_knows_what_it_changes() {
        let state = |body: Option<&str>| State { body: body.map(|body| json!(body)) };
        let (a, b, gone) = (state(Some("a")), state(Some("b")), state(None));
        let table = [
            (None, 0, &a, Decision::Write(1)),
            (None, 0, &gone, Decision::Write(1)),
            (None, 3, &a, Decision::Conflict),
            (Some((1, &a)), 1, &b, Decision::Write(2)),
            (Some((1, &a)), 1, &gone, Decision::Write(2)),
            (Some((2, &gone)), 2, &a, Decision::Write(3)),
            (Some((2, &a)), 1, &b, Decision::Conflict),
            (Some((2, &a)), 0, &b, Decision::Conflict),
            (Some((2, &gone)), 1, &b, Decision::Conflict),
            (Some((2, &a)), 3, &b, Decision::Conflict),
            (Some((2, &a)), 1, &a, Decision::AsIs),
            (Some((2, &gone)), 0, &gone, Decision::AsIs),
        ];
        for (now, base, wanted, decision) in table {
            assert_eq!(decide(now, base, wanted), decision, "{now:?} {base} {wanted:?}");
        }
    }

    #[test]
    fn a_prompt_is_a_title_and_a_text() {
        assert!(prompt(&json!({"title": "Diwali", "text": "Write to our\nbest customers."})).is_ok());
        let table = [
            (json!("text"), "body"),
            (json!({"text": "x"}), "body.title"),
            (json!({"title": "x", "text": " "}), "body.text"),
            (json!({"title": "a\nb", "text": "x"}), "body.title"),
            (json!({"title": "x", "text": 7}), "body.text"),
            (json!({"title": "x", "text": "y".repeat(8_001)}), "body.text"),
            (json!({"title": "x", "text": "y", "z": 1}), "body.z"),
        ];
        for (body, field) in table {
            assert_eq!(prompt(&body).unwrap_err().fields()[0].field, field, "{body}");
        }
    }

    #[test]
    fn names_are_lines() {
        assert_eq!(device_name(" Asha's phone ").unwrap(), "Asha's phone");
        assert!(device_name("").is_err() && device_name("a\u{7}").is_err() && app_version(&"1".repeat(41)).is_err());
        assert!(change_id("01j8-x").is_ok() && change_id("").is_err() && change_id("a b").is_err());
    }
}
