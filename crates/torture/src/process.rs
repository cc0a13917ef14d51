//! The real `origin serve`, started, killed and started again on one port.

use anyhow::{Context, Result, bail};
use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::watch;

/// How long a start may take before the test gives up on it; a debug build on a busy machine is slow.
const START: Duration = Duration::from_secs(30);
/// How long a polite stop may take.
const STOP: Duration = Duration::from_secs(40);

/// A kill: asked for and done. Whatever was under way in between was cut.
#[derive(Clone, Copy, Debug)]
pub struct Kill {
    /// Just before the signal was sent.
    pub at: Instant,
    /// When the process was gone.
    pub gone: Instant,
}

/// One `origin`, at most one process of it at a time.
pub struct Process {
    program: PathBuf,
    env: Vec<(String, String)>,
    log: PathBuf,
    running: Option<Running>,
}

struct Running {
    child: Child,
    ready: watch::Receiver<bool>,
}

impl Process {
    /// An origin that is not started yet. What it says goes to `log`.
    pub fn new(program: &Path, env: Vec<(String, String)>, log: PathBuf) -> Self {
        Self { program: program.to_owned(), env, log, running: None }
    }

    fn command(&self) -> Result<Command> {
        let log = OpenOptions::new().create(true).append(true).open(&self.log)?;
        let mut command = Command::new(&self.program);
        // Only what is given here counts: settings of the person who runs the test must not steer it.
        command.env_clear().envs(self.env.iter().map(|(name, value)| (name, value)));
        if let Some(folder) = self.log.parent() {
            command.current_dir(folder);
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log).kill_on_drop(true);
        Ok(command)
    }

    /// Starts it, without waiting until it answers.
    ///
    /// # Errors
    /// The program cannot be started, or one is running already.
    pub fn start(&mut self) -> Result<()> {
        if self.running.is_some() {
            bail!("origin is running already");
        }
        let mut child = self.command()?.arg("serve").spawn().context("origin cannot be started")?;
        let stdout = child.stdout.take().context("origin has no output to read")?;
        let (say, ready) = watch::channel(false);
        tokio::spawn(async move {
            let mut lines = BufReader::new(stdout).lines();
            while let Ok(Some(line)) = lines.next_line().await {
                if line.starts_with("listening on ") {
                    say.send_replace(true);
                }
            }
        });
        self.running = Some(Running { child, ready });
        Ok(())
    }

    /// Waits until it says that it listens.
    ///
    /// # Errors
    /// It ended by itself, or takes too long; the end of its log is in the error.
    pub async fn ready(&mut self) -> Result<()> {
        let running = self.running.as_mut().context("origin is not running")?;
        let said = tokio::time::timeout(START, running.ready.wait_for(|ready| *ready)).await.map(|said| said.is_ok());
        match said {
            Ok(true) => Ok(()),
            Ok(false) => bail!("origin ended before it listened:\n{}", self.end_of_log()),
            Err(_) => bail!("origin did not listen within {} s:\n{}", START.as_secs(), self.end_of_log()),
        }
    }

    /// SIGKILL, and waits until the process is gone.
    ///
    /// # Errors
    /// It had ended by itself before, which no origin may do.
    pub async fn kill(&mut self) -> Result<Kill> {
        let mut running = self.running.take().context("origin is not running")?;
        if let Some(status) = running.child.try_wait()? {
            bail!("origin ended by itself with {status}:\n{}", self.end_of_log());
        }
        let at = Instant::now();
        running.child.start_kill()?;
        running.child.wait().await?;
        Ok(Kill { at, gone: Instant::now() })
    }

    /// Asks it to stop, as a person or a deployment would, and waits.
    ///
    /// # Errors
    /// It does not stop in time, or not well.
    pub async fn stop(&mut self) -> Result<()> {
        let mut running = self.running.take().context("origin is not running")?;
        let pid = running.child.id().context("origin ended by itself")?;
        Command::new("kill").arg("-TERM").arg(pid.to_string()).status().await?;
        let stopped = tokio::time::timeout(STOP, running.child.wait()).await.map(|status| status.is_ok_and(|status| status.success()));
        match stopped {
            Ok(true) => Ok(()),
            Ok(false) => bail!("origin did not stop well:\n{}", self.end_of_log()),
            Err(_) => bail!("origin did not stop within {} s of SIGTERM", STOP.as_secs()),
        }
    }

    /// Runs another of origin's commands beside the server: whether it succeeded, and what it printed; what it
    /// complained of, where it did not.
    ///
    /// # Errors
    /// It cannot be started.
    pub async fn run(&self, arguments: &[&str]) -> Result<(bool, String)> {
        let output = self.command()?.args(arguments).output().await.context("origin cannot be started")?;
        let succeeded = output.status.success();
        let said = if succeeded || !output.stdout.is_empty() { output.stdout } else { output.stderr };
        Ok((succeeded, String::from_utf8_lossy(&said).into_owned()))
    }

    /// The last lines that it wrote, for a report.
    pub fn end_of_log(&self) -> String {
        let text = std::fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(20)..].join("\n")
    }

    /// Begins an empty log.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn empty_log(&self) -> Result<()> {
        File::create(&self.log)?;
        Ok(())
    }
}
