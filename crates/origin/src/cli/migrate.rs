//! `origin migrate`.

use super::Json;
use crate::config::Config;
use crate::house;
use clap::Args;
use serde_json::json;
use store::{Clock, Dice};

#[derive(Args)]
pub(super) struct Migrate {
    /// Only say what would run.
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    json: Json,
}

impl Migrate {
    pub(super) async fn run(self, config: &Config) -> store::Result<()> {
        let db = house::open(config, Clock::system(), Dice::fair()).await?;
        let migrations = house::migrations();
        let steps = if self.dry_run { store::pending(&db, &migrations).await? } else { store::migrate(&db, &migrations).await? };
        let word = if self.dry_run { "would run" } else { "ran" };
        self.json.print(&json!({"ran": steps, "dry_run": self.dry_run}), || {
            if steps.is_empty() {
                "nothing to do: the tables are up to date".to_owned()
            } else {
                format!("{word}:\n  {}", steps.join("\n  "))
            }
        });
        Ok(())
    }
}
