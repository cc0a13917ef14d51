//! How a tenant's rounds go: the cut-off, and what customers are told.

use super::{PlanRound, ground};
use crate::model::RoundSettings;
use crate::{clock, queries};
use store::{Command, Result, Tx};

/// Sets how rounds go.
#[derive(Debug, Clone)]
pub(crate) struct PutSettings(pub RoundSettings);

impl Command for PutSettings {
    const NAME: &'static str = "put_round_settings";
    type Out = RoundSettings;

    async fn run(&self, tx: &mut Tx) -> Result<RoundSettings> {
        let cut_off = clock::hour_text(clock::hour("cut_off", &self.0.cut_off)?);
        // What is due by the hour that held so far is planned before another one holds.
        let ground = ground(tx).await?;
        let settings = RoundSettings { cut_off, ..self.0.clone() };
        // By the new hour tomorrow's sheet may be due already: the timer rings at once, and sets itself for the next cut-off.
        tx.at(tx.now(), PlanRound {}).await?;
        settings::replace(tx, queries::SETTINGS, &ground.settings, &settings).await?;
        Ok(settings)
    }
}
