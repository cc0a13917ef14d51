//! What Twilio posts: how far a message is, and what a customer wrote. Forms, signed over their address and fields.

use super::Twilio;
use super::list::status_word;
use super::sign::{TwilioSigning, signature};
use crate::chat::{Channel, Content, Enclosed, Message, Status, Way};
use crate::courier::Parcel;
use crate::faults::Provider;
use crate::names::e164;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use bytes::Bytes;

const STOP_WORDS: [&str; 6] = ["STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT"];
const START_WORDS: [&str; 2] = ["START", "UNSTOP"];

type Fields = Vec<(String, String)>;

fn fields<const N: usize>(pairs: [(&str, String); N]) -> Fields {
    pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

impl Twilio {
    /// The phone reports now that a message is sent, delivered or read. Returns whether there is such a message.
    pub fn status(&self, sid: &str, status: Status) -> bool {
        self.report(sid, status, None)
    }

    /// The message fails on its way, with a code of Twilio's. Returns whether there is such a message.
    pub fn fail(&self, sid: &str, code: u32) -> bool {
        self.report(sid, Status::Failed, Some(code))
    }

    pub(super) fn report(&self, sid: &str, status: Status, code: Option<u32>) -> bool {
        let Some(mut message) = self.0.chats.advance(sid, status, code) else { return false };
        // What is told is this step, even where the message is further already.
        message.status = status;
        let details = self.0.state.lock().details.get(sid).cloned().unwrap_or_default();
        let word = status_word(&message, details.service.is_some()).to_owned();
        let (to, from) = self.ends(&message);
        let mut told = fields([
            ("MessageSid", sid.to_owned()),
            ("SmsSid", sid.to_owned()),
            ("AccountSid", self.sid_of(message.guest.as_deref())),
            ("From", from),
            ("To", to),
            ("MessageStatus", word.clone()),
            ("SmsStatus", word.clone()),
            ("ApiVersion", "2010-04-01".to_owned()),
        ]);
        told.extend(details.service.clone().map(|service| ("MessagingServiceSid".to_owned(), service)));
        told.extend(code.map(|code| ("ErrorCode".to_owned(), code.to_string())));
        if status == Status::Read {
            told.push(("EventType".to_owned(), "READ".to_owned()));
        }
        // A messaging service has an address of its own; a bare number has none but what the call named.
        let of_service = details.service.as_ref().and_then(|_| self.0.courier.agreed(message.guest.as_deref()));
        if let Some(url) = details.callback.or(of_service) {
            self.post(message.guest, url, &word, told);
        }
        true
    }

    /// A customer sends a file to the shop, or to a guest. Gives the message's SID.
    pub fn sends(&self, guest: Option<&str>, channel: Channel, from: &str, file: Enclosed, caption: Option<&str>) -> String {
        let media = format!("ME{}", self.0.names.hex(32));
        let sid = format!("MM{}", self.0.names.hex(32));
        let link = format!("{}/Accounts/{}/Messages/{sid}/Media/{media}", self.0.base, self.sid_of(guest));
        let content = Content::Media { link, caption: caption.map(str::to_owned), name: file.name.clone() };
        self.0.state.lock().media.insert(media, file);
        self.arrives(guest, channel, from, content, sid)
    }

    /// A customer writes to the shop, or to a guest: words, a press on a button, or a picture. STOP and its like end the shop's text
    /// messages to this phone, START lets them in again. Gives the message's SID.
    pub fn inbound(&self, guest: Option<&str>, channel: Channel, from: &str, content: Content) -> String {
        let sid = format!("{}{}", if matches!(content, Content::Media { .. }) { "MM" } else { "SM" }, self.0.names.hex(32));
        self.arrives(guest, channel, from, content, sid)
    }

    /// Writes down what a customer says, and tells the shop.
    fn arrives(&self, guest: Option<&str>, channel: Channel, from: &str, content: Content, sid: String) -> String {
        let phone = e164(from);
        let account = &self.0.account;
        let sender = if channel == Channel::Whatsapp { &account.whatsapp_from } else { &account.from };
        let now = (self.0.clock)();
        self.0.lines.heard(guest, sender, &phone, now);
        let body = self.text(&content);
        let opted = if channel == Channel::Sms { self.opt(guest, sender, &phone, &body) } else { None };
        let message = Message {
            provider: Provider::Twilio,
            channel,
            guest: guest.map(str::to_owned),
            way: Way::In,
            phone: phone.clone(),
            sender: sender.clone(),
            reference: None,
            content,
            message_id: Some(sid.clone()),
            status: Status::Delivered,
            code: None,
            at: now,
        };
        let told = self.inbound_fields(&message, &sid, body, opted);
        self.0.chats.write(message);
        if let Some(url) = self.0.courier.agreed(guest) {
            self.post(guest.map(str::to_owned), url, "inbound", told);
        }
        sid
    }

    fn inbound_fields(&self, message: &Message, sid: &str, body: String, opted: Option<&'static str>) -> Fields {
        let (to, from) = self.ends(message);
        let picture = match &message.content {
            Content::Media { link, .. } => Some(link.clone()),
            _ => None,
        };
        let mut told = fields([
            ("MessageSid", sid.to_owned()),
            ("SmsSid", sid.to_owned()),
            ("SmsMessageSid", sid.to_owned()),
            ("AccountSid", self.sid_of(message.guest.as_deref())),
            ("From", from),
            ("To", to),
            ("Body", body),
            ("NumMedia", usize::from(picture.is_some()).to_string()),
            ("NumSegments", "1".to_owned()),
            ("SmsStatus", "received".to_owned()),
            ("ApiVersion", "2010-04-01".to_owned()),
        ]);
        if let Some(link) = picture {
            let kept = link.rsplit('/').next().and_then(|media| self.0.state.lock().media.get(media).map(|file| file.kind.clone()));
            told.extend(fields([("MediaUrl0", link), ("MediaContentType0", kept.unwrap_or_else(|| "image/png".to_owned()))]));
        }
        if message.channel == Channel::Whatsapp {
            let digits = message.phone.trim_start_matches('+').to_owned();
            told.extend(fields([("ProfileName", format!("Customer {digits}")), ("WaId", digits)]));
        }
        if let Content::Button { text, payload } = &message.content {
            told.extend(fields([("ButtonText", text.clone()), ("ButtonPayload", payload.clone())]));
        }
        told.extend(opted.map(|kind| ("OptOutType".to_owned(), kind.to_owned())));
        told
    }

    /// What a word does to whether this phone is written to.
    fn opt(&self, guest: Option<&str>, sender: &str, phone: &str, body: &str) -> Option<&'static str> {
        let word = body.trim().to_uppercase();
        if STOP_WORDS.contains(&word.as_str()) {
            self.0.lines.stop(guest, sender, phone, true);
            return Some("STOP");
        }
        if START_WORDS.contains(&word.as_str()) {
            self.0.lines.stop(guest, sender, phone, false);
            return Some("START");
        }
        (word == "HELP").then_some("HELP")
    }

    fn post(&self, guest: Option<String>, url: String, event: &str, fields: Fields) {
        let signing = self.0.state.lock().signing.clone();
        let form = HeaderValue::from_static("application/x-www-form-urlencoded");
        let mut headers = HeaderMap::from_iter([(header::CONTENT_TYPE, form)]);
        let mut say = |name: &'static str, text: &str| {
            if let Ok(value) = HeaderValue::from_str(text) {
                headers.insert(HeaderName::from_static(name), value);
            }
        };
        say("x-twilio-signature", &signature(&signing, &self.0.account.auth_token, &url, &fields));
        if let TwilioSigning::Sha256 { key, .. } = &signing {
            say("x-twilio-webhooks-signature-settings", &format!("key={key},algorithm=HMAC_SHA256"));
        }
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let event_id = self.0.names.fresh(20);
        self.0.courier.send(Parcel { guest, to: Some(url), event_id, event: event.to_owned(), headers, body: Bytes::from(body) });
    }

    /// What `X-Twilio-Signature` says of a form that is posted to this address.
    pub fn webhook_signature(&self, url: &str, fields: &[(String, String)]) -> String {
        let signing = self.0.state.lock().signing.clone();
        signature(&signing, &self.0.account.auth_token, url, fields)
    }
}
