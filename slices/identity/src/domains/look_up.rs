//! Looking for the record: out of the house, now and then.

use super::model::{Reason, State};
use super::rules::{self, Event, Seen};
use super::{certificates, rows};
use facts::domains::DomainMoved;
use hickory_resolver::config::{NameServerConfig, ResolverConfig};
use hickory_resolver::net::NetError;
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::proto::rr::RData;
use hickory_resolver::{Resolver, TokioResolver};
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;
use std::time::Duration;
use store::{Ended, Errand, Next, Result, Timer, Trip, Tx};

/// How long one server is waited for.
const PATIENCE: Duration = Duration::from_secs(3);
/// How long all of them are waited for.
const ALL: Duration = Duration::from_secs(15);

/// Whom we ask for records.
#[derive(Debug, Clone, Copy, Default)]
pub struct Dns {
    /// The server to ask; the machine's own where there is none.
    pub server: Option<SocketAddr>,
}

impl Dns {
    /// Made for each look: it is rare, and the machine's servers may have changed. Nothing is remembered, so that a person
    /// who has just added the record sees it found.
    fn resolver(&self) -> Result<TokioResolver, NetError> {
        let mut builder = match self.server {
            None => Resolver::builder_tokio()?,
            Some(server) => {
                let mut config = NameServerConfig::udp_and_tcp(server.ip());
                config.connections.iter_mut().for_each(|connection| connection.port = server.port());
                Resolver::builder_with_config(ResolverConfig::from_name_servers(vec![config]), TokioRuntimeProvider::default())
            }
        };
        let options = builder.options_mut();
        options.timeout = PATIENCE;
        options.attempts = 1;
        options.cache_size = 0;
        builder.build()
    }

    /// The texts of the TXT records of a name.
    async fn texts(&self, name: &str) -> Seen {
        let asked = async { self.resolver()?.txt_lookup(format!("{name}.")).await };
        match tokio::time::timeout(ALL, asked).await {
            Ok(Ok(lookup)) => Seen::Texts(lookup.answers().iter().filter_map(|record| text(&record.data)).collect()),
            Ok(Err(error)) if error.is_no_records_found() || error.is_nx_domain() => Seen::Texts(Vec::new()),
            Ok(Err(error)) => {
                tracing::debug!(name, %error, "nobody answered for a domain");
                Seen::Nobody
            }
            Err(_) => Seen::Nobody,
        }
    }
}

/// A long text comes in pieces.
fn text(data: &RData) -> Option<String> {
    let RData::TXT(txt) = data else { return None };
    Some(txt.txt_data.iter().map(|piece| String::from_utf8_lossy(piece)).collect())
}

/// What a look needs, and leads to.
pub(crate) struct Looker {
    pub dns: Dns,
    /// Whether a proved domain wants a certificate.
    pub certificates: bool,
}

/// Looks for a domain's record.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct LookUpDomain {
    pub domain: String,
}

impl Errand for LookUpDomain {
    const NAME: &'static str = "look_up_domain";
    type World = Looker;
    type Back = Seen;

    fn key(&self) -> Option<String> {
        Some(self.domain.clone())
    }

    async fn go(&self, looker: &Looker, _: &Trip) -> Seen {
        looker.dns.texts(&format!("_origin.{}", self.domain)).await
    }

    /// Whatever was seen is an outcome, and the next look is set with it.
    async fn back(&self, looker: &Looker, tx: &mut Tx, _: &Trip, seen: &Seen) -> Result<Ended> {
        let Some(domain) = rows::hold(tx, &self.domain).await? else { return Ok(Ended::done("the domain was removed")) };
        let mut missing = rules::missing(&domain, seen);
        if missing.is_none() && !rows::found(tx, &self.domain).await? {
            missing = Some(Reason::Taken);
        }
        let event = if missing.is_some() { rules::missed(&domain, tx.now()) } else { Event::Found };
        let state = rules::next(domain.state, event);
        if let Some(reason) = missing {
            rows::missed(tx, &self.domain, state, reason).await?;
        }
        if state != domain.state {
            let reason = missing.map(|reason| reason.to_string());
            tx.state(DomainMoved { domain: self.domain.clone(), state: state.to_string(), reason }).await?;
        }
        if state == State::Verified && missing.is_none() && looker.certificates {
            certificates::want(tx, &self.domain).await?;
        }
        if state != State::Verified {
            certificates::forget(tx, &self.domain).await?;
        }
        match rules::next_look(state, domain.asked_at, tx.now()) {
            Some(at) => tx.at(at, CheckDomain { domain: self.domain.clone() }).await?,
            None => tx.stop(CheckDomain::NAME, &self.domain).await?,
        }
        let class = if state == State::Verified && missing.is_none() { "found" } else { "missing" };
        Ok(Ended::new(Next::Done, class, missing.map(|reason| reason.to_string()).unwrap_or_default()))
    }
}

/// Sends somebody to look for a domain's record; the look sets the next one.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct CheckDomain {
    pub domain: String,
}

impl Timer for CheckDomain {
    const NAME: &'static str = "check_domain";

    fn key(&self) -> String {
        self.domain.clone()
    }

    async fn ring(&self, tx: &mut Tx) -> Result<()> {
        tx.send(LookUpDomain { domain: self.domain.clone() }).await?;
        Ok(())
    }
}
