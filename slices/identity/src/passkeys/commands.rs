//! A passkey is added, used and removed.

use super::ceremony::{self, Signed, refused};
use super::rows;
use crate::commands::{Begun, begin_session};
use crate::{queries, sso};
use facts::UserId;
use facts::sign_in::PasskeyChanged;
use serde_json::Value;
use store::{Command, Error, Result, Tx};
use webauthn_rs::prelude::Passkey;

/// The most passkeys of a person.
const MOST: i64 = 20;

/// Keeps what a device is about to be asked.
pub(super) struct Ask {
    pub token_hash: String,
    /// Whose passkey is added; nobody's while somebody signs in.
    pub user_id: Option<UserId>,
    pub state: Value,
}

impl Command for Ask {
    const NAME: &'static str = "ask_passkey";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let until = tx.now().after(ceremony::WITHIN);
        rows::insert_challenge(tx, &self.token_hash, self.user_id, self.state.clone(), until).await
    }
}

/// Uses up what a device was asked, before its answer is looked at: whatever becomes of it, it is not answered twice.
pub(super) struct Take {
    pub token_hash: String,
    pub user_id: Option<UserId>,
}

impl Command for Take {
    const NAME: &'static str = "take_passkey_challenge";
    type Out = Value;

    async fn run(&self, tx: &mut Tx) -> Result<Value> {
        rows::take_challenge(tx, &self.token_hash, self.user_id).await?.ok_or_else(|| refused("a challenge that is over"))
    }
}

/// Keeps a passkey that its owner's device has made.
pub(super) struct AddPasskey {
    pub user_id: UserId,
    pub name: String,
    pub passkey: Passkey,
}

impl Command for AddPasskey {
    const NAME: &'static str = "add_passkey";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        if rows::count(tx, self.user_id).await? >= MOST {
            return Err(Error::conflict("too_many_passkeys", "You have twenty passkeys. Remove one first."));
        }
        let credential = serde_json::to_value(&self.passkey)?;
        if !rows::insert(tx, &ceremony::id(&self.passkey), self.user_id, &self.name, credential).await? {
            return Err(Error::conflict("passkey_known", "This passkey is known already."));
        }
        tx.state(PasskeyChanged { user_id: self.user_id, name: self.name.clone(), live: true }).await?;
        Ok(())
    }
}

/// Forgets a passkey.
pub(super) struct RemovePasskey {
    pub user_id: UserId,
    /// The part of its id that is shown.
    pub shown: String,
}

impl Command for RemovePasskey {
    const NAME: &'static str = "remove_passkey";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let name = rows::delete(tx, self.user_id, &self.shown).await?.ok_or_else(|| Error::not_found("passkey"))?;
        tx.state(PasskeyChanged { user_id: self.user_id, name, live: false }).await?;
        Ok(())
    }
}

/// Begins the session of whoever holds a passkey. It is judged here, against the counter of this moment.
pub(super) struct SignInByPasskey {
    pub signed: Signed,
    pub state: Value,
    pub public_url: String,
    pub begun: Begun,
}

impl Command for SignInByPasskey {
    const NAME: &'static str = "sign_in_by_passkey";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let kept = rows::lock(tx, &self.signed.id()).await?.ok_or_else(|| refused("a passkey that nobody has"))?;
        let passkey = self.signed.judge(&self.public_url, self.state.clone(), kept.user_id, kept.credential.0)?;
        if queries::member(tx, kept.user_id).await?.is_none() {
            return Err(refused("of somebody who is no member"));
        }
        sso::let_in_without(tx, kept.user_id).await?;
        rows::used(tx, &kept.id, serde_json::to_value(&passkey)?).await?;
        begin_session(tx, kept.user_id, &self.begun).await
    }
}
