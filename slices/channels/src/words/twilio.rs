//! Twilio's calls, which are forms: status callbacks and what people write. And what people wrote as its list has it, which is JSON.

use super::{Enclosed, Receipt, Status, Wish, Word, Written, list, written};
use crate::answer::{text, words};
use facts::Time;
use facts::consent::Scope;
use facts::messages::Channel;
use serde_json::Value;
use std::collections::HashMap;

pub(super) fn read(body: &[u8]) -> Vec<Word> {
    // No form begins so.
    if body.starts_with(b"{") {
        return serde_json::from_slice(body).ok().and_then(|said| listed(&said)).into_iter().collect();
    }
    let fields: HashMap<String, String> = form_urlencoded::parse(body).into_owned().collect();
    let get = |name: &str| fields.get(name).filter(|value| !value.is_empty()).map(|value| words(value));
    let Some(sid) = get("MessageSid").or_else(|| get("SmsSid")) else { return Vec::new() };
    if let Some(said) = get("MessageStatus").or_else(|| get("SmsStatus")).filter(|said| said != "received") {
        return status(&said)
            .map(|status| {
                Word::Receipt(Receipt {
                    reference: get("ref").and_then(|id| id.parse().ok()),
                    ..receipt(sid, status, get("ErrorCode"), get("ErrorMessage"))
                })
            })
            .into_iter()
            .collect();
    }
    let Some(from) = get("From") else { return Vec::new() };
    let (channel, from) = sender(from);
    // Twilio keeps a list of its own of those who wrote one of its words.
    let wish = match get("OptOutType").as_deref() {
        Some("STOP") => Some(true),
        Some("START") => Some(false),
        _ => None,
    };
    let wish = wish.map(|stop| Word::Wish(Wish { channel, from: from.clone(), scope: Scope::All, stop }));
    let count: u8 = get("NumMedia").and_then(|count| count.parse().ok()).unwrap_or(0);
    let files = (0..count.min(10)).filter_map(|at| {
        let reference = get(&format!("MediaUrl{at}"))?;
        Some(Enclosed { reference, kind: get(&format!("MediaContentType{at}")).unwrap_or_default(), name: None, sha256: None })
    });
    let message = Word::Written(Written {
        provider_id: sid,
        channel,
        from,
        name: get("ProfileName"),
        text: written(fields.get("Body").map(String::as_str).unwrap_or_default()),
        files: files.collect(),
        answers: get("OriginalRepliedMessageSid"),
        at: None,
    });
    wish.into_iter().chain([message]).collect()
}

/// The id of the call about a message that somebody wrote, by Twilio's id of that: whoever reads Twilio's list finds by it what was called about.
pub fn call_about(provider_id: &str) -> String {
    format!("written/{provider_id}")
}

/// The id of a call about what somebody wrote; of all others what they are.
pub(super) fn event_id(body: &[u8]) -> Option<String> {
    read(body).into_iter().find_map(|word| if let Word::Written(written) = word { Some(call_about(&written.provider_id)) } else { None })
}

/// By which channel somebody wrote, and their number.
fn sender(from: String) -> (Channel, String) {
    match from.strip_prefix("whatsapp:") {
        Some(number) => (Channel::Whatsapp, number.to_owned()),
        None => (Channel::Sms, from),
    }
}

/// A message of Twilio's list, with the files that were asked for beside it (`twilio/listed.rs`). The list says less than a call: neither the
/// sender's name, nor what they answer, nor that Twilio heeded a word such as STOP.
fn listed(said: &Value) -> Option<Word> {
    let (channel, from) = sender(text(&said["from"])?);
    let files = list(&said["files"]).filter_map(|file| {
        Some(Enclosed {
            reference: file["url"].as_str()?.to_owned(),
            kind: text(&file["content_type"]).unwrap_or_default(),
            name: None,
            sha256: None,
        })
    });
    Some(Word::Written(Written {
        provider_id: text(&said["sid"])?,
        channel,
        from,
        name: None,
        text: written(said["body"].as_str().unwrap_or_default()),
        files: files.collect(),
        answers: None,
        at: date(&said["date_sent"]).or_else(|| date(&said["date_created"])),
    }))
}

