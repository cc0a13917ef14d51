//! The real `origin`, as a child process.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use facts::TenantId;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde::Deserialize;
use serde_json::Value;

use crate::slow_disk::SlowDisk;

const PATIENCE: Duration = Duration::from_secs(60);
/// Who signs in, and with what.
pub const ADMIN: (&str, &str) = ("admin", "measured-in-one-run-2026");
/// What the shop's limit is raised to, so that it is checked and never reached.
const HUGE: &str = "1000000000";
/// Ticks of processor time a second, as /proc counts them.
const TICKS: u64 = 100;
/// How often its use of the processor is looked at, and how many ticks it uses in that time at most when nothing but
/// timers, and messages at WhatsApp's own pace, keep it busy.
const LOOK: Duration = Duration::from_millis(400);
const RESTING: u64 = 4;

/// Where an `origin` lives and whom it talks to.
pub struct Home {
    /// The binary.
    pub binary: PathBuf,
    /// Its data folder.
    pub folder: PathBuf,
    /// Its database.
    pub database_url: String,
    /// Further settings.
    pub settings: Vec<(&'static str, String)>,
    /// A disk slower than this machine's, where one is simulated.
    pub disk: SlowDisk,
}

/// A server that is up.
pub struct Origin {
    child: Child,
    server: u32,
    /// Where it listens.
    pub address: SocketAddr,
    /// From the start of the process to the line that says where it listens.
    pub started_in: Duration,
}

/// A tenant that was made.
#[derive(Deserialize)]
pub struct Tenant {
    /// Which.
    #[serde(rename = "tenant_id")]
    pub id: TenantId,
    /// A key that may do everything in it.
    pub api_key: String,
}

impl Home {
    fn command(&self, arguments: &[&str]) -> Result<Command> {
        fs::create_dir_all(&self.folder)?;
        let mut command = self.disk.command(&self.binary);
        command.args(arguments).current_dir(&self.folder).env_clear();
        command.env("ORIGIN_DATA_DIR", &self.folder).env("DATABASE_URL", &self.database_url);
        command.env("ORIGIN_LISTEN", "127.0.0.1:0").env("ORIGIN_ENV", "test");
        command.env("ADMIN_USERNAME", ADMIN.0).env("ADMIN_PASSWORD", ADMIN.1);
        command.env("RATE_CREATE_ORDER_LIMIT", HUGE);
        command.envs(self.settings.iter().map(|(name, value)| (*name, value)));
        let log = File::options().create(true).append(true).open(self.folder.join("origin.log"))?;
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log);
        Ok(command)
    }

    /// Starts `origin serve` and waits until it listens.
    ///
    /// # Errors
    /// When it ends first; the end of its log is in the error.
    pub fn serve(&self) -> Result<Origin> {
        let start = Instant::now();
        let mut child = self.command(&["serve"])?.spawn().context("origin cannot be started")?;
        let stdout = child.stdout.take().context("origin has no output")?;
        let mut lines = BufReader::new(stdout).lines();
        let address = loop {
            let Some(line) = lines.next() else { bail!("origin serve does not start:\n{}", self.end_of_log()) };
            if let Some(url) = line?.strip_prefix("listening on http://") {
                break url.parse()?;
            }
        };
        let started_in = start.elapsed();
        // Read on, so that it never waits for a reader.
        std::thread::spawn(move || lines.for_each(drop));
        let server = self.disk.server_of(child.id());
        Ok(Origin { child, server, address, started_in })
    }

    /// A key that may do everything, as often as wanted.
    ///
    /// # Errors
    /// When `origin api-key create` fails.
    pub fn api_key(&self) -> Result<String> {
        let arguments = ["api-key", "create", "--name", "bench", "--role", "owner", "--per-hour", "1000000", "--json"];
        let made = self.command(&arguments)?.output()?;
        if !made.status.success() {
            bail!("origin api-key create failed:\n{}", self.end_of_log());
        }
        let answer: Value = serde_json::from_slice(&made.stdout).context("origin api-key create --json")?;
        answer["api_key"].as_str().map(str::to_owned).context("no api_key in the answer")
    }

    /// A further tenant.
    ///
    /// # Errors
    /// When `origin tenant create` fails.
    pub fn tenant(&self, name: &str) -> Result<Tenant> {
        let email = format!("{}@example.com", name.to_lowercase());
        let arguments = ["tenant", "create", "--name", name, "--owner-email", &email, "--owner-password-stdin", "--json"];
        let mut made = self.command(&arguments)?.stdin(Stdio::piped()).spawn()?;
        let mut password = made.stdin.take().context("origin has no input")?;
        password.write_all(ADMIN.1.as_bytes())?;
        drop(password);
        let made = made.wait_with_output()?;
        ensure!(made.status.success(), "origin tenant create failed:\n{}", self.end_of_log());
        serde_json::from_slice(&made.stdout).context("origin tenant create --json")
    }

    /// The last lines of its log.
    pub fn end_of_log(&self) -> String {
        let text = fs::read_to_string(self.folder.join("origin.log")).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(20)..].join("\n")
    }
}

impl Origin {
    /// Megabytes of memory in use now, and at the most so far.
    ///
    /// # Errors
    /// When the process is gone.
    pub fn memory_mb(&self) -> Result<(f64, f64)> {
        let status = fs::read_to_string(self.proc_file("status"))?;
        let read = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
            line.trim().trim_end_matches(" kB").parse::<f64>().map(|kb| kb / 1024.0).context("no such line in /proc")
        };
        Ok((read("VmRSS:")?, read("VmHWM:")?))
    }

    /// Waits until it has little left to do, as its use of the processor tells; gives how long that took.
    ///
    /// # Errors
    /// When the process is gone.
    pub async fn quiet(&self) -> Result<Duration> {
        let start = Instant::now();
        let mut before = self.ticks()?;
        while start.elapsed() < PATIENCE * 3 {
            tokio::time::sleep(LOOK).await;
            let now = self.ticks()?;
            if now - before <= RESTING {
                return Ok(start.elapsed() - LOOK);
            }
            before = now;
        }
        Ok(start.elapsed())
    }

    /// Seconds of processor time that it has used.
    ///
    /// # Errors
    /// When the process is gone.
    pub fn cpu_seconds(&self) -> Result<f64> {
        Ok(self.ticks()? as f64 / TICKS as f64)
    }

    fn ticks(&self) -> Result<u64> {
        let stat = fs::read_to_string(self.proc_file("stat"))?;
        // The name before the last bracket may hold spaces.
        let after = stat.rsplit(')').next().unwrap_or_default();
        let fields: Vec<&str> = after.split_whitespace().collect();
        let field = |at: usize| fields.get(at).and_then(|text| text.parse::<u64>().ok()).context("no processor time in /proc");
        Ok(field(11)? + field(12)?)
    }

    fn proc_file(&self, name: &str) -> PathBuf {
        Path::new("/proc").join(self.server.to_string()).join(name)
    }
}

impl Drop for Origin {
    fn drop(&mut self) {
        if let Ok(server) = i32::try_from(self.server) {
            let _gone = kill(Pid::from_raw(server), Signal::SIGTERM);
        }
        let asked = Instant::now();
        while matches!(self.child.try_wait(), Ok(None)) {
            if asked.elapsed() > PATIENCE {
                let _gone = self.child.kill();
                let _status = self.child.wait();
                return;
            }
            sleep(Duration::from_millis(20));
        }
    }
}
