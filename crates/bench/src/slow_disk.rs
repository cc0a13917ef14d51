//! A disk that takes longer to flush than this machine's: `strace` holds each flush back for a while.
//!
//! It is around the process and not in it, so what is measured is the binary that is shipped. Only the
//! flushes are stopped (by seccomp), everything else runs at full speed.

use std::path::Path;
use std::process::Command;

/// How much later a flush returns.
#[derive(Clone, Copy, Default)]
pub struct SlowDisk {
    /// Microseconds; 0 for the disk as it is.
    pub extra_us: u64,
}

impl SlowDisk {
    /// A disk that takes so many milliseconds, where it really takes `fsync_ms`.
    pub fn taking(wanted_ms: Option<f64>, fsync_ms: f64) -> Self {
        let extra = wanted_ms.map_or(0.0, |wanted| (wanted - fsync_ms).max(0.0) * 1e3);
        Self { extra_us: extra as u64 }
    }

    /// A command that runs the program on this disk.
    pub fn command(self, program: &Path) -> Command {
        if self.extra_us == 0 {
            return Command::new(program);
        }
        let mut command = Command::new("strace");
        command.args(["-f", "--seccomp-bpf", "-qqq", "-o", "/dev/null", "-e", "trace=fsync,fdatasync"]);
        command.arg("-e").arg(format!("inject=fsync,fdatasync:delay_exit={}", self.extra_us));
        command.arg(program);
        command
    }

    /// The program's own process, where `child` was started by [`SlowDisk::command`].
    pub fn server_of(self, child: u32) -> u32 {
        if self.extra_us == 0 {
            return child;
        }
        let children = std::fs::read_to_string(format!("/proc/{child}/task/{child}/children")).unwrap_or_default();
        children.split_whitespace().next().and_then(|id| id.parse().ok()).unwrap_or(child)
    }
}
