//! Cargo as a child, and where the checkout is.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Result, bail};
use nix::sys::signal::Signal;

use crate::proc::Proc;

/// The root of the checkout that `cargo x` was called in.
pub fn root() -> PathBuf {
    // Cargo says it while it runs us; what was compiled in would be another checkout's where two share a target folder.
    let here = env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    here.parent().map(Path::to_path_buf).unwrap_or(here)
}

/// The folder that builds go into, and with them what may be made anew at any time.
pub fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |folder| root().join(folder))
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
    build(cargo(), "origin", release)
}

/// Builds the binaries of several packages together with every test. Where the tests were just built nothing is left
/// to do: built alone, a binary has other features of the same crates, and all of them compile again.
///
/// # Errors
/// When one doesn't build; the compiler has already said why.
pub fn build_with_tests<const N: usize>(packages: [&str; N]) -> Result<[PathBuf; N]> {
    let mut command = cargo();
    command.args(["build", "--workspace", "--tests", "--bins"]);
    binaries(command, packages)
}

/// Builds the binary of a package, of the same name, by this `cargo` command, and gives its path.
///
/// # Errors
/// When it doesn't build; the compiler has already said why.
pub fn build(command: Command, package: &str, release: bool) -> Result<PathBuf> {
    let [path] = build_all(command, [package], release)?;
    Ok(path)
}

/// Builds the binaries of several packages at once: one after another, each would have what they share built anew
/// with features of its own.
///
/// # Errors
/// When one doesn't build; the compiler has already said why.
pub fn build_all<const N: usize>(mut command: Command, packages: [&str; N], release: bool) -> Result<[PathBuf; N]> {
    command.arg("build");
    for package in packages {
        command.args(["--package", package, "--bin", package]);
    }
    if release {
        command.arg("--release");
    }
    binaries(command, packages)
}

/// Runs a build and hears from it where the binaries of these packages are.
fn binaries<const N: usize>(mut command: Command, packages: [&str; N]) -> Result<[PathBuf; N]> {
    command.arg("--message-format=json-render-diagnostics");
    let mut build = Proc::start("cargo build", command.stdout(Stdio::piped()), Signal::SIGTERM)?;
    let mut found = packages.map(|_| None);
    build.each_line(|line| {
        for (place, package) in found.iter_mut().zip(packages) {
            *place = executable(line, package).or(place.take());
        }
    })?;
    if !build.wait()?.success() {
        bail!("{} does not build", packages.join(" or "));
    }
    if found.iter().any(Option::is_none) {
        bail!("cargo did not say where it put the binaries of {}", packages.join(", "));
    }
    Ok(found.map(Option::unwrap_or_default))
}

fn executable(line: &str, package: &str) -> Option<PathBuf> {
    let message: serde_json::Value = serde_json::from_str(line).ok()?;
    let named = message.pointer("/target/name")?.as_str()? == package;
    // A binary's own tests are a program of the same name.
    if !named || message.pointer("/profile/test")?.as_bool()? {
        return None;
    }
    Some(PathBuf::from(message.get("executable")?.as_str()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_binary_is_found_among_cargos_messages() {
        let library = r#"{"reason":"compiler-artifact","target":{"name":"store"},"profile":{"test":false},"executable":null}"#;
        let binary = r#"{"reason":"compiler-artifact","target":{"name":"origin"},"profile":{"test":false},"executable":"/t/debug/origin"}"#;
        let tests =
            r#"{"reason":"compiler-artifact","target":{"name":"origin"},"profile":{"test":true},"executable":"/t/debug/deps/origin-1"}"#;
        assert_eq!(executable(tests, "origin"), None);
        assert_eq!(executable(library, "origin"), None);
        assert_eq!(executable(binary, "origin"), Some(PathBuf::from("/t/debug/origin")));
        assert_eq!(executable("not json", "origin"), None);
    }
}
