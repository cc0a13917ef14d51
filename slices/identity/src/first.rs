//! Opening tenants from outside a request: at the first start, and from the command line.

use crate::commands::{CreateTenant, EnsureFirst, Owner};
use crate::model::NewTenant;
use crate::{password, queries};
use facts::TenantId;
use secrecy::SecretString;
use store::{Actor, Db, Error, Result, Who};

/// The first administrator.
pub struct Admin {
    /// The name they sign in with.
    pub username: String,
    /// Their e-mail address, where one is known.
    pub email: Option<String>,
    /// Their password; whether it is strong enough is for the caller to judge, by [`crate::weak`].
    pub password: SecretString,
}

/// Makes sure that there is a first tenant: opens one with this administrator on an empty database, and leaves every
/// other as it is. Answers its id, and whether it was opened now; of two nodes that start together one opens it.
///
/// # Errors
/// A name that is none, or whatever the engine refuses.
pub async fn ensure_first(db: &Db, admin: Admin, shop_name: &str) -> Result<(TenantId, bool)> {
    if let Some(first) = queries::first_tenant(db).await? {
        return Ok((first, false));
    }
    let password_hash = password::hash_password(db.dice(), &admin.password).await?;
    let email = admin.email.or_else(|| Some(admin.username.clone()).filter(|name| name.contains('@')));
    let owner = Owner { email, username: Some(admin.username), name: None, password_hash };
    let id: TenantId = db.dice().id(db.clock().now());
    let opened = db.run(&Who::system(id, "first_start"), EnsureFirst(CreateTenant::new(shop_name, owner))).await?;
    let first = queries::first_tenant(db).await?.ok_or_else(|| Error::internal("no first tenant after one was made"))?;
    Ok((first, opened))
}

/// Opens a tenant under a new id.
///
/// # Errors
/// A field that cannot be kept as it is; `slug_taken`, `username_taken`.
pub async fn create_tenant(db: &Db, actor: Actor, create: CreateTenant) -> Result<NewTenant> {
    let tenant: TenantId = db.dice().id(db.clock().now());
    db.run(&Who::new(tenant, actor), create).await
}
