//! Cargo as a child, and where the checkout is.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use nix::sys::signal::Signal;

use crate::proc::Proc;

/// The root of the checkout that `cargo x` was called in.
pub fn root() -> PathBuf {
    // Cargo says it while it runs us; what was compiled in would be another checkout's where two share a target folder.
    let here = env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    here.parent().map(Path::to_path_buf).unwrap_or(here)
}

/// A `cargo` command at the root of the checkout.
pub fn cargo() -> Command {
    let mut command = Command::new("cargo");
    command.current_dir(root());
    // `cargo run` describes this package in its environment; build scripts that look at
    // those names would run again, and whole crates be rebuilt, each time we call cargo.
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&name);
        }
    }
    command.env_remove("LD_LIBRARY_PATH").env_remove("CARGO").env_remove("CARGO_PRIMARY_PACKAGE");
    command
}

/// Whether the binary crate is in this checkout.
pub fn has_origin() -> bool {
    root().join("crates/origin/Cargo.toml").is_file()
}

/// Builds the `origin` binary and gives its path, wherever cargo was told to put it.
///
/// # Errors
/// When it doesn't build; the compiler has already said why.
pub fn build_origin(release: bool) -> Result<PathBuf> {
    let mut command = cargo();
    command.args(["build", "--package", "origin", "--bin", "origin"]);
    command.arg("--message-format=json-render-diagnostics");
    if release {
        command.arg("--release");
    }
    let mut build = Proc::start("cargo build", command.stdout(Stdio::piped()), Signal::SIGTERM)?;
    let mut found = None;
    build.each_line(|line| found = executable(line).or(found.take()))?;
    if !build.wait()?.success() {
        bail!("origin does not build");
    }
    found.context("cargo did not say where it put the origin binary")
}

fn executable(line: &str) -> Option<PathBuf> {
    let message: serde_json::Value = serde_json::from_str(line).ok()?;
    if message.pointer("/target/name")?.as_str()? != "origin" {
        return None;
    }
    Some(PathBuf::from(message.get("executable")?.as_str()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_binary_is_found_among_cargos_messages() {
        let library = r#"{"reason":"compiler-artifact","target":{"name":"store"},"executable":null}"#;
        let binary = r#"{"reason":"compiler-artifact","target":{"name":"origin"},"executable":"/t/debug/origin"}"#;
        assert_eq!(executable(library), None);
        assert_eq!(executable(binary), Some(PathBuf::from("/t/debug/origin")));
        assert_eq!(executable("not json"), None);
    }
}
