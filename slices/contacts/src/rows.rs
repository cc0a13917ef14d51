//! The table of contacts.

use crate::Contact;
use facts::ContactId;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::HashMap;
use store::{Look, Result, Tx, many, params, portions, rows, sql};

/// Puts a new person there, unless their phone or e-mail is somebody's already. Tells whether they are new.
pub(crate) async fn insert(tx: &mut Tx, id: ContactId, contact: &crate::save::Known) -> Result<bool> {
    let inserted = tx
        .exec(
            sql!(
                "INSERT INTO contacts (tenant_id, id, name, phone, email, attributes, created_at, changed_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $7) ON CONFLICT DO NOTHING"
            ),
            params![
                tx.tenant(),
                id,
                contact.name.as_deref(),
                contact.phone.as_deref(),
                contact.email.as_deref(),
                Value::Object(contact.attributes.clone()),
                tx.now()
            ],
        )
        .await?;
    Ok(inserted == 1)
}

/// Writes the whole person anew.
pub(crate) async fn update(tx: &mut Tx, contact: &Contact) -> Result<()> {
    tx.put(
        sql!(
            "UPDATE contacts SET name = $3, phone = $4, email = $5, attributes = $6, changed_at = $7, version = version + 1
             WHERE tenant_id = $1 AND id = $2"
        ),
        params![
            tx.tenant(),
            contact.id,
            contact.name.as_deref(),
            contact.phone.as_deref(),
            contact.email.as_deref(),
            Value::Object(contact.attributes.clone()),
            tx.now()
        ],
    )
    .await
}

/// Makes sure that an address which somebody is about to be given is nobody's, and stays so until the commit.
///
/// A row that takes the address and goes again leaves its entry in the unique index locked by this transaction:
/// whoever wants the same address waits for it, where a look before the write would let both through.
pub(crate) async fn reserve(tx: &mut Tx, phone: Option<&str>, email: Option<&str>) -> Result<bool> {
    let placeholder: ContactId = tx.id();
    let wanted = crate::save::Known { name: None, phone: phone.map(Into::into), email: email.map(Into::into), attributes: Map::new() };
    let free = insert(tx, placeholder, &wanted).await?;
    if free {
        tx.put(sql!("DELETE FROM contacts WHERE tenant_id = $1 AND id = $2"), params![tx.tenant(), placeholder]).await?;
    }
    Ok(free)
}

/// The person with this number, locked.
pub(crate) async fn by_phone(tx: &mut Tx, phone: &str) -> Result<Option<Contact>> {
    tx.maybe(
        sql!("SELECT id, name, phone, email, attributes, created_at FROM contacts WHERE tenant_id = $1 AND phone = $2 FOR UPDATE"),
        params![tx.tenant(), phone],
    )
    .await
}

/// The person with this address, locked.
pub(crate) async fn by_email(tx: &mut Tx, email: &str) -> Result<Option<Contact>> {
    tx.maybe(
        sql!("SELECT id, name, phone, email, attributes, created_at FROM contacts WHERE tenant_id = $1 AND email = $2 FOR UPDATE"),
        params![tx.tenant(), email],
    )
    .await
}

/// The person with this id, locked.
pub(crate) async fn locked(tx: &mut Tx, id: ContactId) -> Result<Option<Contact>> {
    tx.maybe(
        sql!("SELECT id, name, phone, email, attributes, created_at FROM contacts WHERE tenant_id = $1 AND id = $2 FOR UPDATE"),
        params![tx.tenant(), id],
    )
    .await
}

/// Puts new people there; gives those whose addresses were nobody's yet.
pub(crate) async fn insert_all(tx: &mut Tx, people: &[Contact]) -> Result<Vec<ContactId>> {
    let contacts = rows!(
        "INSERT INTO contacts (tenant_id, id, name, phone, email, attributes, created_at, changed_at) VALUES ",
        8,
        " ON CONFLICT DO NOTHING RETURNING id"
    );
    let mut values = Vec::new();
    for contact in people {
        values.extend_from_slice(params![
            tx.tenant(),
            contact.id,
            contact.name.as_deref(),
            contact.phone.as_deref(),
            contact.email.as_deref(),
            Value::Object(contact.attributes.clone()),
            contact.created_at,
            contact.created_at
        ]);
    }
    tx.all_rows(contacts, &values).await
}

#[derive(Deserialize)]
struct Reached {
    id: ContactId,
    address: String,
}

/// Whose these numbers are.
pub(crate) async fn with_phones(tx: &mut Tx, phones: &[&str]) -> Result<HashMap<String, ContactId>> {
    let mut found = HashMap::new();
    for values in portions(tx.tenant(), phones, &[]) {
        let some: Vec<Reached> = tx
            .all(sql!(concat!("SELECT id, phone AS address FROM contacts WHERE tenant_id = $1 AND phone IN (", many!(), ")")), &values)
            .await?;
        found.extend(some.into_iter().map(|one| (one.address, one.id)));
    }
    Ok(found)
}

/// Whose these e-mail addresses are.
pub(crate) async fn with_emails(tx: &mut Tx, emails: &[&str]) -> Result<HashMap<String, ContactId>> {
    let mut found = HashMap::new();
    for values in portions(tx.tenant(), emails, &[]) {
        let some: Vec<Reached> = tx
            .all(sql!(concat!("SELECT id, email AS address FROM contacts WHERE tenant_id = $1 AND email IN (", many!(), ")")), &values)
            .await?;
        found.extend(some.into_iter().map(|one| (one.address, one.id)));
    }
    Ok(found)
}
