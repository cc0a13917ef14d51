//! The rows of certificates and of our accounts with directories.

use super::model::{Certificate, Ordering, Reason, State};
use crate::queries::everywhere;
use facts::{TenantId, Time};
use serde::Deserialize;
use store::{Db, Look, Result, Tx, params, sql};

/// A tenant's certificates; few.
pub(in super::super) async fn all(look: &mut impl Look) -> Result<Vec<Certificate>> {
    look.all(
        sql!("SELECT domain, state, reason, note, not_after, next_at FROM certificates WHERE tenant_id = $1 ORDER BY domain"),
        params![look.tenant()],
    )
    .await
}

pub(super) async fn ordering(look: &mut impl Look, domain: &str) -> Result<Option<Ordering>> {
    look.maybe(
        sql!(
            "SELECT state, order_url, order_key, ordered_at, challenge, not_after, failures, tried_at, next_at FROM certificates
             WHERE tenant_id = $1 AND domain = $2"
        ),
        params![look.tenant(), domain],
    )
    .await
}

/// A certificate that stays as it is until the commit.
pub(super) async fn hold(tx: &mut Tx, domain: &str) -> Result<Option<Ordering>> {
    tx.maybe(
        sql!(
            "SELECT state, order_url, order_key, ordered_at, challenge, not_after, failures, tried_at, next_at FROM certificates
             WHERE tenant_id = $1 AND domain = $2 FOR UPDATE"
        ),
        params![tx.tenant(), domain],
    )
    .await
}

/// Wants one; `false` when it is there, or the name is another's.
pub(super) async fn insert(tx: &mut Tx, domain: &str) -> Result<bool> {
    let added = tx
        .exec(
            sql!(
                "INSERT INTO certificates (tenant_id, domain, state, failures, tried_at, created_at) VALUES ($1, $2, 'wanted', 0, $3, $3)
                 ON CONFLICT DO NOTHING"
            ),
            params![tx.tenant(), domain, tx.now()],
        )
        .await?;
    Ok(added == 1)
}

pub(super) async fn delete(tx: &mut Tx, domain: &str) -> Result<()> {
    tx.put(sql!("DELETE FROM certificates WHERE tenant_id = $1 AND domain = $2"), params![tx.tenant(), domain]).await
}

/// Begins another try.
pub(super) async fn due(tx: &mut Tx, domain: &str, state: State) -> Result<()> {
    tx.put(
        sql!("UPDATE certificates SET state = $3, tried_at = $4, next_at = NULL WHERE tenant_id = $1 AND domain = $2"),
        params![tx.tenant(), domain, state.as_str(), tx.now()],
    )
    .await
}

/// Comes back to it at another time.
pub(super) async fn put_off(tx: &mut Tx, domain: &str, next_at: Time) -> Result<()> {
    tx.put(sql!("UPDATE certificates SET next_at = $3 WHERE tenant_id = $1 AND domain = $2"), params![tx.tenant(), domain, next_at]).await
}

/// An order was taken, and is for this key.
pub(super) async fn placed(tx: &mut Tx, domain: &str, state: State, order_url: &str, order_key: Vec<u8>) -> Result<()> {
    tx.put(
        sql!("UPDATE certificates SET state = $3, order_url = $4, order_key = $5, ordered_at = $6 WHERE tenant_id = $1 AND domain = $2"),
        params![tx.tenant(), domain, state.as_str(), order_url, order_key, tx.now()],
    )
    .await
}

/// What the directory will look for.
pub(super) async fn challenge(tx: &mut Tx, domain: &str, token: &str, answer: &str) -> Result<()> {
    tx.put(
        sql!("UPDATE certificates SET challenge = $3, answer = $4 WHERE tenant_id = $1 AND domain = $2"),
        params![tx.tenant(), domain, token, answer],
    )
    .await
}

/// The order is gone; another will be placed.
pub(super) async fn lost(tx: &mut Tx, domain: &str, state: State) -> Result<()> {
    tx.put(
        sql!(
            "UPDATE certificates SET state = $3, order_url = NULL, order_key = NULL, ordered_at = NULL, challenge = NULL, answer = NULL
             WHERE tenant_id = $1 AND domain = $2"
        ),
        params![tx.tenant(), domain, state.as_str()],
    )
    .await
}

