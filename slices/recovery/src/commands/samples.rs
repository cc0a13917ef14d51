//! A shop that reminds, for demo data.

use super::PutSettings;
use crate::model::RecoverySettings;
use store::{Command, Result, Tx};

/// Has a shop of demo data remind of what was left, with a discount in the later reminders.
pub struct Samples;

impl Command for Samples {
    const NAME: &'static str = "recovery_samples";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let mut settings = RecoverySettings { on: true, ..RecoverySettings::default() };
        for (step, off) in settings.steps.iter_mut().zip([0, 500, 1_000]) {
            step.discount_bps = off;
        }
        PutSettings(settings).run(tx).await.map(drop)
    }
}
