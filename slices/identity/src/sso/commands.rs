//! A connection is set and taken away; a sign-in leaves for the provider, comes back, and ends in a session.

use super::model::{Kept, Pending, Vouched, Wanted};
use super::rules::{self, Entry};
use super::{rows, sso_only};
use crate::commands::{Begun, begin_session};
use crate::plans::{self, Limit};
use crate::{queries, rows as people};
use facts::identity::MemberChanged;
use facts::sign_in::{MemberLinked, SsoConnectionChanged};
use facts::{Change, UserId};
use serde_json::{Value, json};
use store::secret::Vault;
use store::{Command, Error, Result, Tx};
use web::{Reach, Role};

/// The place in the vault of a tenant's client secret.
pub(crate) fn secret_place(tenant: facts::TenantId) -> String {
    format!("{tenant}/sso/client_secret")
}

/// The place in the vault of what proves that we began a sign-in.
pub(crate) fn verifier_place(state_hash: &str) -> String {
    format!("sso/{state_hash}")
}

/// Whoever sets the provider decides who is vouched for, owners among them: only an owner does.
///
/// # Errors
/// `role_too_high`.
pub(super) fn may_set(by: &Reach) -> Result<()> {
    crate::rules::may_grant(by, Role::Owner)
}

/// Puts a connection in the place of another.
pub(super) struct SetConnection {
    /// From [`rules::checked`].
    pub wanted: Wanted,
    pub vault: Vault,
    /// How far whoever sets it may go.
    pub by: Reach,
}

impl Command for SetConnection {
    const NAME: &'static str = "set_sso_connection";
    /// The hashes of the sessions that end with it: where the provider is the only way in from now on, those that came by another.
    type Out = Vec<String>;

    async fn run(&self, tx: &mut Tx) -> Result<Vec<String>> {
        may_set(&self.by)?;
        people::lock_tenant(tx).await?;
        let before = rows::connection(tx).await?;
        let domains = rows::domains(tx).await?;
        let wanted = &self.wanted;
        let was = before.as_ref().map(|kept| said(&kept.issuer, &kept.client_id, kept.role, (kept.enabled, kept.required), &domains));
        let is = said(&wanted.issuer, &wanted.client_id, wanted.role, (wanted.enabled, wanted.required), &wanted.domains);
        let mut changes = Change::between(&was.unwrap_or_default(), &is);
        if wanted.secret.is_some() {
            changes.push(Change::secret("client_secret", before.as_ref().is_some_and(|kept| kept.locked.is_some())));
        }
        // A secret goes to nobody but the provider that it was made for.
        let same = |kept: &Kept| kept.issuer == wanted.issuer && kept.client_id == wanted.client_id;
        let locked = match &wanted.secret {
            Some(secret) => Some(self.vault.lock(&secret_place(tx.tenant()), secret)?),
            None => before.filter(same).and_then(|kept| kept.locked),
        };
        rows::put_connection(tx, wanted, locked).await?;
        let Wanted { issuer, enabled, required, .. } = wanted.clone();
        tx.state(SsoConnectionChanged { issuer: Some(issuer), enabled, required, changes }).await?;
        if enabled && required { rows::end_other_sessions(tx).await } else { Ok(Vec::new()) }
    }
}

/// A connection as the journal tells of it.
fn said(issuer: &str, client_id: &str, role: Role, (enabled, required): (bool, bool), domains: &[String]) -> Value {
    json!({"issuer": issuer, "client_id": client_id, "role": role, "enabled": enabled, "required": required, "domains": domains.join(", ")})
}

/// Takes the connection away. Members stay members.
pub(super) struct RemoveConnection {
    /// How far whoever removes it may go.
    pub by: Reach,
}

impl Command for RemoveConnection {
    const NAME: &'static str = "remove_sso_connection";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        may_set(&self.by)?;
        if !rows::delete_connection(tx).await? {
            return Err(Error::not_found("single sign-on"));
        }
        tx.state(SsoConnectionChanged { issuer: None, enabled: false, required: false, changes: Vec::new() }).await?;
        Ok(())
    }
}

/// Notes a sign-in that leaves for the provider.
pub(super) struct Leave {
    pub state_hash: String,
    pub browser_hash: String,
    pub nonce: String,
    /// Locked.
    pub verifier: Vec<u8>,
    pub next: String,
    /// With whom it was begun.
    pub issuer: String,
}

