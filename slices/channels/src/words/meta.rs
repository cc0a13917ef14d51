//! Meta's calls: several things in one, in whatever order.

use super::{Enclosed, Receipt, TemplateWord, Thought, Wish, Word, Written, digest, failure, list, moment, status, text, written};
use crate::whatsapp::templates;
use facts::consent::Scope;
use facts::messages::Channel;
use serde_json::Value;

pub(super) fn read(body: &Value) -> Vec<Word> {
    let mut words = Vec::new();
    for change in list(&body["entry"]).flat_map(|entry| list(&entry["changes"])) {
        let value = &change["value"];
        words.extend(list(&value["statuses"]).filter_map(receipt).map(Word::Receipt));
        words.extend(list(&value["messages"]).filter_map(|said| message(said, value)).map(Word::Written));
        words.extend(list(&value["user_preferences"]).filter_map(wish).map(Word::Wish));
        words.extend(template(change["field"].as_str().unwrap_or_default(), value).map(Word::Template));
    }
    words
}

fn receipt(said: &Value) -> Option<Receipt> {
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
}

/// People who are known by a business-scoped id alone have no number: they are written to by that id.
fn message(said: &Value, value: &Value) -> Option<Written> {
    let from = text(&said["from"]).or_else(|| text(&said["user_id"]))?;
    let kind = said["type"].as_str().unwrap_or_default();
    if matches!(kind, "reaction" | "system" | "unsupported") {
        return None;
    }
    let of = &said[kind];
    let place = place(kind, of);
    let words = match kind {
        "text" => of["body"].as_str(),
        "button" => of["text"].as_str(),
        "interactive" => of["button_reply"]["title"].as_str().or_else(|| of["list_reply"]["title"].as_str()),
        _ => of["caption"].as_str().or(place.as_deref()),
    };
    let file = text(&of["id"]).filter(|_| of["mime_type"].is_string());
    let file = file.map(|reference| Enclosed {
        reference,
        kind: text(&of["mime_type"]).unwrap_or_default(),
        name: text(&of["filename"]),
        sha256: digest(&of["sha256"]),
    });
    let contact = list(&value["contacts"]).find(|contact| text(&contact["wa_id"]).as_deref() == Some(from.as_str()));
    Some(Written {
        provider_id: text(&said["id"])?,
        channel: Channel::Whatsapp,
        name: contact.and_then(|contact| text(&contact["profile"]["name"])),
        text: written(words.unwrap_or_default()),
        files: file.into_iter().collect(),
        answers: text(&said["context"]["id"]),
        at: moment(&said["timestamp"]),
        from,
    })
}

/// Where somebody says that they are, in words: what the place is called, and its degrees north and east.
fn place(kind: &str, of: &Value) -> Option<String> {
    let (north, east) = (of["latitude"].as_f64()?, of["longitude"].as_f64()?);
    let called = [&of["name"], &of["address"]].into_iter().filter_map(text).chain([format!("{north}, {east}")]);
    (kind == "location").then(|| format!("Location: {}", called.collect::<Vec<_>>().join(", ")))
}

fn wish(said: &Value) -> Option<Wish> {
    let stop = match said["value"].as_str()? {
        "stop" => true,
        "resume" => false,
        _ => return None,
    };
    Some(Wish { channel: Channel::Whatsapp, from: text(&said["wa_id"])?, scope: Scope::Marketing, stop })
}

/// What is thought of a template now. Words that say nothing of it are let go, such as that it is locked against changes.
fn template(field: &str, value: &Value) -> Option<TemplateWord> {
    let thought = match field {
        "message_template_status_update" => {
            let info = &value["other_info"]["description"];
            let why = if info.is_string() { text(info) } else { templates::reason(&value["reason"]) };
            Thought::Status(templates::status(value["event"].as_str()?)?, why)
        }
        "message_template_quality_update" => Thought::Quality(templates::quality(&value["new_quality_score"])),
        "template_category_update" => Thought::Category(templates::category(Some(&value["new_category"]).filter(|new| new.is_string())?)),
        _ => return None,
    };
    let name = text(&value["message_template_name"])?;
    Some(TemplateWord { name, language: templates::language(&text(&value["message_template_language"])?), thought })
}

#[cfg(test)]
mod tests {
    use super::super::Status;
    use super::*;
    use facts::Time;
    use serde_json::json;

    const REFERENCE: &str = "msg_01h2xcejqtf2nbrexx3vqjhp41";

    fn call(value: Value) -> Vec<Word> {
        read(&json!({"object": "whatsapp_business_account", "entry": [{"changes": [{"field": "messages", "value": value}]}]}))
    }

    #[test]
    fn receipts() {
        let words = call(json!({"statuses": [
            {"id": "wamid.1", "status": "failed", "timestamp": "1700000000", "errors": [{"code": 131026, "title": "Undeliverable"}]},
            {"id": "wamid.2", "status": "played", "biz_opaque_callback_data": REFERENCE},
            {"id": "wamid.3", "status": "deleted"},
        ]}));
        let [Word::Receipt(first), Word::Receipt(second)] = words.as_slice() else { panic!("{words:?}") };
        assert_eq!((first.code.as_deref(), first.at), (Some("131026"), Some(Time(1_700_000_000_000))));
        assert_eq!((second.status, second.reference), (Status::Read, REFERENCE.parse().ok()));
        assert_eq!(second.event_id, "wamid.2/read");
    }

