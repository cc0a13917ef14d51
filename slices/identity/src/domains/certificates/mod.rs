//! Certificates for the shops' own domains and for the platform's own hosts, got from a directory by RFC 8555.
//!
//! A domain that is proved wants one. The errand `order_certificate` makes one step a trip, and what it needs for the
//! next is kept first: the order's address and the key that it is for, so that whatever is lost on the way, the same
//! order is gone on with. The timer `renew_certificate` comes back a third of its life before a certificate ends.

mod directory;
mod keys;
mod model;
mod order;
pub(crate) mod places;
mod rows;
mod rules;
mod served;

pub(super) use model::{Certificate, State};
pub(super) use rows::all;
pub use served::{Served, served};

use facts::domains::CertificateMoved;
use facts::{Id, TenantId, Time};
use model::Reason;
use order::OrderCertificate;
use rules::{Event, GAP};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::secret::Vault;
use store::{Command, Db, ErrandKind, Migration, Result, Sending, Timer, TimerKind, Tx, Who};
use web::Route;

/// Its tables.
pub(crate) const MIGRATION: Migration =
    Migration::both("identity/0009_certificates", include_str!("../../../migrations/0009_certificates.sql"));

/// Who issues certificates, and to whom.
#[derive(Debug, Clone)]
pub struct Acme {
    /// The directory's address, such as `https://acme-v02.api.letsencrypt.org/directory`.
    pub directory: String,
    /// Whom it may write to about our certificates.
    pub email: Option<String>,
}

/// What the errand needs out there.
pub(super) struct Office {
    pub acme: Option<Acme>,
    pub http: reqwest::Client,
    pub db: Db,
    pub vault: Vault,
}

pub(super) fn routes() -> Vec<Route> {
    vec![served::route()]
}

pub(super) fn errands(office: Office) -> Vec<ErrandKind> {
    vec![ErrandKind::of::<OrderCertificate>(Arc::new(office))]
}

pub(super) fn timers() -> Vec<TimerKind> {
    vec![TimerKind::of::<RenewCertificate>()]
}

/// Wants a certificate for a name that is the tenant's; nothing happens where one is under way, or was.
pub(super) async fn want(tx: &mut Tx, domain: &str) -> Result<()> {
    if rows::insert(tx, domain).await? {
        return send(tx, domain).await;
    }
    let row = rows::hold(tx, domain).await?;
    if row.is_some_and(|row| matches!(row.state, State::Wanted | State::Ordered)) {
        // The same try: its errand is alive, unless certificates were switched off for a while.
        tx.send(OrderCertificate { domain: domain.to_owned() }).await?;
    }
    Ok(())
}

/// Forgets a name's certificate, and whatever is under way for it.
pub(super) async fn forget(tx: &mut Tx, domain: &str) -> Result<()> {
    rows::delete(tx, domain).await?;
    tx.stop(RenewCertificate::NAME, domain).await
}

/// A person asks to try again: at once, or as soon as the directory takes another try.
pub(super) async fn ask(tx: &mut Tx, domain: &str) -> Result<()> {
    let Some(row) = rows::hold(tx, domain).await?.filter(|row| row.state == State::Failed) else { return Ok(()) };
    let at = row.tried_at.after(GAP);
    if at <= tx.now() {
        return begin(tx, domain, row.state).await;
    }
    if row.next_at.is_none_or(|next| at < next) {
        rows::put_off(tx, domain, at).await?;
        tx.at(at, RenewCertificate { domain: domain.to_owned() }).await?;
    }
    Ok(())
}

/// Begins another try.
async fn begin(tx: &mut Tx, domain: &str, state: State) -> Result<()> {
    rows::due(tx, domain, rules::next(state, Event::Due)?).await?;
    tx.stop(RenewCertificate::NAME, domain).await?;
    send(tx, domain).await
}

/// No name is tried more often than a directory takes, even if it is removed and added again.
async fn send(tx: &mut Tx, domain: &str) -> Result<()> {
    let how = Sending { gap: Some((domain.to_owned(), GAP)), ..Sending::default() };
    tx.send_with(OrderCertificate { domain: domain.to_owned() }, how).await?;
    Ok(())
}

/// The platform's own hosts belong to no tenant.
fn nobody() -> TenantId {
    TenantId::from_uuid(uuid::Uuid::nil())
}

/// States what became of a certificate; nobody reads a journal that is no tenant's.
async fn moved(tx: &mut Tx, domain: &str, state: State, reason: Option<Reason>, not_after: Option<Time>) -> Result<()> {
    if tx.tenant() == nobody() {
        return Ok(());
    }
    let reason = reason.map(|reason| reason.to_string());
    tx.state(CertificateMoved { domain: domain.to_owned(), state: state.to_string(), reason, not_after }).await?;
    Ok(())
}

/// It is time for a new certificate, or for another try.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct RenewCertificate {
    pub domain: String,
}

impl Timer for RenewCertificate {
    const NAME: &'static str = "renew_certificate";

    fn key(&self) -> String {
        self.domain.clone()
    }

    async fn ring(&self, tx: &mut Tx) -> Result<()> {
        match rows::hold(tx, &self.domain).await? {
            Some(row) => begin(tx, &self.domain, row.state).await,
            None => Ok(()),
        }
    }
}

/// Wants certificates for the platform's own hosts, and for every domain that was proved before there were any.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn want_certificates(db: &Db, hosts: &[String]) -> Result<()> {
    db.run(&Who::system(nobody(), "certificates"), KeepHosts { hosts: hosts.to_vec() }).await?;
    for (tenant, domain) in rows::bare(db).await? {
        db.run(&Who::system(tenant, "certificates"), Want { domain }).await?;
    }
    Ok(())
}

/// Wants one for a proved domain.
struct Want {
    domain: String,
}

impl Command for Want {
    const NAME: &'static str = "want_certificate";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        want(tx, &self.domain).await
    }
}

/// The platform's own hosts are these and no others.
struct KeepHosts {
    hosts: Vec<String>,
}

impl Command for KeepHosts {
    const NAME: &'static str = "keep_hosts_certificates";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        for known in rows::all(tx).await? {
            if !self.hosts.contains(&known.domain) {
                forget(tx, &known.domain).await?;
            }
        }
        for host in &self.hosts {
            want(tx, host).await?;
        }
        Ok(())
    }
}
