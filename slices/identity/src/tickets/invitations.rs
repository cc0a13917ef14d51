//! Invitations: somebody is asked to become a member, and does by the link in the mail.

use super::life::{self, Wanted};
use super::rows;
use crate::commands::{Begun, already_member, begin_session};
use crate::plans::{self, Limit};
use crate::{queries, rows as people, rules, sso};
use facts::identity::{InvitationWithdrawn, MemberChanged, Purpose};
use facts::{Change, TenantId, TicketId, UserId};
use store::secret::Vault;
use store::{Command, Error, Kind, Result, Tx};
use web::{Reach, Role};

/// Asks somebody to become a member. An earlier invitation to the same address is taken back.
pub(crate) struct Invite {
    pub email: String,
    pub role: Role,
    /// How far whoever invites may go.
    pub by: Reach,
    /// Who invites, for the mail.
    pub name: String,
    pub vault: Vault,
}

impl Command for Invite {
    const NAME: &'static str = "invite";
    type Out = TicketId;

    async fn run(&self, tx: &mut Tx) -> Result<TicketId> {
        rules::may_grant(&self.by, self.role)?;
        let email = rules::email(&self.email)?;
        let plan = plans::lock_plan(tx).await?;
        if let Some(known) = rows::known_by_email(tx, &email).await?
            && queries::member(tx, known.id).await?.is_some()
        {
            return Err(already_member());
        }
        rows::withdraw_invitation_to(tx, &email).await?;
        let to_be = plans::members(tx).await? + plans::invited(tx, tx.now()).await?;
        plan.room(Limit::Members, to_be)?;
        let name = Some(self.name.clone());
        life::issue(tx, &self.vault, Wanted { purpose: Purpose::Invitation, email, user_id: None, role: Some(self.role), name }).await
    }
}

/// Takes an invitation back.
pub(crate) struct Withdraw(pub TicketId);

impl Command for Withdraw {
    const NAME: &'static str = "withdraw_invitation";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let email = rows::withdraw(tx, self.0).await?.ok_or_else(|| Error::not_found("invitation"))?;
        tx.state(InvitationWithdrawn { ticket_id: self.0, email }).await?;
        Ok(())
    }
}

/// What somebody new chooses by a link: their name and a password, by its hash.
pub(super) struct Newcomer {
    pub name: String,
    pub password_hash: String,
}

impl Newcomer {
    /// The account of whoever holds a link that proves this address: a new one, or one that nobody has proved and that
    /// nothing but a password protects. Of such a one everything that opened it until now is taken away: whoever made it
    /// may not be the owner of the address.
    pub(super) async fn account(&self, tx: &mut Tx, email: &str) -> Result<UserId> {
        let name = rules::label("name", &self.name, 120)?;
        let id: UserId = tx.id();
        let new = people::NewUser { id, email: Some(email), username: email, name: &name, password_hash: &self.password_hash };
        if people::insert_user(tx, &new).await? {
            rows::prove_email(tx, id).await?;
            return Ok(id);
        }
        let known = people::lock_user_by_email(tx, email).await?;
        let known = known.ok_or_else(|| Error::conflict("username_taken", "Another person has this address as their user name."))?;
        let proved = rows::known(tx, known).await?.is_none_or(|known| known.email_proved_at.is_some());
        if proved || people::has_factor(tx, known).await? {
            return Err(has_account());
        }
        // Whoever made the account may not have been the owner of its address.
        crate::rows::delete_ways_in(tx, known).await?;
        rows::set_name_and_password(tx, known, &name, &self.password_hash).await?;
        rows::prove_email(tx, known).await?;
        Ok(known)
    }
}

/// Nobody takes over an account by a link that was meant for somebody new.
pub(super) fn has_account() -> Error {
    Error::conflict("has_account", "You have an account already. Sign in with it, then open the link again.")
}

/// Whose link it is must be who follows it.
pub(super) async fn check_own(tx: &mut Tx, user: UserId, email: &str) -> Result<()> {
    let own = rows::known(tx, user).await?.and_then(|known| known.email);
    if own.as_deref() == Some(email) {
        return rows::prove_email(tx, user).await;
    }
    let message = "This link was sent to another address than that of your account. Sign out, and open it again.";
    Err(Error::new(Kind::Forbidden, "other_address", message))
}

/// Who becomes a member.
pub(super) enum Joiner {
    /// Somebody who is signed in.
    Known(UserId),
    /// Somebody without an account.
    New(Newcomer),
}

/// Makes a member of whoever follows the link of an invitation, and signs them in there.
pub(super) struct Join {
    pub hash: String,
    pub joiner: Joiner,
    pub begun: Begun,
}

impl Command for Join {
    const NAME: &'static str = "join";
    type Out = (TenantId, UserId);

    async fn run(&self, tx: &mut Tx) -> Result<(TenantId, UserId)> {
        let ticket = life::take(tx, Purpose::Invitation, &self.hash).await?;
        let user_id = match &self.joiner {
            Joiner::Known(user) => {
                check_own(tx, *user, &ticket.email).await?;
                *user
            }
            Joiner::New(newcomer) => newcomer.account(tx, &ticket.email).await?,
        };
        let role = ticket.role.ok_or_else(|| Error::internal("an invitation without a role"))?;
        let plan = plans::lock_plan(tx).await?;
        if queries::member(tx, user_id).await?.is_none() {
            plan.room(Limit::Members, plans::members(tx).await?)?;
        }
        if people::insert_member(tx, user_id, role).await? {
            let changes = vec![Change::new("role", serde_json::Value::Null, role.as_str())];
            tx.state(MemberChanged { user_id, role: Some(role.to_string()), changes }).await?;
        }
        sso::let_in_without(tx, user_id).await?;
        begin_session(tx, user_id, &self.begun).await?;
        Ok((tx.tenant(), user_id))
    }
}
