//! How other slices forget somebody who was erased: each because of the fact, which does not say who it was. What is kept under an
//! address alone is found by the addresses that they had, which are kept for this, apart and for a day.

use crate::Contact;
use async_trait::async_trait;
use facts::contacts::ContactErased;
use facts::{ContactId, Fact, Time};
use serde::{Deserialize, Serialize};
use std::pin::Pin;
use std::time::Duration;
use store::{Look, Reaction, Result, Stated, Timer, Tx, params, sql};

/// How long the addresses are kept: a slice that is behind has caught up by then.
const KEPT: Duration = Duration::from_secs(24 * 3_600);

/// Somebody who was erased.
#[derive(Debug, Clone)]
pub struct Erased {
    /// Who it was.
    pub contact_id: ContactId,
    /// When. Whoever has the same address since is somebody else.
    pub at: Time,
    /// The number that they had, as E.164.
    pub phone: Option<String>,
    /// The e-mail address that they had.
    pub email: Option<String>,
}

/// What another slice forgets of somebody who was erased.
pub type Forget = for<'a> fn(&'a mut Tx, &'a Erased) -> Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>>;

/// Has another slice forget what it keeps of somebody who was erased. Each slice that copies who somebody is has one.
pub struct WhenErased {
    /// As [`Reaction::name`]: it never changes.
    pub name: &'static str,
    /// Forgets it.
    pub forget: Forget,
}

#[async_trait]
impl Reaction for WhenErased {
    fn name(&self) -> &'static str {
        self.name
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[ContactErased::KIND]
    }

    async fn react(&self, tx: &mut Tx, fact: &Stated) -> Result<()> {
        let Some(ContactErased { contact_id, .. }) = fact.read()? else { return Ok(()) };
        let had: Option<(Option<String>, Option<String>)> = tx
            .maybe(
                sql!("SELECT phone, email FROM erased_addresses WHERE tenant_id = $1 AND contact_id = $2"),
                params![tx.tenant(), contact_id],
            )
            .await?;
        let (phone, email) = had.unwrap_or_default();
        (self.forget)(tx, &Erased { contact_id, at: fact.at, phone, email }).await
    }
}

/// Keeps the addresses of somebody who is being erased, until every slice has forgotten them.
pub(crate) async fn keep_addresses(tx: &mut Tx, contact: &Contact) -> Result<()> {
    tx.put(
        sql!("INSERT INTO erased_addresses (tenant_id, contact_id, phone, email) VALUES ($1, $2, $3, $4)"),
        params![tx.tenant(), contact.id, contact.phone.as_deref(), contact.email.as_deref()],
    )
    .await?;
    tx.at(tx.now().after(KEPT), DropAddresses { contact_id: contact.id }).await
}

/// Lets go of the addresses as well.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct DropAddresses {
    pub contact_id: ContactId,
}

impl Timer for DropAddresses {
    const NAME: &'static str = "drop_erased_addresses";

    fn key(&self) -> String {
        self.contact_id.to_string()
    }

    async fn ring(&self, tx: &mut Tx) -> Result<()> {
        tx.put(sql!("DELETE FROM erased_addresses WHERE tenant_id = $1 AND contact_id = $2"), params![tx.tenant(), self.contact_id]).await
    }
}
