//! A demo of its own for a test: on free ports, in a temporary folder, gone when dropped.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result};
use nix::sys::signal::Signal;

use crate::leftovers::Folder;
use crate::proc::Proc;

/// Who signs in to its back office, and with what.
pub const ADMIN: (&str, &str) = ("admin", "browser-test-4711-correct-horse");
const LOG: &str = "origin.log";
const PATIENCE: Duration = Duration::from_secs(60);

/// A running demo in a folder of its own.
pub struct Demo {
    // Dropped in this order: the process must be gone before its folder.
    _process: Proc,
    folder: Folder,
    binary: PathBuf,
    database: Option<String>,
    /// Its address.
    pub origin: String,
    /// The simulated providers' address.
    pub simulation: String,
}

impl Demo {
    /// Starts it from this binary, with further settings: on this PostgreSQL, or on a file.
    ///
    /// # Errors
    /// When it does not start; the end of its log is in the error.
    pub fn start(binary: &Path, database: Option<String>, settings: &[(&str, &str)]) -> Result<Self> {
        let folder = Folder::new("origin-demo-")?;
        let mut command = Command::new(binary);
        command
            .args(["demo", "--listen", "127.0.0.1:0", "--sim-listen", "127.0.0.1:0"])
            .args(database.as_ref().map(|url| format!("--database={url}")))
            .current_dir(folder.path())
            .env("ORIGIN_DATA_DIR", folder.path().join("data"))
            .env("ADMIN_USERNAME", ADMIN.0)
            .env("ADMIN_PASSWORD", ADMIN.1)
            .env_remove("DATABASE_URL")
            .env_remove("REDIS_URL")
            .envs(settings.iter().copied())
            .stdout(Stdio::piped())
            .stderr(File::create(folder.path().join(LOG))?);
        let mut process = Proc::start("origin demo", &mut command, Signal::SIGTERM)?;
        let mut addresses = Addresses::default();
        let (origin, simulation) = process
            .wait_for(PATIENCE, |line| addresses.take(line))
            .with_context(|| format!("the demo does not start:\n{}", folder.end_of(LOG)))?;
        Ok(Self { _process: process, folder, binary: binary.to_owned(), database, origin, simulation })
    }

    /// A command of `origin` about this demo's data, such as `api-key create`.
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.binary);
        // Where the demo keeps its file and its key.
        command.current_dir(self.folder.path()).env("ORIGIN_DATA_DIR", self.folder.path().join("data/demo"));
        command.env_remove("DATABASE_URL").envs(self.database.iter().map(|url| ("DATABASE_URL", url)));
        command
    }

    /// The last lines of its log.
    pub fn end_of_log(&self) -> String {
        self.folder.end_of(LOG)
    }
}

/// The two addresses that `origin demo` prints, in either order: its own on the line that says
/// `listening on`, the simulated providers' on a line that speaks of the simulation.
#[derive(Default)]
struct Addresses {
    origin: Option<String>,
    simulation: Option<String>,
}

impl Addresses {
    /// Both, once both were seen.
    fn take(&mut self, line: &str) -> Option<(String, String)> {
        if let Some((_, address)) = line.split_once("http://") {
            let host: String = address.chars().take_while(|c| !c.is_whitespace() && *c != '/').collect();
            let place = if line.contains("listening on") {
                Some(&mut self.origin)
            } else {
                line.to_lowercase().contains("simulat").then_some(&mut self.simulation)
            };
            place.map(|address| address.get_or_insert(format!("http://{host}")));
        }
        Some((self.origin.clone()?, self.simulation.clone()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_demos_addresses_are_read_from_what_it_prints() {
        let mut addresses = Addresses::default();
        assert_eq!(addresses.take("simulated phones http://127.0.0.1:4001/phones"), None);
        assert_eq!(addresses.take("login admin at http://127.0.0.1:4000/admin"), None);
        assert_eq!(
            addresses.take("listening on http://127.0.0.1:4000"),
            Some(("http://127.0.0.1:4000".to_owned(), "http://127.0.0.1:4001".to_owned()))
        );
    }
}
