//! `origin second-factor`.

use super::Json;
use crate::config::Config;
use crate::house;
use clap::Subcommand;
use serde_json::json;
use store::{Clock, Dice};

#[derive(Subcommand)]
pub(super) enum SecondFactor {
    /// Turn somebody's off, who has lost their phone and their recovery codes.
    Off {
        /// The name or the e-mail address that they sign in with.
        #[arg(long)]
        username: String,
        #[command(flatten)]
        json: Json,
    },
}

impl SecondFactor {
    pub(super) async fn run(self, config: &Config) -> store::Result<()> {
        let SecondFactor::Off { username, json } = self;
        let db = house::open(config, Clock::system(), Dice::fair()).await?;
        identity::forget_second_factor(&db, &username).await?;
        json.print(&json!({"username": username, "second_factor": false}), || {
            format!("{username} signs in with the password alone until a new second factor is set up.")
        });
        Ok(())
    }
}
