//! Lengths and names of the files that people write.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;

use anyhow::Result;

use super::walk::files_below;

/// The longest that a source file may be, in lines.
const LONGEST: usize = 500;
const WRITTEN_BY_PEOPLE: [&str; 9] = ["rs", "sql", "css", "js", "mjs", "ts", "html", "py", "sh"];
/// Words that say nothing about what is in a file.
const EMPTY_WORDS: [&str; 6] = ["utils", "helpers", "manager", "service", "impl", "data"];

/// Every source file that is too long or badly named, each as one line.
///
/// # Errors
/// When a folder or file cannot be read.
pub fn refusals(root: &Path) -> Result<Vec<String>> {
    let mut refused = Vec::new();
    for file in files_below(root)?.iter().filter(|file| is_source(file)) {
        let shown = file.strip_prefix(root).unwrap_or(file);
        let lines = fs::read_to_string(file)?.lines().count();
        if lines > LONGEST {
            refused.push(format!("{}: {lines} lines, more than {LONGEST}", shown.display()));
        }
        if let Some(word) = shown.components().find_map(|part| empty_word(part.as_ref())) {
            refused.push(format!("{}: “{word}” does not say what is in it", shown.display()));
        }
    }
    Ok(refused)
}

fn is_source(path: &Path) -> bool {
    let ending = path.extension().and_then(OsStr::to_str).unwrap_or_default();
    let name = path.file_name().and_then(OsStr::to_str).unwrap_or_default();
    WRITTEN_BY_PEOPLE.contains(&ending) && !name.contains(".min.")
}

/// The empty word that a file or folder is named after: `utils.rs`, `order_service.rs`, but not `data_folder.rs`.
fn empty_word(part: &OsStr) -> Option<&'static str> {
    let name = part.to_str()?;
    let stem = name.split('.').next()?;
    let last = stem.rsplit(['_', '-']).next()?;
    EMPTY_WORDS.into_iter().find(|word| *word == last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_words_are_seen_in_files_and_folders() {
        for name in ["utils.rs", "order_service.rs", "impl.rs", "helpers"] {
            assert!(empty_word(OsStr::new(name)).is_some(), "{name}");
        }
        for name in ["place.rs", "data_folder.rs", "services_offered.sql", "lib.rs"] {
            assert!(empty_word(OsStr::new(name)).is_none(), "{name}");
        }
    }

    #[test]
    fn long_and_badly_named_files_are_refused() {
        let root = tempfile::tempdir().unwrap();
        let write = |path: &str, lines: usize| {
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "// a line\n".repeat(lines)).unwrap();
        };
        write("crates/a/src/lib.rs", 500);
        write("crates/a/src/long.rs", 501);
        write("crates/a/src/helpers/mod.rs", 1);
        write("target/debug/build/out.rs", 900);
        write("crates/web/vendor/htmx.js", 900);
        assert_eq!(
            refusals(root.path()).unwrap(),
            ["crates/a/src/helpers/mod.rs: “helpers” does not say what is in it", "crates/a/src/long.rs: 501 lines, more than 500",]
        );
    }
}
