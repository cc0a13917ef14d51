//! Webhooks v2: what a phone reports about a message.
//!
//! The envelope is the vendor's. It does not publish the payloads of its WhatsApp events, so this one
//! is made up: `{"message_id", "myop_ref_id", "status", "timestamp"}`, and for a failure
//! `"errors": [{"code", "title"}]`. The names of the events are made up too: `message.sent` and so on.

use super::Phones;
use crate::chat::{Status, by_themselves};
use crate::config::GUEST_COMPANY;
use crate::courier::Parcel;
use axum::http::{HeaderMap, HeaderValue, header};
use bytes::Bytes;
use serde_json::json;

/// The message that a receipt is about.
#[derive(Clone)]
pub(super) struct About {
    pub(super) guest: Option<String>,
    pub(super) message_id: String,
    pub(super) number: String,
    pub(super) myop_ref_id: Option<String>,
}

impl Phones {
    /// The phone reports now that the message is sent, delivered, read or failed. Returns whether there
    /// is such a message.
    pub fn receipt(&self, message_id: &str, status: Status) -> bool {
        let about = self.0.book.lock().message(message_id).map(|call| About {
            guest: call.guest.clone(),
            message_id: message_id.to_owned(),
            number: call.number.clone(),
            myop_ref_id: call.myop_ref_id.clone(),
        });
        about.inspect(|about| self.report(about, status)).is_some()
    }

    /// Starts the reports that phones make by themselves.
    pub(super) fn report_later(&self, about: About) {
        let habit = *self.0.habit.lock();
        let phones = self.clone();
        by_themselves(&self.0.courier, habit, None, &[Status::Sent, Status::Delivered, Status::Read], move |status, _| {
            phones.report(&about, status)
        });
    }

    fn report(&self, about: &About, status: Status) {
        self.0.book.lock().advance(&about.message_id, status);
        let word = status.word();
        let event = format!("message.{word}");
        let event_id = self.0.names.fresh(20);
        let at = (self.0.clock)();
        let mut payload = json!({
            "message_id": about.message_id, "myop_ref_id": about.myop_ref_id, "status": word, "timestamp": at,
        });
        if status == Status::Failed {
            payload["errors"] = json!([{"code": "131026", "title": "Message undeliverable"}]);
        }
        let account = &self.0.account;
        let company_id = about.guest.as_ref().map_or_else(|| account.company_id.clone(), |guest| format!("{GUEST_COMPANY}{guest}"));
        let body = json!({
            "event_id": event_id, "company_id": company_id, "event_type": event,
            "event_sequence": sequence(status), "event_version": 1, "timestamp": at,
            "channel": "WhatsApp", "direction": "outbound", "session_id": format!("session_{}", about.number),
            "system_identifier": account.phone_number_id, "customer_identifier": about.number,
            "payload": payload,
        });
        let json = HeaderValue::from_static("application/json");
        let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, json)]);
        self.0.courier.send(Parcel { guest: about.guest.clone(), to: None, event_id, event, headers, body: Bytes::from(body.to_string()) });
    }
}

/// The place of an event within its message, counted from one.
fn sequence(status: Status) -> u8 {
    match status {
        Status::None | Status::Accepted => 1,
        Status::Sent => 2,
        Status::Delivered => 3,
        Status::Read | Status::Failed => 4,
    }
}
