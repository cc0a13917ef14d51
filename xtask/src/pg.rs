//! A throw-away PostgreSQL: its own data folder, its own free port, gone when dropped.
//!
//! Whatever cluster the system runs is left alone.

use std::fs::File;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use nix::sys::signal::Signal;
use nix::unistd::{Uid, User};

use crate::install;
use crate::leftovers::Folder;
use crate::ports;
use crate::proc::{Proc, tied_to_us};

/// PostgreSQL's immediate shutdown: nothing of it is kept.
const END: Signal = Signal::SIGQUIT;
const PATIENCE: Duration = Duration::from_secs(60);

/// A running server.
pub struct Pg {
    // Dropped in this order: the server must be gone before its folder.
    _server: Proc,
    _folder: Folder,
    port: u16,
}

impl Pg {
    /// Makes a cluster and starts it. `durable` says whether a commit waits for the disk: tests do
    /// without, a measurement or a crash test means nothing without.
    ///
    /// # Errors
    /// When the server programs are missing or refuse; the end of the server's log is in the error.
    pub fn start(durable: bool) -> Result<Self> {
        let programs = install::postgres_folder().context("PostgreSQL's server is not installed")?;
        let folder = Folder::new("origin-pg-")?;
        let cluster = Cluster { programs, folder, account: account()?, durable };
        cluster.init()?;
        // Another process may have taken the port in between: once more, then.
        let (server, port) = cluster.serve().or_else(|_| cluster.serve())?;
        Ok(Self { _server: server, _folder: cluster.folder, port })
    }

    /// The address of its maintenance database, whose user may make others.
    pub fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }
}

/// PostgreSQL refuses to run as root: whom to run it as instead, or None where we are not root.
fn account() -> Result<Option<User>> {
    if !Uid::effective().is_root() {
        return Ok(None);
    }
    for name in ["postgres", "nobody"] {
        if let Some(user) = User::from_name(name)? {
            return Ok(Some(user));
        }
    }
    bail!("PostgreSQL does not run as root, and there is no user postgres or nobody")
}

struct Cluster {
    programs: PathBuf,
    folder: Folder,
    account: Option<User>,
    durable: bool,
}

impl Cluster {
    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn as_account<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        if let Some(user) = &self.account {
            command.uid(user.uid.as_raw()).gid(user.gid.as_raw());
        }
        // The user may not be allowed into the folder that we were called from.
        command.current_dir(self.folder.path())
    }

    fn init(&self) -> Result<()> {
        if let Some(user) = &self.account {
            let (uid, gid) = (user.uid.as_raw(), user.gid.as_raw());
            chown(self.folder.path(), Some(uid), Some(gid))?;
        }
        let mut command = Command::new(self.programs.join("initdb"));
        command.arg("--pgdata").arg(self.data());
        command.args(["--username=postgres", "--auth=trust", "--no-sync"]);
        command.args(["--encoding=UTF8", "--locale=C.UTF-8", "--no-instructions"]);
        let log = File::create(self.folder.path().join("initdb.log"))?;
        command.stdout(log.try_clone()?).stderr(log);
        let status = Proc::start("initdb", self.as_account(&mut command), Signal::SIGTERM)?.wait()?;
        if !status.success() {
            bail!("initdb failed:\n{}", self.folder.end_of("initdb.log"));
        }
        Ok(())
    }

    fn serve(&self) -> Result<(Proc, u16)> {
        let port = ports::free()?;
        let onoff = if self.durable { "on" } else { "off" };
        let mut command = tied_to_us(&self.programs.join("postgres"), END);
        command.arg("-D").arg(self.data());
        let sockets = self.folder.path().display();
        for setting in [
            format!("port={port}"),
            "listen_addresses=127.0.0.1".to_owned(),
            format!("unix_socket_directories={sockets}"),
            "max_connections=300".to_owned(),
            format!("fsync={onoff}"),
            format!("synchronous_commit={onoff}"),
            format!("full_page_writes={onoff}"),
        ] {
            command.arg("-c").arg(setting);
        }
        let log = File::create(self.folder.path().join("server.log"))?;
        command.stdout(Stdio::null()).stderr(log);
        let mut server = Proc::start("postgres", self.as_account(&mut command), END)?;
        let started = Instant::now();
        while !self.is_ready(port)? {
            if !server.is_alive() || started.elapsed() > PATIENCE {
                bail!("PostgreSQL does not start:\n{}", self.folder.end_of("server.log"));
            }
            sleep(Duration::from_millis(50));
        }
        Ok((server, port))
    }

    fn is_ready(&self, port: u16) -> Result<bool> {
        let asked =
            Command::new(self.programs.join("pg_isready")).args(["--quiet", "--host=127.0.0.1", &format!("--port={port}")]).status()?;
        Ok(asked.success())
    }
}
