//! For those who change a person without having seen the latest: which version there is, and all of it said anew.

use crate::commands::{ChangeContact, ChangeContactOf};
use crate::{Contact, NewContact, queries};
use facts::{ContactId, Time};
use serde::Deserialize;
use store::{Command, Look, Result, Tx, params, sql};

/// Which version of a person there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct Version {
    /// Counts from 1.
    pub version: i64,
    /// Since when.
    pub changed_at: Time,
}

/// A person and the version that they are in; `None` when the tenant knows none.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn versioned(look: &mut impl Look, id: ContactId) -> Result<Option<(Contact, Version)>> {
    let found: Option<Version> =
        look.maybe(sql!("SELECT version, changed_at FROM contacts WHERE tenant_id = $1 AND id = $2"), params![look.tenant(), id]).await?;
    let Some(version) = found else { return Ok(None) };
    Ok(queries::find(look, id).await?.map(|contact| (contact, version)))
}

/// The same, with the person kept from others until the commit.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn lock(tx: &mut Tx, id: ContactId) -> Result<Option<(Contact, Version)>> {
    let _locked: Option<Version> = tx
        .maybe(sql!("SELECT version, changed_at FROM contacts WHERE tenant_id = $1 AND id = $2 FOR UPDATE"), params![tx.tenant(), id])
        .await?;
    versioned(tx, id).await
}

/// Says all of a person anew; what is not said is taken away.
///
/// # Errors
/// What cannot be kept, by field; `contact_exists` where an address is another person's; there is no such person.
pub async fn change(tx: &mut Tx, id: ContactId, said: NewContact) -> Result<Contact> {
    let NewContact { name, phone, email, attributes } = said;
    let change = ChangeContact { name: Some(name), phone: Some(phone), email: Some(email), attributes: Some(attributes) };
    ChangeContactOf(id, change).run(tx).await
}
