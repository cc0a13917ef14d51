//! Another password, by a link in a mail.

use super::invitations::check_own;
use super::life::{self, Wanted};
use super::rows;
use crate::{password, rows as people, rules};
use facts::UserId;
use facts::identity::{PasswordChanged, Purpose};
use secrecy::SecretString;
use store::secret::Vault;
use store::{Command, Error, Result, Tx, Who};
use web::App;

/// Asks for the link, where the address is somebody's. The caller learns nothing of whether it is.
pub(super) async fn ask(app: &App, who: &Who, email: &str) -> Result<()> {
    let email = rules::email(email)?;
    let mut look = app.db.read_main(who.tenant);
    let Some(known) = rows::known_by_email(&mut look, &email).await? else { return Ok(()) };
    let Some(tenant) = rows::newest_tenant(&app.db, known.id).await? else { return Ok(()) };
    let who = Who { tenant, ..who.clone() };
    app.db.run(&who, AskReset { user_id: known.id, email, vault: app.vault.clone() }).await
}

/// Issues the ticket; an earlier one is taken back.
struct AskReset {
    user_id: UserId,
    email: String,
    vault: Vault,
}

impl Command for AskReset {
    const NAME: &'static str = "ask_password_reset";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        rows::withdraw_of(tx, self.user_id).await?;
        let (user_id, email) = (Some(self.user_id), self.email.clone());
        life::issue(tx, &self.vault, Wanted { purpose: Purpose::PasswordReset, email, user_id, role: None, name: None }).await.map(drop)
    }
}

/// Refuses a password that is weak, that others have lost, or that this person has or had.
///
/// # Errors
/// `password`, with what is wrong with it.
pub(crate) async fn check(app: &App, user: UserId, password: &SecretString, about: &[&str]) -> Result<()> {
    password::check_well(app, password, about).await?;
    for hash in rows::passwords(&mut crate::queries::everywhere(&app.db), user).await? {
        if password::verify(Some(hash), password).await? {
            return Err(Error::field("password", "choose one that you have not had before"));
        }
    }
    Ok(())
}

/// Gives the account another password, because its owner has shown that they read its mail. Every session ends; a second
/// factor stays.
pub(super) struct Reset {
    pub hash: String,
    pub new_hash: String,
}

impl Command for Reset {
    const NAME: &'static str = "reset_password";
    type Out = UserId;

    async fn run(&self, tx: &mut Tx) -> Result<UserId> {
        let ticket = life::take(tx, Purpose::PasswordReset, &self.hash).await?;
        let user_id = ticket.user_id.ok_or_else(|| Error::internal("a reset without an account"))?;
        let unproved = rows::known(tx, user_id).await?.is_some_and(|known| known.email_proved_at.is_none());
        check_own(tx, user_id, &ticket.email).await?;
        if unproved {
            crate::rows::delete_passkeys(tx, user_id).await?;
        }
        rows::remember_password(tx, user_id).await?;
        people::set_password(tx, user_id, &self.new_hash).await?;
        rows::withdraw_of(tx, user_id).await?;
        tx.state(PasswordChanged { user_id }).await?;
        Ok(user_id)
    }
}
