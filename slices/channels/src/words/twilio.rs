//! Twilio's calls, which are forms: status callbacks and what people write.

use super::{Enclosed, Receipt, Status, Wish, Word, Written, written};
use crate::answer::words;
use facts::consent::Scope;
use facts::messages::Channel;
use std::collections::HashMap;

pub(super) fn read(body: &[u8]) -> Vec<Word> {
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
    let (channel, from) = match from.strip_prefix("whatsapp:") {
        Some(number) => (Channel::Whatsapp, number.to_owned()),
        None => (Channel::Sms, from),
    };
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
