//! `POST /{phone_number_id}/messages`.

use super::Meta;
use super::codes;
use super::read::{self, Outgoing, Said, Source, Wish};
use super::wire::{Answer, Refused, Whose};
use crate::chat::{Channel, Content, Message, Status, Way, asked_code, by_themselves};
use crate::config::Keep;
use crate::faults::Provider;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use serde_json::{Value, json};

pub(super) async fn send(State(meta): State<Meta>, Path(id): Path<String>, headers: HeaderMap, body: Bytes) -> Response {
    let parsed: Value = serde_json::from_slice(&body).unwrap_or_default();
    let who: Vec<String> = parsed["to"].as_str().and_then(|to| read::number(to).ok()).into_iter().collect();
    let deed = async { meta.obey(&headers, &id, &body).into_response() };
    meta.0.door.pass("POST /{phone_number_id}/messages", &who, |status| Refused::by_fault(status).into_response(), deed).await
}

/// What a message comes to.
struct Verdict {
    content: Content,
    /// The code with which it fails on its way.
    doom: Option<u32>,
}

impl Meta {
    fn obey(&self, headers: &HeaderMap, id: &str, body: &[u8]) -> Answer {
        let whose = self.whose(headers)?;
        self.is_sender(id)?;
        match read::wish(body)? {
            Wish::MarkRead(id) => self.mark_read(id),
            Wish::Send(outgoing) => self.take(whose, &outgoing),
        }
    }

    fn mark_read(&self, id: String) -> Answer {
        if self.0.chats.find(&id).is_none_or(|message| message.way != Way::In) {
            return Err(Refused::parameter("message_id: no message of a customer's"));
        }
        self.0.state.lock().read.push(id);
        Ok(Json(json!({"success": true})))
    }

    fn take(&self, whose: Whose, outgoing: &Outgoing) -> Answer {
        let verdict = self.judge(whose.as_deref(), outgoing);
        let content = match &verdict {
            Ok(verdict) => verdict.content.clone(),
            Err(_) => self.content(&outgoing.said, Vec::new()),
        };
        let line = self.0.chats.write(Message {
            provider: Provider::Meta,
            channel: Channel::Whatsapp,
            guest: whose.clone(),
            way: Way::Out,
            phone: outgoing.phone.clone(),
            sender: self.0.account.phone_number_id.clone(),
            reference: outgoing.reference.clone(),
            content,
            message_id: None,
            status: Status::None,
            code: None,
            at: (self.0.clock)(),
        });
        let doom = match verdict.and_then(|verdict| self.keep_pace(whose, &outgoing.phone).map(|()| verdict.doom)) {
            Ok(doom) => doom,
            Err(refused) => {
                self.0.chats.refuse(line, refused.code);
                return Err(refused);
            }
        };
        // The real ones end so as well: whoever puts them into an address has to encode them.
        let id = format!("wamid.{}AA==", self.0.names.fresh(28));
        self.0.chats.accept(line, &id);
        self.report_later(id.clone(), doom);
        let wa_id = outgoing.phone.trim_start_matches('+');
        Ok(Json(json!({
            "messaging_product": "whatsapp", "contacts": [{"input": outgoing.to, "wa_id": wa_id}],
            "messages": [{"id": id, "message_status": "accepted"}],
        })))
    }

    /// Refuses what Meta refuses at once, and says what will become of the rest.
    fn judge(&self, whose: Option<&str>, outgoing: &Outgoing) -> Result<Verdict, Refused> {
        let asked = asked_code(&outgoing.phone).and_then(codes::known);
        if let Some(code) = asked.filter(|code| code.status.is_some()) {
            return Err(Refused::code(code.code, "Asked for by the number."));
        }
        let sender = &self.0.account.phone_number_id;
        let now = (self.0.clock)();
        let (variables, by_rule) = match &outgoing.said {
            Said::Template { name, language, given } => {
                let mut state = self.0.state.lock();
                let template = state.templates.find(whose, name, language);
                let template = template.filter(|template| !["PENDING", "REJECTED"].contains(&template.status.as_str()));
                let template =
                    template.ok_or_else(|| Refused::code(132_001, format!("template name ({name}) does not exist in {language}")))?;
                match template.status.as_str() {
                    "PAUSED" => return Err(Refused::code(132_015, format!("template ({name}) is paused"))),
                    "DISABLED" => return Err(Refused::code(132_016, format!("template ({name}) is disabled"))),
                    _ => {}
                }
                let marketing = template.category == "MARKETING" && self.0.lines.is_stopped(whose, sender, &outgoing.phone);
                (template.fill(given)?, marketing.then_some(131_050))
            }
            Said::Media { source: Source::Uploaded(id), .. } if !self.0.state.lock().media.contains_key(id) => {
                return Err(Refused::code(131_009, format!("({id}) is not a valid media id")));
            }
            _ => (Vec::new(), (!self.0.lines.is_open(whose, sender, &outgoing.phone, now)).then_some(131_047)),
        };
        let without = self.0.state.lock().without.contains(&outgoing.phone).then_some(131_026);
        let doom = asked.map(|code| code.code).or(without).or(by_rule);
        Ok(Verdict { content: self.content(&outgoing.said, variables), doom })
    }

    fn content(&self, said: &Said, variables: Vec<(String, String)>) -> Content {
        match said {
            Said::Text(body) => Content::Text { body: body.clone() },
            Said::Template { name, language, .. } => Content::Template { name: name.clone(), language: language.clone(), variables },
            Said::Media { source, caption, name } => {
                let link = match source {
                    Source::Link(link) => link.clone(),
                    Source::Uploaded(id) => format!("{}/media/{id}", self.0.base),
                };
                Content::Media { link, caption: caption.clone(), name: name.clone() }
            }
        }
    }

    /// The limits of an account and of a pair. Where only counts are kept, a benchmark wants no limits.
    fn keep_pace(&self, whose: Whose, phone: &str) -> Result<(), Refused> {
        if self.0.chats.keeps() == Keep::Counts {
            return Ok(());
        }
        let now = (self.0.clock)();
        let mut state = self.0.state.lock();
        let limits = state.limits;
        let (second, taken) = state.pace.get(&whose).copied().filter(|(second, _)| *second == now.seconds()).unwrap_or((now.seconds(), 0));
        if taken >= limits.per_second {
            return Err(Refused::code(130_429, "Cloud API message throughput has been reached."));
        }
        if !self.0.lines.write(whose.as_deref(), &self.0.account.phone_number_id, phone, now, limits.pair_gap) {
            let details =
                "Message failed to send because there were too many messages sent from this phone number to the same phone number";
            return Err(Refused::code(131_056, details));
        }
        state.pace.insert(whose, (second, taken + 1));
        Ok(())
    }

    /// What the phone reports by itself.
    fn report_later(&self, id: String, doom: Option<u32>) {
        let (meta, habit) = (self.clone(), *self.0.habit.lock());
        by_themselves(&self.0.courier, habit, doom, &[Status::Sent, Status::Delivered, Status::Read], move |status, code| {
            meta.report(&id, status, code);
        });
    }
}
