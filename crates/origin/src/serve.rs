//! Serving: from nothing to an answering socket, and back.

use crate::config::Config;
use crate::tls::{self, Doors};
use crate::{door, health, house, plain, samples};
use futures::FutureExt;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::atomic::Ordering;
use std::time::Duration;
use store::{Clock, Dice, Error, Kind, Result};
use tokio::net::TcpListener;

/// How long requests and errands that are under way are waited for.
const PATIENCE: Duration = Duration::from_secs(25);

/// A server that is up.
pub struct Ready {
    /// `http://127.0.0.1:8080`.
    pub url: String,
    /// Where it speaks TLS, if it does.
    pub tls: Option<SocketAddr>,
    /// The administrator's password, where one had to be made up.
    pub made_up_password: Option<String>,
}

/// Serves until `stop` ends; tells `ready` as soon as the socket answers. `with_samples` gives the first tenant's products something to
/// download.
///
/// # Errors
/// Whatever keeps it from starting.
pub async fn serve(
    config: &Config,
    with_samples: bool,
    ready: impl FnOnce(Ready),
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<()> {
    let listener = TcpListener::bind(config.listen).await.map_err(|error| {
        Error::new(Kind::Unavailable, "listen", format!("ORIGIN_LISTEN {} cannot be listened on: {error}", config.listen))
    })?;
    let url = format!("http://{}", listener.local_addr().map_err(Error::internal)?);
    let db = house::open(config, Clock::system(), Dice::fair()).await?;
    store::migrate(&db, &house::migrations()).await?;
    let made_up_password = house::settle_in(config, &db).await?;
    let house = house::build(config, db, config.public_url.clone().unwrap_or_else(|| url.clone())).await?;
    let doors = match &config.tls {
        Some(tls) => Some(Doors::open(tls, &house.app, tls::FRESH).await?),
        None => None,
    };
    if with_samples && let Some(first) = identity::first_tenant(&house.app.db).await? {
        samples::add(&house.app, first).await?;
    }
    if let Some(first) = identity::first_tenant(&house.app.db).await? {
        messages::ask_at_start(&house.app.db, &house.credentials, first).await?;
    }
    let works = house.works.start();
    ready(Ready { url, tls: doors.as_ref().map(Doors::addr).transpose()?, made_up_password });
    let app = house.app.clone();
    let stopping = async move {
        stop.await;
        health::STOPPING.store(true, Ordering::Relaxed);
        inbox::close(&app);
        tracing::info!("stopping: no new requests, waiting for those under way");
    };
    let stopping = stopping.shared();
    let service = doors.as_ref().map_or_else(|| house.service.clone(), |doors| doors.plain(house.service.clone()));
    let served = plain::serve(listener, service, door::PATIENCE, stopping.clone());
    let by_tls = async {
        if let Some(doors) = doors {
            doors.serve(house.service, stopping).await;
        }
    };
    futures::future::join(served, by_tls).await;
    works.stop(PATIENCE).await;
    Ok(())
}

/// Ends when the process is told to: SIGTERM, or Ctrl-C.
pub async fn told_to_stop() {
    let terminated = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        () = terminated => {}
        _interrupted = tokio::signal::ctrl_c() => {}
    }
}
