//! Consent that a file of people brings, on the word of whoever imports it: it is kept where nothing was said before, and changes no word that was.

use crate::model::Addressee;
use crate::{queries, rows};
use async_trait::async_trait;
use contacts::Contact;
use facts::consent::{ConsentImported, How};
use facts::contacts::ContactsAgreed;
use facts::{ContactId, Fact};
use std::collections::BTreeSet;
use store::{Reaction, Result, Stated, Tx};

/// Keeps it.
pub(crate) struct KeepImported;

#[async_trait]
impl Reaction for KeepImported {
    fn name(&self) -> &'static str {
        "keep_imported_consent"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[ContactsAgreed::KIND]
    }

    async fn react(&self, tx: &mut Tx, fact: &Stated) -> Result<()> {
        let Some(agreed) = fact.read::<ContactsAgreed>()? else { return Ok(()) };
        let people: Vec<Contact> = contacts::those(tx, &agreed.contacts).await?;
        let addresses: Vec<Addressee> = people.iter().flat_map(queries::addresses).collect();
        let new: BTreeSet<ContactId> = rows::say_first(tx, &addresses, How::Import, &agreed.source).await?.into_iter().collect();
        if new.is_empty() {
            return Ok(());
        }
        tx.state(ConsentImported { import_id: agreed.import_id, contacts: new.into_iter().collect() }).await.map(drop)
    }
}
