//! Contacts as devices keep them: found, made and changed by the rules of their own slice.

use crate::change::Collection;
use crate::model::Record;
use crate::rules::State;
use contacts::{Contact, NewContact, Version};
use facts::{ContactId, Id};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use store::{Error, Look, Result, Tx};
use uuid::Uuid;

/// The person as devices see them.
pub(crate) async fn find(look: &mut impl Look, id: Uuid) -> Result<Option<Record>> {
    Ok(contacts::versioned(look, ContactId::from_uuid(id)).await?.map(record))
}

/// The same, kept from others until the commit.
pub(crate) async fn lock(tx: &mut Tx, id: Uuid) -> Result<Option<Record>> {
    Ok(contacts::lock(tx, ContactId::from_uuid(id)).await?.map(record))
}

fn record((contact, at): (Contact, Version)) -> Record {
    let Contact { id, name, phone, email, attributes, .. } = contact;
    let body = json!({"name": name, "phone": phone, "email": email, "attributes": attributes});
    Record {
        collection: Collection::Contacts.to_string(),
        id: id.to_string(),
        version: at.version,
        deleted: at.erased,
        body: Some(body).filter(|_| !at.erased),
        changed_at: at.changed_at,
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    name: Option<String>,
    phone: Option<String>,
    email: Option<String>,
    #[serde(default)]
    attributes: Map<String, Value>,
}

/// Writes what a device says of a person. Somebody new is whoever has the phone number or the address, where anybody has;
/// so the record may go on under another id than the device gave it.
///
/// # Errors
/// What cannot be kept, by field; people are not deleted.
pub(crate) async fn write(tx: &mut Tx, id: Uuid, version: i64, state: &State) -> Result<Uuid> {
    let Some(body) = &state.body else { return Err(Error::field("deleted", "contacts are not deleted by devices")) };
    let Body { name, phone, email, attributes } = web::typed(body.clone())?;
    let said = NewContact { name, phone, email, attributes, ..NewContact::default() };
    if version == 1 {
        return contacts::save(tx, said).await.map(Id::uuid);
    }
    contacts::change(tx, ContactId::from_uuid(id), said).await.map(|contact| contact.id.uuid())
}
