//! The files of the checkout.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;

/// Folders whose contents others wrote or a build made.
const NOT_OURS: [&str; 4] = ["target", "node_modules", "vendor", "dist"];

/// Every file below `folder` that is ours, in order of path. Hidden folders are left out.
///
/// # Errors
/// When a folder cannot be read.
pub fn files_below(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if kind.is_file() {
            found.push(entry.path());
        } else if kind.is_dir() && !name.starts_with('.') && !NOT_OURS.contains(&name.as_ref()) {
            found.extend(files_below(&entry.path())?);
        }
    }
    found.sort();
    Ok(found)
}
