//! Tenants and keys made from outside a request: by the command line, by demo data, by tests.

use facts::TenantId;
use identity::{CreateApiKey, CreateTenant, NewKey, NewTenant, Owner};
use secrecy::SecretString;
use store::{Actor, Db, Result, Who};
use web::{Reach, Role};

/// Opens a tenant with its owner, who signs in with their e-mail address, and a first key.
///
/// # Errors
/// A password that is too weak, a name or an address that is none.
pub async fn open_tenant(db: &Db, name: &str, owner_email: &str, password: SecretString) -> Result<NewTenant> {
    if let Some(why) = identity::weak(secrecy::ExposeSecret::expose_secret(&password), &[name, owner_email]) {
        return Err(store::Error::field("owner_password", why));
    }
    let password_hash = identity::hash_password(db.dice(), &password).await?;
    let owner = Owner { email: Some(owner_email.to_owned()), username: None, name: None, password_hash };
    identity::create_tenant(db, Actor::System("command_line".to_owned()), CreateTenant::new(name, owner)).await
}

/// Makes a key for a tenant.
///
/// # Errors
/// A name that is none.
pub async fn make_key(db: &Db, tenant: TenantId, name: &str, reach: Reach, per_hour: u32) -> Result<NewKey> {
    let Reach { role, scopes } = reach;
    let by = Reach::of(Role::Owner);
    let key =
        CreateApiKey { name: name.to_owned(), mode: identity::Mode::Live, role, scopes, per_hour: Some(per_hour), expires_at: None, by };
    db.run(&Who::system(tenant, "command_line"), key).await
}
