//! `origin key`: the master keys.

use super::Json;
use crate::config::Config;
use crate::{house, keys};
use clap::Subcommand;
use serde_json::json;
use store::secret::{self, KeyId};
use store::{Clock, Db, Dice};

#[derive(Subcommand)]
pub(super) enum Key {
    /// The master keys that are held, the one that locks first, and how much hangs on each.
    List {
        #[command(flatten)]
        json: Json,
    },
    /// Put a new key first and lock every secret with it, while nodes serve. Run it again if it was broken off.
    Rotate {
        #[command(flatten)]
        json: Json,
    },
    /// Let an old key go; refused while anything hangs on it.
    Forget {
        /// Its id, as `origin key list` shows it.
        id: KeyId,
        #[command(flatten)]
        json: Json,
    },
}

impl Key {
    pub(super) async fn run(self, config: &Config) -> store::Result<()> {
        let db = house::open(config, Clock::system(), Dice::fair()).await?;
        store::migrate(&db, &house::migrations()).await?;
        match self {
            Key::List { json } => list(config, &db, json).await,
            Key::Rotate { json } => rotate(config, &db, json).await,
            Key::Forget { id, json } => forget(config, &db, id, json).await,
        }
    }
}

async fn list(config: &Config, db: &Db, json: Json) -> store::Result<()> {
    let vault = house::vault(config, db).await?;
    let standing = keys::standing(db, &vault).await?;
    let known = secret::known_keys(db).await?;
    let row = |(at, id): (usize, KeyId)| {
        let since = known.iter().find(|known| known.id == id.to_string()).map(|known| known.first_at.to_string());
        json!({"id": id.to_string(), "locks": at == 0, "locks_since": since, "secrets": standing.by_key.get(&id).copied().unwrap_or(0)})
    };
    let rows: Vec<_> = keys::held(config, &vault, &standing.by_key).into_iter().enumerate().map(row).collect();
    json.print(&json!({"keys": rows, "lost": standing.lost}), || {
        let line = |row: &serde_json::Value| {
            let (id, since) = (row["id"].as_str().unwrap_or_default(), row["locks_since"].as_str().unwrap_or("-"));
            format!("{id}  {:<6}  {:>8}  {since}", if row["locks"] == true { "locks" } else { "opens" }, row["secrets"])
        };
        let head = format!("{:<16}  {:<6}  {:>8}  locks since", "key", "", "secrets");
        std::iter::once(head).chain(rows.iter().map(line)).chain(lost(&standing.lost)).collect::<Vec<_>>().join("\n")
    });
    Ok(())
}

/// What none of the keys opens.
fn lost(lost: &std::collections::BTreeMap<&'static str, u64>) -> Vec<String> {
    lost.iter().map(|(column, count)| format!("{count} texts in {column} open with none of these keys")).collect()
}

async fn rotate(config: &Config, db: &Db, json: Json) -> store::Result<()> {
    let mut tell = |column: &'static str, tally: &secret::Tally| {
        eprintln!("{column}: {} looked at, {} locked again", tally.texts(), tally.relocked);
    };
    let rotated = keys::rotate(config, db, &mut tell).await?;
    let idle: Vec<String> = rotated.idle.iter().map(KeyId::to_string).collect();
    json.print(&json!({"first": rotated.first.to_string(), "idle": idle, "lost": rotated.lost}), || {
        let mut lines = vec![format!("Everything is locked with {}.", rotated.first)];
        lines.extend(idle.iter().map(|id| format!("Nothing hangs on {id} any more: in 20 minutes it may go, by origin key forget {id}")));
        lines.extend(lost(&rotated.lost));
        lines.join("\n")
    });
    Ok(())
}

async fn forget(config: &Config, db: &Db, id: KeyId, json: Json) -> store::Result<()> {
    keys::forget(config, db, id).await?;
    let from_environment = config.master_key.is_some();
    json.print(&json!({"id": id.to_string(), "forgotten": !from_environment}), || {
        if from_environment {
            format!("Nothing hangs on {id}: take it out of ORIGIN_MASTER_KEY on every node, and restart them one by one.")
        } else {
            format!("{id} is gone. What was copied from this database before needs it still: keep it with the copies, as long as they.")
        }
    });
    Ok(())
}
