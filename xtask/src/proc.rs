//! Child processes that end when their owner does.

use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::{self, sleep};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

use crate::install;
use crate::leftovers::{Leftover, Listed, PATIENCE};

/// A running child that leads a process group of its own: ended with its own children on drop, and on a signal.
pub struct Proc {
    name: String,
    child: Child,
    ends_with: Signal,
    ended: bool,
    _listed: Listed,
    // Dropped with the child, which calls the thread off that would end it.
    watched: Option<Sender<()>>,
}

impl Proc {
    /// Starts a child without standard input. `ends_with` is the signal that asks it to end.
    ///
    /// # Errors
    /// When the program cannot be started.
    pub fn start(name: &str, command: &mut Command, ends_with: Signal) -> Result<Self> {
        let child = command.stdin(Stdio::null()).process_group(0).spawn().with_context(|| format!("{name} cannot be started"))?;
        let leader = Pid::from_raw(i32::try_from(child.id())?);
        Ok(Self {
            name: name.to_owned(),
            child,
            ends_with,
            ended: false,
            _listed: Listed::new(Leftover::Group(leader, ends_with)),
            watched: None,
        })
    }

    /// Kills it and its children if it still runs after so long: whoever waits for it then sees that it failed.
    ///
    /// # Errors
    /// Never on a system that numbers processes as Linux does.
    pub fn at_most(mut self, limit: Duration) -> Result<Self> {
        let leader = Pid::from_raw(i32::try_from(self.child.id())?);
        let (watched, called_off) = channel::<()>();
        let name = self.name.clone();
        thread::spawn(move || {
            if called_off.recv_timeout(limit) == Err(RecvTimeoutError::Timeout) {
                eprintln!("{name} is killed: it takes longer than {} s", limit.as_secs());
                let _ = killpg(leader, Signal::SIGKILL);
            }
        });
        self.watched = Some(watched);
        Ok(self)
    }

    /// Waits for the child to end by itself.
    ///
    /// # Errors
    /// When the system cannot say how it ended.
    pub fn wait(&mut self) -> Result<ExitStatus> {
        let status = self.child.wait().context(self.name.clone())?;
        self.ended = true;
        self.watched = None;
        Ok(status)
    }

    /// Whether it still runs.
    pub fn is_alive(&mut self) -> bool {
        if !self.ended {
            self.ended = !matches!(self.child.try_wait(), Ok(None));
        }
        !self.ended
    }

    /// Hands over each line of the child's piped standard output until it closes.
    ///
    /// # Errors
    /// When standard output is not piped, or was taken before.
    pub fn each_line(&mut self, mut see: impl FnMut(&str)) -> Result<()> {
        lines(self.stdout()?, |line| see(line));
        Ok(())
    }

    /// Waits until the child has printed a line that `find` makes something of,
    /// such as `listening on http://…`. Later lines are read and dropped, so that it never waits for a reader.
    ///
    /// # Errors
    /// When the child ends first, or `patience` is over.
    pub fn wait_for<T>(&mut self, patience: Duration, mut find: impl FnMut(&str) -> Option<T>) -> Result<T> {
        let stdout = self.stdout()?;
        let (send, receive) = channel();
        thread::spawn(move || lines(stdout, |line| drop(send.send(line.to_owned()))));
        let deadline = Instant::now() + patience;
        loop {
            match receive.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(line) => {
                    if let Some(found) = find(&line) {
                        return Ok(found);
                    }
                }
                Err(RecvTimeoutError::Timeout) => bail!("{} did not say within {} s that it is ready", self.name, patience.as_secs()),
                Err(RecvTimeoutError::Disconnected) => {
                    bail!("{} ended before it was ready", self.name)
                }
            }
        }
    }

    fn stdout(&mut self) -> Result<ChildStdout> {
        let stdout = self.child.stdout.take();
        stdout.with_context(|| format!("{} has no output to read", self.name))
    }

    fn signal(&self, signal: Signal) {
        if let Ok(leader) = i32::try_from(self.child.id()) {
            let _ = killpg(Pid::from_raw(leader), signal);
        }
    }
}

impl Drop for Proc {
    fn drop(&mut self) {
        if !self.is_alive() {
            return;
        }
        self.signal(self.ends_with);
        let asked = Instant::now();
        while self.is_alive() {
            if asked.elapsed() > PATIENCE {
                self.signal(Signal::SIGKILL);
                drop(self.wait());
                return;
            }
            sleep(Duration::from_millis(20));
        }
    }
}

/// A command for a server that the kernel ends when this process is killed outright (SIGKILL runs no
/// handler and no `Drop`). Start it from a thread that lives as long as the server shall: the kernel watches that thread.
pub fn tied_to_us(program: &Path, ends_with: Signal) -> Command {
    let Some(setpriv) = install::on_path("setpriv") else {
        return Command::new(program);
    };
    let mut command = Command::new(setpriv);
    command.arg("--pdeathsig");
    command.arg(ends_with.as_str().trim_start_matches("SIG"));
    command.arg(program);
    command
}

fn lines(stdout: ChildStdout, mut see: impl FnMut(&str)) {
    let mut reader = BufReader::new(stdout);
    let mut line = Vec::new();
    while matches!(reader.read_until(b'\n', &mut line), Ok(1..)) {
        see(String::from_utf8_lossy(&line).trim_end_matches(['\n', '\r']));
        line.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Proc {
        let mut command = Command::new("sh");
        command.args(["-c", script]).stdout(Stdio::piped());
        Proc::start("the shell", &mut command, Signal::SIGTERM).unwrap()
    }

    #[test]
    fn a_line_is_waited_for_and_the_child_ends_with_its_own_children() {
        let mut server = shell("echo warming up; sleep 300 & echo child $!; echo listening on http://x; wait");
        let mut child = None;
        let address = server
            .wait_for(Duration::from_secs(5), |line| {
                child = line.strip_prefix("child ").map(str::to_owned).or(child.take());
                line.strip_prefix("listening on ").map(str::to_owned)
            })
            .unwrap();
        assert_eq!(address, "http://x");
        drop(server);
        let child = child.unwrap();
        // It is killed already, and is gone as soon as the kernel next looks at it.
        let over = || std::fs::read_to_string(format!("/proc/{child}/stat")).map_or(true, |stat| stat.contains(") Z "));
        for _ in 0..500 {
            if over() {
                return;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("the child's own child goes on");
    }

    #[test]
    fn a_child_that_takes_too_long_is_killed_with_its_own_children() {
        let mut stuck = shell("echo on; sleep 300").at_most(Duration::from_millis(50)).unwrap();
        let mut seen = 0;
        stuck.each_line(|_| seen += 1).unwrap();
        assert_eq!(seen, 1);
        assert!(!stuck.wait().unwrap().success());
    }

    #[test]
    fn a_child_that_ends_first_is_an_error() {
        let ended = shell("echo no").wait_for(Duration::from_secs(5), |_| None::<()>);
        assert!(ended.unwrap_err().to_string().contains("ended before"));
    }
}
