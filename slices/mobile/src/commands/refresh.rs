//! A refresh token is used, once.

use super::devices::end;
use crate::rows;
use crate::rules::{self, Shown};
use facts::{DeviceId, UserId};
use store::{Command, Error, Kind, Result, Tx};

/// Uses a refresh token up, and begins the one that follows.
///
/// The same request again, from a device that never heard the answer, gets the same answer: the successor is derived from
/// the token and not thrown, so there is nothing secret to keep for it, and two who refresh at once hold the same token
/// rather than two. A token that comes back after its successor was used, or after a while, is in other hands as well:
/// then nobody goes on with it, and the person has to sign in again.
pub(crate) struct Refresh {
    pub device: DeviceId,
    pub token_hash: String,
    /// By the hashes of what follows, as each master key derives it. The first begins; an older one may have been begun.
    pub successor_hashes: Vec<String>,
}

/// What came of it.
pub(crate) enum Refreshed {
    /// The device goes on, with which of the successors.
    Given(UserId, usize),
    /// The device has been signed out, since somebody else has its token.
    Stolen,
}

impl Command for Refresh {
    const NAME: &'static str = "refresh_device";
    type Out = Refreshed;

    async fn run(&self, tx: &mut Tx) -> Result<Refreshed> {
        let device = rows::lock_device(tx, self.device).await?.filter(|device| device.ended_at.is_none());
        let user = device.ok_or_else(wrong_refresh_token)?.user_id;
        if identity::member(tx, user).await?.is_none() {
            return Err(wrong_refresh_token());
        }
        let token = rows::refresh_token(tx, &self.token_hash).await?.filter(|token| token.device_id == self.device);
        let token = token.ok_or_else(wrong_refresh_token)?;
        if token.expires_at <= tx.now() {
            return Err(wrong_refresh_token());
        }
        let begun = token.successor_hash.as_ref().and_then(|begun| self.successor_hashes.iter().position(|hash| hash == begun));
        let at = begun.unwrap_or(0);
        let successor = self.successor_hashes.get(at).ok_or_else(wrong_refresh_token)?;
        let successor_used = match &token.successor_hash {
            Some(hash) if begun.is_some() => rows::refresh_token(tx, hash).await?.is_none_or(|next| next.used_at.is_some()),
            Some(_) => true,
            None => false,
        };
        match rules::shown(token.used_at.map(|at| tx.now().since(at)), successor_used) {
            Shown::Fresh => {
                if !rows::use_refresh_token(tx, self.device, &self.token_hash, successor).await? {
                    return Err(wrong_refresh_token());
                }
                let expires_at = tx.now().after(rules::REFRESH);
                rows::insert_refresh_token(tx, self.device, successor, expires_at).await?;
                rows::device_seen(tx, self.device).await?;
                Ok(Refreshed::Given(user, at))
            }
            Shown::Again => Ok(Refreshed::Given(user, at)),
            Shown::Stolen => {
                end(tx, self.device, "token_reused").await?;
                Ok(Refreshed::Stolen)
            }
        }
    }
}

/// The answer to a refresh token that opens nothing, whatever the reason: the device signs in again.
pub(crate) fn wrong_refresh_token() -> Error {
    Error::new(
        Kind::Unauthenticated,
        "invalid_refresh_token",
        "This refresh token is unknown, over, or of a device that was signed out. Sign in again.",
    )
}
