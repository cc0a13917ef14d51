//! Many people at once, for other slices that go through all of them or follow changes: one look for a page.

use crate::Contact;
use crate::queries::contacts;
use crate::{rows, tags};
use facts::{ContactId, Id, ListId};
use std::collections::HashMap;
use store::{Look, Result, many, params, sql};

/// The people after this one in the order of their ids, which is that in which they became known; from the first where it is none.
/// Whoever was erased is not among them.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn after(look: &mut impl Look, after: Option<ContactId>, limit: i64) -> Result<Vec<Contact>> {
    let after = after.unwrap_or_else(|| ContactId::from_uuid(uuid::Uuid::nil()));
    let all = contacts!("WHERE tenant_id = $1 AND id > $2 AND erased_at IS NULL ORDER BY id LIMIT $3");
    look.all(all, params![look.tenant(), after, limit]).await
}

/// Whoever stands just before so many of the newest; nothing where there are no more than these.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn before_newest(look: &mut impl Look, newest: i64) -> Result<Option<ContactId>> {
    look.maybe(
        sql!("SELECT id FROM contacts WHERE tenant_id = $1 AND erased_at IS NULL ORDER BY id DESC LIMIT 1 OFFSET $2"),
        params![look.tenant(), newest],
    )
    .await
}

/// Those of these people whom the tenant knows, in no order. Whoever was erased is not among them.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn those(look: &mut impl Look, people: &[ContactId]) -> Result<Vec<Contact>> {
    look.all_in(contacts!("WHERE tenant_id = $1 AND erased_at IS NULL AND id IN (", many!(), ")"), people, &[]).await
}

/// The tags of several people, each with whose it is.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn tags_of(look: &mut impl Look, people: &[ContactId]) -> Result<Vec<(ContactId, String)>> {
    Ok(tags::of_contacts(look, people).await?.into_iter().collect())
}

/// The lists that several people are on, each with whose it is.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn lists_of(look: &mut impl Look, people: &[ContactId]) -> Result<Vec<(ContactId, ListId)>> {
    look.all_in(
        sql!(concat!("SELECT contact_id, list_id FROM list_members WHERE tenant_id = $1 AND contact_id IN (", many!(), ")")),
        people,
        &[],
    )
    .await
}

/// What those of these lists are called that there are.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn lists_named(look: &mut impl Look, ids: &[ListId]) -> Result<HashMap<ListId, String>> {
    let found: Vec<(ListId, String)> =
        look.all_in(sql!(concat!("SELECT id, name FROM lists WHERE tenant_id = $1 AND id IN (", many!(), ")")), ids, &[]).await?;
    Ok(found.into_iter().collect())
}

/// Whose these phone numbers and e-mail addresses are, each in its one spelling. What is nobody's is not in the answer.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn of_addresses(look: &mut impl Look, addresses: &[&str]) -> Result<HashMap<String, ContactId>> {
    let (emails, phones): (Vec<&str>, Vec<&str>) = addresses.iter().partition(|address| address.contains('@'));
    let mut found = HashMap::new();
    if !phones.is_empty() {
        found.extend(rows::with_phones(look, &phones).await?);
    }
    if !emails.is_empty() {
        found.extend(rows::with_emails(look, &emails).await?);
    }
    Ok(found)
}
