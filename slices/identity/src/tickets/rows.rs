//! The tickets' rows, and those of accounts that a ticket changes.

use super::life::{Ticket, Wanted};
use facts::identity::Purpose;
use facts::{TenantId, TicketId, Time, UserId};
use serde::Deserialize;
use store::{Db, Look, Result, Tx, params, sql};
use web::Cursor;

/// Old passwords that are remembered.
const REMEMBERED: i64 = 5;

/// Forgets some of the tickets, whosever, that were over by then: more than are issued, so that they do not add up.
pub(super) async fn forget_old(tx: &mut Tx, by: Time) -> Result<()> {
    let old = sql!(global
        "DELETE FROM tickets WHERE (tenant_id, id) IN
           (SELECT tenant_id, id FROM tickets WHERE expires_at <= $1 ORDER BY expires_at LIMIT 20)"
    );
    tx.put(old, params![by]).await
}

pub(super) async fn insert(tx: &mut Tx, id: TicketId, wanted: &Wanted, hash: &str, locked: &[u8], expires_at: Time) -> Result<()> {
    tx.put(
        sql!(
            "INSERT INTO tickets (tenant_id, id, purpose, email, user_id, role, name, hash, locked, state, created_at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'open', $10, $11)"
        ),
        params![
            tx.tenant(),
            id,
            wanted.purpose.as_str(),
            &wanted.email,
            wanted.user_id,
            wanted.role.map(|role| role.as_str()),
            wanted.name.as_deref(),
            hash,
            locked,
            tx.now(),
            expires_at
        ],
    )
    .await
}

pub(super) async fn ticket(look: &mut impl Look, id: TicketId) -> Result<Option<Ticket>> {
    look.maybe(
        sql!(
            "SELECT id, purpose, email, user_id, role, name, created_at, expires_at, locked FROM tickets WHERE tenant_id = $1 AND id = $2"
        ),
        params![look.tenant(), id],
    )
    .await
}

/// A ticket that opens something now, and whose it is, by the hash of its token.
pub(super) async fn open(db: &Db, purpose: Purpose, hash: &str, now: Time) -> Result<Option<(TenantId, Ticket)>> {
    let mut look = crate::queries::everywhere(db);
    let tenant: Option<TenantId> = look
        .maybe(
            sql!(global "SELECT tenant_id FROM tickets WHERE hash = $1 AND purpose = $2 AND state = 'open' AND expires_at > $3"),
            params![hash, purpose.as_str(), now],
        )
        .await?;
    let Some(tenant) = tenant else { return Ok(None) };
    let found = db
        .read_main(tenant)
        .maybe(
            sql!(
                "SELECT id, purpose, email, user_id, role, name, created_at, expires_at, locked FROM tickets WHERE tenant_id = $1 AND hash = $2"
            ),
            params![tenant, hash],
        )
        .await?;
    Ok(found.map(|ticket| (tenant, ticket)))
}

/// The link is what counts, whoever's transaction it comes in: one who signs up has no tenant yet.
pub(super) async fn take(tx: &mut Tx, purpose: Purpose, hash: &str) -> Result<Option<Ticket>> {
    tx.maybe(
        sql!(global
            "UPDATE tickets SET state = 'used', locked = NULL WHERE hash = $1 AND purpose = $2 AND state = 'open' AND expires_at > $3
             RETURNING id, purpose, email, user_id, role, name, created_at, expires_at, locked"
        ),
        params![hash, purpose.as_str(), tx.now()],
    )
    .await
}

/// Takes back the open invitation of an address.
pub(super) async fn withdraw_invitation_to(tx: &mut Tx, email: &str) -> Result<()> {
    tx.put(
        sql!(
            "UPDATE tickets SET state = 'withdrawn', locked = NULL WHERE tenant_id = $1 AND email = $2 AND purpose = 'invitation' AND state = 'open'"
        ),
        params![tx.tenant(), email],
    )
    .await
}

/// Takes an open invitation back, and tells whom it was for.
pub(super) async fn withdraw(tx: &mut Tx, id: TicketId) -> Result<Option<String>> {
    tx.maybe(
        sql!(
            "UPDATE tickets SET state = 'withdrawn', locked = NULL
             WHERE tenant_id = $1 AND id = $2 AND purpose = 'invitation' AND state = 'open' RETURNING email"
        ),
        params![tx.tenant(), id],
    )
    .await
}

/// Takes back what else would change a person's account, whichever tenant it was issued in.
pub(super) async fn withdraw_of(tx: &mut Tx, user: UserId) -> Result<()> {
    tx.put(sql!(global "UPDATE tickets SET state = 'withdrawn', locked = NULL WHERE user_id = $1 AND state = 'open'"), params![user]).await
}

