//! For those who change a person without having seen the latest: which version there is, and all of it said anew.

use crate::commands::{ChangeContact, ChangeContactOf};
use crate::{Contact, NewContact, queries, rows};
use facts::{ContactId, Time};
use serde::Deserialize;
use std::collections::HashSet;
use store::{Command, Look, Result, Tx, params, sql};

/// Which version of a person there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct Version {
    /// Counts from 1.
    pub version: i64,
    /// Since when.
    pub changed_at: Time,
    /// Whether they were erased: nothing is known of them any more.
    pub erased: bool,
}

/// A person and the version that they are in, even one who was erased; `None` when the tenant never knew one.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn versioned(look: &mut impl Look, id: ContactId) -> Result<Option<(Contact, Version)>> {
    let found: Option<Version> = look
        .maybe(
            sql!("SELECT version, changed_at, erased_at IS NOT NULL AS erased FROM contacts WHERE tenant_id = $1 AND id = $2"),
            params![look.tenant(), id],
        )
        .await?;
    let Some(version) = found else { return Ok(None) };
    Ok(queries::find_any(look, id).await?.map(|contact| (contact, version)))
}

/// The same, with the person locked against others who change them until the commit.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn lock(tx: &mut Tx, id: ContactId) -> Result<Option<(Contact, Version)>> {
    let _locked: Option<ContactId> =
        tx.maybe(sql!("SELECT id FROM contacts WHERE tenant_id = $1 AND id = $2 FOR NO KEY UPDATE"), params![tx.tenant(), id]).await?;
    versioned(tx, id).await
}

/// Keeps a person from being erased or merged until the commit, and from nothing else, for whoever writes something down of them that goes
/// when they are erased; false where nobody has this id.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn hold(tx: &mut Tx, id: ContactId) -> Result<bool> {
    let held: Option<ContactId> = tx
        .maybe(
            sql!("SELECT id FROM contacts WHERE tenant_id = $1 AND id = $2 AND erased_at IS NULL FOR KEY SHARE"),
            params![tx.tenant(), id],
        )
        .await?;
    Ok(held.is_some())
}

/// Keeps several people from being erased or merged until the commit, and from nothing else, for whoever writes something down of them that
/// goes when they are erased; gives those whom the tenant knows.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn hold_those(tx: &mut Tx, people: &[ContactId]) -> Result<HashSet<ContactId>> {
    Ok(rows::those_kept(tx, people).await?.into_iter().collect())
}

/// Says all of a person anew; what is not said is taken away, but for their language and time zone.
///
/// # Errors
/// What cannot be kept, by field; `contact_exists` where an address is another person's; there is no such person.
pub async fn change(tx: &mut Tx, id: ContactId, said: NewContact) -> Result<Contact> {
    let NewContact { name, phone, email, locale, time_zone, attributes } = said;
    let change = ChangeContact {
        name: Some(name),
        phone: Some(phone),
        email: Some(email),
        // Who says nothing of these does not know that there are any.
        locale: locale.map(Some),
        time_zone: time_zone.map(Some),
        attributes: Some(attributes),
    };
    ChangeContactOf(id, change).run(tx).await
}
