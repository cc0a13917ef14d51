//! The machine that the figures are of.

use std::fs::{self, File};
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;
use std::thread::available_parallelism;
use std::time::Instant;

use anyhow::Result;

/// Milliseconds that one flush of a freshly written page takes in this folder: the median of many.
///
/// # Errors
/// When the folder cannot be written.
pub fn fsync_ms(folder: &Path) -> Result<f64> {
    let path = folder.join("fsync");
    let mut file = File::create(&path)?;
    let mut taken = Vec::new();
    for page in 0..200u64 {
        file.seek(SeekFrom::Start(page * 4096))?;
        file.write_all(&[1; 4096])?;
        let start = Instant::now();
        file.sync_data()?;
        taken.push(start.elapsed().as_secs_f64() * 1e3);
    }
    fs::remove_file(path)?;
    taken.sort_by(f64::total_cmp);
    Ok(taken[taken.len() / 2])
}

/// One line that says what ran here.
pub fn described() -> String {
    let cores = available_parallelism().map_or(1, usize::from);
    let text = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = text.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or("\t: unknown processor");
    format!(
        "{cores} cores of {}, shared by load generator, origin, database and simulated providers",
        model.trim_start_matches(['\t', ' ', ':'])
    )
}
