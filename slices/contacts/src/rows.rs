//! The table of contacts.

use crate::queries::contacts;
use crate::save::Known;
use crate::{Contact, rules};
use facts::ContactId;
use serde_json::Value;
use std::collections::{BTreeSet, HashMap, HashSet};
use store::{Look, Result, Sql, Tx, many, params, rows, sql};

/// Puts a new person there, unless their phone or e-mail is somebody's already. Tells whether they are new.
pub(crate) async fn insert(tx: &mut Tx, id: ContactId, contact: &Known) -> Result<bool> {
    let inserted = tx
        .exec(
            sql!(
                "INSERT INTO contacts (tenant_id, id, name, phone, email, attributes, created_at, changed_at, locale, time_zone, name_key)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8, $9, $10) ON CONFLICT DO NOTHING"
            ),
            params![
                tx.tenant(),
                id,
                contact.name.as_deref(),
                contact.phone.as_deref(),
                contact.email.as_deref(),
                Value::Object(contact.attributes.clone()),
                tx.now(),
                contact.locale.as_deref(),
                contact.time_zone.as_deref(),
                key(contact.name.as_deref())
            ],
        )
        .await?;
    Ok(inserted == 1)
}

/// Writes the whole person anew.
pub(crate) async fn update(tx: &mut Tx, contact: &Contact) -> Result<()> {
    tx.put(
        sql!(
            "UPDATE contacts SET name = $3, phone = $4, email = $5, attributes = $6, changed_at = $7, locale = $8, time_zone = $9,
                name_key = $10, version = version + 1
             WHERE tenant_id = $1 AND id = $2"
        ),
        params![
            tx.tenant(),
            contact.id,
            contact.name.as_deref(),
            contact.phone.as_deref(),
            contact.email.as_deref(),
            Value::Object(contact.attributes.clone()),
            tx.now(),
            contact.locale.as_deref(),
            contact.time_zone.as_deref(),
            key(contact.name.as_deref())
        ],
    )
    .await
}

/// By what a name is the same as another.
fn key(name: Option<&str>) -> Option<String> {
    name.map(rules::name_key)
}

/// Makes sure that an address which somebody is about to be given is nobody's, and stays so until the commit.
///
/// A row that takes the address and goes again leaves its entry in the unique index locked by this transaction:
/// whoever wants the same address waits for it, where a look before the write would let both through.
pub(crate) async fn reserve(tx: &mut Tx, phone: Option<&str>, email: Option<&str>) -> Result<bool> {
    let placeholder: ContactId = tx.id();
    let wanted = Known { phone: phone.map(Into::into), email: email.map(Into::into), ..Known::default() };
    let free = insert(tx, placeholder, &wanted).await?;
    if free {
        tx.put(sql!("DELETE FROM contacts WHERE tenant_id = $1 AND id = $2"), params![tx.tenant(), placeholder]).await?;
    }
    Ok(free)
}

/// The person with this number, locked against others who change them.
pub(crate) async fn by_phone(tx: &mut Tx, phone: &str) -> Result<Option<Contact>> {
    tx.maybe(contacts!("WHERE tenant_id = $1 AND phone = $2 FOR NO KEY UPDATE"), params![tx.tenant(), phone]).await
}

/// The person with this address, locked against others who change them.
pub(crate) async fn by_email(tx: &mut Tx, email: &str) -> Result<Option<Contact>> {
    tx.maybe(contacts!("WHERE tenant_id = $1 AND email = $2 FOR NO KEY UPDATE"), params![tx.tenant(), email]).await
}

/// The person with this id, locked against others who change them.
pub(crate) async fn locked(tx: &mut Tx, id: ContactId) -> Result<Option<Contact>> {
    tx.maybe(contacts!("WHERE tenant_id = $1 AND id = $2 AND erased_at IS NULL FOR NO KEY UPDATE"), params![tx.tenant(), id]).await
}

/// The person with this id, for whoever takes them away: also those who keep them are waited for.
pub(crate) async fn locked_for_good(tx: &mut Tx, id: ContactId) -> Result<Option<Contact>> {
    tx.maybe(contacts!("WHERE tenant_id = $1 AND id = $2 AND erased_at IS NULL FOR UPDATE"), params![tx.tenant(), id]).await
}

/// Those of these people who are known, locked in the order of their ids against others who change them.
pub(crate) async fn those_locked(tx: &mut Tx, people: &[ContactId]) -> Result<Vec<Contact>> {
    let statement = contacts!("WHERE tenant_id = $1 AND erased_at IS NULL AND id IN (", many!(), ") ORDER BY id FOR NO KEY UPDATE");
    tx.all_in(statement, &in_order(people), &[]).await
}

/// Those of these people who are known, kept from being erased or merged; whoever changes them goes on.
pub(crate) async fn those_kept(tx: &mut Tx, people: &[ContactId]) -> Result<Vec<ContactId>> {
    let statement = sql!(concat!(
        "SELECT id FROM contacts WHERE tenant_id = $1 AND erased_at IS NULL AND id IN (",
        many!(),
        ") ORDER BY id FOR KEY SHARE"
    ));
    tx.all_in(statement, &in_order(people), &[]).await
}