impl Command for Leave {
    const NAME: &'static str = "leave_for_sso";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let kept = rows::connection(tx).await?.filter(|kept| kept.enabled && kept.issuer == self.issuer).ok_or_else(rules::over)?;
        let leaving = rows::Leaving {
            state_hash: &self.state_hash,
            browser_hash: &self.browser_hash,
            nonce: &self.nonce,
            verifier: &self.verifier,
            next: &self.next,
            expires_at: tx.now().after(rules::BACK_WITHIN),
        };
        rows::insert_sign_in(tx, &kept, &leaving).await
    }
}

/// Uses up a sign-in that came back: whatever becomes of it, it does not come back twice.
pub(super) struct ComeBack {
    pub state_hash: String,
    pub browser_hash: String,
}

impl Command for ComeBack {
    const NAME: &'static str = "come_back_from_sso";
    /// What it left with, and the connection.
    type Out = (Pending, Kept);

    async fn run(&self, tx: &mut Tx) -> Result<(Pending, Kept)> {
        let pending = rows::take_sign_in(tx, &self.state_hash, &self.browser_hash).await?.ok_or_else(rules::over)?;
        let same = |kept: &Kept| kept.enabled && kept.issuer == pending.issuer && kept.client_id == pending.client_id;
        let kept = rows::connection(tx).await?.filter(same).ok_or_else(rules::over)?;
        Ok((pending, kept))
    }
}

/// Begins the session of whom the provider vouches for: somebody known, a member by their address, or a new one.
pub(super) struct SignInBySso {
    pub vouched: Vouched,
    pub client_id: String,
    /// The hash of a password that nobody has, for a new account.
    pub password_hash: String,
    pub begun: Begun,
}

impl Command for SignInBySso {
    const NAME: &'static str = "sign_in_by_sso";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        // Two first sign-ins of one person at the same moment come one after the other.
        people::lock_tenant(tx).await?;
        let same = |kept: &Kept| kept.enabled && kept.issuer == self.vouched.issuer && kept.client_id == self.client_id;
        let kept = rows::connection(tx).await?.filter(same).ok_or_else(rules::over)?;
        let email = rules::email(&self.vouched, &rows::domains(tx).await?)?;
        let user = self.person(tx, &kept, &email).await?;
        begin_session(tx, user, &self.begun).await?;
        rows::mark_session(tx, &self.begun.token_hash).await
    }
}

impl SignInBySso {
    async fn person(&self, tx: &mut Tx, kept: &Kept, email: &str) -> Result<UserId> {
        let Vouched { issuer, subject, .. } = &self.vouched;
        let linked = rows::linked(tx, issuer, subject).await?;
        let account = match linked {
            Some(user) => Some(user),
            None => people::lock_user_by_email(tx, email).await?,
        };
        let member = match account {
            Some(user) => queries::member(tx, user).await?.is_some(),
            None => false,
        };
        let entry = rules::entry(linked.is_some(), account.is_some(), member)?;
        let user = match account {
            Some(user) => user,
            None => self.join(tx, kept, email).await?,
        };
        if entry != Entry::In {
            if !rows::link(tx, issuer, subject, user).await? {
                return Err(rules::refused("sso_not_member", "Your provider knows the account of this e-mail address as somebody else's."));
            }
            tx.state(MemberLinked { user_id: user, issuer: issuer.clone() }).await?;
        }
        Ok(user)
    }

    async fn join(&self, tx: &mut Tx, kept: &Kept, email: &str) -> Result<UserId> {
        let id: UserId = tx.id();
        let name = rules::name(&self.vouched, email);
        let user = people::NewUser { id, email: Some(email), username: email, name: &name, password_hash: &self.password_hash };
        if !people::insert_user(tx, &user).await? {
            return Err(Error::conflict("account_taken", "An account of this address was made a moment ago. Start again."));
        }
        plans::lock_plan(tx).await?.room(Limit::Members, plans::members(tx).await?)?;
        people::insert_member(tx, id, kept.role).await?;
        tx.state(MemberChanged {
            user_id: id,
            role: Some(kept.role.to_string()),
            changes: vec![Change::new("role", Value::Null, kept.role.as_str())],
        })
        .await?;
        Ok(id)
    }
}

/// Refuses a sign-in by anything but the provider, where the tenant has it so.
///
/// # Errors
/// `sso_only`.
pub(crate) async fn let_in_without(tx: &mut Tx, user: UserId) -> Result<()> {
    if rows::is_barred(tx, user).await? { Err(sso_only()) } else { Ok(()) }
}
