//! Connections to mail servers: kept open between mails, a few for each account, each used by one mail at a time.

use super::dkim::Dkim;
use super::smtp::step;
use crate::classes::{Class, Failure};
use facts::TenantId;
use lettre::Address;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use serde::Deserialize;
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Connections of one account at the most.
const CONNECTIONS: usize = 16;
/// How long a mail waits for one of them.
const TURN: Duration = Duration::from_secs(10);
/// How long a connection may lie unused; servers hang up after a few minutes.
const IDLE: Duration = Duration::from_secs(60);
/// Where TLS comes first, and STARTTLS is not spoken.
const IMPLICIT_TLS: u16 = 465;

/// A tenant's mail server, and how to sign in there.
#[derive(Clone, Deserialize)]
pub(crate) struct Account {
    host: String,
    #[serde(default = "submission")]
    port: u16,
    #[serde(default)]
    user: Option<String>,
    #[serde(default)]
    pass: Option<String>,
    #[serde(default)]
    from: Option<String>,
    /// Where servers report what they could not deliver: the envelope's sender; that of the mail where none is said.
    #[serde(default)]
    bounces_to: Option<String>,
    /// What whoever passes such reports on carries; without one none is let in.
    #[serde(default)]
    pub(crate) webhook_token: Option<String>,
    /// Signs what leaves; see [`super::dkim`].
    #[serde(default, flatten)]
    pub(super) dkim: Dkim,
}

fn submission() -> u16 {
    587
}

impl Account {
    /// Whom mail comes from.
    pub(super) fn sender(&self) -> &str {
        self.from.as_deref().or(self.user.as_deref()).unwrap_or_default()
    }

    /// The envelope's sender, where it is another than the mail's.
    ///
    /// # Errors
    /// What is wrong with the address, in words.
    pub(super) fn bounces_to(&self) -> Result<Option<Address>, String> {
        let address = self.bounces_to.as_deref().map(str::parse::<Address>).transpose();
        address.map_err(|error| format!("the address for reports (bounces_to) is wrong: check the settings ({error})"))
    }

    /// The server's name and port.
    pub(super) fn address(&self) -> (&str, u16) {
        (&self.host, self.port)
    }

    /// What stays on this machine needs no TLS.
    fn is_loopback(&self) -> bool {
        self.host == "localhost" || self.host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
    }

    /// Tells accounts apart without keeping the password.
    fn key(&self) -> String {
        let secret = store::secret::sha256(format!("{:?} {:?}", self.user, self.pass));
        format!("{}:{} {secret}", self.host, self.port)
    }
}

/// The connections of every account.
#[derive(Default)]
pub(crate) struct Mailers(Mutex<HashMap<String, Arc<Mailer>>>);

impl Mailers {
    /// Those of one tenant's account: nobody else's are used, since not everybody may go everywhere.
    pub(super) fn of(&self, tenant: TenantId, account: &Account) -> Arc<Mailer> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.entry(format!("{tenant} {}", account.key())).or_default().clone()
    }
}

/// The connections of one account.
pub(super) struct Mailer {
    places: Arc<Semaphore>,
    idle: Mutex<Vec<(AsyncSmtpConnection, Instant)>>,
}

impl Default for Mailer {
    fn default() -> Self {
        Self { places: Arc::new(Semaphore::new(CONNECTIONS)), idle: Mutex::default() }
    }
}

impl Mailer {
    /// A turn; `None` when none came up in time.
    pub(super) async fn place(&self) -> Option<OwnedSemaphorePermit> {
        tokio::time::timeout(TURN, self.places.clone().acquire_owned()).await.ok()?.ok()
    }

    /// A connection that was kept, and not for too long.
    pub(super) fn take(&self) -> Option<AsyncSmtpConnection> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.retain(|(_, since)| since.elapsed() < IDLE);
        idle.pop().map(|(connection, _)| connection)
    }

    /// Keeps a connection that has ended its mail well.
    pub(super) fn keep(&self, connection: AsyncSmtpConnection) {
        if !connection.has_broken() {
            self.idle.lock().unwrap_or_else(PoisonError::into_inner).push((connection, Instant::now()));
        }
    }
}

/// Connects, secures and signs in.
pub(super) async fn open(account: &Account, server: &[SocketAddr], hello: &str) -> Result<AsyncSmtpConnection, Failure> {
    let tls = || {
        TlsParameters::new(account.host.clone())
            .map_err(|error| Failure::new(Class::Permanent, format!("the mail server's name is wrong: check the settings ({error})")))
    };
    let first = if account.port == IMPLICIT_TLS { Some(tls()?) } else { None };
    let hello = ClientId::Domain(hello.to_owned());
    let mut connection = step(AsyncSmtpConnection::connect_tokio1(server, Some(Duration::from_secs(8)), &hello, first, None)).await?;
    if !connection.is_encrypted() && !account.is_loopback() {
        step(connection.starttls(tls()?, &hello)).await?;
    }
    if let (Some(user), Some(pass)) = (&account.user, &account.pass) {
        let credentials = Credentials::new(user.clone(), pass.clone());
        step(connection.auth(&[Mechanism::Plain, Mechanism::Login], &credentials)).await?;
    }
    Ok(connection)
}
