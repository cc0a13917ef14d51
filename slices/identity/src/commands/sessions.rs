//! Sessions begin, go on and end; keys leave a trace of their use.

use crate::{rows, rules};
use facts::identity::MemberSignedIn;
use facts::{ApiKeyId, UserId};
use store::{Command, Error, Kind, Result, Tx};

/// Begins a session for somebody whose password was right.
pub(crate) struct SignIn {
    pub user_id: UserId,
    /// The hash that the password was held against: another one by now means another password.
    pub password_hash: String,
    pub token_hash: String,
    pub csrf: String,
}

impl Command for SignIn {
    const NAME: &'static str = "sign_in";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        if !rows::may_sign_in(tx, self.user_id, &self.password_hash).await? {
            return Err(Error::new(Kind::Unauthenticated, "wrong_password", "User name and password do not fit together."));
        }
        rows::delete_ended_sessions(tx).await?;
        let expires_at = tx.now().after(rules::SESSION_LONGEST);
        rows::insert_session(tx, self.user_id, &self.token_hash, &self.csrf, expires_at).await?;
        tx.state(MemberSignedIn { user_id: self.user_id }).await?;
        Ok(())
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
