//! What Twilio says of messages: one by its SID, or those to a number on a day, for whoever does not know what became of a call.

use super::Twilio;
use super::wire::{Answer, Refused, known};
use crate::chat::{Channel, Content, Message, Status, Way};
use crate::faults::Provider;
use axum::Json;
use axum::extract::{Path, RawQuery, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use facts::Time;
use serde_json::{Value, json};
use std::fmt::Write;

/// How many a page lists unless asked, and at most.
const PAGE: usize = 50;
const LARGEST_PAGE: usize = 1_000;
/// Letters that a text message takes without being written in another, wider alphabet (GSM 03.38), beside the ASCII ones.
const NARROW: &str = "£¥èéùìòÇØøÅåΔΦΓΛΩΠΨΣΘΞÆæßÉÄÖÑÜ§¿äöñüà¡¤€";

pub(super) async fn fetch(State(twilio): State<Twilio>, Path((account, sid)): Path<(String, String)>, headers: HeaderMap) -> Response {
    let deed = async { twilio.fetch(&headers, &account, &sid).unwrap_or_else(IntoResponse::into_response) };
    twilio.0.door.pass("GET /Messages/{sid}.json", &[], |status| Refused::by_fault(status).into_response(), deed).await
}

pub(super) async fn list(
    State(twilio): State<Twilio>,
    Path(account): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let query: Vec<(String, String)> = url::form_urlencoded::parse(query.unwrap_or_default().as_bytes()).into_owned().collect();
    let who: Vec<String> = query.iter().filter(|(name, _)| name == "To").map(|(_, to)| to.replace("whatsapp:", "")).collect();
    let deed = async { twilio.list(&headers, &account, &query).unwrap_or_else(IntoResponse::into_response) };
    twilio.0.door.pass("GET /Messages.json", &who, |status| Refused::by_fault(status).into_response(), deed).await
}

/// The times from which and before which messages are wanted.
#[derive(Default)]
struct Days {
    from: Option<i64>,
    before: Option<i64>,
}

const DAY: i64 = 86_400;

impl Days {
    /// `DateSent=2026-11-22`, `DateSent>=…` and `DateSent<=…`, which arrive as fields whose names end in the sign.
    fn add(&mut self, name: &str, value: &str) -> Result<(), Refused> {
        let moment = moment(value).ok_or_else(|| Refused::by_fault(400))?;
        let whole_day = value.len() == "2026-11-22".len();
        let end = moment + if whole_day { DAY } else { 1 };
        match name {
            "DateSent" => (self.from, self.before) = (Some(moment), Some(end)),
            "DateSent>" => self.from = Some(moment),
            _ => self.before = Some(end),
        }
        Ok(())
    }

    fn hold(&self, at: Time) -> bool {
        self.from.is_none_or(|from| at.seconds() >= from) && self.before.is_none_or(|before| at.seconds() < before)
    }
}

/// A day, or a moment of one, in Unix seconds.
fn moment(text: &str) -> Option<i64> {
    let whole = if text.len() == "2026-11-22".len() { format!("{text}T00:00:00Z") } else { text.to_owned() };
    whole.parse().ok().map(Time::seconds)
}

impl Twilio {
    fn fetch(&self, headers: &HeaderMap, account: &str, sid: &str) -> Answer {
        let whose = self.whose(headers, account)?;
        let sid = sid.strip_suffix(".json").unwrap_or(sid);
        let found = self.0.chats.find(sid).filter(|message| message.guest == whose && self.is_own(message));
        found.map(|message| Json(self.json(&message)).into_response()).ok_or_else(|| Refused::code(20404))
    }

    fn list(&self, headers: &HeaderMap, account: &str, query: &[(String, String)]) -> Answer {
        let whose = self.whose(headers, account)?;
        let get = |wanted: &str| query.iter().find(|(name, value)| name == wanted && !value.is_empty()).map(|(_, value)| value.as_str());
        let mut days = Days::default();
        for (name, value) in query.iter().filter(|(name, _)| name.starts_with("DateSent")) {
            days.add(name, value)?;
        }
        let mut found = self.0.chats.pick(|message| {
            let (to, from) = self.ends(message);
            let between = get("To").is_none_or(|wanted| wanted == to) && get("From").is_none_or(|wanted| wanted == from);
            self.is_own(message) && message.guest == whose && message.message_id.is_some() && between && days.hold(message.at)
        });
        found.reverse();
        let size = get("PageSize").and_then(|text| text.parse().ok()).unwrap_or(PAGE).clamp(1, LARGEST_PAGE);
        let page: usize =
            get("PageToken").and_then(|token| token.strip_prefix("PT")).and_then(|text| text.parse().ok()).unwrap_or_default();
        let more = found.len() > (page + 1) * size;
        let shown: Vec<Value> = found.iter().skip(page * size).take(size).map(|message| self.json(message)).collect();
        let path = format!("/2010-04-01/Accounts/{account}/Messages.json");
        let next = more.then(|| next_page(&path, query, size, page + 1));
        Ok(Json(json!({
            "messages": shown, "page": page, "page_size": size, "start": page * size, "end": page * size + shown.len(), "uri": path,
            "first_page_uri": format!("{path}?PageSize={size}&Page=0"), "next_page_uri": next, "previous_page_uri": null,
        }))
        .into_response())
    }

    fn is_own(&self, message: &Message) -> bool {
        message.provider == Provider::Twilio
    }

    /// `To` and `From`, as Twilio writes them.
    pub(super) fn ends(&self, message: &Message) -> (String, String) {
        let prefix = if message.channel == Channel::Whatsapp { "whatsapp:" } else { "" };
        let (phone, sender) = (format!("{prefix}{}", message.phone), format!("{prefix}{}", message.sender));
        if message.way == Way::Out { (phone, sender) } else { (sender, phone) }
    }

    /// The resource.
    pub(super) fn json(&self, message: &Message) -> Value {
        let sid = message.message_id.as_deref().unwrap_or_default();
        let details = self.0.state.lock().details.get(sid).cloned().unwrap_or_default();
        let (to, from) = self.ends(message);
        let account = self.sid_of(message.guest.as_deref());
        let body = self.text(&message.content);
        let sent = (message.way == Way::In || message.status >= Status::Sent).then(|| rfc2822(message.at));
        let media_count =
            if message.way == Way::In { usize::from(matches!(message.content, Content::Media { .. })) } else { details.media };
        // The number is the service's: what comes in to it names the service as well.
        let came_by = (message.way == Way::In && message.channel == Channel::Sms).then(|| self.0.account.messaging_service_sid.clone());
        let uri = format!("/2010-04-01/Accounts/{account}/Messages/{sid}.json");
        let media = format!("/2010-04-01/Accounts/{account}/Messages/{sid}/Media.json");
        json!({
            "sid": sid, "account_sid": account, "api_version": "2010-04-01", "to": to, "from": from, "body": body,
            "status": status_word(message, details.service.is_some()), "direction": if message.way == Way::Out { "outbound-api" } else { "inbound" },
            "error_code": message.code, "error_message": message.code.and_then(known).map(|(_, words)| words),
            "num_segments": segments(&body).to_string(), "num_media": media_count.to_string(), "price": null, "price_unit": "USD",
            "messaging_service_sid": details.service.clone().or(came_by), "date_created": rfc2822(message.at), "date_updated": rfc2822(message.at),
            "date_sent": sent, "uri": uri, "subresource_uris": {"media": media},
        })
    }

    /// What a message says in words, with its variables put in.
    pub(super) fn text(&self, content: &Content) -> String {
        match content {
            Content::Text { body } => body.clone(),
            Content::Button { text, .. } => text.clone(),
            Content::Media { caption, .. } => caption.clone().unwrap_or_default(),
            Content::Template { name, variables, .. } => {
                let text = self.0.state.lock().contents.get(name).cloned().unwrap_or_default();
                variables.iter().fold(text, |text, (name, value)| text.replace(&format!("{{{{{name}}}}}"), value))
            }
        }
    }
}

fn next_page(path: &str, query: &[(String, String)], size: usize, page: usize) -> String {
    let kept = query.iter().filter(|(name, _)| !["Page", "PageSize", "PageToken"].contains(&name.as_str()));
    let kept = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(kept).finish();
    let mut next = format!("{path}?PageSize={size}&Page={page}&PageToken=PT{page}");
    if !kept.is_empty() {
        let _ = write!(next, "&{kept}");
    }
    next
}

/// Twilio's word for how far a message is. What a messaging service was given waits for a number first.
pub(super) fn status_word(message: &Message, by_service: bool) -> &'static str {
    match message.status {
        _ if message.way == Way::In => "received",
        Status::None | Status::Accepted if by_service => "accepted",
        Status::None | Status::Accepted => "queued",
        Status::Failed if message.channel == Channel::Sms => "undelivered",
        other => other.word(),
    }
}

