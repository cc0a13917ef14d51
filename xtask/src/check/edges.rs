//! The manifests of crates/ and slices/, read for who depends on whom.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use toml::{Table, Value};

/// Where a package lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Home {
    Crate,
    Slice,
}

/// One manifest: a package and the names of the packages it depends on.
#[derive(Debug)]
pub struct Package {
    pub name: String,
    pub home: Home,
    /// What it is built with, build scripts included.
    pub uses: Vec<String>,
    /// What only its tests use.
    pub tests_use: Vec<String>,
}

/// Reads every manifest of the house.
///
/// # Errors
/// When one cannot be read, or is not a manifest.
pub fn read(root: &Path) -> Result<Vec<Package>> {
    let mut packages = Vec::new();
    for (folder, home) in [("crates", Home::Crate), ("slices", Home::Slice)] {
        let Ok(entries) = fs::read_dir(root.join(folder)) else {
            continue;
        };
        for entry in entries {
            let manifest = entry?.path().join("Cargo.toml");
            if manifest.is_file() {
                let text = fs::read_to_string(&manifest)?;
                packages.push(parse(&text, home).with_context(|| format!("{}", manifest.display()))?);
            }
        }
    }
    packages.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(packages)
}

/// Reads one manifest's text.
///
/// # Errors
/// When it is not TOML, or names no package.
pub fn parse(text: &str, home: Home) -> Result<Package> {
    let manifest: Table = text.parse()?;
    let name = manifest.get("package").and_then(|package| package.get("name")).and_then(Value::as_str).context("no package name")?;
    let mut package = Package { name: name.to_owned(), home, uses: Vec::new(), tests_use: Vec::new() };
    package.take(&manifest);
    let targets = manifest.get("target").and_then(Value::as_table);
    for target in targets.iter().flat_map(|targets| targets.values()) {
        target.as_table().into_iter().for_each(|t| package.take(t));
    }
    Ok(package)
}

impl Package {
    fn take(&mut self, table: &Table) {
        self.uses.extend(names(table, "dependencies"));
        self.uses.extend(names(table, "build-dependencies"));
        self.tests_use.extend(names(table, "dev-dependencies"));
    }
}

fn names(table: &Table, kind: &str) -> Vec<String> {
    let listed = table.get(kind).and_then(Value::as_table);
    let listed = listed.into_iter().flatten();
    listed
        .map(|(key, value)| {
            let renamed = value.get("package").and_then(Value::as_str);
            renamed.unwrap_or(key).to_owned()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_dependency_is_seen() {
        let text = r#"
            [package]
            name = "orders"
            [dependencies]
            store.workspace = true
            books = { package = "ledger", path = "../ledger" }
            [build-dependencies]
            facts = "1"
            [target.'cfg(unix)'.dependencies]
            nix = "1"
            [dev-dependencies]
            testkit.workspace = true
        "#;
        let package = parse(text, Home::Slice).unwrap();
        assert_eq!(package.uses, ["ledger", "store", "facts", "nix"]);
        assert_eq!(package.tests_use, ["testkit"]);
    }
}
