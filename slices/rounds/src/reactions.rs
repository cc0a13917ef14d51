//! What rounds do because of contacts.

use crate::commands::called;
use crate::rows;
use async_trait::async_trait;
use facts::Fact;
use facts::contacts::ContactSaved;
use store::{Reaction, Result, Stated, Tx};

/// Keeps the names on the sheets those of the customers.
pub(crate) struct FollowCustomerName;

#[async_trait]
impl Reaction for FollowCustomerName {
    fn name(&self) -> &'static str {
        "follow_customer_name"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[ContactSaved::KIND]
    }

    async fn react(&self, tx: &mut Tx, fact: &Stated) -> Result<()> {
        let Some(saved) = fact.read::<ContactSaved>()?.filter(|saved| !saved.new) else { return Ok(()) };
        match contacts::find(tx, saved.contact_id).await? {
            Some(contact) => rows::rename_customer(tx, saved.contact_id, &called(contact)).await,
            None => Ok(()),
        }
    }
}
