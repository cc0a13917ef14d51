//! The life of a ticket: issued, then used, withdrawn or too old. Only an open one opens anything.

use super::rows;
use crate::token;
use facts::identity::{Purpose, TicketIssued};
use facts::{TicketId, Time, UserId};
use serde::Deserialize;
use std::time::Duration;
use store::secret::{Vault, sha256};
use store::{Error, Kind, Look, Result, Tx};
use web::Role;

const HOUR: Duration = Duration::from_secs(3_600);
/// How long a link that is over is remembered, used or not. What it was for stands in the journal.
const REMEMBERED: Duration = Duration::from_secs(30 * 86_400);

/// How long a link opens what it is for.
pub(crate) fn lasts(purpose: Purpose) -> Duration {
    match purpose {
        Purpose::Invitation => HOUR * 24 * 7,
        Purpose::SignUp | Purpose::EmailChange => HOUR * 24,
        Purpose::PasswordReset => HOUR,
    }
}

/// Where the link of a purpose leads.
fn path(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Invitation => "/join",
        Purpose::PasswordReset => "/admin/reset",
        Purpose::EmailChange => "/admin/email/confirm",
        Purpose::SignUp => "/signup/finish",
    }
}

/// A ticket, as those who write and take it see it.
#[derive(Debug, Clone, Deserialize)]
pub struct Ticket {
    /// Its id.
    pub id: TicketId,
    /// What it is for.
    pub purpose: Purpose,
    /// Where its link goes.
    pub email: String,
    /// Whose account it changes.
    pub user_id: Option<UserId>,
    /// What an invitation gives.
    pub role: Option<Role>,
    /// Who invited; what the tenant to be opened is called.
    pub name: Option<String>,
    /// When it was issued.
    pub created_at: Time,
    /// From when on it opens nothing.
    pub expires_at: Time,
    /// The token, encrypted, while it opens anything.
    pub(crate) locked: Option<Vec<u8>>,
}

/// What to issue a ticket for.
pub(crate) struct Wanted {
    pub purpose: Purpose,
    pub email: String,
    pub user_id: Option<UserId>,
    pub role: Option<Role>,
    pub name: Option<String>,
}

/// The place of a ticket's token in the vault.
pub(crate) fn place(id: TicketId) -> String {
    format!("ticket/{id}")
}

/// Issues a ticket and says that its mail is wanted.
pub(crate) async fn issue(tx: &mut Tx, vault: &Vault, wanted: Wanted) -> Result<TicketId> {
    let id: TicketId = tx.id();
    let token = token::secret(tx.dice());
    let locked = vault.lock(&place(id), &token)?;
    let expires_at = tx.now().after(lasts(wanted.purpose));
    rows::insert(tx, id, &wanted, &sha256(&token), &locked, expires_at).await?;
    rows::forget_old(tx, tx.now().before(REMEMBERED)).await?;
    let Wanted { purpose, email, user_id, role, .. } = wanted;
    tx.state(TicketIssued { ticket_id: id, purpose, email, role: role.map(|role| role.to_string()), user_id }).await?;
    Ok(id)
}

/// Uses a ticket up; of two clicks one does.
pub(crate) async fn take(tx: &mut Tx, purpose: Purpose, hash: &str) -> Result<Ticket> {
    rows::take(tx, purpose, hash).await?.ok_or_else(over)
}

/// The answer to a link that opens nothing: nobody learns whether it ever did.
pub(crate) fn over() -> Error {
    Error::new(Kind::NotFound, "link_over", "This link is over: it was used, taken back, or is too old. Ask for another one.")
}

/// A ticket of the tenant looked at.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn ticket(look: &mut impl Look, id: TicketId) -> Result<Option<Ticket>> {
    rows::ticket(look, id).await
}

/// The address that the ticket's mail carries; `None` when it opens nothing any more.
///
/// # Errors
/// `secret_locked`, when the master key has changed.
pub fn ticket_link(vault: &Vault, public_url: &str, ticket: &Ticket, now: Time) -> Result<Option<String>> {
    let Some(locked) = ticket.locked.as_deref().filter(|_| now < ticket.expires_at) else { return Ok(None) };
    let token = vault.open(&place(ticket.id), locked)?;
    Ok(Some(format!("{public_url}{}?token={token}", path(ticket.purpose))))
}