/// Open invitations, newest first.
pub(crate) async fn invitations(look: &mut impl Look, cursor: Cursor, limit: i64, now: Time) -> Result<Vec<Ticket>> {
    look.all(
        sql!(
            "SELECT id, purpose, email, user_id, role, name, created_at, expires_at, locked FROM tickets
             WHERE tenant_id = $1 AND purpose = 'invitation' AND state = 'open' AND expires_at > $5 AND (created_at, id) < ($2, $3)
             ORDER BY created_at DESC, id DESC LIMIT $4"
        ),
        params![look.tenant(), cursor.at, cursor.id, limit, now],
    )
    .await
}

/// An account, as far as a link must know it.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Known {
    pub id: UserId,
    pub email: Option<String>,
    pub username: String,
    pub name: String,
    pub email_proved_at: Option<Time>,
}

pub(super) async fn known_by_email(look: &mut impl Look, email: &str) -> Result<Option<Known>> {
    look.maybe(sql!(global "SELECT id, email, username, name, email_proved_at FROM users WHERE email = $1"), params![email]).await
}

/// The sessions of whoever has an address, whichever tenant they are in.
pub(super) async fn sessions_of(db: &Db, email: &str) -> Result<Vec<String>> {
    crate::queries::everywhere(db)
        .all(sql!(global "SELECT s.token_hash FROM users u JOIN sessions s ON s.user_id = u.id WHERE u.email = $1"), params![email])
        .await
}

pub(super) async fn known(look: &mut impl Look, user: UserId) -> Result<Option<Known>> {
    look.maybe(sql!(global "SELECT id, email, username, name, email_proved_at FROM users WHERE id = $1"), params![user]).await
}

/// The tenant that somebody with this address came to last.
pub(super) async fn newest_tenant(db: &Db, user: UserId) -> Result<Option<TenantId>> {
    crate::queries::everywhere(db)
        .maybe(
            sql!(global
                "SELECT m.tenant_id FROM members m JOIN tenants t ON t.tenant_id = m.tenant_id
                 WHERE m.user_id = $1 AND t.state = 'active' ORDER BY m.created_at DESC, m.tenant_id LIMIT 1"
            ),
            params![user],
        )
        .await
}

pub(super) async fn prove_email(tx: &mut Tx, user: UserId) -> Result<()> {
    tx.put(sql!(global "UPDATE users SET email_proved_at = $2 WHERE id = $1 AND email_proved_at IS NULL"), params![user, tx.now()]).await
}

/// Gives a person another address, which they have proved. Whoever signs in with their address goes on doing so.
pub(super) async fn set_email(tx: &mut Tx, user: UserId, email: &str) -> Result<()> {
    tx.put(
        sql!(global
            "UPDATE users SET username = CASE WHEN username = email THEN $2 ELSE username END, email = $2, email_proved_at = $3 WHERE id = $1"
        ),
        params![user, email, tx.now()],
    )
    .await
}

/// Remembers the password that a person has now, because they are about to give it up, and forgets the oldest.
pub(crate) async fn remember_password(tx: &mut Tx, user: UserId) -> Result<()> {
    tx.put(
        sql!(global
            "INSERT INTO old_passwords (user_id, given_up_at, hash) SELECT id, CAST($2 AS BIGINT), password_hash FROM users WHERE id = $1
             ON CONFLICT (user_id, given_up_at) DO NOTHING"
        ),
        params![user, tx.now()],
    )
    .await?;
    tx.put(
        sql!(global
            "DELETE FROM old_passwords WHERE user_id = $1 AND given_up_at NOT IN
             (SELECT given_up_at FROM old_passwords WHERE user_id = $1 ORDER BY given_up_at DESC LIMIT $2)"
        ),
        params![user, REMEMBERED],
    )
    .await
}

/// The hashes of the password that a person has and of those they had.
pub(crate) async fn passwords(look: &mut impl Look, user: UserId) -> Result<Vec<String>> {
    look.all(
        sql!(global "SELECT password_hash AS hash FROM users WHERE id = $1 UNION ALL SELECT hash FROM old_passwords WHERE user_id = $1"),
        params![user],
    )
    .await
}

pub(super) async fn set_name_and_password(tx: &mut Tx, user: UserId, name: &str, hash: &str) -> Result<()> {
    tx.put(sql!(global "UPDATE users SET name = $2 WHERE id = $1"), params![user, name]).await?;
    crate::rows::set_password(tx, user, hash).await
}
