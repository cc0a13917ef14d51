//! Lock files name public registries only: a private mirror's address would break everybody else's build.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::Value;
use toml::Table;

use super::walk::files_below;

const CRATES_IO: &str = "registry+https://github.com/rust-lang/crates.io-index";
const NPM: &str = "https://registry.npmjs.org/";

/// Every address in a lock file that is not a public registry's, each as one line.
///
/// # Errors
/// When a lock file cannot be read or parsed.
pub fn refusals(root: &Path) -> Result<Vec<String>> {
    let mut refused = Vec::new();
    for file in files_below(root)? {
        let read: fn(&str) -> Result<Vec<String>> = if file.ends_with("Cargo.lock") {
            of_cargo
        } else if file.ends_with("package-lock.json") {
            of_npm
        } else {
            continue;
        };
        let shown = file.strip_prefix(root).unwrap_or(&file).display();
        let addresses = read(&fs::read_to_string(&file)?);
        for address in addresses.with_context(|| format!("{shown}"))? {
            refused.push(format!("{shown}: {address} is not a public registry"));
        }
    }
    Ok(refused)
}

fn of_cargo(text: &str) -> Result<Vec<String>> {
    let lock: Table = text.parse()?;
    let packages = lock.get("package").and_then(toml::Value::as_array);
    let sources = packages.into_iter().flatten().filter_map(|package| package.get("source")?.as_str());
    Ok(foreign(sources, |source| source == CRATES_IO))
}

fn of_npm(text: &str) -> Result<Vec<String>> {
    let lock: Value = serde_json::from_str(text)?;
    let packages = lock.get("packages").and_then(Value::as_object);
    let resolved = packages.into_iter().flatten().filter_map(|(_, package)| package.get("resolved")?.as_str());
    Ok(foreign(resolved, |address| address.starts_with(NPM)))
}

fn foreign<'a>(addresses: impl Iterator<Item = &'a str>, is_public: impl Fn(&str) -> bool) -> Vec<String> {
    let mut foreign: Vec<String> = addresses.filter(|address| !is_public(address)).map(str::to_owned).collect();
    foreign.sort();
    foreign.dedup();
    foreign
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_crates_io_is_accepted_in_cargos_lock() {
        let lock = |source: &str| {
            format!(
                "[[package]]\nname = \"a\"\nversion = \"1.0.0\"\nsource = \"{source}\"\n\n[[package]]\nname = \"own\"\nversion = \"0.1.0\"\n"
            )
        };
        assert!(of_cargo(&lock(CRATES_IO)).unwrap().is_empty());
        for private in ["registry+https://mirror.example/index", "git+https://github.com/a/b"] {
            assert_eq!(of_cargo(&lock(private)).unwrap(), [private]);
        }
    }

    #[test]
    fn only_npms_registry_is_accepted_in_its_lock() {
        let lock = |entry: &str| format!(r#"{{"packages": {{"node_modules/a": {{{entry}}}}}}}"#);
        let public = r#""version": "1.0.0", "resolved": "https://registry.npmjs.org/a/-/a-1.0.0.tgz""#;
        let private = r#""resolved": "https://mirror.example/a-1.0.0.tgz""#;
        assert!(of_npm(&lock(public)).unwrap().is_empty());
        assert!(of_npm(&lock(r#""version": "1.0.0""#)).unwrap().is_empty());
        assert_eq!(of_npm(&lock(private)).unwrap(), ["https://mirror.example/a-1.0.0.tgz"]);
    }
}
