//! Matching: every step is one statement over all rows whose turn it is, so a pass costs what changed and not what is stored.
//!
//! How a row stands follows from the rows alone, whatever their order: whoever comes new has those look again whom it could concern,
//! which are the rows of the same thing at the provider, and the settlements of the same amount or bank reference.

mod bank;
mod state;
mod three;

use crate::rows;
use facts::Time;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use store::{Command, Result, Timer, Tx};

/// Rows of a kind whose turn it is in one transaction, so that others get theirs in between.
const TURN: i64 = 5_000;
/// How long after its capture a payment may be in no settlement: two working days of the provider's and a long weekend.
pub(crate) const SETTLED_BY: Duration = Duration::from_secs(5 * 86_400);
/// How long after it was paid out a settlement may be missing in the bank.
pub(crate) const BANKED_BY: Duration = Duration::from_secs(3 * 86_400);
/// How many days the bank may be apart from the provider where only amount and day say what belongs together.
const DAYS_APART: i64 = 3;
/// How often what waits is looked at, whether it waits too long.
const EVERY: Duration = Duration::from_secs(86_400);

/// What a pass came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Passed {
    /// Rows whose turn it was.
    pub looked_at: u64,
    /// More of them wait for the next pass.
    pub more: bool,
}

/// One pass: a turn of what is new, or what follows from it between settlements and the bank.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Pass {}

impl Command for Pass {
    const NAME: &'static str = "reconcile";
    type Out = Passed;

    async fn run(&self, tx: &mut Tx) -> Result<Passed> {
        if !rows::lock(tx).await? {
            return Ok(Passed::default());
        }
        let now = tx.now();
        let three = three::turn(tx, now).await?;
        if three > 0 {
            return Ok(Passed { looked_at: three, more: true });
        }
        let bank = bank::turn(tx, now).await?;
        let more = bank > 0;
        if !more {
            rows::note_run(tx).await?;
        }
        Ok(Passed { looked_at: bank, more })
    }
}

/// Passes until nothing is new, a transaction each; then every day, since waiting too long is a reason too.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Reconcile {}

impl Reconcile {
    /// Has it begin as soon as this has committed.
    pub(crate) async fn soon(tx: &mut Tx) -> Result<()> {
        tx.at(tx.now(), Self {}).await
    }
}

impl Timer for Reconcile {
    const NAME: &'static str = "reconcile";

    fn key(&self) -> String {
        "next".to_owned()
    }

    async fn ring(&self, tx: &mut Tx) -> Result<()> {
        let passed = Pass {}.run(tx).await?;
        let next: Time = if passed.more { tx.now() } else { tx.now().after(EVERY) };
        tx.at(next, Self {}).await
    }
}
