//! The whole program on loopback among simulated providers, its works turned by hand: for tests, and for demo data
//! that is made by really selling.

use crate::config::Config;
use crate::house::{self, House};
use crate::play;
use crate::tls::Doors;
use axum::ServiceExt;
use axum::extract::Request;
use sim::Sim;
use std::future::Future;
use std::net::SocketAddr;
use std::time::Duration;
use store::{Clock, Db, Error, Result, Works};
use tokio::net::TcpListener;
use tokio::sync::Mutex;
use tokio::task::JoinHandle;
use web::App;

/// Turns after which something is taken to run in circles.
const TURNS: usize = 5_000;

/// The program on its stage. Nothing happens by itself but answering: [`Stage::settle`] carries out what is due.
pub struct Stage {
    /// What handlers reach.
    pub app: App,
    /// The providers.
    pub sim: Sim,
    /// Where it listens.
    pub url: String,
    /// Where it speaks TLS, if it does.
    pub tls: Option<SocketAddr>,
    works: Mutex<Works>,
    clock: Clock,
    servers: Vec<JoinHandle<()>>,
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.servers.iter().for_each(JoinHandle::abort);
    }
}

impl Stage {
    /// Sets the program up over a database whose tables are there. The configuration points at `sim` already.
    ///
    /// # Errors
    /// Whatever keeps it from starting.
    pub async fn set(config: &Config, db: Db, sim: Sim) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await.map_err(Error::internal)?;
        let url = format!("http://{}", listener.local_addr().map_err(Error::internal)?);
        let clock = db.clock().clone();
        let House { app, service, works, .. } = house::build(config, db, config.public_url.clone().unwrap_or_else(|| url.clone())).await?;
        let (mut tls, mut servers, mut plain) = (None, Vec::new(), service.clone());
        if let Some(settings) = &config.tls {
            // What changes is seen at once: nobody here waits for seconds.
            let doors = Doors::open(settings, &app, Duration::from_millis(1)).await?;
            tls = Some(doors.addr()?);
            plain = doors.plain(service.clone());
            servers.push(tokio::spawn(doors.serve(service, std::future::pending())));
        }
        let make = ServiceExt::<Request>::into_make_service_with_connect_info::<SocketAddr>(plain);
        servers.push(tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, make).await {
                tracing::error!(%error, "the stage's server ended");
            }
        }));
        sim.webhooks_to(&format!("{url}/webhook"));
        sim.receipts_to(&format!("{url}/webhooks/myoperator/first"));
        play::report_to(&sim, &url);
        Ok(Self { app, sim, url, tls, works: Mutex::new(works), clock, servers })
    }

    /// Awaits something that needs errands and reactions to go on.
    ///
    /// # Errors
    /// The database does.
    pub async fn meanwhile<T>(&self, work: impl Future<Output = T>) -> Result<T> {
        let mut work = std::pin::pin!(work);
        loop {
            tokio::select! {
                done = &mut work => return Ok(done),
                () = tokio::time::sleep(Duration::from_millis(5)) => { self.turn().await?; }
            }
        }
    }

    /// Everything that is due, once.
    ///
    /// # Errors
    /// The database does.
    pub async fn turn(&self) -> Result<usize> {
        self.works.lock().await.turn().await
    }

    /// Carries out all that is due now, until nothing is left: facts, errands, timers, and what the providers send back.
    ///
    /// # Errors
    /// The database does, or it never ends.
    pub async fn settle(&self) -> Result<()> {
        for _ in 0..TURNS {
            self.sim.quiet().await;
            if self.turn().await? == 0 {
                return Ok(());
            }
        }
        Err(Error::internal(format!("after {TURNS} turns there is still something to do")))
    }

    /// Walks the clock on, stopping at each moment at which something is due.
    ///
    /// # Errors
    /// As [`Stage::settle`].
    pub async fn advance(&self, span: Duration) -> Result<()> {
        let end = self.clock.now().after(span);
        self.settle().await?;
        loop {
            // On a line of its own: what a `while let` looks at stays locked while its body runs.
            let next = self.works.lock().await.next().await?;
            let Some(due) = next.filter(|due| *due <= end) else { break };
            self.clock.move_to(due.max(self.clock.now().after(Duration::from_millis(1))));
            self.settle().await?;
        }
        self.clock.move_to(end);
        self.settle().await
    }

    /// Whether anything at all is under way or set for later.
    ///
    /// # Errors
    /// The database does.
    pub async fn is_idle(&self) -> Result<bool> {
        Ok(self.works.lock().await.next().await?.is_none() && store::errand::standing(&self.app.db).await?.is_empty())
    }
}
