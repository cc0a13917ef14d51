//! `POST /Accounts/{sid}/Messages.json`.

use super::Twilio;
use super::wire::{Answer, Refused, Whose, known};
use crate::chat::{Channel, Content, Enclosed, Message, Status, Way, asked_code, by_themselves};
use crate::faults::Provider;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use serde_json::{Map, Value};

/// The longest body, in characters.
const LONGEST: usize = 1_600;
/// Twilio's published test numbers, and the code that each asks for.
const TEST_NUMBERS: [(&str, u32); 5] =
    [("+15005550001", 21211), ("+15005550002", 21612), ("+15005550003", 21408), ("+15005550004", 21610), ("+15005550009", 21614)];

/// What Twilio's resource of a message has beside what every message has.
#[derive(Clone, Default)]
pub(super) struct Details {
    pub(super) callback: Option<String>,
    pub(super) service: Option<String>,
    pub(super) media: usize,
}

/// A form's fields, as they came.
pub(super) struct Form(Vec<(String, String)>);

impl Form {
    pub(super) fn read(body: &[u8]) -> Self {
        Self(url::form_urlencoded::parse(body).into_owned().collect())
    }

    /// A field that says something.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.all().find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    /// The fields that say something.
    fn all(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

pub(super) async fn send(State(twilio): State<Twilio>, Path(account): Path<String>, headers: HeaderMap, body: Bytes) -> Response {
    let form = Form::read(&body);
    let who: Vec<String> = form.get("To").and_then(|to| address(to).ok()).map(|(_, phone)| phone).into_iter().collect();
    let deed = async { twilio.create(&headers, &account, &form).unwrap_or_else(IntoResponse::into_response) };
    twilio.0.door.pass("POST /Messages.json", &who, |status| Refused::by_fault(status).into_response(), deed).await
}

/// `+` and digits, with `whatsapp:` before them for WhatsApp.
pub(super) fn address(text: &str) -> Result<(Channel, String), Refused> {
    let (channel, number) = text.strip_prefix("whatsapp:").map_or((Channel::Sms, text), |number| (Channel::Whatsapp, number));
    let digits = number.strip_prefix('+').ok_or_else(|| Refused::code(21211))?;
    let plain = (8..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.starts_with('0');
    if plain { Ok((channel, number.to_owned())) } else { Err(Refused::code(21211)) }
}

impl Twilio {
    fn create(&self, headers: &HeaderMap, account: &str, form: &Form) -> Answer {
        let whose = self.whose(headers, account)?;
        let (channel, phone) = address(form.get("To").ok_or_else(|| Refused::code(21604))?)?;
        let service = form.get("MessagingServiceSid").map(str::to_owned);
        let sender = self.sender(channel, form.get("From"), service.as_deref())?;
        let callback = form.get("StatusCallback").map(str::to_owned);
        if callback.as_deref().is_some_and(|url| !url.starts_with("https://") && !url.starts_with("http://")) {
            return Err(Refused::code(21609));
        }
        let media: Vec<&str> = form.all().filter(|(name, _)| *name == "MediaUrl").map(|(_, url)| url).collect();
        let content = self.content(form, &media)?;
        let line = self.0.chats.write(Message {
            provider: Provider::Twilio,
            channel,
            guest: whose.clone(),
            way: Way::Out,
            phone: phone.clone(),
            sender: sender.clone(),
            reference: None,
            content: content.clone(),
            message_id: None,
            status: Status::None,
            code: None,
            at: (self.0.clock)(),
        });
        let doom = self.judge(&whose, channel, &sender, &phone, &content).inspect_err(|refused| self.0.chats.refuse(line, refused.code))?;
        let sid = format!("{}{}", if media.is_empty() { "SM" } else { "MM" }, self.0.names.hex(32));
        self.0.state.lock().details.insert(sid.clone(), Details { callback, service, media: media.len() });
        self.0.chats.accept(line, &sid);
        let made = self.0.chats.find(&sid).map(|message| self.json(&message)).unwrap_or_default();
        match media.first().filter(|_| channel == Channel::Whatsapp && doom.is_none()) {
            Some(link) => self.fetch_later(sid, channel, (*link).to_owned()),
            None => self.report_later(sid, channel, doom),
        }
        Ok((StatusCode::CREATED, Json(made)).into_response())
    }

    /// From which number it goes: the one that was named, or the one that a messaging service picks.
    fn sender(&self, channel: Channel, from: Option<&str>, service: Option<&str>) -> Result<String, Refused> {
        let account = &self.0.account;
        let own = if channel == Channel::Whatsapp { &account.whatsapp_from } else { &account.from };
        match (from, service) {
            (None, None) => Err(Refused::code(21603)),
            (None, Some(service)) if service == account.messaging_service_sid => Ok(own.clone()),
            (None, Some(_)) => Err(Refused::code(21701)),
            (Some(from), _) => match address(from) {
                Ok((by, number)) if by == channel && number == *own => Ok(number),
                Ok((by, _)) if by != channel => Err(Refused::code(21612)),
                _ => Err(Refused::code(21606)),
            },
        }
    }

    fn content(&self, form: &Form, media: &[&str]) -> Result<Content, Refused> {
        let body = form.get("Body").map(str::to_owned);
        if body.as_ref().is_some_and(|body| body.chars().count() > LONGEST) {
            return Err(Refused::code(21617));
        }
        if let Some(sid) = form.get("ContentSid") {
            let known = self.0.state.lock().contents.contains_key(sid);
            let variables = form.get("ContentVariables").map(serde_json::from_str::<Map<String, Value>>).transpose();
            let variables = variables.map_err(|_| Refused::code(21656))?.unwrap_or_default();
            let words = |value: Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let variables = variables.into_iter().map(|(name, value)| (name, words(value))).collect();
            let template = Content::Template { name: sid.to_owned(), language: "en".to_owned(), variables };
            return if known { Ok(template) } else { Err(Refused::code(21655)) };
        }
        match (body, media.first()) {
            (caption, Some(link)) => Ok(Content::Media { link: (*link).to_owned(), caption, name: None }),
            (Some(body), None) => Ok(Content::Text { body }),
            (None, None) => Err(Refused::code(21602)),
        }
    }

    /// Refuses what Twilio refuses at once; gives the code with which a message will fail on its way.
    fn judge(&self, whose: &Whose, channel: Channel, sender: &str, phone: &str, content: &Content) -> Result<Option<u32>, Refused> {
        let published = TEST_NUMBERS.iter().find(|(number, _)| *number == phone).map(|(_, code)| *code);
        let asked = published.or_else(|| asked_code(phone)).filter(|code| known(*code).is_some());
        if let Some(code) = asked.filter(|code| known(*code).is_some_and(|(status, _)| status.is_some())) {
            return Err(Refused::code(code));
        }
        let guest = whose.as_deref();
        if self.0.lines.is_stopped(guest, sender, phone) {
            return Err(Refused::code(21610));
        }
        let by_rule = match content {
            Content::Template { name, variables, .. } => {
                let state = self.0.state.lock();
                let text = state.contents.get(name).map(String::as_str).unwrap_or_default();
                let wanted: std::collections::BTreeSet<&str> =
                    text.split("{{").skip(1).filter_map(|rest| rest.split("}}").next()).collect();
                let given = variables.iter().filter(|(_, value)| !value.is_empty()).map(|(name, _)| name.as_str()).collect();
                (wanted != given).then_some(63028)
            }
            _ if channel == Channel::Whatsapp && !self.0.lines.is_open(guest, sender, phone, (self.0.clock)()) => Some(63016),
            _ => None,
        };
        Ok(asked.or(by_rule))
    }

    /// Fetches what a message is to carry, as Twilio does after it has answered.
    fn fetch_later(&self, sid: String, channel: Channel, link: String) {
        let twilio = self.clone();
        self.0.courier.in_background(async move {
            let fetched = twilio.0.courier.fetch(&link).await;
            let doom = fetched.is_none().then_some(63019);
            if let Some((kind, bytes)) = fetched {
                twilio.0.state.lock().fetched.insert(link, Enclosed { name: None, kind, bytes, digest: None });
            }
            twilio.report_later(sid, channel, doom);
        });
    }

    /// What the phone reports by itself.
    fn report_later(&self, sid: String, channel: Channel, doom: Option<u32>) {
        let (twilio, habit) = (self.clone(), *self.0.habit.lock());
        let steps: &'static [Status] = match channel {
            Channel::Sms => &[Status::Sent, Status::Delivered],
            Channel::Whatsapp => &[Status::Sent, Status::Delivered, Status::Read],
        };
        by_themselves(&self.0.courier, habit, doom, steps, move |status, code| {
            twilio.report(&sid, status, code);
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        assert_eq!(address("+919876543210"), Ok((Channel::Sms, "+919876543210".to_owned())));
        assert_eq!(address("whatsapp:+919876543210"), Ok((Channel::Whatsapp, "+919876543210".to_owned())));
        for wrong in ["919876543210", "+91 98765 43210", "+0123456789", "+12", "whatsapp:919876543210", "+1234567890123456"] {
            assert_eq!(address(wrong), Err(Refused::code(21211)), "{wrong}");
        }
    }
}
