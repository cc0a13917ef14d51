//! A copy of this checkout in which one thing is broken on purpose, to see that the torture test notices.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use clap::ValueEnum;

use crate::cargo::{build, build_origin, cargo, root};
use crate::leftovers::Folder;

/// What is broken.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Break {
    /// An errand is forgotten as soon as it is claimed
    Queue,
    /// What carries an idempotency key is answered before its commit
    Commit,
}

impl Break {
    fn patch(self) -> &'static str {
        match self {
            Self::Queue => "crates/torture/breaks/queue.patch",
            Self::Commit => "crates/torture/breaks/commit.patch",
        }
    }
}

/// What tells the copy's packages from the real ones. They share a target folder, so that nothing foreign is compiled
/// twice; with the same version cargo would take the broken ones for the real ones.
const VERSION: (&str, &str) = ("\nversion = \"", "\nversion = \"0.0.0-broken.");

/// The broken binary, gone when dropped.
pub struct Broken {
    folder: Folder,
}

impl Broken {
    /// Copies, breaks and builds.
    ///
    /// # Errors
    /// When the patch no longer fits, or the copy does not build.
    pub fn build(what: Break, release: bool) -> Result<Self> {
        let broken = Self { folder: Folder::new("origin-broken-")? };
        let copy = broken.folder.path().join("checkout");
        copy_sources(&copy)?;
        let manifest = copy.join("Cargo.toml");
        let text = fs::read_to_string(&manifest)?;
        fs::write(&manifest, text.replacen(VERSION.0, VERSION.1, 1))?;
        let applied = Command::new("git").arg("apply").arg(root().join(what.patch())).current_dir(&copy).status()?;
        ensure!(applied.success(), "{} no longer fits the sources", what.patch());
        let mut there = cargo();
        there.current_dir(&copy).env("CARGO_TARGET_DIR", target());
        let built = build(there, "origin", release)?;
        fs::copy(built, broken.origin())?;
        // Both bear the same name in the target folder: the real one goes back to its place.
        build_origin(release)?;
        Ok(broken)
    }

    /// Where it is.
    pub fn origin(&self) -> PathBuf {
        self.folder.path().join("origin")
    }
}

fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// Every file that is in the repository or could be, as it is now.
fn copy_sources(to: &Path) -> Result<()> {
    let listed = Command::new("git").args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]).current_dir(root()).output()?;
    ensure!(listed.status.success(), "git does not list the sources");
    for name in String::from_utf8(listed.stdout)?.split('\0').filter(|name| !name.is_empty()) {
        let (source, copy) = (root().join(name), to.join(name));
        if !source.is_file() {
            continue;
        }
        fs::create_dir_all(copy.parent().context("a file lies in a folder")?)?;
        fs::copy(&source, &copy).with_context(|| name.to_owned())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A source that moves on must take its break along, or the proof is lost silently.
    #[test]
    fn the_patches_fit_the_sources() {
        for what in Break::value_variants() {
            let checked = Command::new("git").args(["apply", "--check", what.patch()]).current_dir(root()).status().unwrap();
            assert!(checked.success(), "{}", what.patch());
        }
    }
}