    #[test]
    fn what_people_write() {
        let words = call(json!({
            "contacts": [{"wa_id": "919876543210", "profile": {"name": "Asha"}}],
            "messages": [
                {"from": "919876543210", "id": "wamid.a", "timestamp": "1700000000", "type": "text", "text": {"body": "STOP"}, "context": {"id": "wamid.1"}},
                {"from": "919876543210", "id": "wamid.b", "type": "image", "image": {"id": "77", "mime_type": "image/jpeg", "caption": "see"}},
                {"from": "919876543210", "id": "wamid.f", "type": "document", "document": {"id": "78", "mime_type": "application/pdf", "filename": "list.pdf"}},
                {"from": "919876543210", "id": "wamid.g", "type": "location", "location": {"latitude": 18.5, "longitude": 73.85, "name": "Gate 2"}},
                {"from": "919876543210", "id": "wamid.c", "type": "interactive", "interactive": {"type": "button_reply", "button_reply": {"id": "y", "title": "Yes"}}},
                {"from": "919876543210", "id": "wamid.d", "type": "reaction", "reaction": {"emoji": "x"}},
                {"id": "wamid.e", "type": "text", "text": {"body": "nobody"}},
            ],
        }));
        let [Word::Written(text), Word::Written(image), Word::Written(list), Word::Written(place), Word::Written(button)] =
            words.as_slice()
        else {
            panic!("{words:?}")
        };
        assert_eq!((text.text.as_str(), text.name.as_deref(), text.answers.as_deref()), ("STOP", Some("Asha"), Some("wamid.1")));
        let file = |reference: &str, kind: &str, name: Option<&str>| Enclosed {
            reference: reference.to_owned(),
            kind: kind.to_owned(),
            name: name.map(str::to_owned),
            sha256: None,
        };
        assert_eq!((image.text.as_str(), image.files.as_slice()), ("see", [file("77", "image/jpeg", None)].as_slice()));
        assert_eq!((list.text.as_str(), list.files.as_slice()), ("", [file("78", "application/pdf", Some("list.pdf"))].as_slice()));
        assert_eq!((place.text.as_str(), place.files.len()), ("Location: Gate 2, 18.5, 73.85", 0));
        assert_eq!(button.text, "Yes");
    }

    #[test]
    fn what_is_thought_of_templates() {
        use crate::templates::{Category, Quality, Status};
        let call = |field: &str, more: Value| {
            let mut value = json!({"message_template_id": 1, "message_template_name": "mangoes", "message_template_language": "en-US"});
            value.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            read(&json!({"entry": [{"changes": [{"field": field, "value": value}]}]}))
        };
        let word = |thought| Word::Template(TemplateWord { name: "mangoes".to_owned(), language: "en_US".to_owned(), thought });
        let status = "message_template_status_update";
        for (field, more, thought) in [
            (status, json!({"event": "APPROVED", "reason": "NONE"}), Some(Thought::Status(Status::Approved, None))),
            (
                status,
                json!({"event": "REJECTED", "reason": "INVALID_FORMAT"}),
                Some(Thought::Status(Status::Rejected, Some("invalid format".to_owned()))),
            ),
            (
                status,
                json!({"event": "PAUSED", "reason": null, "other_info": {"title": "FIRST_PAUSE", "description": "Paused for 3 hours."}}),
                Some(Thought::Status(Status::Paused, Some("Paused for 3 hours.".to_owned()))),
            ),
            (status, json!({"event": "LOCKED"}), None),
            (
                "message_template_quality_update",
                json!({"previous_quality_score": "GREEN", "new_quality_score": "RED"}),
                Some(Thought::Quality(Quality::Red)),
            ),
            (
                "template_category_update",
                json!({"previous_category": "UTILITY", "new_category": "MARKETING"}),
                Some(Thought::Category(Category::Marketing)),
            ),
            ("template_category_update", json!({"correct_category": "MARKETING"}), None),
            ("account_update", json!({"event": "APPROVED"}), None),
        ] {
            assert_eq!(call(field, more.clone()), thought.map(word).into_iter().collect::<Vec<_>>(), "{field} {more}");
        }
    }

    #[test]
    fn wishes_and_what_says_nothing() {
        let words = call(
            json!({"user_preferences": [{"wa_id": "91", "category": "marketing_messages", "value": "stop", "timestamp": 1}, {"wa_id": "92", "value": "?"}]}),
        );
        assert_eq!(words, [Word::Wish(Wish { channel: Channel::Whatsapp, from: "91".to_owned(), scope: Scope::Marketing, stop: true })]);
        for value in [json!(null), json!({"statuses": 7, "messages": {}}), json!({"statuses": [{"status": "sent"}]})] {
            assert_eq!(call(value.clone()), [], "{value}");
        }
    }
}
