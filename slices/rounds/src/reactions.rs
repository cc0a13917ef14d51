//! What rounds do because of contacts.

use crate::commands::called;
use crate::rows;
use async_trait::async_trait;
use facts::contacts::{ContactSaved, ContactsImported};
use facts::{ContactId, Fact};
use store::{Reaction, Result, Stated, Tx};

/// Keeps the names on the sheets those of the customers.
pub(crate) struct FollowCustomerName;

#[async_trait]
impl Reaction for FollowCustomerName {
    fn name(&self) -> &'static str {
        "follow_customer_name"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[ContactSaved::KIND, ContactsImported::KIND]
    }

    async fn react(&self, tx: &mut Tx, fact: &Stated) -> Result<()> {
        if let Some(taken) = fact.read::<ContactsImported>()? {
            let households = rows::households(tx, &taken.changed).await?;
            // Few of a file's people have something brought.
            for contact in households {
                rename(tx, contact).await?;
            }
            return Ok(());
        }
        let Some(saved) = fact.read::<ContactSaved>()?.filter(|saved| !saved.new) else { return Ok(()) };
        rename(tx, saved.contact_id).await
    }
}

async fn rename(tx: &mut Tx, contact: ContactId) -> Result<()> {
    match contacts::find(tx, contact).await? {
        Some(found) => rows::rename_customer(tx, contact, &called(found)).await,
        None => Ok(()),
    }
}
