//! Connections, sign-ins under way, and who somebody is at a provider.

use super::model::{Door, Kept, Pending, Wanted};
use facts::{Id, TenantId, Time, UserId};
use store::{Db, Look, Read, Result, Tx, params, sql};

/// Looks across tenants, where it was written last.
fn everywhere(db: &Db) -> Read {
    db.read_main(TenantId::from_uuid(uuid::Uuid::nil()))
}

pub(super) async fn connection(look: &mut impl Look) -> Result<Option<Kept>> {
    look.maybe(
        sql!("SELECT issuer, client_id, locked, role, enabled, required, changed_at FROM sso_connections WHERE tenant_id = $1"),
        params![look.tenant()],
    )
    .await
}

pub(super) async fn domains(look: &mut impl Look) -> Result<Vec<String>> {
    look.all(sql!("SELECT domain FROM sso_domains WHERE tenant_id = $1 ORDER BY domain LIMIT 20"), params![look.tenant()]).await
}

/// Puts a connection in the place of another. `locked` is its secret.
pub(super) async fn put_connection(tx: &mut Tx, wanted: &Wanted, locked: Option<Vec<u8>>) -> Result<()> {
    tx.put(
        sql!(
            "INSERT INTO sso_connections (tenant_id, issuer, client_id, locked, role, enabled, required, changed_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
             ON CONFLICT (tenant_id) DO UPDATE SET issuer = EXCLUDED.issuer, client_id = EXCLUDED.client_id, locked = EXCLUDED.locked,
               role = EXCLUDED.role, enabled = EXCLUDED.enabled, required = EXCLUDED.required, changed_at = EXCLUDED.changed_at"
        ),
        params![tx.tenant(), &wanted.issuer, &wanted.client_id, locked, wanted.role.as_str(), wanted.enabled, wanted.required, tx.now()],
    )
    .await?;
    delete_domains(tx).await?;
    let rows = store::rows!("INSERT INTO sso_domains (tenant_id, domain) VALUES ", 2, "");
    let values: Vec<store::Value> = wanted.domains.iter().flat_map(|domain| params![tx.tenant(), domain].to_vec()).collect();
    tx.put_rows(rows, &values).await
}

/// Ends the sessions of members other than owners that did not begin at the provider; tells their hashes.
pub(super) async fn end_other_sessions(tx: &mut Tx) -> Result<Vec<String>> {
    let sql = sql!(global
        "DELETE FROM sessions WHERE tenant_id IN (SELECT tenant_id FROM tenants WHERE tenant_id = $1 OR test_of = $1) AND NOT sso
           AND user_id IN (SELECT user_id FROM members WHERE tenant_id = $1 AND role <> 'owner')
         RETURNING token_hash"
    );
    tx.all(sql, params![tx.tenant()]).await
}

async fn delete_domains(tx: &mut Tx) -> Result<()> {
    tx.put(sql!("DELETE FROM sso_domains WHERE tenant_id = $1"), params![tx.tenant()]).await
}

/// Takes the connection away; `false` where there is none.
pub(super) async fn delete_connection(tx: &mut Tx) -> Result<bool> {
    let deleted = tx.exec(sql!("DELETE FROM sso_connections WHERE tenant_id = $1"), params![tx.tenant()]).await?;
    delete_domains(tx).await?;
    Ok(deleted == 1)
}

/// The way into the shop with this slug.
pub(super) async fn door(db: &Db, slug: &str) -> Result<Option<Door>> {
    everywhere(db)
        .maybe(
            sql!(global
                "SELECT t.tenant_id, t.name, t.slug, c.issuer, c.client_id, c.locked
                 FROM tenants t JOIN sso_connections c ON c.tenant_id = t.tenant_id
                 WHERE t.slug = $1 AND t.state = 'active' AND c.enabled"
            ),
            params![slug],
        )
        .await
}

/// The ways into the shops whose providers vouch for a domain; two are as many as can be told apart.
pub(super) async fn doors_of_domain(db: &Db, domain: &str) -> Result<Vec<Door>> {
    everywhere(db)
        .all(
            sql!(global
                "SELECT t.tenant_id, t.name, t.slug, c.issuer, c.client_id, c.locked
                 FROM sso_domains d JOIN tenants t ON t.tenant_id = d.tenant_id JOIN sso_connections c ON c.tenant_id = d.tenant_id
                 WHERE d.domain = $1 AND t.state = 'active' AND c.enabled ORDER BY t.slug LIMIT 2"
            ),
            params![domain],
        )
        .await
}

