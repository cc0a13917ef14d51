//! The two tables: what is set, and what is locked.

use facts::settings::SettingsChanged;
use facts::{Change, Time};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use store::secret::{Column, Vault};
use store::{Json, Look, Result, Tx, params, sql};

/// What the tenant has set under a name; `None` where it has set nothing.
///
/// # Errors
/// A stored value that is no `T`, or whatever the engine refuses.
pub async fn get<T: DeserializeOwned + Send + 'static>(look: &mut impl Look, name: &str) -> Result<Option<T>> {
    let found: Option<Json<T>> =
        look.maybe(sql!("SELECT value FROM settings WHERE tenant_id = $1 AND name = $2"), params![look.tenant(), name]).await?;
    Ok(found.map(|json| json.0))
}

/// Sets a value under a name.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn put<T: Serialize + Sync>(tx: &mut Tx, name: &str, value: &T) -> Result<()> {
    let value = serde_json::to_value(value)?;
    tx.put(
        sql!(
            "INSERT INTO settings (tenant_id, name, value, set_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (tenant_id, name) DO UPDATE SET value = excluded.value, set_at = excluded.set_at"
        ),
        params![tx.tenant(), name, value, tx.now()],
    )
    .await
}

/// Puts what the tenant chose in place of what held before, and states what differs. Who changes nothing writes nothing.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn replace<T: Serialize + Sync>(tx: &mut Tx, name: &str, before: &impl Serialize, after: &T) -> Result<()> {
    let changes = Change::between(&serde_json::to_value(before)?, &serde_json::to_value(after)?);
    if changes.is_empty() {
        return Ok(());
    }
    put(tx, name, after).await?;
    tx.state(SettingsChanged { names: vec![name.to_owned()], changes }).await?;
    Ok(())
}

/// Goes back to the usual value of a name.
pub(crate) async fn clear(tx: &mut Tx, name: &str) -> Result<()> {
    tx.put(sql!("DELETE FROM settings WHERE tenant_id = $1 AND name = $2"), params![tx.tenant(), name]).await
}

/// All that the tenant has set, by name.
pub(crate) async fn all(look: &mut impl Look) -> Result<Vec<(String, serde_json::Value)>> {
    let rows: Vec<(String, Json<serde_json::Value>)> =
        look.all(sql!("SELECT name, value FROM settings WHERE tenant_id = $1 ORDER BY name"), params![look.tenant()]).await?;
    Ok(rows.into_iter().map(|(name, value)| (name, value.0)).collect())
}

/// Where a secret belongs: the vault opens it nowhere else.
fn place(tenant: facts::TenantId, name: &str) -> String {
    format!("{tenant}/{name}")
}

/// The secrets, for whoever locks them with another master key.
pub static SECRETS: Column<(facts::TenantId, String)> = Column {
    name: "secrets.locked",
    page: sql!(global
        "SELECT tenant_id, name, locked FROM secrets WHERE (tenant_id, name) > ($1, $2) ORDER BY tenant_id, name LIMIT $3"
    ),
    put: sql!(global "UPDATE secrets SET locked = $3 WHERE tenant_id = $1 AND name = $2 AND locked = $4"),
    least: || (facts::Id::from_uuid(uuid::Uuid::nil()), String::new()),
    place: |(tenant, name)| place(*tenant, name),
};

/// Locks a secret away under a name.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn put_secret<T: Serialize + Sync>(tx: &mut Tx, vault: &Vault, name: &str, secret: &T) -> Result<()> {
    let value = serde_json::to_value(secret)?;
    let hint = crate::providers::hint(name, &value);
    let locked = vault.lock(&place(tx.tenant(), name), &value.to_string())?;
    tx.put(
        sql!(
            "INSERT INTO secrets (tenant_id, name, locked, hint, set_at) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (tenant_id, name) DO UPDATE SET locked = excluded.locked, hint = excluded.hint, set_at = excluded.set_at"
        ),
        params![tx.tenant(), name, locked, hint, tx.now()],
    )
    .await
}

/// Opens the tenant's secret under a name; `None` where it has none.
pub(crate) async fn secret(look: &mut impl Look, vault: &Vault, name: &str) -> Result<Option<serde_json::Value>> {
    let tenant = look.tenant();
    let found: Option<Vec<u8>> =
        look.maybe(sql!("SELECT locked FROM secrets WHERE tenant_id = $1 AND name = $2"), params![tenant, name]).await?;
    let Some(locked) = found else { return Ok(None) };
    let text = vault.open(&place(tenant, name), &locked)?;
    Ok(Some(serde_json::from_str(&text)?))
}

/// When the tenant's secret under a name was given.
pub(crate) async fn given_at(look: &mut impl Look, name: &str) -> Result<Option<Time>> {
    let given: Option<(Time,)> =
        look.maybe(sql!("SELECT set_at FROM secrets WHERE tenant_id = $1 AND name = $2"), params![look.tenant(), name]).await?;
    Ok(given.map(|(at,)| at))
}

/// What may be shown of a secret.
#[derive(Debug, Deserialize)]
pub(crate) struct Hint {
    pub name: String,
    pub hint: Option<String>,
    pub set_at: Time,
}

/// What may be shown of all the tenant's secrets.
pub(crate) async fn hints(look: &mut impl Look) -> Result<Vec<Hint>> {
    look.all(sql!("SELECT name, hint, set_at FROM secrets WHERE tenant_id = $1 ORDER BY name"), params![look.tenant()]).await
}
