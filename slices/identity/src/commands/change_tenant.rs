//! Changing a tenant's name or wall clock.

use crate::model::Tenant;
use crate::{queries, rows, rules};
use facts::identity::TenantChanged;
use store::{Command, Result, Tx};

/// Changes what is said; what is not said stays.
pub(crate) struct ChangeTenant {
    pub name: Option<String>,
    pub time_zone: Option<String>,
}

impl Command for ChangeTenant {
    const NAME: &'static str = "change_tenant";
    type Out = Tenant;

    async fn run(&self, tx: &mut Tx) -> Result<Tenant> {
        rows::lock_tenant(tx).await?;
        let before = queries::tenant(tx).await?;
        let mut after = before.clone();
        if let Some(name) = &self.name {
            after.name = rules::label("name", name, 120)?;
        }
        if let Some(zone) = &self.time_zone {
            after.time_zone = rules::time_zone(zone)?;
        }
        let changed = [("name", before.name != after.name), ("time_zone", before.time_zone != after.time_zone)];
        let fields: Vec<String> = changed.iter().filter(|(_, changed)| *changed).map(|(field, _)| (*field).to_owned()).collect();
        if !fields.is_empty() {
            rows::update_tenant(tx, &after.name, &after.time_zone).await?;
            tx.state(TenantChanged { tenant_id: after.id, fields }).await?;
        }
        Ok(after)
    }
}