/// `Sun, 22 Nov 2026 09:30:00 +0000`.
pub(super) fn rfc2822(at: Time) -> String {
    at.timestamp().strftime("%a, %d %b %Y %H:%M:%S +0000").to_string()
}

/// In how many parts a text message travels: 160 narrow letters or 70 wide ones alone, 153 or 67 in each of several.
fn segments(body: &str) -> usize {
    let narrow = body.chars().all(|letter| letter.is_ascii() && letter != '`' || NARROW.contains(letter));
    let (length, alone, each) = if narrow { (body.chars().count(), 160, 153) } else { (body.encode_utf16().count(), 70, 67) };
    if length <= alone { 1 } else { length.div_ceil(each) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_a_text() {
        let lengths =
            [("a", 160, 1), ("a", 161, 2), ("a", 306, 2), ("a", 307, 3), ("न", 70, 1), ("न", 71, 2), ("🎉", 35, 1), ("🎉", 36, 2)];
        for (letter, many, parts) in lengths {
            assert_eq!(segments(&letter.repeat(many)), parts, "{many} × {letter}");
        }
        assert_eq!(segments(""), 1);
    }

    #[test]
    fn days() {
        let mut days = Days::default();
        days.add("DateSent", "2026-11-22").unwrap();
        let at = |text: &str| Time(moment(text).unwrap() * 1_000);
        assert!(days.hold(at("2026-11-22T23:59:59Z")) && !days.hold(at("2026-11-23")) && !days.hold(at("2026-11-21T23:59:59Z")));
        let mut days = Days::default();
        days.add("DateSent>", "2026-11-22T09:30:00Z").unwrap();
        assert!(days.hold(at("2026-11-22T09:30:00Z")) && !days.hold(at("2026-11-22T09:29:59Z")));
        assert!(Days::default().add("DateSent", "yesterday").is_err());
    }

    #[test]
    fn a_date_as_mails_have_it() {
        assert_eq!(rfc2822(Time(1_700_000_000_000)), "Tue, 14 Nov 2023 22:13:20 +0000");
    }
}
