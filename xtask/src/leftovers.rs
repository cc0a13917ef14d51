//! What must not outlive this process: the children it started and the folders it made.
//!
//! Each is ended by its owner's `Drop`. A signal ends the process without running any `Drop`, so
//! all of them are also listed here, and Ctrl-C, SIGTERM and SIGHUP end whatever is on the list.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::exit;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use nix::sys::signal::{Signal, killpg};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;
use tempfile::TempDir;

/// How long a child may take to end by itself before it is killed.
pub const PATIENCE: Duration = Duration::from_secs(10);

static LISTED: Mutex<Vec<Leftover>> = Mutex::new(Vec::new());

#[derive(Clone, PartialEq)]
pub enum Leftover {
    /// A child that leads a process group of its own, and the signal that asks it to end.
    Group(Pid, Signal),
    /// A folder with all it holds.
    Folder(PathBuf),
}

/// A place on the list, given up on drop.
pub struct Listed(Leftover);

impl Listed {
    pub fn new(leftover: Leftover) -> Self {
        list().push(leftover.clone());
        Self(leftover)
    }
}

impl Drop for Listed {
    fn drop(&mut self) {
        list().retain(|other| *other != self.0);
    }
}

/// A temporary folder, removed on drop and on a signal.
pub struct Folder {
    dir: TempDir,
    _listed: Listed,
}

impl Folder {
    /// # Errors
    /// When the system's temporary folder cannot be written.
    pub fn new(prefix: &str) -> Result<Self> {
        let dir = tempfile::Builder::new().prefix(prefix).tempdir()?;
        let listed = Listed::new(Leftover::Folder(dir.path().to_path_buf()));
        Ok(Self { dir, _listed: listed })
    }

    pub fn path(&self) -> &Path {
        self.dir.path()
    }

    /// The last lines of a log in it, for an error message; empty when there is none.
    pub fn end_of(&self, log: &str) -> String {
        let text = fs::read_to_string(self.path().join(log)).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(30)..].join("\n")
    }
}

/// From now on a signal that ends this process ends first what is listed.
///
/// # Errors
/// When a handler was set before.
pub fn end_on_signal() -> Result<()> {
    ctrlc::set_handler(|| {
        // Held until the exit: the main thread, which sees its child die, stops at its next step.
        let mut listed = list();
        eprintln!("stopping");
        for leftover in listed.drain(..).rev() {
            match leftover {
                Leftover::Group(leader, signal) => end_group(leader, signal),
                Leftover::Folder(path) => drop(fs::remove_dir_all(path)),
            }
        }
        exit(130);
    })
    .context("no handler for signals")
}

fn list() -> MutexGuard<'static, Vec<Leftover>> {
    LISTED.lock().unwrap_or_else(PoisonError::into_inner)
}

fn end_group(leader: Pid, signal: Signal) {
    let _ = killpg(leader, signal);
    let asked = Instant::now();
    while asked.elapsed() < PATIENCE {
        match waitpid(leader, Some(WaitPidFlag::WNOHANG)) {
            Ok(WaitStatus::StillAlive) => sleep(Duration::from_millis(20)),
            _ => return,
        }
    }
    let _ = killpg(leader, Signal::SIGKILL);
}
