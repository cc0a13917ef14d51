//! What a device sends in: one change of one record, read so that one that is wrong keeps none of the others out.

use crate::model::Record;
use crate::rules::{self, State};
use facts::{ConflictId, ContactId, Id, RecordId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::secret::sha256;
use store::{Error, Result};
use utoipa::ToSchema;
use uuid::Uuid;

facts::words! {
    /// Kinds of thing that devices keep.
    pub enum Collection {
        /// Prompts that a merchant has saved.
        Prompts = "prompts",
        /// Whom a merchant sells to.
        Contacts = "contacts",
    }
}

impl Collection {
    /// The id of one of its things, as it leaves the house.
    pub(crate) fn id(self, id: Uuid) -> String {
        match self {
            Collection::Prompts => RecordId::from_uuid(id).to_string(),
            Collection::Contacts => ContactId::from_uuid(id).to_string(),
        }
    }

    /// The id that somebody means, typed or as a plain UUID.
    fn read(self, text: &str) -> Result<Uuid> {
        let typed = match self {
            Collection::Prompts => text.parse::<RecordId>().ok().map(Id::uuid),
            Collection::Contacts => text.parse::<ContactId>().ok().map(Id::uuid),
        };
        typed.or_else(|| Uuid::try_parse(text).ok()).ok_or_else(|| Error::field("id", format!("an id like {}", self.id(Uuid::max()))))
    }
}

/// One change, as it is sent.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DeviceChange)]
pub(crate) struct SentChange {
    /// The device's own name for this change, the same whenever it is sent again: 1 to 64 printable characters.
    #[schema(example = "01j8x7-1")]
    change_id: String,
    /// `prompts` or `contacts`.
    #[schema(value_type = String, example = "prompts")]
    collection: Collection,
    /// The record, by an id that the device chose when it made it: a UUIDv7, plain or as rec_….
    #[schema(example = "rec_01h2xcejqtf2nbrexx3vqjhp41")]
    id: String,
    /// The version that the device had when the change was made; 0 for something new.
    #[schema(example = 0)]
    base_version: i64,
    /// All that the record holds from now on; left out where it is deleted.
    #[schema(value_type = Option<Object>, example = json!({"title": "Diwali", "text": "Write to our best customers."}))]
    body: Option<Value>,
    /// Whether the record is deleted.
    #[serde(default)]
    deleted: bool,
}

/// One change, read.
#[derive(Debug, Clone)]
pub(crate) struct Change {
    pub change_id: String,
    pub collection: Collection,
    pub id: Uuid,
    pub base_version: i64,
    pub wanted: State,
    /// SHA-256 of all that it says.
    pub hash: String,
}

impl Change {
    /// Reads one.
    ///
    /// # Errors
    /// Whatever cannot be kept, by field.
    pub(crate) fn read(sent: &Value) -> Result<Self> {
        let hash = sha256(sent.to_string());
        let SentChange { change_id, collection, id, base_version, body, deleted } = web::typed(sent.clone())?;
        rules::change_id(&change_id)?;
        if base_version < 0 || base_version == i64::MAX {
            return Err(Error::field("base_version", "the version that the device had, or 0"));
        }
        match (&body, deleted) {
            (None, false) => return Err(Error::field("body", "what the record holds, or deleted: true")),
            (Some(_), true) => return Err(Error::field("body", "nothing, where the record is deleted")),
            (Some(body), false) if collection == Collection::Prompts => rules::prompt(body)?,
            _ => {}
        }
        Ok(Self { id: collection.read(&id)?, change_id, collection, base_version, wanted: State { body }, hash })
    }
}

facts::words! {
    /// What became of a change.
    pub enum Status {
        /// The record is as the change wanted it.
        Applied = "applied",
        /// The record had changed meanwhile. The device's version is kept for a person, and the device takes ours.
        Conflict = "conflict",
        /// It cannot be kept as it is.
        Invalid = "invalid",
    }
}

/// What is wrong with one field of a change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = ChangeError)]
pub(crate) struct Wrong {
    /// The field.
    pub field: String,
    /// What would be right.
    pub message: String,
}

/// What became of one change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = ChangeOutcome)]
pub(crate) struct Outcome {
    /// The change.
    pub change_id: Option<String>,
    /// applied, conflict or invalid.
    #[schema(value_type = String, example = "applied")]
    pub status: Status,
    /// The record as it is now: what the device keeps from here on. None where there is none.
    pub record: Option<Record>,
    /// Where the device's own version is kept, after a conflict.
    #[schema(value_type = Option<String>, example = "conf_01h2xcejqtf2nbrexx3vqjhp41")]
    pub conflict_id: Option<ConflictId>,
    /// What is wrong with it.
    pub errors: Vec<Wrong>,
}

impl Outcome {
    /// Of a change that is so now.
    pub(crate) fn applied(change_id: &str, record: Option<Record>) -> Self {
        Self { change_id: Some(change_id.to_owned()), status: Status::Applied, record, conflict_id: None, errors: Vec::new() }
    }

    /// Of a change that met another.
    pub(crate) fn conflict(change_id: &str, record: Option<Record>, id: ConflictId) -> Self {
        Self { status: Status::Conflict, conflict_id: Some(id), ..Self::applied(change_id, record) }
    }

    /// Of a change that cannot be kept.
    pub(crate) fn invalid(change_id: Option<&str>, error: &Error) -> Self {
        let named = error.fields().iter().map(|field| Wrong { field: field.field.clone(), message: field.message.clone() });
        let mut errors: Vec<Wrong> = named.collect();
        if errors.is_empty() {
            errors.push(Wrong { field: "change".to_owned(), message: error.message().to_owned() });
        }
        Self { change_id: change_id.map(str::to_owned), status: Status::Invalid, record: None, conflict_id: None, errors }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn good() -> Value {
        json!({"change_id": "c1", "collection": "prompts", "id": "rec_01h2xcejqtf2nbrexx3vqjhp41", "base_version": 0,
            "body": {"title": "a", "text": "b"}})
    }

    #[test]
    fn what_is_wrong_is_named() {
        let read = Change::read(&good()).unwrap();
        assert_eq!(read.collection.id(read.id), "rec_01h2xcejqtf2nbrexx3vqjhp41");
        let table = [
            ("change_id", json!("")),
            ("collection", json!("invoices")),
            ("id", json!("con_01h2xcejqtf2nbrexx3vqjhp41")),
            ("base_version", json!(-1)),
            ("base_version", json!(i64::MAX)),
            ("body", Value::Null),
            ("body", json!({"title": "a"})),
        ];
        for (field, value) in table {
            let mut spoilt = good();
            spoilt[field] = value.clone();
            let error = Change::read(&spoilt).unwrap_err();
            assert!(error.fields().iter().any(|wrong| wrong.field.starts_with(field)), "{field} {value}: {error}");
        }
        let mut both = good();
        both["deleted"] = json!(true);
        assert!(Change::read(&both).is_err());
        assert!(Change::read(&json!(7)).is_err());
    }

    #[test]
    fn an_id_may_be_a_plain_uuid() {
        let mut plain = good();
        plain["id"] = json!(Uuid::from_u128(7).to_string());
        assert_eq!(Change::read(&plain).unwrap().id, Uuid::from_u128(7));
        assert_ne!(Change::read(&plain).unwrap().hash, Change::read(&good()).unwrap().hash);
    }
}