/// Whoever has this number, else whoever has this address, kept as [`those_kept`] keeps them.
pub(crate) async fn kept_with(tx: &mut Tx, phone: Option<&str>, email: Option<&str>) -> Result<Option<ContactId>> {
    let by_phone = sql!("SELECT id FROM contacts WHERE tenant_id = $1 AND phone = $2 AND erased_at IS NULL FOR KEY SHARE");
    let by_email = sql!("SELECT id FROM contacts WHERE tenant_id = $1 AND email = $2 AND erased_at IS NULL FOR KEY SHARE");
    for (by, address) in [(by_phone, phone), (by_email, email)] {
        if let Some(address) = address
            && let Some(held) = tx.maybe(by, params![tx.tenant(), address]).await?
        {
            return Ok(Some(held));
        }
    }
    Ok(None)
}

/// Each once, in the order in which all lock them.
fn in_order(people: &[ContactId]) -> Vec<ContactId> {
    people.iter().copied().collect::<BTreeSet<_>>().into_iter().collect()
}

/// Puts new people there; gives those whose addresses were nobody's yet.
pub(crate) async fn insert_all(tx: &mut Tx, people: &[Contact]) -> Result<Vec<ContactId>> {
    let contacts = rows!(
        "INSERT INTO contacts (tenant_id, id, name, phone, email, locale, time_zone, attributes, created_at, changed_at, name_key) VALUES ",
        11,
        " ON CONFLICT DO NOTHING RETURNING id"
    );
    let values = values(tx, people);
    tx.all_rows(contacts, &values).await
}

/// Puts people there, new ones and those who are otherwise now. An address that became somebody's meanwhile is an error of the
/// engine's: whoever writes so looked before, and looks again.
pub(crate) async fn put_all(tx: &mut Tx, people: &[Contact]) -> Result<()> {
    let contacts = rows!(
        "INSERT INTO contacts (tenant_id, id, name, phone, email, locale, time_zone, attributes, created_at, changed_at, name_key) VALUES ",
        11,
        " ON CONFLICT (tenant_id, id) DO UPDATE SET name = excluded.name, phone = excluded.phone, email = excluded.email,
            locale = excluded.locale, time_zone = excluded.time_zone, attributes = excluded.attributes, changed_at = excluded.changed_at,
            name_key = excluded.name_key, version = contacts.version + 1"
    );
    let values = values(tx, people);
    tx.put_rows(contacts, &values).await
}

fn values(tx: &Tx, people: &[Contact]) -> Vec<store::Value> {
    let mut values = Vec::new();
    for contact in people {
        values.extend_from_slice(params![
            tx.tenant(),
            contact.id,
            contact.name.as_deref(),
            contact.phone.as_deref(),
            contact.email.as_deref(),
            contact.locale.as_deref(),
            contact.time_zone.as_deref(),
            Value::Object(contact.attributes.clone()),
            contact.created_at,
            tx.now(),
            key(contact.name.as_deref())
        ]);
    }
    values
}

/// Whoever has one of these numbers or addresses, locked.
pub(crate) async fn with_addresses(tx: &mut Tx, phones: &[&str], emails: &[&str]) -> Result<Vec<Contact>> {
    let (by_phone, by_email) = (with_phones(tx, phones).await?, with_emails(tx, emails).await?);
    let mut found = those_locked(tx, &by_phone.values().chain(by_email.values()).copied().collect::<Vec<_>>()).await?;
    // Whose number or address has changed meanwhile is not whom this is about.
    let (phones, emails): (HashSet<&str>, HashSet<&str>) = (phones.iter().copied().collect(), emails.iter().copied().collect());
    let has = |of: &HashSet<&str>, address: Option<&str>| address.is_some_and(|address| of.contains(address));
    found.retain(|contact| has(&phones, contact.phone.as_deref()) || has(&emails, contact.email.as_deref()));
    Ok(found)
}

/// Whose these numbers are.
pub(crate) async fn with_phones(look: &mut impl Look, phones: &[&str]) -> Result<HashMap<String, ContactId>> {
    let one = sql!("SELECT phone, id FROM contacts WHERE tenant_id = $1 AND phone = $2");
    let many = sql!(concat!("SELECT phone, id FROM contacts WHERE tenant_id = $1 AND phone IN (", many!(), ")"));
    whose(look, one, many, phones).await
}

/// Whose these e-mail addresses are.
pub(crate) async fn with_emails(look: &mut impl Look, emails: &[&str]) -> Result<HashMap<String, ContactId>> {
    let one = sql!("SELECT email, id FROM contacts WHERE tenant_id = $1 AND email = $2");
    let many = sql!(concat!("SELECT email, id FROM contacts WHERE tenant_id = $1 AND email IN (", many!(), ")"));
    whose(look, one, many, emails).await
}

/// Whose these are, by a statement for one of them or by the one for many: mostly one is asked for, and thirty-two places cost the engine
/// three times as much.
async fn whose(look: &mut impl Look, one: &'static Sql, many: &'static Sql, these: &[&str]) -> Result<HashMap<String, ContactId>> {
    let found: Vec<(String, ContactId)> = match these {
        [this] => look.all(one, params![look.tenant(), *this]).await?,
        these => look.all_in(many, these, &[]).await?,
    };
    Ok(found.into_iter().collect())
}
