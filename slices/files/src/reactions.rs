//! What files do because of facts: a tenant that was erased takes its bytes along.

use crate::errands::RemoveAllBytes;
use async_trait::async_trait;
use facts::Fact;
use facts::identity::TenantErased;
use store::{Reaction, Result, Stated, Tx};

/// Has the bytes of an erased tenant taken away. Its rows are gone by then, and with them every other way to know of them.
pub(crate) struct RemoveErasedFiles;

#[async_trait]
impl Reaction for RemoveErasedFiles {
    fn name(&self) -> &'static str {
        "remove_erased_files"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[TenantErased::KIND]
    }

    async fn react(&self, tx: &mut Tx, fact: &Stated) -> Result<()> {
        if let Some(erased) = fact.read::<TenantErased>()? {
            tx.send(RemoveAllBytes { tenant_id: erased.tenant_id }).await?;
        }
        Ok(())
    }
}
