//! Another address, proved by a link that goes there.

use super::life::{self, Wanted};
use super::rows;
use crate::rules;
use facts::UserId;
use facts::identity::{EmailChanged, Purpose};
use store::secret::Vault;
use store::{Command, Error, Result, Tx};

/// Sends the link to the new address.
pub(super) struct AskEmailChange {
    pub user_id: UserId,
    pub email: String,
    pub vault: Vault,
}

impl Command for AskEmailChange {
    const NAME: &'static str = "ask_email_change";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let email = rules::email(&self.email)?;
        let known = rows::known(tx, self.user_id).await?.ok_or_else(|| Error::not_found("account"))?;
        if known.email.as_deref() == Some(email.as_str()) && known.email_proved_at.is_some() {
            return Err(Error::field("email", "this is your address already"));
        }
        rows::withdraw_of(tx, self.user_id).await?;
        let user_id = Some(self.user_id);
        life::issue(tx, &self.vault, Wanted { purpose: Purpose::EmailChange, email, user_id, role: None, name: None }).await.map(drop)
    }
}

/// Gives the account its new address.
pub(super) struct ChangeEmail {
    pub hash: String,
}

impl Command for ChangeEmail {
    const NAME: &'static str = "change_email";
    /// The new address.
    type Out = String;

    async fn run(&self, tx: &mut Tx) -> Result<String> {
        let ticket = life::take(tx, Purpose::EmailChange, &self.hash).await?;
        let user_id = ticket.user_id.ok_or_else(|| Error::internal("a change of address without an account"))?;
        let before = rows::known(tx, user_id).await?.ok_or_else(|| Error::not_found("account"))?.email;
        rows::set_email(tx, user_id, &ticket.email).await?;
        rows::withdraw_of(tx, user_id).await?;
        tx.state(EmailChanged { user_id, from: before, to: ticket.email.clone() }).await?;
        Ok(ticket.email)
    }
}
