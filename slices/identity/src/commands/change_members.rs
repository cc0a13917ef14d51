//! Members come, change and go; an owner always stays.

use crate::model::Member;
use crate::plans::{self, Limit};
use crate::{queries, rows, rules};
use facts::identity::MemberChanged;
use facts::{Change, UserId};
use serde_json::Value;
use store::{Command, Error, Result, Tx};
use web::{Reach, Role};

/// Makes somebody new a member, with a first password. Who has an account is invited instead.
pub(crate) struct AddMember {
    pub email: String,
    pub username: Option<String>,
    pub name: Option<String>,
    pub role: Role,
    /// Needed by whoever has no account yet.
    pub password_hash: Option<String>,
    /// How far whoever adds them may go.
    pub by: Reach,
}

impl Command for AddMember {
    const NAME: &'static str = "add_member";
    type Out = Member;

    async fn run(&self, tx: &mut Tx) -> Result<Member> {
        rules::may_grant(&self.by, self.role)?;
        let plan = plans::lock_plan(tx).await?;
        let user_id = self.account(tx).await?;
        plan.room(Limit::Members, plans::members(tx).await?)?;
        if !rows::insert_member(tx, user_id, self.role).await? {
            return Err(already_member());
        }
        let changes = vec![Change::new("role", Value::Null, self.role.as_str())];
        tx.state(MemberChanged { user_id, role: Some(self.role.to_string()), changes }).await?;
        found(queries::member(tx, user_id).await?)
    }
}

impl AddMember {
    async fn account(&self, tx: &mut Tx) -> Result<UserId> {
        let email = rules::email(&self.email)?;
        let username = rules::username(self.username.as_deref().unwrap_or(&email), Some(&email))?;
        let name = rules::label("name", self.name.as_deref().unwrap_or(&username), 120)?;
        if let Some(known) = rows::lock_user_by_email(tx, &email).await? {
            if queries::member(tx, known).await?.is_some() {
                return Err(already_member());
            }
            // Who has an account is asked, and shows that the address is theirs: anybody may have made that account.
            return Err(Error::conflict("has_account", "This person has an account already: invite them.").with_field("email", "taken"));
        }
        let hash = self.password_hash.as_deref().ok_or_else(|| Error::field("password", "a new member needs a first password"))?;
        let id: UserId = tx.id();
        let user = rows::NewUser { id, email: Some(&email), username: &username, name: &name, password_hash: hash };
        if rows::insert_user(tx, &user).await? {
            return Ok(id);
        }
        Err(Error::conflict("username_taken", "Another person has this user name or e-mail address.").with_field("username", "taken"))
    }
}

/// Gives a member another role.
pub(crate) struct ChangeRole {
    pub user_id: UserId,
    pub role: Role,
    /// How far whoever gives it may go.
    pub by: Reach,
}

impl Command for ChangeRole {
    const NAME: &'static str = "change_role";
    /// The member, and the sessions under which they may be remembered.
    type Out = (Member, Vec<String>);

    async fn run(&self, tx: &mut Tx) -> Result<(Member, Vec<String>)> {
        let before = allowed(tx, self.user_id, Some(self.role), &self.by).await?;
        if before.role != self.role {
            rows::set_role(tx, self.user_id, self.role).await?;
            let changes = vec![Change::new("role", before.role.as_str(), self.role.as_str())];
            tx.state(MemberChanged { user_id: self.user_id, role: Some(self.role.to_string()), changes }).await?;
        }
        let sessions = queries::sessions_of(tx, self.user_id).await?;
        Ok((Member { role: self.role, ..before }, sessions))
    }
}

/// Ends a membership, and the sessions that hang on it.
pub(crate) struct RemoveMember {
    pub user_id: UserId,
    /// How far whoever removes them may go.
    pub by: Reach,
}

impl Command for RemoveMember {
    const NAME: &'static str = "remove_member";
    /// The sessions under which they may be remembered.
    type Out = Vec<String>;

    async fn run(&self, tx: &mut Tx) -> Result<Vec<String>> {
        let before = allowed(tx, self.user_id, None, &self.by).await?;
        let sessions = queries::sessions_of(tx, self.user_id).await?;
        rows::delete_sessions_of(tx, self.user_id).await?;
        rows::delete_member(tx, self.user_id).await?;
        let changes = vec![Change::new("role", before.role.as_str(), Value::Null)];
        tx.state(MemberChanged { user_id: self.user_id, role: None, changes }).await?;
        Ok(sessions)
    }
}

/// The member, where the change is allowed. The tenant's row is locked first: two owners who remove each other at
/// the same moment must not both succeed.
async fn allowed(tx: &mut Tx, user_id: UserId, wanted: Option<Role>, by: &Reach) -> Result<Member> {
    rows::lock_tenant(tx).await?;
    let member = found(queries::member(tx, user_id).await?)?;
    let owners = queries::owners(tx).await?;
    rules::may_change(by, member.role, wanted, owners)?;
    Ok(member)
}

/// The answer to asking for somebody who is there.
pub(crate) fn already_member() -> Error {
    Error::conflict("already_member", "This person is a member already.")
}

fn found(member: Option<Member>) -> Result<Member> {
    member.ok_or_else(|| Error::not_found("member"))
}
