//! The compiler refuses `unsafe` everywhere; whoever allows it in one place is named here.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;

use anyhow::Result;
use toml::Table;

use super::walk::files_below;

/// Files that may allow it, with the reason beside each.
const ALLOWED: [&str; 0] = [];

/// Every file that allows `unsafe` and is not in the list, every name in the list that no longer does, and every
/// manifest that leaves the workspace's lints out.
///
/// # Errors
/// When a folder or file cannot be read, or a manifest is none.
pub fn refusals(root: &Path) -> Result<Vec<String>> {
    let mut refused = Vec::new();
    let mut seen = Vec::new();
    for file in files_below(root)? {
        let shown = file.strip_prefix(root).unwrap_or(&file).display().to_string();
        if file.ends_with("Cargo.toml") && !takes_the_lints(&fs::read_to_string(&file)?)? {
            refused.push(format!("{shown}: without the workspace's lints ([lints] workspace = true)"));
        }
        if file.extension() != Some(OsStr::new("rs")) || !fs::read_to_string(&file)?.lines().any(allows) {
            continue;
        }
        if ALLOWED.contains(&shown.as_str()) {
            seen.push(shown);
        } else {
            refused.push(format!("{shown}: allows unsafe code, and is not named in xtask/src/check/unsafe_code.rs"));
        }
    }
    let gone = ALLOWED.iter().filter(|name| !seen.iter().any(|seen| seen == *name));
    refused.extend(gone.map(|name| format!("{name}: named in xtask/src/check/unsafe_code.rs, and allows no unsafe code")));
    Ok(refused)
}

/// Whether a manifest takes the lints of the workspace, or gives them.
fn takes_the_lints(manifest: &str) -> Result<bool> {
    let manifest: Table = manifest.parse()?;
    let taken = manifest.get("lints").and_then(|lints| lints.get("workspace")).and_then(toml::Value::as_bool);
    Ok(taken == Some(true) || manifest.contains_key("workspace"))
}

/// Whether a line is an attribute that lets unsafe code in: `allow`, or `expect`, which allows too.
fn allows(line: &str) -> bool {
    let line = line.trim_start();
    let attribute = line.starts_with("#[") || line.starts_with("#![");
    attribute && line.contains("unsafe_code") && ["allow(", "expect(", "warn("].iter().any(|word| line.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_attributes_that_let_it_in_are_seen() {
        for line in [
            "#![allow(unsafe_code)]",
            "    #[allow(clippy::x, unsafe_code)]",
            "#[expect(unsafe_code, reason = \"\")]",
            "#[cfg_attr(test, allow(unsafe_code))]",
        ] {
            assert!(allows(line), "{line}");
        }
        for line in ["#![deny(unsafe_code)]", "#![forbid(unsafe_code)]", "// #[allow(unsafe_code)] is refused", "let unsafe_code = 1;"] {
            assert!(!allows(line), "{line}");
        }
    }

    #[test]
    fn a_manifest_takes_the_workspaces_lints() {
        assert!(takes_the_lints("[package]\nname = \"a\"\n[lints]\nworkspace = true\n").unwrap());
        assert!(takes_the_lints("[workspace]\nmembers = []\n").unwrap());
        assert!(!takes_the_lints("[package]\nname = \"a\"\n").unwrap());
    }

    #[test]
    fn a_file_that_allows_it_is_named() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join("crates/a/src")).unwrap();
        fs::write(root.path().join("crates/a/src/lib.rs"), "//! A.\n#![allow(unsafe_code)]\n").unwrap();
        let refused = refusals(root.path()).unwrap();
        assert_eq!(refused.len(), 1, "{refused:?}");
        assert!(refused[0].starts_with("crates/a/src/lib.rs: "));
    }
}
