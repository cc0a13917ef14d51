//! Saving and changing a contact on somebody's word.

use crate::save;
use crate::{Contact, NewContact, attributes, merge, queries, rows, rules};
use facts::ContactId;
use facts::contacts::ContactSaved;
use serde_json::{Map, Value};
use store::{Command, Error, Result, Tx};

/// Makes a person known, or adds to what is known of whoever has the phone number or e-mail address.
pub(crate) struct SaveContact {
    pub said: NewContact,
}

impl Command for SaveContact {
    const NAME: &'static str = "save_contact";
    type Out = Contact;

    async fn run(&self, tx: &mut Tx) -> Result<Contact> {
        let id = save::save(tx, self.said.clone()).await?;
        queries::exactly(tx, id).await?.ok_or_else(|| Error::internal("a saved contact is not there"))
    }
}

/// A change of one field: not said, said to be nothing, or said to be something.
pub(crate) type Said<T> = Option<Option<T>>;

/// Changes what is said of a person whose id is known.
#[derive(Debug, Default)]
pub(crate) struct ChangeContact {
    pub name: Said<String>,
    pub phone: Said<String>,
    pub email: Said<String>,
    pub locale: Said<String>,
    pub time_zone: Said<String>,
    /// Replaces all attributes.
    pub attributes: Option<Map<String, Value>>,
}

/// [`ChangeContact`] for one person.
pub(crate) struct ChangeContactOf(pub ContactId, pub ChangeContact);

impl Command for ChangeContactOf {
    const NAME: &'static str = "change_contact";
    type Out = Contact;

    async fn run(&self, tx: &mut Tx) -> Result<Contact> {
        let Some(before) = rows::locked(tx, self.0).await? else {
            return Err(merge::missing(tx, self.0).await?);
        };
        let after = self.1.applied(&before)?;
        if after == before {
            return Ok(after);
        }
        claim(tx, &before, &after).await?;
        rows::update(tx, &after).await?;
        attributes::note(tx, after.attributes.iter()).await?;
        tx.state(ContactSaved { contact_id: after.id, new: false, changes: save::changes(Some(&before), &after) }).await?;
        Ok(after)
    }
}

impl ChangeContact {
    /// The person after the change, by the same rules as one who is new.
    fn applied(&self, before: &Contact) -> Result<Contact> {
        let or = |said: &Said<String>, known: &Option<String>| said.clone().unwrap_or_else(|| known.clone());
        let said = NewContact {
            name: or(&self.name, &before.name),
            phone: or(&self.phone, &before.phone),
            email: or(&self.email, &before.email),
            locale: or(&self.locale, &before.locale),
            time_zone: or(&self.time_zone, &before.time_zone),
            attributes: self.attributes.clone().unwrap_or_else(|| before.attributes.clone()),
        };
        rules::attributes(&said.attributes)?;
        Ok(said.checked()?.person(before.id, before.created_at))
    }
}

/// Refuses an address that is another person's.
async fn claim(tx: &mut Tx, before: &Contact, after: &Contact) -> Result<()> {
    let taken = |field: &str| {
        Error::conflict("contact_exists", format!("Another contact has this {field}.")).with_field(field, "another contact's")
    };
    if after.phone.is_some() && after.phone != before.phone && !rows::reserve(tx, after.phone.as_deref(), None).await? {
        return Err(taken("phone"));
    }
    if after.email.is_some() && after.email != before.email && !rows::reserve(tx, None, after.email.as_deref()).await? {
        return Err(taken("email"));
    }
    Ok(())
}
