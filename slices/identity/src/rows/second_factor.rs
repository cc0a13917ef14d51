//! Writing second factors, recovery codes and sign-ins that wait for a code.

use facts::{Time, UserId};
use store::{Look, Result, Tx, params, sql};

/// Keeps a secret to be proved; `false` when a proved one is there.
pub(crate) async fn offer_factor(tx: &mut Tx, user: UserId, locked: &[u8]) -> Result<bool> {
    let kept = tx
        .exec(
            sql!(global
                "INSERT INTO second_factors (user_id, locked, used_step, created_at) VALUES ($1, $2, 0, $3)
                 ON CONFLICT (user_id) DO UPDATE SET locked = excluded.locked, used_step = 0, created_at = excluded.created_at
                 WHERE second_factors.confirmed_at IS NULL"
            ),
            params![user, locked, tx.now()],
        )
        .await?;
    Ok(kept == 1)
}

/// Turns on the secret that waits for it, by its first code; `false` when none waits.
pub(crate) async fn confirm_factor(tx: &mut Tx, user: UserId, step: i64) -> Result<bool> {
    let turned_on = tx
        .exec(
            sql!(global "UPDATE second_factors SET used_step = $2, confirmed_at = $3 WHERE user_id = $1 AND confirmed_at IS NULL"),
            params![user, step, tx.now()],
        )
        .await?;
    Ok(turned_on == 1)
}

pub(crate) async fn delete_factor(tx: &mut Tx, user: UserId) -> Result<()> {
    tx.put(sql!(global "DELETE FROM second_factors WHERE user_id = $1"), params![user]).await?;
    tx.put(sql!(global "DELETE FROM recovery_codes WHERE user_id = $1"), params![user]).await
}

pub(crate) async fn delete_passkeys(tx: &mut Tx, user: UserId) -> Result<()> {
    tx.put(sql!(global "DELETE FROM passkeys WHERE user_id = $1"), params![user]).await
}

/// Takes away every way into an account but its password.
pub(crate) async fn delete_ways_in(tx: &mut Tx, user: UserId) -> Result<()> {
    delete_factor(tx, user).await?;
    delete_passkeys(tx, user).await
}

/// Takes the code of a step; `false` when that or a later one was taken.
pub(crate) async fn use_step(tx: &mut Tx, user: UserId, step: i64) -> Result<bool> {
    let taken = tx
        .exec(
            sql!(global "UPDATE second_factors SET used_step = $2 WHERE user_id = $1 AND used_step < $2 AND confirmed_at IS NOT NULL"),
            params![user, step],
        )
        .await?;
    Ok(taken == 1)
}

/// Takes a recovery code; `false` when there is none such.
pub(crate) async fn use_recovery_code(tx: &mut Tx, user: UserId, hash: &str) -> Result<bool> {
    let taken = tx.exec(sql!(global "DELETE FROM recovery_codes WHERE user_id = $1 AND hash = $2"), params![user, hash]).await?;
    Ok(taken == 1)
}

pub(crate) async fn recovery_codes_left(tx: &mut Tx, user: UserId) -> Result<i64> {
    tx.one(sql!(global "SELECT COUNT(*) FROM recovery_codes WHERE user_id = $1"), params![user]).await
}

pub(crate) async fn replace_recovery_codes(tx: &mut Tx, user: UserId, hashes: &[String]) -> Result<()> {
    tx.put(sql!(global "DELETE FROM recovery_codes WHERE user_id = $1"), params![user]).await?;
    let codes = store::rows!("INSERT INTO recovery_codes (user_id, hash, created_at) VALUES ", 3, "");
    let now = tx.now();
    let values: Vec<store::Value> = hashes.iter().flat_map(|hash| params![user, hash, now].to_vec()).collect();
    tx.put_rows(codes, &values).await
}

/// Whether signing in takes a code as well.
pub(crate) async fn has_factor(tx: &mut Tx, user: UserId) -> Result<bool> {
    let found: Option<Time> = tx
        .maybe(sql!(global "SELECT confirmed_at FROM second_factors WHERE user_id = $1 AND confirmed_at IS NOT NULL"), params![user])
        .await?;
    Ok(found.is_some())
}

pub(crate) async fn insert_half_sign_in(tx: &mut Tx, user: UserId, token_hash: &str, expires_at: Time) -> Result<()> {
    tx.put(sql!("DELETE FROM half_sign_ins WHERE tenant_id = $1 AND expires_at <= $2"), params![tx.tenant(), tx.now()]).await?;
    tx.put(
        sql!("INSERT INTO half_sign_ins (tenant_id, token_hash, user_id, tries, expires_at) VALUES ($1, $2, $3, 0, $4)"),
        params![tx.tenant(), token_hash, user, expires_at],
    )
    .await
}

/// Counts a try before it is looked at, so that tries made at once count as well, and tells whose it is; `None` when
/// none is left.
pub(crate) async fn count_try(tx: &mut Tx, token_hash: &str, most: i64) -> Result<Option<UserId>> {
    tx.maybe(
        sql!(
            "UPDATE half_sign_ins SET tries = tries + 1
             WHERE tenant_id = $1 AND token_hash = $2 AND tries < $3 AND expires_at > $4 RETURNING user_id"
        ),
        params![tx.tenant(), token_hash, most, tx.now()],
    )
    .await
}

/// Ends the wait for a code; `None` when it was over.
pub(crate) async fn end_half_sign_in(tx: &mut Tx, token_hash: &str) -> Result<Option<UserId>> {
    tx.maybe(
        sql!("DELETE FROM half_sign_ins WHERE tenant_id = $1 AND token_hash = $2 AND expires_at > $3 RETURNING user_id"),
        params![tx.tenant(), token_hash, tx.now()],
    )
    .await
}
