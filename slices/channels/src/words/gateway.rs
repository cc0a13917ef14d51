//! What a plain gateway says; see [`crate::whatsapp::gateway`] for the shapes.

use super::{Receipt, Word, Written, moment, status, text, written};
use facts::messages::Channel;
use serde_json::Value;

pub(super) fn read(said: &Value) -> Option<Word> {
    let provider_id = text(&said["id"]);
    if let Some(from) = text(&said["from"]) {
        return Some(Word::Written(Written {
            provider_id: provider_id?,
            channel: Channel::Whatsapp,
            from,
            name: text(&said["name"]),
            text: written(said["message"].as_str()?),
            files: Vec::new(),
            answers: None,
            at: moment(&said["at"]),
        }));
    }
    let status = status(&text(&said["status"])?)?;
    let reference = text(&said["ref"]);
    Some(Word::Receipt(Receipt {
        event_id: format!("{}/{status}", reference.as_ref().or(provider_id.as_ref())?),
        reference: reference.and_then(|text| text.parse().ok()),
        provider_id,
        status,
        code: text(&said["code"]),
        detail: text(&said["error"]),
        at: moment(&said["at"]),
    }))
}

#[cfg(test)]
mod tests {
    use super::super::Status;
    use super::*;
    use serde_json::json;

    #[test]
    fn receipts_and_what_people_write() {
        let Some(Word::Receipt(receipt)) =
            read(&json!({"ref": "msg_01h2xcejqtf2nbrexx3vqjhp41", "id": "g1", "status": "failed", "error": "no"}))
        else {
            panic!("a receipt")
        };
        assert_eq!((receipt.status, receipt.provider_id.as_deref(), receipt.detail.as_deref()), (Status::Failed, Some("g1"), Some("no")));
        let Some(Word::Written(written)) = read(&json!({"id": 9, "from": "+919876543210", "message": "hi"})) else {
            panic!("somebody wrote")
        };
        assert_eq!((written.text.as_str(), written.provider_id.as_str()), ("hi", "9"));
        for nothing in [json!({}), json!({"status": "sent"}), json!({"from": "+91", "id": 1}), json!({"ref": "x", "status": "odd"})] {
            assert_eq!(read(&nothing), None, "{nothing}");
        }
    }
}