/// What went wrong, without an end to the order.
pub(super) async fn trouble(tx: &mut Tx, domain: &str, reason: Reason, note: &str, next_at: Time) -> Result<()> {
    tx.put(
        sql!("UPDATE certificates SET reason = $3, note = $4, next_at = $5 WHERE tenant_id = $1 AND domain = $2"),
        params![tx.tenant(), domain, reason.as_str(), note, next_at],
    )
    .await
}

/// The try failed; what is served stays.
pub(super) async fn refused(tx: &mut Tx, domain: &str, state: State, reason: Reason, note: &str, next_at: Time) -> Result<()> {
    tx.put(
        sql!(
            "UPDATE certificates SET state = $3, reason = $4, note = $5, next_at = $6, failures = failures + 1,
               order_url = NULL, order_key = NULL, ordered_at = NULL, challenge = NULL, answer = NULL
             WHERE tenant_id = $1 AND domain = $2"
        ),
        params![tx.tenant(), domain, state.as_str(), reason.as_str(), note, next_at],
    )
    .await
}

/// It is there, for the key of the order.
pub(super) async fn issued(tx: &mut Tx, domain: &str, state: State, chain: Vec<u8>, not_after: Time, next_at: Time) -> Result<()> {
    tx.put(
        sql!(
            "UPDATE certificates SET state = $3, chain = $4, private_key = order_key, issued_at = $5, not_after = $6, next_at = $7,
               reason = NULL, note = NULL, failures = 0, order_url = NULL, order_key = NULL, ordered_at = NULL, challenge = NULL, answer = NULL
             WHERE tenant_id = $1 AND domain = $2"
        ),
        params![tx.tenant(), domain, state.as_str(), chain, tx.now(), not_after, next_at],
    )
    .await
}

/// The answer to a directory that looks for a challenge.
pub(super) async fn answer(db: &Db, token: &str) -> Result<Option<String>> {
    everywhere(db).maybe(sql!(global "SELECT answer FROM certificates WHERE challenge = $1"), params![token]).await
}

/// What is served under a name, locked.
#[derive(Debug, Deserialize)]
pub(super) struct Locked {
    pub tenant_id: TenantId,
    pub private_key: Vec<u8>,
    pub chain: Vec<u8>,
    pub issued_at: Time,
}

pub(super) async fn served(db: &Db, name: &str) -> Result<Option<Locked>> {
    everywhere(db)
        .maybe(
            sql!(global
                "SELECT tenant_id, private_key, chain, issued_at FROM certificates
                 WHERE domain = $1 AND chain IS NOT NULL AND private_key IS NOT NULL AND not_after > $2"
            ),
            params![name, db.clock().now()],
        )
        .await
}

/// Domains that are proved and neither have a certificate nor failed to get one.
pub(super) async fn bare(db: &Db) -> Result<Vec<(TenantId, String)>> {
    #[derive(Deserialize)]
    struct Bare {
        tenant_id: TenantId,
        domain: String,
    }
    let all: Vec<Bare> = everywhere(db)
        .all(
            sql!(global
                "SELECT d.tenant_id, d.domain FROM domains d WHERE d.state = 'verified'
                   AND NOT EXISTS (SELECT 1 FROM certificates c WHERE c.tenant_id = d.tenant_id AND c.domain = d.domain AND c.state IN ('issued', 'failed'))"
            ),
            &[],
        )
        .await?;
    Ok(all.into_iter().map(|bare| (bare.tenant_id, bare.domain)).collect())
}

/// Our account with a directory.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Account {
    pub locked_key: Vec<u8>,
    pub url: Option<String>,
}

pub(super) async fn account(db: &Db, directory: &str) -> Result<Option<Account>> {
    everywhere(db).maybe(sql!(global "SELECT locked_key, url FROM acme_accounts WHERE directory = $1"), params![directory]).await
}

/// Keeps the key of an account; the first stays.
pub(super) async fn new_account(tx: &mut Tx, directory: &str, locked_key: Vec<u8>) -> Result<()> {
    tx.put(
        sql!(global "INSERT INTO acme_accounts (directory, locked_key, created_at) VALUES ($1, $2, $3) ON CONFLICT (directory) DO NOTHING"),
        params![directory, locked_key, tx.now()],
    )
    .await
}

/// Where the directory keeps the account; `None` when it no longer knows it.
pub(super) async fn account_at(tx: &mut Tx, directory: &str, url: Option<&str>) -> Result<()> {
    tx.put(sql!(global "UPDATE acme_accounts SET url = $2 WHERE directory = $1"), params![directory, url]).await
}
