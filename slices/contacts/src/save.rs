//! Somebody said something about a person: find them or make them known.

use crate::{Contact, NewContact, attributes, rows, rules};
use facts::contacts::ContactSaved;
use facts::{Change, ContactId, Time};
use serde_json::{Map, Value, json};
use store::{Error, Result, Tx};

/// What was said, checked and in the writing of the database.
#[derive(Debug, Clone, Default)]
pub(crate) struct Known {
    pub name: Option<String>,
    pub phone: Option<String>,
    pub email: Option<String>,
    pub locale: Option<String>,
    pub time_zone: Option<String>,
    pub attributes: Map<String, Value>,
}

impl Known {
    /// Somebody new of whom this is known.
    pub(crate) fn person(self, id: ContactId, created_at: Time) -> Contact {
        let Known { name, phone, email, locale, time_zone, attributes } = self;
        Contact { id, name, phone, email, locale, time_zone, attributes, created_at }
    }
}

impl NewContact {
    pub(crate) fn checked(&self) -> Result<Known> {
        let filled = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
        rules::attributes(&self.attributes)?;
        let known = Known {
            name: rules::name(self.name.as_deref())?,
            phone: filled(&self.phone).map(|text| rules::phone(&text)).transpose()?,
            email: filled(&self.email).map(|text| rules::email(&text)).transpose()?,
            locale: filled(&self.locale).map(|text| rules::locale(&text)).transpose()?,
            time_zone: filled(&self.time_zone).map(|text| rules::time_zone(&text)).transpose()?,
            attributes: self.attributes.clone(),
        };
        if known.phone.is_none() && known.email.is_none() {
            return Err(Error::field("phone", "a phone number or an e-mail address is needed"));
        }
        Ok(known)
    }
}

/// Saves what was said about a person: whoever has the phone number, else whoever has the e-mail address, else
/// somebody new. What is said now replaces what was said before; what is not said stays.
///
/// # Errors
/// `name`, `phone`, `email` or `attributes` cannot be kept as they are.
pub async fn save(tx: &mut Tx, said: NewContact) -> Result<ContactId> {
    let known = said.checked()?;
    let id: ContactId = tx.id();
    if rows::insert(tx, id, &known).await? {
        let after = known.person(id, tx.now());
        attributes::note(tx, after.attributes.iter()).await?;
        tx.state(ContactSaved { contact_id: id, new: true, changes: changes(None, &after) }).await?;
        return Ok(id);
    }
    let Some(before) = find(tx, &known).await? else {
        return Err(Error::unavailable("contact_changed", "This contact was just changed by somebody else. Try again."));
    };
    let after = merge(tx, &before, known).await?;
    if after != before {
        rows::update(tx, &after).await?;
        attributes::note(tx, after.attributes.iter().filter(|(name, _)| !before.attributes.contains_key(*name))).await?;
        tx.state(ContactSaved { contact_id: after.id, new: false, changes: changes(Some(&before), &after) }).await?;
    }
    Ok(after.id)
}

/// What is known of somebody otherwise than before.
pub(crate) fn changes(before: Option<&Contact>, after: &Contact) -> Vec<Change> {
    let told = |contact: &Contact| {
        let Contact { name, phone, email, locale, time_zone, attributes, .. } = contact;
        json!({"name": name, "phone": phone, "email": email, "locale": locale, "time_zone": time_zone, "attributes": attributes})
    };
    Change::between(&before.map_or(Value::Null, told), &told(after))
}

/// The phone number decides: it is what a buyer is called and written to on, and unlike a mailbox one person has it.
async fn find(tx: &mut Tx, known: &Known) -> Result<Option<Contact>> {
    if let Some(phone) = &known.phone
        && let Some(found) = rows::by_phone(tx, phone).await?
    {
        return Ok(Some(found));
    }
    match &known.email {
        Some(email) => rows::by_email(tx, email).await,
        None => Ok(None),
    }
}

/// An address that is another person's stays theirs. Two who share a mailbox are common, a buyer may type somebody
/// else's, and moving it would silently send one person's messages to another.
async fn merge(tx: &mut Tx, before: &Contact, known: Known) -> Result<Contact> {
    let mut after = before.clone();
    if known.phone.is_some() && known.phone != before.phone && rows::reserve(tx, known.phone.as_deref(), None).await? {
        after.phone = known.phone;
    }
    if known.email.is_some() && known.email != before.email && rows::reserve(tx, None, known.email.as_deref()).await? {
        after.email = known.email;
    }
    after.name = known.name.or(after.name);
    after.locale = known.locale.or(after.locale);
    after.time_zone = known.time_zone.or(after.time_zone);
    after.attributes.extend(known.attributes);
    rules::attributes(&after.attributes)?;
    Ok(after)
}
