//! Changing a tenant's name or wall clock.

use crate::model::Tenant;
use crate::{queries, rows, rules};
use facts::Change;
use facts::identity::TenantChanged;
use serde_json::json;
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
        let told = |tenant: &Tenant| json!({"name": tenant.name, "time_zone": tenant.time_zone});
        let changes = Change::between(&told(&before), &told(&after));
        if !changes.is_empty() {
            let fields = changes.iter().map(|change| change.field.clone()).collect();
            rows::update_tenant(tx, &after.name, &after.time_zone).await?;
            tx.state(TenantChanged { tenant_id: after.id, fields, changes }).await?;
        }
        Ok(after)
    }
}
