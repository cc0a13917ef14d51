//! HTTPS without a proxy in front: each name is served with its own certificate, which the database holds.

mod accept;
mod names;
mod redirect;

pub(crate) use accept::with_host;

use crate::config::Tls;
use names::Names;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use store::{Error, Kind, Result};
use tokio::net::TcpListener;
use web::{App, Service};

/// For how long what a name is served with may be another than the database has.
pub(crate) const FRESH: Duration = Duration::from_secs(3);

/// The door that speaks TLS, and what the other one does because of it.
pub(crate) struct Doors {
    listener: TcpListener,
    names: Arc<Names>,
    /// The port that the world comes by.
    port: u16,
}

impl Doors {
    /// Listens, and wants the certificates that there should be.
    ///
    /// # Errors
    /// `tls_listen` where nobody can listen there; whatever the database refuses.
    pub(crate) async fn open(tls: &Tls, app: &App, fresh: Duration) -> Result<Self> {
        let listener = TcpListener::bind(tls.listen).await.map_err(|error| {
            let words = format!("ORIGIN_TLS_LISTEN {} cannot be listened on: {error}", tls.listen);
            Error::new(Kind::Unavailable, "tls_listen", words)
        })?;
        let port = tls.port.unwrap_or(listener.local_addr().map_err(Error::internal)?.port());
        identity::want_certificates(&app.db, &tls.hosts).await?;
        Ok(Self { listener, names: Arc::new(Names::new(app.db.clone(), app.vault.clone(), fresh)), port })
    }

    /// Where it listens.
    pub(crate) fn addr(&self) -> Result<SocketAddr> {
        self.listener.local_addr().map_err(Error::internal)
    }

    /// What answers on the door that speaks no TLS: challenges and hosts without a certificate as ever, for the rest the
    /// way to the other door.
    pub(crate) fn plain(&self, service: Service) -> Service {
        redirect::layer(service, self.names.clone(), self.port)
    }

    /// Serves until `stop` ends, and then what is under way.
    pub(crate) async fn serve(self, service: Service, stop: impl Future<Output = ()> + Send) {
        accept::serve(self.listener, self.names, service, stop).await;
    }
}
