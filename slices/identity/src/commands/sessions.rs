//! Sessions begin, go on and end; keys leave a trace of their use.

use super::second_factor::{Proof, sign_in_over, spend, wrong_code};
use crate::prove::wrong_password;
use crate::{rows, rules, sso};
use facts::identity::{MemberSignedIn, PasswordChanged};
use facts::{ApiKeyId, UserId};
use store::{Command, Error, Result, Tx};

/// A session about to be.
#[derive(Debug, Clone)]
pub(crate) struct Begun {
    pub token_hash: String,
    pub csrf: String,
    /// Where it comes from, for its owner to know it by.
    pub address: String,
    pub browser: String,
}

/// Begins a session for somebody whose password was right; or, where a code is asked for as well, the wait for it under
/// the same token.
pub(crate) struct SignIn {
    pub user_id: UserId,
    /// The hash that the password was held against: another one by now means another password.
    pub password_hash: String,
    pub begun: Begun,
}

impl Command for SignIn {
    const NAME: &'static str = "sign_in";
    /// Whether a code is asked for.
    type Out = bool;

    async fn run(&self, tx: &mut Tx) -> Result<bool> {
        if !rows::may_sign_in(tx, self.user_id, &self.password_hash).await? {
            return Err(wrong_password());
        }
        sso::let_in_without(tx, self.user_id).await?;
        if rows::has_factor(tx, self.user_id).await? {
            let expires_at = tx.now().after(rules::CODE_WITHIN);
            rows::insert_half_sign_in(tx, self.user_id, &self.begun.token_hash, expires_at).await?;
            return Ok(true);
        }
        begin(tx, self.user_id, &self.begun).await?;
        Ok(false)
    }
}

/// Begins a session.
pub(crate) async fn begin(tx: &mut Tx, user_id: UserId, begun: &Begun) -> Result<()> {
    rows::delete_ended_sessions(tx).await?;
    let expires_at = tx.now().after(rules::SESSION_LONGEST);
    rows::insert_session(tx, user_id, begun, expires_at).await?;
    tx.state(MemberSignedIn { user_id }).await?;
    Ok(())
}

/// Counts a try at the code, before it is looked at.
pub(crate) struct TryCode {
    pub token_hash: String,
}

impl Command for TryCode {
    const NAME: &'static str = "try_code";
    type Out = UserId;

    async fn run(&self, tx: &mut Tx) -> Result<UserId> {
        rows::count_try(tx, &self.token_hash, rules::CODE_TRIES).await?.ok_or_else(sign_in_over)
    }
}

/// Begins the session of somebody whose code was right as well.
pub(crate) struct SignInByCode {
    /// What waited for the code.
    pub half_hash: String,
    pub proof: Proof,
    pub begun: Begun,
}

impl Command for SignInByCode {
    const NAME: &'static str = "sign_in_by_code";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let user_id = rows::end_half_sign_in(tx, &self.half_hash).await?.ok_or_else(wrong_code)?;
        spend(tx, user_id, &self.proof).await?;
        begin(tx, user_id, &self.begun).await
    }
}

/// Ends one of a person's own sessions.
pub(crate) struct EndSession {
    pub user_id: UserId,
    /// The part of its hash that is shown.
    pub name: String,
}

impl Command for EndSession {
    const NAME: &'static str = "end_session";
    /// Its whole hash, under which it may be remembered.
    type Out = String;

    async fn run(&self, tx: &mut Tx) -> Result<String> {
        rows::delete_session_named(tx, self.user_id, &self.name).await?.ok_or_else(|| Error::not_found("session"))
    }
}

/// Gives an account another password; every other session of it ends.
pub(crate) struct ChangePassword {
    pub user_id: UserId,
    /// The hash that the old password was held against.
    pub old_hash: String,
    pub new_hash: String,
    /// The session that goes on.
    pub keep: String,
}

impl Command for ChangePassword {
    const NAME: &'static str = "change_password";
    /// The hashes of the sessions that ended.
    type Out = Vec<String>;

    async fn run(&self, tx: &mut Tx) -> Result<Vec<String>> {
        let ended = rows::change_password(tx, self.user_id, &self.old_hash, &self.new_hash, &self.keep).await?;
        let ended = ended.ok_or_else(|| Error::conflict("password_changed", "Your password was changed elsewhere a moment ago."))?;
        tx.state(PasswordChanged { user_id: self.user_id }).await?;
        Ok(ended)
    }
}

/// Ends a session.
pub(crate) struct SignOut {
    pub token_hash: String,
}

impl Command for SignOut {
    const NAME: &'static str = "sign_out";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        rows::delete_session(tx, &self.token_hash).await
    }
}

/// Notes that the person behind a session is still there.
pub(crate) struct KeepAlive {
    pub token_hash: String,
}

impl Command for KeepAlive {
    const NAME: &'static str = "keep_alive";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        rows::session_seen(tx, &self.token_hash).await
    }
}

/// Notes that a key was used.
pub(crate) struct KeyUsed {
    pub id: ApiKeyId,
}

impl Command for KeyUsed {
    const NAME: &'static str = "key_used";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        rows::key_used(tx, self.id).await
    }
}
