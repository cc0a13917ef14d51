//! MyOperator's envelope of version 2. Its payloads are not published, so what is meant is found under several names.

use super::{Receipt, Word, Written, failure, moment, status, text, written};
use facts::messages::Channel;
use serde_json::Value;

pub(super) fn read(body: &Value) -> Option<Word> {
    let payload = &body["payload"];
    if body["direction"] == "inbound" || text(&body["event_type"]).is_some_and(|kind| kind.ends_with("received")) {
        return incoming(body, payload).map(Word::Written);
    }
    let said = text(&payload["status"]).or_else(|| text(&body["event_type"]))?;
    let status = status(said.rsplit(['.', '_', ' ']).next().unwrap_or_default())?;
    let provider_id = text(&payload["message_id"]).or_else(|| text(&payload["id"]));
    let reference = text(&payload["myop_ref_id"]).or_else(|| text(&payload["biz_opaque_callback_data"]));
    let (code, detail) = failure(payload);
    let event_id = text(&body["event_id"]).or_else(|| Some(format!("{}/{status}", provider_id.as_ref().or(reference.as_ref())?)))?;
    Some(Word::Receipt(Receipt {
        event_id,
        reference: reference.and_then(|text| text.parse().ok()),
        provider_id,
        status,
        code,
        detail,
        at: moment(&payload["timestamp"]).or_else(|| moment(&body["timestamp"])),
    }))
}

fn incoming(body: &Value, payload: &Value) -> Option<Written> {
    let words = payload["text"]["body"].as_str().or_else(|| payload["text"].as_str()).or_else(|| payload["message"].as_str());
    Some(Written {
        provider_id: text(&payload["message_id"]).or_else(|| text(&payload["id"]))?,
        channel: Channel::Whatsapp,
        from: text(&body["customer_identifier"]).or_else(|| text(&payload["from"]))?,
        name: text(&payload["customer_name"]),
        text: written(words.unwrap_or_default()),
        files: Vec::new(),
        answers: None,
        at: moment(&payload["timestamp"]).or_else(|| moment(&body["timestamp"])),
    })
}

#[cfg(test)]
mod tests {
    use super::super::Status;
    use super::*;
    use serde_json::json;

    const REFERENCE: &str = "msg_01h2xcejqtf2nbrexx3vqjhp41";

    #[test]
    fn a_receipt() {
        let body = json!({
            "event_id": "ev1", "event_type": "message.delivered", "timestamp": "2026-11-21T09:30:00Z",
            "payload": {"message_id": "m1", "myop_ref_id": REFERENCE, "status": "delivered"},
        });
        let Some(Word::Receipt(receipt)) = read(&body) else { panic!("a receipt") };
        assert_eq!((receipt.status, receipt.reference), (Status::Delivered, REFERENCE.parse().ok()));
        assert_eq!((receipt.at, receipt.event_id.as_str()), ("2026-11-21T09:30:00Z".parse().ok(), "ev1"));
    }

    #[test]
    fn what_people_write() {
        let body = json!({
            "event_id": "ev2", "event_type": "message.received", "direction": "inbound", "customer_identifier": "+919876543210",
            "payload": {"message_id": "m2", "text": {"body": "Hello?"}},
        });
        let Some(Word::Written(written)) = read(&body) else { panic!("somebody wrote") };
        assert_eq!((written.from.as_str(), written.text.as_str(), written.provider_id.as_str()), ("+919876543210", "Hello?", "m2"));
    }

    #[test]
    fn what_says_nothing() {
        for body in [
            json!(null),
            json!([1]),
            json!({"event_type": "message.received", "payload": {"message_id": "m"}}),
            json!({"payload": {"status": "delivered"}}),
            json!({"entry": 7, "payload": 7}),
        ] {
            assert_eq!(read(&body), None, "{body}");
        }
    }
}
