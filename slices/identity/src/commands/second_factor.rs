//! A second factor is offered, proved, used and given up.

use crate::rows;
use crate::second_factor::place;
use facts::UserId;
use facts::identity::{RecoveryCodeUsed, SecondFactorChanged};
use store::secret::Vault;
use store::{Command, Error, Kind, Result, Tx};

/// What somebody proved with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Proof {
    /// A code of the app, of this step.
    Step(i64),
    /// A recovery code, by its hash.
    Recovery(String),
}

/// Uses a proof up: the same one never opens twice.
pub(crate) async fn spend(tx: &mut Tx, user: UserId, proof: &Proof) -> Result<()> {
    let fresh = match proof {
        Proof::Step(step) => rows::use_step(tx, user, *step).await?,
        Proof::Recovery(hash) => rows::use_recovery_code(tx, user, hash).await?,
    };
    if !fresh {
        return Err(wrong_code());
    }
    if matches!(proof, Proof::Recovery(_)) {
        let left = rows::recovery_codes_left(tx, user).await?;
        tx.state(RecoveryCodeUsed { user_id: user, left }).await?;
    }
    Ok(())
}

/// The answer to a wrong code and to one that was used before: nobody learns which.
pub(crate) fn wrong_code() -> Error {
    Error::new(Kind::Unauthenticated, "wrong_code", "This code is wrong, over, or used already. Wait for the next one.")
}

/// The answer to a code that comes too late, or once too often.
pub(crate) fn sign_in_over() -> Error {
    Error::new(Kind::Unauthenticated, "sign_in_over", "This sign-in is over. Start again with your password.")
}

/// The answer to a code for a secret that nobody is waiting to have proved.
pub(crate) fn nothing_to_turn_on() -> Error {
    Error::conflict("nothing_to_turn_on", "There is nothing to turn on: start again.")
}

async fn turn_off(tx: &mut Tx, user_id: UserId) -> Result<()> {
    rows::delete_factor(tx, user_id).await?;
    tx.state(SecondFactorChanged { user_id, on: false }).await?;
    Ok(())
}

/// Keeps a secret that its owner has yet to show in an app. One that was not proved gives way.
pub(crate) struct OfferFactor {
    pub user_id: UserId,
    pub secret: String,
    pub vault: Vault,
}

impl Command for OfferFactor {
    const NAME: &'static str = "offer_second_factor";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let locked = self.vault.lock(&place(self.user_id), &self.secret)?;
        if rows::offer_factor(tx, self.user_id, &locked).await? {
            return Ok(());
        }
        Err(Error::conflict("second_factor_on", "A second factor is on already. Turn it off first."))
    }
}

/// Turns a second factor on, because its owner has shown a code of it.
pub(crate) struct TurnOnFactor {
    pub user_id: UserId,
    pub step: i64,
    /// The hashes of its recovery codes.
    pub recovery: Vec<String>,
}

impl Command for TurnOnFactor {
    const NAME: &'static str = "turn_on_second_factor";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        if !rows::confirm_factor(tx, self.user_id, self.step).await? {
            return Err(nothing_to_turn_on());
        }
        rows::replace_recovery_codes(tx, self.user_id, &self.recovery).await?;
        tx.state(SecondFactorChanged { user_id: self.user_id, on: true }).await?;
        Ok(())
    }
}

/// Turns a second factor off without a proof of it.
pub(crate) struct ForgetFactor {
    pub user_id: UserId,
}

impl Command for ForgetFactor {
    const NAME: &'static str = "forget_second_factor";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        if !rows::has_factor(tx, self.user_id).await? {
            return Err(Error::not_found("second factor"));
        }
        turn_off(tx, self.user_id).await
    }
}

/// Turns a second factor off, for whoever proves that they have it.
pub(crate) struct TurnOffFactor {
    pub user_id: UserId,
    pub proof: Proof,
}

impl Command for TurnOffFactor {
    const NAME: &'static str = "turn_off_second_factor";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        spend(tx, self.user_id, &self.proof).await?;
        turn_off(tx, self.user_id).await
    }
}