/// `Sun, 22 Nov 2026 09:30:00 +0000`.
fn date(said: &Value) -> Option<Time> {
    jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(said.as_str()?).ok().map(Time::from)
}

/// Our own id stands in the address that Twilio was given; whoever takes the call puts it beside the fields, as `ref`.
fn receipt(sid: String, status: Status, code: Option<String>, detail: Option<String>) -> Receipt {
    Receipt { event_id: format!("{sid}/{status}"), reference: None, provider_id: Some(sid), status, code, detail, at: None }
}

/// What is on its way there has not left Twilio: of that nothing follows.
fn status(said: &str) -> Option<Status> {
    match said {
        "sent" => Some(Status::Sent),
        "delivered" => Some(Status::Delivered),
        "read" => Some(Status::Read),
        "failed" | "undelivered" | "canceled" => Some(Status::Failed),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn receipts() {
        let words = read(b"MessageSid=SM1&MessageStatus=undelivered&ErrorCode=30003&To=%2B15550002222");
        let [Word::Receipt(receipt)] = words.as_slice() else { panic!("{words:?}") };
        assert_eq!((receipt.status, receipt.code.as_deref(), receipt.event_id.as_str()), (Status::Failed, Some("30003"), "SM1/failed"));
        assert_eq!(read(b"MessageSid=SM1&MessageStatus=queued"), []);
        assert_eq!(read(b"MessageStatus=delivered"), []);
    }

    #[test]
    fn a_call_about_a_message_is_found_by_the_message() {
        let call = b"MessageSid=SM2&SmsStatus=received&From=%2B919876543210&Body=STOP&OptOutType=STOP";
        assert_eq!(event_id(call), Some(call_about("SM2")));
        assert_eq!(event_id(b"MessageSid=SM1&MessageStatus=sent"), None, "each word on a message of ours is a call of its own");
    }

    #[test]
    fn what_people_wrote_as_it_is_listed() {
        let said = serde_json::json!({
            "sid": "MM4", "from": "whatsapp:+919876543210", "to": "whatsapp:+14155238886", "body": "These?\u{0}", "direction": "inbound",
            "status": "received", "num_media": "1", "date_sent": "Sun, 22 Nov 2026 09:30:00 +0000",
            "files": [{"url": "https://x/Media/ME1", "content_type": "image/png"}],
        });
        let words = read(said.to_string().as_bytes());
        let [Word::Written(message)] = words.as_slice() else { panic!("{words:?}") };
        assert_eq!((message.channel, message.from.as_str(), message.text.as_str()), (Channel::Whatsapp, "+919876543210", "These?"));
        assert_eq!(message.at, Some("2026-11-22T09:30:00Z".parse().unwrap()));
        let picture = Enclosed { reference: "https://x/Media/ME1".to_owned(), kind: "image/png".to_owned(), name: None, sha256: None };
        assert_eq!((message.provider_id.as_str(), message.files.as_slice()), ("MM4", [picture].as_slice()));
        assert_eq!(read(b"{}"), []);
        assert_eq!(read(b"{"), []);
    }

    #[test]
    fn what_people_write() {
        let words = read(b"MessageSid=SM2&SmsStatus=received&From=%2B919876543210&Body=STOP&OptOutType=STOP&NumMedia=0");
        let [Word::Wish(wish), Word::Written(message)] = words.as_slice() else { panic!("{words:?}") };
        assert!(wish.stop && wish.scope == Scope::All && wish.channel == Channel::Sms);
        assert_eq!((message.text.as_str(), message.from.as_str()), ("STOP", "+919876543210"));
        let words = read(b"MessageSid=MM3&From=whatsapp%3A%2B919876543210&Body=&NumMedia=1&MediaUrl0=https%3A%2F%2Fx%2F1&MediaContentType0=image%2Fpng&ProfileName=Asha");
        let [Word::Written(message)] = words.as_slice() else { panic!("{words:?}") };
        assert_eq!((message.channel, message.name.as_deref()), (Channel::Whatsapp, Some("Asha")));
        let picture = Enclosed { reference: "https://x/1".to_owned(), kind: "image/png".to_owned(), name: None, sha256: None };
        assert_eq!(message.files, [picture]);
    }
}
