//! Where PostgreSQL is, and whether the way there is encrypted.
//!
//! The words are libpq's: `sslmode` and `sslrootcert` in the address. A server on this machine is reached as it is;
//! any other must show a certificate that proves its name, unless `sslmode=disable` says that the network is trusted.

use super::sight::BECOME;
use crate::{Error, Result};
use deadpool_postgres::{Hook, HookError, Manager, ManagerConfig, Pool, RecyclingMethod, Runtime};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use std::sync::Arc;
use std::time::Duration;
use tokio_postgres::NoTls;
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres_rustls::MakeRustlsConnect;

/// How long a caller waits for a connection before it hears that the database is overrun.
const WAIT: Duration = Duration::from_secs(5);
/// A transaction whose client has gone silent is ended by the server: its locks hold up others, and reactions take
/// only facts older than the oldest open transaction. Nothing outside is ever waited for in one, so this is generous.
const SETTINGS: &str = "SET idle_in_transaction_session_timeout = '30s'";

/// A PostgreSQL server.
#[derive(Clone)]
pub(crate) struct Address {
    /// How to connect.
    pub config: tokio_postgres::Config,
    /// How to encrypt; absent where the way is trusted.
    pub tls: Option<MakeRustlsConnect>,
}

fn wrong(why: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::invalid("database_url", "DATABASE_URL is not a PostgreSQL address that can be used.").because(why)
}

impl Address {
    /// Reads `postgres://…`.
    ///
    /// # Errors
    /// What cannot be read, or a certificate file that is none.
    pub(crate) fn read(text: &str) -> Result<Self> {
        let (text, roots) = without_roots(text)?;
        let config: tokio_postgres::Config = text.parse().map_err(wrong)?;
        let trusted = match config.get_ssl_mode() {
            SslMode::Disable => true,
            SslMode::Prefer => roots.is_none() && config.get_hosts().iter().all(is_here),
            _ => false,
        };
        if trusted {
            return Ok(Self { config, tls: None });
        }
        let mut config = config;
        config.ssl_mode(SslMode::Require);
        let tls = encryption(roots.as_deref()).map_err(wrong)?;
        Ok(Self { config, tls: Some(MakeRustlsConnect::new(tls)) })
    }

    /// Connections to it, so many at the most.
    ///
    /// # Errors
    /// Options that do not fit together.
    pub(crate) fn pool(&self, size: usize) -> Result<Pool> {
        self.connections(size, &[SETTINGS, BECOME])
    }

    /// One connection as the login itself, which owns the tables.
    ///
    /// # Errors
    /// Options that do not fit together.
    pub(crate) fn owner_pool(&self) -> Result<Pool> {
        self.connections(1, &[SETTINGS])
    }

    fn connections(&self, size: usize, settings: &'static [&'static str]) -> Result<Pool> {
        let fast = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let manager = match &self.tls {
            Some(tls) => Manager::from_config(self.config.clone(), tls.clone(), fast),
            None => Manager::from_config(self.config.clone(), NoTls, fast),
        };
        let settings = Hook::async_fn(move |client: &mut deadpool_postgres::ClientWrapper, _| {
            Box::pin(async move {
                for setting in settings {
                    client.batch_execute(setting).await.map_err(HookError::Backend)?;
                }
                Ok(())
            })
        });
        Pool::builder(manager)
            .max_size(size)
            .runtime(Runtime::Tokio1)
            .wait_timeout(Some(WAIT))
            .create_timeout(Some(WAIT))
            .post_create(settings)
            .build()
            .map_err(Error::internal)
    }
}

/// The driver does not know `sslrootcert`, nor the modes that say what is the rule here anyway.
fn without_roots(text: &str) -> Result<(String, Option<String>)> {
    let mut url = url::Url::parse(text).map_err(wrong)?;
    let mut roots = None;
    let mut kept = Vec::new();
    for (name, value) in url.query_pairs() {
        match (&*name, &*value) {
            ("sslrootcert", _) => roots = Some(value.into_owned()),
            ("sslmode", "verify-ca" | "verify-full") => kept.push((name.into_owned(), "require".to_owned())),
            _ => kept.push((name.into_owned(), value.into_owned())),
        }
    }
    url.set_query(None);
    if !kept.is_empty() {
        url.query_pairs_mut().extend_pairs(kept);
    }
    Ok((url.into(), roots))
}

fn is_here(host: &Host) -> bool {
    match host {
        Host::Tcp(name) => name == "localhost" || name.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback()),
        #[cfg(unix)]
        Host::Unix(_) => true,
    }
}

/// With the certificates of a file, or of the public authorities.
fn encryption(roots: Option<&str>) -> Result<ClientConfig, Box<dyn std::error::Error + Send + Sync>> {
    let mut store = RootCertStore::empty();
    match roots {
        Some(file) => {
            for certificate in CertificateDer::pem_file_iter(file)? {
                store.add(certificate?)?;
            }
        }
        None => store.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned()),
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    Ok(ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(store)
        .with_no_client_auth())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_stays_on_this_machine_goes_unencrypted() {
        let table = [
            ("postgres://localhost/shop", false),
            ("postgres://127.0.0.1:5432/shop?application_name=origin", false),
            ("postgres:///shop?host=/run/postgresql", false),
            ("postgres://localhost/shop?sslmode=require", true),
            ("postgres://db.example/shop", true),
            ("postgres://db.example/shop?sslmode=prefer", true),
            ("postgres://db.example/shop?sslmode=verify-full", true),
            ("postgres://db.example/shop?sslmode=disable", false),
        ];
        for (text, encrypted) in table {
            let address = Address::read(text).unwrap_or_else(|error| panic!("{text}: {error:?}"));
            assert_eq!(address.tls.is_some(), encrypted, "{text}");
            assert!(!encrypted || address.config.get_ssl_mode() == SslMode::Require, "{text}");
        }
    }

    #[test]
    fn what_cannot_be_used_is_said() {
        for text in ["postgres://db.example/shop?sslmode=perhaps", "postgres://localhost/shop?sslrootcert=/nowhere.pem", "postgres://["] {
            assert_eq!(Address::read(text).err().map(|error| error.code()), Some("database_url"), "{text}");
        }
    }
}
