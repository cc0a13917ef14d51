//! Opening a tenant.

use super::CreateApiKey;
use crate::model::{NewTenant, TIME_ZONE};
use crate::test_mode::Mode;
use crate::{rows, rules, token};
use facts::identity::{MemberChanged, TenantCreated};
use facts::{Change, Currency, UserId};
use serde_json::Value;
use store::{Command, Error, Result, Tx};
use web::{Reach, Role};

/// Whoever will own a new tenant.
#[derive(Clone)]
pub struct Owner {
    /// Their e-mail address.
    pub email: Option<String>,
    /// The name they sign in with; their e-mail address where none is said.
    pub username: Option<String>,
    /// What they are called; the user name where nothing is said.
    pub name: Option<String>,
    /// From [`crate::hash_password`].
    pub password_hash: String,
}

/// Opens a tenant with its owner and a first API key that may do everything.
///
/// It makes the tenant of the [`store::Who`] that runs it, which must not exist: [`crate::create_tenant`] sees to that.
#[derive(Clone)]
pub struct CreateTenant {
    /// What it is called, 1 to 120 characters.
    pub name: String,
    /// Its address; made from the name where none is said.
    pub slug: Option<String>,
    /// Its wall clock, an IANA name.
    pub time_zone: String,
    /// What it counts in.
    pub currency: Currency,
    /// Its owner.
    pub owner: Owner,
}

impl CreateTenant {
    /// A tenant on Indian time that counts in rupees.
    pub fn new(name: impl Into<String>, owner: Owner) -> Self {
        Self { name: name.into(), slug: None, time_zone: TIME_ZONE.to_owned(), currency: facts::Money::inr(0).currency, owner }
    }
}

impl Command for CreateTenant {
    const NAME: &'static str = "create_tenant";
    type Out = NewTenant;

    async fn run(&self, tx: &mut Tx) -> Result<NewTenant> {
        let draft = self.checked()?;
        let owner_id = owner(tx, &self.owner).await?;
        let slug = open(tx, &draft, owner_id).await?;
        let by = Reach::of(Role::Owner);
        let key = CreateApiKey {
            name: "First key".into(),
            mode: Mode::Live,
            role: Role::Owner,
            scopes: None,
            per_hour: None,
            expires_at: None,
            by,
        };
        let key = key.run(tx).await?;
        Ok(NewTenant { tenant_id: tx.tenant(), slug, owner_id, api_key_id: key.api_key.id, api_key: key.key })
    }
}

/// A tenant about to be, checked.
pub(crate) struct Draft {
    pub name: String,
    pub slug: String,
    pub time_zone: String,
    pub currency: Currency,
    /// Whether the slug is wanted as it is; one made from the name gets an ending where somebody has it.
    chosen: bool,
}

impl Draft {
    /// Checks what a tenant is to be.
    ///
    /// # Errors
    /// The field that cannot be kept as it is.
    pub(crate) fn of(name: &str, slug: Option<&str>, time_zone: &str, currency: Currency) -> Result<Self> {
        let name = rules::label("name", name, 120)?;
        let wanted = match slug {
            Some(slug) => rules::slug(slug)?,
            None => Some(rules::slug_of(&name)).filter(|slug| !slug.is_empty()).unwrap_or_else(|| "shop".to_owned()),
        };
        Ok(Self { name, slug: wanted, time_zone: rules::time_zone(time_zone)?, currency, chosen: slug.is_some() })
    }
}

/// Opens the tenant of this transaction for its owner; answers its slug.
pub(crate) async fn open(tx: &mut Tx, draft: &Draft, owner: UserId) -> Result<String> {
    let slug = match rows::insert_tenant(tx, draft, &draft.slug, true).await? {
        true => draft.slug.clone(),
        false => beside_others(tx, draft).await?,
    };
    move_in(tx, draft, owner).await?;
    Ok(slug)
}

async fn beside_others(tx: &mut Tx, draft: &Draft) -> Result<String> {
    if rows::insert_tenant(tx, draft, &draft.slug, false).await? {
        return Ok(draft.slug.clone());
    }
    let ending = token::suffix(tx.dice());
    let other = format!("{}-{ending}", draft.slug);
    if !draft.chosen && rows::insert_tenant(tx, draft, &other, false).await? {
        return Ok(other);
    }
    Err(Error::conflict("slug_taken", "Another tenant has this slug.").with_field("slug", "taken"))
}

/// The owner, and what is said of it all.
async fn move_in(tx: &mut Tx, draft: &Draft, user_id: UserId) -> Result<()> {
    let tenant_id = tx.tenant();
    tx.state(TenantCreated { tenant_id, name: draft.name.clone() }).await?;
    rows::insert_member(tx, user_id, Role::Owner).await?;
    let changes = vec![Change::new("role", Value::Null, Role::Owner.as_str())];
    tx.state(MemberChanged { user_id, role: Some(Role::Owner.to_string()), changes }).await?;
    Ok(())
}

impl CreateTenant {
    fn checked(&self) -> Result<Draft> {
        Draft::of(&self.name, self.slug.as_deref(), &self.time_zone, self.currency)
    }
}

/// The owner's account. Only the operator opens tenants, so for somebody who has an account already the password
/// given now is the one that counts: whoever made that account may not have been its owner.
async fn owner(tx: &mut Tx, owner: &Owner) -> Result<UserId> {
    let email = owner.email.as_deref().map(rules::email).transpose()?;
    let username = match owner.username.as_deref().or(email.as_deref()) {
        Some(name) => rules::username(name, email.as_deref())?,
        None => return Err(Error::field("email", "an owner needs an e-mail address or a user name")),
    };
    let name = rules::label("name", owner.name.as_deref().unwrap_or(&username), 120)?;
    let id: UserId = tx.id();
    let user = rows::NewUser { id, email: email.as_deref(), username: &username, name: &name, password_hash: &owner.password_hash };
    if rows::insert_user(tx, &user).await? {
        return Ok(id);
    }
    let known = match &email {
        Some(email) => rows::lock_user_by_email(tx, email).await?,
        None => None,
    };
    let known =
        known.ok_or_else(|| Error::conflict("username_taken", "Another person has this user name.").with_field("username", "taken"))?;
    rows::set_password(tx, known, &owner.password_hash).await?;
    Ok(known)
}

/// Opens the first tenant, unless there is one.
pub(crate) struct EnsureFirst(pub CreateTenant);

impl Command for EnsureFirst {
    const NAME: &'static str = "ensure_first_tenant";
    /// Whether it was opened now.
    type Out = bool;

    async fn run(&self, tx: &mut Tx) -> Result<bool> {
        let tenant = self.0.checked()?;
        if !rows::insert_tenant(tx, &tenant, &tenant.slug, true).await? {
            return Ok(false);
        }
        let owner = owner(tx, &self.0.owner).await?;
        move_in(tx, &tenant, owner).await?;
        Ok(true)
    }
}
