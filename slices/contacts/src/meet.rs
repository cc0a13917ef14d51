//! Many people at once, of whom something was said elsewhere and earlier: each is found or made known.

use crate::save::{Known, changes};
use crate::{Contact, NewContact, hold, rows, rules};
use facts::ContactId;
use facts::contacts::ContactSaved;
use std::collections::HashMap;
use store::{Result, Tx};

/// Finds whoever has the phone number, else whoever has the e-mail address, and makes known who is nobody's; in the order in
/// which they were asked for. Nothing for somebody without an address that can be kept.
///
/// It changes nobody who is known: what was said elsewhere may be older than what is known here.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn meet(tx: &mut Tx, people: &[NewContact]) -> Result<Vec<Option<ContactId>>> {
    let said: Vec<Option<Known>> = people.iter().map(kept).collect();
    let mut met = Met::default();
    met.look(tx, said.iter().flatten()).await?;
    let strangers: Vec<&Known> = said.iter().flatten().filter(|known| met.id(known).is_none()).collect();
    if !strangers.is_empty() {
        let mut new = Vec::new();
        for known in &strangers {
            new.push((*known).clone().person(tx.id(), tx.now()));
        }
        let made = rows::insert_all(tx, &new).await?;
        new.retain(|contact| made.contains(&contact.id));
        tx.state_all(new.iter().map(|contact| ContactSaved { contact_id: contact.id, new: true, changes: changes(None, contact) })).await?;
        // Also those who were made known by somebody else meanwhile, or twice in this list.
        met.look(tx, strangers.into_iter()).await?;
    }
    Ok(said.iter().map(|known| met.id(known.as_ref()?)).collect())
}

/// Finds somebody as [`meet`] does, and keeps them from being erased or merged until the commit, for whoever writes something down of them
/// that goes when they are erased.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn meet_and_hold(tx: &mut Tx, person: NewContact) -> Result<Option<ContactId>> {
    let Some(known) = kept(&person) else { return Ok(None) };
    // Mostly they are known, and one look does both.
    if let Some(held) = rows::kept_with(tx, known.phone.as_deref(), known.email.as_deref()).await? {
        return Ok(Some(held));
    }
    let Some(met) = meet(tx, &[person]).await?.pop().flatten() else { return Ok(None) };
    Ok(hold(tx, met).await?.then_some(met))
}

/// Calls somebody as they call themselves elsewhere, where they have no name here so far; a name that cannot be kept is left out.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn name_nameless(tx: &mut Tx, id: ContactId, said: &str) -> Result<()> {
    let Some(name) = rules::name(Some(said)).ok().flatten() else { return Ok(()) };
    let Some(before) = rows::locked(tx, id).await?.filter(|known| known.name.is_none()) else { return Ok(()) };
    let after = Contact { name: Some(name), ..before.clone() };
    rows::update(tx, &after).await?;
    tx.state(ContactSaved { contact_id: after.id, new: false, changes: changes(Some(&before), &after) }).await.map(drop)
}

/// What of it can be kept; an address that is none is left out.
fn kept(said: &NewContact) -> Option<Known> {
    let phone = said.phone.as_deref().and_then(|phone| rules::phone(phone).ok());
    let email = said.email.as_deref().and_then(|email| rules::email(email).ok());
    let name = rules::name(said.name.as_deref()).ok().flatten();
    let locale = said.locale.as_deref().and_then(|locale| rules::locale(locale).ok());
    let time_zone = said.time_zone.as_deref().and_then(|zone| rules::time_zone(zone).ok());
    let known = Known { name, phone, email, locale, time_zone, attributes: said.attributes.clone() };
    (known.phone.is_some() || known.email.is_some()).then_some(known)
}

/// Who has which address.
#[derive(Default)]
struct Met {
    phones: HashMap<String, ContactId>,
    emails: HashMap<String, ContactId>,
}

impl Met {
    async fn look(&mut self, tx: &mut Tx, people: impl Iterator<Item = &Known> + Clone) -> Result<()> {
        let phones: Vec<&str> = people.clone().filter_map(|known| known.phone.as_deref()).collect();
        self.phones.extend(rows::with_phones(tx, &phones).await?);
        let emails: Vec<&str> = people.filter_map(|known| known.email.as_deref()).collect();
        self.emails.extend(rows::with_emails(tx, &emails).await?);
        Ok(())
    }

    fn id(&self, known: &Known) -> Option<ContactId> {
        let by_phone = known.phone.as_ref().and_then(|phone| self.phones.get(phone));
        by_phone.or_else(|| known.email.as_ref().and_then(|email| self.emails.get(email))).copied()
    }
}
