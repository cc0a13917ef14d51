//! What WhatsApp's receipts say, in either of the two shapes that MyOperator sends: its own envelope, or Meta's body.

use crate::model::Status;
use facts::{MessageId, Time};
use serde_json::Value;

/// A provider's word on one message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The same for the same word, however often it is said.
    pub event_id: String,
    /// Our own id, where the provider passed it back.
    pub reference: Option<MessageId>,
    /// The provider's id.
    pub provider_id: Option<String>,
    /// What became of the message.
    pub status: Status,
    /// The provider's code of a failure.
    pub code: Option<String>,
    /// Its words.
    pub detail: Option<String>,
    /// When it happened, as the provider says.
    pub at: Option<Time>,
}

/// The receipts of a webhook. One that is about something else has none.
pub(crate) fn read(body: &Value) -> Vec<Receipt> {
    if body["entry"].is_array() {
        return meta(body);
    }
    envelope(body).into_iter().collect()
}

/// The provider's id of the whole call, where it has one.
pub(crate) fn event_id(body: &Value) -> Option<String> {
    text(&body["event_id"])
}

/// MyOperator's envelope of version 2. Its payloads are not published, so what is meant is found under several names.
fn envelope(body: &Value) -> Option<Receipt> {
    let payload = &body["payload"];
    let said = text(&payload["status"]).or_else(|| text(&body["event_type"]))?;
    let status = status(said.rsplit(['.', '_', ' ']).next().unwrap_or_default())?;
    let provider_id = text(&payload["message_id"]).or_else(|| text(&payload["id"]));
    let reference = text(&payload["myop_ref_id"]).or_else(|| text(&payload["biz_opaque_callback_data"]));
    let (code, detail) = failure(payload);
    let event_id = event_id(body).or_else(|| Some(format!("{}/{status}", provider_id.as_ref().or(reference.as_ref())?)))?;
    Some(Receipt {
        event_id,
        reference: reference.and_then(|text| text.parse().ok()),
        provider_id,
        status,
        code,
        detail,
        at: moment(&payload["timestamp"]).or_else(|| moment(&body["timestamp"])),
    })
}

/// Meta's own body, several statuses in one.
fn meta(body: &Value) -> Vec<Receipt> {
    let entries = list(&body["entry"]).flat_map(|entry| list(&entry["changes"]));
    let statuses = entries.flat_map(|change| list(&change["value"]["statuses"]));
    statuses
        .filter_map(|said| {
            let status = status(&text(&said["status"])?)?;
            let provider_id = text(&said["id"])?;
            let (code, detail) = failure(said);
            Some(Receipt {
                event_id: format!("{provider_id}/{status}"),
                reference: text(&said["biz_opaque_callback_data"]).and_then(|text| text.parse().ok()),
                provider_id: Some(provider_id),
                status,
                code,
                detail,
                at: moment(&said["timestamp"]),
            })
        })
        .collect()
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// A voice message that was played has been read.
fn status(word: &str) -> Option<Status> {
    match word.to_ascii_lowercase().as_str() {
        "played" | "seen" => Some(Status::Read),
        "undelivered" => Some(Status::Failed),
        word => word.parse().ok(),
    }
}

fn failure(said: &Value) -> (Option<String>, Option<String>) {
    let first = list(&said["errors"]).next().unwrap_or(&Value::Null);
    let detail = text(&first["error_data"]["details"]).or_else(|| text(&first["title"])).or_else(|| text(&first["message"]));
    (text(&first["code"]), detail)
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.chars().filter(|letter| *letter != '\0').take(300).collect()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// RFC 3339, or seconds since 1970.
fn moment(value: &Value) -> Option<Time> {
    let text = text(value)?;
    let seconds = text.parse::<i64>().ok().and_then(|seconds| seconds.checked_mul(1_000)).map(Time);
    seconds.or_else(|| text.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const REFERENCE: &str = "msg_01h2xcejqtf2nbrexx3vqjhp41";

    #[test]
    fn the_envelope() {
        let body = json!({
            "event_id": "ev1", "event_type": "message.delivered", "timestamp": "2026-11-21T09:30:00Z",
            "payload": {"message_id": "m1", "myop_ref_id": REFERENCE, "status": "delivered"},
        });
        let receipts = read(&body);
        assert_eq!(receipts.len(), 1);
        assert_eq!(receipts[0].status, Status::Delivered);
        assert_eq!(receipts[0].reference, REFERENCE.parse().ok());
        assert_eq!(receipts[0].at, "2026-11-21T09:30:00Z".parse().ok());
        assert_eq!(receipts[0].event_id, "ev1");
    }

    #[test]
    fn metas_body() {
        let statuses = json!([
            {"id": "wamid.1", "status": "failed", "timestamp": "1700000000", "errors": [{"code": 131026, "title": "Undeliverable"}]},
            {"id": "wamid.2", "status": "played", "biz_opaque_callback_data": REFERENCE},
            {"id": "wamid.3", "status": "deleted"},
        ]);
        let receipts = read(&json!({"object": "whatsapp_business_account", "entry": [{"changes": [{"value": {"statuses": statuses}}]}]}));
        assert_eq!(receipts.len(), 2);
        assert_eq!(receipts[0].code.as_deref(), Some("131026"));
        assert_eq!(receipts[0].at, Some(Time(1_700_000_000_000)));
        assert_eq!((receipts[1].status, receipts[1].reference), (Status::Read, REFERENCE.parse().ok()));
        assert_eq!(receipts[1].event_id, "wamid.2/read");
    }

    #[test]
    fn what_is_no_receipt() {
        for body in [
            json!(null),
            json!([1]),
            json!({"event_type": "message.received", "payload": {"message_id": "m"}}),
            json!({"payload": {"status": "delivered"}}),
            json!({"entry": [{"changes": [{"value": {"messages": []}}]}]}),
            json!({"entry": 7, "payload": 7}),
        ] {
            assert_eq!(read(&body), [], "{body}");
        }
    }
}
