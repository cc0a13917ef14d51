//! A throw-away Redis: a free port, nothing kept, gone when dropped.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::process::Stdio;
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use nix::sys::signal::Signal;

use crate::install;
use crate::leftovers::Folder;
use crate::ports;
use crate::proc::{Proc, tied_to_us};

const PATIENCE: Duration = Duration::from_secs(20);

/// A running server.
pub struct Redis {
    // Dropped in this order: the server must be gone before its folder.
    _server: Proc,
    _folder: Folder,
    port: u16,
}

impl Redis {
    /// Starts a server that keeps nothing on disk.
    ///
    /// # Errors
    /// When redis-server is missing or does not answer.
    pub fn start() -> Result<Self> {
        let program = install::program("redis-server")?;
        let folder = Folder::new("origin-redis-")?;
        let port = ports::free()?;
        let mut command = tied_to_us(&program, Signal::SIGTERM);
        command.args(["--port", &port.to_string(), "--bind", "127.0.0.1"]);
        command.args(["--save", "", "--appendonly", "no", "--daemonize", "no"]);
        command.arg("--dir").arg(folder.path());
        command.stdout(Stdio::null());
        let mut server = Proc::start("redis-server", &mut command, Signal::SIGTERM)?;
        let started = Instant::now();
        while !answers(port) {
            if !server.is_alive() || started.elapsed() > PATIENCE {
                bail!("redis-server does not answer on port {port}");
            }
            sleep(Duration::from_millis(20));
        }
        Ok(Self { _server: server, _folder: folder, port })
    }

    /// Its address.
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }
}

fn answers(port: u16) -> bool {
    let ask = || {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
        stream.set_read_timeout(Some(Duration::from_secs(1)))?;
        stream.write_all(b"PING\r\n")?;
        let mut answer = [0; 7];
        stream.read_exact(&mut answer)?;
        std::io::Result::Ok(&answer == b"+PONG\r\n")
    };
    ask().unwrap_or(false)
}
