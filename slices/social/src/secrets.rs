//! What signs what goes to a place: its secret, and for a day after a rotation the one that it had.

use facts::{SocialPlaceId, TenantId, Time};
use serde::Deserialize;
use store::Result;
use store::secret::Vault;

/// A place's secrets as they lie in its row; none where it was removed.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Secrets {
    pub locked: Option<Vec<u8>>,
    pub locked_before: Option<Vec<u8>>,
    /// Until when the one before signs along.
    pub before_until: Option<Time>,
}

impl Secrets {
    /// Those that sign at a moment, the newest first.
    ///
    /// # Errors
    /// One that the vault does not open.
    pub(crate) fn open(&self, vault: &Vault, tenant: TenantId, place: SocialPlaceId, at: Time) -> Result<Vec<String>> {
        let lies = vaulted(tenant, place);
        let before = self.locked_before.as_ref().filter(|_| self.before_until.is_some_and(|until| until > at));
        self.locked.iter().chain(before).map(|locked| vault.open(&lies, locked)).collect()
    }
}

/// Where in the vault a place's secrets belong.
pub(crate) fn vaulted(tenant: TenantId, place: SocialPlaceId) -> String {
    format!("{tenant}/social/{place}")
}
