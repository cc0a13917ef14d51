//! `origin verify`.

use super::Json;
use crate::config::Config;
use crate::{house, verify};
use clap::Args;
use serde_json::json;
use std::process::ExitCode;
use store::{Clock, Dice};

#[derive(Args)]
pub(super) struct Verify {
    #[command(flatten)]
    json: Json,
}

impl Verify {
    pub(super) async fn run(self, config: &Config) -> store::Result<ExitCode> {
        let db = house::open(config, Clock::system(), Dice::fair()).await?;
        let found = verify::verify(&db, &house::vault(config, &db).await?).await?;
        let wrong: usize = found.values().map(Vec::len).sum();
        self.json.print(&json!({"ok": wrong == 0, "wrong": found}), || {
            let line = |(name, wrong): (&&str, &Vec<String>)| match wrong.as_slice() {
                [] => format!("good  {name}"),
                wrong => format!("BAD   {name}\n        {}", wrong.join("\n        ")),
            };
            found.iter().map(line).collect::<Vec<_>>().join("\n")
        });
        Ok(if wrong == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}
