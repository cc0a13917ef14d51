//! Test data is made, and somebody goes over to it and back.

use super::rows;
use crate::token;
use facts::identity::TenantCreated;
use facts::{TenantId, UserId};
use store::{Command, Error, Result, Tx};

/// Makes the tenant of the [`store::Who`] that runs it the test data of another, unless that has some.
pub(super) struct OpenTestData {
    pub of: TenantId,
}

impl Command for OpenTestData {
    const NAME: &'static str = "open_test_data";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let home = rows::lock_home(tx, self.of).await?.ok_or_else(|| Error::not_found("tenant"))?;
        let slugs = [format!("{}-test", home.slug), format!("{}-test-{}", home.slug, token::suffix(tx.dice()))];
        for slug in &slugs {
            if rows::insert(tx, self.of, &home, slug).await? {
                let tenant_id = tx.tenant();
                return tx.state(TenantCreated { tenant_id, name: home.name }).await.map(drop);
            }
        }
        Ok(())
    }
}

/// Takes a session over to the tenant of the [`store::Who`] that runs it, which is test data of where it was, or the other
/// way round. It stays the same session, so whatever holds of it goes on to hold.
pub(super) struct GoOver {
    pub user_id: UserId,
    pub token_hash: String,
    pub from: TenantId,
}

impl Command for GoOver {
    const NAME: &'static str = "go_over_to_test_data";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        match rows::move_session(tx, self.user_id, &self.token_hash, self.from).await? {
            true => Ok(()),
            false => Err(Error::not_found("session")),
        }
    }
}
