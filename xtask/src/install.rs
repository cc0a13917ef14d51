//! The programs that tests need: found, installed where we may, otherwise named.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use nix::sys::signal::Signal;
use nix::unistd::Uid;

use crate::proc::Proc;

/// Something that a test needs and that Debian packages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    Postgres,
    Redis,
    Chromium,
    Node,
    Python,
}

impl Tool {
    fn is_here(self) -> bool {
        match self {
            Self::Postgres => postgres_folder().is_some(),
            Self::Redis => on_path("redis-server").is_some(),
            Self::Chromium => chromium().is_some(),
            Self::Node => on_path("node").is_some() && on_path("npm").is_some(),
            Self::Python => makes_environments(),
        }
    }

    fn packages(self) -> &'static [&'static str] {
        match self {
            Self::Postgres => &["postgresql"],
            Self::Redis => &["redis-server"],
            Self::Chromium => &["chromium"],
            Self::Node => &["nodejs", "npm"],
            Self::Python => &["python3", "python3-venv"],
        }
    }
}

/// Makes sure that all of `tools` are on this machine: as root on Debian what is missing is installed.
///
/// # Errors
/// When something is missing and we may not install it: the error names the command to run.
pub fn ensure(tools: &[Tool]) -> Result<()> {
    let missing: Vec<Tool> = tools.iter().copied().filter(|t| !t.is_here()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let packages: Vec<&str> = missing.iter().flat_map(|t| t.packages()).copied().collect();
    let names = packages.join(" ");
    if !Uid::effective().is_root() || on_path("apt-get").is_none() {
        bail!(
            "missing on this machine: {names}\nInstall it, then run this again:\n    sudo apt-get update && sudo apt-get install -y {names}"
        );
    }
    println!("installing {names}");
    apt(&["update", "-qq"])?;
    let mut install = vec!["install", "-y", "-qq", "--no-install-recommends"];
    install.extend(packages);
    apt(&install)?;
    match missing.iter().find(|tool| !tool.is_here()) {
        Some(tool) => bail!("{tool:?} was installed and is still not found"),
        None => Ok(()),
    }
}

fn apt(arguments: &[&str]) -> Result<()> {
    let mut command = Command::new("apt-get");
    command.args(["-o", "DPkg::Lock::Timeout=300", "-o", "Dpkg::Use-Pty=0"]).args(arguments);
    command.env("DEBIAN_FRONTEND", "noninteractive");
    let status = Proc::start("apt-get", &mut command, Signal::SIGTERM)?.wait()?;
    if !status.success() {
        bail!("apt-get {} failed: {status}", arguments.join(" "));
    }
    Ok(())
}

/// The first program of that name on PATH.
pub fn on_path(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|folder| folder.join(name)).find(|program| program.is_file())
}

/// The folder with PostgreSQL's server programs: Debian's newest, which is not on PATH, or else the one on PATH.
pub fn postgres_folder() -> Option<PathBuf> {
    let mut debians: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let version = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .filter(|(_, folder)| has_server(folder))
        .collect();
    debians.sort();
    let on_path = || {
        let folder = on_path("postgres")?.parent()?.to_path_buf();
        has_server(&folder).then_some(folder)
    };
    debians.pop().map(|(_, folder)| folder).or_else(on_path)
}

fn has_server(folder: &Path) -> bool {
    ["initdb", "postgres", "pg_isready"].iter().all(|program| folder.join(program).is_file())
}

/// Whether there is a Python that makes virtual environments: on Debian that part is a package of its own.
fn makes_environments() -> bool {
    let asked = Command::new("python3").args(["-c", "import venv, ensurepip"]).output();
    asked.is_ok_and(|asked| asked.status.success())
}

/// The Chromium that the browser test drives.
pub fn chromium() -> Option<PathBuf> {
    ["chromium", "chromium-browser", "google-chrome"].iter().find_map(|name| on_path(name))
}

/// The program of that name on PATH.
///
/// # Errors
/// When there is none.
pub fn program(name: &str) -> Result<PathBuf> {
    on_path(name).with_context(|| format!("{name} is not installed"))
}