/// A sign-in about to leave for the provider.
pub(super) struct Leaving<'a> {
    pub state_hash: &'a str,
    pub browser_hash: &'a str,
    pub nonce: &'a str,
    pub verifier: &'a [u8],
    pub next: &'a str,
    pub expires_at: Time,
}

pub(super) async fn insert_sign_in(tx: &mut Tx, kept: &Kept, leaving: &Leaving<'_>) -> Result<()> {
    tx.put(sql!("DELETE FROM sso_sign_ins WHERE tenant_id = $1 AND expires_at <= $2"), params![tx.tenant(), tx.now()]).await?;
    tx.put(
        sql!(
            "INSERT INTO sso_sign_ins (tenant_id, state_hash, browser_hash, issuer, client_id, nonce, verifier, next, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
        ),
        params![
            tx.tenant(),
            leaving.state_hash,
            leaving.browser_hash,
            &kept.issuer,
            &kept.client_id,
            leaving.nonce,
            leaving.verifier.to_vec(),
            leaving.next,
            leaving.expires_at
        ],
    )
    .await
}

/// Whose sign-in waits under this state.
pub(super) async fn tenant_of_sign_in(db: &Db, state_hash: &str) -> Result<Option<TenantId>> {
    everywhere(db).maybe(sql!(global "SELECT tenant_id FROM sso_sign_ins WHERE state_hash = $1"), params![state_hash]).await
}

/// Uses a sign-in up, for the browser that began it; `None` when there is none, or it is over.
pub(super) async fn take_sign_in(tx: &mut Tx, state_hash: &str, browser_hash: &str) -> Result<Option<Pending>> {
    tx.maybe(
        sql!(
            "DELETE FROM sso_sign_ins WHERE tenant_id = $1 AND state_hash = $2 AND browser_hash = $3 AND expires_at > $4
             RETURNING issuer, client_id, nonce, verifier, next"
        ),
        params![tx.tenant(), state_hash, browser_hash, tx.now()],
    )
    .await
}

/// Whom the provider means by a subject.
pub(super) async fn linked(look: &mut impl Look, issuer: &str, subject: &str) -> Result<Option<UserId>> {
    look.maybe(
        sql!("SELECT user_id FROM sso_identities WHERE tenant_id = $1 AND issuer = $2 AND subject = $3"),
        params![look.tenant(), issuer, subject],
    )
    .await
}

/// Remembers whom the provider means; `false` when it means somebody else by it, or them by another subject.
pub(super) async fn link(tx: &mut Tx, issuer: &str, subject: &str, user: UserId) -> Result<bool> {
    let inserted = tx
        .exec(
            sql!("INSERT INTO sso_identities (tenant_id, issuer, subject, user_id, linked_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING"),
            params![tx.tenant(), issuer, subject, user, tx.now()],
        )
        .await?;
    Ok(inserted == 1)
}

/// Marks a session as one that the provider vouched for.
pub(super) async fn mark_session(tx: &mut Tx, token_hash: &str) -> Result<()> {
    tx.put(sql!("UPDATE sessions SET sso = TRUE WHERE tenant_id = $1 AND token_hash = $2"), params![tx.tenant(), token_hash]).await
}

/// Whether a session is one that a provider vouched for.
pub(super) async fn is_vouched(db: &Db, token_hash: &str) -> Result<bool> {
    let found: Option<bool> =
        everywhere(db).maybe(sql!(global "SELECT sso FROM sessions WHERE token_hash = $1"), params![token_hash]).await?;
    Ok(found == Some(true))
}

/// Whether somebody can sign in through the tenant's provider alone.
pub(super) async fn is_barred(tx: &mut Tx, user: UserId) -> Result<bool> {
    let found: Option<String> = tx
        .maybe(
            sql!(
                "SELECT c.issuer FROM sso_connections c JOIN members m ON m.tenant_id = c.tenant_id
                 WHERE c.tenant_id = $1 AND c.enabled AND c.required AND m.user_id = $2 AND m.role <> 'owner'"
            ),
            params![tx.tenant(), user],
        )
        .await?;
    Ok(found.is_some())
}
